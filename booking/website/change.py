"""Moving and cancelling by the client: looked at on GET, done on POST, refused kindly when it is too late."""

import datetime as dt
import uuid
from dataclasses import replace

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from booking.appointments.access import owns_appointment
from booking.appointments.eligibility import must_be_allowed_online, must_be_within_limit
from booking.appointments.forms import ClientCancelForm
from booking.appointments.known_health import earliest_move_start
from booking.appointments.links import extend_links
from booking.appointments.move import move_appointment
from booking.appointments.selection import Selection, read_start, selection_from
from booking.appointments.status import cancel_appointment
from booking.appointments.undo import own_cancellation_to_undo, undo_cancel
from booking.errors import SlotTaken, TemporarilyBusy
from booking.models import Appointment, Status
from booking.scheduling import schedule
from booking.scheduling.availability import Unavailable
from booking.scheduling.order import order_as_booked
from booking.scheduling.schedule import FreeTime, FreeTimes
from booking.scheduling.terms import terms_as_booked, terms_in_form
from booking.website.appointment import (
    ClientAppointment,
    appointment_of_link,
    appointment_url,
    is_of_reader,
    opened_by_appointment_link,
)
from booking.website.common import day_label, is_past_cutoff, time_zone_note, with_refusal_status
from booking.website.details import other_times
from booking.website.times import ANYONE, therapist_choices, weeks_context, window_asked_for
from booking.website.weeks import WeekWindow
from clinic.country import locale
from clinic.errors import Refusal
from clinic.web.http import HttpRequest, refusals_told
from clinic.web.post_only import post_only
from clinic.web.typed import typed_at


@opened_by_appointment_link
@require_http_methods(["GET", "HEAD", "POST"])
def client_move(request: HttpRequest, subject: uuid.UUID) -> HttpResponse:
    """Choose another time, look at it, and move there on POST."""
    opened = appointment_of_link(subject, request.practice)
    selection = selection_from(request.GET, opened.appointment.service)
    if request.method == "POST":
        return move_to_chosen(request, opened, selection)
    if not opened.may_move:
        return change_refusal(request, opened)
    if selection.start is not None:
        context = {
            "shown": opened,
            "start": selection.start,
            "end": selection.start + dt.timedelta(minutes=opened.appointment.minutes),
            "is_near": is_past_cutoff(opened.appointment.service, selection.start, opened.practice),
            "therapist": selection.therapist or opened.appointment.therapist,
            "terms": terms_as_booked(opened.appointment),
            "back_url": reverse("booking:appointment-move", args=[str(subject)]),
        }
        return render(request, "booking/website/move_confirm.html", context)
    return choose_new_time(request, opened, selection)


def choose_new_time(
    request: HttpRequest, opened: ClientAppointment, selection: Selection, *, refusal: Refusal | None = None
) -> HttpResponse:
    """The weeks of times that this very appointment could have: its own time is never in its way."""
    appointment = opened.appointment
    is_anyone = selection.therapist is None and request.GET.get("therapist") == ANYONE
    therapist = None if is_anyone else selection.therapist or appointment.therapist
    with_whom = replace(selection.at_any_time, therapist=therapist)
    here = reverse("booking:appointment-move", args=[str(appointment.public_id)])
    since = earliest_move_start(appointment, opened.practice)
    near = with_whom.day or timezone.localdate(appointment.starts_at)
    window = window_asked_for(request, appointment.service, opened.practice, since=since, near=near)
    if window is None:
        messages.warning(request, _("We could not read that day. Here are the next free times."))
        return redirect(here)
    anyone = {"therapist": ANYONE} if is_anyone else {}
    free = times_for_move(opened, window, with_whom, since)
    taken = replace(with_whom, start=selection.start)
    others = other_times(refusal, taken, here) if isinstance(refusal, SlotTaken) else []
    context = {
        "shown": opened,
        "refusal": refusal,
        "alternatives": others,
        "therapists": therapist_choices(with_whom, window, here, anyone=ANYONE),
        **weeks_context(
            free,
            window,
            address=lambda **query: here + replace(with_whom, day=None).query(**query, **anyone),
            time_url=lambda each: here + replace(with_whom, start=each.start, therapist=each.therapists[0]).query(),
            own_therapist=appointment.therapist if is_anyone else None,
        ),
        "zone_words": time_zone_note(opened.practice),
        "back_url": appointment_url(appointment.public_id),
    }
    return render(request, "booking/website/move.html", context)


def times_for_move(
    opened: ClientAppointment, window: WeekWindow, selection: Selection, since: dt.datetime | None
) -> FreeTimes:
    """The free times of these weeks for an appointment that is being moved, without the one it has.

    Each has one therapist: the one chosen, or, where anybody will do, the one who has it now, else the one with the
    lightest day.
    """
    appointment = opened.appointment
    found = schedule.read_schedule(
        order_as_booked(appointment),
        first=window.first,
        last=window.last,
        therapist=selection.therapist,
        leaving_out=appointment,
    )
    free = []
    for offer in found.offers(window.first, window.last):
        each = found.free_time(offer)
        is_past_by = since is None or each.start >= since
        if not is_past_by or (each.start == appointment.starts_at and appointment.therapist in each.therapists):
            continue
        if appointment.therapist in each.therapists:
            who = appointment.therapist
        else:
            who, *_others = found.lightest_first(offer.therapists, timezone.localtime(each.start).date())
        free.append(FreeTime(each.start, (who,)))
    return FreeTimes(found.zone, free)


