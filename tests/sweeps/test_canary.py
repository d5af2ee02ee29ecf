"""A marked word in every health answer, and then a look everywhere it must not be (I10)."""

import logging

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone

from booking.appointments.screening import SafetyAnswers
from booking.models import Reminder, ReminderState
from booking.reminders.calendar_file import calendar_file
from booking.website import booking_session
from clients.intake.actions import submit_intake
from clients.models import IntakeRequest
from clinic.models import AccessEvent, OutgoingMail, Practice
from tests.booking.appointments.test_book import booked
from tests.booking.website.visitor import Visitor
from tests.clients.answers import SORE_BACK, health
from tests.clients.steps import fill, opened
from tests.fixtures.browser import Browser
from tests.fixtures.cast import Cast
from tests.sweeps.test_every_url import addresses
from tests.sweeps.test_reading_changes_nothing import due_now

CANARY = "zanzibarine"
# Conditions that leave their mark by slug and by name wherever they are written.
SLUGS = ("multiple-sclerosis", "epilepsy")
MARKS = (CANARY, "multiple-sclerosis", "multiple sclerosis", "epilepsy")


def marks_in(text: str) -> list[str]:
    """Which of the marked words a text holds."""
    return [mark for mark in MARKS if mark in text.lower()]


@pytest.fixture
def told(cast: Cast) -> Cast:
    """Cara has booked with marked answers, and has filled an intake full of them."""
    appointment = booked(cast, answers=SafetyAnswers(conditions=frozenset(SLUGS)))
    row = IntakeRequest.objects.get(appointment=appointment.public_id)
    words = {name: f"{CANARY} {name}" for name in ("medicines", "allergies", "surgery")}
    where = {**SORE_BACK["where"], "areas_to_avoid": f"{CANARY} places"}
    goal = {**SORE_BACK["goal"], "goals": f"{CANARY} goals"}
    submit_intake(fill(row, health=health(*SLUGS, **words), where=where, goal=goal))
    return cast


@pytest.mark.invariant("I10")
def test_no_mail_subject_or_calendar_file_holds_a_health_answer(told: Cast) -> None:
    Reminder.objects.filter(state=ReminderState.DUE).update(due_at=timezone.now())
    due_now()
    mails = list(OutgoingMail.objects.all())
    assert len(mails) >= 3
    for mail in mails:
        everything = "\n".join((mail.subject, mail.text, mail.html, mail.calendar, str(mail.headers), mail.to_name))
        assert not marks_in(everything), mail.kind
    appointment = Reminder.objects.select_related("appointment").first()
    assert appointment is not None
    assert not marks_in(calendar_file(appointment.appointment, Practice.current(), method="PUBLISH"))


@pytest.mark.invariant("I10")
def test_no_public_page_and_no_access_log_holds_a_health_answer(told: Cast) -> None:
    browser = Browser()
    for name, address in addresses().items():
        if not name.startswith(("booking:desk", "api:")) and "questions" not in name:
            page = browser.get(address, follow=True)
            assert CANARY not in page.content.decode(errors="replace").lower(), name
    for event in AccessEvent.objects.all():
        assert not marks_in(f"{event.actor} {event.action} {event.noun}")


@pytest.mark.invariant("I10")
def test_no_address_log_line_or_readable_session_holds_a_health_answer(
    cast: Cast, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        visitor = Visitor(Browser())
        page = visitor.follow(visitor.answers(cast.hot_stone, *SLUGS))
        assert page.status_code == 200, "the answers are taken"
        appointment = booked(cast)
        row = IntakeRequest.objects.get(appointment=appointment.public_id)
        browser = opened(row)
        typed = {**SORE_BACK["goal"], "goals": CANARY, "tips_by_mail": "yes"}
        answer = browser.post(f"/intake/{row.public_id}/goal/", typed)
        assert answer.status_code == 302
        addresses_seen = [*visitor.addresses, answer["Location"]]
    row.refresh_from_db()
    assert CANARY in str(row.answers)  # the answer did arrive
    assert not [address for address in addresses_seen if marks_in(address)]
    own = [record for record in caplog.records if not record.name.startswith(("django.db", "hypothesis"))]
    assert not [record for record in own if marks_in(record.getMessage())]
    # What is typed at booking lies in the visitor's own session until it is booked, and nowhere else in it.
    sessions = [session.get_decoded() for session in Session.objects.all()]
    assert any(marks_in(str(held.get(booking_session.SESSION_KEY, ""))) for held in sessions), "else this finds nothing"
    assert not [
        held
        for held in sessions
        if marks_in(str({name: held[name] for name in held if name != booking_session.SESSION_KEY}))
    ]
