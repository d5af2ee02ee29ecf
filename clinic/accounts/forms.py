"""The team's way in: allauth's forms, with Warmstone's labels."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

import allauth.account.forms
import allauth.mfa.base.forms
from allauth.account.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm
from django import forms
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from clinic.accounts import factor
from clinic.accounts.attempts import count_anywhere, count_try
from clinic.accounts.codes import digits_in
from clinic.accounts.second_factor import is_team_member
from clinic.accounts.security import record_security_event
from clinic.identity import address_equals, mailed_form
from clinic.models import SecurityEvent, User
from clinic.operations.worker_signals import wake_worker
from clinic.records.sealed import SealedUnreadable
from clinic.web.throttle import Throttled

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

RECOVERY_DIGITS = 8
NEW_PASSWORD = {"password1": _("The new password"), "password2": _("The new password, again")}


class OwnLabels(forms.Form):
    """Mixed in before a form of allauth: its fields are named as on every page, and nothing is written into them."""

    labels: ClassVar[Mapping[str, "StrOrPromise"]] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.label = self.labels.get(name, field.label)
            field.widget.attrs.pop("placeholder", None)


class LoginForm(OwnLabels, allauth.account.forms.LoginForm):  # type: ignore[misc] # allauth ships no types
    """Address and password."""

    labels = {"login": _("E-mail")}

    def clean_login(self) -> str:
        """The address in the form in which sign-ins are kept."""
        return mailed_form(super().clean_login())


class ResetPasswordForm(OwnLabels, allauth.account.forms.ResetPasswordForm):  # type: ignore[misc]
    """Where the link for a new password goes: to the team alone. A client's would outlast their mailbox."""

    labels = {"email": _("E-mail")}
    users: list[User]

    def clean_email(self) -> str:
        """The address in the form in which sign-ins are kept; nobody learns here whether it is known."""
        self.cleaned_data["email"] = mailed_form(self.cleaned_data["email"])
        address = super().clean_email()
        self.users = [user for user in self.users if is_team_member(user)]
        return str(address)

    def save(self, request: HttpRequest, **kwargs: Any) -> str:
        """Write the mail; for an address that is nobody's of the team the same work is done and taken back, so that
        neither the answer nor its time tells who works here."""
        known = bool(self.users)
        with transaction.atomic():
            if not known:
                self.users = [user_or_new_at(self.cleaned_data["email"])]
            address = str(super().save(request, **kwargs))
            transaction.set_rollback(not known)
        if not known:
            wake_worker("clinic.tasks.send_mail")
        return address


def user_or_new_at(address: str) -> User:
    """Whoever signs in with this address, or a new person: within a transaction that is taken back."""
    return User.objects.filter(address_equals(address)).first() or User.objects.create_user(address)


class ResetPasswordFromKeyForm(OwnLabels, allauth.account.forms.ResetPasswordKeyForm):  # type: ignore[misc]
    """The new password, by the mailed link."""

    labels = NEW_PASSWORD


class ChangePasswordForm(OwnLabels, allauth.account.forms.ChangePasswordForm):  # type: ignore[misc]
    """The new password, by the one before."""

    labels = {"oldpassword": _("Your password until now"), **NEW_PASSWORD}


class ReauthenticateForm(OwnLabels, allauth.account.forms.ReauthenticateForm):  # type: ignore[misc]
    """The password once more, before something that matters."""


def checked_code(user: User, typed: str) -> Authenticator:
    """The factor whose code this is. Raises ValidationError for a wrong one; what is no code at all costs no try."""
    request = get_adapter().request
    digits = digits_in(typed)
    if len(digits) not in {factor.DIGITS, RECOVERY_DIGITS}:
        raise forms.ValidationError(_("The code from the app has six digits, a recovery code eight."))
    try:
        tries = count_try(request, account=str(user.pk), user=user, scope="code")
        count_anywhere(request, user, scope="code")
        used = factor.use_second_factor(user, digits)
    except Throttled as refusal:
        if refusal.is_first:
            record_security_event(user, SecurityEvent.Kind.HELD_UP, request=request)
        raise forms.ValidationError(refusal.message) from refusal
    except SealedUnreadable as error:
        raise forms.ValidationError(
            _("The second factor cannot be read on this server. Please ask the owner to remove it.")
        ) from error
    if used is None:
        raise forms.ValidationError(_("That code is not right, or was used already. The app shows a new one soon."))
    tries.were_right()
    return used


class TakesCode(OwnLabels):
    """Mixed in before a form for the second factor."""

    user: User

    def clean_code(self) -> str:
        """A code of the app or a recovery code, however it is typed."""
        self.authenticator = checked_code(self.user, self.cleaned_data["code"])
        return str(self.cleaned_data["code"])


class AuthenticateCodeForm(TakesCode, allauth.mfa.base.forms.AuthenticateForm):  # type: ignore[misc]
    """The code beside the password."""


class ReauthenticateCodeForm(TakesCode, allauth.mfa.base.forms.ReauthenticateForm):  # type: ignore[misc]
    """The code once more, before something that matters."""


class ActivateTotpCodeForm(OwnLabels, ActivateTOTPForm):  # type: ignore[misc]
    """The first code of a new app."""

    def clean_code(self) -> str:
        """The code, however it is typed."""
        self.cleaned_data["code"] = digits_in(self.cleaned_data["code"]) or self.cleaned_data["code"]
        return str(super().clean_code())


class AddPasskeyForm(OwnLabels, AddWebAuthnForm):  # type: ignore[misc] # allauth ships no types
    """A new passkey and what it is called. Each opens the desk by itself, so that each asks for a finger, a face or a
    PIN: the device and what its owner knows or is are the two factors."""

    labels = {"name": _("What to call it")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Read by allauth's script; there is nothing to choose.
        self.fields["passwordless"].widget = forms.CheckboxInput({"hidden": True, "checked": True})

    def clean_passwordless(self) -> bool:
        """Always: a key that verifies nobody is no passkey."""
        return True


class UnlockForm(forms.Form):
    """The password or a code of who was here, on a device of the practice."""

    proof = forms.CharField(
        label=_("Your password, or a code from the app"),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "autofocus": True}),
    )

    def __init__(self, *args: Any, request: HttpRequest, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request, self.user, self.was_wrong = request, user, False

    def clean_proof(self) -> str:
        """Either opens; a wrong one is counted with the tries of this device."""
        typed = str(self.cleaned_data["proof"])
        try:
            tries = count_try(self.request, account=str(self.user.pk), user=self.user, scope="unlock")
        except Throttled as refusal:
            raise forms.ValidationError(refusal.message) from refusal
        if not (self.user.check_password(typed) or self.opens_as_code(typed)):
            self.was_wrong = True
            raise forms.ValidationError(_("That is not right. Please try again, or sign in anew."))
        tries.were_right()
        return typed

    def opens_as_code(self, typed: str) -> bool:
        """Whether it is a code of theirs."""
        digits = digits_in(typed)
        try:
            return (
                len(digits) in {factor.DIGITS, RECOVERY_DIGITS}
                and factor.use_second_factor(self.user, digits) is not None
            )
        except SealedUnreadable:
            return False
