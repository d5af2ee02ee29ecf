"""The session screen: one appointment, from arrival to rebooking."""

import uuid
from collections.abc import Mapping
from typing import Any, TypedDict, Unpack

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from booking.appointments.access import appointments_for, team_only
from booking.desk.booking.repeat_forms import DeskCancelForm
from booking.desk.calendar.board import with_client_history
from booking.desk.forms import AcceptForm, PlaceForm
from booking.desk.session.action_bar import action_bar
from booking.desk.session.client_column import client_column
from booking.desk.session.folded import folded_context, notices_context
from booking.desk.session.forms import AddendumForm, FinishForm, NoteForm, SignForColleagueForm
from booking.desk.session.note_column import note_column
from booking.desk.session.plan_column import plan_column
from booking.desk.session.plan_review import PlanReview
from booking.models import Appointment
from booking.payments.access import balance_seen_by
from booking.payments.forms import PaymentForm
from clients.record.access_log import note_access
from clinic.models import AccessEvent, User
from clinic.web.http import StaffRequest


class SentForms(TypedDict, total=False):
    """The forms of the screen that came back, each as it was typed."""

    finish_form: FinishForm
    pay_form: PaymentForm
    sign_form: SignForColleagueForm
    note_form: NoteForm
    addendum_form: AddendumForm
    place_form: PlaceForm
    cancel_form: DeskCancelForm
    accept_form: AcceptForm
    review: PlanReview


def appointment_with_history(user: User, public_id: uuid.UUID) -> Appointment:
    """The appointment with its people and the client's history. Raises Http404 where it is not this person's to see."""
    return get_object_or_404(with_client_history(appointments_for(user)), public_id=public_id)


@team_only
@require_safe
def show_appointment(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Show one appointment."""
    return render_appointment(request, appointment_with_history(request.user, public_id))


def render_appointment(
    request: StaffRequest, appointment: Appointment, *, status: int = 200, **forms: Unpack[SentForms]
) -> HttpResponse:
    """The screen of one appointment, with the forms that were refused, as they were typed."""
    user, practice = request.user, request.practice
    note_access(appointment.client, noun="appointment", action=AccessEvent.Action.VIEW, user=user)
    told = client_column(user, appointment, practice)
    note = note_column(user, appointment, practice, forms, intake=told.get("intake"))
    context: dict[str, Any] = {
        "appointment": appointment,
        "client": appointment.client,
        "first": appointment.is_first,  # type: ignore[attr-defined] # annotated
        "balance": balance_seen_by(user, appointment),
        **notices_context(user, appointment, practice),
        **told,
        **note,
        **plan_column(user, appointment, practice, forms.get("review")),
        **action_bar(user, appointment, note["note"], practice, forms),
        **folded_context(appointment, forms),
        **what_came_back(forms),
    }
    context["still_open"] = still_open(context)
    return render(request, "booking/desk/appointment.html", context, status=status)


def still_open(context: Mapping[str, Any]) -> list[str]:
    """What is left of a session whose note is signed before it was completed, in words."""
    note, pay = context["note"], context["pay_form"]
    if note is None or not note.is_locked or not context["may_complete"]:
        return []
    left = {
        _("pain after"): any(not row.after for row in context["pain"]),
        _("payment"): pay is not None and pay.balance.outstanding > 0,
        _("next appointment"): context["next_offer"] is not None,
    }
    return [word for word, is_open in left.items() if is_open]


def what_came_back(forms: Mapping[str, Any]) -> dict[str, Any]:
    """Which part of the screen stands open, and the form whose errors stand above all."""
    with_errors = (each for name, each in forms.items() if name != "review" and each.errors)
    return {
        "open_part": next((type(each).__name__ for each in forms.values()), ""),
        "refused": next(with_errors, None),
    }
