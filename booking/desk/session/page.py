"""One appointment, whole: alerts first, then the intake, the plan, the note, the mails and the history."""

import uuid
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.text import capfirst
from django.views.decorators.http import require_safe

from booking.appointments.access import appointments_for, is_own_session, may_read_note, team_only
from booking.appointments.clearance import bar_reason
from booking.appointments.known_health import suitability_of_booking
from booking.appointments.networks import from_the_same_network
from booking.appointments.rescreening import suggested_swap
from booking.desk.banners import intakes_to_acknowledge, pain_scores_to_acknowledge
from booking.desk.booking.repeat_forms import DeskCancelForm
from booking.desk.calendar.alerts import AlertTone, health_alerts, retracted_alerts
from booking.desk.calendar.board import with_client_history
from booking.desk.calendar.intake_state import IntakePair, intake_pairs
from booking.desk.clients.duplicates import likely_duplicates
from booking.desk.forms import AcceptForm, PlaceForm
from booking.desk.practice.appointment_mails import messages_of_appointment, will_be_mailed
from booking.desk.session.forms import AddendumForm, NoteForm, SignForColleagueForm
from booking.desk.session.plan_review import PlanReview, plan_for_appointment
from booking.desk.session.plan_review_merge import shown_state
from booking.models import BOOKED, Appointment, SessionNote, SessionNoteDraft, Status
from booking.reminders.kinds.confirmation import Confirmation
from booking.scheduling.order import order_as_booked
from booking.scheduling.terms import terms_of_swap
from booking.waitlist.desk_pages import candidates_for_time
from clients.care import Catalogue
from clients.catalogue import current_catalogue
from clients.intake.changes import AnswerChangeInWords, answers_of_intake, changes_between, changes_in_words
from clients.intake.in_words import intake_in_words, scores_in_words
from clients.models import IntakeRetraction, PainScore
from clients.record.access_log import note_access
from clinic.accounts.rights import may_read_health
from clinic.models import AccessEvent, Practice, User
from clinic.web.http import StaffRequest


def appointment_with_history(user: User, public_id: uuid.UUID) -> Appointment:
    """The appointment with its people and the client's history. Raises Http404 where it is not this person's to see."""
    return get_object_or_404(with_client_history(appointments_for(user)), public_id=public_id)


