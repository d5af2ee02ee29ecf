"""Scenarios 18, 20 and 21, as the engine sees them: an appointment that is left out of the diary is not in the way."""

from booking.scheduling.availability import ServiceRules, TherapistSchedule, Unavailable, check_start
from tests.booking.scheduling.availability.cast import BERLIN, LONG_BEFORE, at, every_day, offered, span

SERVICE = ServiceRules(minutes=60, after=15)
DAY = every_day("09:00-12:00")
OWN, OTHER = span("10:00", "11:15"), span("11:15", "12:30")


def test_18_an_appointment_moves_by_15_minutes_over_its_own_time() -> None:
    without_own = TherapistSchedule(key=1, hours=DAY)
    assert check_start(SERVICE, without_own, (), (), BERLIN, at("10:15"), LONG_BEFORE).free
    with_own = TherapistSchedule(key=1, hours=DAY, busy=[OWN])
    assert check_start(SERVICE, with_own, (), (), BERLIN, at("10:15"), LONG_BEFORE).reason == Unavailable.THERAPIST_BUSY


def test_18_it_still_may_not_move_into_its_neighbour() -> None:
    without_own = TherapistSchedule(key=1, hours=DAY, busy=[OTHER])
    assert check_start(SERVICE, without_own, (), (), BERLIN, at("10:00"), LONG_BEFORE).free
    assert (
        check_start(SERVICE, without_own, (), (), BERLIN, at("10:15"), LONG_BEFORE).reason == Unavailable.THERAPIST_BUSY
    )


def test_20_and_21_a_time_given_up_is_offered_at_once() -> None:
    before, after = TherapistSchedule(key=1, hours=DAY, busy=[OWN]), TherapistSchedule(key=1, hours=DAY)
    assert "10:00" not in offered(SERVICE, before)
    assert "10:00" in offered(SERVICE, after)
