"""Moving and cancelling by the client: looked at on GET, done on POST, refused kindly when it is too late."""

import datetime as dt
import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from booking import actions, diary
from booking.actions.on_file import earliest_for
from booking.diary import Times
from booking.errors import Busy, SlotTaken
from booking.forms.public import CancelForm
from booking.models import Appointment
from booking.order import as_booked
from booking.terms import terms_as_booked, terms_in
from booking.views.public.calendar import last_of
from booking.views.public.common import as_refused, day_words, is_near, zone_words
from booking.views.public.details import other_times
from booking.views.public.times import Window, read_window, shown, therapist_choices
from booking.views.public.visit import Visit, opened_visit, page_of, visit_of
from booking.views.public.wishes import Chosen, chosen_in, read_start
from booking.visit_links import prolong
from clinic import locale
from clinic.errors import Refusal
from clinic.typed import typed_before


@opened_visit
@require_http_methods(["GET", "HEAD", "POST"])
def move(request: HttpRequest, subject: uuid.UUID) -> HttpResponse:
    """Choose another time, look at it, and move there on POST."""
    visit = visit_of(subject)
    chosen = chosen_in(request.GET, visit.appointment.service)
    if request.method == "POST":
        return move_there(request, visit, chosen)
    if not visit.may_move:
        return not_now(request, visit)
    if chosen.start is not None:
        context = {
            "visit": visit,
            "start": chosen.start,
            "end": chosen.start + dt.timedelta(minutes=visit.appointment.minutes),
            "is_near": is_near(visit.appointment.service, chosen.start),
            "therapist": chosen.therapist or visit.appointment.therapist,
            "terms": terms_as_booked(visit.appointment),
            "back_url": reverse("booking:visit-move", args=[str(subject)]),
        }
        return render(request, "booking/public/move_there.html", context)
    return choose(request, visit, chosen)


def choose(request: HttpRequest, visit: Visit, chosen: Chosen, *, refusal: Refusal | None = None) -> HttpResponse:
    """The month of times that this very appointment could have: its own time is never in its way."""
    appointment = visit.appointment
    therapist = chosen.therapist or appointment.therapist
    here = reverse("booking:visit-move", args=[str(appointment.public_id)])
    window = read_window(request, appointment.service, visit.practice)
    if window is None:
        messages.warning(request, _("We could not read that day. Here are the next free times."))
        return redirect(here)
    context = {
        "visit": visit,
        "refusal": refusal,
        "alternatives": other_times(refusal, Chosen(therapist=therapist), here)
        if isinstance(refusal, SlotTaken)
        else [],
        "therapists": therapist_choices(appointment.service, Chosen(therapist=therapist), window, here)[1:],
        **shown(
            times_for(appointment, window, chosen),
            window,
            address=lambda **query: here + Chosen(therapist=chosen.therapist).query(**query),
            time_url=lambda each: here + Chosen(each.start, chosen.therapist).query(),
        ),
        "zone_words": zone_words(visit.practice),
        "back_url": page_of(appointment.public_id),
    }
    return render(request, "booking/public/move.html", context)


def times_for(appointment: Appointment, window: Window, chosen: Chosen) -> Times:
    """The free times of a month for an appointment that is being moved, without the one it has."""
    found = diary.read(
        as_booked(appointment),
        first=window.month,
        last=last_of(window.month),
        therapist=chosen.therapist or appointment.therapist,
        leaving_out=appointment,
    )
    free = [found.free_time(offer) for offer in found.offers(window.month, last_of(window.month))]
    since = earliest_for(appointment)
    free = [each for each in free if since is None or each.start >= since]
    same_person = chosen.therapist is None or chosen.therapist == appointment.therapist
    return Times(found.zone, [each for each in free if not (same_person and each.start == appointment.starts_at)])


def move_there(request: HttpRequest, visit: Visit, chosen: Chosen) -> HttpResponse:
    """Move to the posted time, or say why not, with other times where there are any."""
    start = read_start(request.POST.get("start", ""))
    if start is None:
        messages.warning(request, _("We could not read that time. Please choose one from the list."))
        return redirect("booking:visit-move", key=str(visit.appointment.public_id))
    try:
        moved = actions.move(
            visit.appointment,
            start=start,
            therapist=chosen.therapist,
            via=Appointment.Via.WEB,
            by_client=True,
            shown=terms_in(request.POST),
        )
    except (SlotTaken, Busy) as error:
        return as_refused(choose(request, visit, chosen, refusal=error), error)
    except Refusal as error:
        messages.warning(request, error.message)
        return redirect("booking:visit", key=str(visit.appointment.public_id))
    prolong(moved)
    when = timezone.localtime(moved.starts_at)
    words = {"day": day_words(when), "time": locale.current().clock(when)}
    messages.success(request, _("Moved to %(day)s at %(time)s.") % words)
    return redirect("booking:visit", key=str(moved.public_id))


@opened_visit
@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request: HttpRequest, subject: uuid.UUID) -> HttpResponse:
    """Say what cancelling means on GET; cancel on POST."""
    visit = visit_of(subject)
    typed = None if request.method == "POST" else typed_before(request)
    form = CancelForm(request.POST if request.method == "POST" else None, initial=typed.dict() if typed else None)
    if request.method != "POST" and not visit.may_cancel:
        return not_now(request, visit)
    status = 200
    if request.method == "POST":
        if form.is_valid():
            return cancel_now(request, visit, form.cleaned_data["reason"])
        status = 422
    context = {"visit": visit, "form": form, "typed_again": typed, "back_url": page_of(subject)}
    return render(request, "booking/public/cancel.html", context, status=status)


def cancel_now(request: HttpRequest, visit: Visit, reason: str) -> HttpResponse:
    """Cancel, or say why not, and show the visit as it now stands."""
    try:
        actions.cancel(visit.appointment, reason=reason, via=Appointment.Via.WEB, by_client=True)
    except Refusal as error:
        messages.warning(request, error.message)
    else:
        messages.success(request, _("Your appointment is cancelled. You are welcome back any time."))
    return redirect("booking:visit", key=str(visit.appointment.public_id))


def not_now(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Why this cannot be changed here any more, and the number to call."""
    context = {"visit": visit, "back_url": page_of(visit.appointment.public_id)}
    return render(request, "booking/public/not_now.html", context, status=409)
