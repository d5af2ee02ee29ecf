"""Choosing among what is free: a room, a kit, a therapist, another time."""

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from zoneinfo import ZoneInfo

from booking.scheduling.availability.instants import WallClock, as_datetime, day_number
from booking.scheduling.availability.spans import Span
from booking.scheduling.availability.values import FreeStart, Resource, ResourceKey, TherapistSchedule


def day_span(zone: ZoneInfo, day: dt.date) -> Span:
    """A local date as a range of instants: 23 or 25 hours long where the clock changes."""
    number = day_number(day)
    return WallClock.of(zone, number, number).range_of_day(number)


def dates_span(zone: ZoneInfo, first: dt.date, last: dt.date) -> Span:
    """Local dates, both included, as a range of instants."""
    return day_span(zone, first)[0], day_span(zone, last)[1]


def dates_as_moments(zone: ZoneInfo, first: dt.date, last: dt.date) -> tuple[dt.datetime, dt.datetime]:
    """Local dates, both included, as two aware datetimes, half-open."""
    begin, end = dates_span(zone, first, last)
    return as_datetime(begin), as_datetime(end)


def free_resources(resources: Sequence[Resource], span: Span, day: Span) -> tuple[ResourceKey, ...]:
    """The rooms or kits that are free for `span`: the least busy within `day` first, ties by position."""

    def load(resource: Resource) -> int:
        return sum(max(0, min(end, day[1]) - max(start, day[0])) for start, end in resource.busy)

    free = [
        resource for resource in resources if not any(start < span[1] and span[0] < end for start, end in resource.busy)
    ]
    return tuple(resource.key for resource in sorted(free, key=load))


def least_busy_first(
    therapists: Sequence[TherapistSchedule], free: Collection[ResourceKey], day: dt.date
) -> list[ResourceKey]:
    """Those of the therapists who are `free`, fewest minutes booked on a local date first, ties by position.

    "Any available" gets the first.
    """
    asked = [diary for diary in therapists if diary.key in free]
    return [diary.key for diary in sorted(asked, key=lambda diary: diary.load_of_day(day).minutes)]


def nearest_offers(offers: Iterable[FreeStart], wanted: int, zone: ZoneInfo, count: int = 3) -> list[FreeStart]:
    """Up to `count` other times for one that is gone: the same local date first, then the nearest, then the earlier."""
    day = as_datetime(wanted, zone).date()

    def distance(offer: FreeStart) -> tuple[bool, int, int]:
        return as_datetime(offer.start, zone).date() != day, abs(offer.start - wanted), offer.start

    return sorted((offer for offer in offers if offer.start != wanted), key=distance)[:count]
