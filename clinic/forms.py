"""The team's way in: allauth's forms, in the words of this house."""

from typing import Any

from allauth.account import forms as account
from django import forms
from django.utils.translation import gettext_lazy as _

from clinic.models import User
from clinic.second_factor import works_here


def in_our_words(form: forms.Form, address: str) -> None:
    """The name that every page has for an address, and nothing written into the fields."""
    form.fields[address].label = _("E-mail")
    for field in form.fields.values():
        field.widget.attrs.pop("placeholder", None)


class LoginForm(account.LoginForm):  # type: ignore[misc] # allauth ships no types
    """Address and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        in_our_words(self, "login")


class ResetPasswordForm(account.ResetPasswordForm):  # type: ignore[misc]
    """The address to which a link for a new password goes, where it is one of the team.

    A client who set a password would have one that outlasts their mailbox.
    """

    users: list[User]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        in_our_words(self, "email")

    def clean_email(self) -> str:
        """The address as typed; nobody learns here whether it is known."""
        address = super().clean_email()
        self.users = [user for user in self.users if works_here(user)]
        return str(address)
