"""What is said after an action is true: a mail is promised only where one goes."""

import datetime as dt

import pytest
import time_machine
from django.test import Client as Browser

from booking.models import Appointment, ReminderRule
from booking.models.appointment import Status
from booking.models.reminder import ReminderState
from tests.booking.desk.test_booking import form
from tests.booking.public.visitor import Visitor
from tests.booking.test_book import booked
from tests.fixtures.cast import House


def said(browser: Browser, path: str, sent: dict[str, object]) -> str:
    """The messages on the page after an action."""
    page = browser.post(path, sent, follow=True)
    return " ".join(str(each) for each in page.context["messages"])


def confirmation(visit: Appointment) -> str:
    """What became of its confirmation."""
    return visit.reminders.get(kind="confirmation", revision=visit.revision).state


def test_a_booking_that_is_confirmed_by_mail_says_so(house: House, desk: Browser) -> None:
    assert "The confirmation goes out" in said(desk, "/desk/book/", form(house))
    assert confirmation(Appointment.objects.get()) == ReminderState.DUE


def test_a_request_is_not_said_to_be_booked(house: House, desk: Browser) -> None:
    sent = form(house, service=house.hot_stone.slug, safety="some", conditions=["anticoagulants"])
    words = said(desk, "/desk/book/", sent)
    visit = Appointment.objects.get()
    assert visit.status == Status.REQUESTED
    assert "Requested" in words
    assert "confirmation" not in words.lower()
    assert "Booked" not in words


def test_an_appointment_that_has_begun_promises_no_mail(house: House, desk: Browser) -> None:
    start, sent = house.at(10), form(house, override="on", override_reason="They are here already")
    with time_machine.travel(start + dt.timedelta(minutes=20), tick=False):
        desk.force_login(house.owner)
        words = said(desk, "/desk/book/", sent)
    assert Appointment.objects.get().starts_at == start
    assert "goes out by itself" not in words
    assert "No mail goes out." in words


def test_a_client_without_an_address_is_somebodys_to_tell(house: House, desk: Browser) -> None:
    house.ana.email = ""
    house.ana.save()
    assert "please tell them yourself" in said(desk, "/desk/book/", form(house))


def test_an_undo_of_which_nobody_heard_is_not_said_to_be_told(house: House, desk: Browser) -> None:
    visit = booked(house, client=house.ana)
    words = said(desk, f"/desk/visits/{visit.public_id}/cancel/", {"reason": "typed the wrong day"})
    visit.refresh_from_db()
    told = visit.reminders.get(kind="cancelled")
    assert (visit.status, told.state) == (Status.CANCELLED, ReminderState.SKIPPED)
    assert "The client is told." not in words
    assert "No mail goes out." in words


def test_a_move_is_told_by_the_mail_that_it_owes(house: House, desk: Browser) -> None:
    ReminderRule.objects.filter(kind="confirmation").update(active=False)
    visit = booked(house, client=house.ana)
    sent: dict[str, object] = {
        "therapist": str(house.mira.public_id),
        "day": house.day().isoformat(),
        "time": "14:00",
    }
    assert "The client is told." in said(desk, f"/desk/visits/{visit.public_id}/move/", sent)
    visit.refresh_from_db()
    assert visit.reminders.get(kind="moved", revision=1).state == ReminderState.DUE


@pytest.mark.parametrize("active", [True, False])
def test_the_page_after_booking_promises_a_mail_only_where_one_goes(
    house: House, client: Browser, active: bool
) -> None:
    ReminderRule.objects.filter(kind="confirmation").update(active=active)
    visitor = Visitor(client)
    visitor.answers(house.regular)
    done = visitor.follow(visitor.books(house.regular, house.at(10), house.mira)).content.decode()
    assert "You are booked" in done
    assert ("nora@example.org" in done) == active
