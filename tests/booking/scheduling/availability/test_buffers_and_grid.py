"""Scenarios 7 and 9 to 13: neighbours, buffers, lengths, the last time of a block."""

import pytest

from booking.scheduling.availability import ServiceRules, TherapistSchedule, Unavailable, check_start
from tests.booking.scheduling.availability.cast import BERLIN, LONG_BEFORE, at, every_day, offered, span

HOUR = ServiceRules(minutes=60, step=15)


@pytest.mark.parametrize(
    ("begin", "end", "taken"),
    [
        ("10:00", "11:00", True),
        ("09:30", "11:30", True),  # contains
        ("10:15", "10:45", True),  # is contained
        ("10:59", "12:00", True),
        ("09:00", "10:01", True),
        ("09:00", "10:00", False),  # one edge in common
        ("11:00", "12:00", False),
    ],
)
def test_07_only_a_real_overlap_is_in_the_way(begin: str, end: str, taken: bool) -> None:
    diary = TherapistSchedule(key=1, hours=every_day("08:00-20:00"), busy=[span(begin, end)])
    verdict = check_start(HOUR, diary, (), (), BERLIN, at("10:00"), LONG_BEFORE)
    assert verdict.reason == (Unavailable.THERAPIST_BUSY if taken else None)


def test_09_back_to_back_is_allowed_without_a_buffer() -> None:
    diary = TherapistSchedule(key=1, hours=every_day("09:00-12:00"), busy=[span("10:00", "11:00")])
    assert offered(HOUR, diary) == ["09:00", "11:00"]


def test_09_a_buffer_of_15_minutes_refuses_end_plus_14_and_offers_end_plus_15() -> None:
    every_minute = ServiceRules(minutes=60, after=15, step=1)
    diary = TherapistSchedule(key=1, hours=every_day("09:00-13:00"), busy=[span("09:00", "10:15")])
    assert offered(every_minute, diary)[0] == "10:15"
    assert (
        check_start(every_minute, diary, (), (), BERLIN, at("10:14"), LONG_BEFORE).reason == Unavailable.THERAPIST_BUSY
    )


def test_09_buffers_of_neighbours_add_up() -> None:
    service = ServiceRules(minutes=60, before=10, after=15, step=5)
    earlier, later = (at("09:00") - 10, at("10:00") + 15), (at("12:00") - 10, at("13:00") + 15)
    diary = TherapistSchedule(key=1, hours=every_day("09:00-13:00"), busy=[earlier, later])
    assert offered(service, diary) == ["10:25", "10:30", "10:35"]


def test_10_a_buffer_may_hang_over_closing_and_opening_but_the_session_may_not() -> None:
    service = ServiceRules(minutes=60, before=30, after=30, step=30)
    diary = TherapistSchedule(key=1, hours=every_day("09:00-11:00"))
    assert offered(service, diary) == ["09:00", "09:30", "10:00"]
    assert check_start(service, diary, (), (), BERLIN, at("10:30"), LONG_BEFORE).reason == Unavailable.HOURS


def test_10_a_buffer_may_hang_over_time_off_but_the_session_may_not() -> None:
    service = ServiceRules(minutes=60, before=30, after=30, step=30)
    diary = TherapistSchedule(key=1, hours=every_day("09:00-16:00"), away=[span("11:00", "13:00")])
    assert offered(service, diary) == ["09:00", "09:30", "10:00", "13:00", "13:30", "14:00", "14:30", "15:00"]
    assert check_start(service, diary, (), (), BERLIN, at("10:30"), LONG_BEFORE).reason == Unavailable.AWAY


def test_10_a_buffer_over_closing_still_meets_the_next_appointment() -> None:
    service = ServiceRules(minutes=60, after=30, step=30)
    diary = TherapistSchedule(key=1, hours=every_day("09:00-11:00"), busy=[span("11:15", "12:00")])
    assert offered(service, diary) == ["09:00", "09:30"]


def test_11_a_typed_start_inside_a_buffer_is_refused() -> None:
    service = ServiceRules(minutes=60, after=15)
    diary = TherapistSchedule(key=1, hours=every_day("09:00-17:00"), busy=[span("12:00", "13:15")])
    for start in ("11:00", "13:00"):
        assert check_start(service, diary, (), (), BERLIN, at(start), LONG_BEFORE).reason == Unavailable.THERAPIST_BUSY


def test_12_ninety_minutes_on_a_half_hour_grid_never_run_into_a_later_appointment() -> None:
    service = ServiceRules(minutes=90, step=30)
    diary = TherapistSchedule(key=1, hours=every_day("09:00-14:00"), busy=[span("11:00", "12:00")])
    assert offered(service, diary) == ["09:00", "09:30", "12:00", "12:30"]


def test_13_the_last_time_of_a_block_and_of_a_split_shift_is_offered() -> None:
    diary = TherapistSchedule(key=1, hours=every_day("09:00-12:15", "13:10-16:10"))
    service = ServiceRules(minutes=75, step=60)
    assert offered(service, diary) == ["09:00", "10:00", "11:00", "13:10", "14:10"]
    for last in ("11:00", "14:10"):
        assert check_start(service, diary, (), (), BERLIN, at(last), LONG_BEFORE).free


def test_13_a_session_as_long_as_the_block_fits_once() -> None:
    diary = TherapistSchedule(key=1, hours=every_day("09:00-10:00"))
    assert offered(HOUR, diary) == ["09:00"]
    assert offered(ServiceRules(minutes=61), diary) == []


def test_13_a_time_between_two_steps_is_off_the_grid() -> None:
    diary = TherapistSchedule(key=1, hours=every_day("09:00-12:00"))
    assert check_start(HOUR, diary, (), (), BERLIN, at("09:20"), LONG_BEFORE).reason == Unavailable.OFF_GRID
