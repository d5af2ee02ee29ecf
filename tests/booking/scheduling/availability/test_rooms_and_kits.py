"""Scenarios 15 to 17, and which room or kit is taken."""

import datetime as dt

import pytest

from booking.scheduling.availability import (
    Resource,
    ServiceRules,
    TherapistSchedule,
    Unavailable,
    check_start,
    day_span,
    free_resources,
    free_times,
)
from tests.booking.scheduling.availability.cast import BERLIN, FRIDAY, LONG_BEFORE, at, every_day, offered, span

REGULAR = ServiceRules(minutes=60, step=60, needs_room=True)
HOT_STONE = ServiceRules(minutes=60, step=60, needs_room=True, needs_kit=True, kit_buffer_after=40)
WHOLE_DAY = every_day("09:00-13:00")


def test_15_one_room_holds_one_appointment_however_many_therapists_are_free() -> None:
    therapists = [TherapistSchedule(key=key, hours=WHOLE_DAY) for key in (1, 2, 3)]
    room = Resource(1, [span("10:00", "11:00")])
    offers = free_times(REGULAR, therapists, [room], (), BERLIN, FRIDAY, FRIDAY, LONG_BEFORE)
    assert [offer.start for offer in offers] == [at("09:00"), at("11:00"), at("12:00")]
    assert all(offer.therapists == (1, 2, 3) for offer in offers)
    assert (
        check_start(REGULAR, therapists[1], [room], (), BERLIN, at("10:00"), LONG_BEFORE).reason == Unavailable.NO_ROOM
    )


def test_15_a_second_room_opens_the_time_again() -> None:
    diary = TherapistSchedule(key=1, hours=WHOLE_DAY)
    rooms = [Resource(1, [span("10:00", "11:00")]), Resource(2, [span("12:00", "13:00")])]
    assert offered(REGULAR, diary, rooms=rooms) == ["09:00", "10:00", "11:00", "12:00"]
    assert check_start(REGULAR, diary, rooms, (), BERLIN, at("10:00"), LONG_BEFORE).room == 2


def test_15_a_room_must_be_free_for_all_of_an_appointment_and_two_halves_are_no_room() -> None:
    diary = TherapistSchedule(key=1, hours=WHOLE_DAY)
    rooms = [Resource(1, [span("10:30", "13:00")]), Resource(2, [span("09:00", "10:30")])]
    assert offered(REGULAR, diary, rooms=rooms) == ["09:00", "11:00", "12:00"]


def test_15_the_buffers_of_an_appointment_count_in_the_room() -> None:
    service = ServiceRules(minutes=60, before=10, after=10, step=60, needs_room=True)
    rooms = [Resource(1, [span("11:05", "12:00")])]
    assert offered(service, TherapistSchedule(key=1, hours=WHOLE_DAY), rooms=rooms) == ["09:00"]


def test_without_any_room_a_service_that_needs_one_has_no_times_and_any_other_all() -> None:
    diary = TherapistSchedule(key=1, hours=every_day("09:00-10:00"))
    assert offered(REGULAR, diary) == []
    assert offered(ServiceRules(minutes=60), diary) == ["09:00"]


def test_16_two_kits_serve_two_hot_stone_appointments_and_a_regular_massage_stays_free() -> None:
    diary = TherapistSchedule(key=3, hours=WHOLE_DAY)
    rooms = [Resource(key) for key in (1, 2, 3)]
    kits = [Resource(1, [span("10:00", "11:40")]), Resource(2, [span("10:00", "11:40")])]
    assert offered(HOT_STONE, diary, rooms=rooms, kits=kits) == ["12:00"]
    assert check_start(HOT_STONE, diary, rooms, kits, BERLIN, at("10:00"), LONG_BEFORE).reason == Unavailable.NO_KIT
    assert offered(REGULAR, diary, rooms=rooms, kits=kits) == ["09:00", "10:00", "11:00", "12:00"]
    third = [*kits, Resource(3)]
    assert check_start(HOT_STONE, diary, rooms, third, BERLIN, at("10:00"), LONG_BEFORE) == (None, (1, 2, 3), (3,), ())


def test_17_a_kit_that_heats_again_for_40_minutes_is_missed_while_the_room_is_free() -> None:
    every_ten = ServiceRules(minutes=60, step=10, needs_room=True, needs_kit=True, kit_buffer_after=40)
    diary = TherapistSchedule(key=1, hours=WHOLE_DAY)
    room, kit = Resource(1, [span("09:00", "10:00")]), Resource(1, [span("09:00", "10:40")])
    assert offered(every_ten, diary, rooms=[room], kits=[kit])[0] == "10:40"
    assert offered(REGULAR, diary, rooms=[room])[0] == "10:00"


def test_17_heating_again_must_be_over_before_the_next_appointment_with_the_kit() -> None:
    every_ten = ServiceRules(minutes=60, step=10, needs_kit=True, kit_buffer_after=40)
    kit = Resource(1, [span("12:00", "13:40")])
    assert offered(every_ten, TherapistSchedule(key=1, hours=WHOLE_DAY), kits=[kit])[-1] == "10:20"


def test_17_a_kit_is_never_free_before_the_buffer_has_passed() -> None:
    service = ServiceRules(minutes=60, after=30, needs_kit=True, kit_buffer_after=10)
    assert service.kit_span == 90


def test_room_and_kit_are_chosen_for_the_buffer_before_the_session_too() -> None:
    service = ServiceRules(minutes=60, before=15, needs_room=True, needs_kit=True)
    until_ten, in_the_evening = span("09:30", "10:00"), span("18:00", "20:00")
    both = [Resource(1, [until_ten]), Resource(2, [in_the_evening])]
    diary = TherapistSchedule(key=1, hours=WHOLE_DAY)
    assert check_start(service, diary, both, both, BERLIN, at("10:00"), LONG_BEFORE) == (None, (2,), (2,), ())


def test_a_room_that_is_only_touched_is_free() -> None:
    room = Resource(1, [span("09:00", "10:00"), span("11:00", "12:00")])
    assert free_resources([room], span("10:00", "11:00"), day_span(BERLIN, FRIDAY)) == (1,)


def test_the_least_loaded_room_of_the_day_is_taken_and_the_first_of_equals() -> None:
    day = day_span(BERLIN, FRIDAY)
    wanted = span("15:00", "16:00")
    rooms = [Resource(1, [span("09:00", "11:00")]), Resource(2, [span("09:00", "10:00")]), Resource(3, [wanted])]
    assert free_resources(rooms, wanted, day) == (2, 1)
    assert free_resources([*rooms, Resource(4, [span("12:00", "13:00")])], wanted, day) == (2, 4, 1)
    assert free_resources([Resource(3, [wanted])], wanted, day) == ()


def test_only_the_minutes_of_that_day_count_as_load() -> None:
    yesterday = (at("2026-11-26 08:00"), at("2026-11-26 20:00"))
    over_midnight = (at("2026-11-26 20:00"), at("2026-11-27 00:30"))
    rooms = [Resource(1, [span("09:00", "10:00")]), Resource(2, [yesterday, over_midnight])]
    assert free_resources(rooms, span("15:00", "16:00"), day_span(BERLIN, FRIDAY)) == (2, 1)


@pytest.mark.parametrize(("day", "hours"), [((2027, 3, 28), 23), ((2026, 10, 25), 25), ((2026, 11, 27), 24)])
def test_a_day_is_as_long_as_the_clock_makes_it(day: tuple[int, int, int], hours: int) -> None:
    start, end = day_span(BERLIN, dt.date(*day))
    assert end - start == hours * 60
