"""kill -9 between the hold and its mail: nothing half is left, and the next sweep offers it whole."""

import datetime as dt

import pytest
from django.db import connection, transaction

from booking.appointments.screening import SafetyAnswers
from booking.models import Appointment, Reminder, Status, WaitlistEntry, WaitlistOffer, WaitlistState
from booking.waitlist.matching import Preferences
from clinic.models import OutgoingMail
from tests.faults.mail_world import run_due
from tests.fixtures.actions import join_waitlist
from tests.fixtures.cast import Cast
from tests.fixtures.processes import Processes

pytestmark = pytest.mark.slow


def somebody_waits_for_a_lock() -> bool:
    """Whether another process of this database waits for the table that is held here."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'booking_reminder'::regclass::oid"
        )
        (count,) = cursor.fetchone()
    return bool(count)


@pytest.mark.invariant("I5")
def test_a_worker_killed_between_hold_and_mail_leaves_nothing_half(cast: Cast, processes: Processes) -> None:
    cast.practice.quiet_from = cast.practice.quiet_until = dt.time(0)
    cast.practice.save(update_fields=["quiet_from", "quiet_until"])
    today = dt.datetime.now(cast.zone).date()
    suits = Preferences(frozenset(range(7)), dt.time(6), dt.time(22), today, today + dt.timedelta(days=28))
    join_waitlist(service=cast.regular, client=cast.ana, answers=SafetyAnswers(), suits=suits, via=Appointment.Via.WEB)
    with transaction.atomic():
        with connection.cursor() as cursor:
            # Reading goes on; the sweep has written the hold when it comes to write what it owes, and stands still.
            cursor.execute("LOCK TABLE booking_reminder IN SHARE MODE")
        sweep = run_due(processes)
        sweep.wait_until_ready(somebody_waits_for_a_lock, "the sweep holds a time and waits to owe its mail")
        sweep.kill()
    assert not Appointment.objects.exists()
    assert not WaitlistOffer.objects.exists()
    assert WaitlistEntry.objects.get().state == WaitlistState.WAITING
    assert run_due(processes).process.wait(60) == 0
    assert Appointment.objects.get().status == Status.OFFERED
    assert Reminder.objects.get().kind == "waitlist"
    assert OutgoingMail.objects.filter(reminder__isnull=False).count() == 1
