"""Starts off the grid, beside an appointment.

The grid sells no fewer hours than there are, and the list stays short.
"""

import datetime as dt

import pytest

from booking.scheduling.availability import ServiceRules, TherapistSchedule, Unavailable, check_start
from tests.booking.scheduling.availability.cast import BERLIN, LONG_BEFORE, at, every_day, offered, span

HOUR = ServiceRules(minutes=60, after=15, step=30)


def day(*busy: tuple[str, str], hours: str = "09:00-17:00", **wishes: int | bool) -> TherapistSchedule:
    """A therapist's Friday with some ranges taken, buffers included."""
    return TherapistSchedule(key=1, hours=every_day(hours), busy=[span(*each) for each in busy], **wishes)  # type: ignore[arg-type]


def test_a_gap_that_fits_to_the_minute_is_sold() -> None:
    full = day(("09:00", "10:15"), ("11:30", "17:00"))
    assert offered(HOUR, full) == ["10:15"]
    assert check_start(HOUR, full, (), (), BERLIN, at("10:15"), LONG_BEFORE).free
    for other in ("10:14", "10:16", "10:30"):
        assert not check_start(HOUR, full, (), (), BERLIN, at(other), LONG_BEFORE).free


def test_a_gap_a_minute_too_short_is_not() -> None:
    assert offered(HOUR, day(("09:00", "10:16"), ("11:30", "17:00"))) == []


def test_where_the_grid_meets_no_gap_both_its_ends_are_offered() -> None:
    assert offered(HOUR, day(("09:00", "10:05"), ("11:40", "17:00"))) == ["10:05", "10:25"]


def test_where_the_grid_sells_as_much_nothing_is_added() -> None:
    assert offered(HOUR, day(("09:00", "10:05"), hours="09:00-12:00")) == ["10:30", "11:00"]


def test_where_the_grid_would_lose_a_session_the_edge_is_added() -> None:
    # From 10:15 two sessions fit before 12:45, from 10:30 only one.
    assert offered(HOUR, day(("09:00", "10:15"), ("12:45", "17:00"))) == ["10:15", "10:30", "11:00", "11:30"]


def test_the_last_start_before_the_next_appointment_is_added_likewise() -> None:
    # A first session at nine, the second at 10:15; and at 10:20 so that it ends right before the next appointment.
    busy = ("11:35", "17:00")
    assert offered(HOUR, day(busy)) == ["09:00", "09:30", "10:00", "10:20"]


def test_buffers_before_and_after_count_on_both_sides() -> None:
    service = ServiceRules(minutes=60, before=10, after=15, step=30)
    assert offered(service, day(("09:00", "10:10"), ("11:35", "17:00"))) == ["10:20"]


def test_no_start_is_added_at_opening_at_closing_or_beside_time_off() -> None:
    off = TherapistSchedule(key=1, hours=every_day("09:05-12:50"), away=[span("10:20", "10:50")])
    assert offered(ServiceRules(minutes=60, step=30), off) == ["09:05", "11:05", "11:35"]


def test_a_therapist_who_wants_no_short_gap_sells_right_beside_an_appointment() -> None:
    tight = day(("09:00", "10:10"), hours="09:00-13:00", minimum_gap=60)
    # 10:30 would leave twenty idle minutes; without the start beside the appointment nothing near it could be booked.
    assert offered(ServiceRules(minutes=60, step=30), tight) == ["10:10", "12:00"]


def test_a_therapist_who_works_beside_appointments_only_does_so_to_the_minute() -> None:
    beside = day(("12:00", "13:10"), ("14:10", "15:00"), adjacent_only=True)
    assert "13:10" in offered(ServiceRules(minutes=60, step=30), beside)


def test_the_service_keeps_its_time_of_day() -> None:
    late = ServiceRules(minutes=60, after=15, step=30, first_start=dt.time(10, 20))
    full = day(("09:00", "10:15"), ("11:30", "17:00"))
    assert offered(late, full) == []
    assert check_start(late, full, (), (), BERLIN, at("10:15"), LONG_BEFORE).reason == Unavailable.HOURS


def test_over_midnight_the_same_starts_are_offered_whichever_day_is_asked() -> None:
    night = day(("2026-11-27 22:00", "2026-11-27 23:45"), ("2026-11-28 01:00", "2026-11-28 04:00"), hours="22:00-04:00")
    assert offered(HOUR, night)[-1] == "23:45"
    assert "23:45" not in offered(HOUR, night, day=dt.date(2026, 11, 28))
    assert check_start(HOUR, night, (), (), BERLIN, at("23:45"), LONG_BEFORE).free


@pytest.mark.parametrize("count", [1, 4, 12])
def test_a_day_of_many_gaps_adds_two_starts_a_gap_at_most(count: int) -> None:
    busy = [(at("09:00") + 100 * n, at("09:00") + 100 * n + 37) for n in range(count)]
    diary = TherapistSchedule(key=1, hours=every_day("09:00-21:00"), busy=busy)
    quarter = ServiceRules(minutes=25, step=30)
    grid = {f"{hour:02}:{minute:02}" for hour in range(9, 21) for minute in (0, 30)}
    assert len(set(offered(quarter, diary)) - grid) <= 2 * (count + 1)
