"""An emergency or doctor-first answer: in the way at the desk, and no reminder goes out, until it is seen to."""

import datetime as dt
import re

import pytest
from django.utils import timezone

from booking.models import Appointment, Reminder, ReminderState
from clients.intake.acknowledgement import acknowledge_intake
from clients.models import Client, Intake, IntakeAcknowledgement
from clinic.models import AccessEvent, MailState, OutgoingMail
from tests.fixtures.actions import schedule_reminders
from tests.fixtures.browser import Browser
from tests.fixtures.cast import Cast
from tests.fixtures.sweeps import sweep_reminders

BANNER = "I have seen to it"


def answered(client: Client, triage: str, **more: object) -> Intake:
    """An intake with such an answer, past the pages."""
    flag = "ces-saddle-numbness" if triage == "emergency" else "weight-loss"
    return Intake.objects.create(client=client, catalogue_version="1", red_flags=[flag], triage=triage, **more)


def pages(cast: Cast) -> list[str]:
    """The day, the appointment and the client's file."""
    appointment = Appointment.objects.get()
    return ["/desk/?who=all", f"/desk/appointments/{appointment.public_id}/", f"/desk/clients/{cast.ana.public_id}/"]


@pytest.mark.invariant("I7")
@pytest.mark.parametrize(("triage", "words"), [("emergency", "Emergency answer"), ("doctor-before-massage", "Doctor")])
def test_the_banner_stands_on_day_appointment_and_file_until_somebody_ticks_it(
    cast: Cast, desk: Browser, triage: str, words: str
) -> None:
    cast.appointment(cast.at(10))
    intake = answered(cast.ana, triage)
    for page in pages(cast):
        shown = desk.get(page).content.decode()
        assert BANNER in shown, page
        assert words in shown
        assert str(cast.ana) in shown
    back = pages(cast)[1]
    assert desk.post(f"/desk/intakes/{intake.public_id}/seen/", {"next": back}).headers["Location"] == back
    for page in pages(cast):
        assert BANNER not in desk.get(page).content.decode(), page
    assert (intake.acknowledgement.by, IntakeAcknowledgement.objects.count()) == (cast.owner, 1)
    assert AccessEvent.objects.filter(user=cast.owner, noun="intake", action="change").count() == 1


def test_the_banner_leads_to_the_answers_and_says_when_they_come_next(cast: Cast, desk: Browser) -> None:
    cast.appointment(cast.at(15, 45, ahead=9))
    cast.appointment(cast.at(10, 15))
    answered(cast.ana, "doctor-before-massage")
    shown = desk.get("/desk/?who=all").content.decode().split("I have seen to it")[0]
    assert f'href="/desk/clients/{cast.ana.public_id}/health/"' in shown
    assert re.search(r"Comes [^<]*10:15", shown)
    assert "15:45" not in shown.split("to-see")[-1]


def test_an_answer_that_asks_for_nothing_has_no_banner(cast: Cast, desk: Browser) -> None:
    cast.appointment(cast.at(10))
    answered(cast.ana, "ok")
    answered(cast.ben, "caution")
    for page in pages(cast):
        assert BANNER not in desk.get(page).content.decode()


def test_a_file_shows_only_its_own_and_an_erased_one_none(cast: Cast, desk: Browser) -> None:
    cast.appointment(cast.at(10))
    answered(cast.ben, "emergency")
    day, *others = pages(cast)
    assert BANNER in desk.get(day).content.decode()
    for page in others:
        assert BANNER not in desk.get(page).content.decode()
    Client.objects.filter(pk=cast.ben.pk).update(erased_at=timezone.now())
    assert BANNER not in desk.get(day).content.decode()


def test_the_first_to_see_to_it_stays(cast: Cast) -> None:
    intake = answered(cast.ana, "emergency")
    assert cast.mira.user is not None
    acknowledge_intake(intake, by=cast.mira.user)
    acknowledge_intake(intake, by=cast.owner)
    assert IntakeAcknowledgement.objects.get().by == cast.mira.user


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example/", ""])
def test_ticking_leads_nowhere_else(cast: Cast, desk: Browser, elsewhere: str) -> None:
    intake = answered(cast.ana, "emergency")
    sent = desk.post(f"/desk/intakes/{intake.public_id}/seen/", {"next": elsewhere})
    assert sent.headers["Location"] == f"/desk/clients/{cast.ana.public_id}/"


@pytest.mark.invariant("I8")
def test_a_client_cannot_tick_it(cast: Cast, client: Browser) -> None:
    intake = answered(cast.ana, "emergency")
    client.force_login(type(cast.owner).objects.create_user("stranger@example.org"))
    assert client.post(f"/desk/intakes/{intake.public_id}/seen/").status_code == 404
    assert not IntakeAcknowledgement.objects.exists()


def due(cast: Cast, kind: str) -> Reminder:
    """A reminder of Ana's appointment that is due now."""
    appointment = cast.appointment(cast.at(10))
    schedule_reminders(appointment, now=timezone.now() - dt.timedelta(days=1))
    reminder = appointment.reminders.get(kind=kind)
    Reminder.objects.filter(pk=reminder.pk).update(state=ReminderState.DUE, skip_reason="", due_at=timezone.now())
    appointment.reminders.exclude(pk=reminder.pk).delete()
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
def test_no_reminder_goes_on_as_if_nothing_were(cast: Cast, kind: str, triage: str, why: str) -> None:
    reminder = due(cast, kind)
    answered(cast.ana, triage)
    # A newer answer without a warning sign does not see to the older one.
    answered(cast.ana, "ok", given_at=timezone.now() + dt.timedelta(seconds=1))
    sweep_reminders()
    reminder.refresh_from_db()
    assert (reminder.state, reminder.skip_reason) == (ReminderState.SKIPPED, why)
    assert not OutgoingMail.objects.exists()


def test_once_it_is_seen_to_reminders_go_again(cast: Cast) -> None:
    reminder = due(cast, "reminder-48h")
    acknowledge_intake(answered(cast.ana, "emergency"), by=cast.owner)
    sweep_reminders()
    reminder.refresh_from_db()
    assert reminder.state == ReminderState.DONE


def test_another_clients_emergency_stops_nothing(cast: Cast) -> None:
    reminder = due(cast, "reminder-48h")
    answered(cast.ben, "emergency")
    sweep_reminders()
    reminder.refresh_from_db()
    assert reminder.state == ReminderState.DONE


def test_a_reminder_that_already_waits_to_be_sent_is_withdrawn(cast: Cast) -> None:
    due(cast, "reminder-48h")
    sweep_reminders()
    mail = OutgoingMail.objects.get()
    assert mail.state == MailState.QUEUED
    answered(cast.ana, "emergency")
    sweep_reminders()
    mail.refresh_from_db()
    assert mail.state == MailState.WITHDRAWN
