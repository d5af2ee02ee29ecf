"""A time that is offered can be booked, and one that is not offered cannot, through page and API alike (I2)."""

import datetime as dt
import random
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction
from pytest_django import Settings

from booking.appointments.selection import Selection, start_as_text
from booking.models import AddOn, Appointment, Service, TimeOff
from booking.scheduling import schedule
from booking.scheduling.order import Order
from tests.booking.website.visitor import NORA, Visitor
from tests.fixtures.add_ons import Extras
from tests.fixtures.browser import Browser
from tests.fixtures.cast import Cast

pytestmark = [pytest.mark.invariant("I2"), pytest.mark.slow]

QUARTER = dt.timedelta(minutes=15)


@pytest.fixture
def crowded(cast: Cast, settings: Settings) -> Cast:
    """A small practice on a full day: appointments of every kind, a therapist who leaves early, a second day off."""
    settings.THROTTLE_BOOKING = "100000/m"
    cast.appointment(cast.at(9), service=cast.hot_stone)
    cast.appointment(cast.at(13), therapist=cast.mira, client=cast.ben, room=cast.blue_room)
    cast.appointment(cast.at(8, 30), therapist=cast.tess, client=cast.ben, room=cast.blue_room)
    TimeOff.objects.create(therapist=cast.jonas, starts_at=cast.at(17), ends_at=cast.at(21))
    TimeOff.objects.create(starts_at=cast.at(0) + dt.timedelta(days=1), ends_at=cast.at(0) + dt.timedelta(days=2))
    return cast


def by_page(visitor: Visitor, service: Service, start: dt.datetime, *add_ons: AddOn) -> int:
    """Book on the page; 201 for booked, else the status of the page."""
    visitor.answers(service, chosen=Selection(service, add_ons=tuple(add_ons)))
    address = f"/book/{service.slug}/details/{Selection(service, start, add_ons=tuple(add_ons)).query()}"
    answer = visitor.post(address, {**NORA, "key": str(uuid.uuid4())})
    return 201 if answer.status_code == 302 else int(answer.status_code)


def by_api(visitor: Visitor, service: Service, start: dt.datetime, *add_ons: AddOn) -> int:
    """Book by the API; the status of the answer."""
    person = {name: NORA[name] for name in ("first_name", "last_name", "email", "phone")}
    wish: dict[str, Any] = {
        "service": service.slug,
        "start": start_as_text(start),
        "client": person,
        "policy_accepted": True,
    }
    wish["add_ons"] = [each.slug for each in add_ons]
    return int(visitor.client.post("/api/v1/appointments", wish, content_type="application/json").status_code)


def tried(book: Callable[[], int]) -> int:
    """Book, look at the answer, and undo it."""
    with transaction.atomic():
        status = book()
        transaction.set_rollback(True)
    return status


@pytest.mark.parametrize("way", [by_page, by_api])
@pytest.mark.parametrize("slug", ["regular-60", "regular-90", "hot-stone-90", "regular-60 warm-stones hot-towel"])
def test_every_time_offered_can_be_booked_and_no_other(
    crowded: Cast, extras: Extras, visitor: Visitor, way: Callable[..., int], slug: str
) -> None:
    service = Service.objects.get(slug=slug.split(maxsplit=1)[0])
    add_ons = list(AddOn.objects.filter(slug__in=slug.split()[1:]))
    first, last = crowded.day(), crowded.day() + dt.timedelta(days=1)
    offered = {each.start for each in schedule.month_of(Order.of(service, add_ons), first=first, last=last).offers}
    assert offered
    begin = crowded.at(6)
    others = [begin + QUARTER * step for step in range(4 * 40) if begin + QUARTER * step not in offered]
    appointments = Appointment.objects.count()
    for start in sorted(offered):
        assert tried(lambda at=start: way(visitor, service, at, *add_ons)) == 201, start  # type: ignore[misc]
    for start in random.Random(slug).sample(others, 25):
        assert tried(lambda at=start: way(visitor, service, at, *add_ons)) in {409, 422}, start  # type: ignore[misc]
    assert Appointment.objects.count() == appointments


def test_page_and_api_offer_the_same_times(crowded: Cast, visitor: Visitor) -> None:
    day = crowded.day().isoformat()
    visitor.answers(crowded.regular)
    page = visitor.get(f"/book/{crowded.regular.slug}/times/?day={day}")
    shown = [time["starts"] for group in page.context["groups"] for time in group["times"]]
    query = {"service": crowded.regular.slug, "from": day, "to": day}
    slots = Browser().get("/api/v1/slots", query).json()["slots"]
    assert shown == [dt.datetime.fromisoformat(each["start"]) for each in slots]


def test_two_hot_stone_appointments_do_not_share_the_one_kit_but_hands_are_free(
    crowded: Cast, visitor: Visitor
) -> None:
    crowded.appointment(crowded.at(15), service=crowded.hot_stone)
    assert by_page(visitor, crowded.hot_stone, crowded.at(15)) == 409
    assert by_page(visitor, crowded.regular, crowded.at(15)) == 201
