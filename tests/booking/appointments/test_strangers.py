"""Whoever types a name and has not proved to be that person learns nothing of the file, and cannot shut anybody out."""

import datetime as dt
import json
import re
import uuid
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from booking.appointments.networks import forget_networks
from booking.models import Appointment, Service, WaitlistEntry
from booking.website.booking_session import SESSION_KEY
from clients.models import Client
from clients.record.access import PROVED_SESSION_KEY
from clinic.models import OutgoingMail
from tests.booking.waitlist.test_joining import joins
from tests.booking.website.me.conftest import ana, signed_in
from tests.booking.website.visitor import NORA, Visitor
from tests.fixtures.api import wish
from tests.fixtures.browser import Browser
from tests.fixtures.cast import Cast
from tests.fixtures.forms import filled

__all__ = ["ana", "signed_in"]
pytestmark = pytest.mark.django_db
# From the documentation's networks, so that nobody of them counts as the practice's own.
FAR = "203.0.113.7"
NOBODY = {"first_name": "Nora", "last_name": "Vale", "email": "nora@example.org", "phone": ""}
ANA = {"first_name": "Ana", "last_name": "Lind", "email": "ana@example.org", "phone": ""}


def asks(cast: Cast, who: dict[str, str], *, hour: int = 10, service: Service | None = None, **more: Any) -> Any:
    """The API's answer to a booking in that name from somewhere far."""
    body = wish(cast, start=cast.at(hour).isoformat(), client=who, service=(service or cast.regular).slug, **more)
    return Browser(REMOTE_ADDR=FAR).post(
        "/api/v1/appointments",
        json.dumps(body),
        content_type="application/json",
        headers={"Idempotency-Key": str(uuid.uuid4())},
    )


def only_for(service: Service, audience: str) -> None:
    """The service is for these people from now on."""
    Service.objects.filter(pk=service.pk).update(audience=audience)


@pytest.mark.invariant("I8")
def test_a_service_for_existing_clients_answers_clients_and_strangers_alike(cast: Cast) -> None:
    only_for(cast.regular, "existing")
    known, unknown = asks(cast, ANA), asks(cast, NOBODY)
    assert known.status_code == unknown.status_code == 422
    assert known.json() == unknown.json()
    assert not Appointment.objects.exists()


@pytest.mark.invariant("I8")
def test_its_page_leads_whoever_asks_to_the_sign_in_and_from_there_back(
    cast: Cast, signed_in: Callable[[str], Browser]
) -> None:
    only_for(cast.regular, "existing")
    page = Browser().get("/book/regular-60/")
    assert page.status_code == 302
    assert page["Location"].startswith("/me/sign-in/?next=%2Fbook%2Fregular-60%2F")
    visitor = Visitor(signed_in("ana@example.org"))
    visitor.answers(cast.regular)
    booked = visitor.follow(visitor.books(cast.regular, cast.at(10), cast.mira, **ANA))
    assert booked.status_code == 200
    assert Appointment.objects.get().client == cast.ana


@pytest.mark.invariant("I8")
def test_a_first_appointment_is_booked_in_any_name_and_the_team_looks_at_it(cast: Cast) -> None:
    cast.appointment(cast.at(9, ahead=-30), client=cast.ana)
    only_for(cast.regular, "new")
    known, unknown = asks(cast, ANA), asks(cast, NOBODY, hour=14)
    assert known.status_code == unknown.status_code == 201
    asked = Appointment.objects.get(starts_at=cast.at(10))
    assert asked.status == "requested"
    assert asked.reason


@pytest.mark.invariant("I8")
def test_who_may_not_book_online_is_not_told_by_name(cast: Cast) -> None:
    Client.objects.filter(pk=cast.ana.pk).update(may_book_online=False)
    assert asks(cast, ANA).status_code == 201
    booked = Appointment.objects.get()
    assert (booked.client, booked.status) == (cast.ana, "requested")
    assert booked.reason


@pytest.mark.invariant("I1", "I8")
def test_a_client_who_is_busy_then_looks_like_a_time_that_is_taken(cast: Cast) -> None:
    cast.appointment(cast.at(10), client=cast.ana, therapist=cast.tess, room=cast.blue_room)
    cast.appointment(cast.at(15), client=cast.ben, therapist=cast.jonas)
    busy, taken = asks(cast, ANA), asks(cast, NOBODY, hour=15, therapist=str(cast.jonas.public_id))
    assert busy.status_code == taken.status_code == 409
    assert (busy.json()["code"], busy.json()["detail"]) == (taken.json()["code"], taken.json()["detail"])
    assert busy.json()["alternatives"]
    assert cast.at(10) not in [dt.datetime.fromisoformat(each["start"]) for each in busy.json()["alternatives"]]


