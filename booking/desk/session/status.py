"""What can be done with one appointment: each a POST of its own, then back to the appointment."""

import uuid
from collections.abc import Callable, Iterable, Sequence
from typing import TypedDict, Unpack

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_list_or_404, get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from booking.appointments.access import clients_for, health_only, team_only
from booking.appointments.arrival import mark_arrived, undo_arrival
from booking.appointments.clearance import acknowledge_clearance
from booking.appointments.reallocation import assign_resources
from booking.appointments.rescreening import accept_swap
from booking.appointments.series_change import SeriesScope, appointments_in_scope, cancel_series, cancel_together
from booking.appointments.status import accept_request, cancel_appointment, complete_appointment, mark_no_show
from booking.appointments.undo import Standing
from booking.desk.booking.repeat_forms import DeskCancelForm
from booking.desk.booking.undo import done, undo_cancel_url, with_undo
from booking.desk.calendar.dates import day_url
from booking.desk.forms import AcceptForm, PlaceForm
from booking.desk.practice.appointment_mails import change_notice
from booking.desk.session.note_kept import appointment_button, saves_note_first
from booking.desk.session.page import appointment_with_history, render_appointment
from booking.errors import NotPossible
from booking.models import Appointment, Service
from booking.payments.missed_fee import undo_no_show_with_fee
from booking.reminders.change_news import ChangeNews
from booking.scheduling.terms import terms_in_form
from clients.intake.acknowledgement import acknowledge_intake
from clients.models import Intake, PainScore
from clients.pain.follow_up import acknowledge_pain
from clinic.errors import Refusal
from clinic.web.http import StaffRequest, redirect_saying, refusals_in, refusals_said
from clinic.web.post_only import post_only

DESK_VIA = Appointment.Via.DESK


def run_action(
    request: StaffRequest, public_id: uuid.UUID, act: Callable[[Appointment], object], said: str
) -> HttpResponse:
    """Do one thing to an appointment and say so, or say why not; then show the appointment."""
    appointment = appointment_with_history(request.user, public_id)
    with refusals_said(request):
        act(appointment)
        messages.success(request, said)
    return redirect("booking:desk-appointment", public_id=public_id)


