"""The PIN by which somebody of the team takes a device back: theirs alone, kept as a hash, never in a log or a mail."""

import re
from typing import Any

from django import forms
from django.contrib.auth.hashers import check_password, make_password
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clinic.accounts.codes import digits_in
from clinic.accounts.security import record_security_event
from clinic.models import Pin, SecurityEvent, User

SHORTEST, LONGEST = 6, 12
RUNS = "01234567890123456789", "98765432109876543210"


def has_pin(user: User) -> bool:
    """Whether somebody has set their PIN."""
    return Pin.objects.filter(user=user).exists()


def set_pin(user: User, digits: str, *, request: HttpRequest | None = None) -> None:
    """Set somebody's PIN, in place of an earlier one."""
    Pin.objects.update_or_create(user=user, defaults={"password": make_password(digits), "set_at": timezone.now()})
    record_security_event(user, SecurityEvent.Kind.PIN, request=request)


def is_pin_of(user: User, typed: str) -> bool:
    """Whether this is somebody's PIN, however the digits are typed."""
    kept = Pin.objects.filter(user=user).first()
    return kept is not None and check_password(digits_in(typed), kept.password)


def is_easy(digits: str) -> bool:
    """Whether a stranger would try it first: one digit or pair again and again, or a run."""
    return bool(re.fullmatch(r"(\d{1,3})\1+", digits)) or any(digits in run for run in RUNS)


class HiddenText(forms.TextInput):
    """An input whose text is neither shown while it is typed nor sent back with a page. No password field: a browser
    would offer what it has saved to whoever holds the device."""

    def __init__(self, **attrs: str) -> None:
        hidden = {"class": "masked", "autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}
        super().__init__(attrs={**hidden, **attrs})

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """The input, empty."""
        return super().get_context(name, None, attrs)


class PinForm(forms.Form):
    """A new PIN, typed twice."""

    pin = forms.CharField(
        label=_("A PIN of your own"),
        help_text=_("Six digits or more. It takes a tablet back from a client."),
        max_length=40,
        widget=HiddenText(inputmode="numeric"),
    )
    again = forms.CharField(label=_("The PIN again"), max_length=40, widget=HiddenText(inputmode="numeric"))

    def clean_pin(self) -> str:
        """Digits, enough of them, and not the first that anybody tries."""
        digits = digits_in(self.cleaned_data["pin"])
        if not SHORTEST <= len(digits) <= LONGEST:
            raise forms.ValidationError(_("A PIN has six to twelve digits."))
        if is_easy(digits):
            raise forms.ValidationError(_("That is the first one anybody would try. Please choose another."))
        return digits

    def clean(self) -> dict[str, Any]:
        """Both are the same."""
        pin = self.cleaned_data.get("pin")
        if pin and digits_in(self.cleaned_data.get("again", "")) != pin:
            self.add_error("again", _("This is not the same PIN."))
        return self.cleaned_data
