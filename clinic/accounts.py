"""How people sign in: accounts are made by the practice, never by a stranger."""

import time
from typing import Any

from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from django.http import HttpRequest

from clinic.throttle import line_of


class Adapter(DefaultAccountAdapter):  # type: ignore[misc] # allauth ships no types
    """allauth's rules for this house."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody signs up by themselves; the admin makes staff, a mailed code lets clients in."""
        return False

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
