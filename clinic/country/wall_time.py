"""Times as the practice's own clock shows them and its country writes them, on every page."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation

from clinic.web.http import practice_of
from clinic.web.middleware import GetResponse

# Programs are told instants with their offset. They also ask whether we are alive, while the database may be away.
FOR_PROGRAMS = ("/api/", "/healthz/", "/metrics")


def practice_time(get_response: GetResponse) -> GetResponse:
    """Give views `request.practice`, and read and show times in its zone, its country's way; stored stays UTC."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.path.startswith(FOR_PROGRAMS):
            return get_response(request)
        practice = practice_of(request)
        with timezone.override(practice.zone), translation.override(practice.formats.tag):
            return get_response(request)

    return middleware
