"""The middle of the session screen: the note, what to write it from, and what was worked on."""

from collections.abc import Mapping
from typing import Any

from django.utils.text import capfirst

from booking.appointments.access import is_own_session, may_read_note
from booking.desk.session.forms import AddendumForm, NoteForm, SignForColleagueForm, marks_in_words
from booking.models import Appointment, QuickPhrase, SessionNote, SessionNoteDraft
from clients.catalogue import current_catalogue
from clients.intake.summary import chart_areas
from clients.models import Intake
from clinic.models import Practice, User


def note_column(
    user: User, appointment: Appointment, practice: Practice, forms: Mapping[str, Any], *, intake: Intake | None = None
) -> dict[str, Any]:
    """The session note as far as this person reads it, with its forms; those in `forms` came back as typed. What the
    client marked in their newest `intake` is drawn beside what was worked on."""
    note = SessionNote.objects.filter(appointment=appointment).select_related("signed_by", "saved_by").first()
    if not may_read_note(user, appointment, practice):
        return {"reads_note": False, "may_write_note": False, "note": None, "addenda": [], "draft": None}
    draft = SessionNoteDraft.objects.filter(appointment=appointment, by=user).first()
    form = forms.get("note_form") or NoteForm(instance=note, draft=draft)
    named = [f"{mark.area}:{mark.side}" for mark in intake.marks.all()] if intake else []
    writes = is_own_session(user, appointment) and not (note is not None and note.is_locked)
    return {
        "reads_note": True,
        "may_write_note": is_own_session(user, appointment),
        "note": note,
        "addenda": note.addenda.select_related("by") if note else [],
        "draft": draft,
        "note_form": form,
        "addendum_form": forms.get("addendum_form") or AddendumForm(initial={"text": draft_as_addendum(draft)}),
        "sign_form": forms.get("sign_form") or SignForColleagueForm(),
        "worked_on": marks_in_words(note.worked_on) if note else [],
        "areas": chart_areas(current_catalogue(), marked_in(form), named) if writes else [],
        "client_marks": marks_in_words(" ".join(named)),
        "phrases": QuickPhrase.objects.all() if writes else [],
    }


def marked_in(form: NoteForm) -> frozenset[str]:
    """The marks of the body chart that a form holds, as typed or as they stand."""
    return frozenset(str(form["worked_on"].value() or "").split())


def draft_as_addendum(draft: SessionNoteDraft | None) -> str:
    """What came too late for a note, part by part, to be added under it."""
    parts = draft.parts if draft is not None else {}
    columns = [column for column in SessionNote._meta.concrete_fields if column.name in parts]
    return "\n".join(f"{capfirst(str(column.verbose_name))}: {part_as_read(column.name, parts)}" for column in columns)


def part_as_read(name: str, parts: Mapping[str, str]) -> str:
    """One part of a note as a person reads it."""
    return ", ".join(marks_in_words(parts[name])) if name == "worked_on" else parts[name]
