"""POST appointments: booked once, or told why not in a form that programs can read."""

import datetime as dt
import logging
from typing import Any

import pytest

from booking.appointments.selection import start_as_text
from booking.models import Appointment, Service
from tests.booking.api.conftest import Program, assert_problem, token_of, wish_for
from tests.fixtures.browser import Browser
from tests.fixtures.cast import Cast


def test_a_booking_answers_with_the_appointment(cast: Cast, program: Program, wish: dict[str, Any]) -> None:
    answer = program.book({**wish, "therapist": str(cast.tess.public_id)})
    assert answer.status_code == 201
    booked = answer.json()
    appointment = Appointment.objects.get(public_id=booked["id"])
    assert dt.datetime.fromisoformat(booked["start"]) == appointment.starts_at == cast.at(10)
    assert dt.datetime.fromisoformat(booked["end"]) == appointment.ends_at
    assert booked["therapist"] == str(cast.tess.public_id)
    assert (booked["service"], booked["status"], booked["room"]) == ("regular-60", "confirmed", appointment.room.name)  # type: ignore[union-attr]
    assert appointment.via == "api"


def test_the_manage_url_opens_the_appointment_in_a_browser(cast: Cast, program: Program, wish: dict[str, Any]) -> None:
    booked = program.book(wish)
    page = Browser().get(f"/appointment/{token_of(booked)}/", follow=True)
    assert page.status_code == 200
    assert booked.json()["manage_url"].startswith("http")


@pytest.mark.invariant("I4")
def test_the_same_key_and_body_answer_with_the_same_appointment(
    cast: Cast, program: Program, wish: dict[str, Any]
) -> None:
    first, second = program.book(wish, key="one"), program.book(wish, key="one")
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json() == second.json()
    assert Appointment.objects.count() == 1


@pytest.mark.invariant("I4")
def test_the_same_key_with_another_body_is_refused(cast: Cast, program: Program, wish: dict[str, Any]) -> None:
    program.book(wish, key="one")
    assert_problem(program.book({**wish, "start": start_as_text(cast.at(13))}, key="one"), 422, "key_reused")
    assert Appointment.objects.count() == 1


@pytest.mark.parametrize("key", ["x" * 121, "with space", "ümlaut", "tab\tbed"])
def test_a_key_that_cannot_be_kept_is_named(cast: Cast, program: Program, wish: dict[str, Any], key: str) -> None:
    assert "Idempotency-Key" in assert_problem(program.book(wish, key=key), 422, "invalid")["errors"]


def test_without_a_key_a_booking_works_too(cast: Cast, program: Program, wish: dict[str, Any]) -> None:
    assert program.post("appointments", wish).status_code == 201


def test_a_taken_time_answers_with_times_that_are_free(cast: Cast, program: Program) -> None:
    wish = wish_for(cast, cast.hot_stone)
    assert program.book(wish).status_code == 201
    finn = {"first_name": "Finn", "last_name": "Berg", "email": "finn@example.org"}
    problem = assert_problem(program.book({**wish, "client": finn}), 409, "slot_taken")
    assert problem["alternatives"]
    first = problem["alternatives"][0]
    again = program.book({**wish, "client": finn, "start": first["start"], "therapist": first["therapists"][0]})
    assert again.status_code == 201, "an alternative is really free"


def test_n_free_therapists_take_n_of_n_plus_one_wishes(cast: Cast, program: Program, wish: dict[str, Any]) -> None:
    # Three therapists, but two rooms: the rooms decide.
    answers = [
        program.book({**wish, "client": {**wish["client"], "first_name": name}}).status_code
        for name in ("Nora", "Finn", "Iris")
    ]
    assert answers == [201, 201, 409]


