"""Choosing among offers: any available, the month at a glance, the next one, the nearest. Scenario 41."""

import datetime as dt

import pytest

from booking.scheduling.availability import (
    DayLoad,
    FreeStart,
    ServiceRules,
    TherapistSchedule,
    days_with_times,
    first_offer_at_or_after,
    free_times,
    least_busy_first,
    least_busy_therapist,
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
    offer = FreeStart(at("10:00"), (1, 2, 3))
    assert least_busy_first(diaries, offer, BERLIN) == (2, 3, 1)
    assert least_busy_therapist(diaries, offer, BERLIN) == 2
    assert least_busy_therapist(diaries[::-1], offer, BERLIN) == 3


def test_the_day_is_the_local_one() -> None:
    busy_friday = TherapistSchedule(key=1, booked={FRIDAY: DayLoad(1, 60)})
    busy_saturday = TherapistSchedule(key=2, booked={SATURDAY: DayLoad(1, 30)})
    half_past_midnight = FreeStart(at(f"{SATURDAY} 00:30"), (1, 2))
    assert least_busy_therapist([busy_friday, busy_saturday], half_past_midnight, BERLIN) == 1


def test_an_offer_for_other_therapists_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="offer"):
        least_busy_therapist([TherapistSchedule(key=9)], FreeStart(at("10:00"), (1,)), BERLIN)


def test_days_count_their_own_times() -> None:
    offers = offers_at("2026-11-27 09:00", "2026-11-27 23:30", "2026-11-28 00:00")
    assert days_with_times(offers, BERLIN) == {FRIDAY: 2, SATURDAY: 1}
    assert days_with_times([], BERLIN) == {}


def test_the_next_free_time_is_at_or_after_the_one_asked_for() -> None:
    offers = offers_at("09:00", "11:00")
    assert first_offer_at_or_after(offers, at("09:00")) == offers[0]
    assert first_offer_at_or_after(offers, at("09:01")) == offers[1]
    assert first_offer_at_or_after(offers, at("11:01")) is None


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
