"""The history of an appointment: every change of it is told, from what to what, on the practice's clock."""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal

import pytest
from django.utils import timezone

from booking.appointments.history import record_history
from booking.appointments.reallocation import assign_resources
from booking.models import Appointment, AppointmentChange, Service, StoneKit, history_stamp
from tests.booking.appointments.test_book import booked
from tests.booking.desk.test_booking import form
from tests.fixtures.actions import move, swap_service
from tests.fixtures.add_ons import Extras
from tests.fixtures.browser import Browser
from tests.fixtures.cast import Cast

DESK = Appointment.Via.DESK


def last(appointment: Appointment) -> AppointmentChange:
    """The newest line of its history."""
    return appointment.changes.order_by("-pk")[0]


def told(appointment: Appointment, cast: Cast) -> str:
    """That line as the team reads it."""
    with timezone.override(cast.zone):
        return last(appointment).told


def by_a_tapped_time(cast: Cast, browser: Browser) -> Appointment:
    """At the desk, by a free time of the list: it comes with the practice's own offset."""
    browser.force_login(cast.owner)
    local = cast.at(10).astimezone(cast.zone).isoformat()
    assert browser.post("/desk/book/", form(cast, start=local, time="")).status_code == 302
    return Appointment.objects.get()


def by_a_typed_time(cast: Cast, browser: Browser) -> Appointment:
    """At the desk, typed."""
    browser.force_login(cast.owner)
    assert browser.post("/desk/book/", form(cast)).status_code == 302
    return Appointment.objects.get()


def by_a_program_elsewhere(cast: Cast, _browser: Browser) -> Appointment:
    """With the offset of another zone."""
    return booked(cast, start=cast.at(10).astimezone(dt.timezone(dt.timedelta(hours=-7))))


@pytest.mark.parametrize("way", [by_a_tapped_time, by_a_typed_time, by_a_program_elsewhere])
def test_a_booking_stands_at_its_wall_time_whatever_way_it_came(
    cast: Cast, client: Browser, way: Callable[[Cast, Browser], Appointment]
) -> None:
    appointment = way(cast, client)
    assert last(appointment).after == history_stamp(cast.at(10))
    assert told(appointment, cast) == f"{cast.day():%-d %b %Y}, 10:00"


def test_a_move_by_a_local_time_stands_at_its_wall_time(cast: Cast) -> None:
    appointment = booked(cast)
    move(appointment, start=cast.at(14).astimezone(cast.zone), via=DESK)
    day = f"{cast.day():%-d %b %Y}"
    assert told(appointment, cast) == f"{day}, 10:00 → {day}, 14:00"


def test_another_therapist_at_the_same_time_leaves_a_trace(cast: Cast) -> None:
    appointment = booked(cast, start=cast.at(15))
    move(appointment, start=cast.at(15), therapist=cast.jonas, via=DESK, by=cast.owner)
    line = last(appointment)
    assert (line.what, line.by) == (AppointmentChange.What.MOVED, cast.owner)
    assert (line.before, line.after) == ("Mira Feld", "Jonas Weber")


def test_a_move_tells_the_room_that_changed_with_it(cast: Cast) -> None:
    appointment = booked(cast)
    there, other = appointment.room, cast.blue_room if appointment.room == cast.green_room else cast.green_room
    cast.appointment(cast.at(14), client=cast.ben, therapist=cast.tess, room=there)
    move(appointment, start=cast.at(14), via=DESK)
    assert there is not None
    assert last(appointment).before == f"{history_stamp(cast.at(10))}, {there.name}"
    assert last(appointment).after == f"{history_stamp(cast.at(14))}, {other.name}"


def test_another_kit_is_told(cast: Cast) -> None:
    second = StoneKit.objects.create(name="Second kit", position=2)
    appointment = booked(cast, service=cast.hot_stone)
    assert appointment.kit is not None
    new = second if appointment.kit == cast.kit else cast.kit
    assign_resources(appointment, room=appointment.room, kit=new, via=DESK, by=cast.owner)
    assert (last(appointment).before, last(appointment).after) == (appointment.kit.name, new.name)


def test_another_service_tells_length_price_and_what_was_added(cast: Cast, extras: Extras) -> None:
    appointment = booked(cast, add_ons=[extras.towel])
    price = appointment.price
    swap_service(appointment, service=cast.regular_90, via=DESK, by=cast.owner)
    appointment.refresh_from_db()
    assert last(appointment).what == AppointmentChange.What.SERVICE
    for line, minutes, paid in (
        (last(appointment).before, 60, price),
        (last(appointment).after, 90, appointment.price),
    ):
        assert f"Regular massage, {minutes} min" in line
        assert f"{paid:f} EUR" in line


def test_a_price_that_alone_changed_is_told(cast: Cast) -> None:
    dearer = Service.objects.get(pk=cast.back.pk)
    dearer.pk, dearer.slug, dearer.minutes, dearer.price = None, "twin", 60, Decimal("80.00")
    dearer.name = cast.regular.name
    dearer.save()
    cast.mira.services.add(dearer)
    appointment = booked(cast)
    swap_service(appointment, service=dearer, via=DESK)
    assert (last(appointment).before, last(appointment).after) == ("72.00 EUR", "80.00 EUR")


def test_the_longest_names_are_told_whole(cast: Cast) -> None:
    for person, letter in ((cast.mira, "M"), (cast.jonas, "J")):
        person.name = letter * 80
        person.save()
    for room, letter in ((cast.green_room, "g"), (cast.blue_room, "b")):
        room.name = letter * 60
        room.save()
    appointment = booked(cast, start=cast.at(9))
    cast.appointment(cast.at(15), client=cast.ben, therapist=cast.tess, room=appointment.room)
    move(appointment, start=cast.at(15), therapist=cast.jonas, via=DESK)
    assert {letter for letter in "Jgb" if letter * 60 in last(appointment).after} in ({"J", "g"}, {"J", "b"})


def test_the_hour_that_comes_twice_is_told_with_its_zone(cast: Cast) -> None:
    appointment = booked(cast)
    for hour, zone in ((0, "CEST"), (1, "CET")):
        moment = dt.datetime(2026, 10, 25, hour, 30, tzinfo=dt.UTC)
        record_history(appointment, AppointmentChange.What.MOVED, via=DESK, by=None, after=history_stamp(moment))
        assert told(appointment, cast) == f"25 Oct 2026, 02:30 {zone}"
