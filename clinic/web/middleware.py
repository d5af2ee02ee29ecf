"""Small rules on every request and response."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from clinic.models.configuration import one_version

GetResponse = Callable[[HttpRequest], HttpResponse]
# What changes nothing (I9).
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


def plain_headers(get_response: GetResponse) -> GetResponse:
    """Forbid caches to keep pages (they may hold health answers) and browsers to use what a practice does not need."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=()")
        response.headers.setdefault("Cache-Control", "no-store")
        return response

    return middleware


def one_version_a_page(get_response: GetResponse) -> GetResponse:
    """Ask once which configuration stands, in a request that changes nothing."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.method not in SAFE:
            return get_response(request)
        with one_version():
            return get_response(request)

    return middleware
