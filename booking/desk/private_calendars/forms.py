"""The forms of private calendars: where one is, and which of an account."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from booking.appointments.forms import LaidOut
from booking.models import PrivateCalendar, Therapist
from booking.scheduling.private_calendars.actions import add_account, add_feed, plain_address
from booking.scheduling.private_calendars.reading.outcome import ReadingFailed
from booking.scheduling.private_calendars.words import trouble_in_words


class CalendarAddressForm(LaidOut, forms.Form):
    """Whose calendar it is, and its address; a therapist who may set only their own is not asked."""

    therapist = forms.ModelChoiceField(
        label=_("Whose"), queryset=Therapist.objects.none(), to_field_name="public_id", empty_label=None
    )
    address = forms.CharField(
        label=_("Secret address in iCal format"),
        max_length=2000,
        widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "off", "spellcheck": "false"}),
        help_text=_("It begins with https:// or webcal://. It is kept encrypted and not shown again."),
    )

    def __init__(self, *args: Any, therapists: QuerySet[Therapist], me: Therapist | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice: Any = self.fields["therapist"]
        choice.queryset = therapists
        choice.initial = me.public_id if me else None
        self.only = list(therapists[:2])
        if len(self.only) == 1:
            del self.fields["therapist"]

    def clean_address(self) -> str:
        """The address as it is asked for. What it is not is said beside it."""
        try:
            return plain_address(self.cleaned_data["address"])
        except ReadingFailed as failed:
            raise ValidationError(trouble_in_words(failed.trouble)) from failed

    @property
    def whose(self) -> Therapist:
        """Whose calendar it is, once valid."""
        chosen: Therapist = self.cleaned_data["therapist"] if "therapist" in self.fields else self.only[0]
        return chosen

    def add(self) -> PrivateCalendar:
        """Add the calendar of a valid form. Raises ReadingFailed, TooManyCalendars."""
        return add_feed(self.whose, self.cleaned_data["address"])


class AccountForm(CalendarAddressForm):
    """An account that opens with a name and a password."""

    user = forms.CharField(
        label=_("Name or e-mail of the account"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    password = forms.CharField(
        label=_("App password"),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text=_("Make one for Warmstone alone in the settings of your account. It is kept encrypted."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        address = self.fields["address"]
        address.label, address.help_text = _("Address of the server"), _("Such as https://caldav.icloud.com.")

    def clean_user(self) -> str:
        """A colon would end the name where the password begins (RFC 7617)."""
        user: str = self.cleaned_data["user"]
        if ":" in user:
            raise ValidationError(_("A name with a colon in it cannot be sent."))
        return user

    def add(self) -> PrivateCalendar:
        """Add the account of a valid form, its calendars still to be chosen. Raises ReadingFailed, TooManyCalendars."""
        typed = self.cleaned_data
        return add_account(self.whose, typed["address"], user=typed["user"], password=typed["password"])


class ChoiceForm(LaidOut, forms.Form):
    """Which calendars of an account."""

    chosen = forms.TypedMultipleChoiceField(
        label=_("Which of these block your times?"),
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Please choose at least one, or remove the account.")},
    )

    def __init__(self, *args: Any, choices: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen: Any = self.fields["chosen"]
        chosen.choices = [(place, name) for place, (_address, name) in enumerate(choices)]