@team_only
@require_safe
def show_appointment(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Show one appointment."""
    return render_appointment(request, appointment_with_history(request.user, public_id))


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


def render_appointment(
    request: StaffRequest,
    appointment: Appointment,
    *,
    note_form: NoteForm | None = None,
    addendum_form: AddendumForm | None = None,
    place_form: PlaceForm | None = None,
    cancel_form: DeskCancelForm | None = None,
    accept_form: AcceptForm | None = None,
    sign_form: SignForColleagueForm | None = None,
    review: PlanReview | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page of one appointment, with the form that was refused, where one was, as it was typed."""
    client, practice = appointment.client, request.practice
    note_access(client, noun="appointment", action=AccessEvent.Action.VIEW, user=request.user)
    this_side, duplicates = likely_duplicates(request.user, client)
    refused = (sign_form, note_form, addendum_form, place_form, cancel_form, accept_form, review)
    reads = may_read_health(request.user)
    context: dict[str, Any] = {
        **(answers_context(appointment, practice) if reads else NO_ANSWERS_CONTEXT),
        **note_context(request.user, appointment),
        **status_context(appointment),
        "section": "day",
        "appointment": appointment,
        "client": client,
        "this_side": this_side,
        "duplicates": duplicates,
        "of_network": from_the_same_network(appointment, appointments_for(request.user)).count(),
        "first": appointment.is_first,  # type: ignore[attr-defined] # annotated
        "intakes_to_acknowledge": intakes_to_acknowledge(request.user, client=client),
        "pain_scores_to_acknowledge": pain_scores_to_acknowledge(request.user, client=client),
        **(suggested_swap_terms(appointment, practice) if reads else {}),
        "waiting": candidates_for_time(request.user, appointment, practice.zone),
        "today": timezone.localdate(),
        "consent": client.valid_consent(version=practice.consent_version),
        **plan_context(review or (plan_for_appointment(appointment) if reads else None)),
        "sign_form": sign_form or SignForColleagueForm(),
        "place_form": place_form or PlaceForm(appointment=appointment),
        "cancel_form": cancel_form or DeskCancelForm(appointment=appointment),
        "accept_form": accept_form or AcceptForm(),
        "open_part": next((type(each).__name__ for each in refused if each is not None), ""),
        "messages_of_appointment": messages_of_appointment(appointment),
        "is_confirmed_by_mail": bool(client.email) and will_be_mailed([appointment], [Confirmation.code]),
        "series_appointments": appointment.series.appointments.order_by("starts_at") if appointment.series else [],
        "changes": appointment.changes.select_related("by"),
        "refused": next((each for each in refused[:6] if each is not None and each.errors), None),
    }
    context["note_form"] = note_form or NoteForm(instance=context["note"], draft=context["draft"])
    context["addendum_form"] = addendum_form or AddendumForm(initial={"text": draft_as_addendum(context["draft"])})
    return render(request, "booking/desk/appointment.html", context, status=status)


def plan_context(review: PlanReview | None) -> dict[str, Any]:
    """The plan as it is reviewed, and what the page showed of it before anything was typed."""
    return {"review": review, "plan_shown": (review.shown or shown_state(review.items)) if review else ""}


# What the page shows of a client's health to somebody who does not read it.
NO_ANSWERS_CONTEXT: dict[str, Any] = {
    "may_read_health": False,
    "alerts": [],
    "answers": [],
    "scores": [],
    "appointment_scores": [],
}


def note_context(user: User, appointment: Appointment) -> dict[str, Any]:
    """The session note as far as this person reads it, and whether it is theirs to write."""
    note = SessionNote.objects.filter(appointment=appointment).select_related("signed_by", "saved_by").first()
    if not may_read_note(user, appointment):
        return {"reads_note": False, "may_write_note": False, "note": None, "addenda": [], "draft": None}
    return {
        "reads_note": True,
        "may_write_note": is_own_session(user, appointment),
        "note": note,
        "addenda": note.addenda.select_related("by") if note else [],
        "draft": SessionNoteDraft.objects.filter(appointment=appointment, by=user).first(),
    }


def draft_as_addendum(draft: SessionNoteDraft | None) -> str:
    """What came too late for a note, part by part, to be added under it."""
    parts = draft.parts if draft is not None else {}
    columns = [column for column in SessionNote._meta.concrete_fields if column.name in parts]
    return "\n".join(f"{capfirst(str(column.verbose_name))}: {parts[column.name]}" for column in columns)


def status_context(appointment: Appointment) -> dict[str, Any]:
    """What may be done with it, and whether anything needs doing: nothing does once it is cancelled or missed."""
    return {
        "may": {each.name: appointment.can_become(each) for each in Status},
        "is_booked": appointment.status in BOOKED,
        "is_cancelled_or_missed": not appointment.is_active,
    }


def answers_context(appointment: Appointment, practice: Practice) -> dict[str, Any]:
    """The part of the page about answers: the newest intake in words, what changed, what to mind, and the numbers."""
    catalogue = current_catalogue()
    given = intake_pairs([appointment.client_id])[appointment.client_id]
    intake, asked = given.latest, appointment.service.asks_intake
    techniques = order_as_booked(appointment).techniques
    seen = appointment.clearance_seen_on is not None
    minded = health_alerts(
        catalogue, techniques, screening=appointment.screening, intake=intake, note_seen=seen, at=appointment.starts_at
    )
    back = IntakeRetraction.objects.filter(replaced_by=intake) if intake else []
    minded += retracted_alerts(catalogue, (flag for each in back for flag in each.red_flags))
    return {
        "may_read_health": True,
        "alerts": minded,
        "stops": any(each.tone == AlertTone.STOP for each in minded),
        "intake": intake,
        "intake_state": given.state(last_appointment=appointment.last_appointment, asked=asked),  # type: ignore[attr-defined] # annotated
        "answers": intake_in_words(intake, catalogue, given.changed) if intake else [],
        "answers_before": given.earlier,
        "answer_changes": answer_changes(given, catalogue),
        "scores": scores_in_words(PainScore.objects.filter(intake=intake), catalogue) if intake else [],
        "appointment_scores": scores_in_words(PainScore.objects.filter(appointment=appointment.public_id), catalogue),
        "judged": suitability_of_booking(appointment, intake, practice),
        "barred": bar_reason(appointment, intake) if appointment.can_become(Status.CONFIRMED) else "",
    }
