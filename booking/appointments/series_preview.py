"""Looking before several appointments are booked or moved at once: each date free or not, why not, and what is near."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from zoneinfo import ZoneInfo

from booking.appointments.booking_request import PersonDetails
from booking.appointments.people import existing_client
from booking.models import Appointment, Therapist
from booking.scheduling.availability import OVERRIDABLE, Unavailable
from booking.scheduling.order import Order
from booking.scheduling.simulation import TentativeSchedule, orders_of, tentative_schedule
from clients.models import Client
from clinic.models import Practice

# What one tick with a reason sets aside for all dates. Somebody's absence is decided date by date.
AT_ONCE = OVERRIDABLE - {Unavailable.PAST, Unavailable.AWAY, Unavailable.PRIVATE}


@dataclass(frozen=True, kw_only=True)
class SeriesSlot:
    """One appointment as it was shown.

    Its place in the series, when it begins, and the rules knowingly set aside for it.

    `revision` is that of the appointment which is to be moved there.
    """

    position: int
    start: dt.datetime
    aside: frozenset[Unavailable] = frozenset()
    revision: int = 0


@dataclass(frozen=True, kw_only=True)
class SeriesDate:
    """One date of a preview. `wanted` is in the practice's zone; in a spring gap no clock ever shows it."""

    position: int
    wanted: dt.datetime
    appointment: Appointment | None = None
    """The appointment that is there already: the first of what is repeated, or the one to be moved."""
    settled: bool = False
    """It is there already and nothing is to be decided."""
    why: Unavailable | None = None
    here: SeriesSlot | None = None
    """The wanted time itself: free, or with rules set aside. None where it cannot be had at all."""
    others: tuple[SeriesSlot, ...] = ()
    chosen: SeriesSlot | None = None
    left_out: bool = False
    lost: bool = False
    """What was chosen before cannot be had any more."""

    @property
    def undecided(self) -> bool:
        """Whether somebody has to say what becomes of this date."""
        return not (self.settled or self.left_out or self.chosen)


@dataclass(frozen=True, kw_only=True)
class SeriesPattern:
    """`start` (aware) and so on every so many weeks, `times` in all; `after` is an appointment that is the first."""

    order: Order
    therapist: Therapist
    start: dt.datetime
    every_weeks: int
    times: int
    after: Appointment | None = None

    def dates(self, zone: ZoneInfo) -> list[dt.datetime]:
        """The start on each date at one wall time, also over a clock change; of two such times the first."""
        first = self.start.astimezone(zone)
        weeks = [dt.timedelta(weeks=self.every_weeks * number) for number in range(self.times)]
        # The first keeps its own hour of the two; wall time is what the others share with it.
        return [first, *((first.replace(tzinfo=None) + each).replace(tzinfo=zone, fold=0) for each in weeks[1:])]


DateChoices = Mapping[int, SeriesSlot | None]
"""What a person has decided, by place in the series; None leaves that date out."""


@dataclass(frozen=True, kw_only=True)
class DateQuestion:
    """What is asked of one date."""

    order: Order
    therapist: Therapist
    position: int
    wanted: dt.datetime
    appointment: Appointment | None = None
    at_once: bool = False
    choices: DateChoices = field(default_factory=dict)

    @property
    def pick(self) -> SeriesSlot:
        """The wanted time as a pick."""
        return SeriesSlot(
            position=self.position, start=self.wanted, revision=self.appointment.revision if self.appointment else 0
        )


def plan_series(
    pattern: SeriesPattern,
    *,
    client: PersonDetails | Client | None,
    practice: Practice,
    choices: DateChoices | None = None,
    at_once: bool = False,
    now: dt.datetime | None = None,
) -> list[SeriesDate]:
    """Every date of a series to be booked. `at_once` sets hours and limits aside wherever they are in the way."""
    dates = pattern.dates(practice.zone)
    first, last = dates[0].date(), dates[-1].date()
    file = existing_client(client) if client else None
    draft = tentative_schedule([pattern.order], file, first=first, last=last, now=now)
    turns = []
    for position, wanted in enumerate(dates, 1):
        if pattern.after is not None and position == 1:
            turns.append(SeriesDate(position=1, wanted=wanted, appointment=pattern.after, settled=True))
            continue
        question = DateQuestion(
            order=pattern.order,
            therapist=pattern.therapist,
            position=position,
            wanted=wanted,
            at_once=at_once,
            choices=choices or {},
        )
        turn, draft = propose_date(question, draft)
        turns.append(turn)
    return turns


