"""The team's way in: allauth's forms, in the words of this house."""

from typing import TYPE_CHECKING, Any

from allauth.account import forms as account
from django import forms
from django.utils.translation import gettext_lazy as _

from clinic.identity import same_form
from clinic.models import User
from clinic.second_factor import works_here

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

NEW = {"password1": _("The new password"), "password2": _("The new password, again")}


def in_our_words(form: forms.Form, **labels: "_StrPromise") -> None:
    """Name fields as every page does, and write nothing into them."""
    for name, field in form.fields.items():
        field.label = labels.get(name, field.label)
        field.widget.attrs.pop("placeholder", None)


class LoginForm(account.LoginForm):  # type: ignore[misc] # allauth ships no types
    """Address and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        in_our_words(self, login=_("E-mail"))

    def clean_login(self) -> str:
        """The address in the form in which sign-ins are kept."""
        return same_form(super().clean_login())


class ResetPasswordForm(account.ResetPasswordForm):  # type: ignore[misc]
    """The address to which a link for a new password goes, where it is one of the team.

    A client who set a password would have one that outlasts their mailbox.
    """

    users: list[User]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        in_our_words(self, email=_("E-mail"))

    def clean_email(self) -> str:
        """The address in the form in which sign-ins are kept; nobody learns here whether it is known."""
        self.cleaned_data["email"] = same_form(self.cleaned_data["email"])
        address = super().clean_email()
        self.users = [user for user in self.users if works_here(user)]
        return str(address)


class ResetPasswordFromKeyForm(account.ResetPasswordKeyForm):  # type: ignore[misc]
    """The new password, by the mailed link."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        in_our_words(self, **NEW)


class ChangePasswordForm(account.ChangePasswordForm):  # type: ignore[misc]
    """The new password, by the one before."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        in_our_words(self, oldpassword=_("Your password until now"), **NEW)


class ReauthenticateForm(account.ReauthenticateForm):  # type: ignore[misc]
    """The password once more, before something that matters."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        in_our_words(self)
