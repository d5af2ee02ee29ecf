"""Times as the practice's own clock shows them and its country writes them, on every page."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation

from clinic.models import Practice
from clinic.web.middleware import GetResponse

# Programs are told instants with their offset. They also ask whether we are alive, while the database may be away.
FOR_PROGRAMS = ("/api/", "/healthz/", "/metrics")


def practice_time(get_response: GetResponse) -> GetResponse:
    """Show and read times in the practice's zone and as its country writes them, wherever the server stands.

    Stored they stay UTC, and programs are told ISO 8601.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.path.startswith(FOR_PROGRAMS):
            return get_response(request)
        practice = Practice.current()
        with timezone.override(practice.zone), translation.override(practice.formats.tag):
            return get_response(request)

    return middleware
