"""Who comes, and the booking: what is refused is said beside what was typed, and nothing typed is lost."""

import datetime as dt
import uuid
from collections.abc import Iterator

import pytest
import time_machine
from django.db import connection
from pytest_django import Settings

from booking.appointments.selection import Selection
from booking.models import Appointment
from clients.models import Client
from tests.booking.website.visitor import NORA, Visitor, page_text
from tests.fixtures.cast import Cast
from tests.fixtures.forms import errors_of, filled, retyped


def details(cast: Cast, start: dt.datetime) -> str:
    """The details page of the regular massage at a time."""
    return f"/book/{cast.regular.slug}/details/{Selection(cast.regular, start).query()}"


def test_a_new_client_books_in_four_steps_without_an_account(cast: Cast, visitor: Visitor) -> None:
    appointment = visitor.has_booked(cast.regular, cast.at(10), note="I come with a pram")
    assert appointment.starts_at == cast.at(10)
    assert appointment.status == "confirmed"
    assert appointment.via == "web"
    assert appointment.client_note == "I come with a pram"
    assert appointment.policy_text == cast.practice.policy
    assert (appointment.client.first_name, appointment.client.email, appointment.client.phone) == (
        "Nora",
        "nora@example.org",
        "+4930123456",
    )
    assert appointment.screening is not None


def test_the_done_page_says_what_was_booked_and_what_comes_next(cast: Cast, visitor: Visitor) -> None:
    visitor.answers(cast.regular)
    page = visitor.follow(visitor.books(cast.regular, cast.at(10)))
    for word in ["You are booked", "Nora", "10:00 to 11:00", "€72", "Lindenweg 4", "nora@example.org", "health form"]:
        assert word in page_text(page)
    assert "/book/done/" in visitor.addresses[-1]
    assert page["Cache-Control"] == "no-store"


def test_the_therapist_chosen_is_the_therapist_booked(cast: Cast, visitor: Visitor) -> None:
    visitor.answers(cast.regular)
    visitor.follow(visitor.books(cast.regular, cast.at(9), cast.tess))
    assert Appointment.objects.get().therapist == cast.tess


def test_any_available_takes_the_lightest_day(cast: Cast, visitor: Visitor) -> None:
    cast.appointment(cast.at(15), therapist=cast.mira)
    cast.appointment(cast.at(8), therapist=cast.jonas, client=cast.ben, room=cast.blue_room)
    assert visitor.has_booked(cast.regular, cast.at(10)).therapist == cast.tess


BAD: tuple[tuple[dict[str, str], str], ...] = (
    ({"policy": ""}, "Please accept the policy"),
    ({"first_name": "", "last_name": "   "}, "One is enough"),
    ({"first_name": "\u200b", "last_name": "\u2060"}, "One is enough"),
    ({"email": "nora@example.org\u200b"}, "Something invisible"),
    ({"email": '"nora"@example.org'}, "cannot send mail to this address"),
    ({"email": "nora"}, "does not look like an e-mail address"),
    ({"email": "nora@example.org\r\nBcc: all@example.org"}, "does not look like an e-mail address"),
    ({"email": "al\u0131@example.org"}, "cannot send mail to this address"),
    ({"email": "n" * 300 + "@example.org"}, "cannot send mail to this address"),
    ({"phone": "call me"}, "does not look like a phone number"),
    ({"phone": "1" * 40}, "does not look like a phone number"),
    ({"first_name": "N" * 10_000}, "at most 80"),
    ({"last_name": "Va\x00le"}, "control characters"),
    ({"last_name": "Va\x1ble"}, "control characters"),
    ({"first_name": "Nora\u2028Bcc"}, "control characters"),
    ({"note": "n" * 5_000}, "at most 1000"),
    ({"note": "a\x00b"}, "Null characters are not allowed"),
)