def test_what_is_not_suitable_says_why_and_what_is(cast: Cast, program: Program) -> None:
    wish = wish_for(cast, cast.hot_stone, conditions=["pregnancy"])
    problem = assert_problem(program.book(wish), 422, "not_suitable")
    assert problem["reasons"] == [
        {"condition": "pregnancy", "name": "Pregnancy", "reason": "Overheating is not safe in pregnancy."}
    ]
    instead = problem["instead"]
    assert (instead["service"], instead["minutes"]) == ("regular-90", 90)
    assert dt.datetime.fromisoformat(instead["start"]) == cast.at(10)
    again = {**wish, "service": instead["service"], "start": instead["start"], "therapist": instead["therapists"][0]}
    assert program.book(again).status_code == 201


def test_a_sign_for_the_doctor_offers_nothing_instead(cast: Cast, program: Program, wish: dict[str, Any]) -> None:
    problem = assert_problem(program.book({**wish, "red_flags": ["dvt-signs"]}), 422, "not_suitable")
    assert problem["instead"] is None
    assert problem["reasons"]


@pytest.mark.invariant("I7")
def test_an_emergency_books_nothing_and_says_what_to_do(cast: Cast, program: Program, wish: dict[str, Any]) -> None:
    problem = assert_problem(program.book({**wish, "red_flags": ["ces-saddle-numbness"]}), 422, "emergency")
    assert "112" in problem["text"]
    assert "emergency department" in problem["text"]
    assert set(problem) == {"type", "title", "status", "detail", "code", "text"}
    assert not Appointment.objects.exists()


def test_a_doctors_note_makes_it_a_request(cast: Cast, program: Program) -> None:
    booked = program.book(wish_for(cast, cast.hot_stone, conditions=["heart-disease"]))
    assert booked.json()["status"] == "requested"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"service": "nope"}, "service"),
        ({"service": "a b"}, "service"),
        ({"service": None}, "service"),
        ({"start": "soon"}, "start"),
        ({"start": "2026-12-01T10:00:00"}, "start"),
        ({"start": "9999-12-31T23:59:59Z"}, "start"),
        ({"start": 1}, "start"),
        ({"therapist": "1"}, "therapist"),
        ({"therapist": "00000000-0000-0000-0000-000000000000"}, "therapist"),
        ({"conditions": ["gossip"]}, "conditions"),
        ({"conditions": "pregnancy"}, "conditions"),
        ({"red_flags": ["gossip"]}, "red_flags"),
        ({"policy_accepted": False}, "policy_accepted"),
        ({"client": None}, "client"),
    ],
)
def test_a_field_that_cannot_be_used_is_named(
    cast: Cast, program: Program, wish: dict[str, Any], change: dict[str, Any], field: str
) -> None:
    problem = assert_problem(program.book({**wish, **change}), 422, "invalid")
    assert {name.partition(".")[0] for name in problem["errors"]} == {field}
    assert not Appointment.objects.exists()


@pytest.mark.parametrize(
    ("person", "field"),
    [
        ({"first_name": "", "last_name": "\u200b"}, "first_name"),
        ({"first_name": "N" * 10_000}, "first_name"),
        ({"last_name": "Va\x00le"}, "last_name"),
        ({"last_name": "Va\r\nle"}, "last_name"),
        ({"last_name": "\ud800"}, "last_name"),
        ({"email": "nora"}, "email"),
        ({"email": "al\u0131@example.org"}, "email"),
        ({"email": ""}, "email"),
        ({"phone": "call me"}, "phone"),
        ({"first_name": 7}, "first_name"),
    ],
)
def test_a_person_is_checked_as_on_the_page(
    cast: Cast, program: Program, wish: dict[str, Any], person: dict[str, Any], field: str
) -> None:
    sent = {**wish, "client": {**wish["client"], **person}}
    assert list(assert_problem(program.book(sent), 422, "invalid")["errors"]) == [f"client.{field}"]


def test_everything_wrong_is_named_at_once(cast: Cast, program: Program, wish: dict[str, Any]) -> None:
    sent = {**wish, "service": "nope", "start": "soon", "policy_accepted": False, "conditions": ["gossip"]}
    problem = assert_problem(program.book(sent), 422, "invalid")
    assert set(problem["errors"]) == {"service", "start", "policy_accepted", "conditions"}


