"""Blocking time: the appointments in the way are listed before it is saved; nothing is cancelled."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from booking.appointments.access import team_only
from booking.appointments.time_off import block_time, delete_time_off, time_off_conflicts
from booking.desk.calendar.dates import practice_today
from booking.desk.forms import TimeOffForm
from booking.models import Appointment, TimeOff
from clinic.errors import Refusal
from clinic.web.http import StaffRequest
from clinic.web.post_only import post_only


@team_only
@require_http_methods(["GET", "HEAD", "POST"])
def time_off(request: StaffRequest) -> HttpResponse:
    """What is blocked from today on. On POST: block; where appointments are in the way, first show them and ask."""
    if request.method != "POST":
        day = practice_today(request.practice)
        me = getattr(request.user, "therapist", None)
        initial = {"therapist": me.public_id if me else None, "first_day": day, "last_day": day}
        return render_time_off(request, TimeOffForm(initial=initial))
    form = TimeOffForm(request.POST)
    if not form.is_valid() or form.starts_at is None or form.ends_at is None:
        return render_time_off(request, form, status=422)
    span = {"therapist": form.cleaned_data["therapist"], "starts_at": form.starts_at, "ends_at": form.ends_at}
    in_the_way = time_off_conflicts(**span)
    known = set(request.POST.getlist("known"))
    # The question is asked again where an appointment was booked between the list and the answer.
    if {str(each.public_id) for each in in_the_way} - known:
        return render_time_off(request, form, in_the_way)
    try:
        block_time(**span, reason=form.cleaned_data["reason"])
    except Refusal as refusal:
        form.add_error(None, refusal.for_team)
        return render_time_off(request, form, in_the_way, status=422)
    messages.success(request, _("Blocked. No new appointment is offered then."))
    return redirect("booking:desk-time-off")


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
        "in_the_way": in_the_way,
        "blocked": TimeOff.objects.filter(ends_at__gt=timezone.now()).select_related("therapist").order_by("starts_at"),
    }
    return render(request, "booking/desk/time_off.html", context, status=status)