def test_bad_input_is_named_and_nothing_else_is_lost(cast: Cast, visitor: Visitor) -> None:
    visitor.answers(cast.regular)
    page = visitor.books(cast.regular, cast.at(10), email="nora", key="not-a-key")
    assert page.status_code == 422
    for message in ("does not look like an e-mail address", "changed on its way"):
        assert message in page_text(page)
    for name in ("first_name", "last_name", "phone"):
        assert f'value="{NORA[name]}"' in page.content.decode(), f"{name} is kept"
    assert not Appointment.objects.exists()
    right = {**NORA, "key": visitor.key(page)}
    assert errors_of(page.context["form"], **right) == {}, "and it can be sent again"
    assert "key" in errors_of(page.context["form"], **{**right, "key": ""})
    for typed, message in BAD:
        assert message in " ".join(errors_of(page.context["form"], **{**right, **typed}).values()), typed


def test_a_slip_in_the_mailbox_is_asked_about_once(cast: Cast, visitor: Visitor) -> None:
    visitor.answers(cast.regular)
    asked = visitor.books(cast.regular, cast.at(10), email="nora@gmial.com")
    assert asked.status_code == 422
    assert "nora@gmail.com" in page_text(asked)
    assert not Appointment.objects.exists()
    sent = filled(asked, "details")
    visitor.follow(visitor.post(details(cast, cast.at(10)), sent))
    assert Appointment.objects.get().client.email == "nora@gmial.com"


def test_every_name_is_welcome_and_inert(cast: Cast, visitor: Visitor) -> None:
    visitor.answers(cast.regular)
    form = visitor.books(cast.regular, cast.at(10), email="nora").context["form"]
    for names in (
        ("Zoë 🌿", "O'Brien-Łukasiewicz"),
        ("محمد", "عبد الرحمن"),
        ("נועה", "לוי"),
        ("Robert'); DROP TABLE students;--", "=cmd()"),
        ("क्षितिज", "علی\u200cرضا"),
        ("Björk", ""),
    ):
        kept = retyped(form, email="nora@example.org", first_name=names[0], last_name=names[1])
        assert not kept.errors, names
        assert (kept.cleaned_data["first_name"], kept.cleaned_data["last_name"]) == names
    hostile = {"first_name": "<script>alert(1)</script>", "last_name": "{{ 7*7 }}"}
    appointment = visitor.has_booked(cast.regular, cast.at(10), **hostile)
    assert {name: getattr(appointment.client, name) for name in hostile} == hostile
    page = visitor.get(visitor.addresses[-1])
    assert b"<script>alert" not in page.content
    assert "49" not in page_text(page).partition("look forward")[0].partition("Thank you")[2]


def test_a_name_is_kept_with_single_spaces(cast: Cast, visitor: Visitor) -> None:
    appointment = visitor.has_booked(cast.regular, cast.at(10), first_name="  Nora   Jane ")
    assert appointment.client.first_name == "Nora Jane"


def test_a_start_that_cannot_be_is_answered_kindly(cast: Cast, visitor: Visitor) -> None:
    visitor.answers(cast.regular)
    for start, message in (
        ("soon", "We could not read that time"),
        ("2026-12-01T10:00", "We could not read that time"),
        ("0001-01-01T00:00:00Z", "We could not read that time"),
        ("9999-12-31T23:59:59Z", "We could not read that time"),
        ("2020-01-01T10:00:00Z", "not free any more"),
        ("2190-01-01T10:00:00Z", "not free any more"),
    ):
        address = f"/book/{cast.regular.slug}/details/?start={start}"
        page = visitor.get(address)
        assert message in page_text(page), start
        posted = [visitor.post(address, {**NORA, "key": str(uuid.uuid4())})] if start[0] in "s2" else []
        for answer in (page, *posted):
            assert answer.status_code in {409, 422}, start
            assert f"/book/{cast.regular.slug}/times/" in answer.content.decode(), start
    assert not Appointment.objects.exists()


def test_a_tampered_therapist_is_refused_and_not_taken_for_any(cast: Cast, visitor: Visitor) -> None:
    visitor.answers(cast.hot_stone)
    # Tess does no hot stone; an address typed by hand cannot change that.
    address = f"/book/{cast.hot_stone.slug}/details/{Selection(cast.hot_stone, cast.at(10), cast.tess).query()}"
    page = visitor.post(address, {**NORA, "key": str(uuid.uuid4())})
    assert page.status_code == 422
    assert not Appointment.objects.exists()