@pytest.mark.parametrize(("hour", "minute"), [(3, 0), (10, 7), (21, 0)])
def test_a_time_that_is_not_offered_is_an_invalid_start(
    cast: Cast, program: Program, wish: dict[str, Any], hour: int, minute: int
) -> None:
    problem = assert_problem(program.book({**wish, "start": start_as_text(cast.at(hour, minute))}), 422, "invalid")
    assert "start" in problem["errors"]
    assert problem["alternatives"]


@pytest.mark.parametrize("start", ["2020-01-01T10:00:00Z", "2190-01-01T10:00:00+01:00"])
def test_a_time_of_the_past_or_far_off_is_an_invalid_start(
    cast: Cast, program: Program, wish: dict[str, Any], start: str
) -> None:
    assert "start" in assert_problem(program.book({**wish, "start": start}), 422, "invalid")["errors"]


@pytest.mark.parametrize("name", ["Zoë 🌿", "محمد", "<script>alert(1)</script>", "{{ 7*7 }}"])
def test_every_name_is_welcome(cast: Cast, program: Program, wish: dict[str, Any], name: str) -> None:
    assert program.book({**wish, "client": {**wish["client"], "first_name": name}}).status_code == 201
    assert Appointment.objects.get().client.first_name == name


@pytest.mark.invariant("I10")
def test_the_answer_and_the_log_hold_no_health_answer(
    cast: Cast, program: Program, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    booked = program.book(wish_for(cast, cast.hot_stone, conditions=["heart-disease"]))
    assert b"heart-disease" not in booked.content
    program.book(wish_for(cast, cast.hot_stone, conditions=["pregnancy"]))
    logged = [record.getMessage() for record in caplog.records if record.name != "django.db.backends"]
    assert not [line for line in logged if "heart-disease" in line or "pregnancy" in line]


def test_a_price_that_is_higher_by_now_is_refused_and_named(cast: Cast, program: Program, wish: dict[str, Any]) -> None:
    seen = {**wish, "price": "72.00", "currency": "EUR", "minutes": 60}
    Service.objects.filter(pk=cast.regular.pk).update(price=89)
    refused = assert_problem(program.book(seen, key="one"), 409, "price_changed")
    assert (refused["price"], refused["currency"], refused["minutes"]) == ("89.00", "EUR", 60)
    assert not Appointment.objects.exists()
    # Accepted: the same key, because nothing was booked under it.
    booked = program.book({**seen, "price": refused["price"]}, key="one")
    assert booked.status_code == 201
    assert (booked.json()["price"], booked.json()["minutes"]) == ("89.00", 60)


def test_another_length_is_refused_and_a_lower_price_is_booked(
    cast: Cast, program: Program, wish: dict[str, Any]
) -> None:
    refused = assert_problem(program.book({**wish, "minutes": 90}), 409, "length_changed")
    assert refused["minutes"] == 60
    assert program.book({**wish, "price": "99"}).json()["price"] == "72.00"


@pytest.mark.parametrize("field", [{"price": "-1"}, {"price": "NaN"}, {"price": "1e99"}, {"currency": "EUROS"}])
def test_a_price_that_is_none_is_named(program: Program, wish: dict[str, Any], field: dict[str, str]) -> None:
    assert list(assert_problem(program.book({**wish, **field}), 422, "invalid")["errors"]) == list(field)
    assert not Appointment.objects.exists()


def test_a_move_may_name_what_it_saw(cast: Cast, program: Program, wish: dict[str, Any]) -> None:
    booked = program.book(wish)
    where = {"start": start_as_text(cast.at(14)), "minutes": 90}
    path, token = f"appointments/{booked.json()['id']}/move", token_of(booked)
    assert_problem(program.post(path, where, token=token), 409, "length_changed")
    assert program.post(path, {**where, "minutes": 60}, token=token).status_code == 200
