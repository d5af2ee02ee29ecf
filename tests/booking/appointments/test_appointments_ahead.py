"""One address books so many appointments online and no more.

Nobody fills the diary, or a stranger's mailbox, by typing.
"""

import datetime as dt
import json
import uuid

import pytest
import time_machine
from django.utils import timezone

from booking.appointments.booking_request import PersonDetails
from booking.appointments.screening import SafetyAnswers
from booking.errors import NotEligible
from booking.models import Appointment
from clients.models import Client
from tests.booking.website.visitor import Visitor, page_text
from tests.fixtures.actions import book, cancel
from tests.fixtures.api import wish
from tests.fixtures.browser import Browser
from tests.fixtures.cast import Cast

pytestmark = pytest.mark.django_db
SARA = PersonDetails(first_name="Sara", last_name="Lind", email="sara@example.org", phone="030 5550 320")
ELIN = PersonDetails(first_name="Elin", last_name="Lind", email="Sara@Example.org", phone="030 5550 320")


@pytest.fixture
def visitor() -> Visitor:
    """Somebody with a browser."""
    return Visitor(Browser())


@pytest.fixture(autouse=True)
def two(cast: Cast) -> None:
    """Two appointments, so that the third is one too many."""
    cast.practice.appointments_ahead = 2
    cast.practice.save()


def booked(
    cast: Cast, hour: int, client: PersonDetails | Client = SARA, via: str = Appointment.Via.WEB, ahead: int = 7
) -> Appointment:
    """A regular massage with Mira at some hour."""
    return book(
        service=cast.regular,
        start=cast.at(hour, ahead=ahead),
        therapist=cast.mira,
        client=client,
        answers=SafetyAnswers(),
        policy_accepted=True,
        via=via,
        is_stranger=via != Appointment.Via.DESK,
    )


def test_the_third_appointment_is_refused_with_what_to_do_and_writes_nothing(cast: Cast) -> None:
    booked(cast, 9)
    booked(cast, 11, via=Appointment.Via.API)
    with pytest.raises(NotEligible, match="call us"):
        booked(cast, 14)
    assert Appointment.objects.count() == 2


def test_a_family_at_one_address_counts_together_and_opens_no_file_in_vain(cast: Cast) -> None:
    booked(cast, 9)
    booked(cast, 11)
    with pytest.raises(NotEligible):
        booked(cast, 14, client=ELIN)
    assert not Client.objects.filter(first_name="Elin").exists()


def test_a_client_without_an_address_counts_alone(cast: Cast) -> None:
    nobody, somebody = (Client.objects.create(first_name=name, last_name="Lind") for name in ("No", "Some"))
    booked(cast, 9, client=nobody)
    booked(cast, 11, client=nobody)
    with pytest.raises(NotEligible):
        booked(cast, 14, client=nobody)
    assert booked(cast, 14, client=somebody).client == somebody


def test_what_was_cancelled_counts_for_a_day_because_its_mails_were_sent(cast: Cast) -> None:
    for hour in (9, 11):
        cancel(booked(cast, hour), reason="changed my mind", via=Appointment.Via.WEB)
    with pytest.raises(NotEligible):
        booked(cast, 14)
    with time_machine.travel(timezone.now() + dt.timedelta(hours=25)):
        assert booked(cast, 14).status == "confirmed"


def test_an_appointment_that_is_over_counts_no_more(cast: Cast) -> None:
    for hour in (9, 11):
        booked(cast, hour)
    week = dt.timedelta(days=7)
    Appointment.objects.update(created_at=timezone.now() - week)
    with pytest.raises(NotEligible):
        booked(cast, 14)
    for appointment in Appointment.objects.all():
        appointment.status = "no-show"
        appointment.save(update_fields=["status"])
    assert booked(cast, 14).status == "confirmed"


def test_what_the_team_books_counts_for_nobody_and_the_team_books_as_much_as_it_likes(cast: Cast) -> None:
    for hour in (9, 11):
        booked(cast, hour, via=Appointment.Via.DESK)
    for hour in (14, 16):
        booked(cast, hour)
    with pytest.raises(NotEligible):
        booked(cast, 9, ahead=14)
    assert booked(cast, 9, ahead=14, via=Appointment.Via.DESK).status == "confirmed"


def test_zero_is_no_limit(cast: Cast) -> None:
    cast.practice.appointments_ahead = 0
    cast.practice.save()
    assert [booked(cast, hour).status for hour in (9, 11, 14)] == ["confirmed"] * 3


def test_page_and_api_say_so_and_the_page_keeps_what_was_typed(cast: Cast, visitor: Visitor) -> None:
    for hour in (9, 11):
        booked(
            cast, hour, client=PersonDetails(first_name="Nora", last_name="Lind", email="nora@example.org", phone="")
        )
    visitor.answers(cast.regular)
    page = visitor.books(cast.regular, cast.at(14), cast.mira)
    body = wish(cast, start=cast.at(14).isoformat())
    answer = visitor.client.post(
        "/api/v1/appointments",
        json.dumps({**body, "client": {**body["client"], "email": "nora@example.org"}}),
        content_type="application/json",
        headers={"Idempotency-Key": str(uuid.uuid4())},
    )
    assert page.status_code == answer.status_code == 422
    assert answer.json()["code"] == "not_for_you"
    assert answer.json()["detail"] in page_text(page)
    assert 'value="nora@example.org"' in page.content.decode(), "what was typed is lost"