@health_only
@appointment_button
def desk_accept(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Say yes to a request, with a reason where the answers speak against it."""
    appointment = appointment_with_history(request.user, public_id)
    form = AcceptForm(request.POST)
    if form.is_valid():
        try:
            accept_request(appointment, by=request.user, practice=request.practice, reason=form.cleaned_data["reason"])
        except Refusal as refusal:
            if refusal.field != "reason":
                messages.error(request, refusal.for_team)
                return redirect("booking:desk-appointment", public_id=public_id)
            form.add_error("reason", refusal.for_team)
        else:
            return redirect_saying(request, _("Confirmed."), "booking:desk-appointment", public_id=public_id)
    return render_appointment(request, appointment, accept_form=form, status=422)


@team_only
@appointment_button
def desk_arrived(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """The client is here; with “undo” they are not after all. From the calendar it goes back there."""
    appointment, sent = appointment_with_history(request.user, public_id), {*request.GET, *request.POST}
    change = undo_arrival if "undo" in sent else mark_arrived
    if "calendar" in sent:
        return arrived_on_calendar(request, appointment, change)
    with refusals_said(request):
        change(appointment, by=request.user)
    return redirect("booking:desk-appointment", public_id=public_id)


def arrived_on_calendar(
    request: StaffRequest, appointment: Appointment, change: Callable[..., Appointment]
) -> HttpResponse:
    """Note it and say so where the calendar stands, with what takes it back."""
    url = reverse("booking:desk-appointment-arrived", args=[appointment.public_id])
    undo = "" if change is undo_arrival else f"{url}?calendar=1&undo=1"
    said = _("%(client)s is here.") if undo else _("%(client)s is not here yet.")
    words, failed = said % {"client": appointment.client}, False
    try:
        change(appointment, by=request.user)
    except Refusal as refusal:
        words, failed = refusal.for_team, True
    if request.htmx:
        return done(words, "", undo="" if failed else undo, failed=failed)
    (messages.error if failed else messages.success)(request, words)
    return redirect(day_url(appointment.starts_at.astimezone(request.practice.zone).date()))


@team_only
@appointment_button
def desk_complete(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """The session took place."""
    said = _("Completed. What goes out now stands under Messages.")
    return run_action(request, public_id, lambda each: complete_appointment(each, by=request.user), said)


@team_only
@appointment_button
def desk_no_show(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """The client did not come; with the button “undo” they did after all."""
    if "undo" in request.POST:
        said = _("Undone: it stands as before. What goes out now stands under Messages.")
        return run_action(request, public_id, lambda each: undo_no_show_with_fee(each, by=request.user), said)
    said = _("Noted. Nothing more is sent about this appointment.")
    return run_action(request, public_id, lambda each: mark_no_show(each, by=request.user), said)


@team_only
@appointment_button
def desk_cancel(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Cancel: at the client's wish, or as the practice, with a reason."""
    appointment = appointment_with_history(request.user, public_id)
    form = DeskCancelForm(request.POST, appointment=appointment)
    if form.is_valid():
        with refusals_in(form):
            why: CancelWish = {"reason": form.cleaned_data["reason"], "client_asked": form.client_asked}
            if form.chosen_scope == SeriesScope.ONE:
                said = cancel_one(request, appointment, **why)
            else:
                said = cancel_several(request, appointment, form.chosen_scope, **why)
            return redirect_saying(request, said, "booking:desk-appointment", public_id=public_id)
    return render_appointment(request, appointment, cancel_form=form, status=422)


class CancelWish(TypedDict):
    """Why something is cancelled, and whether the client asked for it."""

    reason: str
    client_asked: bool


def cancel_one(request: StaffRequest, appointment: Appointment, **why: Unpack[CancelWish]) -> str:
    """Cancel one appointment; return what is said, with the link that takes it back. Raises Refusal."""
    undo = undo_cancel_url(appointment, [Standing.of(appointment)]) if appointment.is_ahead else ""
    gone = cancel_appointment(
        appointment,
        **why,
        via=DESK_VIA,
        practice=request.practice,
        by=request.user,
        news=ChangeNews(waits=True),
    )
    said = change_notice([gone], _("Cancelled. The time is free again."), _("The client is told."))
    return with_undo(said, undo) if undo else said


def cancel_several(request: StaffRequest, appointment: Appointment, scope: str, **why: Unpack[CancelWish]) -> str:
    """Cancel those of its series that are meant; return what is said. Raises Refusal."""
    stood = [Standing.of(each) for each in appointments_in_scope(appointment, scope)]
    waits = ChangeNews(waits=True)
    gone = cancel_series(appointment, scope=scope, **why, via=DESK_VIA, by=request.user, news=waits)
    return said_of_several(gone, stood)


def cancel_of_client(request: StaffRequest, appointments: Sequence[Appointment], **why: Unpack[CancelWish]) -> str:
    """Cancel one or several of a client, with one mail; return what is said. Raises Refusal."""
    if len(appointments) == 1:
        return cancel_one(request, appointments[0], **why)
    stood = [Standing.of(each) for each in appointments]
    gone = cancel_together(appointments, **why, via=DESK_VIA, by=request.user, news=ChangeNews(waits=True))
    return said_of_several(gone, stood)


def said_of_several(gone: Sequence[Appointment], stood: Iterable[Standing]) -> str:
    """What is said of several that were cancelled at once, with the link that takes it back."""
    keys = {each.pk for each in gone}
    done = ngettext("Cancelled: %(count)d appointment.", "Cancelled: %(count)d appointments.", len(gone))
    said = change_notice(gone, done % {"count": len(gone)}, _("The client is told in one mail."))
    return with_undo(said, undo_cancel_url(gone[0], [each for each in stood if each.key in keys]))


@team_only
@appointment_button
def desk_assign_resources(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Another room or kit."""
    appointment = appointment_with_history(request.user, public_id)
    form = PlaceForm(request.POST, appointment=appointment)
    if form.is_valid():
        room, kit = form.cleaned_data["room"], form.cleaned_data.get("kit")
        with refusals_in(form, "room"):
            assign_resources(appointment, room=room, kit=kit, via=DESK_VIA, by=request.user)
            return redirect_saying(request, _("Room changed."), "booking:desk-appointment", public_id=public_id)
    return render_appointment(request, appointment, place_form=form, status=422)


@health_only
@appointment_button
def desk_swap(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Change to the service that was offered, at the same time; the client is told by the confirmation."""
    appointment = appointment_with_history(request.user, public_id)
    service = Service.objects.filter(slug=request.POST.get("service", "")).first()
    with refusals_said(request):
        if service is None:
            raise NotPossible(_("That is not on offer any more."))
        shown = terms_in_form(request.POST)
        accept_swap(appointment, service=service, practice=request.practice, via=DESK_VIA, by=request.user, shown=shown)
        messages.success(request, change_notice([appointment], _("Changed."), _("The client is told.")))
    return redirect("booking:desk-appointment", public_id=public_id)


class ClearanceSeenForm(forms.Form):
    """When the note was seen."""

    on = forms.DateField(
        label=gettext_lazy("Seen on"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )


@health_only
@appointment_button
def record_clearance(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Keep that the doctor's note was seen, by whom and when; a day left empty is today."""
    form = ClearanceSeenForm({"on": request.POST.get("on") or timezone.localdate()})

    def seen(appointment: Appointment) -> None:
        if not form.is_valid():
            raise NotPossible(_("We could not read that day."))
        acknowledge_clearance(appointment, on=form.cleaned_data["on"], by=request.user, practice=request.practice)

    return run_action(request, public_id, seen, _("Noted: you have seen the doctor's note."))


@health_only
@post_only("booking:desk")
@saves_note_first
def acknowledge_answers(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Note who saw to it, and go back to the page it was ticked on."""
    rows = Intake.objects.select_related("client").filter(client__in=clients_for(request.user))
    intake = get_object_or_404(rows, public_id=public_id)
    acknowledge_intake(intake, by=request.user)
    messages.success(request, _("Noted: you see to it. Reminders go on once the appointment may take place."))
    return return_url(request) or redirect("booking:desk-client", public_id=intake.client.public_id)


@health_only
@post_only("booking:desk")
def acknowledge_pain_score(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Note who calls about the pain after this appointment, and go back to the page it was ticked on."""
    scores = PainScore.objects.select_related("client").filter(client__in=clients_for(request.user), needs_call=True)
    for score in get_list_or_404(scores, appointment=public_id):
        acknowledge_pain(score, by=request.user)
    messages.success(request, _("Noted: you see to it."))
    return return_url(request) or redirect("booking:desk-appointment", public_id=public_id)


def return_url(request: StaffRequest) -> HttpResponse | None:
    """The page on which something was ticked, where it is one of ours."""
    back = request.POST.get("next", "")
    ours = url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    return redirect(back) if ours else None
