"""Working hours: several ranges a day, validity, single dates, over midnight; scenarios 26 and 27."""

import datetime as dt

import pytest

from booking.scheduling.availability import (
    DateOverride,
    Hours,
    ServiceRules,
    TherapistSchedule,
    Unavailable,
    check_start,
    free_times,
)
from tests.booking.scheduling.availability.cast import (
    BERLIN,
    FRIDAY,
    LONG_BEFORE,
    at,
    clock,
    every_day,
    offered,
    on_the_wall,
    span,
    times,
)

HOUR = ServiceRules(minutes=60, step=60, horizon=1000)


def test_ranges_that_touch_are_one() -> None:
    diary = TherapistSchedule(key=1, hours=every_day("12:00-14:00", "10:00-12:00"))
    assert offered(ServiceRules(minutes=90, step=30), diary) == [
        "10:00", "10:30", "11:00", "11:30", "12:00", "12:30",
    ]  # fmt: skip


def test_ranges_that_overlap_are_one_with_one_grid() -> None:
    diary = TherapistSchedule(key=1, hours=every_day("10:00-12:00", "11:10-13:00"))
    assert offered(HOUR, diary) == ["10:00", "11:00", "12:00"]


def test_a_session_does_not_jump_a_break() -> None:
    diary = TherapistSchedule(key=1, hours=every_day("10:00-12:00", "12:01-14:00"))
    assert offered(ServiceRules(minutes=90, step=30), diary) == ["10:00", "10:30", "12:01"]


def test_hours_count_from_their_first_valid_date_to_their_last() -> None:
    week = dt.timedelta(days=7)
    diary = TherapistSchedule(key=1, hours=[Hours(4, clock("09:00"), clock("10:00"), FRIDAY, FRIDAY + week)])
    days = [FRIDAY + number * week for number in (-1, 0, 1, 2)]
    assert [offered(HOUR, diary, day=day) for day in days] == [[], ["09:00"], ["09:00"], []]


def test_hours_of_one_date_replace_the_weekly_ones() -> None:
    diary = TherapistSchedule(
        key=1, hours=every_day("09:00-11:00"), overrides=[DateOverride(FRIDAY, times("15:00-16:00", "18:00-19:00"))]
    )
    assert offered(HOUR, diary) == ["15:00", "18:00"]
    assert offered(HOUR, diary, day=FRIDAY + dt.timedelta(days=1)) == ["09:00", "10:00"]


def test_a_date_without_ranges_is_closed() -> None:
    diary = TherapistSchedule(key=1, hours=every_day("09:00-11:00"), overrides=[DateOverride(FRIDAY)])
    assert offered(HOUR, diary) == []
    assert check_start(HOUR, diary, (), (), BERLIN, at("09:00"), LONG_BEFORE).reason == Unavailable.HOURS


def test_without_hours_nothing_is_offered() -> None:
    assert offered(HOUR, TherapistSchedule(key=1)) == []


def test_hours_over_midnight_offer_times_on_both_dates() -> None:
    diary = TherapistSchedule(key=1, hours=[Hours(4, clock("22:00"), clock("02:00"))])
    assert offered(HOUR, diary) == ["22:00", "23:00"]
    assert offered(HOUR, diary, day=FRIDAY + dt.timedelta(days=1)) == ["00:00", "01:00"]


def test_a_closed_date_leaves_the_night_before_alone() -> None:
    saturday = FRIDAY + dt.timedelta(days=1)
    diary = TherapistSchedule(key=1, hours=every_day("22:00-02:00"), overrides=[DateOverride(saturday)])
    assert offered(HOUR, diary, day=saturday) == ["00:00", "01:00"]


def test_equal_ends_are_a_whole_day_and_days_join() -> None:
    diary = TherapistSchedule(key=1, hours=every_day("00:00-00:00"))
    found = offered(ServiceRules(minutes=90, step=60), diary)
    assert (len(found), found[-1]) == (24, "23:00")


def test_26_an_appointment_over_midnight_is_seen_from_both_days() -> None:
    diary = TherapistSchedule(
        key=1, hours=every_day("00:00-00:00"), busy=[span("2026-11-27 23:30", "2026-11-28 00:30")]
    )
    half = ServiceRules(minutes=30, step=30)
    friday, saturday = offered(half, diary), offered(half, diary, day=FRIDAY + dt.timedelta(days=1))
    assert (friday[-1], "23:30" in friday) == ("23:00", False)
    assert saturday[0] == "00:30"


def test_26_a_session_that_would_reach_an_appointment_after_midnight_is_not_offered() -> None:
    diary = TherapistSchedule(
        key=1, hours=every_day("20:00-04:00"), busy=[span("2026-11-28 00:15", "2026-11-28 01:00")]
    )
    assert offered(ServiceRules(minutes=60, step=30), diary)[-1] == "23:00"


@pytest.mark.parametrize("last", [(2026, 12, 31), (2027, 1, 31), (2027, 2, 28), (2028, 2, 29), (2027, 4, 30)])
def test_27_the_last_day_of_a_month_is_offered_and_joins_the_next(last: tuple[int, int, int]) -> None:
    day = dt.date(*last)
    diary = TherapistSchedule(key=1, hours=every_day("23:00-01:00"))
    offers = free_times(HOUR, [diary], (), (), BERLIN, day, day + dt.timedelta(days=1), LONG_BEFORE)
    assert on_the_wall(offers) == ["00:00", "23:00", "00:00", "23:00"]


def test_27_an_empty_month_between_two_others_is_just_empty() -> None:
    hours = [Hours(n, clock("09:00"), clock("10:00"), None, dt.date(2026, 11, 30)) for n in range(7)]
    hours += [Hours(n, clock("09:00"), clock("10:00"), dt.date(2027, 1, 1)) for n in range(7)]
    diary = TherapistSchedule(key=1, hours=hours)
    months = [((2026, 11, 1), (2026, 11, 30)), ((2026, 12, 1), (2026, 12, 31)), ((2027, 1, 1), (2027, 1, 31))]
    now = dt.datetime(2026, 10, 1, tzinfo=dt.UTC)
    counts = [
        len(free_times(HOUR, [diary], (), (), BERLIN, dt.date(*first), dt.date(*last), now)) for first, last in months
    ]
    assert counts == [30, 0, 31]


def test_days_the_wrong_way_round_hold_nothing() -> None:
    diary = TherapistSchedule(key=1, hours=every_day("09:00-17:00"))
    assert free_times(HOUR, [diary], (), (), BERLIN, FRIDAY, FRIDAY - dt.timedelta(days=1), LONG_BEFORE) == []


def test_any_two_dates_may_be_asked_about() -> None:
    diary = TherapistSchedule(key=1, hours=every_day("09:00-10:00"))
    service = ServiceRules(minutes=60, horizon=6)
    offers = free_times(service, [diary], (), (), BERLIN, dt.date.min, dt.date.max, LONG_BEFORE)
    assert len(offers) == 7
