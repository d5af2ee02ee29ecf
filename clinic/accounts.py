"""How people sign in: accounts are made by the practice, never by a stranger."""

import time
from collections.abc import Callable
from typing import Any

from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from clinic.middleware import GetResponse
from clinic.models import User
from clinic.second_factor import OPEN_NAMES, works_here
from clinic.throttle import line_of

# Of allauth's pages: an address is what a person signs in with, so that the practice changes it, or a mailed code.
NOBODYS = frozenset(
    {
        "account_email",
        "account_email_verification_sent",
        "account_confirm_email",
        "account_confirm_login_code",
    }
)
# Clients come in by a mailed code. A password of theirs would outlast the mailbox.
CLIENTS = frozenset({"account_login", "account_logout"})


class Adapter(DefaultAccountAdapter):  # type: ignore[misc] # allauth ships no types
    """allauth's rules for this house."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": _("The e-mail or the password is not right."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody signs up by themselves; the admin makes staff, a mailed code lets clients in."""
        return False

    def format_email_subject(self, subject: str) -> str:
        """As it is written: allauth would put the machine's name before it."""
        return subject

    def get_client_ip(self, request: HttpRequest) -> str:
        """The address that failed sign-ins are counted by: the person's, not that of the proxy in front of everyone."""
        return line_of(request)

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Ask for the password again before anything about the second factor, unless it was typed just now.

        Who signs in without one is led to set it up: asking for the same password twice in a minute protects nobody.
        """
        if just_signed_in(self.request):
            return False
        return bool(super().is_reauthentication_required(app=app, **kwargs))


def just_signed_in(request: HttpRequest) -> bool:
    """Whether they signed in, or showed again who they are, less than five minutes ago."""
    records = get_authentication_records(request, request.user)
    return bool(records) and time.time() - records[-1]["at"] < app_settings.REAUTHENTICATION_TIMEOUT


def only_what_we_use(get_response: GetResponse) -> GetResponse:
    """Answer 404 on those pages of allauth that are nobody's here, and to clients on all but the way in and out."""

    def middleware(request: HttpRequest) -> HttpResponse:
        return get_response(request)

    def process_view(request: HttpRequest, _view: Callable[..., HttpResponse], _args: object, _kwargs: object) -> None:
        name = (request.resolver_match.url_name if request.resolver_match else None) or ""
        is_client = isinstance(request.user, User) and not works_here(request.user)
        if name in NOBODYS or (is_client and name.startswith(OPEN_NAMES) and name not in CLIENTS):
            raise Http404

    middleware.process_view = process_view  # type: ignore[attr-defined] # Django looks for the attribute
    return middleware
