"""Turning datetimes into whole minutes, and wall time into instants."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.scheduling.availability import as_datetime, instant, span_around
from booking.scheduling.availability.instants import MINUTES_PER_DAY, WallClock, day_number, is_skipped_by_clock
from tests.booking.scheduling.availability.cast import BERLIN, instants_at

NOON = dt.datetime(2026, 11, 27, 12, tzinfo=dt.UTC)


def test_a_whole_minute_is_itself() -> None:
    assert instant(dt.datetime(1970, 1, 1, 0, 1, tzinfo=dt.UTC)) == 1
    assert as_datetime(instant(NOON)) == NOON
    assert as_datetime(instant(NOON), BERLIN).isoformat() == "2026-11-27T13:00:00+01:00"


def test_what_is_busy_is_rounded_outwards() -> None:
    second = dt.timedelta(seconds=1)
    minute = instant(NOON)
    assert span_around(NOON, NOON + 60 * second) == (minute, minute + 1)
    assert span_around(NOON + second, NOON + 61 * second) == (minute, minute + 2)
    assert span_around(NOON - second, NOON + dt.timedelta(microseconds=1)) == (minute - 1, minute + 1)


def test_rounding_outwards_holds_before_1970_too() -> None:
    moment = dt.datetime(1969, 12, 31, 23, 59, 30, tzinfo=dt.UTC)
    assert span_around(moment, moment) == (-1, 0)


def test_a_naive_datetime_is_refused() -> None:
    with pytest.raises(TypeError):
        instant(NOON.replace(tzinfo=None))


def test_only_a_skipped_wall_time_is_a_phantom() -> None:
    gap = dt.datetime(2027, 3, 28, 2, 30, tzinfo=BERLIN)
    assert is_skipped_by_clock(gap)
    assert is_skipped_by_clock(gap.replace(fold=1))
    assert not is_skipped_by_clock(gap.replace(hour=3))
    assert not is_skipped_by_clock(gap.replace(tzinfo=dt.UTC))
    assert not is_skipped_by_clock(dt.datetime(2026, 10, 25, 2, 30, tzinfo=BERLIN, fold=1))


@given(
    name=st.sampled_from(
        ["Europe/Berlin", "Australia/Lord_Howe", "America/St_Johns", "Pacific/Chatham", "Africa/Cairo"]
    ),
    seconds=st.integers(30 * 365 * 86_400, 65 * 365 * 86_400),
)
def test_the_wall_clock_agrees_with_the_zone(name: str, seconds: int) -> None:
    zone = ZoneInfo(name)
    minute = seconds // 60
    local = as_datetime(minute, zone)
    clock = WallClock.around(zone, minute)
    assert clock.day_of(minute) == day_number(local.date()) == clock.first
    wall = day_number(local.date()) * MINUTES_PER_DAY + local.hour * 60 + local.minute
    assert minute in {start for start, _ in clock.spans(wall, wall + 1)}
    assert minute in instants_at(zone, local.date(), local.time().replace(second=0))


def test_a_wall_time_is_one_instant_none_or_two() -> None:
    spring, autumn = dt.date(2027, 3, 28), dt.date(2026, 10, 25)
    half_past_two = dt.time(2, 30)
    assert instants_at(BERLIN, spring, half_past_two) == ()
    assert len(instants_at(BERLIN, spring, dt.time(3, 0))) == 1
    first, second = instants_at(BERLIN, autumn, half_past_two)
    assert second - first == 60