@pytest.mark.parametrize(
    ("hour", "minute", "why"), [(3, 0, "out of hours"), (10, 7, "off the grid"), (16, 30, "over closing time")]
)
def test_a_time_typed_into_the_address_obeys_the_rules(
    cast: Cast, visitor: Visitor, hour: int, minute: int, why: str
) -> None:
    visitor.answers(cast.regular)
    address = f"/book/{cast.regular.slug}/details/{Selection(cast.regular, cast.at(hour, minute), cast.mira).query()}"
    page = visitor.post(address, {**NORA, "key": str(uuid.uuid4())})
    assert page.status_code == 409, why
    assert not Appointment.objects.exists()


def test_without_a_start_the_times_come_first(cast: Cast, visitor: Visitor) -> None:
    visitor.answers(cast.regular)
    assert visitor.get(f"/book/{cast.regular.slug}/details/")["Location"] == f"/book/{cast.regular.slug}/times/"


def test_who_comes_too_late_keeps_what_they_typed_and_gets_times_that_are_free(
    cast: Cast, visitor: Visitor, stranger: Visitor
) -> None:
    visitor.answers(cast.hot_stone)
    address = f"/book/{cast.hot_stone.slug}/details/{Selection(cast.hot_stone, cast.at(10)).query()}"
    key = visitor.key(visitor.get(address))
    stranger.has_booked(cast.hot_stone, cast.at(10), first_name="Finn")
    page = visitor.post(address, {**NORA, "key": key, "note": "By the window"})
    assert page.status_code == 409
    assert "hot stones are in use" in page_text(page)
    first = page.context["alternatives"][0]["times"][0]
    again = visitor.get(first["url"])
    for kept in ["Nora", "Vale", "nora@example.org", "By the window"]:
        assert kept in again.content.decode()
    done = visitor.follow(visitor.post(first["url"], {**NORA, "key": visitor.key(again)}))
    assert "You are booked" in page_text(done)
    assert Appointment.objects.filter(starts_at=first["starts"]).exists()


def test_a_time_that_went_while_choosing_is_said_before_the_form_is_filled(cast: Cast, visitor: Visitor) -> None:
    visitor.answers(cast.hot_stone)
    cast.appointment(cast.at(10), service=cast.hot_stone)
    page = visitor.get(f"/book/{cast.hot_stone.slug}/details/{Selection(cast.hot_stone, cast.at(10)).query()}")
    assert page.status_code == 409
    assert page.context["alternatives"]


def test_the_notice_that_passed_while_the_form_was_open_is_refused_kindly(cast: Cast, visitor: Visitor) -> None:
    visitor.answers(cast.regular)
    address = details(cast, cast.at(10))
    key = visitor.key(visitor.get(address))
    cast.practice.notice_minutes = 60 * 24 * 60
    cast.practice.save()
    page = visitor.post(address, {**NORA, "key": key})
    assert page.status_code == 409
    assert "too soon for us to prepare" in page_text(page)


@pytest.mark.invariant("I4")
def test_a_double_click_is_one_appointment(cast: Cast, visitor: Visitor) -> None:
    visitor.answers(cast.regular)
    address = details(cast, cast.at(10))
    key = visitor.key(visitor.get(address))
    twin = Visitor(visitor.client.__class__())
    twin.answers(cast.regular)
    first = visitor.follow(visitor.post(address, {**NORA, "key": key}))
    second = twin.follow(twin.post(address, {**NORA, "key": key}))
    assert "You are booked" in page_text(first)
    assert "You are booked" in page_text(second)
    assert Appointment.objects.count() == 1


@pytest.mark.invariant("I4")
def test_the_same_form_with_other_content_books_nothing_but_can_be_sent_again(cast: Cast, visitor: Visitor) -> None:
    visitor.answers(cast.regular)
    address = details(cast, cast.at(10))
    key = visitor.key(visitor.get(address))
    visitor.post(address, {**NORA, "key": key})
    visitor.answers(cast.regular)
    other = details(cast, cast.at(13))
    page = visitor.post(other, {**NORA, "key": key})
    assert page.status_code == 422
    assert "booked with this form before" in page_text(page)
    assert Appointment.objects.count() == 1
    assert "You are booked" in page_text(visitor.follow(visitor.post(other, {**NORA, "key": visitor.key(page)})))


