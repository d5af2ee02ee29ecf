"""Forms about the team: an invitation, somebody's role, the first password."""

from typing import Any

from django import forms
from django.contrib.auth.forms import SetPasswordForm
from django.utils.translation import gettext_lazy as _

from booking.appointments.forms import LaidOut
from booking.models import Therapist
from clinic.identity.fields import MailboxFormField
from clinic.models import Role

ROLE_NOTES = {
    Role.OWNER: _("Sees and changes everything, these settings too."),
    Role.THERAPIST: _("The calendar, clients with their health answers, their own session notes."),
    Role.FRONT_DESK: _("The calendar, booking, contact and payments. No health answers, no session notes."),
}


def role_choices() -> list[tuple[str, str]]:
    """The roles with what each may see."""
    return [(role.value, f"{str(role.label).capitalize()}: {ROLE_NOTES[role]}") for role in Role]


class InvitationForm(LaidOut, forms.Form):
    """Who is invited, where the mail goes, and what they will do."""

    name = forms.CharField(label=_("Name"), max_length=120)
    email = MailboxFormField(label=_("E-mail"))
    role = forms.ChoiceField(label=_("What they do here"), choices=role_choices, widget=forms.RadioSelect)
    therapist = forms.ModelChoiceField(
        label=_("In the list of therapists"),
        queryset=Therapist.objects.filter(user=None),
        to_field_name="public_id",
        required=False,
        empty_label=_("Not there yet: add them"),
        help_text=_("For a therapist who has hours and services here already, but no sign-in."),
    )


class RoleForm(LaidOut, forms.Form):
    """What somebody does here."""

    role = forms.ChoiceField(label=_("What they do here"), choices=role_choices, widget=forms.RadioSelect)


class FirstPasswordForm(LaidOut, SetPasswordForm):  # type: ignore[type-arg] # generic only in the stubs
    """The password that a new colleague chooses."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["new_password1"].label = _("Your password")
        self.fields["new_password1"].help_text = _("Twelve characters or more: a few words that only you put together.")
        self.fields["new_password2"].label, self.fields["new_password2"].help_text = _("The same again"), ""
