"""The session note: saved while it is written, locked when signed, then only addenda."""

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from booking.errors import NotPossible
from booking.models import Appointment, SessionNote, SessionNoteAddendum, SessionNoteDraft, Status
from booking.reminders.scheduling import schedule_rebook
from booking.scheduling.configuration import current_configuration
from clients.record.access_log import note_access
from clinic.models import AccessEvent, User
from clinic.records.written_reason import require_reason


@dataclass(frozen=True, kw_only=True)
class NoteText:
    """What a therapist writes about one session."""

    subjective: str = ""
    objective: str = ""
    assessment: str = ""
    plan: str = ""
    worked_on: str = ""
    """Marks of the body chart with a blank between: “neck:left shoulder:both”."""
    for_client: str = ""
    rebook_weeks: int | None = None

    @property
    def is_written(self) -> bool:
        """Whether anything stands in its four parts."""
        return any((self.subjective, self.objective, self.assessment, self.plan))


@transaction.atomic
def write_parts(appointment: Appointment, *, parts: Mapping[str, Any], by: User | None) -> SessionNote:
    """Write some parts of a session's note; the others stay as they stand. Raises NotPossible once it is signed."""
    note = lock_note(appointment)
    must_be_unsigned(note)
    for column, value in parts.items():
        setattr(note, column, value)
    note.saved_at, note.saved_by = timezone.now(), by
    note.save(update_fields=[*parts, "saved_at", "saved_by"])
    if appointment.status == Status.COMPLETED:
        # The interval to come again may have changed, and with it the invitation that is owed.
        schedule_rebook(appointment, configuration=current_configuration(), now=note.saved_at)
    return note


@transaction.atomic
def sign_note(appointment: Appointment, *, text: NoteText, by: User, because: str = "") -> SessionNote:
    """Write and lock the note, `because` why another than its therapist does.

    Raises NotPossible: empty, signed, or of a session that has not begun, of which nobody can know what was done.
    """
    if appointment.starts_at > timezone.now():
        raise NotPossible(_("This session has not begun yet."))
    if not text.is_written:
        raise NotPossible(_("The note is still empty. Write a line before you sign it."))
    note = lock_note(appointment)
    must_be_unsigned(note)
    # Who signs is not who wrote: only what they changed is saved in their name.
    changed = {name: value for name, value in asdict(text).items() if value != getattr(note, name)}
    if changed:
        note = write_parts(appointment, parts=changed, by=by)
    note.signed_at, note.signed_by, note.signed_reason = timezone.now(), by, because
    note.save(update_fields=["signed_at", "signed_by", "signed_reason"])
    return note


@transaction.atomic
def add_addendum(appointment: Appointment, *, text: str, by: User) -> SessionNoteAddendum:
    """Add a dated text under a signed note. Raises NotPossible where the note can still be changed itself."""
    note = lock_note(appointment)
    if not note.is_locked:
        raise NotPossible(_("The note is not signed yet; change it itself."))
    SessionNoteDraft.objects.filter(appointment=appointment, by=by).delete()
    return SessionNoteAddendum.objects.create(note=note, text=text, by=by)


@transaction.atomic
def save_note_draft(appointment: Appointment, *, by: User, left: Mapping[str, str], done: Collection[str]) -> None:
    """Keep the parts that one person typed and that could not go into the note; those in `done` wait no longer."""
    draft = SessionNoteDraft.objects.select_for_update(no_key=True).filter(appointment=appointment, by=by).first()
    before = draft.parts if draft else {}
    parts = {**{name: text for name, text in before.items() if name not in done}, **left}
    if not parts:
        SessionNoteDraft.objects.filter(appointment=appointment, by=by).delete()
    elif parts != before:
        SessionNoteDraft.objects.update_or_create(
            appointment=appointment, by=by, defaults={"parts": parts, "at": timezone.now()}
        )


def delete_note_draft(appointment: Appointment, *, by: User) -> None:
    """Throw away what one person typed and did not want after all."""
    SessionNoteDraft.objects.filter(appointment=appointment, by=by).delete()


def delete_old_note_drafts(now: dt.datetime | None = None) -> int:
    """Delete the drafts that their writers left alone for `SessionNoteDraft.KEPT_DAYS`. Returns how many."""
    before = (now or timezone.now()) - dt.timedelta(days=SessionNoteDraft.KEPT_DAYS)
    return SessionNoteDraft.objects.filter(at__lt=before).delete()[0]


def lock_note(appointment: Appointment) -> SessionNote:
    """The note's row, made where it is missing, locked against a second writer."""
    SessionNote.objects.get_or_create(appointment=appointment)
    return SessionNote.objects.select_for_update(no_key=True).get(appointment=appointment)


def must_be_unsigned(note: SessionNote) -> None:
    """A signed note never changes. Raises NotPossible."""
    if note.is_locked:
        raise NotPossible(_("This note is signed. What you wish to add goes into an addendum."))


SIGNED_FOR_COLLEAGUE = "session note signed for a colleague"


@transaction.atomic
def sign_for_colleague(appointment: Appointment, *, text: NoteText | None, reason: str, by: User) -> SessionNote:
    """Lock a colleague's note, with the reason on it and a line in the access log.

    What the colleague wrote stays as it is; `text` counts only where they wrote nothing. Raises Refusal for a
    reason that is no sentence, NotPossible where the note is signed already, or where nothing is written.
    """
    why = require_reason(reason, field="reason")
    note = lock_note(appointment)
    if note.is_locked:
        raise NotPossible(_("This note is signed already."))
    written = NoteText(**{each.name: getattr(note, each.name) for each in fields(NoteText)})
    is_empty = not note.is_written
    said = text if is_empty and text is not None else written
    signed = sign_note(appointment, text=said, by=by, because=why)
    note_access(appointment.client, noun=SIGNED_FOR_COLLEAGUE, action=AccessEvent.Action.CHANGE, user=by)
    return signed
