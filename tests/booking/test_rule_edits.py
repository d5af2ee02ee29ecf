"""What an edit of a rule, a service or the practice makes of messages that wait: none mailed to all, none lost."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from booking.actions import complete, no_show
from booking.actions.reminding import owe_aftercare, owe_reminders, recompute_rule
from booking.models import Appointment, Reminder, ReminderRule, Service, SessionNote
from booking.models.appointment import Status
from booking.models.reminder import ReminderState
from clinic.models import MailKind, Practice
from tests.fixtures.cast import House, let_go_by

pytestmark = pytest.mark.django_db
HOUR, DAY, WEEK = dt.timedelta(hours=1), dt.timedelta(days=1), dt.timedelta(weeks=1)
DUE, SKIPPED = ReminderState.DUE, ReminderState.SKIPPED


def edit(kind: str, **columns: object) -> None:
    """Change the general rule of a kind; what waits follows."""
    ReminderRule.objects.filter(kind=kind).update(**columns)
    recompute_rule(ReminderRule.objects.get(kind=kind))


def owed(visit: Appointment, kind: str) -> Reminder:
    """What a visit owes of a kind."""
    return visit.reminders.get(kind=kind)


@pytest.fixture
def coming(house: House) -> Appointment:
    """A visit in a month that owes its reminders."""
    visit = house.visit(house.at(12, ahead=30))
    owe_reminders(visit, now=timezone.now())
    return visit


@pytest.fixture
def over(house: House) -> Appointment:
    """A session that ended just now, to come again in sixty weeks."""
    visit = house.visit(timezone.now() - 2 * HOUR, status=Status.COMPLETED)
    SessionNote.objects.create(appointment=visit, rebook_weeks=60)
    owe_aftercare(visit, now=timezone.now())
    return visit


@pytest.mark.parametrize(("anchor", "minutes"), [("start", 0), ("booking", 60 * 24 * 60)])
def test_a_moment_that_is_not_before_the_visit_mails_nobody_and_can_be_mended(
    coming: Appointment, anchor: str, minutes: int
) -> None:
    before = owed(coming, MailKind.REMINDER_24).due_at
    edit(MailKind.REMINDER_24, anchor=anchor, minutes=minutes)
    row = owed(coming, MailKind.REMINDER_24)
    assert (row.state, row.skip_reason) == (SKIPPED, "Its time is not before the visit.")
    edit(MailKind.REMINDER_24, anchor="start", minutes=24 * 60)
    row = owed(coming, MailKind.REMINDER_24)
    assert (row.state, row.due_at) == (DUE, before)


@pytest.mark.parametrize("minutes", [2 * 24 * 60, 60 * 24 * 60], ids=["ahead", "passed"])
def test_a_service_that_asks_for_no_intake_any_more_mails_nobody_about_it(coming: Appointment, minutes: int) -> None:
    Service.objects.filter(pk=coming.service_id).update(form=Service.Form.NONE)
    edit(MailKind.INTAKE_MISSING, minutes=minutes)
    row = owed(coming, MailKind.INTAKE_MISSING)
    assert (row.state, row.skip_reason) == (SKIPPED, "This service asks for no intake.")
    Service.objects.filter(pk=coming.service_id).update(form=Service.Form.FULL)
    edit(MailKind.INTAKE_MISSING, minutes=3 * 24 * 60)
    assert owed(coming, MailKind.INTAKE_MISSING).state == DUE


def test_an_edit_in_quiet_hours_does_not_put_a_reminder_off_beyond_its_visit(house: House) -> None:
    now = timezone.now()
    local = now.astimezone(house.zone)
    Practice.objects.update(quiet_from=(local - HOUR).time(), quiet_until=(local + 5 * HOUR).time())
    edit(MailKind.REMINDER_24, minutes=60)
    visit = house.visit(now + 3 * HOUR)
    owe_reminders(visit, now=now)
    edit(MailKind.REMINDER_24, minutes=24 * 60)
    row = owed(visit, MailKind.REMINDER_24)
    assert row.state == DUE
    assert row.due_at <= timezone.now()


@pytest.mark.parametrize(
    ("kind", "minutes", "after"),
    [
        (MailKind.AFTERCARE, 30 * 60, 30 * HOUR),
        (MailKind.PAIN_CHECK, 50 * 60, 50 * HOUR),
        (MailKind.REBOOK, 3 * 24 * 60, 60 * WEEK + 3 * DAY),
    ],
)
def test_what_follows_a_session_moves_and_is_switched_off_and_on(
    over: Appointment, kind: str, minutes: int, after: dt.timedelta
) -> None:
    Practice.objects.update(quiet_from=dt.time(0), quiet_until=dt.time(0))
    edit(kind, minutes=minutes)
    assert owed(over, kind).due_at == over.ends_at + after
    edit(kind, active=False)
    assert owed(over, kind).state == SKIPPED
    edit(kind, active=True)
    row = owed(over, kind)
    assert (row.state, row.due_at) == (DUE, over.ends_at + after)


def test_an_invitation_that_waits_for_more_than_a_year_follows_its_rule(over: Appointment) -> None:
    let_go_by(over, 58 * WEEK)
    Reminder.objects.update(due_at=timezone.now() + 2 * WEEK, not_after=timezone.now() + 4 * WEEK)
    for active, state in ((False, SKIPPED), (True, DUE)):
        edit(MailKind.REBOOK, active=active)
        assert owed(over, MailKind.REBOOK).state == state


def test_what_waits_after_a_session_and_would_have_been_due_long_ago_goes_now(house: House) -> None:
    edit(MailKind.AFTERCARE, minutes=10 * 24 * 60)
    visit = house.visit(timezone.now() - 5 * DAY, status=Status.COMPLETED)
    owe_aftercare(visit, now=timezone.now())
    edit(MailKind.AFTERCARE, minutes=60)
    row = owed(visit, MailKind.AFTERCARE)
    assert row.state == DUE
    assert row.due_at < timezone.now() + 12 * HOUR


def test_a_confirmation_that_is_switched_off_and_on_within_its_wait_still_goes(coming: Appointment) -> None:
    before = owed(coming, MailKind.CONFIRMATION)
    edit(MailKind.CONFIRMATION, active=False)
    assert owed(coming, MailKind.CONFIRMATION).state == SKIPPED
    edit(MailKind.CONFIRMATION, active=True)
    row = owed(coming, MailKind.CONFIRMATION)
    assert (row.state, row.due_at) == (DUE, before.due_at)


def test_a_session_closed_as_a_no_show_by_mistake_keeps_its_aftercare(house: House) -> None:
    visit = house.visit(timezone.now() - 3 * HOUR)
    for close in (complete, no_show, complete):
        close(visit, by=house.owner)
    for kind in (MailKind.AFTERCARE, MailKind.PAIN_CHECK):
        assert owed(visit, kind).state == DUE


@pytest.mark.parametrize(
    ("kind", "anchor", "minutes", "wrong"),
    [
        (MailKind.REMINDER_24, "start", 0, "minutes"),
        (MailKind.REMINDER_24, "end", 60, "anchor"),
        (MailKind.CONFIRMATION, "start", 60, "anchor"),
        (MailKind.CANCELLED, "start", 60, "anchor"),
        (MailKind.AFTERCARE, "start", 60, "anchor"),
        (MailKind.PAIN_CHECK, "booking", 60, "anchor"),
        (MailKind.SIGN_IN, "booking", 0, "kind"),
        (MailKind.WAITLIST, "booking", 0, "kind"),
    ],
)
def test_a_rule_that_nothing_would_follow_is_refused(kind: str, anchor: str, minutes: int, wrong: str) -> None:
    with pytest.raises(ValidationError) as refused:
        ReminderRule(kind=kind, anchor=anchor, minutes=minutes).clean()
    assert list(refused.value.message_dict) == [wrong]


def test_the_usual_rules_and_an_intake_asked_for_after_booking_are_accepted() -> None:
    for rule in [*ReminderRule.objects.all(), ReminderRule(kind=MailKind.INTAKE_MISSING, anchor="booking", minutes=60)]:
        rule.clean()
