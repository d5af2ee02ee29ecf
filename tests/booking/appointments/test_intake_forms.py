"""Which intake a service asks for: the whole one, a short one, or none beyond the safety question."""

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone

from booking.appointments.booking_request import PersonDetails
from booking.appointments.screening import SafetyAnswers
from booking.desk.calendar.intake_state import IntakePair, IntakeState
from booking.errors import NotSuitable
from booking.models import Appointment, Reminder, ReminderState, Service
from clients.intake.actions import submit_intake
from clients.models import Client, IntakeRequest
from tests.booking.website.visitor import Visitor, page_text
from tests.clients.steps import fill
from tests.fixtures.actions import book
from tests.fixtures.browser import Browser
from tests.fixtures.cast import Cast


def booked(cast: Cast, form: str, **changes: Any) -> Appointment:
    """Ana books a regular massage whose service asks for this form."""
    Service.objects.filter(pk=cast.regular.pk).update(form=form)
    wish: dict[str, Any] = {
        "service": Service.objects.get(pk=cast.regular.pk),
        "start": cast.at(10),
        "therapist": cast.mira,
        "client": cast.ana,
        "answers": SafetyAnswers(),
        "policy_accepted": True,
        "via": Appointment.Via.WEB,
    }
    return book(**{**wish, **changes})


def asked_for(appointment: Appointment) -> list[bool]:
    """Of each intake asked for with an appointment, whether it is short."""
    return list(IntakeRequest.objects.filter(appointment=appointment.public_id).values_list("short", flat=True))


@pytest.mark.parametrize(("form", "asked"), [("full", [False]), ("short", [True]), ("none", [])])
def test_a_service_asks_for_its_own_form(cast: Cast, form: str, asked: list[bool]) -> None:
    assert asked_for(booked(cast, form)) == asked


def test_nobody_is_reminded_of_an_intake_that_is_not_asked(cast: Cast) -> None:
    reminder = Reminder.objects.get(appointment=booked(cast, "none"), kind="intake-missing")
    assert (reminder.state, reminder.skip_reason) == (ReminderState.SKIPPED, "This service asks for no intake.")


@pytest.mark.invariant("I6")
def test_the_safety_question_is_asked_all_the_same(cast: Cast) -> None:
    with pytest.raises(NotSuitable):
        booked(cast, "none", answers=SafetyAnswers(conditions=frozenset({"skin-infection-spreading"})))


def given(appointment: Appointment) -> IntakeRequest:
    """The short intake of an appointment, filled and sent."""
    row = fill(IntakeRequest.objects.get(appointment=appointment.public_id))
    submit_intake(row)
    return row


def test_a_short_intake_is_enough_for_the_next_short_one_but_not_for_a_whole_one(cast: Cast) -> None:
    given(booked(cast, "short"))
    day = dt.timedelta(days=1)
    assert asked_for(booked(cast, "short", start=cast.at(10) + day)) == []
    assert asked_for(booked(cast, "full", start=cast.at(13) + day)) == [False]


def test_a_whole_intake_is_enough_for_a_short_one(cast: Cast) -> None:
    row = given(booked(cast, "short"))
    IntakeRequest.objects.filter(pk=row.pk).update(short=False)
    assert asked_for(booked(cast, "short", start=cast.at(13))) == []
    assert asked_for(booked(cast, "full", start=cast.at(15))) == []


def test_the_desk_does_not_miss_what_was_not_asked(cast: Cast, client: Browser) -> None:
    client.force_login(cast.owner)
    appointment = booked(cast, "none")
    assert IntakePair().state(last_appointment=None, asked=False) == IntakeState.UNASKED
    assert IntakePair().state(last_appointment=None) == IntakeState.MISSING
    for page in (f"/desk/?day={cast.day().isoformat()}", f"/desk/appointments/{appointment.public_id}/"):
        text = client.get(page).content.decode()
        assert "No intake asked" in text
        assert "Intake missing" not in text


def test_the_page_after_booking_asks_for_nothing_more(cast: Cast, client: Browser) -> None:
    Service.objects.update(form="none")
    visitor = Visitor(client)
    appointment = visitor.has_booked(cast.regular, cast.at(10))
    for address in (f"/book/done/{appointment.public_id}/", f"/appointment/{appointment.public_id}/"):
        assert "intake" not in page_text(visitor.get(address)).lower()


def test_the_page_after_booking_says_that_it_is_short(cast: Cast, client: Browser) -> None:
    Service.objects.update(form="short")
    visitor = Visitor(client)
    appointment = visitor.has_booked(cast.regular, cast.at(10))
    assert "about two minutes" in page_text(visitor.get(f"/book/done/{appointment.public_id}/"))
    assert "about two minutes" in page_text(visitor.get(f"/appointment/{appointment.public_id}/"))


def test_a_person_without_a_file_is_asked_as_the_service_says(cast: Cast) -> None:
    appointment = booked(
        cast, "short", client=PersonDetails(first_name="Cara", last_name="Novak", email="cara@example.org")
    )
    assert asked_for(appointment) == [True]
    assert Client.objects.filter(email="cara@example.org", created_at__lte=timezone.now()).exists()
