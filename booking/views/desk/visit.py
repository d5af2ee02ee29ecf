"""One visit, whole: alerts first, then the intake, the plan, the note, the mails and the history."""

import uuid
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.text import capfirst
from django.views.decorators.http import require_safe

from booking.access import appointments_for, gave_session, reads_note, team_only
from booking.actions.clearance import barred
from booking.actions.networks import from_the_same_network
from booking.actions.on_file import judged
from booking.actions.rescreening import swap_offer
from booking.forms.desk import AcceptForm, PlaceForm
from booking.forms.notes import AddendumForm, NoteForm, SignForForm
from booking.forms.repeating import CancelForm
from booking.models import Appointment, SessionNote, SessionNoteDraft
from booking.models.appointment import BOOKED, Status
from booking.order import as_booked
from booking.reminders.kinds.confirmation import CONFIRMATION
from booking.terms import terms_of_swap
from booking.views.desk.alerts import Tone, alerts, taken_back_alerts
from booking.views.desk.banners import answers_to_see, pains_to_see
from booking.views.desk.board import with_history
from booking.views.desk.intakes import Given, given_by
from booking.views.desk.mails import goes_out, messages_of
from booking.views.desk.merging_reviews import shown_of
from booking.views.desk.review import Review, plan_of
from booking.views.desk.twins import twins_of
from booking.views.desk.waitlist import waiting_for
from booking.views.desk.words import in_words, scores_in_words
from clients.actions import note_access
from clients.actions.changes import ChangeInWords, changes_between, changes_in_words, said_in
from clients.care import Catalogue
from clients.catalogue import current
from clients.models import IntakeTakenBack, PainScore
from clinic.http import StaffRequest
from clinic.models import AccessEvent, Practice, User
from clinic.rights import reads_health


def visit_for(user: User, public_id: uuid.UUID) -> Appointment:
    """The visit with its people and the client's history. Raises Http404 where it is not this person's to see."""
    return get_object_or_404(with_history(appointments_for(user)), public_id=public_id)


