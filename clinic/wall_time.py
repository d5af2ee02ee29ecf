"""Times as the practice's own clock shows them, on every page of someone who is signed in."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from clinic.middleware import GetResponse
from clinic.models import Practice


def practice_time(get_response: GetResponse) -> GetResponse:
    """Show and read times in the practice's zone; stored they stay UTC. Pages without a sign-in choose theirs."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if not request.user.is_authenticated:
            return get_response(request)
        with timezone.override(Practice.current().zone):
            return get_response(request)

    return middleware
