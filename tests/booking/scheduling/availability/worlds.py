"""Random practices for the property tests: any zone, mostly around a night on which its clock changes."""

import datetime as dt
from dataclasses import dataclass
from typing import TypeVar
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from booking.scheduling.availability import (
    DateOverride,
    DayLoad,
    Hours,
    Resource,
    ServiceRules,
    Span,
    TherapistSchedule,
)

# The eve of a clock change in each zone, and ordinary days: month end, leap day, year end.
NIGHTS = [
    ("Europe/Berlin", dt.date(2027, 3, 27)),
    ("Europe/Berlin", dt.date(2026, 10, 24)),
    ("America/New_York", dt.date(2027, 3, 13)),
    ("America/New_York", dt.date(2026, 10, 31)),
    ("Australia/Lord_Howe", dt.date(2026, 10, 3)),  # half an hour forward
    ("Australia/Lord_Howe", dt.date(2027, 4, 3)),  # half an hour back
    ("Pacific/Chatham", dt.date(2026, 9, 26)),  # at 02:45, +12:45
    ("Pacific/Chatham", dt.date(2027, 4, 3)),
    ("America/Sao_Paulo", dt.date(2018, 11, 3)),  # no midnight
    ("America/Sao_Paulo", dt.date(2019, 2, 16)),  # the hour before midnight twice
    ("America/St_Johns", dt.date(2010, 11, 6)),  # at 00:01 back into the day before
    ("America/St_Johns", dt.date(2027, 3, 13)),
    ("Africa/Casablanca", dt.date(2027, 2, 6)),  # back for Ramadan
    ("Pacific/Apia", dt.date(2011, 12, 29)),  # 30 December never was
    ("Asia/Kathmandu", dt.date(2028, 2, 28)),
    ("Europe/Berlin", dt.date(2026, 12, 31)),
]


T = TypeVar("T")


@dataclass(frozen=True)
class World:
    """All that one question to the engine needs."""

    service: ServiceRules
    therapists: list[TherapistSchedule]
    rooms: list[Resource]
    kits: list[Resource]
    zone: ZoneInfo
    first_day: dt.date
    last_day: dt.date
    now: dt.datetime
    client: list[Span]


def seldom(values: st.SearchStrategy[T]) -> st.SearchStrategy[T | None]:
    """A limit that is mostly not set."""
    return st.one_of(st.none(), st.none(), values)


def wall_times() -> st.SearchStrategy[dt.time]:
    """Mostly quarter hours, now and then any minute."""
    quarters = st.builds(dt.time, st.integers(0, 23), st.sampled_from((0, 15, 30, 45)))
    return st.one_of(quarters, quarters, st.builds(dt.time, st.integers(0, 23), st.integers(0, 59)))


def spans_near(day: dt.date, most: int, longest: int) -> st.SearchStrategy[list[Span]]:
    """Ranges of instants from the day before to two days after a date."""
    midnight = int(dt.datetime.combine(day, dt.time(), dt.UTC).timestamp()) // 60
    begins, lengths = st.integers(midnight - 1440, midnight + 3 * 1440), st.integers(1, longest)
    return st.lists(st.builds(lambda begin, length: (begin, begin + length), begins, lengths), max_size=most)


def services() -> st.SearchStrategy[ServiceRules]:
    """Services with odd lengths, steps and buffers among the usual ones."""
    buffers = st.sampled_from((0, 0, 5, 15, 40))
    return st.builds(
        ServiceRules,
        minutes=st.sampled_from((25, 50, 60, 90)),
        before=buffers,
        after=buffers,
        step=st.sampled_from((7, 15, 20, 30, 60)),
        needs_room=st.booleans(),
        needs_kit=st.sampled_from((False, False, True)),
        kit_buffer_after=buffers,
        first_start=seldom(wall_times()),
        last_start=seldom(wall_times()),
        notice=st.sampled_from((0, 45, 600)),
        horizon=st.sampled_from((0, 2, 3, 90, 90)),
    )


def diaries(key: int, day: dt.date, *, tight: bool) -> st.SearchStrategy[TherapistSchedule]:
    """One therapist; with `tight` the wishes for a tight day too."""
    near_days = st.integers(-1, 2).map(lambda days: day + dt.timedelta(days=days))
    ranges = st.lists(st.tuples(wall_times(), wall_times()), max_size=2)
    hours = st.builds(
        Hours, st.integers(0, 6), wall_times(), wall_times(), st.none() | near_days, st.none() | near_days
    )
    everyday = st.tuples(wall_times(), wall_times()).map(lambda pair: [Hours(n, *pair) for n in range(7)])
    return st.builds(
        TherapistSchedule,
        key=st.just(key),
        hours=st.tuples(everyday, st.lists(hours, max_size=4)).map(lambda parts: parts[0] + parts[1]),
        overrides=st.lists(st.builds(DateOverride, near_days, ranges), max_size=1),
        busy=spans_near(day, 6, 150),
        away=spans_near(day, 1, 1500),
        private=spans_near(day, 2, 300),
        booked=st.dictionaries(near_days, st.builds(DayLoad, st.integers(0, 3), st.integers(0, 200)), max_size=3),
        max_appointments=seldom(st.integers(1, 4)),
        max_minutes=seldom(st.integers(60, 300)),
        adjacent_only=st.sampled_from((False, False, True)) if tight else st.just(False),
        minimum_gap=st.sampled_from((0, 0, 0, 20, 60)) if tight else st.just(0),
    )


@st.composite
def worlds(draw: st.DrawFn, *, tight: bool = True) -> World:
    """A practice with one or two therapists, asked about one to three days."""
    name, eve = draw(st.sampled_from(NIGHTS))
    first_day = eve + dt.timedelta(days=draw(st.integers(0, 1)))
    midnight = dt.datetime.combine(eve, dt.time(), dt.UTC)
    resources = st.lists(spans_near(eve, 5, 300), max_size=3)
    return World(
        service=draw(services()),
        therapists=[draw(diaries(key, eve, tight=tight)) for key in range(draw(st.integers(1, 2)))],
        rooms=[Resource(key, busy) for key, busy in enumerate(draw(resources))],
        kits=[Resource(key, busy) for key, busy in enumerate(draw(resources))],
        zone=ZoneInfo(name),
        first_day=first_day,
        last_day=first_day + dt.timedelta(days=draw(st.integers(0, 1))),
        now=midnight + dt.timedelta(seconds=draw(st.integers(-2 * 86_400, 43_200))),
        client=draw(spans_near(eve, 1, 90)),
    )
