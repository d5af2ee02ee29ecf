"""One person is one file, and the warnings of a file that may be theirs are never lost."""

import uuid
from typing import Any

import pytest
from django.test import Client as Browser

from booking.actions import Answers, Person, book
from booking.models import Appointment
from booking.models.appointment import Status
from clients.actions.twins import know_apart
from clients.models import Client, Intake
from clinic.models import AccessEvent
from tests.booking.public.visitor import Visitor, said
from tests.corpus import NAMES
from tests.fixtures.cast import House

RENEE = NAMES[0]
MAILBOX, PHONE = "renee@example.org", "+49 30 5550 400"
NOTHING_ELSE = {"first_name": "Renée", "last_name": "O’Neill", "email": "", "phone": PHONE}


@pytest.fixture
def renee(house: House) -> Client:
    """Renée O’Neill, whose skin does not feel heat."""
    file = Client.objects.create(first_name="Renée", last_name="O’Neill", email=MAILBOX, phone=PHONE)
    Intake.objects.create(client=file, conditions=["multiple-sclerosis"], triage="ok", catalogue_version="1")
    return file


def stones(house: House, hour: int = 10, *, via: str = Appointment.Via.WEB, **person: Any) -> Appointment:
    """Hot stones for whoever is typed, who says that nothing is wrong."""
    return book(
        service=house.hot_stone,
        start=house.at(hour),
        therapist=house.mira,
        client=Person(**person),
        answers=Answers(),
        policy_accepted=True,
        via=via,
    )


@pytest.mark.parametrize("name", RENEE.same, ids=ascii)
def test_however_the_name_is_typed_it_is_the_same_file(house: House, renee: Client, name: tuple[str, str]) -> None:
    visit = stones(house, first_name=name[0], last_name=name[1], email="Renee@Example.org")
    assert (visit.client, visit.status) == (renee, Status.REQUESTED)


@pytest.mark.parametrize("name", RENEE.twins, ids=ascii)
def test_a_likely_twin_waits_for_a_yes(house: House, renee: Client, name: tuple[str, str]) -> None:
    visit = stones(house, first_name=name[0], last_name=name[1], email=MAILBOX)
    assert visit.client != renee
    assert visit.status == Status.REQUESTED
    assert list(Client.objects.likely_twins_of(visit.client)) == [renee]


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
    house: House, renee: Client, person: dict[str, Any], is_twin: bool
) -> None:
    visit = stones(house, via=Appointment.Via.DESK, **person)
    assert visit.client != renee
    assert visit.status == (Status.REQUESTED if is_twin else Status.CONFIRMED)
    assert Client.objects.likely_twins_of(visit.client).exists() == is_twin


@pytest.mark.parametrize("via", [Appointment.Via.WEB, Appointment.Via.API, Appointment.Via.DESK])
def test_a_twin_without_warnings_waits_online_and_holds_up_nobody_at_the_desk(
    house: House, renee: Client, via: str
) -> None:
    Intake.objects.create(client=renee, triage="ok", catalogue_version="1")
    visit = stones(house, via=via, first_name="Renee", last_name="ONeill", email=MAILBOX)
    assert visit.status == (Status.CONFIRMED if via == Appointment.Via.DESK else Status.REQUESTED)


def test_who_may_not_book_online_does_not_by_leaving_out_an_accent(house: House, renee: Client) -> None:
    Client.objects.filter(pk=renee.pk).update(online_booking=False)
    Intake.objects.create(client=renee, triage="ok", catalogue_version="1")
    visit = stones(house, first_name="Renee", last_name="O’Neill", email=MAILBOX)
    assert visit.status == Status.REQUESTED


def test_two_people_are_told_apart_for_good(house: House, renee: Client) -> None:
    visit = stones(house, first_name="Renee", last_name="O’Neill", email=MAILBOX)
    know_apart(visit.client, [renee], by=house.owner)
    assert stones(house, 14, first_name="Renee", last_name="O’Neill", email=MAILBOX).status == Status.CONFIRMED
    assert not Client.objects.likely_twins_of(renee).exists()


def test_an_erased_twin_says_nothing(house: House, renee: Client) -> None:
    Client.objects.filter(pk=renee.pk).update(erased_at=house.at(8))
    visit = stones(house, first_name="Renee", last_name="O’Neill", email=MAILBOX)
    assert (visit.status, Client.objects.likely_twins_of(visit.client).exists()) == (Status.CONFIRMED, False)


