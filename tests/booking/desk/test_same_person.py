"""A booking that waits because another file is perhaps of the same person: one answer at the desk settles both."""

import pytest
from django.urls import reverse

from booking.appointments import same_person
from booking.appointments.booking_request import PersonDetails
from booking.appointments.screening import SafetyAnswers
from booking.errors import TemporarilyBusy
from booking.models import Appointment, Service, Status
from clients.models import Client, Intake
from tests.booking.website.visitor import Visitor, page_text
from tests.fixtures.actions import book
from tests.fixtures.browser import Browser
from tests.fixtures.cast import Cast

PHONE = "+49 30 5550 400"
MARRIED: dict[str, str] = {"first_name": "Clara", "last_name": "Neumann", "email": "clara@example.org", "phone": PHONE}


@pytest.fixture
def clara(cast: Cast) -> Client:
    """Clara Alt, before her wedding."""
    return Client.objects.create(first_name="Clara", last_name="Alt", email="clara@example.org", phone=PHONE)


def booked_online(cast: Cast, service: Service | None = None, **changes: str) -> Appointment:
    """What she booked by herself under her new name."""
    return book(
        service=service or cast.back,
        start=cast.at(10),
        therapist=cast.mira,
        client=PersonDetails(**{**MARRIED, **changes}),  # type: ignore[arg-type] # of text alone
        answers=SafetyAnswers(),
        policy_accepted=True,
        via=Appointment.Via.WEB,
    )


def answer(desk: Browser, appointment: Appointment, other: Client, page: str) -> None:
    """Press what the session screen offers: join both files, or tell them apart."""
    address = reverse(page, args=[appointment.client.public_id, *([other.public_id] if "not" in page else [])])
    shown = desk.get(reverse("booking:desk-appointment", args=[appointment.public_id])).content.decode()
    assert f'action="{address}' in shown
    sent = {"appointment": str(appointment.public_id), "name": "kept"}
    back = desk.post(f"{address}?with={other.public_id}", sent)
    assert back["Location"] == reverse("booking:desk-appointment", args=[appointment.public_id])
    appointment.refresh_from_db()


def test_one_tap_says_that_it_is_the_same_person_and_confirms_what_waited(
    cast: Cast, desk: Browser, clara: Client
) -> None:
    appointment = booked_online(cast)
    assert appointment.status == Status.REQUESTED
    answer(desk, appointment, clara, "booking:desk-merge")
    clara.refresh_from_db()
    assert (appointment.status, clara.merged_into) == (Status.CONFIRMED, appointment.client)
    assert appointment.client.last_name == "Neumann"


def test_one_tap_says_that_they_are_two_people_and_confirms_what_waited(
    cast: Cast, desk: Browser, clara: Client
) -> None:
    appointment = booked_online(cast)
    answer(desk, appointment, clara, "booking:desk-client-not-duplicate")
    assert (appointment.status, list(clara.not_duplicates.all())) == (Status.CONFIRMED, [appointment.client])


@pytest.mark.parametrize("page", ["booking:desk-merge", "booking:desk-client-not-duplicate"])
def test_what_somebody_else_holds_just_now_stays_a_request_and_the_answer_counts(
    cast: Cast, desk: Browser, clara: Client, monkeypatch: pytest.MonkeyPatch, page: str
) -> None:
    appointment = booked_online(cast)

    def busy(*_args: object, **_more: object) -> None:
        raise TemporarilyBusy("Please try again in a moment.")

    monkeypatch.setattr(same_person, "accept_request", busy)
    answer(desk, appointment, clara, page)
    clara.refresh_from_db()
    assert appointment.status == Status.REQUESTED
    assert clara.merged_into == appointment.client or list(clara.not_duplicates.all()) == [appointment.client]


def test_the_front_desk_settles_it_too_and_only_that(cast: Cast, client: Browser, clara: Client) -> None:
    cast.owner.is_superuser = False
    cast.owner.save()
    client.force_login(cast.owner)
    appointment = booked_online(cast)
    accept = reverse("booking:desk-appointment-accept", args=[appointment.public_id])
    assert client.post(accept).status_code == 404
    answer(client, appointment, clara, "booking:desk-merge")
    assert appointment.status == Status.CONFIRMED


def test_what_the_joined_answers_ask_a_therapist_for_stays_a_request(cast: Cast, desk: Browser, clara: Client) -> None:
    Intake.objects.create(client=clara, conditions=["multiple-sclerosis"], triage="ok", catalogue_version="1")
    appointment = booked_online(cast, cast.hot_stone)
    answer(desk, appointment, clara, "booking:desk-merge")
    assert appointment.status == Status.REQUESTED


def test_who_may_not_book_online_is_not_let_in_by_joining(cast: Cast, desk: Browser, clara: Client) -> None:
    Client.objects.filter(pk=clara.pk).update(may_book_online=False)
    appointment = booked_online(cast)
    answer(desk, appointment, clara, "booking:desk-merge")
    assert appointment.status == Status.REQUESTED


@pytest.mark.invariant("I8")
def test_another_mailbox_is_looked_at_before_it_reads_a_file(cast: Cast, desk: Browser, clara: Client) -> None:
    appointment = booked_online(cast, email="stranger@example.org")
    shown = desk.get(reverse("booking:desk-appointment", args=[appointment.public_id])).content.decode()
    merge = reverse("booking:desk-merge", args=[appointment.client.public_id])
    assert f'action="{merge}' not in shown
    assert f'href="{merge}?with={clara.public_id}' in shown


@pytest.mark.invariant("I8")
def test_the_page_explains_a_wait_in_the_same_words_whoever_waits(cast: Cast, client: Browser, clara: Client) -> None:
    visitor = Visitor(client)
    visitor.answers(cast.back)
    page = page_text(visitor.follow(visitor.books(cast.back, cast.at(10), cast.mira, **MARRIED)))
    appointment = Appointment.objects.get()
    own_page = page_text(visitor.get(f"/appointment/{appointment.public_id}/"))
    for each in (page, own_page):
        assert "Somebody looks first" in each
        assert "Alt" not in each.split()
