"""From the tables to the availability engine and back: the version of the configuration, and the appointments with the
private busy times, in two queries, whatever the number of therapists and appointments.

Everything that asks for free times asks here: page, API, desk, and the check inside the booking transaction.
"""

import datetime as dt
import itertools
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from zoneinfo import ZoneInfo

from django.utils import timezone

from booking.errors import AlternativeTime
from booking.models import Appointment, Service, Therapist
from booking.scheduling import availability
from booking.scheduling.availability import Resource, ResourceKey, ServiceRules, Span, TherapistSchedule
from booking.scheduling.busy import Busy, busy_in, client_busy_in
from booking.scheduling.configuration import Configuration, current_configuration
from booking.scheduling.hours import therapist_schedules
from booking.scheduling.order import Order
from clinic.models import Practice

# How far around the days asked for, and the session itself, an appointment or its buffers may still matter: over
# midnight, buffers of up to four hours, re-heating of up to eight, and the shortest gap that a therapist wants beside
# them.
READ_MARGIN = dt.timedelta(days=1)
# How far ahead one look for the next free time reaches before the next look begins.
SEARCH_STRIDE = dt.timedelta(days=31)
# The engine is asked for so many days at a time whether a service is open at all.
CHECKED_DAYS = dt.timedelta(days=7)
# How many other times a person is shown who came too late.
ENOUGH_TIMES = 6


@dataclass(frozen=True)
class FreeTime:
    """A time that can be booked, and with whom (in the practice's order)."""

    start: dt.datetime
    therapists: tuple[Therapist, ...]


@dataclass(frozen=True)
class Schedule:
    """What the engine needs to know about some days: read once, asked as often as wanted."""

    practice: Practice
    rules: ServiceRules
    therapists: dict[ResourceKey, Therapist]
    diaries: tuple[TherapistSchedule, ...]
    rooms: tuple[Resource, ...]
    kits: tuple[Resource, ...]
    now: dt.datetime
    client: tuple[Span, ...] = ()
    """When a known client is busy with other appointments."""

    @property
    def zone(self) -> ZoneInfo:
        """The practice's zone."""
        return self.practice.zone

    def offers(self, first: dt.date, last: dt.date) -> list[availability.FreeStart]:
        """Every bookable start from local date `first` to `last`, both inclusive, as the engine says it."""
        return availability.free_times(
            self.rules, self.diaries, self.rooms, self.kits, self.zone, first, last, self.now, client=self.client
        )

    def check(
        self, therapist: Therapist, start: dt.datetime, *, ignoring: Collection[availability.Unavailable] = ()
    ) -> availability.StartVerdict:
        """Whether this therapist can be booked at `start`, with the room and kit chosen, or why not."""
        diary = next((each for each in self.diaries if each.key == therapist.pk), None)
        if diary is None:
            return availability.StartVerdict(availability.Unavailable.HOURS)
        return availability.check_start(
            self.rules,
            diary,
            self.rooms,
            self.kits,
            self.zone,
            start,
            self.now,
            client=self.client,
            ignoring=ignoring,
        )

    def lightest_first(self, free: Collection[int], day: dt.date) -> list[Therapist]:
        """The therapists with these keys, the one with the fewest minutes that day first."""
        return [self.therapists[int(key)] for key in availability.least_busy_first(self.diaries, free, day)]

    def with_only(self, therapist: Therapist) -> "Schedule":
        """The schedule with one therapist alone."""
        diaries = tuple(each for each in self.diaries if each.key == therapist.pk)
        return replace(self, diaries=diaries, therapists={each.key: self.therapists[each.key] for each in diaries})

    def alternatives_to(
        self,
        start: dt.datetime,
        first: dt.date,
        last: dt.date,
        *,
        therapist: Therapist | None,
        limit: int = ENOUGH_TIMES,
    ) -> tuple[AlternativeTime, ...]:
        """Up to `limit` times of these dates instead: the same time with a colleague first, then the nearest."""
        if therapist is None:
            return self.near(start, first, last, limit)
        others = [who for who in self.therapists.values() if who != therapist and self.check(who, start).free]
        same = (AlternativeTime(start, tuple(str(who.public_id) for who in others)),) if others else ()
        return (*same, *self.with_only(therapist).near(start, first, last, limit - len(same)))

    def near(
        self, start: dt.datetime, first: dt.date, last: dt.date, limit: int = ENOUGH_TIMES
    ) -> tuple[AlternativeTime, ...]:
        """Up to `limit` free times of these local dates instead of `start`, the same day first, then the nearest."""
        offers = availability.nearest_offers(self.offers(first, last), availability.instant(start), self.zone, limit)
        return tuple(
            AlternativeTime(
                availability.as_datetime(offer.start, self.zone),
                tuple(str(self.therapists[key].public_id) for key in offer.therapists),
            )
            for offer in offers
        )

    @property
    def is_open(self) -> bool:
        """Whether any start is offered up to the horizon; most services are offered in the first days."""
        first = self.now.astimezone(self.zone).date()
        end = first + dt.timedelta(days=self.rules.horizon)
        while first <= end:
            last = min(first + CHECKED_DAYS, end)
            if self.offers(first, last):
                return True
            first = last + dt.timedelta(days=1)
        return False

    def free_time(self, offer: availability.FreeStart) -> FreeTime:
        """An offer with an aware UTC start and whole therapists."""
        return FreeTime(
            availability.as_datetime(offer.start), tuple(map(self.therapists.__getitem__, offer.therapists))
        )