@pytest.mark.invariant("I8")
def test_who_is_signed_in_is_told_that_they_are_busy(cast: Cast, ana: Browser) -> None:
    cast.appointment(cast.at(10), client=cast.ana, therapist=cast.tess, room=cast.blue_room)
    visitor = Visitor(ana)
    visitor.answers(cast.regular)
    page = visitor.books(cast.regular, cast.at(10), cast.mira, **ANA)
    assert page.status_code == 409
    assert "already have an appointment" in page.content.decode()


def test_the_waitlist_tells_a_stranger_nothing_either(cast: Cast) -> None:
    cast.appointment(cast.at(10, ahead=-30), client=cast.ana)
    only_for(cast.regular, "new")
    known = joins(Visitor(Browser()), cast.regular, **ANA)
    assert known.status_code == 302
    assert WaitlistEntry.objects.get().client == cast.ana


def test_labels_and_dots_count_as_one_mailbox(cast: Cast) -> None:
    cast.practice.appointments_ahead = 2
    cast.practice.save()
    for number, address in enumerate(("sara.vale@gmail.com", "saravale+a@gmail.com", "s.aravale+b@googlemail.com")):
        answer = asks(cast, {**NOBODY, "first_name": f"Sara{number}", "email": address}, hour=9 + 2 * number)
        assert answer.status_code == (201 if number < 2 else 422), address


def test_what_strangers_booked_in_somebodys_name_shuts_nobody_out(cast: Cast, ana: Browser) -> None:
    cast.practice.appointments_ahead = 1
    cast.practice.save()
    assert asks(cast, ANA, hour=9).status_code == 201
    assert asks(cast, ANA, hour=14).status_code == 422
    visitor = Visitor(ana)
    visitor.answers(cast.regular)
    assert visitor.follow(visitor.books(cast.regular, cast.at(14), cast.mira, **ANA)).status_code == 200
    assert Appointment.objects.filter(client=cast.ana).count() == 2


@pytest.mark.usefixtures("within_the_hour")
def test_a_network_books_so_many_a_day_and_keeps_what_was_typed(cast: Cast, signed_in: Any) -> None:
    cast.practice.bookings_per_network = 2
    cast.practice.save()
    assert [asks(cast, {**NOBODY, "email": f"n{hour}@example.org"}, hour=hour).status_code for hour in (9, 11)] == [
        201,
        201,
    ]
    visitor = Visitor(Browser(REMOTE_ADDR=FAR))
    visitor.answers(cast.regular)
    page = visitor.books(cast.regular, cast.at(14), cast.mira)
    assert page.status_code == 429
    assert int(page["Retry-After"]) > 0
    assert f'value="{NORA["email"]}"' in page.content.decode()
    other = Visitor(Browser(REMOTE_ADDR="198.51.100.4"))
    other.answers(cast.regular)
    assert other.follow(other.books(cast.regular, cast.at(14), cast.mira)).status_code == 200


def test_an_address_is_proved_by_a_code_before_the_time_is_theirs(cast: Cast) -> None:
    cast.practice.confirms_address = True
    cast.practice.save()
    visitor = Visitor(Browser())
    visitor.answers(cast.regular)
    asked = visitor.follow(visitor.books(cast.regular, cast.at(10), cast.mira, note="A pram"))
    assert asked.status_code == 200
    assert not Appointment.objects.exists()
    mail = OutgoingMail.objects.get()
    assert mail.to_email == NORA["email"]
    found = re.search(r"\d{4} \d{4}", mail.text)
    assert found is not None
    here = visitor.addresses[-1]
    assert visitor.post(here, {"code": "0000 0000"}).status_code == 422
    done = visitor.follow(visitor.post(here, {"code": found[0]}))
    assert done.status_code == 200
    booked = Appointment.objects.get()
    assert (booked.client.email, booked.client_note, booked.status) == (NORA["email"], "A pram", "confirmed")
    assert asks(cast, NOBODY, hour=14).json()["code"] == "prove_address"


def proving(cast: Cast) -> tuple[Visitor, str, str]:
    """A visitor before the page that asks for the code of their address, with that page and the code."""
    cast.practice.confirms_address = True
    cast.practice.save()
    visitor = Visitor(Browser())
    visitor.answers(cast.regular)
    price = {"shown_price": str(cast.regular.price)}
    visitor.follow(visitor.books(cast.regular, cast.at(10), cast.mira, **price))
    code = re.search(r"\d{4} \d{4}", OutgoingMail.objects.get().text)
    assert code is not None
    return visitor, visitor.addresses[-1], code[0]


