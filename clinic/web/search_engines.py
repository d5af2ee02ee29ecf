"""What search engines are told: which pages may be listed, and that every other stays out.

All answers say `noindex` (`clinic.web.middleware.plain_headers`) but those of views marked with `may_be_found`: a page
that a token opens must not turn up in a search because somebody put its address somewhere.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

PageView = TypeVar("PageView", bound=Callable[..., Any])
HEADER, LISTED, UNLISTED = "X-Robots-Tag", "all", "noindex, nofollow"
# By name: what a practice shows to everybody.
LISTED_PAGES = ("booking:home", "booking:book", "clients:how-we-advise", "privacy", "imprint")
HIDDEN_PATHS = ("/admin/", "/accounts/", "/api/", "/desk/", "/me/")


def may_be_found(view: PageView) -> PageView:
    """Let search engines list the page of a view."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        response = view(request, *args, **kwargs)
        response.headers.setdefault(HEADER, LISTED)
        return response

    return wrapped  # type: ignore[return-value] # Django calls it as it would call the view


@login_not_required
@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Where machines need not look, and where the list of pages is."""
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in HIDDEN_PATHS), ""]
    lines.append(f"Sitemap: {settings.SITE_URL}{reverse('sitemap')}")
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@login_not_required
@require_safe
def sitemap(request: HttpRequest) -> HttpResponse:
    """The pages that may be listed (sitemaps.org)."""
    context = {"addresses": [settings.SITE_URL + reverse(name) for name in LISTED_PAGES]}
    return render(request, "clinic/sitemap.xml", context, content_type="application/xml")
