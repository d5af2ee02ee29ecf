"""The practice of a request, and times as its own clock shows them and its country writes them, on every page."""

from typing import cast

from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.utils.functional import SimpleLazyObject

from clinic.models import Practice
from clinic.web.http import HttpRequest as ClinicRequest
from clinic.web.middleware import GetResponse

# Programs are told instants with their offset. They also ask whether we are alive, while the database may be away.
FOR_PROGRAMS = ("/api/", "/healthz/", "/metrics")


def practice_time(get_response: GetResponse) -> GetResponse:
    """Give views the practice as `request.practice`, read once where it is first asked for, and show and read times in
    its zone and as its country writes them, wherever the server stands.

    Stored they stay UTC, and programs are told ISO 8601.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        asked = cast("ClinicRequest", request)
        asked.practice = cast("Practice", SimpleLazyObject(Practice.current))
        if request.path.startswith(FOR_PROGRAMS):
            return get_response(request)
        practice = asked.practice
        with timezone.override(practice.zone), translation.override(practice.formats.tag):
            return get_response(request)

    return middleware
