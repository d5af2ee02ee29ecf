"""While nobody owns the practice every page for people leads to the set-up; what machines ask is answered as ever."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from clinic.setup.code import is_set_up_open
from clinic.web.http import practice_of
from clinic.web.middleware import GetResponse

ANSWERED_BEFORE = frozenset(
    {"setup", "setup-owner", "healthz-live", "healthz-ready", "metrics", "manifest", "styleguide"}
)
SPACES_ANSWERED_BEFORE = frozenset({"api"})


def lead_to_set_up(get_response: GetResponse) -> GetResponse:
    """Lead everybody to `/setup/` until there was an owner: a page without a practice says nothing to anybody."""

    def middleware(request: HttpRequest) -> HttpResponse:
        return get_response(request)

    def process_view(
        request: HttpRequest, view: Callable[..., HttpResponse], _args: tuple[Any, ...], _kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        match = request.resolver_match
        if match is None or match.url_name in ANSWERED_BEFORE or SPACES_ANSWERED_BEFORE & set(match.namespaces):
            return None
        return HttpResponseRedirect(reverse("setup")) if is_set_up_open(practice_of(request)) else None

    middleware.process_view = process_view  # type: ignore[attr-defined] # Django looks for the attribute
    return middleware