def plan_move(
    appointments: Sequence[Appointment],
    shift: dt.timedelta,
    *,
    practice: Practice,
    choices: DateChoices | None = None,
    at_once: bool = False,
    now: dt.datetime | None = None,
) -> list[SeriesDate]:
    """Each appointment, by its place, moved by the same wall time with its own therapist."""
    zone = practice.zone
    wanted = {appointment.pk: shift_wall_time(appointment.starts_at, shift, zone) for appointment in appointments}
    orders = orders_of(appointments)
    draft = draft_for_move(appointments, list(wanted.values()), practice, now=now)
    turns = []
    for appointment in move_order(appointments, later=shift > dt.timedelta()):
        question = DateQuestion(
            order=orders[appointment.pk],
            therapist=appointment.therapist,
            position=appointment.position or 0,
            wanted=wanted[appointment.pk],
            appointment=appointment,
            at_once=at_once,
            choices=choices or {},
        )
        # Its own time is never in its way; where it stays after all, it stays in the way of the others.
        turn, moved = propose_date(question, draft.without_appointment(appointment))
        draft = moved if turn.chosen else draft
        turns.append(turn)
    return sorted(turns, key=lambda turn: turn.position)


def draft_for_move(
    appointments: Sequence[Appointment],
    starts: Sequence[dt.datetime],
    practice: Practice,
    *,
    now: dt.datetime | None = None,
) -> TentativeSchedule:
    """The weeks around where these appointments are and where they are to be."""
    days = [practice.date_of(each) for each in (*starts, *(appointment.starts_at for appointment in appointments))]
    orders = orders_of(appointments).values()
    return tentative_schedule(orders, appointments[0].client, first=min(days), last=max(days), now=now)


def move_order(appointments: Sequence[Appointment], *, later: bool) -> list[Appointment]:
    """Who moves first, so that none needs the time that another has yet to leave."""
    return sorted(appointments, key=lambda appointment: appointment.starts_at, reverse=later)


def shift_wall_time(start: dt.datetime, shift: dt.timedelta, zone: ZoneInfo) -> dt.datetime:
    """`start` so much later on the wall clock, in the practice's zone."""
    return (start.astimezone(zone).replace(tzinfo=None) + shift).replace(tzinfo=zone)


def propose_date(question: DateQuestion, draft: TentativeSchedule) -> tuple[SeriesDate, TentativeSchedule]:
    """One date, and the draft with it where it can be had."""
    order, therapist = question.order, question.therapist
    why = draft.check(order, therapist, question.wanted).reason
    here = allowed_slot(question.pick, question, draft)
    chosen, left_out, lost = default_slot(why, here, question), False, False
    if question.position in question.choices:
        wish = question.choices[question.position]
        left_out = wish is None
        chosen = wish if wish and draft.check(order, therapist, wish.start, ignoring=wish.aside).free else None
        lost = chosen is None and not left_out
    others: tuple[SeriesSlot, ...] = ()
    if why is not None or lost:
        near = draft.near(order, therapist, question.wanted, far_ahead=question.at_once)
        found = (allowed_slot(replace(question.pick, start=start), question, draft) for start in near)
        others = tuple(each for each in found if each is not None)
    if chosen is not None and chosen not in (here, *others):
        others = (*others, chosen)
    turn = SeriesDate(
        position=question.position,
        wanted=question.wanted,
        appointment=question.appointment,
        why=why,
        here=here,
        others=others,
        chosen=chosen,
        left_out=left_out,
        lost=lost,
    )
    if chosen is not None:
        verdict = draft.check(order, therapist, chosen.start, ignoring=chosen.aside)
        draft = draft.with_appointment(order, therapist, chosen.start, verdict)
    return turn, draft


def allowed_slot(pick: SeriesSlot, question: DateQuestion, draft: TentativeSchedule) -> SeriesSlot | None:
    """The pick with the rules that are in its way set aside, in UTC; None where it cannot be had at all."""
    verdict = draft.check(question.order, question.therapist, pick.start, ignoring=OVERRIDABLE)
    if not verdict.free:
        return None
    return replace(pick, start=pick.start.astimezone(dt.UTC), aside=frozenset(verdict.overridden))


def default_slot(why: Unavailable | None, here: SeriesSlot | None, question: DateQuestion) -> SeriesSlot | None:
    """What stands chosen before anybody has decided: the wanted time where it is free."""
    if here is None or why is None:
        return here
    return here if question.at_once and here.aside <= AT_ONCE else None
