"""Which time suits, and until when it is held: plain values, so by the thousand."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.waitlist.matching import SHORTEST_HOLD, OpenTime, Preferences, WaitingClient, hold_until, matching_openings
from clinic.quiet_hours import QuietHours

ZONE = ZoneInfo("Europe/Berlin")
NIGHT = QuietHours(dt.time(21), dt.time(8), ZONE)
NEVER = QuietHours(dt.time(0), dt.time(0), ZONE)
HOUR = dt.timedelta(hours=1)
TUESDAY = dt.date(2026, 12, 1)


def at(hour: int, minute: int = 0, day: dt.date = TUESDAY) -> dt.datetime:
    """A wall time in Berlin."""
    return dt.datetime.combine(day, dt.time(hour, minute), ZONE).astimezone(dt.UTC)


def suiting(**more: object) -> Preferences:
    """Tuesdays in December from nine to noon."""
    usual: dict[str, object] = {
        "weekdays": frozenset({1}),
        "from_time": dt.time(9),
        "until_time": dt.time(12),
        "first": TUESDAY,
        "last": dt.date(2026, 12, 31),
    }
    return Preferences(**{**usual, **more})  # type: ignore[arg-type] # as above


@pytest.mark.parametrize(
    ("start", "suits"),
    [
        (at(9), True),
        (at(8, 59), False),
        (at(11), True),
        (at(11, 1), False),
        (at(9, day=TUESDAY + dt.timedelta(days=1)), False),
        (at(9, day=TUESDAY + dt.timedelta(days=7)), True),
        (at(9, day=TUESDAY - dt.timedelta(days=7)), False),
        (at(9, day=dt.date(2027, 1, 5)), False),
    ],
)
def test_the_whole_session_lies_within_days_hours_and_dates(start: dt.datetime, suits: bool) -> None:
    assert suiting().takes(start, start + HOUR, ZONE) is suits


def test_a_session_over_midnight_suits_no_single_day() -> None:
    all_day = suiting(from_time=dt.time(0), until_time=dt.time(23, 59))
    assert not all_day.takes(at(23, 30), at(23, 30) + HOUR, ZONE)


def test_hours_are_wall_time_on_both_sides_of_a_clock_change() -> None:
    spring = suiting(first=dt.date(2027, 3, 1), last=dt.date(2027, 4, 30))
    for day in (dt.date(2027, 3, 23), dt.date(2027, 3, 30)):
        assert spring.takes(at(9, day=day), at(10, day=day), ZONE)
        assert not spring.takes(at(8, day=day), at(9, day=day), ZONE)


def test_a_named_therapist_a_told_time_and_a_busy_hour_are_left_out() -> None:
    openings = [OpenTime(at(9), at(10), (1, 2)), OpenTime(at(10), at(11), (2,)), OpenTime(at(11), at(12), (1,))]
    asks_for_two = WaitingClient(suiting(), 2, frozenset({at(9)}), ())
    assert list(matching_openings(asks_for_two, openings, ZONE)) == [openings[1]]
    busy = WaitingClient(suiting(), None, frozenset(), ((at(9, 30), at(10, 30)),))
    assert list(matching_openings(busy, openings, ZONE)) == [openings[2]]
    touching = WaitingClient(suiting(), 1, frozenset(), ((at(10), at(11)),))
    assert [each.start for each in matching_openings(touching, openings, ZONE)] == [at(9), at(11)]


def hold(now: dt.datetime, start: dt.datetime, *, hours: float = 3, quiet: QuietHours = NIGHT) -> dt.datetime | None:
    """Until when, with two hours of notice."""
    return hold_until(now, start, hold=hours * HOUR, notice=2 * HOUR, quiet=quiet)


def test_a_hold_runs_its_hours() -> None:
    assert hold(at(9), at(9, day=TUESDAY + dt.timedelta(days=3))) == at(12)


def test_a_hold_ends_where_booking_would() -> None:
    assert hold(at(9), at(13)) == at(11)


def test_less_than_half_an_hour_is_no_hold() -> None:
    assert hold(at(9), at(11, 30)) == at(9) + SHORTEST_HOLD
    assert hold(at(9), at(11, 29)) is None


def test_nobody_is_asked_at_night() -> None:
    far = at(9, day=TUESDAY + dt.timedelta(days=9))
    assert hold(at(21), far) is None
    assert hold(at(7, 59), far) is None
    assert hold(at(8), far) == at(11)


def test_a_hold_sleeps_when_people_do() -> None:
    far = at(9, day=TUESDAY + dt.timedelta(days=9))
    assert hold(at(20), far) == at(10, day=TUESDAY + dt.timedelta(days=1))
    assert hold(at(20), far, hours=14) == at(21, day=TUESDAY + dt.timedelta(days=1))
    assert hold(at(20), far, hours=15) == at(9, day=TUESDAY + dt.timedelta(days=2))


def test_without_quiet_hours_a_hold_runs_through() -> None:
    assert hold(at(23), at(9, day=TUESDAY + dt.timedelta(days=9)), quiet=NEVER) == at(23) + 3 * HOUR


def test_quiet_hours_within_a_day_are_slept_too() -> None:
    siesta = QuietHours(dt.time(13), dt.time(15), ZONE)
    assert hold(at(12), at(9, day=TUESDAY + dt.timedelta(days=9)), quiet=siesta) == at(17)


@given(
    now=st.integers(0, 60 * 24 * 400),
    ahead=st.integers(0, 60 * 24 * 60),
    held=st.integers(30, 2880),
    notice=st.integers(0, 2880),
    quiet=st.tuples(st.times(), st.times()),
)
def test_whatever_the_rules_a_hold_is_ahead_long_enough_and_in_time(
    now: int, ahead: int, held: int, notice: int, quiet: tuple[dt.time, dt.time]
) -> None:
    begin = dt.datetime(2026, 1, 1, tzinfo=dt.UTC) + dt.timedelta(minutes=now)
    start = begin + dt.timedelta(minutes=ahead)
    until = hold_until(
        begin,
        start,
        hold=dt.timedelta(minutes=held),
        notice=dt.timedelta(minutes=notice),
        quiet=QuietHours(quiet[0].replace(second=0, microsecond=0), quiet[1].replace(second=0, microsecond=0), ZONE),
    )
    if until is not None:
        assert begin + SHORTEST_HOLD <= until <= start - dt.timedelta(minutes=notice)
