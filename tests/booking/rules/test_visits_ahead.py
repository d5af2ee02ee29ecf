"""One address books so many visits online and no more: nobody fills the diary, or a stranger's mailbox, by typing."""

import datetime as dt
import json
import uuid

import pytest
import time_machine
from django.test import Client as Browser
from django.utils import timezone

from booking.actions import Answers, Person, book, cancel
from booking.errors import NotForYou
from booking.models import Appointment
from clients.models import Client
from tests.booking.public.visitor import Visitor, said
from tests.fixtures.api import wish
from tests.fixtures.cast import House

pytestmark = pytest.mark.django_db
SARA = Person(first_name="Sara", last_name="Lind", email="sara@example.org", phone="030 5550 320")
ELIN = Person(first_name="Elin", last_name="Lind", email="Sara@Example.org", phone="030 5550 320")


@pytest.fixture
def visitor() -> Visitor:
    """Somebody with a browser."""
    return Visitor(Browser())


@pytest.fixture(autouse=True)
def two(house: House) -> None:
    """Two visits, so that the third is one too many."""
    house.practice.visits_ahead = 2
    house.practice.save()


def booked(
    house: House, hour: int, client: Person | Client = SARA, via: str = Appointment.Via.WEB, ahead: int = 7
) -> Appointment:
    """A regular massage with Mira at some hour."""
    return book(
        service=house.regular,
        start=house.at(hour, ahead=ahead),
        therapist=house.mira,
        client=client,
        answers=Answers(),
        policy_accepted=True,
        via=via,
        is_stranger=via != Appointment.Via.DESK,
    )


def test_the_third_visit_is_refused_with_what_to_do_and_writes_nothing(house: House) -> None:
    booked(house, 9)
    booked(house, 11, via=Appointment.Via.API)
    with pytest.raises(NotForYou, match="call us"):
        booked(house, 14)
    assert Appointment.objects.count() == 2


def test_a_family_at_one_address_counts_together_and_opens_no_file_in_vain(house: House) -> None:
    booked(house, 9)
    booked(house, 11)
    with pytest.raises(NotForYou):
        booked(house, 14, client=ELIN)
    assert not Client.objects.filter(first_name="Elin").exists()


def test_a_client_without_an_address_counts_alone(house: House) -> None:
    nobody, somebody = (Client.objects.create(first_name=name, last_name="Lind") for name in ("No", "Some"))
    booked(house, 9, client=nobody)
    booked(house, 11, client=nobody)
    with pytest.raises(NotForYou):
        booked(house, 14, client=nobody)
    assert booked(house, 14, client=somebody).client == somebody


def test_what_was_cancelled_counts_for_a_day_because_its_mails_were_sent(house: House) -> None:
    for hour in (9, 11):
        cancel(booked(house, hour), reason="changed my mind", via=Appointment.Via.WEB)
    with pytest.raises(NotForYou):
        booked(house, 14)
    with time_machine.travel(timezone.now() + dt.timedelta(hours=25)):
        assert booked(house, 14).status == "confirmed"


def test_a_visit_that_is_over_counts_no_more(house: House) -> None:
    for hour in (9, 11):
        booked(house, hour)
    week = dt.timedelta(days=7)
    Appointment.objects.update(created_at=timezone.now() - week)
    with pytest.raises(NotForYou):
        booked(house, 14)
    for visit in Appointment.objects.all():
        visit.status = "no-show"
        visit.save(update_fields=["status"])
    assert booked(house, 14).status == "confirmed"


def test_what_the_team_books_counts_for_nobody_and_the_team_books_as_much_as_it_likes(house: House) -> None:
    for hour in (9, 11):
        booked(house, hour, via=Appointment.Via.DESK)
    for hour in (14, 16):
        booked(house, hour)
    with pytest.raises(NotForYou):
        booked(house, 9, ahead=14)
    assert booked(house, 9, ahead=14, via=Appointment.Via.DESK).status == "confirmed"


def test_zero_is_no_limit(house: House) -> None:
    house.practice.visits_ahead = 0
    house.practice.save()
    assert [booked(house, hour).status for hour in (9, 11, 14)] == ["confirmed"] * 3


def test_page_and_api_say_so_and_the_page_keeps_what_was_typed(house: House, visitor: Visitor) -> None:
    for hour in (9, 11):
        booked(house, hour, client=Person(first_name="Nora", last_name="Lind", email="nora@example.org", phone=""))
    visitor.answers(house.regular)
    page = visitor.books(house.regular, house.at(14), house.mira)
    body = wish(house, start=house.at(14).isoformat())
    answer = visitor.client.post(
        "/api/v1/appointments",
        json.dumps({**body, "client": {**body["client"], "email": "nora@example.org"}}),
        content_type="application/json",
        headers={"Idempotency-Key": str(uuid.uuid4())},
    )
    assert page.status_code == answer.status_code == 422
    assert answer.json()["code"] == "not_for_you"
    assert answer.json()["detail"] in said(page)
    assert 'value="nora@example.org"' in page.content.decode(), "what was typed is lost"
