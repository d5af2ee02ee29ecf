"""An emergency or doctor-first answer: in the way at the desk, and no reminder goes out, until it is seen to."""

import datetime as dt

import pytest
from django.test import Client as Browser
from django.utils import timezone

from booking.models import Appointment, Reminder
from booking.models.reminder import ReminderState
from booking.reminders.scheduling import schedule_reminders
from booking.reminders.sweep import sweep_reminders
from clients.actions import see_intake
from clients.models import Client, Intake, IntakeSeen
from clinic.models import AccessEvent, MailState, OutgoingMail
from tests.fixtures.cast import House

BANNER = "I have seen to it"


def answered(client: Client, triage: str, **more: object) -> Intake:
    """An intake with such an answer, past the pages."""
    flag = "ces-saddle-numbness" if triage == "emergency" else "weight-loss"
    return Intake.objects.create(client=client, catalogue_version="1", red_flags=[flag], triage=triage, **more)


def pages(house: House) -> list[str]:
    """The day, the visit and the client's file."""
    visit = Appointment.objects.get()
    return ["/desk/?who=all", f"/desk/visits/{visit.public_id}/", f"/desk/clients/{house.ana.public_id}/"]


@pytest.mark.invariant("I7")
@pytest.mark.parametrize(("triage", "words"), [("emergency", "Emergency answer"), ("doctor-before-massage", "Doctor")])
def test_the_banner_stands_on_day_visit_and_file_until_somebody_ticks_it(
    house: House, desk: Browser, triage: str, words: str
) -> None:
    house.visit(house.at(10))
    intake = answered(house.ana, triage)
    for page in pages(house):
        shown = desk.get(page).content.decode()
        assert BANNER in shown, page
        assert words in shown
        assert str(house.ana) in shown
    back = pages(house)[1]
    assert desk.post(f"/desk/intakes/{intake.public_id}/seen/", {"next": back}).headers["Location"] == back
    for page in pages(house):
        assert BANNER not in desk.get(page).content.decode(), page
    assert (intake.seen.by, IntakeSeen.objects.count()) == (house.owner, 1)
    assert AccessEvent.objects.filter(user=house.owner, noun="intake", action="change").count() == 1


def test_an_answer_that_asks_for_nothing_has_no_banner(house: House, desk: Browser) -> None:
    house.visit(house.at(10))
    answered(house.ana, "ok")
    answered(house.ben, "caution")
    for page in pages(house):
        assert BANNER not in desk.get(page).content.decode()


def test_a_file_shows_only_its_own_and_an_erased_one_none(house: House, desk: Browser) -> None:
    house.visit(house.at(10))
    answered(house.ben, "emergency")
    day, *others = pages(house)
    assert BANNER in desk.get(day).content.decode()
    for page in others:
        assert BANNER not in desk.get(page).content.decode()
    Client.objects.filter(pk=house.ben.pk).update(erased_at=timezone.now())
    assert BANNER not in desk.get(day).content.decode()


def test_the_first_to_see_to_it_stays(house: House) -> None:
    intake = answered(house.ana, "emergency")
    assert house.mira.user is not None
    see_intake(intake, by=house.mira.user)
    see_intake(intake, by=house.owner)
    assert IntakeSeen.objects.get().by == house.mira.user


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example/", ""])
def test_ticking_leads_nowhere_else(house: House, desk: Browser, elsewhere: str) -> None:
    intake = answered(house.ana, "emergency")
    sent = desk.post(f"/desk/intakes/{intake.public_id}/seen/", {"next": elsewhere})
    assert sent.headers["Location"] == f"/desk/clients/{house.ana.public_id}/"


@pytest.mark.invariant("I8")
def test_a_client_cannot_tick_it(house: House, client: Browser) -> None:
    intake = answered(house.ana, "emergency")
    client.force_login(type(house.owner).objects.create_user("stranger@example.org"))
    assert client.post(f"/desk/intakes/{intake.public_id}/seen/").status_code == 404
    assert not IntakeSeen.objects.exists()


def due(house: House, kind: str) -> Reminder:
    """A reminder of Ana's visit that is due now."""
    visit = house.visit(house.at(10))
    schedule_reminders(visit, now=timezone.now() - dt.timedelta(days=1))
    reminder = visit.reminders.get(kind=kind)
    Reminder.objects.filter(pk=reminder.pk).update(state=ReminderState.DUE, skip_reason="", due_at=timezone.now())
    visit.reminders.exclude(pk=reminder.pk).delete()
    return reminder


@pytest.mark.invariant("I7")
@pytest.mark.parametrize("kind", ["reminder-48h", "reminder-24h", "intake-missing"])
@pytest.mark.parametrize(
    ("triage", "why"),
    [
        ("emergency", "Emergency answers: call the client."),
        ("doctor-before-massage", "Doctor first: call the client."),
    ],
)
def test_no_reminder_goes_on_as_if_nothing_were(house: House, kind: str, triage: str, why: str) -> None:
    reminder = due(house, kind)
    answered(house.ana, triage)
    # A newer answer without a warning sign does not see to the older one.
    answered(house.ana, "ok", given_at=timezone.now() + dt.timedelta(seconds=1))
    sweep_reminders()
    reminder.refresh_from_db()
    assert (reminder.state, reminder.skip_reason) == (ReminderState.SKIPPED, why)
    assert not OutgoingMail.objects.exists()


def test_once_it_is_seen_to_reminders_go_again(house: House) -> None:
    reminder = due(house, "reminder-48h")
    see_intake(answered(house.ana, "emergency"), by=house.owner)
    sweep_reminders()
    reminder.refresh_from_db()
    assert reminder.state == ReminderState.DONE


def test_another_clients_emergency_stops_nothing(house: House) -> None:
    reminder = due(house, "reminder-48h")
    answered(house.ben, "emergency")
    sweep_reminders()
    reminder.refresh_from_db()
    assert reminder.state == ReminderState.DONE


def test_a_reminder_that_already_waits_to_be_sent_is_withdrawn(house: House) -> None:
    due(house, "reminder-48h")
    sweep_reminders()
    mail = OutgoingMail.objects.get()
    assert mail.state == MailState.QUEUED
    answered(house.ana, "emergency")
    sweep_reminders()
    mail.refresh_from_db()
    assert mail.state == MailState.WITHDRAWN
