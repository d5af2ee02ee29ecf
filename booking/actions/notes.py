"""The session note: saved while it is written, locked when signed, then only addenda."""

from dataclasses import asdict, dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from booking.actions.reminding import owe_rebook
from booking.errors import NotPossible
from booking.models import Appointment, SessionNote, SessionNoteAddendum
from booking.models.appointment import Status
from clinic.models import User


@dataclass(frozen=True, kw_only=True)
class Soap:
    """What a therapist writes about one session."""

    subjective: str = ""
    objective: str = ""
    assessment: str = ""
    plan: str = ""
    rebook_weeks: int | None = None


@transaction.atomic
def save_note(appointment: Appointment, *, text: Soap) -> SessionNote:
    """Write the note of a session, as often as wanted until it is signed. Raises NotPossible afterwards."""
    note = locked_note(appointment)
    must_be_open(note)
    for column, value in asdict(text).items():
        setattr(note, column, value)
    note.saved_at = timezone.now()
    note.save(update_fields=[*asdict(text), "saved_at"])
    if appointment.status == Status.COMPLETED:
        # The interval to come again may have changed, and with it the invitation that is owed.
        owe_rebook(appointment, now=note.saved_at)
    return note


@transaction.atomic
def sign_note(appointment: Appointment, *, text: Soap, by: User) -> SessionNote:
    """Write the note a last time and lock it. Raises NotPossible where it is empty, or signed already."""
    if not any((text.subjective, text.objective, text.assessment, text.plan)):
        raise NotPossible(_("The note is still empty. Write a line before you sign it."))
    note = save_note(appointment, text=text)
    note.signed_at, note.signed_by = timezone.now(), by
    note.save(update_fields=["signed_at", "signed_by"])
    return note


@transaction.atomic
def add_to_note(appointment: Appointment, *, text: str, by: User) -> SessionNoteAddendum:
    """Add a dated text under a signed note. Raises NotPossible where the note can still be changed itself."""
    note = locked_note(appointment)
    if not note.is_locked:
        raise NotPossible(_("The note is not signed yet; change it itself."))
    return SessionNoteAddendum.objects.create(note=note, text=text, by=by)


def locked_note(appointment: Appointment) -> SessionNote:
    """The note's row, made where it is missing, locked against a second writer."""
    SessionNote.objects.get_or_create(appointment=appointment)
    return SessionNote.objects.select_for_update(no_key=True).get(appointment=appointment)


def must_be_open(note: SessionNote) -> None:
    """A signed note never changes. Raises NotPossible."""
    if note.is_locked:
        raise NotPossible(_("This note is signed. What you wish to add goes into an addendum."))
