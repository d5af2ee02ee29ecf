"""A diary to pencil into: what would be free if these appointments were booked, moved or gone already. Writes nothing.

Several appointments change in one transaction, one after the other. The draft goes through the same steps on paper, so
that a preview says of each what the transaction will meet.
"""

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from booking.models import Appointment, Therapist
from booking.scheduling import availability
from booking.scheduling.availability import (
    DayLoad,
    Resource,
    ResourceKey,
    ServiceRules,
    Span,
    StartVerdict,
    TherapistSchedule,
    Unavailable,
)
from booking.scheduling.busy import client_busy_in
from booking.scheduling.configuration import current_configuration
from booking.scheduling.order import Order, order_as_booked
from booking.scheduling.schedule import Schedule, dates_with_margin, read_schedule
from clients.models import Client

# How far around a date another time for it is looked for; it must not run into the next date of a weekly series.
DAYS_AROUND = dt.timedelta(days=3)
# Days; beyond any series.
CLIENT_FAR = 10_000

# What a line does to the ranges in which somebody or something is busy: adds one, or takes one away.
Change = Callable[[Sequence[Span], Span], tuple[Span, ...]]
Keyed = TypeVar("Keyed", Resource, TherapistSchedule)


@dataclass(frozen=True, kw_only=True)
class PencilLine:
    """One appointment on paper: with whom, where and with what, and what it blocks."""

    therapist: ResourceKey
    room: ResourceKey | None
    kit: ResourceKey | None
    session: Span
    """When the client lies on the table."""
    blocked: Span
    kit_blocked: Span
    minutes: int

    @classmethod
    def at(cls, start: dt.datetime, therapist: Therapist, rules: ServiceRules, verdict: StartVerdict) -> "PencilLine":
        """What an order with these rules takes at `start`, in the room and with the kit of a free verdict."""
        begin = availability.instant(start)
        return cls(
            therapist=therapist.pk,
            room=verdict.room,
            kit=verdict.kit,
            session=(begin, begin + rules.minutes),
            blocked=(begin - rules.before, begin + rules.span),
            kit_blocked=(begin - rules.before, begin + rules.kit_span),
            minutes=rules.minutes,
        )

    def drawn_into(self, book: Schedule, change: Change) -> Schedule:
        """The schedule after the change of this one appointment."""
        day = availability.as_datetime(self.session[0], book.zone).date()

        def busy(each: Keyed, key: ResourceKey | None, span: Span) -> Keyed:
            return replace(each, busy=change(each.busy, span)) if each.key == key else each

        def loaded(before: TherapistSchedule) -> TherapistSchedule:
            after = busy(before, self.therapist, self.blocked)
            more, load = len(after.busy) - len(before.busy), before.load_of_day(day)
            return replace(
                after,
                booked={**before.booked, day: DayLoad(load.appointments + more, load.minutes + more * self.minutes)},
            )

        return replace(
            book,
            diaries=tuple(loaded(each) if each.key == self.therapist else each for each in book.diaries),
            rooms=tuple(busy(each, self.room, self.blocked) for each in book.rooms),
            kits=tuple(busy(each, self.kit, self.kit_blocked) for each in book.kits),
            client=change(book.client, self.session),
        )


@dataclass(frozen=True)
class TentativeSchedule:
    """Some weeks of the practice and of one client, for each order that is asked about. Pencilling makes a new one."""

    books: dict[Order, Schedule]

    def check(
        self, order: Order, therapist: Therapist, start: dt.datetime, *, ignoring: Collection[Unavailable] = ()
    ) -> StartVerdict:
        """Whether this order can be had at `start`, or why not; the client's own appointments count."""
        return self.books[order].check(therapist, start, ignoring=ignoring)

    def near(
        self, order: Order, therapist: Therapist, start: dt.datetime, *, far_ahead: bool = False, limit: int = 3
    ) -> tuple[dt.datetime, ...]:
        """Up to `limit` free times within three days, the same day first; `far_ahead`: past the horizon."""
        book = self.books[order].with_only(therapist)
        if far_ahead:
            book = replace(book, rules=replace(book.rules, horizon=CLIENT_FAR))
        day = start.astimezone(book.zone).date()
        return tuple(each.start for each in book.near(start, day - DAYS_AROUND, day + DAYS_AROUND, limit))

    def with_appointment(
        self, order: Order, therapist: Therapist, start: dt.datetime, verdict: StartVerdict
    ) -> "TentativeSchedule":
        """The schedule with one appointment more, at `start`, in the room and with the kit of a free verdict."""
        return self.redrawn(PencilLine.at(start, therapist, self.books[order].rules, verdict), with_span)

    def without_appointment(self, appointment: Appointment) -> "TentativeSchedule":
        """The schedule without this appointment: its own time is never in its way."""
        line = PencilLine(
            therapist=appointment.therapist_id,
            room=appointment.room_id,
            kit=appointment.kit_id,
            session=availability.span_around(appointment.starts_at, appointment.ends_at),
            blocked=availability.span_around(appointment.blocked_from, appointment.blocked_until),
            kit_blocked=availability.span_around(appointment.blocked_from, appointment.kit_blocked_until),
            minutes=appointment.minutes,
        )
        return self.redrawn(line, without_span)

    def redrawn(self, line: PencilLine, change: Change) -> "TentativeSchedule":
        """The schedule of every order after the change of one appointment."""
        return TentativeSchedule({order: line.drawn_into(book, change) for order, book in self.books.items()})


def tentative_schedule(
    orders: Iterable[Order],
    client: Client | None,
    *,
    first: dt.date,
    last: dt.date,
    now: dt.datetime | None = None,
) -> TentativeSchedule:
    """Read the local dates `first` to `last`, both inclusive: one diary for each kind of order, and the client's."""
    first, last = first - DAYS_AROUND, last + DAYS_AROUND
    configuration = current_configuration()
    start, end = dates_with_margin(first, last, configuration.zone)
    own = client_busy_in(client.pk, start, end) if client else ()
    return TentativeSchedule(
        {
            order: replace(
                read_schedule(order, first=first, last=last, now=now, configuration=configuration), client=own
            )
            for order in set(orders)
        }
    )


def orders_of(appointments: Iterable[Appointment]) -> dict[int, Order]:
    """What each appointment is, by primary key."""
    return {appointment.pk: order_as_booked(appointment) for appointment in appointments}


def with_span(spans: Sequence[Span], more: Span) -> tuple[Span, ...]:
    """The spans with one more."""
    return (*spans, more)


def without_span(spans: Sequence[Span], gone: Span) -> tuple[Span, ...]:
    """The spans without one of this kind."""
    left = list(spans)
    if gone in left:
        left.remove(gone)
    return tuple(left)
