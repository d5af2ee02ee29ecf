"""What a client types on their own pages: an address, a code, corrections, and which mails they want."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from booking.appointments.forms import LaidOut, PersonForm
from clinic.accounts.codes import DIGITS, digits_in
from clinic.identity import canonical_mailbox
from clinic.identity.fields import MailboxFormField
from clinic.web.edits import MergesEdits


class AddressForm(LaidOut, forms.Form):
    """The e-mail address that a code goes to."""

    email = MailboxFormField(
        label=_("Your e-mail"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )

    def clean_email(self) -> str:
        """As it is mailed, so that no other way to write it makes a second mailbox."""
        return canonical_mailbox(self.cleaned_data["email"])


class NewAddressForm(AddressForm):
    """Another address, to be proved; beside other forms on one page."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "new_%s", **kwargs})
        self.fields["email"].label = _("New e-mail")

    def clean_email(self) -> str:
        """As its owner writes it."""
        return str(self.cleaned_data["email"])


class CodeForm(LaidOut, forms.Form):
    """The code from the mail. Phones offer it by themselves."""

    code = forms.CharField(
        label=_("The code from the mail"),
        max_length=60,
        help_text=_("Eight digits."),
        error_messages={"required": _("Please type the code."), "max_length": _("A code has eight digits.")},
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "class": "code", "autofocus": True}
        ),
    )

    def clean_code(self) -> str:
        """The digits, however they are typed; what is no code costs no try."""
        found = digits_in(self.cleaned_data["code"])
        if len(found) != DIGITS:
            raise forms.ValidationError(_("A code has eight digits."))
        return found


class NameForm(LaidOut, MergesEdits, PersonForm):
    """Name and phone as they should stand. The address is changed by proving the new one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["email"]


class MailsForm(LaidOut, MergesEdits, forms.Form):
    """Which mails come. What a booking itself needs always comes."""

    reminders = forms.BooleanField(
        label=_("Remind me before an appointment"), required=False, help_text=_("Two days and one day before.")
    )
    tips = forms.BooleanField(
        label=_("Send me tips after an appointment"),
        required=False,
        help_text=_("With what your therapist writes for you, and a question about your pain."),
    )
