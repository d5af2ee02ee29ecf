"""The next appointment, agreed before the client leaves: same therapist, service, length and time of day, at the
interval that the therapist named; asked of the one availability function and booked by the one action.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.translation import gettext as _

from booking.appointments.book import book_appointment
from booking.appointments.booking_request import BookingRequest
from booking.appointments.screening import SafetyAnswers
from booking.errors import NotPossible
from booking.models import AHEAD, AddOn, Appointment, SessionNote
from booking.scheduling import schedule
from booking.scheduling.availability.instants import as_datetime, minute_of_day
from booking.scheduling.busy import client_busy_in
from booking.scheduling.order import Order
from booking.scheduling.terms import Terms
from clients.models import CarePlan, Intake
from clinic.models import Practice, User

# Where neither note nor series nor plan says when to come again.
USUAL_WEEKS = 2
LONGEST_INTERVAL = 104
# How far around the day at the interval a free time is looked for.
DAYS_BEFORE, DAYS_AFTER = dt.timedelta(days=3), dt.timedelta(days=7)
MOST_OFFERS = 3
# What a day's difference weighs against the clock, in minutes: the usual hour a day later is as good as this much later
# on the same day.
A_DAY = 90
# Two offers of one day are a choice only when they are this many minutes apart.
APART = 45


@dataclass(frozen=True)
class NextOffer:
    """Times for the next appointment, the nearest to what is meant first."""

    weeks: int
    order: Order
    wanted: dt.datetime
    """The same time of day on the day at the interval."""
    starts: Sequence[dt.datetime]

    @property
    def best(self) -> dt.datetime | None:
        """The time to propose, if any is free."""
        return self.starts[0] if self.starts else None

    @property
    def is_exact(self) -> bool:
        """Whether it is the very time that is meant."""
        return self.best == self.wanted


def interval_in_weeks(appointment: Appointment, note: SessionNote | None = None) -> int:
    """In how many weeks to come again: as somebody named it, else the usual."""
    return named_interval(appointment, note) or USUAL_WEEKS


def named_interval(appointment: Appointment, note: SessionNote | None = None) -> int | None:
    """In how many weeks to come again by the note, the series, the plan, the note before; None where none says."""
    if note is not None and note.rebook_weeks:
        return note.rebook_weeks
    if appointment.series is not None:
        return appointment.series.every_weeks
    plan = CarePlan.objects.filter(client=appointment.client_id, state=CarePlan.State.APPROVED).order_by("-made_at")
    recommended = plan.values_list("recommended", flat=True).first()
    if recommended and recommended.get("visits", 1) > 1:
        return max(1, round(int(recommended["every_days"]) / 7))
    before = SessionNote.objects.filter(
        appointment__client=appointment.client_id, appointment__starts_at__lt=appointment.starts_at, rebook_weeks__gt=0
    )
    last: int | None = before.order_by("-appointment__starts_at").values_list("rebook_weeks", flat=True).first()
    return last


def order_again(appointment: Appointment) -> Order:
    """The same again at today's length and price, with those of its add-ons that are still offered."""
    offered = AddOn.objects.offered_with(appointment.service)
    added = {part.add_on_id for part in appointment.added}
    return Order.of(appointment.service, [each for each in offered if each.pk in added] if added else ())


def next_offer(appointment: Appointment, weeks: int, practice: Practice) -> NextOffer:
    """Free times with the same therapist around the same time of day, `weeks` after the appointment."""
    zone, order = practice.zone, order_again(appointment)
    weeks = max(1, min(weeks, LONGEST_INTERVAL))
    wanted = same_clock_later(appointment.starts_at, weeks, zone)
    today = timezone.now().astimezone(zone).date()
    first, last = max(today, wanted.date() - DAYS_BEFORE), wanted.date() + DAYS_AFTER
    if last < first:
        return NextOffer(weeks, order, wanted, ())
    book = schedule.read_schedule(order, first=first, last=last, therapist=appointment.therapist)
    start, end = schedule.dates_with_margin(first, last, zone)
    book = replace(book, client=client_busy_in(appointment.client_id, start, end))
    free = [as_datetime(each.start) for each in book.offers(first, last)]
    return NextOffer(weeks, order, wanted, nearest_starts(free, wanted, zone))


def same_clock_later(start: dt.datetime, weeks: int, zone: ZoneInfo) -> dt.datetime:
    """The same time of the practice's clock, `weeks` later."""
    local = start.astimezone(zone)
    return dt.datetime.combine(local.date() + dt.timedelta(weeks=weeks), local.time(), zone)


def nearest_starts(starts: Iterable[dt.datetime], wanted: dt.datetime, zone: ZoneInfo) -> list[dt.datetime]:
    """The few starts nearest to what is wanted by day and clock, none of them next to another."""

    def distance(start: dt.datetime) -> tuple[int, dt.datetime]:
        local = start.astimezone(zone)
        days = abs((local.date() - wanted.date()).days)
        return days * A_DAY + abs(minute_of_day(local.time()) - minute_of_day(wanted.time())), start

    chosen: list[dt.datetime] = []
    for start in sorted(starts, key=distance):
        if len(chosen) == MOST_OFFERS:
            break
        if all(abs(start - each) >= dt.timedelta(minutes=APART) for each in chosen):
            chosen.append(start)
    return chosen


def next_booked(appointment: Appointment) -> Appointment | None:
    """What the client has booked after this appointment already, if anything."""
    later = Appointment.objects.filter(
        client=appointment.client_id, status__in=AHEAD, starts_at__gt=max(appointment.starts_at, timezone.now())
    )
    return later.exclude(pk=appointment.pk).order_by("starts_at").first()


def answers_on_file(appointment: Appointment, intake: Intake | None) -> SafetyAnswers | None:
    """The safety answers of the newest intake as told now, else those of this booking; None where nobody has asked."""
    given = intake or appointment.screening
    return SafetyAnswers.on_file(given).told_now() if given else None


def book_next(
    appointment: Appointment, *, start: dt.datetime, key: str, shown: Terms | None, by: User, practice: Practice
) -> Appointment:
    """Book the same again at `start` (aware), once for each `key`.

    Raises what `book_appointment` raises, and NotPossible where no safety answers are on file to judge it by.
    """
    answers = answers_on_file(appointment, Intake.objects.latest_of(appointment.client))
    if answers is None:
        raise NotPossible(_("No health answers are on file. Please book on the booking page, and ask there."))
    return book_appointment(
        BookingRequest(
            order=order_again(appointment),
            start=start,
            therapist=appointment.therapist,
            client=appointment.client,
            answers=answers,
            policy_accepted=True,
            via=Appointment.Via.DESK,
            practice=practice,
            by=by,
            key=key,
            shown=shown,
        )
    )
