"""Small rules on every request and response."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from clinic.models.configuration import one_version

GetResponse = Callable[[HttpRequest], HttpResponse]


def plain_headers(get_response: GetResponse) -> GetResponse:
    """Forbid caches to keep pages (they may hold health answers) and browsers to use what a practice does not need."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=()")
        response.headers.setdefault("Cache-Control", "no-store")
        return response

    return middleware


def one_version_a_page(get_response: GetResponse) -> GetResponse:
    """Ask once in a request which configuration stands, as long as it writes nothing."""

    def middleware(request: HttpRequest) -> HttpResponse:
        with one_version():
            return get_response(request)

    return middleware
