"""A diary to pencil into: what would be free if these appointments were booked, moved or gone already. Writes nothing.

Several appointments change in one transaction, one after the other. The draft goes through the same steps on paper, so
that a preview says of each what the transaction will meet.
"""

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from booking.models import Appointment, Therapist
from booking.scheduling import availability, schedule
from booking.scheduling.availability import (
    DayLoad,
    Resource,
    ResourceKey,
    Span,
    StartVerdict,
    TherapistSchedule,
    Unavailable,
)
from booking.scheduling.busy import client_span
from booking.scheduling.configuration import current_configuration
from booking.scheduling.order import Order, order_as_booked
from booking.scheduling.schedule import Schedule
from clients.models import Client
from clinic.models import Practice

# How far around a date another time for it is looked for; it must not run into the next date of a weekly series.
DAYS_AROUND = dt.timedelta(days=3)
# Days; beyond any series.
CLIENT_FAR = 10_000


@dataclass(frozen=True)
class TentativeSchedule:
    """Some weeks of the practice and of one client, for each order that is asked about. Pencilling makes a new one."""

    books: dict[Order, Schedule]
    client: tuple[Span, ...]
    practice: Practice

    def check(
        self, order: Order, therapist: Therapist, start: dt.datetime, *, ignoring: Collection[Unavailable] = ()
    ) -> StartVerdict:
        """Whether this order can be had at `start`, or why not; the client's own appointments count."""
        book, own = self.books[order], self.diary_of(order, therapist)
        if own is None:
            return StartVerdict(Unavailable.HOURS)
        return availability.check_start(
            book.rules, own, book.rooms, book.kits, book.zone, start, book.now, client=self.client, ignoring=ignoring
        )

    def near(
        self, order: Order, therapist: Therapist, start: dt.datetime, *, far_ahead: bool = False, limit: int = 3
    ) -> tuple[dt.datetime, ...]:
        """Up to `limit` free times within three days (UTC), the same day first; `far_ahead`: past the horizon."""
        book, own = self.books[order], self.diary_of(order, therapist)
        if own is None:
            return ()
        rules = replace(book.rules, horizon=CLIENT_FAR) if far_ahead else book.rules
        day = start.astimezone(book.zone).date()
        offers = availability.free_times(
            rules,
            [own],
            book.rooms,
            book.kits,
            book.zone,
            day - DAYS_AROUND,
            day + DAYS_AROUND,
            book.now,
            client=self.client,
        )
        found = availability.nearest_offers(offers, availability.instant(start), book.zone, limit)
        return tuple(availability.as_datetime(offer.start) for offer in found)

    def diary_of(self, order: Order, therapist: Therapist) -> TherapistSchedule | None:
        """The therapist's time, or None for one who does not perform the service."""
        return next((each for each in self.books[order].diaries if each.key == therapist.pk), None)

    def with_appointment(
        self, order: Order, therapist: Therapist, start: dt.datetime, verdict: StartVerdict
    ) -> "TentativeSchedule":
        """The schedule with one appointment more, at `start`, in the room and with the kit of a free verdict."""
        rules, begin = self.books[order].rules, availability.instant(start)
        blocked = begin - rules.before, begin + rules.span
        heated = begin - rules.before, begin + rules.kit_span
        day = start.astimezone(self.practice.zone).date()
        books = {
            each: replace(
                book,
                diaries=tuple(
                    with_load(own, blocked, day, rules.minutes) if own.key == therapist.pk else own
                    for own in book.diaries
                ),
                rooms=with_resource_busy(book.rooms, verdict.room, blocked),
                kits=with_resource_busy(book.kits, verdict.kit, heated),
            )
            for each, book in self.books.items()
        }
        return replace(self, books=books, client=(*self.client, (begin, begin + rules.minutes)))

    def without_appointment(self, appointment: Appointment) -> "TentativeSchedule":
        """The schedule without this appointment: its own time is never in its way."""
        blocked = availability.span_around(appointment.blocked_from, appointment.blocked_until)
        heated = availability.span_around(appointment.blocked_from, appointment.kit_blocked_until)
        day = appointment.starts_at.astimezone(self.practice.zone).date()
        books = {
            each: replace(
                book,
                diaries=tuple(
                    without_load(own, blocked, day, appointment.minutes) if own.key == appointment.therapist_id else own
                    for own in book.diaries
                ),
                rooms=with_resource_free(book.rooms, appointment.room_id, blocked),
                kits=with_resource_free(book.kits, appointment.kit_id, heated),
            )
            for each, book in self.books.items()
        }
        return replace(self, books=books, client=without_span(self.client, client_span(appointment)))


def tentative_schedule(
    orders: Iterable[Order],
    client: Client | None,
    *,
    first: dt.date,
    last: dt.date,
    practice: Practice,
    now: dt.datetime | None = None,
) -> TentativeSchedule:
    """Read the local dates `first` to `last`, both inclusive: one diary for each kind of order, and the client's."""
    first, last = first - DAYS_AROUND, last + DAYS_AROUND
    configuration = current_configuration()
    books = {
        order: schedule.read_schedule(order, first=first, last=last, now=now, configuration=configuration)
        for order in set(orders)
    }
    since = dt.datetime.combine(first - DAYS_AROUND, dt.time.min, practice.zone)
    until = dt.datetime.combine(last + DAYS_AROUND, dt.time.max, practice.zone)
    own = Appointment.objects.active().filter(client=client).touching(since, until) if client else ()
    return TentativeSchedule(books, tuple(client_span(appointment) for appointment in own), practice)


def orders_of(appointments: Iterable[Appointment]) -> dict[int, Order]:
    """What each appointment is, by primary key."""
    return {appointment.pk: order_as_booked(appointment) for appointment in appointments}


def without_span(spans: Sequence[Span], gone: Span) -> tuple[Span, ...]:
    """The spans without one of this kind."""
    left = list(spans)
    if gone in left:
        left.remove(gone)
    return tuple(left)


def with_load(own: TherapistSchedule, span: Span, day: dt.date, minutes: int) -> TherapistSchedule:
    """A therapist's time with one appointment more."""
    load = own.load_of_day(day)
    booked = {**own.booked, day: DayLoad(load.appointments + 1, load.minutes + minutes)}
    return replace(own, busy=[*own.busy, span], booked=booked)


def without_load(own: TherapistSchedule, span: Span, day: dt.date, minutes: int) -> TherapistSchedule:
    """A therapist's time with one appointment less."""
    if span not in own.busy:
        return own
    load = own.load_of_day(day)
    booked = {**own.booked, day: DayLoad(load.appointments - 1, load.minutes - minutes)}
    return replace(own, busy=without_span(own.busy, span), booked=booked)


def with_resource_busy(resources: Sequence[Resource], key: ResourceKey | None, span: Span) -> tuple[Resource, ...]:
    """Rooms or kits, one of them busy once more."""
    return tuple(replace(each, busy=[*each.busy, span]) if each.key == key else each for each in resources)


def with_resource_free(resources: Sequence[Resource], key: ResourceKey | None, span: Span) -> tuple[Resource, ...]:
    """Rooms or kits, one of them free again."""
    return tuple(replace(each, busy=without_span(each.busy, span)) if each.key == key else each for each in resources)
