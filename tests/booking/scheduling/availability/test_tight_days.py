"""The two wishes for a tight day: only beside another appointment, and no gap too short to sell."""

import datetime as dt

import pytest

from booking.scheduling.availability import ServiceRules, TherapistSchedule, Unavailable, check_start
from tests.booking.scheduling.availability.cast import BERLIN, FRIDAY, LONG_BEFORE, at, every_day, offered, span

HOUR = ServiceRules(minutes=60, step=30)
DAY = every_day("09:00-18:00")
APPOINTMENT = span("12:00", "13:00")


def test_only_beside_another_appointment_leaves_the_times_that_touch_it() -> None:
    diary = TherapistSchedule(key=1, hours=DAY, busy=[APPOINTMENT], adjacent_only=True)
    assert offered(HOUR, diary) == ["11:00", "13:00"]
    assert check_start(HOUR, diary, (), (), BERLIN, at("16:00"), LONG_BEFORE).reason == Unavailable.EDGE


def test_a_day_without_appointments_is_open_even_so() -> None:
    diary = TherapistSchedule(key=1, hours=DAY, busy=[APPOINTMENT], adjacent_only=True)
    assert len(offered(HOUR, diary, day=FRIDAY + dt.timedelta(days=1))) == 17


def test_beside_means_that_no_whole_step_lies_between() -> None:
    service = ServiceRules(minutes=60, after=10, step=30)
    diary = TherapistSchedule(key=1, hours=DAY, busy=[span("12:00", "13:10")], adjacent_only=True)
    assert offered(service, diary) == ["10:30", "13:30"]


def test_an_appointment_over_midnight_makes_a_day_of_both_dates() -> None:
    night = [span("2026-11-27 23:30", "2026-11-28 00:30")]
    diary = TherapistSchedule(key=1, hours=every_day("00:00-00:00"), busy=night, adjacent_only=True)
    assert offered(HOUR, diary) == ["22:30"]
    assert offered(HOUR, diary, day=FRIDAY + dt.timedelta(days=1)) == ["00:30"]


def test_no_gap_shorter_than_an_hour_remains_beside_an_appointment() -> None:
    diary = TherapistSchedule(key=1, hours=DAY, busy=[APPOINTMENT], minimum_gap=60)
    assert offered(HOUR, diary) == [
        "09:00",
        "10:00",
        "11:00",
        "13:00",
        "14:00",
        "14:30",
        "15:00",
        "15:30",
        "16:00",
        "17:00",
    ]
    assert check_start(HOUR, diary, (), (), BERLIN, at("13:30"), LONG_BEFORE).reason == Unavailable.EDGE


def test_time_off_and_closing_end_a_gap_too() -> None:
    diary = TherapistSchedule(key=1, hours=every_day("09:00-13:00"), away=[span("11:30", "12:00")], minimum_gap=45)
    assert offered(HOUR, diary) == ["09:00", "10:30", "12:00"]


def test_a_short_appointment_in_between_is_the_neighbour_that_counts() -> None:
    busy = [span("10:00", "11:00"), span("11:00", "11:25")]
    diary = TherapistSchedule(key=1, hours=DAY, busy=busy, minimum_gap=60)
    assert check_start(ServiceRules(minutes=60, step=5), diary, (), (), BERLIN, at("11:25"), LONG_BEFORE).free


def test_a_gap_is_counted_between_buffers() -> None:
    service = ServiceRules(minutes=60, before=15, step=15)
    diary = TherapistSchedule(key=1, hours=DAY, busy=[APPOINTMENT], minimum_gap=30)
    after = [time for time in offered(service, diary) if time > "12"]
    assert after[:2] == ["13:15", "13:45"]


def test_hours_without_end_have_no_edge() -> None:
    diary = TherapistSchedule(key=1, hours=every_day("00:00-00:00"), minimum_gap=600)
    assert len(offered(HOUR, diary)) == 48


@pytest.mark.parametrize("gap", [-1, 1440])
def test_a_shortest_gap_is_less_than_a_day(gap: int) -> None:
    with pytest.raises(ValueError, match="gap"):
        TherapistSchedule(key=1, minimum_gap=gap)


def test_one_minute_less_than_a_step_is_still_beside() -> None:
    diary = TherapistSchedule(key=1, hours=DAY, busy=[span("12:01", "13:01")], adjacent_only=True)
    assert offered(HOUR, diary) == ["11:00", "13:30"]


def test_an_appointment_that_ends_at_midnight_leaves_the_next_day_empty() -> None:
    late = [span("2026-11-26 23:00", "2026-11-27 00:00")]
    diary = TherapistSchedule(key=1, hours=DAY, busy=late, adjacent_only=True)
    assert len(offered(HOUR, diary)) == 17


def test_hours_that_join_every_night_have_no_edge_either() -> None:
    diary = TherapistSchedule(key=1, hours=every_day("23:30-23:30"), minimum_gap=1439)
    assert len(offered(HOUR, diary)) == 48