@team_only
@require_safe
def visit(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Show one visit."""
    return visit_page(request, visit_for(request.user, public_id))


def answer_changes(given: Given, catalogue: Catalogue) -> list[ChangeInWords]:
    """What a client answers otherwise than in the intake before, in words."""
    if given.latest is None or given.earlier is None:
        return []
    return changes_in_words(changes_between(said_in(given.earlier), said_in(given.latest)), catalogue)


def offered_instead(appointment: Appointment) -> dict[str, object]:
    """What suits better than what is booked, if anything, and its terms."""
    instead = swap_offer(appointment)
    terms = terms_of_swap(instead, appointment, Practice.current()) if instead else None
    return {"instead": instead, "instead_terms": terms}


def visit_page(
    request: StaffRequest,
    appointment: Appointment,
    *,
    note_form: NoteForm | None = None,
    addendum_form: AddendumForm | None = None,
    place_form: PlaceForm | None = None,
    cancel_form: CancelForm | None = None,
    accept_form: AcceptForm | None = None,
    sign_form: SignForForm | None = None,
    review: Review | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page of one visit, with the form that was refused, where one was, as it was typed."""
    client = appointment.client
    note_access(client, noun="visit", action=AccessEvent.Action.VIEW, user=request.user)
    this_side, twins = twins_of(request.user, client)
    refused = (sign_form, note_form, addendum_form, place_form, cancel_form, accept_form, review)
    reads = reads_health(request.user)
    context: dict[str, Any] = {
        **(what_was_said(appointment) if reads else NOTHING_SAID),
        **note_parts(request.user, appointment),
        **where_it_stands(appointment),
        "section": "day",
        "appointment": appointment,
        "client": client,
        "this_side": this_side,
        "twins": twins,
        "of_network": from_the_same_network(appointment, appointments_for(request.user)).count(),
        "first": appointment.is_first,  # type: ignore[attr-defined] # annotated
        "answers_to_see": answers_to_see(request.user, client=client),
        "pains_to_see": pains_to_see(request.user, client=client),
        **(offered_instead(appointment) if reads else {}),
        "waiting": waiting_for(request.user, appointment),
        "today": timezone.localdate(),
        "consent": client.valid_consent(version=Practice.current().consent_version),
        **plan_parts(review or (plan_of(appointment) if reads else None)),
        "sign_form": sign_form or SignForForm(),
        "place_form": place_form or PlaceForm(appointment=appointment),
        "cancel_form": cancel_form or CancelForm(appointment=appointment),
        "accept_form": accept_form or AcceptForm(),
        "open_part": next((type(each).__name__ for each in refused if each is not None), ""),
        "messages_of_visit": messages_of(appointment),
        "is_confirmed_by_mail": bool(client.email) and goes_out([appointment], [CONFIRMATION.code]),
        "series_visits": appointment.series.visits.order_by("starts_at") if appointment.series else [],
        "changes": appointment.changes.select_related("by"),
        "refused": next((each for each in refused[:6] if each is not None and each.errors), None),
    }
    context["note_form"] = note_form or NoteForm(instance=context["note"], draft=context["draft"])
    context["addendum_form"] = addendum_form or AddendumForm(initial={"text": as_addendum(context["draft"])})
    return render(request, "booking/desk/visit.html", context, status=status)


def plan_parts(review: Review | None) -> dict[str, Any]:
    """The plan as it is reviewed, and what the page showed of it before anything was typed."""
    return {"review": review, "plan_shown": (review.shown or shown_of(review.items)) if review else ""}


# What the page shows of a client's health to somebody who does not read it.
NOTHING_SAID: dict[str, Any] = {"reads_health": False, "alerts": [], "answers": [], "scores": [], "visit_scores": []}


def note_parts(user: User, appointment: Appointment) -> dict[str, Any]:
    """The session note as far as this person reads it, and whether it is theirs to write."""
    note = SessionNote.objects.filter(appointment=appointment).select_related("signed_by", "saved_by").first()
    if not reads_note(user, appointment):
        return {"reads_note": False, "writes_note": False, "note": None, "addenda": [], "draft": None}
    return {
        "reads_note": True,
        "writes_note": gave_session(user, appointment),
        "note": note,
        "addenda": note.addenda.select_related("by") if note else [],
        "draft": SessionNoteDraft.objects.filter(appointment=appointment, by=user).first(),
    }


def as_addendum(draft: SessionNoteDraft | None) -> str:
    """What came too late for a note, part by part, to be added under it."""
    parts = draft.parts if draft is not None else {}
    columns = [column for column in SessionNote._meta.concrete_fields if column.name in parts]
    return "\n".join(f"{capfirst(str(column.verbose_name))}: {parts[column.name]}" for column in columns)


def where_it_stands(appointment: Appointment) -> dict[str, Any]:
    """What may be done with it, and whether anything needs doing: nothing does once it is cancelled or missed."""
    return {
        "may": {each.name: appointment.may_become(each) for each in Status},
        "is_booked": appointment.status in BOOKED,
        "fell_through": not appointment.is_active,
    }


def what_was_said(appointment: Appointment) -> dict[str, Any]:
    """The part of the page about answers: the newest intake in words, what changed, what to mind, and the numbers."""
    catalogue = current()
    given = given_by([appointment.client_id])[appointment.client_id]
    intake, asked = given.latest, appointment.service.asks_intake
    techniques = as_booked(appointment).techniques
    seen = appointment.clearance_seen_on is not None
    minded = alerts(
        catalogue, techniques, screening=appointment.screening, intake=intake, note_seen=seen, at=appointment.starts_at
    )
    back = IntakeTakenBack.objects.filter(replaced_by=intake) if intake else []
    minded += taken_back_alerts(catalogue, (flag for each in back for flag in each.red_flags))
    return {
        "reads_health": True,
        "alerts": minded,
        "stops": any(each.tone == Tone.STOP for each in minded),
        "intake": intake,
        "intake_state": given.state(last_visit=appointment.last_visit, asked=asked),  # type: ignore[attr-defined] # annotated
        "answers": in_words(intake, catalogue, given.changed) if intake else [],
        "answers_before": given.earlier,
        "answer_changes": answer_changes(given, catalogue),
        "scores": scores_in_words(PainScore.objects.filter(intake=intake), catalogue) if intake else [],
        "visit_scores": scores_in_words(PainScore.objects.filter(visit=appointment.public_id), catalogue),
        "judged": judged(appointment, intake),
        "barred": barred(appointment, intake) if appointment.may_become(Status.CONFIRMED) else "",
    }
