"""The small cast of the availability tests: one zone, one week, short names for instants and hours."""

import datetime as dt
from collections.abc import Sequence
from zoneinfo import ZoneInfo

from booking.scheduling.availability import (
    FreeStart,
    Hours,
    Resource,
    ServiceRules,
    TherapistSchedule,
    as_datetime,
    free_times,
    instant,
)
from booking.scheduling.availability.instants import MINUTES_PER_DAY, WallClock, day_number, minute_of_day

BERLIN = ZoneInfo("Europe/Berlin")
FRIDAY = dt.date(2026, 11, 27)
# Long before any day that the tests ask about, so that notice is in the way only where a test means it.
LONG_BEFORE = dt.datetime(2026, 11, 1, 8, tzinfo=dt.UTC)


def clock(text: str) -> dt.time:
    """`"09:30"` as a time."""
    return dt.time.fromisoformat(text)


def at(text: str, zone: ZoneInfo = BERLIN, fold: int = 0) -> int:
    """The instant of a wall time such as `"2026-11-27 10:00"`; a bare `"10:00"` is on the cast's Friday."""
    moment = dt.datetime.fromisoformat(text if "-" in text else f"{FRIDAY} {text}")
    return instant(moment.replace(tzinfo=zone, fold=fold))


def instants_at(zone: ZoneInfo, day: dt.date, time: dt.time) -> tuple[int, ...]:
    """The instants at which the wall shows `time` on `day`: none in a spring gap, two in an autumn fold, else one."""
    number = day_number(day)
    wall = number * MINUTES_PER_DAY + minute_of_day(time)
    return tuple(start for start, _ in WallClock.of(zone, number, number).spans(wall, wall + 1))


def span(begin: str, end: str, zone: ZoneInfo = BERLIN) -> tuple[int, int]:
    """A range of instants between two wall times."""
    return at(begin, zone), at(end, zone)


def times(*ranges: str) -> tuple[tuple[dt.time, dt.time], ...]:
    """`"09:00-12:00"` as a pair of times, for each range."""
    pairs = [text.split("-") for text in ranges]
    return tuple((clock(begin), clock(end)) for begin, end in pairs)


def every_day(*ranges: str) -> tuple[Hours, ...]:
    """The same ranges on all seven weekdays."""
    return tuple(Hours(weekday, begin, end) for weekday in range(7) for begin, end in times(*ranges))


def on_the_wall(offers: Sequence[FreeStart], zone: ZoneInfo = BERLIN) -> list[str]:
    """The starts as a client reads them."""
    return [f"{as_datetime(offer.start, zone):%H:%M}" for offer in offers]


def offered(
    service: ServiceRules,
    diary: TherapistSchedule,
    *,
    rooms: Sequence[Resource] = (),
    kits: Sequence[Resource] = (),
    zone: ZoneInfo = BERLIN,
    day: dt.date = FRIDAY,
    now: dt.datetime = LONG_BEFORE,
) -> list[str]:
    """The times of one day with one therapist, on the wall."""
    return on_the_wall(free_times(service, [diary], rooms, kits, zone, day, day, now), zone)
