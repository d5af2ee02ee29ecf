"""What can be done with one visit: each a POST of its own, then back to the visit."""

import uuid
from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from booking.access import health_only, team_only
from booking.actions import Scope, cancel_series
from booking.actions import accept as say_yes
from booking.actions import cancel as call_off
from booking.actions import complete as finish
from booking.actions import no_show as stay_away
from booking.actions.rooms import assign
from booking.forms.desk import AcceptForm, PlaceForm
from booking.forms.repeating import CancelForm
from booking.models import Appointment
from booking.views.desk.keeping import keeps_note
from booking.views.desk.mails import telling
from booking.views.desk.visit import visit_for, visit_page
from clinic.errors import Refusal
from clinic.http import StaffRequest
from clinic.posting import post_only

VIA = Appointment.Via.DESK


def change(
    request: StaffRequest, public_id: uuid.UUID, done: Callable[[Appointment], object], said: str
) -> HttpResponse:
    """Do one thing to a visit and say so, or say why not; then show the visit."""
    appointment = visit_for(request.user, public_id)
    try:
        done(appointment)
    except Refusal as refusal:
        messages.error(request, refusal.for_team)
    else:
        messages.success(request, said)
    return redirect("booking:desk-visit", public_id=public_id)


@health_only
@post_only("booking:desk-visit", "public_id")
@keeps_note
def accept(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Say yes to a request, with a reason where the answers speak against it."""
    appointment = visit_for(request.user, public_id)
    form = AcceptForm(request.POST)
    if form.is_valid():
        try:
            say_yes(appointment, by=request.user, reason=form.cleaned_data["reason"])
        except Refusal as refusal:
            if refusal.field != "reason":
                messages.error(request, refusal.for_team)
                return redirect("booking:desk-visit", public_id=public_id)
            form.add_error("reason", refusal.for_team)
        else:
            messages.success(request, _("Confirmed."))
            return redirect("booking:desk-visit", public_id=public_id)
    return visit_page(request, appointment, accept_form=form, status=422)


@team_only
@post_only("booking:desk-visit", "public_id")
@keeps_note
def complete(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """The session took place."""
    said = _("Completed. What goes out now stands under Messages.")
    return change(request, public_id, lambda each: finish(each, by=request.user), said)


@team_only
@post_only("booking:desk-visit", "public_id")
@keeps_note
def no_show(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """The client did not come."""
    said = _("Noted. Nothing more is sent about this visit.")
    return change(request, public_id, lambda each: stay_away(each, by=request.user), said)


@team_only
@post_only("booking:desk-visit", "public_id")
@keeps_note
def cancel(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Cancel, with a reason."""
    appointment = visit_for(request.user, public_id)
    form = CancelForm(request.POST, appointment=appointment)
    if form.is_valid():
        reason, scope = form.cleaned_data["reason"], form.chosen_scope
        try:
            if scope == Scope.ONE:
                call_off(appointment, reason=reason, via=VIA, by=request.user)
                said = telling([appointment], _("Cancelled. The time is free again."), _("The client is told."))
            else:
                gone = cancel_series(appointment, scope=scope, reason=reason, via=VIA, by=request.user)
                count = len(gone)
                done = ngettext("Cancelled: %(count)d visit.", "Cancelled: %(count)d visits.", count) % {"count": count}
                said = telling(gone, done, _("The client is told in one mail."))
        except Refusal as refusal:
            form.add_error(None, refusal.for_team)
        else:
            messages.success(request, said)
            return redirect("booking:desk-visit", public_id=public_id)
    return visit_page(request, appointment, cancel_form=form, status=422)


@team_only
@post_only("booking:desk-visit", "public_id")
@keeps_note
def place(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Another room or kit."""
    appointment = visit_for(request.user, public_id)
    form = PlaceForm(request.POST, appointment=appointment)
    if form.is_valid():
        room, kit = form.cleaned_data["room"], form.cleaned_data.get("kit")
        try:
            assign(appointment, room=room, kit=kit, via=VIA, by=request.user)
        except Refusal as refusal:
            form.add_error("room", refusal.for_team)
        else:
            messages.success(request, _("Room changed."))
            return redirect("booking:desk-visit", public_id=public_id)
    return visit_page(request, appointment, place_form=form, status=422)