@dataclass(frozen=True)
class FreeTimes:
    """The free times of some days."""

    zone: ZoneInfo
    offers: list[FreeTime] = field(default_factory=list)

    @cached_property
    def by_day(self) -> dict[dt.date, list[FreeTime]]:
        """The times by local date; a date without any is absent."""
        days = itertools.groupby(self.offers, key=lambda offer: offer.start.astimezone(self.zone).date())
        return {day: list(offers) for day, offers in days}


def service_rules(order: Order, practice: Practice, *, has_rooms: bool) -> ServiceRules:
    """How a service with its add-ons is booked: its own rules where set, else the practice's."""
    service = order.service
    return ServiceRules(
        minutes=order.minutes,
        before=service.buffer_before,
        after=service.buffer_after,
        step=service.step_in(practice),
        needs_room=has_rooms,
        needs_kit=order.needs_kit,
        kit_buffer_after=order.kit_busy_after,
        first_start=service.first_start,
        last_start=service.last_start,
        notice=service.notice_in(practice) // dt.timedelta(minutes=1),
        horizon=service.horizon_in(practice).days,
    )


def read_schedule(
    order: Order,
    *,
    first: dt.date,
    last: dt.date,
    therapist: Therapist | None = None,
    leaving_out: Appointment | None = None,
    now: dt.datetime | None = None,
    configuration: Configuration | None = None,
) -> Schedule:
    """Read what is needed to answer about the local dates `first` to `last`, both inclusive.

    `leaving_out` is an appointment that is being moved: its own time is never in its way, and its client cannot be at
    two at once. Without a `configuration` it is asked whether the one at hand still stands: so within a transaction
    that holds its locks.
    """
    configuration = configuration or current_configuration()
    now = now or timezone.now()
    busy = busy_of([order], first=first, last=last, zone=configuration.zone, leaving_out=leaving_out)
    found = schedule_of(order, configuration, busy, first=first, last=last, now=now, therapist=therapist)
    if leaving_out is None:
        return found
    start, end = dates_with_margin(first, last, configuration.zone)
    return replace(found, client=client_busy_in(leaving_out.client_id, start, end, leaving_out=leaving_out))


def dates_with_margin(first: dt.date, last: dt.date, zone: ZoneInfo) -> tuple[dt.datetime, dt.datetime]:
    """From when until when (aware) an appointment may matter to sessions on these local dates, both inclusive."""
    start, end = dt.datetime.combine(first, dt.time.min, zone), dt.datetime.combine(last, dt.time.max, zone)
    return start - READ_MARGIN, end + READ_MARGIN


def busy_of(
    orders: Iterable[Order], *, first: dt.date, last: dt.date, zone: ZoneInfo, leaving_out: Appointment | None = None
) -> Busy:
    """What is busy so near to these local dates that it may matter to any of these."""
    start, end = dates_with_margin(first, last, zone)
    longest = max((each.minutes for each in orders), default=0)
    return busy_in(start, end + dt.timedelta(minutes=longest), zone, leaving_out)


def schedule_of(
    order: Order,
    configuration: Configuration,
    busy: Busy,
    *,
    first: dt.date,
    last: dt.date,
    now: dt.datetime,
    therapist: Therapist | None = None,
) -> Schedule:
    """The schedule of the local dates `first` to `last` for an order, with what is busy then; asks no table."""
    rules = service_rules(order, configuration.practice, has_rooms=bool(configuration.rooms))
    resources = configuration.resources_for(order.service.pk)
    # Nobody performs what is longer than appointments may be; the others give what is added to the service too.
    performing = () if order.endless else resources.performers
    able = [key for key in performing if configuration.gives_all(key, order.techniques)]
    therapists = {key: configuration.therapist(key) for key in able if therapist is None or key == therapist.pk}
    diaries = therapist_schedules(configuration, therapists.values(), busy, first=first, last=last)
    return Schedule(
        practice=configuration.practice,
        rules=rules,
        therapists=therapists,
        diaries=tuple(diaries.values()),
        rooms=tuple(Resource(key, busy.rooms[key]) for key in resources.rooms),
        kits=tuple(Resource(key, busy.kits[key]) for key in resources.kits),
        now=now,
    )


