"""POST move and cancel: with the token of the manage_url, within the client's rules."""

import datetime as dt
import uuid
from typing import Any

import pytest
import time_machine

from booking.appointments.selection import start_as_text
from booking.models import Appointment
from clinic.models import LinkPurpose
from clinic.web.links import mint_link
from tests.booking.api.conftest import Program, assert_problem, token_of
from tests.fixtures.cast import Cast


@pytest.fixture
def booked(program: Program, wish: dict[str, Any]) -> Any:
    """The answer to a booking."""
    return program.book(wish)


def path(booked: Any, what: str) -> str:
    """The address of a change."""
    return f"appointments/{booked.json()['id']}/{what}"


def test_an_appointment_moves_and_stays_the_same_appointment(cast: Cast, program: Program, booked: Any) -> None:
    answer = program.post(path(booked, "move"), {"start": start_as_text(cast.at(13))}, token=token_of(booked))
    assert answer.status_code == 200
    moved = answer.json()
    assert dt.datetime.fromisoformat(moved["start"]) == cast.at(13)
    assert (moved["id"], moved["manage_url"]) == (booked.json()["id"], booked.json()["manage_url"])
    assert Appointment.objects.get().revision == 1


def test_an_appointment_is_cancelled_with_its_reason(cast: Cast, program: Program, booked: Any) -> None:
    answer = program.post(path(booked, "cancel"), {"reason": "A cold"}, token=token_of(booked))
    assert (answer.status_code, answer.json()["status"]) == (200, "cancelled")
    assert Appointment.objects.get().reason == "A cold"


def test_cancelling_twice_is_not_possible(program: Program, booked: Any) -> None:
    program.post(path(booked, "cancel"), {"reason": "A cold"}, token=token_of(booked))
    again = program.post(path(booked, "cancel"), {"reason": "Another"}, token=token_of(booked))
    assert_problem(again, 409, "not_possible")
    assert Appointment.objects.get().reason == "A cold"


@pytest.mark.parametrize("what", ["move", "cancel"])
def test_after_the_cutoff_it_is_too_late(cast: Cast, program: Program, booked: Any, what: str) -> None:
    with time_machine.travel(cast.at(10) - dt.timedelta(hours=23), tick=False):
        body = {"start": start_as_text(cast.at(13))} if what == "move" else {}
        assert_problem(program.post(path(booked, what), body, token=token_of(booked)), 409, "too_late")
    appointment = Appointment.objects.get()
    assert (appointment.revision, appointment.starts_at) == (0, cast.at(10))


def test_a_taken_time_answers_with_times_that_are_free(cast: Cast, program: Program, booked: Any) -> None:
    appointment = Appointment.objects.get()
    cast.appointment(cast.at(11, 30), therapist=appointment.therapist, client=cast.ben, room=cast.blue_room)
    start = start_as_text(cast.at(11))
    problem = assert_problem(
        program.post(path(booked, "move"), {"start": start}, token=token_of(booked)), 409, "slot_taken"
    )
    assert problem["alternatives"]


@pytest.mark.parametrize("start", ["soon", "", "2026-12-01T10:00:00", "a\x00"])
def test_a_start_that_cannot_be_read_is_named(program: Program, booked: Any, start: str) -> None:
    problem = assert_problem(
        program.post(path(booked, "move"), {"start": start}, token=token_of(booked)), 422, "invalid"
    )
    assert list(problem["errors"]) == ["start"]


def test_a_reason_that_is_too_long_is_named(program: Program, booked: Any) -> None:
    answer = program.post(path(booked, "cancel"), {"reason": "x" * 301}, token=token_of(booked))
    assert list(assert_problem(answer, 422, "invalid")["errors"]) == ["reason"]


@pytest.mark.invariant("I8")
@pytest.mark.parametrize("token", ["", "wrong", "x" * 5000])
@pytest.mark.parametrize("what", ["move", "cancel"])
def test_without_its_token_nothing_opens(cast: Cast, program: Program, booked: Any, what: str, token: str) -> None:
    body = {"start": start_as_text(cast.at(13))}
    for address in (path(booked, what), f"appointments/{uuid.uuid4()}/{what}"):
        refused = program.post(address, body, token=token)
        assert_problem(refused, 401, "unauthorized")
        assert refused["WWW-Authenticate"].startswith("Bearer")
    assert Appointment.objects.get().revision == 0


@pytest.mark.invariant("I8")
@pytest.mark.parametrize("what", ["move", "cancel"])
def test_the_token_of_another_appointment_finds_nothing(cast: Cast, program: Program, booked: Any, what: str) -> None:
    other = cast.appointment(cast.at(15))
    address = f"appointments/{other.public_id}/{what}"
    refused = program.post(address, {"start": start_as_text(cast.at(13))}, token=token_of(booked))
    assert_problem(refused, 404, "not_found")
    other.refresh_from_db()
    assert (other.revision, other.starts_at) == (0, cast.at(15))


@pytest.mark.invariant("I8")
def test_a_token_of_another_purpose_opens_nothing(program: Program, booked: Any) -> None:
    appointment = Appointment.objects.get()
    token = mint_link(purpose=LinkPurpose.INTAKE, subject=appointment.public_id, lasts=dt.timedelta(days=1))
    assert_problem(program.post(path(booked, "cancel"), {}, token=token), 401, "unauthorized")
    assert Appointment.objects.get().status == appointment.status
