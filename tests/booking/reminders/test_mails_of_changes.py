"""Who hears of a move or a cancellation: everybody but whose confirmation is only now taken back."""

import datetime as dt

import pytest
from django.utils import timezone

from booking.models import Appointment, Reminder, ReminderRule, ReminderState
from booking.records.held_mail import release_held_mail
from clients.models import Client
from clinic.mail import delivery_status
from clinic.models import MailState, OutgoingMail
from tests.fixtures.actions import cancel, move, schedule_reminders
from tests.fixtures.cast import Cast
from tests.fixtures.sweeps import sweep_reminders

pytestmark = [pytest.mark.django_db, pytest.mark.invariant("I5")]
DESK = Appointment.Via.DESK
CONFIRMATION, MOVED, CANCELLED = "confirmation", "moved", "cancelled"
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)


@pytest.fixture
def appointment(cast: Cast) -> Appointment:
    """Ana's appointment in a week, just booked; its confirmation waits."""
    appointment = cast.appointment(cast.at(10))
    schedule_reminders(appointment, now=timezone.now())
    return appointment


def swept(appointment: Appointment, kind: str) -> Reminder:
    """What became of a message of an appointment once it was due."""
    appointment.reminders.filter(kind=kind).update(due_at=timezone.now())
    sweep_reminders()
    return appointment.reminders.get(kind=kind)


def sent() -> None:
    """Everything that was written goes out."""
    OutgoingMail.objects.update(state=MailState.SENT)


def due(appointment: Appointment) -> set[str]:
    """The kinds that an appointment owes at once, as it stands now."""
    soon = timezone.now() + HOUR
    return set(appointment.reminders.filter(state=ReminderState.DUE, due_at__lt=soon).values_list("kind", flat=True))


def address(email: str) -> None:
    """Write Ana's address into her file, or take it out."""
    Client.objects.filter(first_name="Ana").update(email=email)


@pytest.mark.parametrize("reminded", [True, False])
def test_whose_address_came_after_the_booking_hears_of_a_cancellation(appointment: Appointment, reminded: bool) -> None:
    address("")
    assert swept(appointment, CONFIRMATION).state == ReminderState.SKIPPED
    address("ana@example.org")
    if reminded:
        assert swept(appointment, "reminder-48h").state == ReminderState.DONE
        sent()
    cancel(appointment, reason="", via=DESK)
    assert due(appointment) == {CANCELLED}


def test_whose_address_came_after_the_booking_hears_of_a_move(cast: Cast, appointment: Appointment) -> None:
    address("")
    swept(appointment, CONFIRMATION)
    address("ana@example.org")
    move(appointment, start=cast.at(14), via=DESK)
    assert due(appointment) == {MOVED}


@pytest.mark.parametrize("own_rule", [True, False])
def test_without_a_confirmation_every_move_and_cancellation_is_told(cast: Cast, own_rule: bool) -> None:
    if own_rule:
        ReminderRule.objects.create(kind=CONFIRMATION, anchor="booking", minutes=0, service=cast.regular, active=False)
    else:
        ReminderRule.objects.filter(kind=CONFIRMATION).update(active=False)
    appointment = cast.appointment(cast.at(10))
    schedule_reminders(appointment, now=timezone.now())
    move(appointment, start=cast.at(14), via=DESK)
    assert due(appointment) == {MOVED}
    cancel(appointment, reason="", via=DESK)
    assert due(appointment) == {CANCELLED}


@pytest.mark.parametrize("written", [True, False])
def test_what_may_have_gone_before_a_restore_counts_as_told(
    cast: Cast, appointment: Appointment, written: bool
) -> None:
    if written:
        swept(appointment, CONFIRMATION)
    appointment.reminders.filter(kind=CONFIRMATION).update(due_at=timezone.now())
    delivery_status.hold_mail("restored")
    assert release_held_mail(send_old=False, by=None)
    move(appointment, start=cast.at(14), via=DESK)
    assert due(appointment) == {MOVED}
    cancel(appointment, reason="", via=DESK)
    assert due(appointment) == {CANCELLED}


def test_a_confirmation_that_was_taken_back_in_doubt_counts_as_told(appointment: Appointment) -> None:
    swept(appointment, CONFIRMATION)
    OutgoingMail.objects.update(state=MailState.RETRYING, maybe_duplicate=True)
    cancel(appointment, reason="", via=DESK)
    assert OutgoingMail.objects.get().state == MailState.WITHDRAWN
    assert due(appointment) == {CANCELLED}


def test_a_confirmation_that_waits_in_the_ledger_is_taken_back_and_nothing_said(appointment: Appointment) -> None:
    swept(appointment, CONFIRMATION)
    cancel(appointment, reason="", via=DESK)
    assert due(appointment) == set()


def test_a_reminder_due_before_the_confirmation_is_left_to_it(cast: Cast) -> None:
    now = timezone.now()
    appointment = cast.appointment(now + DAY + dt.timedelta(minutes=2))
    cast.practice.quiet_from = cast.practice.quiet_until
    cast.practice.save()
    schedule_reminders(appointment, now=now)
    row = appointment.reminders.get(kind="reminder-24h")
    assert (row.state, row.skip_reason) == (ReminderState.SKIPPED, "Due before the confirmation, which says it all.")
    assert due(appointment) == {CONFIRMATION}


def test_without_a_confirmation_such_a_reminder_goes(cast: Cast) -> None:
    ReminderRule.objects.filter(kind=CONFIRMATION).update(active=False)
    cast.practice.quiet_from = cast.practice.quiet_until
    cast.practice.save()
    appointment = cast.appointment(timezone.now() + DAY + dt.timedelta(minutes=2))
    schedule_reminders(appointment, now=timezone.now())
    assert due(appointment) == {"reminder-24h"}