@pytest.mark.invariant("I8")
def test_whoever_books_reads_what_everyone_reads_whose_request_waits(
    house: House, client: Browser, renee: Client
) -> None:
    visitor = Visitor(client)
    visitor.answers(house.hot_stone)
    typed = {"first_name": "Renee", "last_name": "ONeill", "email": "stranger@example.org", "phone": PHONE}
    page = said(visitor.follow(visitor.books(house.hot_stone, house.at(10), house.mira, **typed)))
    assert "The time is held for you" in page
    assert MAILBOX not in page
    assert "O’Neill" not in page


def desk_form(house: House, **more: object) -> dict[str, object]:
    """The booking form at the desk, with hot stones for somebody typed."""
    return {
        "key": str(uuid.uuid4()),
        "client": "",
        "service": house.hot_stone.slug,
        "therapist": str(house.mira.public_id),
        "day": house.day().isoformat(),
        "time": "10:00",
        "safety": "none",
        "book": "1",
        **NOTHING_ELSE,
        "first_name": "Renee",
        **more,
    }


@pytest.fixture
def desk(house: House, client: Browser) -> Browser:
    """The owner at the desk."""
    client.force_login(house.owner)
    return client


def test_the_desk_is_asked_whether_it_is_this_one(house: House, desk: Browser, renee: Client) -> None:
    asked = desk.post("/desk/book/", desk_form(house, note="rings twice"))
    assert asked.status_code == 422
    assert not Appointment.objects.exists()
    page = asked.content.decode()
    assert f'name="pick" value="{renee.public_id}"' in page
    assert "rings twice" in page
    picked = desk.post("/desk/book/", {**desk_form(house), "pick": str(renee.public_id)}).content.decode()
    assert f'name="client" value="{renee.public_id}"' in picked


def test_another_person_is_booked_at_once_and_nobody_is_asked_again(house: House, desk: Browser, renee: Client) -> None:
    answer = desk.post("/desk/book/", desk_form(house, apart=str(renee.public_id)))
    visit = Appointment.objects.get()
    assert answer.status_code == 302
    assert (visit.status, visit.client.first_name) == (Status.CONFIRMED, "Renee")
    assert list(visit.client.known_apart.all()) == [renee]


def test_a_no_to_one_file_is_no_answer_for_another(house: House, desk: Browser, renee: Client) -> None:
    other = Client.objects.create(first_name="Rénée", last_name="ONeill", phone=PHONE)
    asked = desk.post("/desk/book/", desk_form(house, apart=str(renee.public_id)))
    assert asked.status_code == 422
    assert f'name="pick" value="{other.public_id}"' in asked.content.decode()


def test_both_files_stand_side_by_side_until_somebody_decides(house: House, desk: Browser, renee: Client) -> None:
    visit = stones(house, first_name="Renee", last_name="O’Neill", email=MAILBOX)
    for address in (f"/desk/clients/{visit.client.public_id}/", f"/desk/visits/{visit.public_id}/"):
        page = desk.get(address).content.decode()
        assert "Is it this one?" in page
        assert f"/desk/clients/{visit.client.public_id}/merge/?with={renee.public_id}" in page
        assert "Multiple sclerosis" in page
    assert AccessEvent.objects.filter(client=renee.public_id, action="view").exists()
    no = f"/desk/clients/{visit.client.public_id}/apart/{renee.public_id}/"
    assert desk.post(no)["Location"] == f"/desk/clients/{visit.client.public_id}/"
    assert "Is it this one?" not in desk.get(f"/desk/clients/{renee.public_id}/").content.decode()
    assert list(renee.known_apart.all()) == [visit.client]


def test_who_may_not_read_health_records_sees_the_twin_without_them(
    house: House, client: Browser, renee: Client
) -> None:
    visit = stones(house, first_name="Renee", last_name="O’Neill", email=MAILBOX)
    house.owner.is_superuser = False
    house.owner.save()
    client.force_login(house.owner)
    page = client.get(f"/desk/clients/{visit.client.public_id}/").content.decode()
    assert "Is it this one?" in page
    assert "Multiple sclerosis" not in page