def move_to_chosen(request: HttpRequest, opened: ClientAppointment, selection: Selection) -> HttpResponse:
    """Move to the posted time, or say why not, with other times where there are any."""
    start = read_start(request.POST.get("start", ""))
    if start is None:
        messages.warning(request, _("We could not read that time. Please choose one from the list."))
        return redirect("booking:appointment-move", key=str(opened.appointment.public_id))
    try:
        moved = move_appointment(
            opened.appointment,
            start=start,
            therapist=selection.therapist,
            via=Appointment.Via.WEB,
            practice=opened.practice,
            by_client=True,
            shown=terms_in_form(request.POST),
        )
    except (SlotTaken, TemporarilyBusy) as refused:
        error = as_reader_is_told(request, opened.appointment.public_id, refused)
        again = choose_new_time(request, opened, replace(selection, start=start), refusal=error)
        return with_refusal_status(again, error)
    except Refusal as error:
        messages.warning(request, error.message)
        return redirect("booking:appointment", key=str(opened.appointment.public_id))
    extend_links(moved)
    when = timezone.localtime(moved.starts_at)
    words = {"day": day_label(when), "time": locale.current_formats().clock(when)}
    messages.success(request, _("Moved to %(day)s at %(time)s.") % words)
    return redirect("booking:appointment", key=str(moved.public_id))


@opened_by_appointment_link
@require_http_methods(["GET", "HEAD", "POST"])
def client_cancel(request: HttpRequest, subject: uuid.UUID) -> HttpResponse:
    """Say what cancelling means on GET; cancel on POST."""
    opened = appointment_of_link(subject, request.practice)
    typed = None if request.method == "POST" else typed_at(request)
    form = ClientCancelForm(request.POST if request.method == "POST" else None, initial=typed.dict() if typed else None)
    if request.method != "POST" and not opened.may_cancel:
        return change_refusal(request, opened)
    status = 200
    if request.method == "POST":
        if form.is_valid():
            return cancel_and_show(request, opened, form.cleaned_data["reason"])
        status = 422
    context = {"shown": opened, "form": form, "typed_again": typed, "back_url": appointment_url(subject)}
    return render(request, "booking/website/cancel.html", context, status=status)


def cancel_and_show(request: HttpRequest, opened: ClientAppointment, reason: str) -> HttpResponse:
    """Cancel, or say why not, and show the appointment as it now stands."""
    with refusals_told(request):
        via = Appointment.Via.WEB
        cancel_appointment(opened.appointment, reason=reason, via=via, practice=opened.practice, by_client=True)
        messages.success(request, _("Your appointment is cancelled. You are welcome back any time."))
    return redirect("booking:appointment", key=str(opened.appointment.public_id))


@opened_by_appointment_link
@post_only("booking:appointment", "key")
def client_uncancel(request: HttpRequest, subject: uuid.UUID) -> HttpResponse:
    """Give what the client has just cancelled its time back, as it stood and at its price, while nobody has it.

    Who has booked another in its place, up to what one address may book, or may not book online, has to call. What was
    only requested waits for the team as before: whoever typed the name is told nothing of its file (I8).
    """
    appointment = appointment_of_link(subject, request.practice).appointment
    stood = own_cancellation_to_undo(appointment)
    if stood is not None:
        with refusals_told(request):
            via, is_stranger = Appointment.Via.WEB, not owns_appointment(request, subject)
            practice = request.practice
            must_be_within_limit(
                appointment.client, via=via, practice=practice, is_stranger=is_stranger, leaving_out=appointment
            )
            if stood.status != Status.REQUESTED:
                must_be_allowed_online(appointment.client, via=via)
            try:
                undo_cancel([appointment], stood=[stood], via=via, by=None)
            except SlotTaken as refused:
                raise as_reader_is_told(request, subject, refused) from refused
            messages.success(request, _("It stands again, at the same time."))
    elif not appointment.is_ahead:
        messages.warning(request, _("It is too late to undo this here."))
    return redirect("booking:appointment", key=str(subject))


def as_reader_is_told(request: HttpRequest, subject: uuid.UUID, error: Refusal) -> Refusal:
    """A refusal as whoever asks is told it. Who booked in a name, and proved no mailbox, does not learn where the
    client is then: to them somebody else has that time, as to a stranger who books (I8)."""
    if not isinstance(error, SlotTaken) or error.why is not Unavailable.CLIENT_BUSY or is_of_reader(request, subject):
        return error
    return SlotTaken(why=Unavailable.THERAPIST_BUSY, alternatives=error.alternatives)


def change_refusal(request: HttpRequest, opened: ClientAppointment) -> HttpResponse:
    """Why this cannot be changed here any more, and the number to call."""
    context = {"shown": opened, "back_url": appointment_url(opened.appointment.public_id)}
    return render(request, "booking/website/change_refused.html", context, status=409)
