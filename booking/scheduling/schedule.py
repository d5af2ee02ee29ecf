"""From the tables to the availability engine and back: the version of the configuration, and the appointments with the
private busy times, in two queries, whatever the number of therapists and appointments.

Everything that asks for free times asks here: page, API, desk, and the check inside the booking transaction.
"""

import datetime as dt
import itertools
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from zoneinfo import ZoneInfo

from django.utils import timezone

from booking.errors import AlternativeTime
from booking.models import Appointment, Therapist
from booking.scheduling import availability
from booking.scheduling.availability import DayLoad, Resource, ResourceKey, ServiceRules, Span, TherapistSchedule
from booking.scheduling.busy import DayLoads, busy_in, busy_with_others
from booking.scheduling.configuration import Configuration, current_configuration
from booking.scheduling.hours import StaffHours, staff_hours
from booking.scheduling.order import Order
from clinic.models import Practice

# How far around the days asked for, and the session itself, an appointment or its buffers may still matter: over
# midnight, buffers of up to four hours, re-heating of up to eight, and the shortest gap that a therapist wants beside
# them.
READ_MARGIN = dt.timedelta(days=1)
# How far ahead one look for the next free time reaches before the next look begins.
SEARCH_STRIDE = dt.timedelta(days=31)
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
    two at once. Without a
    `configuration` it is asked whether the one at hand still stands: so within a transaction that holds its locks.
    """
    configuration = configuration or current_configuration()
    practice = configuration.practice
    now = now or timezone.now()
    start = dt.datetime.combine(first, dt.time.min, practice.zone) - READ_MARGIN
    end = dt.datetime.combine(last, dt.time.max, practice.zone) + READ_MARGIN + dt.timedelta(minutes=order.minutes)
    resources = configuration.resources_for(order.service.pk)
    therapists = {
        key: configuration.therapist(key)
        for key in performing_therapists(order, therapist, resources.performers, configuration)
    }
    opening = staff_hours(configuration, therapists, first=first, last=last)
    busy = busy_in(start, end, leaving_out)
    return Schedule(
        practice=practice,
        rules=service_rules(order, practice, has_rooms=resources.has_rooms),
        therapists=therapists,
        diaries=tuple(
            therapist_schedule(
                each, opening, busy.therapists[key], DayLoads(busy.sessions[key], practice.zone), busy.private[key]
            )
            for key, each in therapists.items()
        ),
        rooms=tuple(Resource(key, busy.rooms[key]) for key in resources.rooms),
        kits=tuple(Resource(key, busy.kits[key]) for key in resources.kits),
        now=now,
        client=busy_with_others(leaving_out, start, end) if leaving_out else (),
    )


def therapist_schedule(
    therapist: Therapist,
    opening: StaffHours,
    busy: Sequence[Span],
    booked: Mapping[dt.date, DayLoad],
    private: Sequence[Span] = (),
) -> TherapistSchedule:
    """One therapist's days as the engine wants them; `booked` is what they do already, by local date, `private` when
    their own calendars are busy."""
    return TherapistSchedule(
        key=therapist.pk,
        hours=opening.hours[therapist.pk],
        overrides=opening.overrides[therapist.pk],
        busy=busy,
        away=[*opening.away[therapist.pk], *opening.closed],
        private=private,
        booked=booked,
        max_appointments=therapist.max_appointments_a_day,
        max_minutes=therapist.max_minutes_a_day,
        adjacent_only=therapist.adjacent_only,
        minimum_gap=therapist.minimum_gap,
    )


def performing_therapists(
    order: Order, therapist: Therapist | None, performers: Sequence[ResourceKey], configuration: Configuration
) -> Sequence[ResourceKey]:
    """The performers of a service who give what is added to it too, or of those the one named; nobody performs what is
    longer than appointments may be."""
    if order.endless:
        return ()
    able = [key for key in performers if configuration.gives_all(key, order.techniques)]
    return able if therapist is None else [key for key in able if key == therapist.pk]


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
    today = now.astimezone(practice.zone).date()
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


def therapists_free_at(order: Order, start: dt.datetime, *, prefer: Therapist | None) -> list[Therapist]:
    """Who can be booked for this at `start`, the preferred therapist first."""
    configuration = current_configuration()
    day = start.astimezone(configuration.zone).date()
    seen = read_schedule(order, first=day, last=day, configuration=configuration)
    free = (each for each in seen.therapists.values() if seen.check(each, start).free)
    return sorted(free, key=lambda each: prefer is None or each.pk != prefer.pk)


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
