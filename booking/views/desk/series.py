"""Moving several visits of a series as one: the same difference for each, looked at first."""

import datetime as dt
import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import NON_FIELD_ERRORS
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from booking.access import appointment_for, team_only
from booking.actions import Scope, move_series, plan_move
from booking.actions.changing import visits_in
from booking.forms.repeating import MoveSeriesForm, decided_in, mark_of
from booking.models import Appointment
from booking.views.desk.mails import telling
from booking.views.desk.moving import refuse
from booking.views.desk.turns import rows
from clinic.errors import Refusal
from clinic.http import StaffRequest
from clinic.models import Practice

# What a preview of a move is made for.
TARGET = ("scope", "day", "time")


@team_only
@require_http_methods(["GET", "HEAD", "POST"])
def move(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Choose how much of the series goes and where to; a POST shows the dates, with the button “move” it moves them."""
    visit = appointment_for(request.user, public_id)
    if request.method != "POST":
        local = visit.starts_at.astimezone(Practice.current().zone)
        asked = request.GET.get("scope", "")
        scope = asked if asked in (Scope.FOLLOWING, Scope.ALL) else Scope.FOLLOWING
        initial = {"scope": scope, "day": local.date(), "time": local.time()}
        return page(request, visit, MoveSeriesForm(initial=initial))
    form = MoveSeriesForm(request.POST, looking="move" not in request.POST)
    if not form.is_valid() or form.start is None:
        return page(request, visit, form, status=422)
    if "move" in request.POST:
        return moved(request, visit, form)
    return page(request, visit, form, data=request.POST)


def moved(request: StaffRequest, visit: Appointment, form: MoveSeriesForm) -> HttpResponse:
    """Move what was shown, or show why not."""
    scope, decided = form.cleaned_data["scope"], decided_in(request.POST, *TARGET)
    asked = {each.position for each in visits_in(visit, scope)}
    if not decided or not asked <= decided.keys():
        form.add_error(None, _("Please look at the dates, and say what becomes of each that is marked."))
        return page(request, visit, form, data=request.POST, status=422)
    try:
        done = move_series(
            visit,
            scope=scope,
            picks=[pick for pick in decided.values() if pick is not None],
            via=Appointment.Via.DESK,
            by=request.user,
            reason=form.cleaned_data["override_reason"],
        )
    except Refusal as refusal:
        refuse(form, refusal, NON_FIELD_ERRORS)
        return page(request, visit, form, data=request.POST, status=422)
    moved = ngettext("Moved: %(count)d visit.", "Moved: %(count)d visits.", len(done)) % {"count": len(done)}
    told = ngettext("The client is told.", "The client is told in one mail.", len(done))
    messages.success(request, telling(done, moved, told) if done else moved)
    return redirect("booking:desk-visit", public_id=visit.public_id)


def page(
    request: StaffRequest, visit: Appointment, form: MoveSeriesForm, *, data: QueryDict | None = None, status: int = 200
) -> HttpResponse:
    """The form; with `data` that makes sense, every date where it would go."""
    context: dict[str, Any] = {"section": "day", "appointment": visit, "form": form}
    if data is not None and form.start is not None:
        context |= dates(visit, form, data)
    return render(request, "booking/desk/move_series.html", context, status=status)


def dates(visit: Appointment, form: MoveSeriesForm, data: QueryDict) -> dict[str, Any]:
    """Everything about the dates."""
    visits = visits_in(visit, form.cleaned_data["scope"])
    shift = difference(visit, form)
    if not visits or not shift:
        return {"nothing": True}
    turns = plan_move(visits, shift, choices=decided_in(data, *TARGET), at_once=bool(form.cleaned_data.get("override")))
    return {
        "rows": rows(turns, visit.therapist, Practice.current().zone, out=_("Leave it where it is")),
        "undecided": sum(turn.undecided for turn in turns),
        "shown": mark_of(data, *TARGET),
    }


def difference(visit: Appointment, form: MoveSeriesForm) -> dt.timedelta:
    """How far this visit goes on the wall clock."""
    zone = Practice.current().zone
    if form.start is None:
        return dt.timedelta()
    return form.start.astimezone(zone).replace(tzinfo=None) - visit.starts_at.astimezone(zone).replace(tzinfo=None)
