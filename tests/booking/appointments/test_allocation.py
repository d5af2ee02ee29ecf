"""A service that is given only in some rooms, or only with some kits (scenarios 15 to 17)."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from booking.appointments.reallocation import assign_resources
from booking.errors import NotPossible, SlotTaken
from booking.models import Appointment, Room, StoneKit
from booking.scheduling import schedule
from booking.scheduling.configuration import current_configuration
from booking.scheduling.order import Order
from tests.booking.appointments.test_book import booked
from tests.booking.scheduling.test_dates import offered
from tests.fixtures.actions import move, swap_service
from tests.fixtures.cast import Cast

DESK = Appointment.Via.DESK


@pytest.fixture
def blue_only(cast: Cast) -> Cast:
    """Regular massages are given in the blue room only."""
    cast.regular.rooms.add(cast.blue_room)
    return cast


def test_a_service_takes_only_its_own_rooms_though_another_has_less_to_do(blue_only: Cast) -> None:
    cast = blue_only
    cast.appointment(cast.at(14), room=cast.blue_room)
    assert booked(cast, start=cast.at(10)).room == cast.blue_room


def test_15_its_rooms_taken_the_time_is_not_offered_though_others_are_empty(blue_only: Cast) -> None:
    cast = blue_only
    cast.appointment(cast.at(10), therapist=cast.jonas, room=cast.blue_room)
    assert "10:00" not in offered(cast)
    assert "10:00" in offered(cast, cast.regular_90), "a service without rooms of its own takes any"
    with pytest.raises(SlotTaken) as refused:
        booked(cast, client=cast.ben)
    assert refused.value.why == "no-room"


def test_a_service_whose_rooms_are_all_out_of_use_is_not_offered(blue_only: Cast) -> None:
    cast = blue_only
    Room.objects.filter(pk=cast.blue_room.pk).update(active=False)
    assert offered(cast) == []
    with pytest.raises(SlotTaken):
        booked(cast)


def test_a_practice_without_rooms_needs_none(cast: Cast) -> None:
    Room.objects.all().delete()
    assert booked(cast).room is None


def test_moving_and_another_service_choose_the_room_anew(blue_only: Cast) -> None:
    cast = blue_only
    appointment = cast.appointment(cast.at(10), service=cast.regular_90, room=cast.green_room)
    assert swap_service(appointment, service=cast.regular, via=DESK).room == cast.blue_room
    appointment.refresh_from_db()
    assert move(appointment, start=cast.at(14), via=DESK).room == cast.blue_room


def test_8_the_desk_cannot_put_it_elsewhere_either(blue_only: Cast) -> None:
    cast = blue_only
    appointment = booked(cast)
    with pytest.raises(NotPossible, match="Blue room"):
        assign_resources(appointment, room=cast.green_room, kit=None, via=DESK, by=cast.owner)
    appointment.refresh_from_db()
    assert appointment.room == cast.blue_room


def test_an_appointment_in_a_room_that_was_taken_from_its_service_stays_editable(blue_only: Cast) -> None:
    cast = blue_only
    appointment = cast.appointment(cast.at(10), room=cast.green_room)
    spare = StoneKit.objects.create(name="Spare kit")
    assert assign_resources(appointment, room=cast.green_room, kit=spare, via=DESK, by=cast.owner).kit == spare


def test_16_a_service_takes_only_its_own_kits(cast: Cast) -> None:
    large = StoneKit.objects.create(name="Large kit", position=2)
    cast.hot_stone.kits.add(large)
    assert booked(cast, service=cast.hot_stone).kit == large
    assert "10:00" not in offered(cast, cast.hot_stone, who=cast.jonas), "the other kit is free, but not for this"
    StoneKit.objects.filter(pk=large.pk).update(active=False)
    assert offered(cast, cast.hot_stone, ahead=1) == []


def test_rooms_stand_in_the_practices_order(cast: Cast) -> None:
    first = Room.objects.create(name="Attic", position=0)
    found = current_configuration().resources_for(cast.regular.pk)
    assert found.rooms == (first.pk, cast.green_room.pk, cast.blue_room.pk)
    assert found.kits == (cast.kit.pk,)


def test_40_rooms_of_its_own_cost_no_further_query(blue_only: Cast) -> None:
    cast = blue_only
    current_configuration()
    with CaptureQueriesContext(connection) as seen:
        schedule.month_of(Order.of(cast.regular), first=cast.day(), last=cast.day())
    assert len(seen) == 2
