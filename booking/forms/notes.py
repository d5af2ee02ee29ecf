"""What is typed to sign the session note of a colleague."""

from django import forms
from django.core.validators import MinLengthValidator
from django.utils.translation import gettext_lazy as _


class SignForForm(forms.Form):
    """Why somebody else than the therapist of the session signs its note."""

    reason = forms.CharField(
        label=_("Why do you sign it?"),
        max_length=300,
        validators=[MinLengthValidator(12, _("Please give the reason in a few words."))],
        help_text=_("Kept with the note and in the access log."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
