"""A service that is given only in some rooms, or only with some kits (scenarios 15 to 17)."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from booking import diary
from booking.actions import move, swap_service
from booking.actions.rooms import assign
from booking.configuration import current_configuration
from booking.errors import NotPossible, SlotTaken
from booking.models import Appointment, Room, StoneKit
from tests.booking.rules.test_dates import offered
from tests.booking.test_book import booked
from tests.fixtures.cast import House

DESK = Appointment.Via.DESK


@pytest.fixture
def blue_only(house: House) -> House:
    """Regular massages are given in the blue room only."""
    house.regular.rooms.add(house.blue_room)
    return house


def test_a_service_takes_only_its_own_rooms_though_another_has_less_to_do(blue_only: House) -> None:
    house = blue_only
    house.visit(house.at(14), room=house.blue_room)
    assert booked(house, start=house.at(10)).room == house.blue_room


def test_15_its_rooms_taken_the_time_is_not_offered_though_others_are_empty(blue_only: House) -> None:
    house = blue_only
    house.visit(house.at(10), therapist=house.jonas, room=house.blue_room)
    assert "10:00" not in offered(house)
    assert "10:00" in offered(house, house.regular_90), "a service without rooms of its own takes any"
    with pytest.raises(SlotTaken) as refused:
        booked(house, client=house.ben)
    assert refused.value.why == "no-room"


def test_a_service_whose_rooms_are_all_out_of_use_is_not_offered(blue_only: House) -> None:
    house = blue_only
    Room.objects.filter(pk=house.blue_room.pk).update(active=False)
    assert offered(house) == []
    with pytest.raises(SlotTaken):
        booked(house)


def test_a_practice_without_rooms_needs_none(house: House) -> None:
    Room.objects.all().delete()
    assert booked(house).room is None


def test_moving_and_another_service_choose_the_room_anew(blue_only: House) -> None:
    house = blue_only
    visit = house.visit(house.at(10), service=house.regular_90, room=house.green_room)
    assert swap_service(visit, service=house.regular, via=DESK).room == house.blue_room
    visit.refresh_from_db()
    assert move(visit, start=house.at(14), via=DESK).room == house.blue_room


def test_8_the_desk_cannot_put_it_elsewhere_either(blue_only: House) -> None:
    house = blue_only
    appointment = booked(house)
    with pytest.raises(NotPossible, match="Blue room"):
        assign(appointment, room=house.green_room, kit=None, via=DESK, by=house.owner)
    appointment.refresh_from_db()
    assert appointment.room == house.blue_room


def test_a_visit_in_a_room_that_was_taken_from_its_service_stays_editable(blue_only: House) -> None:
    house = blue_only
    visit = house.visit(house.at(10), room=house.green_room)
    spare = StoneKit.objects.create(name="Spare kit")
    assert assign(visit, room=house.green_room, kit=spare, via=DESK, by=house.owner).kit == spare


def test_16_a_service_takes_only_its_own_kits(house: House) -> None:
    large = StoneKit.objects.create(name="Large kit", position=2)
    house.hot_stone.kits.add(large)
    assert booked(house, service=house.hot_stone).kit == large
    assert "10:00" not in offered(house, house.hot_stone, who=house.jonas), "the other kit is free, but not for this"
    StoneKit.objects.filter(pk=large.pk).update(active=False)
    assert offered(house, house.hot_stone, ahead=1) == []


def test_rooms_stand_in_the_practices_order(house: House) -> None:
    first = Room.objects.create(name="Attic", position=0)
    found = current_configuration().resources_for(house.regular.pk)
    assert found.rooms == (first.pk, house.green_room.pk, house.blue_room.pk)
    assert found.kits == (house.kit.pk,)


def test_40_rooms_of_its_own_cost_no_further_query(blue_only: House) -> None:
    house = blue_only
    current_configuration()
    with CaptureQueriesContext(connection) as seen:
        diary.month_of(house.regular, first=house.day(), last=house.day())
    assert len(seen) == 2
