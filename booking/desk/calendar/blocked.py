"""Appointments in blocked time, as one list to work through: move each with a tap, cancel several, or let one stay."""

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from booking.appointments.access import appointment_for, appointments_for, team_only
from booking.appointments.time_off import keep_in_time_off, still_in_time_off
from booking.desk.booking.times import alternative_buttons
from booking.desk.forms import ReasonForm
from booking.desk.session.status import cancel_of_client
from booking.errors import AlternativeTime
from booking.models import Appointment, Status, TimeOff
from booking.scheduling import schedule
from booking.scheduling.order import order_as_booked
from clients.models import Client
from clinic.errors import Refusal
from clinic.models import User
from clinic.templatetags.moments import short_day_clock
from clinic.web.http import StaffRequest
from clinic.web.post_only import post_only

# So many are looked at for other times at once; the rest follows when these are done.
MOST_AT_ONCE = 20
# How far ahead other times are looked for, and how many stand beside an appointment.
LOOK_AHEAD = dt.timedelta(days=14)
MOST_TIMES = 4


@dataclass(frozen=True)
class SettledLine:
    """One that was in the way, and what became of it, in words."""

    appointment: Appointment
    outcome: str

    @property
    def must_be_told(self) -> bool:
        """Whether no mail tells the client of it."""
        return self.appointment.status == Status.CANCELLED and not self.appointment.client.is_mailable


@dataclass(frozen=True)
class BlockedGroup:
    """A time off with what waits in it and what was seen to; the form asks why the ticked ones are cancelled."""

    off: TimeOff
    waiting: Sequence[tuple[Appointment, Sequence[dict[str, str]]]]
    """Each with buttons of other times."""
    settled: Sequence[SettledLine]
    form: ReasonForm
    ticked: frozenset[str]


@team_only
@require_http_methods(["GET", "HEAD", "POST"])
def blocked_page(request: StaffRequest) -> HttpResponse:
    """The list, by what blocks the time; on POST cancel the ticked ones."""
    if request.method != "POST":
        return render_blocked(request)
    form = ReasonForm(request.POST)
    ticked = frozenset(request.POST.getlist("appointment"))
    chosen = [each for each in waiting_for(request.user) if str(each.public_id) in ticked]
    if not chosen:
        form.add_error(None, _("Tick whose appointment is to be cancelled."))
    if not form.is_valid():
        return render_blocked(request, form, ticked, status=422)
    by_client: defaultdict[Client, list[Appointment]] = defaultdict(list)
    for each in chosen:
        by_client[each.client].append(each)
    for client, theirs in by_client.items():
        try:
            said = cancel_of_client(request, theirs, reason=form.cleaned_data["reason"], client_asked=False)
        except Refusal as refusal:
            messages.error(request, f"{client}: {refusal.for_team}")
        else:
            messages.success(request, format_html("{}: {}", client, said))
    return redirect("booking:desk-blocked")


@team_only
@post_only("booking:desk-blocked")
def keep_blocked(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """It takes place although its time is blocked."""
    appointment = appointment_for(request.user, public_id)
    try:
        keep_in_time_off(appointment, via=Appointment.Via.DESK, by=request.user)
    except Refusal as refusal:
        messages.error(request, f"{appointment.client}: {refusal.for_team}")
    else:
        messages.success(request, _("%(client)s: it stays as booked.") % {"client": appointment.client})
    return redirect("booking:desk-blocked")


def blocked_notice(user: User) -> str:
    """How many appointments wait in blocked time, in words; empty where none does."""
    number = still_in_time_off(appointments_for(user)).count()
    if not number:
        return ""
    said = ngettext(
        "%(number)d appointment lies in blocked time", "%(number)d appointments lie in blocked time", number
    )
    return said % {"number": number}


def waiting_for(user: User) -> list[Appointment]:
    """The appointments that wait in blocked time, the next first."""
    return list(still_in_time_off(appointments_for(user)).with_people().order_by("starts_at", "pk"))


def render_blocked(
    request: StaffRequest,
    form: ReasonForm | None = None,
    ticked: frozenset[str] | None = None,
    status: int = 200,
) -> HttpResponse:
    """The groups; where a form was refused it stands in its own group, with what was ticked."""
    waiting = waiting_for(request.user)
    shown, groups = waiting[:MOST_AT_ONCE], []
    every = list(TimeOff.objects.filter(ends_at__gt=timezone.now()).select_related("therapist").order_by("starts_at"))
    in_the_way = {key for off in every for key in off.in_the_way}
    known = appointments_for(request.user).filter(pk__in=in_the_way).with_people().in_bulk()
    for off in every:
        mine = [each for each in shown if is_within(each, off)]
        shown = [each for each in shown if each not in mine]
        settled = [
            settled_line(known[key], off) for key in off.in_the_way if key in known and known[key] not in waiting
        ]
        if not mine and not settled:
            continue
        is_sent = form is not None and request.POST.get("off") == str(off.pk)
        keys = frozenset(str(each.public_id) for each in mine)
        groups.append(
            BlockedGroup(
                off,
                [(each, other_times(each)) for each in mine],
                settled,
                form if form is not None and is_sent else ReasonForm(initial={"reason": usual_reason(off)}),
                ticked if ticked is not None and is_sent else keys,
            )
        )
    context = {"groups": groups, "left": len(waiting), "more": len(waiting) > MOST_AT_ONCE}
    return render(request, "booking/desk/blocked.html", context, status=status)


def is_within(appointment: Appointment, off: TimeOff) -> bool:
    """Whether a time off takes some of an appointment's time from whom it is with."""
    own = off.therapist_id in (None, appointment.therapist_id)
    return own and appointment.starts_at < off.ends_at and off.starts_at < appointment.ends_at


def settled_line(appointment: Appointment, off: TimeOff) -> SettledLine:
    """What became of an appointment that was in the way."""
    if appointment.status == Status.CANCELLED:
        return SettledLine(appointment, _("cancelled"))
    if is_within(appointment, off):
        return SettledLine(appointment, _("stays as booked"))
    when = short_day_clock(timezone.localtime(appointment.starts_at))
    said = _("moved to %(when)s with %(name)s") % {"when": when, "name": appointment.therapist.name}
    return SettledLine(appointment, said)


def usual_reason(off: TimeOff) -> str:
    """What the reason begins with: that of the time off, else who is away."""
    if off.reason:
        return off.reason
    return _("%(name)s is away") % {"name": off.therapist.name} if off.therapist else _("The practice is closed")


def other_times(appointment: Appointment) -> list[dict[str, str]]:
    """Buttons that move an appointment: the same time with a colleague, others of that day, then its own therapist's
    next."""
    if not appointment.is_ahead:
        # What was only offered stands until its client has said yes or no.
        return []
    order, own = order_as_booked(appointment), appointment.therapist
    start = timezone.localtime(appointment.starts_at)
    day, last = start.date(), start.date() + LOOK_AHEAD
    book = schedule.read_schedule(order, first=day, last=last, leaving_out=appointment)
    mine: tuple[AlternativeTime, ...] = ()
    if own.pk in book.therapists:
        mine = book.alternatives_to(start, day, last, therapist=own, limit=2)
    same = [each for each in mine if each.start == start]
    found = [*same, *book.near(start, day, day, limit=2), *mine, *book.near(start, day, last, limit=2)]
    buttons = {each["value"]: each for each in alternative_buttons(found, own)}
    return list(buttons.values())[:MOST_TIMES]
