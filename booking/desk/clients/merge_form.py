"""The form of a merge: where two files differ in how a client is called and reached, which is right."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from booking.desk.clients.forms import OF_HEALTH
from clients.models import Client
from clinic.country import locale

KEPT, FORMER, BOTH = "kept", "former", "both"
# What a person chooses between as a whole, and the columns it stands for.
CHOICES = {
    "name": (_("Name"), ("first_name", "last_name")),
    "email": (_("E-mail"), ("email",)),
    "phone": (_("Phone"), ("phone",)),
    "born_on": (_("Born on"), ("born_on",)),
    "desk_note": (_("Note for the desk"), ("desk_note",)),
    "emergency_contact": (_("In an emergency, call"), ("emergency_contact",)),
    "physician": (_("Doctor or midwife"), ("physician",)),
}
LONGEST_NOTE = Client._meta.get_field("desk_note").max_length or 0
LONGEST_CONTACT = Client._meta.get_field("physician").max_length or 0


class MergeForm(forms.Form):
    """One choice for each thing in which the two files differ; what only one of them has is taken without asking.

    Of health, only somebody who reads health records chooses; for others both are kept as far as they fit.
    """

    def __init__(self, *args: Any, kept: Client, former: Client, may_read: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kept, self.former = kept, former
        for name, (label, columns) in CHOICES.items():
            ours, theirs = value_in_file(kept, columns), value_in_file(former, columns)
            if ours == theirs or not (ours and theirs) or (name in OF_HEALTH and not may_read):
                continue
            options = [(KEPT, ours), (FORMER, theirs)]
            if name == "desk_note" and len(self.both_notes) <= LONGEST_NOTE:
                options.insert(0, (BOTH, self.both_notes))
            self.fields[name] = forms.ChoiceField(
                label=label, choices=options, initial=options[0][0], widget=forms.RadioSelect
            )

    @property
    def both_notes(self) -> str:
        """The notes of both files, one after the other."""
        return f"{self.kept.desk_note} / {self.former.desk_note}"

    def joined(self, column: str) -> str:
        """What both files say in a column that nobody was asked about, as far as it fits."""
        both = [text for text in dict.fromkeys((getattr(self.kept, column), getattr(self.former, column))) if text]
        joined = " / ".join(both)
        return joined if len(joined) <= LONGEST_CONTACT else both[0]

    def contact(self) -> dict[str, Any]:
        """The columns of the file that is left, once valid."""
        found: dict[str, Any] = {}
        for name, (_label, columns) in CHOICES.items():
            fallback = KEPT if value_in_file(self.kept, columns) else FORMER
            chosen = self.cleaned_data.get(name, fallback)
            source = self.former if chosen == FORMER else self.kept
            found |= {column: getattr(source, column) for column in columns}
            if chosen == BOTH:
                found["desk_note"] = self.both_notes
            elif name in OF_HEALTH and name not in self.fields:
                found |= {column: self.joined(column) for column in columns}
        return found


def value_in_file(client: Client, columns: tuple[str, ...]) -> str:
    """What a file says there, as a person reads it."""
    values = (getattr(client, column) for column in columns)
    return " ".join(
        locale.current_formats().full_date(value) if columns == ("born_on",) else str(value)
        for value in values
        if value
    )