def test_what_is_asked_after_a_right_code_is_sent_without_another(cast: Cast) -> None:
    visitor, here, code = proving(cast)
    Service.objects.filter(pk=cast.regular.pk).update(price=cast.regular.price + 10)
    asked = visitor.post(here, {"code": code})
    assert asked.status_code >= 400
    sent = filled(asked)
    action = re.search(r'<form method="post" action="([^"]+)" novalidate id="details"', asked.content.decode())
    assert action is not None
    done = visitor.follow(visitor.post(unescape(action[1]), sent))
    assert done.status_code == 200
    assert Appointment.objects.get().client.email == NORA["email"]


def test_a_proof_is_over_for_the_next_person_at_that_browser(cast: Cast) -> None:
    visitor, here, code = proving(cast)
    visitor.follow(visitor.post(here, {"code": code}))
    session = visitor.client.session
    session[PROVED_SESSION_KEY] = {
        **session[PROVED_SESSION_KEY],
        "at": (timezone.now() - dt.timedelta(minutes=31)).isoformat(),
    }
    session.save()
    visitor.answers(cast.regular)
    visitor.follow(visitor.books(cast.regular, cast.at(14), cast.mira))
    assert Appointment.objects.count() == 1
    assert OutgoingMail.objects.count() == 2


def test_the_address_is_shown_to_nobody_who_comes_later(cast: Cast) -> None:
    visitor, here, code = proving(cast)
    assert NORA["email"] in visitor.get(here).content.decode()
    session = visitor.client.session
    session[SESSION_KEY] = {**session[SESSION_KEY], "typed_at": (timezone.now() - dt.timedelta(minutes=31)).isoformat()}
    session.save()
    for page in (visitor.get(here), visitor.post(here, {"code": code})):
        assert page.status_code == 302
        assert NORA["email"] not in visitor.follow(page).content.decode()
    assert not Appointment.objects.exists()


def test_one_code_is_asked_for_one_address(cast: Cast) -> None:
    cast.practice.confirms_address = True
    cast.practice.save()
    visitor = Visitor(Browser())
    visitor.answers(cast.regular)
    visitor.follow(visitor.books(cast.regular, cast.at(10), cast.mira))
    code = re.search(r"\d{4} \d{4}", OutgoingMail.objects.get().text)
    assert code is not None
    first = visitor.addresses[-1]
    visitor.follow(visitor.books(cast.regular, cast.at(10), cast.mira, email="somebody@example.org"))
    assert visitor.post(first, {"code": code[0]}).status_code == 422, "the code of another address"
    assert not Appointment.objects.exists()


@pytest.fixture
def flood(cast: Cast) -> list[Appointment]:
    """Five bookings of one network in five names, and one of the desk."""
    cast.appointment(cast.at(11), therapist=cast.jonas, client=cast.ana, room=cast.blue_room)
    for number, hour in enumerate((9, 11, 13, 15)):
        assert asks(cast, {**NOBODY, "email": f"n{number}@example.org"}, hour=hour).status_code == 201
    assert asks(cast, NOBODY, hour=9, therapist=str(cast.tess.public_id)).status_code == 201
    return list(Appointment.objects.exclude(network="").order_by("pk"))


def test_the_desk_sees_what_one_network_booked_and_cancels_what_it_ticks(
    cast: Cast, flood: list[Appointment], client: Browser
) -> None:
    client.force_login(cast.owner)
    assert client.get(reverse("booking:desk-appointment", args=[flood[0].public_id])).context["of_network"] == 5
    url = reverse("booking:desk-appointment-network", args=[flood[0].public_id])
    page = client.get(url)
    assert page.context["rows"] == sorted(flood, key=lambda each: (each.starts_at, each.pk))
    refused = client.post(url, {"reason": "one person"})
    assert refused.status_code == 422
    client.post(url, {"ticked": [str(each.public_id) for each in flood[1:]], "reason": "one person in many names"})
    states = {each.pk: each.status for each in Appointment.objects.filter(pk__in=[each.pk for each in flood])}
    assert [states[each.pk] for each in flood] == ["confirmed", *["cancelled"] * 4]
    assert Appointment.objects.get(client=cast.ana).status == "confirmed"


def test_the_mark_of_a_network_tells_nobody_which_and_goes_after_a_month(flood: list[Appointment]) -> None:
    marks = {each.network for each in flood}
    assert len(marks) == 1
    assert FAR not in str(marks)
    assert forget_networks() == 0
    Appointment.objects.update(created_at=timezone.now() - dt.timedelta(days=31))
    assert forget_networks() == 5
    assert not Appointment.objects.exclude(network="").exists()
