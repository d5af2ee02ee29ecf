"""Times as the practice's own clock shows them, on every page."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from clinic.middleware import GetResponse
from clinic.models import Practice

# Programs are told instants with their offset. They also ask whether we are alive, while the database may be away.
FOR_PROGRAMS = ("/api/", "/healthz/", "/metrics")


def practice_time(get_response: GetResponse) -> GetResponse:
    """Show and read times in the practice's zone, wherever the server stands; stored they stay UTC."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.path.startswith(FOR_PROGRAMS):
            return get_response(request)
        with timezone.override(Practice.current().zone):
            return get_response(request)

    return middleware
