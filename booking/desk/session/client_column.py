"""The left of the session screen: alerts, what changed, the client's own words, their pain, and the last note."""

from typing import Any

from booking.appointments.access import may_read_note
from booking.appointments.clearance import bar_reason
from booking.appointments.known_health import suitability_of_booking
from booking.appointments.rescreening import suggested_swap
from booking.desk.calendar.alerts import AlertTone, alerts_for, alerts_for_desk, retracted_alerts
from booking.desk.calendar.intake_state import IntakePair, intake_pairs
from booking.desk.session.pain import pain_rows
from booking.models import Appointment, SessionNote, Status
from booking.scheduling.terms import terms_of_swap
from clients.care import Catalogue
from clients.catalogue import current_catalogue
from clients.intake.changes import AnswerChangeInWords, answers_of_intake, changes_between, changes_in_words
from clients.intake.in_words import intake_in_words, scores_in_words
from clients.intake.session_card import session_card
from clients.models import Attachment, IntakeRetraction, PainScore
from clinic.accounts.rights import may_read_health
from clinic.models import Practice, User

# What the page shows of a client's health to somebody who does not read it.
NO_ANSWERS: dict[str, Any] = {
    "may_read_health": False,
    "alerts": [],
    "card": None,
    "answers": [],
    "scores": [],
    "appointment_scores": [],
    "pain": [],
    "last_note": None,
}


def client_column(user: User, appointment: Appointment, practice: Practice) -> dict[str, Any]:
    """Everything about the client that is read before and while they lie down."""
    if not may_read_health(user):
        return {**NO_ANSWERS, "alerts": alerts_for_desk(appointment.client)}
    given = intake_pairs([appointment.client_id], with_marks=True)[appointment.client_id]
    return {
        "may_read_health": True,
        **answers_context(appointment, given, practice),
        **suggested_swap_terms(appointment, practice),
        **pain_context(appointment, given),
        "last_note": last_note(user, appointment, practice),
    }


def answers_context(appointment: Appointment, given: IntakePair, practice: Practice) -> dict[str, Any]:
    """The answers: what to mind, what changed, the newest intake in words, and its numbers."""
    catalogue = current_catalogue()
    intake, asked = given.latest, appointment.service.asks_intake
    minded = alerts_for(appointment, intake, practice)
    back = IntakeRetraction.objects.filter(replaced_by=intake) if intake else []
    minded += retracted_alerts(catalogue, (flag for each in back for flag in each.red_flags))
    return {
        "alerts": minded,
        "stops": any(each.tone == AlertTone.STOP for each in minded),
        "intake": intake,
        "intake_state": given.state(last_appointment=appointment.last_appointment, asked=asked),  # type: ignore[attr-defined] # annotated
        "card": session_card(intake, catalogue, appointment.client) if intake else None,
        "answers": intake_in_words(intake, catalogue, given.changed) if intake else [],
        "answers_before": given.earlier,
        "answer_changes": answer_changes(given, catalogue),
        "scores": scores_in_words(PainScore.objects.filter(intake=intake), catalogue) if intake else [],
        "appointment_scores": scores_in_words(PainScore.objects.filter(appointment=appointment.public_id), catalogue),
        "judged": suitability_of_booking(appointment, intake, practice),
        "note_files": Attachment.objects.doctor_notes().filter(client=appointment.client_id).count(),
        "barred": bar_reason(appointment, intake, practice) if appointment.can_become(Status.CONFIRMED) else "",
    }


def answer_changes(given: IntakePair, catalogue: Catalogue) -> list[AnswerChangeInWords]:
    """What a client answers otherwise than in the intake before, in words."""
    if given.latest is None or given.earlier is None:
        return []
    return changes_in_words(
        changes_between(answers_of_intake(given.earlier), answers_of_intake(given.latest)), catalogue
    )


def suggested_swap_terms(appointment: Appointment, practice: Practice) -> dict[str, object]:
    """What suits better than what is booked, if anything, and its terms."""
    instead = suggested_swap(appointment, practice)
    terms = terms_of_swap(instead, appointment, practice) if instead else None
    return {"instead": instead, "instead_terms": terms}


def pain_context(appointment: Appointment, given: IntakePair) -> dict[str, Any]:
    """A row of numbers for each complaint, with those of the last session that took place."""
    earlier = Appointment.objects.filter(client=appointment.client_id, starts_at__lt=appointment.starts_at)
    previous = earlier.filter(status=Status.COMPLETED).order_by("-starts_at").first()
    rows, last = pain_rows(appointment, given.latest, previous)
    return {"pain": rows, "pain_last": last, "pain_numbers": range(11)}


def last_note(user: User, appointment: Appointment, practice: Practice) -> SessionNote | None:
    """The note of the session before, where something was written and this person reads it."""
    earlier = SessionNote.objects.filter(
        appointment__client=appointment.client_id, appointment__starts_at__lt=appointment.starts_at
    )
    notes = earlier.exclude(subjective="", objective="", assessment="", plan="")
    found = notes.select_related("appointment__therapist").order_by("-appointment__starts_at").first()
    return found if found is not None and may_read_note(user, found.appointment, practice) else None
