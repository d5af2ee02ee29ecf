"""One person is one file, and the warnings of a file that may be theirs are never lost."""

import uuid
from typing import Any

import pytest

from booking.appointments.booking_request import PersonDetails
from booking.appointments.screening import SafetyAnswers
from booking.models import Appointment, Status
from clients.models import Client, Intake
from clients.record.merge import mark_not_duplicates
from clinic.models import AccessEvent
from tests.booking.website.visitor import Visitor, page_text
from tests.corpus import NAMES
from tests.fixtures.actions import book
from tests.fixtures.browser import Browser
from tests.fixtures.cast import Cast

RENEE = NAMES[0]
MAILBOX, PHONE = "renee@example.org", "+49 30 5550 400"
NOTHING_ELSE = {"first_name": "Renée", "last_name": "O’Neill", "email": "", "phone": PHONE}


@pytest.fixture
def renee(cast: Cast) -> Client:
    """Renée O’Neill, whose skin does not feel heat."""
    file = Client.objects.create(first_name="Renée", last_name="O’Neill", email=MAILBOX, phone=PHONE)
    Intake.objects.create(client=file, conditions=["multiple-sclerosis"], triage="ok", catalogue_version="1")
    return file


def stones(cast: Cast, hour: int = 10, *, via: str = Appointment.Via.WEB, **person: Any) -> Appointment:
    """Hot stones for whoever is typed, who says that nothing is wrong."""
    return book(
        service=cast.hot_stone,
        start=cast.at(hour),
        therapist=cast.mira,
        client=PersonDetails(**person),
        answers=SafetyAnswers(),
        policy_accepted=True,
        via=via,
    )


@pytest.mark.parametrize("name", RENEE.same, ids=ascii)
def test_however_the_name_is_typed_it_is_the_same_file(cast: Cast, renee: Client, name: tuple[str, str]) -> None:
    appointment = stones(cast, first_name=name[0], last_name=name[1], email="Renee@Example.org")
    assert (appointment.client, appointment.status) == (renee, Status.REQUESTED)


@pytest.mark.parametrize("name", RENEE.twins, ids=ascii)
def test_a_likely_twin_waits_for_a_yes(cast: Cast, renee: Client, name: tuple[str, str]) -> None:
    appointment = stones(cast, first_name=name[0], last_name=name[1], email=MAILBOX)
    assert appointment.client != renee
    assert appointment.status == Status.REQUESTED
    assert list(Client.objects.likely_duplicates_of(appointment.client)) == [renee]


@pytest.mark.parametrize(
    ("person", "is_twin"),
    [
        (NOTHING_ELSE, True),
        ({**NOTHING_ELSE, "phone": "030/5550-400"}, True),
        ({**NOTHING_ELSE, "phone": "+49 30 5550400 x12"}, True),
        ({**NOTHING_ELSE, "email": "new@example.org"}, True),
        ({**NOTHING_ELSE, "phone": ""}, True),
        ({**NOTHING_ELSE, "phone": "030 5550 999"}, False),
        ({**NOTHING_ELSE, "first_name": "Sean"}, False),
        ({**NOTHING_ELSE, "email": "another.renee@example.org", "phone": ""}, False),
    ],
)
def test_who_calls_with_the_name_and_the_phone_of_a_file(
    cast: Cast, renee: Client, person: dict[str, Any], is_twin: bool
) -> None:
    appointment = stones(cast, via=Appointment.Via.DESK, **person)
    assert appointment.client != renee
    assert appointment.status == (Status.REQUESTED if is_twin else Status.CONFIRMED)
    assert Client.objects.likely_duplicates_of(appointment.client).exists() == is_twin


@pytest.mark.parametrize("via", [Appointment.Via.WEB, Appointment.Via.API, Appointment.Via.DESK])
def test_a_twin_without_warnings_waits_online_and_holds_up_nobody_at_the_desk(
    cast: Cast, renee: Client, via: str
) -> None:
    Intake.objects.create(client=renee, triage="ok", catalogue_version="1")
    appointment = stones(cast, via=via, first_name="Renee", last_name="ONeill", email=MAILBOX)
    assert appointment.status == (Status.CONFIRMED if via == Appointment.Via.DESK else Status.REQUESTED)


def test_who_may_not_book_online_does_not_by_leaving_out_an_accent(cast: Cast, renee: Client) -> None:
    Client.objects.filter(pk=renee.pk).update(may_book_online=False)
    Intake.objects.create(client=renee, triage="ok", catalogue_version="1")
    appointment = stones(cast, first_name="Renee", last_name="O’Neill", email=MAILBOX)
    assert appointment.status == Status.REQUESTED


def test_two_people_are_told_apart_for_good(cast: Cast, renee: Client) -> None:
    appointment = stones(cast, first_name="Renee", last_name="O’Neill", email=MAILBOX)
    mark_not_duplicates(appointment.client, [renee], by=cast.owner)
    assert stones(cast, 14, first_name="Renee", last_name="O’Neill", email=MAILBOX).status == Status.CONFIRMED
    assert not Client.objects.likely_duplicates_of(renee).exists()


