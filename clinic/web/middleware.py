"""Small rules on every request and response."""

import re
import uuid
from collections.abc import Callable
from typing import cast

from django.core.signals import request_finished
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from clinic.models import Practice
from clinic.models.configuration import one_version
from clinic.operations.logs import REQUEST_ID
from clinic.web import http
from clinic.web.lasting import KEPT_FOR_A_YEAR

GetResponse = Callable[[HttpRequest], HttpResponse]
# The name that a proxy may give a request: as long as a UUID at most, so that it cannot be a token of a client's link.
GIVEN_REQUEST_ID = re.compile(r"[A-Za-z0-9-]{8,36}")


def name_request(get_response: GetResponse) -> GetResponse:
    """Name each request in all its log lines and in the answer's X-Request-ID: as the proxy in front did, or anew."""

    def middleware(request: HttpRequest) -> HttpResponse:
        given = request.headers.get("X-Request-ID", "")
        name = given if GIVEN_REQUEST_ID.fullmatch(given) else uuid.uuid4().hex
        REQUEST_ID.set(name)
        response = get_response(request)
        response.headers["X-Request-ID"] = name
        return response

    return middleware


@receiver(request_finished)
def forget_request(**_kwargs: object) -> None:
    """The thread's next lines are another request's; Django writes its own line only after the middleware has ended."""
    REQUEST_ID.set("")


def plain_headers(get_response: GetResponse) -> GetResponse:
    """Forbid caches to keep pages, search engines to list them and browsers to use what a practice does not need."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=()")
        response.headers.setdefault("Cache-Control", "no-store")
        if response.headers["Cache-Control"] == KEPT_FOR_A_YEAR:
            # Who is signed in was asked before the view, and makes no difference to what never changes.
            del response.headers["Vary"]
        response.headers.setdefault("X-Robots-Tag", "noindex, nofollow")
        return response

    return middleware


def one_version_a_page(get_response: GetResponse) -> GetResponse:
    """Ask once in a request which configuration stands, as long as it writes nothing.

    Gives whatever comes after it the practice as `request.practice`, read once where it is first asked for.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        cast("http.HttpRequest", request).practice = cast("Practice", SimpleLazyObject(Practice.current))
        with one_version():
            return get_response(request)

    return middleware
