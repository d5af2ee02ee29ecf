"""What a mail owes its reader: why a request waits and what to bring, a sorry with other times, a way out."""

import re

import pytest
from django.test import Client as Browser

from booking.actions import Answers, book, cancel
from booking.models import Appointment
from booking.models.appointment import Status
from booking.reminders.compose import compose
from booking.reminders.context import load_contexts
from booking.reminders.message import Message
from clients.models import Intake
from clinic.models import ClientLink, Practice
from tests.fixtures.cast import House

pytestmark = pytest.mark.django_db


def words(visit: Appointment, kind: str) -> Message:
    """The message of a kind, its links saved."""
    links: list[ClientLink] = []
    visit = Appointment.objects.with_people().get(pk=visit.pk)
    message = compose(kind, load_contexts([visit], Practice.current())[visit.pk], links)
    ClientLink.objects.bulk_create(links)
    return message


def stones(house: House, *conditions: str) -> Appointment:
    """Ana asks for hot stones with these answers."""
    return book(
        service=house.hot_stone,
        start=house.at(10),
        therapist=house.mira,
        client=house.ana,
        answers=Answers(conditions=frozenset(conditions)),
        policy_accepted=True,
        via="web",
    )


def test_a_request_that_waits_for_a_note_says_so_and_asks_to_bring_it(house: House) -> None:
    message = words(stones(house, "anticoagulants"), "confirmation")
    for body in (message.text, message.html):
        assert "doctor’s yes" in body
        assert "bring the note" in body
    assert "blood" not in message.text.lower()


@pytest.mark.invariant("I10")
def test_what_only_the_file_says_is_told_to_nobody_who_types_a_name(house: House) -> None:
    Intake.objects.create(client=house.ana, catalogue_version="1", triage="ok", conditions=["anticoagulants"])
    visit = stones(house)
    assert visit.status == Status.REQUESTED
    message = words(visit, "confirmation")
    assert "doctor" not in f"{message.text} {message.html}".lower()


def test_a_cancellation_by_the_practice_says_sorry_and_offers_times_that_can_be_booked(house: House) -> None:
    visit = cancel(house.visit(house.at(10)), reason="ill", via="desk", by=house.owner)
    message = words(visit, "cancelled")
    for body in (message.text, message.html):
        assert "We are sorry" in body
    links = re.findall(r"/book/\S+?start=[^\s\"<]+", message.text)
    assert 1 <= len(links) <= 3
    browser = Browser()
    browser.post(f"/book/{house.regular.slug}/", {"none": "on"})
    for link in links:
        assert browser.get(link).status_code == 200, "the time is free"
    assert "ill" not in message.text.split("http")[0].split()


def test_ones_own_cancellation_says_neither(house: House) -> None:
    visit = cancel(house.visit(house.at(10)), reason="", via="web", by_client=True)
    message = words(visit, "cancelled")
    assert "sorry" not in message.text
    assert "start=" not in message.text


def test_the_question_about_the_pain_can_be_opted_out_of(house: House) -> None:
    visit = house.visit(house.at(10, ahead=-2), status=Status.COMPLETED)
    message = words(visit, "pain-check")
    address = message.headers["List-Unsubscribe"].strip("<>")
    for body in (message.text, message.html):
        assert address in body
    Browser().post("/" + address.split("/", 3)[3], {"List-Unsubscribe": "One-Click"})
    house.ana.refresh_from_db()
    assert not house.ana.tips_wanted
