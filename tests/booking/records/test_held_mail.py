"""After a restore nothing goes out by itself; once a person lets it go, all that is still useful goes, nothing twice.

The real sweep and the real sender work here, on the restored database, with a mail server that counts.
"""

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone

from booking.models import Appointment, Reminder, ReminderState
from booking.records.held_mail import held_mail, release_held_mail
from clients.models import Client
from clinic.mail import delivery_status
from clinic.mail.sender import send_due
from clinic.models import MailState, OutgoingMail
from tests.booking.records.conftest import Database
from tests.booking.records.people import waiting_mail
from tests.fixtures.cast import Cast
from tests.fixtures.services import SmtpServer
from tests.fixtures.sweeps import sweep_reminders

# Owed when the backup is made: two reminders that fall due before the restore (one of an appointment that is over by
# then), one that falls due after it, and a mail that waits.
DUE, OVER, LATER = "Due", "Over", "Later"

pytestmark = pytest.mark.slow


def owing(cast: Cast, name: str, *, hour: int, due: dt.timedelta, useful: dt.timedelta) -> None:
    """A coming appointment of somebody new, with one reminder: how long from now it is due, and useful."""
    who = Client.objects.create(first_name=name, last_name="Guest", email=f"{name.lower()}@example.org")
    appointment = cast.appointment(cast.at(hour), client=who)
    now = timezone.now()
    Reminder.objects.create(
        appointment=appointment, kind="reminder-24h", revision=0, due_at=now + due, not_after=now + useful
    )


@pytest.fixture
def restored(
    transactional_db: None, cast: Cast, installed: Database, tmp_path: Path, smtp_server: SmtpServer, settings: Any
) -> Iterator[SmtpServer]:
    """A practice as it is right after a restore; gives the mail server."""
    settings.EMAIL_URL = smtp_server.url
    minute = dt.timedelta(minutes=1)
    owing(cast, DUE, hour=9, due=-minute, useful=600 * minute)
    owing(cast, OVER, hour=11, due=-3 * minute, useful=-2 * minute)
    owing(cast, LATER, hour=13, due=30 * minute, useful=600 * minute)
    waiting_mail(cast.ana)
    backup = tmp_path / "a.backup"
    call_command("backup", to=backup, stdout=StringIO())
    with installed.inside():
        call_command("restore", backup, stdout=StringIO())
        yield smtp_server


def half_an_hour_passes() -> None:
    """What is due later is due now."""
    Reminder.objects.filter(state=ReminderState.DUE).update(due_at=timezone.now())


def look_again() -> None:
    """What beat asks for each minute, and what `run_due` does, twice over."""
    for _again in range(2):
        sweep_reminders()
        send_due()
    call_command("run_due", stdout=StringIO(), stderr=StringIO())


def sent_to(smtp_server: SmtpServer) -> Counter[str]:
    """Who got how many mails, by the mail server's own word."""
    return Counter(mail.recipients[0].partition("@")[0] for mail in smtp_server.mails)


@pytest.mark.invariant("I5")
def test_nothing_goes_before_release_and_all_that_is_useful_once_after_it(restored: SmtpServer) -> None:
    look_again()
    waiting = held_mail()
    assert waiting is not None
    assert waiting.perhaps_sent == 3
    half_an_hour_passes()
    look_again()
    assert sent_to(restored) == Counter()
    assert Reminder.objects.filter(state=ReminderState.DUE).count() >= 3
    assert release_held_mail(send_old=True, by=None)
    assert held_mail() is None
    look_again()
    assert sent_to(restored) == Counter({"due": 1, "later": 1, "ana": 1})
    assert len({mail.message["Message-ID"] for mail in restored.mails}) == 3
    over = Reminder.objects.get(appointment__client__first_name=OVER)
    assert (over.state, over.mail) == (ReminderState.SKIPPED, None)


@pytest.mark.invariant("I5")
def test_what_the_old_system_may_have_sent_is_left_out_when_a_person_says_so(restored: SmtpServer) -> None:
    """But not who books between the restore and the release."""
    status_before = delivery_status.held_status()
    assert status_before is not None
    assert status_before.held_since is not None
    new = waiting_mail(Client.objects.get(email="ben@example.org"))
    look_again()
    assert sent_to(restored) == Counter()
    assert release_held_mail(send_old=False, by=None)
    assert not release_held_mail(send_old=True, by=None)
    half_an_hour_passes()
    look_again()
    assert sent_to(restored) == Counter({"later": 1, "ben": 1})
    new.refresh_from_db()
    assert new.state == MailState.SENT
    assert Appointment.objects.exists()
    due = Reminder.objects.get(appointment__client__first_name=DUE)
    assert (due.state, due.skip_reason) == (ReminderState.SKIPPED, "May have gone out before the restore.")
    mail = OutgoingMail.objects.get(kind="care-plan", to_email="ana@example.org")
    assert (mail.state, mail.reply) == (MailState.WITHDRAWN, "May have gone out before the restore.")


def test_a_pause_of_the_mail_server_neither_ends_nor_hides_the_hold(db: None) -> None:
    delivery_status.hold_mail("restored")
    delivery_status.pause_mail("535 refused")
    delivery_status.resume_mail()
    assert delivery_status.is_paused()
    delivery_status.pause_mail("535 refused")
    assert delivery_status.release_mail()
    assert delivery_status.is_paused()
    delivery_status.resume_mail()
    assert not delivery_status.is_paused()
    assert not delivery_status.release_mail()
