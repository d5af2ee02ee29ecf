"""A diary to pencil into: what would be free if these visits were booked, moved or gone already. Writes nothing.

Several visits change in one transaction, one after the other. The draft goes through the same steps on paper, so that
a preview says of each what the transaction will meet.
"""

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from booking import availability, diary
from booking.availability import DayLoad, Key, Reason, Resource, Span, TherapistDiary, Verdict
from booking.configuration import current_configuration
from booking.diary import Diary
from booking.models import Appointment, Therapist
from booking.order import Order, as_booked
from clients.models import Client
from clinic.models import Practice

# How far around a date another time for it is looked for; it must not run into the next date of a weekly series.
REACH = dt.timedelta(days=3)
# Days; beyond any series.
FAR = 10_000


@dataclass(frozen=True)
class Draft:
    """Some weeks of the practice and of one client, for each order that is asked about. Pencilling makes a new one."""

    books: dict[Order, Diary]
    client: tuple[Span, ...]
    practice: Practice

    def check(
        self, order: Order, therapist: Therapist, start: dt.datetime, *, ignoring: Collection[Reason] = ()
    ) -> Verdict:
        """Whether this order can be had at `start`, or why not; the client's own visits count."""
        book, own = self.books[order], self.diary_of(order, therapist)
        if own is None:
            return Verdict(Reason.HOURS)
        return availability.check(
            book.rules, own, book.rooms, book.kits, book.zone, start, book.now, client=self.client, ignoring=ignoring
        )

    def near(
        self, order: Order, therapist: Therapist, start: dt.datetime, *, far_ahead: bool = False, limit: int = 3
    ) -> tuple[dt.datetime, ...]:
        """Up to `limit` free times within three days of `start`: the same day first, then the nearest; UTC.

        With `far_ahead` also beyond the horizon.
        """
        book, own = self.books[order], self.diary_of(order, therapist)
        if own is None:
            return ()
        rules = replace(book.rules, horizon=FAR) if far_ahead else book.rules
        day = start.astimezone(book.zone).date()
        offers = availability.free_times(
            rules,
            [own],
            book.rooms,
            book.kits,
            book.zone,
            day - REACH,
            day + REACH,
            book.now,
            client=self.client,
        )
        found = availability.nearest(offers, availability.instant(start), book.zone, limit)
        return tuple(availability.as_datetime(offer.start) for offer in found)

    def diary_of(self, order: Order, therapist: Therapist) -> TherapistDiary | None:
        """The therapist's time, or None for one who does not perform the service."""
        return next((each for each in self.books[order].diaries if each.key == therapist.pk), None)

    def with_visit(self, order: Order, therapist: Therapist, start: dt.datetime, verdict: Verdict) -> "Draft":
        """The same with a visit at `start`, in the room and with the kit of a free verdict."""
        rules, begin = self.books[order].rules, availability.instant(start)
        blocked = begin - rules.before, begin + rules.span
        heated = begin - rules.before, begin + rules.kit_span
        day = start.astimezone(self.practice.zone).date()
        books = {
            each: replace(
                book,
                diaries=tuple(
                    busier(own, blocked, day, rules.minutes) if own.key == therapist.pk else own for own in book.diaries
                ),
                rooms=taken(book.rooms, verdict.room, blocked),
                kits=taken(book.kits, verdict.kit, heated),
            )
            for each, book in self.books.items()
        }
        return replace(self, books=books, client=(*self.client, (begin, begin + rules.minutes)))

    def without_visit(self, visit: Appointment) -> "Draft":
        """The same as if this visit were not in the diary: its own time is never in its way."""
        blocked = availability.span_around(visit.blocked_from, visit.blocked_until)
        heated = availability.span_around(visit.blocked_from, visit.kit_blocked_until)
        day = visit.starts_at.astimezone(self.practice.zone).date()
        books = {
            each: replace(
                book,
                diaries=tuple(
                    freer(own, blocked, day, visit.minutes) if own.key == visit.therapist_id else own
                    for own in book.diaries
                ),
                rooms=given_back(book.rooms, visit.room_id, blocked),
                kits=given_back(book.kits, visit.kit_id, heated),
            )
            for each, book in self.books.items()
        }
        return replace(self, books=books, client=less(self.client, session(visit)))


def draft_of(
    orders: Iterable[Order],
    client: Client | None,
    *,
    first: dt.date,
    last: dt.date,
    practice: Practice,
    now: dt.datetime | None = None,
) -> Draft:
    """Read the local dates `first` to `last`, both inclusive: one diary for each kind of order, and the client's."""
    first, last = first - REACH, last + REACH
    configuration = current_configuration()
    books = {
        order: diary.read(order, first=first, last=last, now=now, configuration=configuration) for order in set(orders)
    }
    since = dt.datetime.combine(first - REACH, dt.time.min, practice.zone)
    until = dt.datetime.combine(last + REACH, dt.time.max, practice.zone)
    own = Appointment.objects.active().filter(client=client).touching(since, until) if client else ()
    return Draft(books, tuple(session(visit) for visit in own), practice)


def orders_of(visits: Iterable[Appointment]) -> dict[int, Order]:
    """What each visit is, by primary key."""
    return {visit.pk: as_booked(visit) for visit in visits}


def session(visit: Appointment) -> Span:
    """When the client lies on the table."""
    return availability.span_around(visit.starts_at, visit.ends_at)


def less(spans: Sequence[Span], gone: Span) -> tuple[Span, ...]:
    """The spans without one of this kind."""
    left = list(spans)
    if gone in left:
        left.remove(gone)
    return tuple(left)


def busier(own: TherapistDiary, span: Span, day: dt.date, minutes: int) -> TherapistDiary:
    """A therapist's time with one visit more."""
    load = own.load_on(day)
    booked = {**own.booked, day: DayLoad(load.visits + 1, load.minutes + minutes)}
    return replace(own, busy=[*own.busy, span], booked=booked)


def freer(own: TherapistDiary, span: Span, day: dt.date, minutes: int) -> TherapistDiary:
    """A therapist's time with one visit less."""
    if span not in own.busy:
        return own
    load = own.load_on(day)
    booked = {**own.booked, day: DayLoad(load.visits - 1, load.minutes - minutes)}
    return replace(own, busy=less(own.busy, span), booked=booked)


def taken(resources: Sequence[Resource], key: Key | None, span: Span) -> tuple[Resource, ...]:
    """Rooms or kits, one of them busy once more."""
    return tuple(replace(each, busy=[*each.busy, span]) if each.key == key else each for each in resources)


def given_back(resources: Sequence[Resource], key: Key | None, span: Span) -> tuple[Resource, ...]:
    """Rooms or kits, one of them free again."""
    return tuple(replace(each, busy=less(each.busy, span)) if each.key == key else each for each in resources)
