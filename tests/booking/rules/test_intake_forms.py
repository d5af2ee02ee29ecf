"""Which intake a service asks for: the whole one, a short one, or none beyond the safety question."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client as Browser
from django.utils import timezone

from booking.actions import Answers, Person, book
from booking.errors import NotSuitable
from booking.models import Appointment, Reminder, Service
from booking.models.reminder import ReminderState
from booking.views.desk.intakes import Given, IntakeState
from clients.actions import save_step, submit_intake
from clients.catalogue import current
from clients.models import Client, IntakeRequest
from tests.booking.public.visitor import Visitor, said
from tests.clients.answers import SORE_BACK, consented
from tests.fixtures.cast import House

SHORT = ("where", "feel", "signs", "today", "body", "long-term", "words")


def booked(house: House, form: str, **changes: Any) -> Appointment:
    """Ana books a regular massage whose service asks for this form."""
    Service.objects.filter(pk=house.regular.pk).update(form=form)
    wish: dict[str, Any] = {
        "service": Service.objects.get(pk=house.regular.pk),
        "start": house.at(10),
        "therapist": house.mira,
        "client": house.ana,
        "answers": Answers(),
        "policy_accepted": True,
        "via": Appointment.Via.WEB,
    }
    return book(**{**wish, **changes})


def asked_for(visit: Appointment) -> list[bool]:
    """Of each intake asked for with a visit, whether it is short."""
    return list(IntakeRequest.objects.filter(visit=visit.public_id).values_list("short", flat=True))


@pytest.mark.parametrize(("form", "asked"), [("full", [False]), ("short", [True]), ("none", [])])
def test_a_service_asks_for_its_own_form(house: House, form: str, asked: list[bool]) -> None:
    assert asked_for(booked(house, form)) == asked


def test_nobody_is_reminded_of_an_intake_that_is_not_asked(house: House) -> None:
    reminder = Reminder.objects.get(appointment=booked(house, "none"), kind="intake-missing")
    assert (reminder.state, reminder.skip_reason) == (ReminderState.SKIPPED, "This service asks for no intake.")


@pytest.mark.invariant("I6")
def test_the_safety_question_is_asked_all_the_same(house: House) -> None:
    with pytest.raises(NotSuitable):
        booked(house, "none", answers=Answers(conditions=frozenset({"skin-infection"})))


def given(visit: Appointment) -> IntakeRequest:
    """The short intake of a visit, filled and sent."""
    row = IntakeRequest.objects.get(visit=visit.public_id)
    signs = [each.slug for each in current().red_flags if not each.switched_off]
    for step in SHORT:
        data = {"red_flags": [], "none": True, "asked": signs} if step == "signs" else SORE_BACK[step]
        save_step(row, step=step, data=data)
    save_step(row, step="consent", data=consented())
    submit_intake(row)
    return row


def test_a_short_intake_is_enough_for_the_next_short_one_but_not_for_a_whole_one(house: House) -> None:
    given(booked(house, "short"))
    day = dt.timedelta(days=1)
    assert asked_for(booked(house, "short", start=house.at(10) + day)) == []
    assert asked_for(booked(house, "full", start=house.at(13) + day)) == [False]


def test_a_whole_intake_is_enough_for_a_short_one(house: House) -> None:
    row = given(booked(house, "short"))
    IntakeRequest.objects.filter(pk=row.pk).update(short=False)
    assert asked_for(booked(house, "short", start=house.at(13))) == []
    assert asked_for(booked(house, "full", start=house.at(15))) == []


def test_the_desk_does_not_miss_what_was_not_asked(house: House, client: Browser) -> None:
    client.force_login(house.owner)
    visit = booked(house, "none")
    assert Given().state(last_visit=None, asked=False) == IntakeState.UNASKED
    assert Given().state(last_visit=None) == IntakeState.MISSING
    for page in (f"/desk/?day={house.day().isoformat()}", f"/desk/visits/{visit.public_id}/"):
        text = client.get(page).content.decode()
        assert "No intake asked" in text
        assert "Intake missing" not in text


def test_the_page_after_booking_asks_for_nothing_more(house: House, client: Browser) -> None:
    Service.objects.update(form="none")
    visitor = Visitor(client)
    visit = visitor.has_booked(house.regular, house.at(10))
    for address in (f"/book/done/{visit.public_id}/", f"/visit/{visit.public_id}/"):
        assert "intake" not in said(visitor.get(address)).lower()


def test_the_page_after_booking_says_that_it_is_short(house: House, client: Browser) -> None:
    Service.objects.update(form="short")
    visitor = Visitor(client)
    visit = visitor.has_booked(house.regular, house.at(10))
    assert "about three minutes" in said(visitor.get(f"/book/done/{visit.public_id}/"))
    assert "about three minutes" in said(visitor.get(f"/visit/{visit.public_id}/"))


def test_a_person_without_a_file_is_asked_as_the_service_says(house: House) -> None:
    visit = booked(house, "short", client=Person(first_name="Cara", last_name="Novak", email="cara@example.org"))
    assert asked_for(visit) == [True]
    assert Client.objects.filter(email="cara@example.org", created_at__lte=timezone.now()).exists()
