"""What is said after an action is true: a mail is promised only where one goes."""

import datetime as dt

import pytest
import time_machine

from booking.models import Appointment, ReminderRule, ReminderState, Status
from tests.booking.appointments.test_book import booked
from tests.booking.desk.test_booking import form
from tests.booking.website.visitor import Visitor
from tests.fixtures.browser import Browser
from tests.fixtures.cast import Cast


def said(browser: Browser, path: str, sent: dict[str, object]) -> str:
    """The messages on the page after an action."""
    page = browser.post(path, sent, follow=True)
    return " ".join(str(each) for each in page.context["messages"])


def confirmation(appointment: Appointment) -> str:
    """What became of its confirmation."""
    return appointment.reminders.get(kind="confirmation", revision=appointment.revision).state


def test_a_booking_that_is_confirmed_by_mail_says_so(cast: Cast, desk: Browser) -> None:
    words = said(desk, "/desk/book/", form(cast))
    assert "The confirmation goes out" in words
    assert "10:00, Mira Feld." in words, "whoever left the choice of therapist to us must read who it is"
    assert confirmation(Appointment.objects.get()) == ReminderState.DUE


def test_a_request_is_not_said_to_be_booked(cast: Cast, desk: Browser) -> None:
    sent = form(cast, service=cast.hot_stone.slug, safety="some", conditions=["anticoagulants"])
    words = said(desk, "/desk/book/", sent)
    appointment = Appointment.objects.get()
    assert appointment.status == Status.REQUESTED
    assert "Requested" in words
    assert "confirmation" not in words.lower()
    assert "Booked" not in words


def test_an_appointment_that_has_begun_promises_no_mail(cast: Cast, desk: Browser) -> None:
    start, sent = cast.at(10), form(cast, override="on", override_reason="They are here already")
    with time_machine.travel(start + dt.timedelta(minutes=20), tick=False):
        desk.force_login(cast.owner)
        words = said(desk, "/desk/book/", sent)
    assert Appointment.objects.get().starts_at == start
    assert "goes out by itself" not in words
    assert "No mail goes out." in words


def test_a_client_without_an_address_is_somebodys_to_tell(cast: Cast, desk: Browser) -> None:
    cast.ana.email = ""
    cast.ana.save()
    assert "please tell them yourself" in said(desk, "/desk/book/", form(cast))


def test_an_undo_of_which_nobody_heard_is_not_said_to_be_told(cast: Cast, desk: Browser) -> None:
    appointment = booked(cast, client=cast.ana)
    words = said(
        desk,
        f"/desk/appointments/{appointment.public_id}/cancel/",
        {"who": "practice", "reason": "typed the wrong day"},
    )
    appointment.refresh_from_db()
    told = appointment.reminders.get(kind="cancelled")
    assert (appointment.status, told.state) == (Status.CANCELLED, ReminderState.SKIPPED)
    assert "The client is told." not in words
    assert "No mail goes out." in words


def test_a_move_is_told_by_the_mail_that_it_owes(cast: Cast, desk: Browser) -> None:
    ReminderRule.objects.filter(kind="confirmation").update(active=False)
    appointment = booked(cast, client=cast.ana)
    sent: dict[str, object] = {
        "therapist": str(cast.mira.public_id),
        "day": cast.day().isoformat(),
        "time": "14:00",
    }
    assert "The client is told." in said(desk, f"/desk/appointments/{appointment.public_id}/move/", sent)
    appointment.refresh_from_db()
    assert appointment.reminders.get(kind="moved", revision=1).state == ReminderState.DUE


@pytest.mark.parametrize("active", [True, False])
def test_the_page_after_booking_promises_a_mail_only_where_one_goes(cast: Cast, client: Browser, active: bool) -> None:
    ReminderRule.objects.filter(kind="confirmation").update(active=active)
    visitor = Visitor(client)
    visitor.answers(cast.regular)
    done = visitor.follow(visitor.books(cast.regular, cast.at(10), cast.mira)).content.decode()
    assert "You are booked" in done
    assert ("nora@example.org" in done) == active
