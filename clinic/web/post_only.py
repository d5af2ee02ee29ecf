"""Addresses that take POST only, each with the page where its form stands: whoever opens one is led there."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from django.http import HttpRequest, HttpResponseRedirect
from django.urls import Resolver404, ResolverMatch, resolve, reverse
from django.views.decorators.http import require_POST

View = TypeVar("View", bound=Callable[..., Any])


def post_only(page: str, *names: str) -> Callable[[View], View]:
    """Let a view take POST only; a GET or HEAD leads to the page of that name, with these arguments of the address.

    People come to such an address by a sign-in that led back to it, by the history of a browser, by a link in a chat.
    Stands under the decorators that say who may come here, so that a stranger still gets their 404.
    """

    def decorate(view: View) -> View:
        act = require_POST(view)

        @wraps(view)
        def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            if request.method in {"GET", "HEAD"}:
                match = request.resolver_match
                return HttpResponseRedirect(page_address(page, names, match.kwargs if match else kwargs))
            return act(request, *args, **kwargs)

        wrapped.form_page = page, names  # type: ignore[attr-defined] # read by `page_of`, through outer decorators
        return wrapped  # type: ignore[return-value] # Django calls it would call the view

    return decorate


def page_address(page: str, names: tuple[str, ...], given: dict[str, Any]) -> str:
    """The address of a page, with those arguments of another address that it shares."""
    return reverse(page, kwargs={name: given[name] for name in names})


def form_page_of(match: ResolverMatch | None, path: str) -> str:
    """Where to lead who wanted `path`, query and all: there, or to its form's page where it takes POST only."""
    declared = getattr(match.func, "form_page", None) if match else None
    if declared is None or match is None:
        return path
    page, names = declared
    return page_address(page, names, match.kwargs)


def form_page_of_path(path: str) -> str:
    """Where a person may be led who wanted this path, with or without a query; an unknown one is unchanged."""
    try:
        return form_page_of(resolve(path.partition("?")[0]), path)
    except Resolver404:
        return path
