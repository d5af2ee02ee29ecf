"""The way to the sign-in: what was typed is kept, and `next` names a page that can be opened."""

import datetime as dt
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django_htmx.http import HttpResponseClientRedirect

from clinic.accounts.devices import device_of, last_person
from clinic.accounts.kept_posts import form_worth_keeping, forms_kept_for, keep_posted_form
from clinic.accounts.second_factor import is_team_member
from clinic.accounts.sessions import WAITS
from clinic.models import DeviceUser, User
from clinic.web.http import practice_of
from clinic.web.post_only import form_page_of, form_page_of_path

UNLOCK_TRIES = 5


class SignInRequired(LoginRequiredMiddleware):
    """As Django's, leading to Warmstone's own sign-in."""

    def process_view(
        self, request: HttpRequest, view_func: Callable[..., HttpResponseBase], view_args: Any, view_kwargs: Any
    ) -> HttpResponse | None:
        """Lead whoever is not signed in to the sign-in, where the view asks for one."""
        if request.user.is_authenticated or not getattr(view_func, "login_required", True):
            return None
        door = "unlock" if unlockable(request) else "account_login"
        return redirect_to_sign_in(request, door)


def redirect_to_sign_in(request: HttpRequest, door: str) -> HttpResponse:
    """Lead to a sign-in, what was typed kept or shown. A script, which holds it, gets a 401 with the address."""
    address = reverse(door)
    if is_script(request):
        return JsonResponse({"signed_out": True, "sign_in": address}, status=401)
    where = f"{address}?{urlencode({'next': page_to_return_to(request)}, safe='/')}"
    typed = form_worth_keeping(request)
    if typed is not None and keep_posted_form(request) is None:
        return render(request, "clinic/form_expired.html", {"typed": typed, "sign_in": where}, status=403)
    if getattr(request, "htmx", False):
        return HttpResponseClientRedirect(where)
    return HttpResponseRedirect(where)


def page_to_return_to(request: HttpRequest) -> str:
    """Where the person was: the page they wanted, or the page of the form that they sent."""
    return form_page_of(request.resolver_match, request.get_full_path())


def is_script(request: HttpRequest) -> bool:
    """Whether a script of a page asks, that is no htmx: it would take the sign-in page for its answer."""
    if getattr(request, "htmx", False):
        return False
    mode = request.headers.get("Sec-Fetch-Mode", "navigate")
    return mode != "navigate" or request.headers.get("X-Requested-With") == "XMLHttpRequest"


def safe_next(request: HttpRequest, default: str) -> str:
    """The page of this site that `next` names; an address that takes POST only becomes its page."""
    wanted = request.POST.get("next", "") or request.GET.get("next", "")
    if not wanted.startswith("/") or not url_has_allowed_host_and_scheme(wanted, allowed_hosts=None):
        return default
    return form_page_of_path(wanted)


def unlockable(request: HttpRequest) -> DeviceUser | None:
    """Who may come back with the password or a code alone: who signed in last with a device of the practice, was away
    too long, and did not sign out. Not for longer than a whole sign-in lasts."""
    known = last_person(device_of(request))
    if known is None or not known.device.is_practice_device:
        return None
    if known.signed_out_at or known.failed_unlocks >= UNLOCK_TRIES:
        return None
    lasts = dt.timedelta(hours=practice_of(request).session_hours)
    return known if is_team_member(known.user) and timezone.now() - known.signed_in_at < lasts else None


def page_after_sign_in(request: HttpRequest, user: User, wanted: str) -> str:
    """Where a person goes who has just signed in: to what waits to be sent again, or to where they wanted to go."""
    if forms_kept_for(request, user):
        request.session[WAITS] = True
        return f"{reverse('unsent')}?{urlencode({'next': wanted}, safe='/')}"
    return form_page_of_path(wanted)
