"""Moving an appointment: where it may be dropped, where the calendar proposes, and any other time with a reason."""

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Any

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from booking.appointments.access import appointment_for, team_only
from booking.appointments.length_price import price_for_length
from booking.appointments.move import move_appointment
from booking.appointments.move_check import (
    ColumnPlaces,
    MoveVerdict,
    Possible,
    check_move,
    longest_lengths,
    places_to_move,
    read_move_schedule,
)
from booking.appointments.undo import Placement
from booking.desk.booking.proposal import MoveProposal, proposal_from_query, therapist_by_public_id
from booking.desk.booking.times import add_refusal, alternative_buttons, with_alternative
from booking.desk.booking.undo import done, undo_move_url, with_undo
from booking.desk.calendar.dates import day_from_query, wall_time_from_query
from booking.desk.forms import MoveForm
from booking.desk.practice.appointment_mails import change_notice
from booking.errors import AlternativeTime, SlotTaken
from booking.models import Appointment, Therapist
from booking.scheduling import schedule
from booking.scheduling.availability import Span
from booking.scheduling.order import order_as_booked
from booking.scheduling.terms import terms_as_booked, terms_in_form
from clinic.errors import Refusal
from clinic.models import Practice
from clinic.web.http import StaffRequest, redirect_saying


@team_only
@require_http_methods(["GET", "HEAD", "POST"])
def desk_move(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Show where an appointment may go; on POST move it, or say why not beside what was typed.

    To htmx: the question alone that the calendar asks of who dropped the appointment somewhere.
    """
    appointment = appointment_for(request.user, public_id)
    if request.method == "POST":
        return move_from_form(request, appointment)
    proposal = None if "until" in request.GET else proposal_from_query(request.GET, appointment, request.practice)
    return render_desk_move(
        request,
        appointment,
        MoveForm(appointment=appointment, initial=initial_move(request, appointment, proposal)),
        proposal=proposal,
    )


def initial_move(request: StaffRequest, appointment: Appointment, proposal: MoveProposal | None) -> dict[str, Any]:
    """What the form begins with: as the calendar proposes, else as it is."""
    zone = request.practice.zone
    start = proposal.start if proposal else wall_time_from_query(request.GET) or appointment.starts_at
    local = start.astimezone(zone) if start.tzinfo else start
    therapist = proposal.therapist if proposal else therapist_by_public_id(request.GET.get("therapist", ""))
    return {
        "therapist": (therapist or appointment.therapist).public_id,
        "day": local.date(),
        "time": local.time(),
        "minutes": proposal.minutes if proposal else appointment.minutes,
        "room": proposal.room if proposal else None,
        "kit": proposal.kit if proposal else None,
    }


def move_from_form(request: StaffRequest, appointment: Appointment) -> HttpResponse:
    """Move it as a form says, or show the form again with what is in the way."""
    form = MoveForm(with_alternative(request.POST, request.practice), appointment=appointment)
    if request.POST.get("revision", str(appointment.revision)) != str(appointment.revision):
        form.add_error(None, _("Somebody moved this appointment meanwhile. Look where it is now, then move it."))
        return render_desk_move(request, appointment, form, status=409)
    if not form.is_valid() or form.start is None:
        return render_desk_move(request, appointment, form, status=422)
    before = Placement.of(appointment)
    try:
        moved = move_appointment(
            appointment,
            start=form.start,
            therapist=form.cleaned_data["therapist"],
            minutes=form.length,
            price=form.cleaned_data["price"] if form.length != appointment.minutes else None,
            via=Appointment.Via.DESK,
            practice=request.practice,
            by=request.user,
            override=form.wish(),
            shown=terms_in_form(request.POST),
            wanted=form.resources,
            news=form.news,
        )
    except Refusal as refusal:
        alternatives = refusal.alternatives if isinstance(refusal, SlotTaken) else ()
        add_refusal(form, refusal, "time", in_words=not alternatives)
        return render_desk_move(request, appointment, form, alternatives=alternatives, status=422)
    return answer_moved(request, moved, before)


def answer_moved(request: StaffRequest, moved: Appointment, before: Placement) -> HttpResponse:
    """Say that it moved, what the client hears of it, and how it is taken back."""
    url = reverse("booking:desk-appointment", args=[moved.public_id])
    if moved.revision == before.revision:
        words, undo = _("It stays where it is."), ""
    else:
        words = change_notice([moved], _("Moved."), _("The client is told."))
        undo = undo_move_url(moved, before)
    if request.htmx:
        return done(words, url, undo=undo)
    if "from_blocked" in request.POST:
        # From the list of appointments in blocked time, whose next one waits.
        words, url = f"{moved.client}: {words}", reverse("booking:desk-blocked")
    return redirect_saying(request, with_undo(words, undo) if undo else words, url)


def dropped_start(request: StaffRequest, appointment: Appointment, practice: Practice) -> dict[str, object] | None:
    """Where it was dropped on the board: the first time of that gap (None: none fits); None where it was not."""
    wall, therapist = wall_time_from_query(request.GET), therapist_by_public_id(request.GET.get("therapist", ""))
    if wall is None or therapist is None or "until" not in request.GET:
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
    request: StaffRequest,
    appointment: Appointment,
    form: MoveForm,
    *,
    proposal: MoveProposal | None = None,
    alternatives: Sequence[AlternativeTime] = (),
    status: int = 200,
) -> HttpResponse:
    """The form with what was proposed; as a page also the free times of the chosen therapist around the day."""
    practice = request.practice
    if form.is_bound:
        proposal = proposal_from_form(form)
    context: dict[str, Any] = {
        "appointment": appointment,
        "form": form,
        "terms": terms_as_booked(appointment),
        **proposal_context(appointment, proposal, form),
        "alternatives": alternative_buttons(alternatives, proposal.therapist if proposal else None),
    }
    if request.htmx:
        return render(request, "booking/desk/includes/move_proposal.html", context, status=status)
    local = appointment.starts_at.astimezone(practice.zone).date()
    shown = form.cleaned_data.get("day") if form.is_bound and hasattr(form, "cleaned_data") else None
    day = shown or max(day_from_query(request.GET, practice) if "day" in request.GET else local, timezone.localdate())
    asked = proposal.therapist if proposal else therapist_by_public_id(request.GET.get("therapist", ""))
    whom = asked or appointment.therapist
    context |= {
        "day": day,
        "with_whom": whom,
        "days": free_times_near(appointment, whom, day, practice),
        "dropped": None if form.is_bound or proposal else dropped_start(request, appointment, practice),
    }
    return render(request, "booking/desk/move.html", context, status=status)


def proposal_from_form(form: MoveForm) -> MoveProposal | None:
    """What a form that was sent proposes; None where that cannot be read."""
    typed = getattr(form, "cleaned_data", {})
    if form.start is None or typed.get("therapist") is None:
        return None
    return MoveProposal(
        therapist=typed["therapist"],
        start=form.start.astimezone(timezone.get_current_timezone()),
        minutes=form.length,
        room=typed.get("room"),
        kit=typed.get("kit"),
    )


def proposal_context(appointment: Appointment, proposal: MoveProposal | None, form: MoveForm) -> dict[str, Any]:
    """What is asked of who proposes a place: what changes, and what speaks against it."""
    if proposal is None:
        return {"proposal": None}
    verdict: MoveVerdict = check_move(
        appointment,
        therapist=proposal.therapist,
        start=proposal.start,
        minutes=proposal.minutes,
        room=proposal.room.pk if proposal.room else None,
        kit=proposal.kit.pk if proposal.kit else None,
    )
    new = price_for_length(appointment, proposal.minutes)
    return {
        "proposal": proposal,
        "verdict": verdict,
        "moves": proposal.start != appointment.starts_at,
        "changes_therapist": proposal.therapist.pk != appointment.therapist_id,
        "changes_length": proposal.minutes != appointment.minutes,
        "new_price": new.price,
        "price_follows": new.follows,
        "chosen_price": form.cleaned_data.get("price") if form.is_bound else appointment.price,
        "which": timezone.localtime(proposal.start).fold,
    }


def free_times_near(
    appointment: Appointment, whom: Therapist, day: dt.date, practice: Practice
) -> list[dict[str, object]]:
    """The free times of an appointment's service with a therapist in the five days from `day`, its own time left out
    of the way."""
    last = day + dt.timedelta(days=4)
    book = schedule.read_schedule(order_as_booked(appointment), first=day, last=last, leaving_out=appointment)
    times = [book.free_time(offer) for offer in book.offers(day, last)]
    days: dict[dt.date, list[schedule.FreeTime]] = {}
    for each in times:
        if whom in each.therapists and (each.start, whom) != (appointment.starts_at, appointment.therapist):
            days.setdefault(each.start.astimezone(practice.zone).date(), []).append(each)
    return [{"date": date, "times": offers} for date, offers in days.items()]


# A calendar shows a month at most.
MOST_DAYS = 31


@team_only
@require_safe
def places_of_appointment(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Where an appointment may be dropped on the days that the calendar shows, read once as a drag begins, as JSON.

    Starts and ends are minutes since 1970 UTC; what the columns are called says `clinic/static/js/desk-calendar.js`.
    """
    appointment, practice = appointment_for(request.user, public_id), request.practice
    first = day_from_query(request.GET, practice, "first")
    last = min(max(first, day_from_query(request.GET, practice, "last")), first + dt.timedelta(days=MOST_DAYS))
    book = read_move_schedule(appointment, first=first, last=last)
    columns = places_to_move(book, appointment, first, last)
    own_day = appointment.starts_at.astimezone(practice.zone).date()
    longest = longest_lengths(book, appointment) if first <= own_day <= last else {}
    return JsonResponse(
        {
            "minutes": appointment.minutes,
            "longest": longest.get(Possible.YES),
            "longest_with_reason": longest.get(Possible.WITH_REASON),
            "columns": {name: places_json(each) for name, each in columns.items()},
        }
    )


def places_json(places: ColumnPlaces) -> dict[str, list[Any]]:
    """One column as the browser reads it."""

    def flat(bars: list[tuple[Span, str]]) -> list[list[Any]]:
        return [[*span, words] for span, words in bars]

    return {"free": places.free, "aside": flat(places.aside), "never": flat(places.never)}
