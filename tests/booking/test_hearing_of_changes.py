"""Who hears of a move or a cancellation: everybody but whose confirmation is only now taken back."""

import datetime as dt

import pytest
from django.utils import timezone

from booking.actions import cancel, move
from booking.actions.releasing import release_mail
from booking.models import Appointment, Reminder, ReminderRule
from booking.models.reminder import ReminderState
from booking.reminders.scheduling import schedule_reminders
from booking.reminders.sweep import sweep_reminders
from clients.models import Client
from clinic.mail import channel
from clinic.models import MailState, OutgoingMail
from tests.fixtures.cast import House

pytestmark = [pytest.mark.django_db, pytest.mark.invariant("I5")]
DESK = Appointment.Via.DESK
CONFIRMATION, MOVED, CANCELLED = "confirmation", "moved", "cancelled"
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)


@pytest.fixture
def visit(house: House) -> Appointment:
    """Ana's visit in a week, just booked; its confirmation waits."""
    visit = house.visit(house.at(10))
    schedule_reminders(visit, now=timezone.now())
    return visit


def swept(visit: Appointment, kind: str) -> Reminder:
    """What became of a message of a visit once it was due."""
    visit.reminders.filter(kind=kind).update(due_at=timezone.now())
    sweep_reminders()
    return visit.reminders.get(kind=kind)


def sent() -> None:
    """Everything that was written goes out."""
    OutgoingMail.objects.update(state=MailState.SENT)


def due(visit: Appointment) -> set[str]:
    """The kinds that a visit owes at once, as it stands now."""
    soon = timezone.now() + HOUR
    return set(visit.reminders.filter(state=ReminderState.DUE, due_at__lt=soon).values_list("kind", flat=True))


def address(email: str) -> None:
    """Write Ana's address into her file, or take it out."""
    Client.objects.filter(first_name="Ana").update(email=email)


@pytest.mark.parametrize("reminded", [True, False])
def test_whose_address_came_after_the_booking_hears_of_a_cancellation(visit: Appointment, reminded: bool) -> None:
    address("")
    assert swept(visit, CONFIRMATION).state == ReminderState.SKIPPED
    address("ana@example.org")
    if reminded:
        assert swept(visit, "reminder-48h").state == ReminderState.DONE
        sent()
    cancel(visit, reason="", via=DESK)
    assert due(visit) == {CANCELLED}


def test_whose_address_came_after_the_booking_hears_of_a_move(house: House, visit: Appointment) -> None:
    address("")
    swept(visit, CONFIRMATION)
    address("ana@example.org")
    move(visit, start=house.at(14), via=DESK)
    assert due(visit) == {MOVED}


@pytest.mark.parametrize("own_rule", [True, False])
def test_without_a_confirmation_every_move_and_cancellation_is_told(house: House, own_rule: bool) -> None:
    if own_rule:
        ReminderRule.objects.create(kind=CONFIRMATION, anchor="booking", minutes=0, service=house.regular, active=False)
    else:
        ReminderRule.objects.filter(kind=CONFIRMATION).update(active=False)
    visit = house.visit(house.at(10))
    schedule_reminders(visit, now=timezone.now())
    move(visit, start=house.at(14), via=DESK)
    assert due(visit) == {MOVED}
    cancel(visit, reason="", via=DESK)
    assert due(visit) == {CANCELLED}


@pytest.mark.parametrize("written", [True, False])
def test_what_may_have_gone_before_a_restore_counts_as_told(house: House, visit: Appointment, written: bool) -> None:
    if written:
        swept(visit, CONFIRMATION)
    visit.reminders.filter(kind=CONFIRMATION).update(due_at=timezone.now())
    channel.hold("restored")
    assert release_mail(send_old=False, by=None)
    move(visit, start=house.at(14), via=DESK)
    assert due(visit) == {MOVED}
    cancel(visit, reason="", via=DESK)
    assert due(visit) == {CANCELLED}


def test_a_confirmation_that_was_taken_back_in_doubt_counts_as_told(visit: Appointment) -> None:
    swept(visit, CONFIRMATION)
    OutgoingMail.objects.update(state=MailState.RETRYING, maybe_duplicate=True)
    cancel(visit, reason="", via=DESK)
    assert OutgoingMail.objects.get().state == MailState.WITHDRAWN
    assert due(visit) == {CANCELLED}


def test_a_confirmation_that_waits_in_the_ledger_is_taken_back_and_nothing_said(visit: Appointment) -> None:
    swept(visit, CONFIRMATION)
    cancel(visit, reason="", via=DESK)
    assert due(visit) == set()


def test_a_reminder_due_before_the_confirmation_is_left_to_it(house: House) -> None:
    now = timezone.now()
    visit = house.visit(now + DAY + dt.timedelta(minutes=2))
    house.practice.quiet_from = house.practice.quiet_until
    house.practice.save()
    schedule_reminders(visit, now=now)
    row = visit.reminders.get(kind="reminder-24h")
    assert (row.state, row.skip_reason) == (ReminderState.SKIPPED, "Due before the confirmation, which says it all.")
    assert due(visit) == {CONFIRMATION}


def test_without_a_confirmation_such_a_reminder_goes(house: House) -> None:
    ReminderRule.objects.filter(kind=CONFIRMATION).update(active=False)
    house.practice.quiet_from = house.practice.quiet_until
    house.practice.save()
    visit = house.visit(timezone.now() + DAY + dt.timedelta(minutes=2))
    schedule_reminders(visit, now=timezone.now())
    assert due(visit) == {"reminder-24h"}
