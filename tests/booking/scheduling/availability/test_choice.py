"""Choosing among offers: any available, the month at a glance, the next one, the nearest. Scenario 41."""

import datetime as dt

from booking.scheduling.availability import (
    DayLoad,
    FreeStart,
    ServiceRules,
    TherapistSchedule,
    free_times,
    least_busy_first,
    nearest_offers,
)
from tests.booking.scheduling.availability.cast import BERLIN, FRIDAY, LONG_BEFORE, at, every_day, on_the_wall, span

HOUR = ServiceRules(minutes=60, step=60)
SATURDAY = FRIDAY + dt.timedelta(days=1)


def offers_at(*texts: str) -> list[FreeStart]:
    return [FreeStart(at(text), (1,)) for text in texts]


def test_41_two_therapists_free_at_ten_make_one_entry() -> None:
    early = TherapistSchedule(key=5, hours=every_day("09:00-11:00"))
    late = TherapistSchedule(key=2, hours=every_day("10:00-12:00"))
    offers = free_times(HOUR, [early, late], (), (), BERLIN, FRIDAY, FRIDAY, LONG_BEFORE)
    assert offers == [(at("09:00"), (5,)), (at("10:00"), (5, 2)), (at("11:00"), (2,))]


def test_any_available_gets_the_therapist_with_the_lightest_day() -> None:
    loads = {1: 120, 2: 60, 3: 60, 4: 0}
    diaries = [TherapistSchedule(key=key, booked={FRIDAY: DayLoad(1, minutes)}) for key, minutes in loads.items()]
    assert least_busy_first(diaries, (1, 2, 3), FRIDAY) == [2, 3, 1]
    assert least_busy_first(diaries[::-1], (1, 2, 3), FRIDAY) == [3, 2, 1]


def test_the_day_is_the_one_asked_for() -> None:
    busy_friday = TherapistSchedule(key=1, booked={FRIDAY: DayLoad(1, 60)})
    busy_saturday = TherapistSchedule(key=2, booked={SATURDAY: DayLoad(1, 30)})
    assert least_busy_first([busy_friday, busy_saturday], (1, 2), SATURDAY) == [1, 2]
    assert least_busy_first([busy_friday, busy_saturday], (1, 2), FRIDAY) == [2, 1]


def test_alternatives_are_near_and_rather_on_the_same_day() -> None:
    offers = offers_at("2026-11-26 21:00", "09:00", "10:00", "11:30", "19:00", "2026-11-28 00:30")
    assert on_the_wall(nearest_offers(offers, at("10:00"), BERLIN, 4)) == ["09:00", "11:30", "19:00", "21:00"]
    assert on_the_wall(nearest_offers(offers, at("23:00"), BERLIN, 2)) == ["19:00", "11:30"]


def test_of_two_equally_near_times_the_earlier_comes_first() -> None:
    assert on_the_wall(nearest_offers(offers_at("09:00", "11:00"), at("10:00"), BERLIN)) == ["09:00", "11:00"]


def test_the_time_that_is_gone_is_no_alternative() -> None:
    assert nearest_offers(offers_at("10:00"), at("10:00"), BERLIN) == []


def test_alternatives_of_a_taken_time_are_really_free() -> None:
    diary = TherapistSchedule(key=1, hours=every_day("09:00-13:00"), busy=[span("10:00", "11:00")])
    offers = free_times(HOUR, [diary], (), (), BERLIN, FRIDAY, SATURDAY, LONG_BEFORE)
    assert on_the_wall(nearest_offers(offers, at("10:00"), BERLIN)) == ["09:00", "11:00", "12:00"]
