"""The session note: typed while it is open, signed, and added to afterwards."""

import re
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.validators import MaxLengthValidator
from django.forms.boundfield import BoundField
from django.utils.translation import gettext_lazy as _

from booking.appointments.session_notes import NoteText
from booking.models import SessionNote, SessionNoteDraft
from clients.catalogue import current_catalogue
from clients.intake.questions import mark_in_words
from clinic.records.written_reason import validate_reason
from clinic.web.edits import Conflict, Editor, MergesEdits, as_sent, fields_of

MARK = re.compile(r"[a-z0-9-]{1,60}:(left|right|both|centre)")


class ChartTicks(forms.HiddenInput):
    """The ticks of a body chart, drawn by clients/includes/body_chart.html: many inputs of one name, one text."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> str | None:
        """The marks that were ticked, in order of the alphabet, with a blank between; None where nothing was sent."""
        sent = data.getlist(name) if hasattr(data, "getlist") else [data[name]] if name in data else []
        return marks_as_text(" ".join(map(str, sent))) if sent else None


def marks_as_text(text: str) -> str:
    """Marks of a body chart as they are kept; what is no mark is passed over."""
    return " ".join(sorted({each for each in text.split() if MARK.fullmatch(each)}))


def marks_in_words(text: str) -> list[str]:
    """Kept marks in words: “Neck (left)”."""
    catalogue = current_catalogue()
    return [mark_in_words(mark, catalogue) for mark in text.split()]


if TYPE_CHECKING:
    NoteBase = forms.ModelForm[SessionNote]
else:
    NoteBase = forms.ModelForm

NOTE_FIELDS = ("subjective", "objective", "assessment", "plan")
NOTE_PARTS = (*NOTE_FIELDS, "worked_on", "for_client", "rebook_weeks")


class NoteForm(MergesEdits, NoteBase):
    """The session note: four parts, a line for the client and when to come again.

    Give it the `draft` of whoever looks, where there is one: its parts stand in the fields, each with what the note
    says instead. They are contested: only a deliberate save writes them.
    """

    shown_as = "note_shown"

    class Meta:
        model = SessionNote
        fields = NOTE_PARTS
        widgets = {
            **{part: forms.Textarea(attrs={"rows": 2, "maxlength": 10_000}) for part in NOTE_FIELDS},
            "worked_on": ChartTicks(),
        }
        # The four parts are known to who writes them; beside them stands only what a colleague has written there.
        help_texts = dict.fromkeys((*NOTE_FIELDS, "worked_on"), "")

    def __init__(self, *args: Any, draft: SessionNoteDraft | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.stands = dict(self.initial)
        for part in NOTE_FIELDS:
            self.fields[part].validators.append(MaxLengthValidator(10_000))
        self.fields["rebook_weeks"].widget.attrs.update({"max": 104, "class": "narrow"})
        self.fields["rebook_weeks"].label = _("Again in (weeks)")
        self.contested: set[str] = set(contested_in(self.as_shown())) if self.is_bound else set()
        for name, text in (draft.parts if draft and not self.is_bound else {}).items():
            if name in self.fields and self.values_of(self[name]) != text_as_sent(text):
                self.contested.add(name)
                self.initial[name] = text
                self.fields[name].help_text = Conflict(name, self.told(self[name]), self.editor(None)).message

    @property
    def soap_fields(self) -> list[BoundField]:
        """The four parts, to be drawn one after the other."""
        return [self[name] for name in NOTE_FIELDS]

    def now(self, bound: BoundField) -> Any:
        """What stands in the note, whatever a draft says."""
        return self.stands.get(bound.name)

    def told(self, bound: BoundField) -> str:
        """What stands there, in words: of the body chart its places."""
        return (
            ", ".join(marks_in_words(str(self.now(bound) or ""))) if bound.name == "worked_on" else super().told(bound)
        )

    def editor(self, since: Any) -> Editor | None:
        """Who saved the note last."""
        note = self.instance
        return Editor(str(note.saved_by), note.saved_at) if note.saved_by is not None else None

    def is_overwritten(self, bound: BoundField, now: list[str | None]) -> bool:
        """Text that goes on from what stands there loses none of it."""
        standing = now[0] or ""
        typed = text_as_sent(bound.data)[0] or ""
        return not (standing and standing in typed) and super().is_overwritten(bound, now)

    def shown_after_save(self) -> dict[str, Any]:
        """What the form shows from now on, and which parts are contested."""
        return {**super().shown_after_save(), "contested": sorted({*self.contested, *self.conflicts})}

    def writable(self, *, deliberate: bool) -> dict[str, Any]:
        """The parts to write, with their values: valid, other than what stands, and changed by this person alone.

        A `deliberate` save that is refused writes nothing; what is saved by itself writes as much as it can.
        """
        if not self.is_valid() and deliberate:
            return {}
        chosen = {*self.touched, *self.contested} if deliberate else {*self.touched} - self.contested
        values = {name: value for name, value in self.cleaned_data.items() if name in chosen}
        return {name: value for name, value in values.items() if self.values_of(self[name]) != text_as_sent(value)}

    def left(self, written: Collection[str]) -> dict[str, str]:
        """The parts that this person typed and that neither stand in the note nor are among those written, as typed."""
        self.is_valid()
        typed = {name: str(self[name].data or "") for name in {*self.touched, *self.contested} - {*written}}
        return {name: text for name, text in typed.items() if self.values_of(self[name]) != text_as_sent(text)}

    def shown_after(self, written: Collection[str]) -> dict[str, Any]:
        """What the open page shows once these parts are written: there it holds what was typed, elsewhere as before."""
        before = {**self.shown_after_save(), **self.as_shown()}
        before["contested"], before["fields"] = contested_in(before), fields_of(before)
        typed = {name: text_as_sent(str(self[name].data or "")) for name in written}
        return {**before, "fields": {**before["fields"], **typed}}

    def soap(self) -> NoteText:
        """What was written, once valid."""
        return NoteText(**{name: self.cleaned_data[name] for name in NOTE_PARTS})


def contested_in(shown: Mapping[str, Any]) -> list[str]:
    """The parts that a page calls contested; a browser may send anything, and what names no part is passed over."""
    said = shown.get("contested")
    return [name for name in NOTE_PARTS if isinstance(said, list) and name in said]


def text_as_sent(text: object) -> list[str | None]:
    """A part of a note as `MergesEdits` compares it."""
    return [value or None for _name, value in as_sent(forms.CharField(), "", text)]


class AddendumForm(forms.Form):
    """What is added to a signed note."""

    text = forms.CharField(label=_("Addendum"), max_length=10_000, widget=forms.Textarea(attrs={"rows": 3}))
    # The page is one form: what must be filled here need not be for another button.
    use_required_attribute = False


class SignForColleagueForm(forms.Form):
    """Why somebody else than the therapist of the session signs its note."""

    reason = forms.CharField(
        label=_("Why do you sign it?"),
        max_length=300,
        validators=[validate_reason],
        help_text=_("Kept with the note and in the access log."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    prefix = "sign"
    use_required_attribute = False


class FinishForm(forms.Form):
    """What closes a session at a tap: sign the note, and the time of the next appointment."""

    sign = forms.BooleanField(label=_("Sign the note"), required=False)
    start = forms.DateTimeField(label=_("Next appointment"), required=False)
    key = forms.UUIDField(required=False, widget=forms.HiddenInput)
    prefix = "next"

    def clean(self) -> dict[str, Any]:
        """A time to book goes with the key that makes it one booking."""
        cleaned = super().clean() or {}
        if cleaned.get("start") and not cleaned.get("key"):
            self.add_error(None, _("This form is broken. Please open it again."))
        return cleaned
