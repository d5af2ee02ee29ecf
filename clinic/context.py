"""What every template may use."""

from django.http import HttpRequest

from clinic.models import Practice


def practice(request: HttpRequest) -> dict[str, Practice]:
    """Give templates the one practice, as `practice`."""
    return {"practice": Practice.current()}
