"""Moving an appointment: the free times near it, or any time with a reason."""

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from booking.appointments.access import appointment_for, team_only
from booking.appointments.move import move_appointment
from booking.desk.calendar.dates import day_from_query, wall_time_from_query
from booking.desk.forms import MoveForm
from booking.desk.practice.appointment_mails import change_notice
from booking.errors import AlternativeTime, SlotTaken
from booking.models import Appointment, Therapist
from booking.scheduling import schedule
from booking.scheduling.order import order_as_booked
from booking.scheduling.terms import terms_as_booked, terms_in_form
from clinic.errors import Refusal
from clinic.models import Practice
from clinic.templatetags.moments import short_day_clock
from clinic.web.http import StaffRequest


@team_only
@require_http_methods(["GET", "HEAD", "POST"])
def desk_move(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Show where an appointment may go; on POST move it, or say why not beside what was typed."""
    appointment = appointment_for(request.user, public_id)
    if request.method == "POST":
        form = MoveForm(request.POST, appointment=appointment)
        if request.POST.get("revision", str(appointment.revision)) != str(appointment.revision):
            form.add_error(None, _("Somebody moved this appointment meanwhile. Look where it is now, then move it."))
            return render_desk_move(request, appointment, form, status=409)
        if form.is_valid() and form.start is not None:
            try:
                move_appointment(
                    appointment,
                    start=form.start,
                    therapist=form.cleaned_data["therapist"],
                    via=Appointment.Via.DESK,
                    practice=request.practice,
                    by=request.user,
                    override=form.wish(),
                    shown=terms_in_form(request.POST),
                )
            except Refusal as refusal:
                add_refusal(form, refusal, "time")
            else:
                messages.success(request, change_notice([appointment], _("Moved."), _("The client is told.")))
                return redirect("booking:desk-appointment", public_id=public_id)
        return render_desk_move(request, appointment, form, status=422)
    local = wall_time_from_query(request.GET) or appointment.starts_at.astimezone(request.practice.zone)
    therapist = therapist_by_public_id(request.GET.get("therapist", "")) or appointment.therapist
    initial = {"therapist": therapist.public_id, "day": local.date(), "time": local.time()}
    return render_desk_move(request, appointment, MoveForm(appointment=appointment, initial=initial))


def add_refusal(form: Any, refusal: Refusal, field: str) -> None:
    """Put a refusal beside the field it is about; a time that was taken names others that are free."""
    said = [refusal.for_team]
    if isinstance(refusal, SlotTaken) and refusal.alternatives:
        others = "; ".join(free_times_in_words(refusal.alternatives[:3], form.cleaned_data.get("therapist")))
        said.append(_("Free instead: %(times)s.") % {"times": others})
    seen = {each.name for each in form.visible_fields()}
    form.add_error(refusal.field if refusal.field in seen else field, " ".join(said))


def free_times_in_words(times: Sequence[AlternativeTime], asked: Therapist | None) -> list[str]:
    """Free times for the team; one that only a colleague of whom was asked has names the colleague."""
    said = []
    for each in times:
        words = short_day_clock(timezone.localtime(each.start))
        if asked is not None and str(asked.public_id) not in each.therapists:
            names = Therapist.objects.filter(public_id__in=each.therapists).values_list("name", flat=True)
            words = _("%(time)s with %(names)s") % {"time": words, "names": " / ".join(names)}
        said.append(words)
    return said


def dropped_start(request: StaffRequest, appointment: Appointment, practice: Practice) -> dict[str, object] | None:
    """Where an appointment was dropped on the board: the first time of that gap that it can have.

    None where it was not.

    `start` is None where it fits nowhere in the gap.
    """
    wall, therapist = wall_time_from_query(request.GET), therapist_by_public_id(request.GET.get("therapist", ""))
    if wall is None or therapist is None:
        return None
    until = wall_time_from_query(request.GET, "until") or wall + dt.timedelta(minutes=1)
    last = min(max(wall.date(), until.date()), wall.date() + dt.timedelta(days=1))
    book = schedule.read_schedule(
        order_as_booked(appointment),
        first=wall.date(),
        last=last,
        therapist=therapist,
        leaving_out=appointment,
    )
    starts = (book.free_time(offer).start.astimezone(practice.zone) for offer in book.offers(wall.date(), last))
    inside = (start for start in starts if wall <= start.replace(tzinfo=None) < until)
    return {"start": next(inside, None), "therapist": therapist}


def render_desk_move(
    request: StaffRequest, appointment: Appointment, form: MoveForm, status: int = 200
) -> HttpResponse:
    """The form, and the free times of the chosen therapist around the day."""
    practice = request.practice
    local = appointment.starts_at.astimezone(practice.zone).date()
    shown = form.cleaned_data.get("day") if form.is_bound and hasattr(form, "cleaned_data") else None
    day = shown or max(day_from_query(request.GET, practice) if "day" in request.GET else local, timezone.localdate())
    context = {
        "section": "day",
        "appointment": appointment,
        "form": form,
        "terms": terms_as_booked(appointment),
        "day": day,
        "days": free_times_near(appointment, day, practice),
        "dropped": dropped_start(request, appointment, practice),
    }
    return render(request, "booking/desk/move.html", context, status=status)


def free_times_near(appointment: Appointment, day: dt.date, practice: Practice) -> list[dict[str, object]]:
    """The free times of an appointment's service in the five days from `day`, its own time left out of the way."""
    last = day + dt.timedelta(days=4)
    book = schedule.read_schedule(order_as_booked(appointment), first=day, last=last, leaving_out=appointment)
    times = [book.free_time(offer) for offer in book.offers(day, last)]
    days: dict[dt.date, list[schedule.FreeTime]] = {}
    for each in times:
        if appointment.therapist in each.therapists and each.start != appointment.starts_at:
            days.setdefault(each.start.astimezone(practice.zone).date(), []).append(each)
    return [{"date": date, "times": offers} for date, offers in days.items()]


def therapist_by_public_id(public_id: str) -> Therapist | None:
    """The active therapist with this public id, or None for anything else."""
    try:
        return Therapist.objects.at_work().filter(public_id=uuid.UUID(public_id)).first()
    except ValueError:
        return None
