"""The ready role of the front desk, on the pages where a health answer or a note could stand."""

import pytest
from django.urls import reverse

from booking.appointments.session_notes import NoteText
from booking.models import Appointment
from clients.intake.actions import submit_intake
from clients.models import IntakeRequest
from clinic.accounts.roles import give_role
from clinic.models import Role, User
from tests.booking.appointments.test_book import booked
from tests.clients.answers import health
from tests.clients.steps import fill
from tests.fixtures.actions import save_note
from tests.fixtures.browser import Browser
from tests.fixtures.cast import PASSWORD, Cast

MARKED = "quincuncially"


@pytest.fixture
def appointment(cast: Cast) -> Appointment:
    """A session with a note and answers, each with a marked word."""
    made = booked(cast, therapist=cast.jonas)
    answers = health(**{name: f"{MARKED} {name}" for name in ("medicines", "allergies", "surgery")})
    submit_intake(fill(IntakeRequest.objects.get(appointment=made.public_id), health=answers))
    save_note(made, text=NoteText(subjective=f"{MARKED} in the neck", plan="rest"))
    return made


@pytest.mark.invariant("I10")
def test_the_front_desk_works_with_the_calendar_and_reads_no_answer_and_no_note(
    cast: Cast, appointment: Appointment
) -> None:
    frida = User.objects.create_user("frida@stillwater.example", PASSWORD, name="Frida")
    give_role(frida, Role.FRONT_DESK)
    day = appointment.starts_at.astimezone(cast.zone).date()
    pages = [
        f"{reverse('booking:desk')}?day={day}&who=all",
        reverse("booking:desk-week"),
        reverse("booking:desk-clients"),
        reverse("booking:desk-client", args=[appointment.client.public_id]),
        reverse("booking:desk-appointment", args=[appointment.public_id]),
        reverse("booking:desk-messages"),
    ]
    shown = {}
    for who in (User.objects.get(pk=frida.pk), User.objects.get(therapist=cast.jonas)):
        browser = Browser()
        browser.force_login(who)
        answers = [browser.get(address) for address in pages]
        assert {answer.status_code for answer in answers} == {200}
        shown[who.email] = sum(MARKED in answer.content.decode() for answer in answers)
    assert shown["frida@stillwater.example"] == 0
    assert shown["jonas@stillwater.example"] >= 1
