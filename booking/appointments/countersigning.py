"""Signing the session note of a colleague, who is ill or has left: their text stays, and the reason is kept."""

from dataclasses import fields

from django.db import transaction
from django.utils.translation import gettext as _

from booking.appointments.session_notes import NoteText, lock_note, sign_note
from booking.errors import NotPossible
from booking.models import Appointment, SessionNote
from clients.record.access_log import note_access
from clinic.models import AccessEvent, User
from clinic.records.written_reason import require_reason

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
