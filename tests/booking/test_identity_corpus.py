"""The corpus through every door: form, API, sign-in, mail and search come to the same mailbox and file, or refuse."""

import re
from email import message_from_bytes
from email.utils import parseaddr
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured, ValidationError

from booking.appointments.forms import PersonForm
from booking.models import Appointment, Therapist
from booking.website.me.forms import AddressForm
from clients.models import Client
from clinic.mail import ledger
from clinic.mail.message import as_bytes
from clinic.mail.server import mail_server
from clinic.models import OutgoingMail, Practice, User
from tests.booking.api.conftest import Program, assert_problem, wish_for
from tests.booking.website.me.conftest import ask_for_code, code_mailed
from tests.booking.website.visitor import Visitor
from tests.corpus import ADDRESSES, NAMES, NO_NAMES, PHONES
from tests.fixtures.browser import Browser
from tests.fixtures.cast import PASSWORD, Cast

# One of each kind of refusal, for the doors that cost a request.
REFUSED = [typed for typed, meant in ADDRESSES if meant is None][::19]
WRITTEN = [
    ("Ana@Faß.de", "ana@xn--fa-hia.de"),
    ("ana@βόλος.gr", "ana@xn--nxasmm1c.gr"),
    ("ana@ｆａｓｓ.de", "ana@fass.de"),
]


@pytest.fixture
def desk(cast: Cast, client: Browser) -> Browser:
    """The owner, at the desk and in the admin."""
    client.force_login(cast.owner)
    return client


def person(**typed: str) -> dict[str, str]:
    """Somebody who books."""
    return {"first_name": "Ana", "last_name": "Ruiz", "email": "ana@ruiz.example", "phone": "", **typed}


def test_the_form_reads_every_address_name_and_number_of_the_corpus(cast: Cast) -> None:
    for typed, meant in ADDRESSES:
        form, sign_in = PersonForm(person(email=typed)), AddressForm({"email": typed})
        assert form.is_valid() == sign_in.is_valid() == (meant is not None), ascii(typed)
        if meant is None:
            assert list(form.errors) == ["email"]
        else:
            assert sign_in.cleaned_data["email"] == meant
    for first, last in NO_NAMES:
        assert not PersonForm(person(first_name=first, last_name=last)).is_valid(), ascii((first, last))
    for each in NAMES:
        for first, last in (each.name, *each.same, *each.twins):
            assert PersonForm(person(first_name=first, last_name=last)).is_valid(), (first, last)
    for typed, region, meant in PHONES:
        if region == cast.practice.country:
            form = PersonForm(person(phone=typed))
            assert form.is_valid() == (meant is not None), ascii(typed)
            assert meant is None or form.cleaned_data["phone"] == meant


@pytest.mark.parametrize(("typed", "meant"), WRITTEN)
def test_page_api_and_sign_in_come_to_one_file_and_one_mailbox(
    cast: Cast, client: Browser, typed: str, meant: str
) -> None:
    visitor, program = Visitor(client), Program()
    visitor.answers(cast.regular)
    visitor.follow(visitor.books(cast.regular, cast.at(10), cast.mira, **person(email=typed)))
    booked = program.book(
        wish_for(cast, cast.regular, client=person(email=meant.upper()), start=cast.at(14).isoformat())
    )
    assert booked.status_code == 201
    first, second = Appointment.objects.order_by("starts_at")
    assert first.client == second.client
    assert first.client.email_key == meant
    browser = Browser()
    browser.post("/me/sign-in/", {"email": typed})
    assert browser.post("/me/code/", {"code": code_mailed(meant)})["Location"] == "/me/"
    assert User.objects.get(email=meant)


@pytest.mark.parametrize("typed", REFUSED, ids=ascii)
def test_what_is_no_mailbox_is_refused_at_every_door(cast: Cast, client: Browser, typed: str) -> None:
    visitor, program = Visitor(client), Program()
    visitor.answers(cast.regular)
    assert visitor.books(cast.regular, cast.at(10), cast.mira, **person(email=typed)).status_code == 422
    problem = assert_problem(program.book(wish_for(cast, cast.regular, client=person(email=typed))), 422, "invalid")
    assert list(problem["errors"]) == ["client.email"]
    assert Browser().post("/me/sign-in/", {"email": typed}).status_code == 422
    assert not Appointment.objects.exists()
    assert not OutgoingMail.objects.exists()


@pytest.mark.invariant("I8")
def test_the_owner_of_a_look_alike_reads_no_code_and_no_page(cast: Cast) -> None:
    hers = Client.objects.create(first_name="Ana", last_name="Ruiz", email="ana@faß.de")
    assert ask_for_code(Browser(), "ana@fass.de") == ""
    stranger = Browser()
    stranger.post("/me/sign-in/", {"email": "ana@fass.de"})
    ask_for_code(Browser(), "ana@faß.de")
    assert [mail.to_email for mail in OutgoingMail.objects.all()] == ["ana@xn--fa-hia.de"]
    code = code_mailed("ana@xn--fa-hia.de")
    assert stranger.post("/me/code/", {"code": code}).status_code == 422
    assert stranger.get(f"/me/{hers.public_id}/").status_code in {302, 404}


@pytest.mark.parametrize(("typed", "meant"), WRITTEN)
def test_a_mail_names_one_mailbox_in_envelope_and_headers(practice: Practice, typed: str, meant: str) -> None:
    practice.name, practice.email = "Stillwater", typed
    practice.save()
    mail = ledger.queue_mail(kind="staff", to=typed, name="Ana Ruiz", subject="Hello", text="Hello")
    headers = message_from_bytes(as_bytes(mail, practice))
    assert (mail.to_email, parseaddr(headers["To"])[1], parseaddr(headers["Reply-To"])[1]) == (meant, meant, meant)


