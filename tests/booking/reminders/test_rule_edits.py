"""What an edit of a rule, a service or the practice makes of messages that wait: none mailed to all, none lost."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from booking.appointments.status import complete_appointment, mark_no_show
from booking.models import Appointment, Reminder, ReminderRule, ReminderState, Service, SessionNote, Status
from clinic.models import Practice
from tests.fixtures.actions import recompute_rule, schedule_aftercare, schedule_reminders
from tests.fixtures.cast import Cast, let_go_by

pytestmark = pytest.mark.django_db
HOUR, DAY, WEEK = dt.timedelta(hours=1), dt.timedelta(days=1), dt.timedelta(weeks=1)
DUE, SKIPPED = ReminderState.DUE, ReminderState.SKIPPED


def edit(kind: str, **columns: object) -> None:
    """Change the general rule of a kind; what waits follows."""
    ReminderRule.objects.filter(kind=kind).update(**columns)
    recompute_rule(ReminderRule.objects.get(kind=kind))


def owed(appointment: Appointment, kind: str) -> Reminder:
    """What an appointment owes of a kind."""
    return appointment.reminders.get(kind=kind)


@pytest.fixture
def coming(cast: Cast) -> Appointment:
    """An appointment in a month that owes its reminders."""
    appointment = cast.appointment(cast.at(12, ahead=30))
    schedule_reminders(appointment, now=timezone.now())
    return appointment


@pytest.fixture
def over(cast: Cast) -> Appointment:
    """A session that ended just now, to come again in sixty weeks."""
    appointment = cast.appointment(timezone.now() - 2 * HOUR, status=Status.COMPLETED)
    SessionNote.objects.create(appointment=appointment, rebook_weeks=60)
    schedule_aftercare(appointment, now=timezone.now())
    return appointment


@pytest.mark.parametrize(("anchor", "minutes"), [("start", 0), ("booking", 60 * 24 * 60)])
def test_a_moment_that_is_not_before_the_appointment_mails_nobody_and_can_be_mended(
    coming: Appointment, anchor: str, minutes: int
) -> None:
    before = owed(coming, "reminder-24h").due_at
    edit("reminder-24h", anchor=anchor, minutes=minutes)
    row = owed(coming, "reminder-24h")
    assert (row.state, row.skip_reason) == (SKIPPED, "Its time is not before the appointment.")
    edit("reminder-24h", anchor="start", minutes=24 * 60)
    row = owed(coming, "reminder-24h")
    assert (row.state, row.due_at) == (DUE, before)


@pytest.mark.parametrize("minutes", [2 * 24 * 60, 60 * 24 * 60], ids=["ahead", "passed"])
def test_a_service_that_asks_for_no_intake_any_more_mails_nobody_about_it(coming: Appointment, minutes: int) -> None:
    Service.objects.filter(pk=coming.service_id).update(form=Service.Form.NONE)
    edit("intake-missing", minutes=minutes)
    row = owed(coming, "intake-missing")
    assert (row.state, row.skip_reason) == (SKIPPED, "This service asks for no intake.")
    Service.objects.filter(pk=coming.service_id).update(form=Service.Form.FULL)
    edit("intake-missing", minutes=3 * 24 * 60)
    assert owed(coming, "intake-missing").state == DUE


def test_an_edit_in_quiet_hours_does_not_put_a_reminder_off_beyond_its_appointment(cast: Cast) -> None:
    now = timezone.now()
    local = now.astimezone(cast.zone)
    Practice.objects.update(quiet_from=(local - HOUR).time(), quiet_until=(local + 5 * HOUR).time())
    edit("reminder-24h", minutes=60)
    appointment = cast.appointment(now + 3 * HOUR)
    schedule_reminders(appointment, now=now)
    edit("reminder-24h", minutes=24 * 60)
    row = owed(appointment, "reminder-24h")
    assert row.state == DUE
    assert row.due_at <= timezone.now()


@pytest.mark.parametrize(
    ("kind", "minutes", "after"),
    [
        ("aftercare", 30 * 60, 30 * HOUR),
        ("pain-check", 50 * 60, 50 * HOUR),
        ("rebook", 3 * 24 * 60, 60 * WEEK + 3 * DAY),
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
        edit("rebook", active=active)
        assert owed(over, "rebook").state == state


def test_what_waits_after_a_session_and_would_have_been_due_long_ago_goes_now(cast: Cast) -> None:
    edit("aftercare", minutes=10 * 24 * 60)
    appointment = cast.appointment(timezone.now() - 5 * DAY, status=Status.COMPLETED)
    schedule_aftercare(appointment, now=timezone.now())
    edit("aftercare", minutes=60)
    row = owed(appointment, "aftercare")
    assert row.state == DUE
    assert row.due_at < timezone.now() + 12 * HOUR


def test_a_confirmation_that_is_switched_off_and_on_within_its_wait_still_goes(coming: Appointment) -> None:
    before = owed(coming, "confirmation")
    edit("confirmation", active=False)
    assert owed(coming, "confirmation").state == SKIPPED
    edit("confirmation", active=True)
    row = owed(coming, "confirmation")
    assert (row.state, row.due_at) == (DUE, before.due_at)


def test_a_session_closed_as_a_no_show_by_mistake_keeps_its_aftercare(cast: Cast) -> None:
    appointment = cast.appointment(timezone.now() - 3 * HOUR)
    for close in (complete_appointment, mark_no_show, complete_appointment):
        close(appointment, by=cast.owner)
    for kind in ("aftercare", "pain-check"):
        assert owed(appointment, kind).state == DUE


@pytest.mark.parametrize(
    ("kind", "anchor", "minutes", "wrong"),
    [
        ("reminder-24h", "start", 0, "minutes"),
        ("reminder-24h", "end", 60, "anchor"),
        ("confirmation", "start", 60, "anchor"),
        ("cancelled", "start", 60, "anchor"),
        ("aftercare", "start", 60, "anchor"),
        ("pain-check", "booking", 60, "anchor"),
        ("sign-in", "booking", 0, "kind"),
        ("waitlist", "booking", 0, "kind"),
    ],
)
def test_a_rule_that_nothing_would_follow_is_refused(kind: str, anchor: str, minutes: int, wrong: str) -> None:
    with pytest.raises(ValidationError) as refused:
        ReminderRule(kind=kind, anchor=anchor, minutes=minutes).clean()
    assert list(refused.value.message_dict) == [wrong]


def test_the_usual_rules_and_an_intake_asked_for_after_booking_are_accepted() -> None:
    rules = [*ReminderRule.objects.all(), ReminderRule(kind="intake-missing", anchor="booking", minutes=60)]
    assert len(rules) > 1
    assert [refusal_of(rule) for rule in rules] == [{}] * len(rules)


def refusal_of(rule: ReminderRule) -> dict[str, list[str]]:
    """What is said against a rule, by field; nothing where it is accepted."""
    try:
        rule.clean()
    except ValidationError as refused:
        return dict(refused.message_dict)
    return {}