def test_an_erased_twin_says_nothing(cast: Cast, renee: Client) -> None:
    Client.objects.filter(pk=renee.pk).update(erased_at=cast.at(8))
    appointment = stones(cast, first_name="Renee", last_name="O’Neill", email=MAILBOX)
    assert (appointment.status, Client.objects.likely_duplicates_of(appointment.client).exists()) == (
        Status.CONFIRMED,
        False,
    )


@pytest.mark.invariant("I8")
def test_whoever_books_reads_what_everyone_reads_whose_request_waits(
    cast: Cast, client: Browser, renee: Client
) -> None:
    visitor = Visitor(client)
    visitor.answers(cast.hot_stone)
    typed = {"first_name": "Renee", "last_name": "ONeill", "email": "stranger@example.org", "phone": PHONE}
    page = page_text(visitor.follow(visitor.books(cast.hot_stone, cast.at(10), cast.mira, **typed)))
    assert "The time is held for you" in page
    assert MAILBOX not in page
    assert "O’Neill" not in page


def desk_form(cast: Cast, **more: object) -> dict[str, object]:
    """The booking form at the desk, with hot stones for somebody typed."""
    return {
        "key": str(uuid.uuid4()),
        "client": "",
        "service": cast.hot_stone.slug,
        "therapist": str(cast.mira.public_id),
        "day": cast.day().isoformat(),
        "time": "10:00",
        "safety": "none",
        "book": "1",
        **NOTHING_ELSE,
        "first_name": "Renee",
        **more,
    }


@pytest.fixture
def desk(cast: Cast, client: Browser) -> Browser:
    """The owner at the desk."""
    client.force_login(cast.owner)
    return client


def test_the_desk_is_asked_whether_it_is_this_one(cast: Cast, desk: Browser, renee: Client) -> None:
    asked = desk.post("/desk/book/", desk_form(cast, note="rings twice"))
    assert asked.status_code == 422
    assert not Appointment.objects.exists()
    page = asked.content.decode()
    assert f'name="pick" value="{renee.public_id}"' in page
    assert "rings twice" in page
    picked = desk.post("/desk/book/", {**desk_form(cast), "pick": str(renee.public_id)}).content.decode()
    assert f'name="client" value="{renee.public_id}"' in picked


def test_another_person_is_booked_at_once_and_nobody_is_asked_again(cast: Cast, desk: Browser, renee: Client) -> None:
    answer = desk.post("/desk/book/", desk_form(cast, apart=str(renee.public_id)))
    appointment = Appointment.objects.get()
    assert answer.status_code == 302
    assert (appointment.status, appointment.client.first_name) == (Status.CONFIRMED, "Renee")
    assert list(appointment.client.not_duplicates.all()) == [renee]


def test_a_no_to_one_file_is_no_answer_for_another(cast: Cast, desk: Browser, renee: Client) -> None:
    other = Client.objects.create(first_name="Rénée", last_name="ONeill", phone=PHONE)
    asked = desk.post("/desk/book/", desk_form(cast, apart=str(renee.public_id)))
    assert asked.status_code == 422
    assert f'name="pick" value="{other.public_id}"' in asked.content.decode()


def test_both_files_stand_side_by_side_until_somebody_decides(cast: Cast, desk: Browser, renee: Client) -> None:
    appointment = stones(cast, first_name="Renee", last_name="O’Neill", email=MAILBOX)
    for address in (f"/desk/clients/{appointment.client.public_id}/", f"/desk/appointments/{appointment.public_id}/"):
        page = desk.get(address).content.decode()
        assert "Is it this one?" in page
        assert f"/desk/clients/{appointment.client.public_id}/merge/?with={renee.public_id}" in page
        assert "Multiple sclerosis" in page
    assert AccessEvent.objects.filter(client=renee.public_id, action="view").exists()
    no = f"/desk/clients/{appointment.client.public_id}/apart/{renee.public_id}/"
    assert desk.post(no)["Location"] == f"/desk/clients/{appointment.client.public_id}/"
    assert "Is it this one?" not in desk.get(f"/desk/clients/{renee.public_id}/").content.decode()
    assert list(renee.not_duplicates.all()) == [appointment.client]


def test_who_may_not_read_health_records_sees_the_twin_without_them(cast: Cast, client: Browser, renee: Client) -> None:
    appointment = stones(cast, first_name="Renee", last_name="O’Neill", email=MAILBOX)
    cast.owner.is_superuser = False
    cast.owner.save()
    client.force_login(cast.owner)
    page = client.get(f"/desk/clients/{appointment.client.public_id}/").content.decode()
    assert "Is it this one?" in page
    assert "Multiple sclerosis" not in page