def test_a_therapist_signs_in_with_an_address_as_they_write_it(cast: Cast) -> None:
    User.objects.create_user("zoe@bücher.example", PASSWORD, name="Zoë", is_staff=True)
    browser = Browser()
    browser.post("/accounts/login/", {"login": "Zoe@Bücher.example", "password": PASSWORD})
    assert "_auth_user_id" in browser.session


@pytest.fixture
def people(cast: Cast) -> dict[str, Client]:
    """Everybody of the corpus, and a number."""
    made = [
        Client(first_name=each.name[0], last_name=each.name[1], email=f"person{number}@example.org")
        for number, each in enumerate(NAMES)
    ]
    made[0].phone = "+491512345678"
    Client.objects.bulk_create(made)
    return {each.email: each for each in Client.objects.all()}


def test_the_desk_and_the_admin_find_everybody_by_any_part(
    cast: Cast, desk: Browser, people: dict[str, Client]
) -> None:
    for number, each in enumerate(NAMES):
        wanted = people[f"person{number}@example.org"]
        for words in each.search:
            assert wanted in Client.objects.matching(words), words
    renee, jose = people["person0@example.org"], people["person1@example.org"]
    for words, wanted in [
        ("oneill", renee),
        ("+491512345678", renee),
        ("1512345678", renee),
        ("0151 2345678", renee),
        ("person1@EX", jose),
        ("Muñoz, José", jose),
        ("munoz", jose),
    ]:
        assert str(wanted.public_id) in desk.get("/desk/clients/", {"q": words}).content.decode(), words
        assert str(wanted.public_id) in desk.get("/desk/book/pick/", {"q": words}).content.decode(), words
        assert (
            f"/admin/clients/client/{wanted.pk}/change/"
            in desk.get("/admin/clients/client/", {"q": words}).content.decode()
        ), words
        assert [each["id"] for each in suggested(desk, words)] == [str(wanted.pk)], words
    assert "Nobody" in desk.get("/desk/clients/", {"q": "nobody of that name"}).content.decode()


def suggested(desk: Browser, words: str) -> list[dict[str, Any]]:
    """What the field of an appointment that names its client suggests in the admin."""
    asked = {"app_label": "booking", "model_name": "appointment", "field_name": "client", "term": words}
    found: list[dict[str, Any]] = desk.get("/admin/autocomplete/", asked).json()["results"]
    return found


def test_appointments_and_mails_are_found_by_their_client(cast: Cast, desk: Browser, people: dict[str, Client]) -> None:
    jose = people["person1@example.org"]
    appointment = cast.appointment(cast.at(10), client=jose)
    ledger.queue_mail(kind="staff", to=jose.email, name=str(jose), subject="For José", text="Hello")
    address = f"/admin/booking/appointment/{appointment.pk}/change/"
    assert address in desk.get("/admin/booking/appointment/", {"q": "munoz"}).content.decode()
    assert address in desk.get("/admin/booking/appointment/", {"q": str(appointment.public_id)}).content.decode()
    assert address not in desk.get("/admin/booking/appointment/", {"q": "nunez"}).content.decode()
    assert "José" in desk.get("/desk/messages/", {"q": "munoz"}).content.decode()


def test_clients_stand_in_the_order_of_the_language(cast: Cast, desk: Browser) -> None:
    Client.objects.all().delete()
    for last in ("Zorn", "Öztürk", "van Dijk", "Éluard", "Berg"):
        Client.objects.create(first_name="Ida", last_name=last)
    Client.objects.create(first_name="Suharto")
    page = desk.get("/desk/clients/").content.decode()
    assert re.findall(r'clients/[\w-]{36}/">([^<]+)</a>', page) == [
        *("Berg, Ida", "Éluard, Ida", "Öztürk, Ida", "Suharto", "van Dijk, Ida", "Zorn, Ida"),
    ]


def test_who_has_one_name_is_greeted_by_it(cast: Cast, client: Browser) -> None:
    visitor = Visitor(client)
    visitor.answers(cast.regular)
    typed = person(first_name="", last_name="Suharto")
    page = visitor.follow(visitor.books(cast.regular, cast.at(10), cast.mira, **typed))
    assert "Thank you, Suharto." in page.content.decode()
    appointment = Appointment.objects.get()
    assert (str(appointment.client), appointment.client.listed, appointment.client.called) == (
        "Suharto",
        "Suharto",
        "Suharto",
    )


def test_therapists_stand_in_the_order_of_the_language(cast: Cast) -> None:
    Therapist.objects.update(position=0)
    cast.mira.name = "Zora Feld"
    cast.mira.save(update_fields=["name"])
    Therapist.objects.create(name="Éva Nagy")
    assert [str(each) for each in Therapist.objects.all()] == ["Éva Nagy", "Jonas Weber", "Tess Okafor", "Zora Feld"]


def test_the_phone_of_the_practice_is_one_that_can_be_dialled(cast: Cast, client: Browser) -> None:
    practice = cast.practice
    practice.phone = "\u202a(030) 5550\u2013101\u202c"
    practice.full_clean()
    practice.save()
    assert practice.phone == "(030) 5550-101"
    assert 'href="tel:+49305550101"' in client.get("/").content.decode()
    practice.phone = "ring the bell"
    with pytest.raises(ValidationError) as refused:
        practice.full_clean()
    assert list(refused.value.message_dict) == ["phone"]


def test_the_mail_server_is_the_host_that_was_named() -> None:
    assert mail_server("smtp://mail.faß.de").host == "mail.xn--fa-hia.de"
    with pytest.raises(ImproperlyConfigured):
        mail_server("smtp://mail.\u2615.de")
