"""Text that PostgreSQL cannot hold, NUL and halves of surrogate pairs, wherever a request may carry it: a 400, once.

Nobody types such a letter. In an address or a cookie it is refused before anything is looked up. In a form the fields
mostly refuse it themselves, beside what was typed; where one does not, what fails on it is answered here.
"""

from collections.abc import Iterable

from django.db import DataError
from django.http import HttpRequest, HttpResponse
from django.views.defaults import bad_request

from clinic.web.middleware import GetResponse

# The API answers for itself, with a problem document that names the field.
API_PREFIX = "/api/"


def is_broken(text: str) -> bool:
    """Whether a text holds a NUL, or half of a surrogate pair, which no encoding can write."""
    return "\0" in text or any("\ud800" <= letter <= "\udfff" for letter in text)


class RefuseBrokenText:
    """The first look at a request, and the last at a fault."""

    sync_capable, async_capable = True, False

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Refuse a broken address or cookie; else go on."""
        if not request.path_info.startswith(API_PREFIX) and any(map(is_broken, broken_in_address(request))):
            return bad_request(request, ValueError("broken text"))
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """A 400 where a view failed on broken text in the form that was sent; every other fault stays one."""
        on_text = isinstance(exception, ValueError | DataError) and any(map(is_broken, broken_in_form(request)))
        return bad_request(request, exception) if on_text else None


def broken_in_address(request: HttpRequest) -> Iterable[str]:
    """The path, the names and values of the query, and the cookies, as they were decoded."""
    yield request.path_info
    for name, values in request.GET.lists():
        yield from (name, *values)
    for name, value in request.COOKIES.items():
        yield from (name, value)


def broken_in_form(request: HttpRequest) -> Iterable[str]:
    """The names and values of a form that was sent, and the names of its files."""
    for name, values in request.POST.lists():
        yield from (name, *map(str, values))
    for file in request.FILES.values():
        yield str(getattr(file, "name", ""))
