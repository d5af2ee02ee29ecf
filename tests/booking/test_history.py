"""The history of an appointment: every change of it is told, from what to what, on the practice's clock."""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal

import pytest
from django.test import Client as Browser
from django.utils import timezone

from booking.actions import move, swap_service
from booking.actions.history import remember
from booking.actions.rooms import assign
from booking.models import Appointment, AppointmentChange, Service, StoneKit
from booking.models.appointment import stamped
from tests.booking.desk.test_booking import form
from tests.booking.test_book import booked
from tests.fixtures.add_ons import Extras
from tests.fixtures.cast import House

DESK = Appointment.Via.DESK


def last(visit: Appointment) -> AppointmentChange:
    """The newest line of its history."""
    return visit.changes.order_by("-pk")[0]


def told(visit: Appointment, house: House) -> str:
    """That line as the team reads it."""
    with timezone.override(house.zone):
        return last(visit).told


def by_a_tapped_time(house: House, browser: Browser) -> Appointment:
    """At the desk, by a free time of the list: it comes with the practice's own offset."""
    browser.force_login(house.owner)
    local = house.at(10).astimezone(house.zone).isoformat()
    assert browser.post("/desk/book/", form(house, start=local, time="")).status_code == 302
    return Appointment.objects.get()


def by_a_typed_time(house: House, browser: Browser) -> Appointment:
    """At the desk, typed."""
    browser.force_login(house.owner)
    assert browser.post("/desk/book/", form(house)).status_code == 302
    return Appointment.objects.get()


def by_a_program_elsewhere(house: House, _browser: Browser) -> Appointment:
    """With the offset of another zone."""
    return booked(house, start=house.at(10).astimezone(dt.timezone(dt.timedelta(hours=-7))))


@pytest.mark.parametrize("way", [by_a_tapped_time, by_a_typed_time, by_a_program_elsewhere])
def test_a_booking_stands_at_its_wall_time_whatever_way_it_came(
    house: House, client: Browser, way: Callable[[House, Browser], Appointment]
) -> None:
    visit = way(house, client)
    assert last(visit).after == stamped(house.at(10))
    assert told(visit, house) == f"{house.day():%-d %b %Y}, 10:00"


def test_a_move_by_a_local_time_stands_at_its_wall_time(house: House) -> None:
    visit = booked(house)
    move(visit, start=house.at(14).astimezone(house.zone), via=DESK)
    day = f"{house.day():%-d %b %Y}"
    assert told(visit, house) == f"{day}, 10:00 → {day}, 14:00"


def test_another_therapist_at_the_same_time_leaves_a_trace(house: House) -> None:
    visit = booked(house, start=house.at(15))
    move(visit, start=house.at(15), therapist=house.jonas, via=DESK, by=house.owner)
    line = last(visit)
    assert (line.what, line.by) == (AppointmentChange.What.MOVED, house.owner)
    assert (line.before, line.after) == ("Mira Feld", "Jonas Weber")


def test_a_move_tells_the_room_that_changed_with_it(house: House) -> None:
    visit = booked(house)
    there, other = visit.room, house.blue_room if visit.room == house.green_room else house.green_room
    house.visit(house.at(14), client=house.ben, therapist=house.tess, room=there)
    move(visit, start=house.at(14), via=DESK)
    assert there is not None
    assert last(visit).before == f"{stamped(house.at(10))}, {there.name}"
    assert last(visit).after == f"{stamped(house.at(14))}, {other.name}"


def test_another_kit_is_told(house: House) -> None:
    second = StoneKit.objects.create(name="Second kit", position=2)
    visit = booked(house, service=house.hot_stone)
    assert visit.kit is not None
    new = second if visit.kit == house.kit else house.kit
    assign(visit, room=visit.room, kit=new, via=DESK, by=house.owner)
    assert (last(visit).before, last(visit).after) == (visit.kit.name, new.name)


def test_another_service_tells_length_price_and_what_was_added(house: House, extras: Extras) -> None:
    visit = booked(house, add_ons=[extras.towel])
    price = visit.price
    swap_service(visit, service=house.regular_90, via=DESK, by=house.owner)
    visit.refresh_from_db()
    assert last(visit).what == AppointmentChange.What.SERVICE
    for line, minutes, paid in ((last(visit).before, 60, price), (last(visit).after, 90, visit.price)):
        assert f"Regular massage, {minutes} min" in line
        assert f"{paid:f} EUR" in line


def test_a_price_that_alone_changed_is_told(house: House) -> None:
    dearer = Service.objects.get(pk=house.back.pk)
    dearer.pk, dearer.slug, dearer.minutes, dearer.price = None, "twin", 60, Decimal("80.00")
    dearer.name = house.regular.name
    dearer.save()
    house.mira.services.add(dearer)
    visit = booked(house)
    swap_service(visit, service=dearer, via=DESK)
    assert (last(visit).before, last(visit).after) == ("72.00 EUR", "80.00 EUR")


def test_the_longest_names_are_told_whole(house: House) -> None:
    for person, letter in ((house.mira, "M"), (house.jonas, "J")):
        person.name = letter * 80
        person.save()
    for room, letter in ((house.green_room, "g"), (house.blue_room, "b")):
        room.name = letter * 60
        room.save()
    visit = booked(house, start=house.at(9))
    house.visit(house.at(15), client=house.ben, therapist=house.tess, room=visit.room)
    move(visit, start=house.at(15), therapist=house.jonas, via=DESK)
    assert {letter for letter in "Jgb" if letter * 60 in last(visit).after} in ({"J", "g"}, {"J", "b"})


def test_the_hour_that_comes_twice_is_told_with_its_zone(house: House) -> None:
    visit = booked(house)
    for hour, zone in ((0, "CEST"), (1, "CET")):
        moment = dt.datetime(2026, 10, 25, hour, 30, tzinfo=dt.UTC)
        remember(visit, AppointmentChange.What.MOVED, via=DESK, by=None, after=stamped(moment))
        assert told(visit, house) == f"25 Oct 2026, 02:30 {zone}"
