"""Who must sign in with a code beside the password: everyone who may see clients' records."""

from collections.abc import Callable
from typing import Any

from allauth.mfa.utils import is_mfa_enabled
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from clinic.accounts.codes import MAILBOX_PURPOSE
from clinic.models import Practice, User
from clinic.web.http import practice_of
from clinic.web.middleware import GetResponse

# The way to a second factor, and out, stays open to those who still lack one.
EXEMPT_URL_NAMES = ("account_", "mfa_")


def is_team_member(user: User) -> bool:
    """Whether this person may use the admin or gives massages; `therapist` is a foreign key of `booking`."""
    return user.is_active and (user.is_staff or hasattr(user, "therapist"))


def must_set_up(user: User, practice: Practice) -> bool:
    """Whether this person has to add a second factor before anything else."""
    return is_team_member(user) and practice.second_factor_required and not is_mfa_enabled(user)


def second_factor(get_response: GetResponse) -> GetResponse:
    """Lead people of the practice without a second factor to set one up; every page that needs a sign-in waits for it.

    Those who have one are asked for its code by allauth while they sign in, before there is a session.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        # A code by mail never opens the desk, not even to a client who joins the team while signed in.
        if MAILBOX_PURPOSE in request.session and isinstance(request.user, User) and is_team_member(request.user):
            logout(request)
        return get_response(request)

    def process_view(
        request: HttpRequest, view: Callable[..., HttpResponse], _args: tuple[Any, ...], _kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        if not isinstance(request.user, User) or not getattr(view, "login_required", True):
            return None
        name = request.resolver_match.url_name if request.resolver_match else None
        if (name or "").startswith(EXEMPT_URL_NAMES) or not must_set_up(request.user, practice_of(request)):
            return None
        messages.info(request, _("Please set up a second factor first; it takes a minute."))
        return HttpResponseRedirect(reverse("mfa_activate_totp"))

    middleware.process_view = process_view  # type: ignore[attr-defined] # Django looks for the attribute
    return middleware
