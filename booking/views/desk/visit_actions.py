"""What can be done with one visit: each a POST of its own, then back to the visit."""

import uuid
from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from booking.access import gave_session, health_only, reads_note, team_only
from booking.actions import Scope, cancel_series
from booking.actions import accept as say_yes
from booking.actions import cancel as call_off
from booking.actions import complete as finish
from booking.actions import no_show as stay_away
from booking.actions.notes import add_to_note, save_note, sign_note
from booking.actions.rooms import assign
from booking.actions.signing_notes import sign_for_colleague
from booking.forms.desk import AcceptForm, AddendumForm, NoteForm, PlaceForm
from booking.forms.notes import SignForForm
from booking.forms.repeating import CancelForm
from booking.models import Appointment, SessionNote
from booking.views.desk.mails import telling
from booking.views.desk.visit import visit_for, visit_page
from clients.actions import note_access
from clinic.errors import Refusal
from clinic.http import StaffRequest
from clinic.models import AccessEvent, User
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
def complete(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """The session took place."""
    said = _("Completed. What goes out now stands under Messages.")
    return change(request, public_id, lambda each: finish(each, by=request.user), said)


@team_only
@post_only("booking:desk-visit", "public_id")
def no_show(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """The client did not come."""
    said = _("Noted. Nothing more is sent about this visit.")
    return change(request, public_id, lambda each: stay_away(each, by=request.user), said)


@team_only
@post_only("booking:desk-visit", "public_id")
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


@health_only
@post_only("booking:desk-visit", "public_id")
def note(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Save the session note, or with the button “sign” lock it."""
    appointment = note_visit(request.user, public_id)
    form = NoteForm(request.POST, instance=SessionNote(appointment=appointment))
    if form.is_valid() and not gave_session(request.user, appointment):
        form.add_error(None, only_theirs(appointment))
    elif form.is_valid():
        try:
            if "sign" in request.POST:
                sign_note(appointment, text=form.soap(), by=request.user)
                said = _("Signed. From now on you add to it with an addendum.")
            else:
                save_note(appointment, text=form.soap())
                said = _("Note saved.")
        except Refusal as refusal:
            form.add_error(None, refusal.for_team)
        else:
            note_access(appointment.client, noun="session note", action=AccessEvent.Action.CHANGE, user=request.user)
            messages.success(request, said)
            return redirect("booking:desk-visit", public_id=public_id)
    return visit_page(request, appointment, note_form=form, status=422)


def note_visit(user: User, public_id: uuid.UUID) -> Appointment:
    """The visit of a note that this person may read. Raises Http404."""
    appointment = visit_for(user, public_id)
    if not reads_note(user, appointment):
        raise Http404
    return appointment


def only_theirs(appointment: Appointment) -> str:
    """Why a colleague's note does not change."""
    said = _("%(name)s gave this session and writes its note. You can sign it in their place, with the reason.")
    return said % {"name": appointment.therapist.name}


@health_only
@post_only("booking:desk-visit", "public_id")
def sign_for(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Sign the note of a colleague, with the reason; where they wrote nothing, with a text of one's own."""
    appointment = note_visit(request.user, public_id)
    form = SignForForm(request.POST)
    text = NoteForm(request.POST, instance=SessionNote(appointment=appointment))
    if form.is_valid() and text.is_valid():
        try:
            sign_for_colleague(appointment, text=text.soap(), reason=form.cleaned_data["reason"], by=request.user)
        except Refusal as refusal:
            form.add_error(None, refusal.for_team)
        else:
            messages.success(request, _("Signed. From now on you add to it with an addendum."))
            return redirect("booking:desk-visit", public_id=public_id)
    return visit_page(request, appointment, note_form=text, sign_form=form, status=422)


@health_only
@post_only("booking:desk-visit", "public_id")
def addendum(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Add a text under the signed note."""
    appointment = note_visit(request.user, public_id)
    form = AddendumForm(request.POST)
    if form.is_valid():
        try:
            add_to_note(appointment, text=form.cleaned_data["text"], by=request.user)
        except Refusal as refusal:
            form.add_error(None, refusal.for_team)
        else:
            note_access(appointment.client, noun="session note", action=AccessEvent.Action.CHANGE, user=request.user)
            messages.success(request, _("Added."))
            return redirect("booking:desk-visit", public_id=public_id)
    return visit_page(request, appointment, addendum_form=form, status=422)