def month_of(
    order: Order,
    *,
    first: dt.date,
    last: dt.date,
    therapist: Therapist | None = None,
    now: dt.datetime | None = None,
) -> FreeTimes:
    """The free times of an order from local date `first` to `last`, both inclusive; one entry per time."""
    diary = read_schedule(order, first=first, last=last, therapist=therapist, now=now)
    return FreeTimes(diary.zone, [diary.free_time(offer) for offer in diary.offers(first, last)])


def upcoming_times(
    order: Order,
    *,
    therapist: Therapist | None = None,
    now: dt.datetime | None = None,
    since: dt.date | None = None,
) -> Iterator[FreeTime]:
    """The free times from now, or the local date `since`, on, in order, read a month at a time up to the horizon."""
    configuration = current_configuration()
    practice = configuration.practice
    now = now or timezone.now()
    today = practice.date_of(now)
    first, end = max(today, since or today), today + order.service.horizon_in(practice)
    while first <= end:
        last = min(first + SEARCH_STRIDE, end)
        diary = read_schedule(order, first=first, last=last, therapist=therapist, now=now, configuration=configuration)
        yield from (diary.free_time(offer) for offer in diary.offers(first, last))
        first = last + dt.timedelta(days=1)


def next_free_times(
    order: Order,
    *,
    therapist: Therapist | None = None,
    limit: int = 3,
    now: dt.datetime | None = None,
) -> list[FreeTime]:
    """The first `limit` free times from now on."""
    return list(itertools.islice(upcoming_times(order, therapist=therapist, now=now), limit))


def alternative_times(
    order: Order,
    start: dt.datetime,
    *,
    therapist: Therapist | None = None,
    with_colleagues: bool = True,
    leaving_out: Appointment | None = None,
    limit: int = ENOUGH_TIMES,
    now: dt.datetime | None = None,
) -> list[AlternativeTime]:
    """Up to `limit` times near `start` that are really free now; the same day first. For a person who came too late.

    Where a therapist is named, `start` itself comes first if a colleague has it, unless only that therapist will do.
    """
    configuration = current_configuration()
    only = None if with_colleagues else therapist
    now = now or timezone.now()
    today = now.astimezone(configuration.zone).date()
    day = max(start.astimezone(configuration.zone).date(), today)
    # The same day comes first, and where it has enough no other needs to be read: many come too late at once.
    for first, last in ((day, day), (max(day - dt.timedelta(days=3), today), day + dt.timedelta(days=10))):
        diary = read_schedule(
            order,
            first=first,
            last=last,
            therapist=only,
            leaving_out=leaving_out,
            now=now,
            configuration=configuration,
        )
        near = diary.alternatives_to(start, first, last, therapist=therapist, limit=limit)
        if len(near) == limit:
            break
    return list(near)


def empty_schedule(service: Service, configuration: Configuration, now: dt.datetime) -> Schedule:
    """What a service may draw on up to its horizon, with no appointment in the way."""
    first = now.astimezone(configuration.zone).date()
    last = first + service.horizon_in(configuration.practice)
    return schedule_of(Order.of(service), configuration, Busy(), first=first, last=last, now=now)


def open_services(services: Iterable[Service]) -> set[int]:
    """The primary keys of those services that are open for online booking at all: whether a time is free now is another
    question."""
    configuration, now = current_configuration(), timezone.now()
    return {each.pk for each in services if empty_schedule(each, configuration, now).is_open}


def open_orders(
    orders: Sequence[Order], start: dt.datetime | None, *, prefer: Therapist | None
) -> dict[Order, list[Therapist]]:
    """Those of the orders that are open for online booking at all, each with who can be booked for it at `start`, the
    preferred therapist first; what is busy then is read once. Without a start nobody is looked for."""
    configuration, now = current_configuration(), timezone.now()
    day = (start or now).astimezone(configuration.zone).date()
    busy = busy_of(orders, first=day, last=day, zone=configuration.zone) if start else Busy()
    found = {}
    for order in orders:
        seen = schedule_of(order, configuration, busy, first=day, last=day, now=now)
        free = [each for each in seen.therapists.values() if start and seen.check(each, start).free]
        if free or empty_schedule(order.service, configuration, now).is_open:
            found[order] = sorted(free, key=lambda each: prefer is None or each.pk != prefer.pk)
    return found
