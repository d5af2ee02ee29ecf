"""Blocking time: the appointments in the way are listed before it is saved; nothing is cancelled."""

import datetime as dt
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from booking.appointments.access import team_only
from booking.appointments.time_off import block_time, delete_time_off, time_off_conflicts
from booking.desk.booking.answers import done
from booking.desk.booking.proposal import column_from_query, moment_from_query
from booking.desk.booking.undo import BLOCKED, undo_url, with_undo
from booking.desk.calendar.dates import practice_today
from booking.desk.forms import TimeOffForm
from booking.models import Appointment, TimeOff
from clinic.errors import Refusal
from clinic.web.http import StaffRequest
from clinic.web.post_only import post_only

# How long is blocked where a time was only tapped.
USUAL_BREAK = dt.timedelta(hours=1)


@team_only
@require_http_methods(["GET", "HEAD", "POST"])
def time_off(request: StaffRequest) -> HttpResponse:
    """What is blocked from today on. On POST: block; where appointments are in the way, first show them and ask."""
    if request.method != "POST":
        return render_time_off(request, TimeOffForm(initial=initial_time_off(request), zone=request.practice.zone))
    form = TimeOffForm(request.POST, zone=request.practice.zone)
    if not form.is_valid() or form.starts_at is None or form.ends_at is None:
        return render_time_off(request, form, status=422)
    span = {"therapist": form.cleaned_data["therapist"], "starts_at": form.starts_at, "ends_at": form.ends_at}
    in_the_way = time_off_conflicts(**span)
    known = set(request.POST.getlist("known"))
    # The question is asked again where an appointment was booked between the list and the answer.
    if {str(each.public_id) for each in in_the_way} - known:
        return render_time_off(request, form, in_the_way)
    try:
        off, _touched = block_time(**span, reason=form.cleaned_data["reason"])
    except Refusal as refusal:
        form.add_error(None, refusal.for_team)
        return render_time_off(request, form, in_the_way, status=422)
    words, undo = _("Blocked. No new appointment is offered then."), undo_url(BLOCKED, off.pk)
    if request.htmx:
        return done(words, "", undo=undo)
    messages.success(request, with_undo(words, undo))
    return redirect("booking:desk-time-off")


def initial_time_off(request: StaffRequest) -> dict[str, Any]:
    """What the form begins with: the column and the stretch that the calendar names, else my own day today."""
    practice = request.practice
    start = moment_from_query(request.GET, practice)
    if start is None:
        day, me = practice_today(practice), getattr(request.user, "therapist", None)
        return {"therapist": me.public_id if me else None, "first_day": day, "last_day": day}
    end = moment_from_query(request.GET, practice, "end") or start + USUAL_BREAK
    # A room has no hours of its own: who taps there blocks their own time, not the whole practice.
    therapist = column_from_query(request.GET).therapist or getattr(request.user, "therapist", None)
    return {
        "therapist": therapist.public_id if therapist else None,
        "first_day": start.date(),
        "from_time": start.time(),
        "last_day": end.date(),
        "until_time": end.time(),
    }


@team_only
@post_only("booking:desk-time-off")
def remove_time_off(request: StaffRequest, key: int) -> HttpResponse:
    """Take a block away: the time is offered again."""
    delete_time_off(get_object_or_404(TimeOff, pk=key))
    messages.success(request, _("Open again."))
    return redirect("booking:desk-time-off")


def render_time_off(
    request: StaffRequest, form: TimeOffForm, in_the_way: list[Appointment] | None = None, status: int = 200
) -> HttpResponse:
    """The form, the appointments in the way, and what is blocked already."""
    context = {
        "section": "time-off",
        "form": form,
        "switch_query": request.GET.urlencode() if "start" in request.GET else "",
        "in_the_way": in_the_way,
        "blocked": TimeOff.objects.filter(ends_at__gt=timezone.now()).select_related("therapist").order_by("starts_at"),
    }
    if request.htmx:
        return render(request, "booking/desk/includes/time_off_form.html", context, status=status)
    return render(request, "booking/desk/time_off.html", context, status=status)
