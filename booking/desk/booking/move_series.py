"""Moving several appointments of a series as one: the same difference for each, looked at first."""

import datetime as dt
import uuid
from typing import Any
from zoneinfo import ZoneInfo

from django.core.exceptions import NON_FIELD_ERRORS
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from booking.appointments.access import appointment_for, team_only
from booking.appointments.series_change import SeriesScope, appointments_in_scope, move_series
from booking.appointments.series_preview import plan_move
from booking.desk.booking.preview_lines import date_rows
from booking.desk.booking.repeat_forms import MoveSeriesForm, decisions_from_post, preview_fingerprint
from booking.desk.booking.times import add_refusal
from booking.desk.practice.appointment_mails import change_notice
from booking.models import Appointment
from clinic.errors import Refusal
from clinic.models import Practice
from clinic.web.http import StaffRequest, redirect_saying

# What a preview of a move is made for.
TARGET_FIELDS = ("scope", "day", "time")


@team_only
@require_http_methods(["GET", "HEAD", "POST"])
def move_series_page(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Choose how much of the series goes and where to; a POST shows the dates, with the button “move” it moves them."""
    appointment = appointment_for(request.user, public_id)
    if request.method != "POST":
        local = appointment.starts_at.astimezone(request.practice.zone)
        asked = request.GET.get("scope", "")
        scope = asked if asked in (SeriesScope.FOLLOWING, SeriesScope.ALL) else SeriesScope.FOLLOWING
        initial = {"scope": scope, "day": local.date(), "time": local.time()}
        return render_move_series(request, appointment, MoveSeriesForm(initial=initial))
    form = MoveSeriesForm(request.POST, looking="move" not in request.POST)
    if not form.is_valid() or form.start is None:
        return render_move_series(request, appointment, form, status=422)
    if "move" in request.POST:
        return move_shown_series(request, appointment, form)
    return render_move_series(request, appointment, form, data=request.POST)


def move_shown_series(request: StaffRequest, appointment: Appointment, form: MoveSeriesForm) -> HttpResponse:
    """Move what was shown, or show why not."""
    scope, decided = form.cleaned_data["scope"], decisions_from_post(request.POST, *TARGET_FIELDS)
    asked = {each.position for each in appointments_in_scope(appointment, scope)}
    if not decided or not asked <= decided.keys():
        form.add_error(None, _("Please look at the dates, and say what becomes of each that is marked."))
        return render_move_series(request, appointment, form, data=request.POST, status=422)
    try:
        done = move_series(
            appointment,
            scope=scope,
            picks=[pick for pick in decided.values() if pick is not None],
            via=Appointment.Via.DESK,
            practice=request.practice,
            by=request.user,
            reason=form.cleaned_data["override_reason"],
        )
    except Refusal as refusal:
        add_refusal(form, refusal, NON_FIELD_ERRORS)
        return render_move_series(request, appointment, form, data=request.POST, status=422)
    moved = ngettext("Moved: %(count)d appointment.", "Moved: %(count)d appointments.", len(done)) % {
        "count": len(done)
    }
    told = ngettext("The client is told.", "The client is told in one mail.", len(done))
    said = change_notice(done, moved, told) if done else moved
    return redirect_saying(request, said, "booking:desk-appointment", public_id=appointment.public_id)


def render_move_series(
    request: StaffRequest,
    appointment: Appointment,
    form: MoveSeriesForm,
    *,
    data: QueryDict | None = None,
    status: int = 200,
) -> HttpResponse:
    """The form; with `data` that makes sense, every date where it would go."""
    context: dict[str, Any] = {"appointment": appointment, "form": form}
    if data is not None and form.start is not None:
        context |= shifted_dates(appointment, form, data, request.practice)
    return render(request, "booking/desk/move_series.html", context, status=status)


def shifted_dates(
    appointment: Appointment, form: MoveSeriesForm, data: QueryDict, practice: Practice
) -> dict[str, Any]:
    """Everything about the dates."""
    appointments = appointments_in_scope(appointment, form.cleaned_data["scope"])
    shift = wall_clock_shift(appointment, form, practice.zone)
    if not appointments or not shift:
        return {"nothing": True}
    turns = plan_move(
        appointments,
        shift,
        practice=practice,
        choices=decisions_from_post(data, *TARGET_FIELDS),
        at_once=bool(form.cleaned_data.get("override")),
    )
    return {
        "rows": date_rows(turns, appointment.therapist, practice.zone, out=_("Leave it where it is")),
        "undecided": sum(turn.undecided for turn in turns),
        "shown": preview_fingerprint(data, *TARGET_FIELDS),
    }


def wall_clock_shift(appointment: Appointment, form: MoveSeriesForm, zone: ZoneInfo) -> dt.timedelta:
    """How far this appointment goes on the wall clock."""
    if form.start is None:
        return dt.timedelta()
    return timezone.make_naive(form.start, zone) - timezone.make_naive(appointment.starts_at, zone)
