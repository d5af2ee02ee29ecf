"""Blocking time: it is saved at once; the appointments in the way stay, and wait in a list to be worked through."""

import datetime as dt
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from booking.appointments.access import team_only
from booking.appointments.time_off import block_time, delete_time_off
from booking.desk.booking.proposal import column_from_query, moment_from_query
from booking.desk.booking.undo import BLOCKED, done, undo_url, with_undo
from booking.desk.calendar.blocked import blocked_notice
from booking.desk.calendar.dates import practice_today
from booking.desk.forms import TimeOffForm
from booking.models import TimeOff
from clinic.errors import Refusal
from clinic.web.http import StaffRequest, redirect_saying
from clinic.web.post_only import post_only

# How long is blocked where a time was only tapped.
USUAL_BREAK = dt.timedelta(hours=1)


@team_only
@require_http_methods(["GET", "HEAD", "POST"])
def time_off(request: StaffRequest) -> HttpResponse:
    """What is blocked from today on. On POST: block, and go on to the appointments that lie in it."""
    if request.method != "POST":
        return render_time_off(request, TimeOffForm(initial=initial_time_off(request), zone=request.practice.zone))
    form = TimeOffForm(request.POST, zone=request.practice.zone)
    if not form.is_valid() or form.starts_at is None or form.ends_at is None:
        return render_time_off(request, form, status=422)
    try:
        off, touched = block_time(
            therapist=form.whose(),
            starts_at=form.starts_at,
            ends_at=form.ends_at,
            reason=form.cleaned_data["reason"],
        )
    except Refusal as refusal:
        form.add_error(None, refusal.for_team)
        return render_time_off(request, form, status=422)
    words, undo = _("Blocked. No new appointment is offered then."), undo_url(BLOCKED, off.pk)
    if touched:
        lie = ngettext(
            "Blocked. One appointment lies in it: see to it.",
            "Blocked. %(number)d appointments lie in it: see to them.",
            len(touched),
        )
        words = lie % {"number": len(touched)}
    if request.htmx:
        return done(words, reverse("booking:desk-blocked") if touched else "", undo=undo)
    messages.success(request, with_undo(words, undo))
    return redirect("booking:desk-blocked" if touched else "booking:desk-time-off")


def initial_time_off(request: StaffRequest) -> dict[str, Any]:
    """What the form begins with: the column and the stretch that the calendar names, else my own day today."""
    practice = request.practice
    start = moment_from_query(request.GET, practice)
    if start is None:
        day, me = practice_today(practice), getattr(request.user, "therapist", None)
        return {"therapist": str(me.public_id) if me else "", "all_day": True, "first_day": day, "last_day": day}
    end = moment_from_query(request.GET, practice, "end") or start + USUAL_BREAK
    # A room has no hours of its own: who taps there blocks their own time, not the whole practice.
    therapist = column_from_query(request.GET).therapist or getattr(request.user, "therapist", None)
    return {
        "therapist": str(therapist.public_id) if therapist else "",
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
    return redirect_saying(request, _("Open again."), "booking:desk-time-off")


def render_time_off(request: StaffRequest, form: TimeOffForm, status: int = 200) -> HttpResponse:
    """The form, and what is blocked already."""
    context = {
        "form": form,
        "switch_query": request.GET.urlencode() if "start" in request.GET else "",
        "blocked_notice": blocked_notice(request.user),
        "blocked": TimeOff.objects.filter(ends_at__gt=timezone.now()).select_related("therapist").order_by("starts_at"),
    }
    if request.htmx:
        return render(request, "booking/desk/includes/time_off_form.html", context, status=status)
    return render(request, "booking/desk/time_off.html", context, status=status)
