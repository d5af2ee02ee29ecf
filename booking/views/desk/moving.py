"""Moving a visit: the free times near it, or any time with a reason."""

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

from booking import diary
from booking.access import appointment_for, team_only
from booking.actions import move as move_visit
from booking.errors import Alternative, SlotTaken
from booking.forms.desk import MoveForm
from booking.models import Appointment, Therapist
from booking.order import as_booked
from booking.terms import terms_as_booked, terms_in
from booking.views.desk.dates import day_in, wall_in
from booking.views.desk.mails import telling
from clinic.errors import Refusal
from clinic.http import StaffRequest
from clinic.models import Practice
from clinic.templatetags.moments import short_day_clock


@team_only
@require_http_methods(["GET", "HEAD", "POST"])
def move(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Show where a visit may go; on POST move it, or say why not beside what was typed."""
    appointment = appointment_for(request.user, public_id)
    if request.method == "POST":
        form = MoveForm(request.POST, appointment=appointment)
        if request.POST.get("revision", str(appointment.revision)) != str(appointment.revision):
            form.add_error(None, _("Somebody moved this visit meanwhile. Look where it is now, then move it."))
            return move_page(request, appointment, form, status=409)
        if form.is_valid() and form.start is not None:
            try:
                move_visit(
                    appointment,
                    start=form.start,
                    therapist=form.cleaned_data["therapist"],
                    via=Appointment.Via.DESK,
                    by=request.user,
                    override=form.wish(),
                    shown=terms_in(request.POST),
                )
            except Refusal as refusal:
                refuse(form, refusal, "time")
            else:
                messages.success(request, telling([appointment], _("Moved."), _("The client is told.")))
                return redirect("booking:desk-visit", public_id=public_id)
        return move_page(request, appointment, form, status=422)
    local = wall_in(request.GET) or appointment.starts_at.astimezone(Practice.current().zone)
    therapist = therapist_named(request.GET.get("therapist", "")) or appointment.therapist
    initial = {"therapist": therapist.public_id, "day": local.date(), "time": local.time()}
    return move_page(request, appointment, MoveForm(appointment=appointment, initial=initial))


def refuse(form: Any, refusal: Refusal, field: str) -> None:
    """Put a refusal beside the field it is about; a time that was taken names others that are free."""
    said = [refusal.for_team]
    if isinstance(refusal, SlotTaken) and refusal.alternatives:
        others = "; ".join(in_words(refusal.alternatives[:3], form.cleaned_data.get("therapist")))
        said.append(_("Free instead: %(times)s.") % {"times": others})
    seen = {each.name for each in form.visible_fields()}
    form.add_error(refusal.field if refusal.field in seen else field, " ".join(said))


def in_words(times: Sequence[Alternative], asked: Therapist | None) -> list[str]:
    """Free times for the team; one that only a colleague of whom was asked has names the colleague."""
    zone, said = Practice.current().zone, []
    for each in times:
        words = short_day_clock(each.start.astimezone(zone))
        if asked is not None and str(asked.public_id) not in each.therapists:
            names = Therapist.objects.filter(public_id__in=each.therapists).values_list("name", flat=True)
            words = _("%(time)s with %(names)s") % {"time": words, "names": " / ".join(names)}
        said.append(words)
    return said


def dropped_at(request: StaffRequest, appointment: Appointment, practice: Practice) -> dict[str, object] | None:
    """Where a visit was dropped on the board: the first time of that gap that it can have; None where it was not.

    `start` is None where it fits nowhere in the gap.
    """
    wall, therapist = wall_in(request.GET), therapist_named(request.GET.get("therapist", ""))
    if wall is None or therapist is None:
        return None
    until = wall_in(request.GET, "until") or wall + dt.timedelta(minutes=1)
    last = min(max(wall.date(), until.date()), wall.date() + dt.timedelta(days=1))
    book = diary.read(
        as_booked(appointment),
        first=wall.date(),
        last=last,
        therapist=therapist,
        leaving_out=appointment,
    )
    starts = (book.free_time(offer).start.astimezone(practice.zone) for offer in book.offers(wall.date(), last))
    inside = (start for start in starts if wall <= start.replace(tzinfo=None) < until)
    return {"start": next(inside, None), "therapist": therapist}


def move_page(request: StaffRequest, appointment: Appointment, form: MoveForm, status: int = 200) -> HttpResponse:
    """The form, and the free times of the chosen therapist around the day."""
    practice = Practice.current()
    local = appointment.starts_at.astimezone(practice.zone).date()
    shown = form.cleaned_data.get("day") if form.is_bound and hasattr(form, "cleaned_data") else None
    day = shown or max(day_in(request.GET, practice) if "day" in request.GET else local, timezone.localdate())
    context = {
        "section": "day",
        "appointment": appointment,
        "form": form,
        "terms": terms_as_booked(appointment),
        "day": day,
        "days": free_days(appointment, day, practice),
        "dropped": dropped_at(request, appointment, practice),
    }
    return render(request, "booking/desk/move.html", context, status=status)


def free_days(appointment: Appointment, day: dt.date, practice: Practice) -> list[dict[str, object]]:
    """The free times of a visit's service in the five days from `day`, its own time left out of the way."""
    last = day + dt.timedelta(days=4)
    book = diary.read(as_booked(appointment), first=day, last=last, leaving_out=appointment)
    times = [book.free_time(offer) for offer in book.offers(day, last)]
    days: dict[dt.date, list[diary.FreeTime]] = {}
    for each in times:
        if appointment.therapist in each.therapists and each.start != appointment.starts_at:
            days.setdefault(each.start.astimezone(practice.zone).date(), []).append(each)
    return [{"date": date, "times": offers} for date, offers in days.items()]


def therapist_named(public_id: str) -> Therapist | None:
    """The active therapist with this public id, or None for anything else."""
    try:
        return Therapist.objects.at_work().filter(public_id=uuid.UUID(public_id)).first()
    except ValueError:
        return None
