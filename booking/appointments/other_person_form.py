"""The details of a booking for somebody else: who comes, and whose mailbox the mails go to."""

from typing import Any, ClassVar

from crispy_forms.layout import Fieldset
from django import forms
from django.utils.translation import gettext_lazy as _

from booking.appointments.booking_request import PersonDetails
from booking.appointments.forms import DetailsForm
from clinic.identity.fields import NameFormField, two_empty_names

OTHER_NAMES = ("other_first_name", "other_last_name")


class OtherPersonForm(DetailsForm):
    """Who comes has a name; who books has name, mailbox and phone."""

    other_first_name = NameFormField(
        label=_("First name"), max_length=80, required=False, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    other_last_name = NameFormField(
        label=_("Last name"), max_length=80, required=False, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )

    KEPT: ClassVar[tuple[str, ...]] = (*OTHER_NAMES, *DetailsForm.KEPT)
    is_for_other: ClassVar[bool] = True
    layout = (
        "for_whom",
        Fieldset(_("Who comes"), *OTHER_NAMES, css_class="person-group"),
        Fieldset(_("Who books: you"), "first_name", "last_name", "email", "phone", css_class="person-group"),
        *DetailsForm.LAST,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].help_text = _("The confirmation and the health form for them go here.")

    def clean(self) -> dict[str, Any]:
        """Both have a name."""
        cleaned = super().clean()
        if not self.errors.keys() & set(OTHER_NAMES) and not any(cleaned[name] for name in OTHER_NAMES):
            self.add_error(OTHER_NAMES[0], two_empty_names())
        return cleaned

    def person(self) -> PersonDetails:
        """Who comes, reached through who books; once valid."""
        typed = self.cleaned_data
        return PersonDetails(
            first_name=typed["other_first_name"],
            last_name=typed["other_last_name"],
            email=typed["email"],
            phone=typed["phone"],
        )

    def booker(self) -> PersonDetails | None:
        """Who books; once valid."""
        return super().person()