def test_the_same_person_at_the_same_time_is_refused_kindly(cast: Cast, visitor: Visitor) -> None:
    visitor.has_booked(cast.regular, cast.at(10))
    visitor.answers(cast.regular)
    page = visitor.books(cast.regular, cast.at(10))
    assert page.status_code == 409
    assert "just taken" in page_text(page), "whoever types a name is not told what its file says"


def test_a_returning_client_keeps_one_file_whatever_the_capitals(cast: Cast, visitor: Visitor) -> None:
    appointment = visitor.has_booked(
        cast.regular, cast.at(10), first_name="ana", last_name="LIND", email="Ana@Example.org"
    )
    assert appointment.client == cast.ana
    assert Client.objects.filter(email__iexact="ana@example.org").count() == 1


@pytest.mark.usefixtures("within_the_hour")
def test_too_many_tries_from_one_address_are_asked_to_wait(cast: Cast, visitor: Visitor, settings: Settings) -> None:
    settings.THROTTLE_BOOKING = "2/h"
    visitor.answers(cast.regular)
    for _attempt in range(2):
        assert visitor.books(cast.regular, cast.at(10), policy="").status_code == 422
    page = visitor.books(cast.regular, cast.at(10))
    assert page.status_code == 429
    assert 0 < int(page["Retry-After"]) <= 3600
    assert 'value="Nora"' in page.content.decode()
    assert not Appointment.objects.exists()


@pytest.fixture
def held(transactional_db: None, cast: Cast) -> Iterator[None]:
    """Another connection holds Mira's row for as long as the test runs."""
    other = connection.copy()
    other.set_autocommit(False)
    with other.cursor() as cursor:
        cursor.execute("SELECT 1 FROM booking_therapist WHERE id = %s FOR UPDATE", [cast.mira.pk])
    yield
    other.rollback()
    other.close()


@pytest.mark.django_db(transaction=True)
@pytest.mark.slow
def test_a_lock_held_too_long_keeps_the_form_and_says_when_to_try_again(
    cast: Cast, visitor: Visitor, held: None
) -> None:
    visitor.answers(cast.regular)
    page = visitor.books(cast.regular, cast.at(10), cast.mira)
    assert page.status_code == 503
    assert int(page["Retry-After"]) > 0
    assert 'value="Nora"' in page.content.decode()
    assert visitor.books(cast.regular, cast.at(10), cast.tess).status_code == 302, "others are unaffected"


def test_a_reminder_is_promised_only_where_one_is_to_come(cast: Cast, visitor: Visitor) -> None:
    visitor.answers(cast.regular)
    early, soon = visitor.follow(visitor.books(cast.regular, cast.at(10))), cast.at(13)
    with time_machine.travel(soon - dt.timedelta(hours=20), tick=False):
        visitor.answers(cast.regular)
        late = visitor.follow(visitor.books(cast.regular, soon))
    assert "We remind you before the appointment" in page_text(early)
    assert "You are booked" in page_text(late)
    assert "We remind you before the appointment" not in page_text(late)


SOON, PROMISE = "cannot be moved or cancelled online any more", "You can move or cancel online until"


def test_a_time_past_its_own_cutoff_says_so_before_it_is_booked(cast: Cast, visitor: Visitor) -> None:
    visitor.answers(cast.regular)
    assert SOON not in page_text(visitor.get(details(cast, cast.at(10))))
    assert PROMISE in page_text(visitor.follow(visitor.books(cast.regular, cast.at(10))))
    cast.regular.cancel_cutoff_hours = 24 * 30
    cast.regular.save(update_fields=["cancel_cutoff_hours"])
    visitor.answers(cast.regular)
    assert SOON in page_text(visitor.get(details(cast, cast.at(13))))
    page = page_text(visitor.follow(visitor.books(cast.regular, cast.at(13))))
    assert "It is too late to move or cancel online" in page
    assert PROMISE not in page
