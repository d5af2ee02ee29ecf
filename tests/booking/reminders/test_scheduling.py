"""What an appointment owes: when it is due, when it is skipped and why, what moving and cancelling make of it."""

import datetime as dt
import itertools
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction
from django.db.models import Count
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from booking.models import Appointment, Reminder, ReminderRule, ReminderState, SessionNote, Status
from booking.reminders.kind import owed_from_booking
from booking.reminders.kinds.moved import Moved
from booking.reminders.models.reminder import Anchor
from booking.reminders.rules import ensure_default_rules
from booking.reminders.scheduling import schedule_news, void_all, void_reminders
from booking.scheduling.configuration import current_configuration
from clients.models import Client
from clinic.mail import ledger
from clinic.models import MailState, OutgoingMail, Practice
from clinic.quiet_hours import wall_time
from tests.fixtures.actions import (
    recompute_rule,
    schedule_acceptance,
    schedule_aftercare,
    schedule_cancellation,
    schedule_change,
    schedule_rebook,
    schedule_reminders,
)
from tests.fixtures.cast import Cast
from tests.fixtures.examples import examples
from tests.fixtures.sweeps import sweep_reminders

pytestmark = pytest.mark.django_db
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
BERLIN = ZoneInfo("Europe/Berlin")


def owed(appointment: Appointment, kind: str) -> Reminder:
    """The reminder of a kind for the present revision."""
    return Reminder.objects.get(appointment=appointment, kind=kind, revision=appointment.revision)


def told(appointment: Appointment) -> Reminder:
    """Have the confirmation of an appointment written as a mail."""
    mail = ledger.queue_mail(kind="confirmation", to="ana@example.org", subject="s", text="t")
    confirmation = owed(appointment, "confirmation")
    confirmation.state, confirmation.mail = ReminderState.DONE, mail
    confirmation.save()
    return confirmation


def revise(appointment: Appointment, start: dt.datetime) -> None:
    """What a move does to the row."""
    by = start - appointment.starts_at
    columns = ["starts_at", "ends_at", "blocked_from", "blocked_until", "kit_blocked_until"]
    for column in columns:
        setattr(appointment, column, getattr(appointment, column) + by)
    appointment.revision += 1
    appointment.save(update_fields=[*columns, "revision"])


def test_a_booking_owes_one_row_per_rule_at_the_rules_times(cast: Cast) -> None:
    now = timezone.now()
    appointment = cast.appointment(cast.at(12))
    schedule_reminders(appointment, now=now)
    assert {each.kind: each.due_at for each in appointment.reminders.all()} == {
        "confirmation": now + dt.timedelta(minutes=3),
        "intake-missing": appointment.starts_at - 3 * DAY,
        "reminder-48h": appointment.starts_at - 2 * DAY,
        "reminder-24h": appointment.starts_at - DAY,
    }
    assert {each.not_after for each in appointment.reminders.all()} == {appointment.starts_at}
    assert {each.state for each in appointment.reminders.all()} == {ReminderState.DUE}


def test_owing_twice_owes_once(cast: Cast) -> None:
    appointment = cast.appointment(cast.at(12))
    for _ in range(2):
        schedule_reminders(appointment, now=timezone.now())
    assert appointment.reminders.count() == 4


@pytest.mark.invariant("I5")
def test_an_appointment_booked_three_hours_ahead_gets_no_mail_about_tomorrow(cast: Cast) -> None:
    now = timezone.now()
    appointment = cast.appointment(now + 3 * HOUR)
    schedule_reminders(appointment, now=now)
    for kind in ("intake-missing", "reminder-48h", "reminder-24h"):
        row = owed(appointment, kind)
        assert row.state == ReminderState.SKIPPED
        assert "the confirmation says it all" in row.skip_reason
    assert owed(appointment, "confirmation").state == ReminderState.DUE


def test_the_confirmation_of_an_appointment_that_begins_before_it_would_be_due_goes_at_once(cast: Cast) -> None:
    now = timezone.now()
    appointment = cast.appointment(now + dt.timedelta(minutes=2))
    schedule_reminders(appointment, now=now)
    assert owed(appointment, "confirmation").due_at == now


def test_an_appointment_that_is_written_down_afterwards_announces_nothing(cast: Cast) -> None:
    appointment = cast.appointment(timezone.now() - HOUR)
    schedule_reminders(appointment, now=timezone.now())
    assert set(appointment.reminders.values_list("state", flat=True)) == {ReminderState.SKIPPED}


def test_a_rule_of_the_service_beats_the_general_one_and_off_means_off(cast: Cast) -> None:
    kind, start = "reminder-24h", Anchor.START
    ReminderRule.objects.create(kind=kind, service=cast.regular, anchor=start, minutes=600)
    ReminderRule.objects.create(kind=kind, service=cast.back, anchor=start, minutes=1440, active=False)
    plain = cast.appointment(cast.at(12), service=cast.regular)
    silent = cast.appointment(cast.at(15), service=cast.back, client=cast.ben)
    schedule_reminders(plain, now=timezone.now())
    schedule_reminders(silent, now=timezone.now())
    assert owed(plain, kind).due_at >= plain.starts_at - 10 * HOUR
    assert owed(silent, kind).state == ReminderState.SKIPPED
    assert "off" in owed(silent, kind).skip_reason


@pytest.mark.parametrize(
    ("due", "morning"),
    [
        ("2026-11-20 20:59", "2026-11-20 20:59"),
        ("2026-11-20 21:00", "2026-11-21 08:00"),
        ("2026-11-21 00:30", "2026-11-21 08:00"),
        ("2026-11-21 07:59", "2026-11-21 08:00"),
        ("2026-11-21 08:00", "2026-11-21 08:00"),
        # The night of the spring change has an hour less, that of the autumn change an hour more.
        ("2026-03-28 23:00", "2026-03-29 08:00"),
        ("2026-10-24 23:00", "2026-10-25 08:00"),
        ("2026-12-31 22:00", "2027-01-01 08:00"),
    ],
)
def test_quiet_hours_move_a_mail_to_the_coming_morning(due: str, morning: str) -> None:
    practice = Practice(time_zone="Europe/Berlin")
    moved = practice.quiet_hours.put_off(dt.datetime.fromisoformat(due).replace(tzinfo=BERLIN).astimezone(dt.UTC))
    assert moved.astimezone(BERLIN).strftime("%Y-%m-%d %H:%M") == morning


def test_quiet_hours_may_lie_within_a_day_or_be_none() -> None:
    noon = dt.datetime(2026, 11, 20, 12, 30, tzinfo=BERLIN)
    siesta = Practice(quiet_from=dt.time(12), quiet_until=dt.time(14), time_zone="Europe/Berlin")
    assert siesta.quiet_hours.put_off(noon) == noon.replace(hour=14, minute=0)
    none = Practice(quiet_from=dt.time(12), quiet_until=dt.time(12), time_zone="Europe/Berlin")
    assert none.quiet_hours.put_off(noon) == noon


def test_a_quiet_hour_that_ends_in_the_spring_gap_ends_when_the_clock_has_jumped() -> None:
    moment = wall_time(dt.date(2026, 3, 29), dt.time(2, 30), BERLIN)
    assert moment == dt.datetime(2026, 3, 29, 1, 30, tzinfo=dt.UTC)


def test_a_reminder_of_an_early_appointment_stays_in_the_night_where_the_morning_is_too_late(cast: Cast) -> None:
    ReminderRule.objects.filter(kind="reminder-24h").update(minutes=60)
    appointment = cast.appointment(cast.at(8))
    schedule_reminders(appointment, now=timezone.now())
    assert owed(appointment, "reminder-24h").due_at == appointment.starts_at - HOUR


def test_a_late_reminder_is_moved_to_the_morning_of_the_appointment(cast: Cast) -> None:
    ReminderRule.objects.filter(kind="reminder-24h").update(minutes=12 * 60)
    appointment = cast.appointment(cast.at(10))
    schedule_reminders(appointment, now=timezone.now())
    assert owed(appointment, "reminder-24h").due_at == cast.at(8)


@pytest.mark.parametrize("night", [dt.date(2027, 3, 28), dt.date(2027, 10, 31)])
def test_over_a_clock_change_an_appointment_has_each_reminder_once_a_day_of_24_hours_before(
    cast: Cast, night: dt.date
) -> None:
    start = dt.datetime.combine(night, dt.time(11), BERLIN).astimezone(dt.UTC)
    appointment = cast.appointment(start)
    schedule_reminders(appointment, now=start - 10 * DAY)
    assert owed(appointment, "reminder-24h").due_at == start - DAY
    assert appointment.reminders.filter(kind="reminder-24h").count() == 1


@pytest.mark.invariant("I5")
@pytest.mark.parametrize(
    ("night", "offsets"), [(dt.date(2027, 3, 28), [1, 2]), (dt.date(2027, 10, 31), [2, 1])], ids=["spring", "autumn"]
)
def test_on_the_nights_of_clock_changes_each_hour_has_its_reminder_once_with_the_right_wall_time(
    cast: Cast, night: dt.date, offsets: list[int]
) -> None:
    """Appointments by the hour from midnight to five, with a reminder an hour before.

    In spring one of these falls into the
    gap of wall time, in autumn two of them into the doubled hour. Instants know neither."""
    Practice.objects.update(quiet_from=dt.time(0), quiet_until=dt.time(0))
    ReminderRule.objects.filter(kind="reminder-24h").update(minutes=60)
    midnight = dt.datetime.combine(night, dt.time(0), BERLIN).astimezone(dt.UTC)
    assert [local.utcoffset() for local in (midnight.astimezone(BERLIN), (midnight + 5 * HOUR).astimezone(BERLIN))] == [
        dt.timedelta(hours=hours) for hours in offsets
    ]
    places = [(cast.mira, cast.green_room), (cast.jonas, cast.blue_room)]
    appointments = [
        cast.appointment(midnight + number * HOUR, client=client_number(number), therapist=therapist, room=room)
        for number, (therapist, room) in zip(range(1, 6), itertools.cycle(places), strict=False)
    ]
    for appointment in appointments:
        schedule_reminders(appointment, now=midnight - 10 * DAY)
        assert owed(appointment, "reminder-24h").due_at == appointment.starts_at - HOUR
    Reminder.objects.exclude(kind="reminder-24h").delete()
    Reminder.objects.update(due_at=timezone.now())
    assert [sweep_reminders(), sweep_reminders()] == [5, 0]
    said = [appointment.reminders.get().mail.text for appointment in appointments]  # type: ignore[union-attr] # each has its mail
    for appointment, text in zip(appointments, said, strict=True):
        local = appointment.starts_at.astimezone(BERLIN)
        doubled = f" {local.tzname()}" if night.month == 10 and local.hour == 2 else ""
        assert f"{local:%H:%M}{doubled}" in text
    in_autumn = " ".join(said)
    assert ("02:00 CEST" in in_autumn, "02:00 CET" in in_autumn) == (night.month == 10, night.month == 10)


def client_number(number: int) -> Client:
    """One of some clients who each come once."""
    return Client.objects.create(first_name=f"Guest {number}", last_name="X", email=f"guest{number}@example.org")


@pytest.mark.invariant("I5")
def test_after_a_move_the_old_reminders_are_void_and_the_new_ones_owed_once(cast: Cast) -> None:
    now = timezone.now()
    appointment = cast.appointment(cast.at(12))
    schedule_reminders(appointment, now=now)
    revise(appointment, cast.at(14, ahead=14))
    schedule_change(appointment, why="moved", now=now)
    assert set(appointment.reminders.filter(revision=0).values_list("state", "skip_reason")) == {("skipped", "moved")}
    due = appointment.reminders.filter(state=ReminderState.DUE)
    assert sorted(due.values_list("kind", flat=True)) == sorted(owed_from_booking())
    assert owed(appointment, "reminder-24h").due_at == appointment.starts_at - DAY


def test_a_client_who_was_told_hears_of_the_move_and_gets_no_second_confirmation(cast: Cast) -> None:
    now = timezone.now()
    appointment = cast.appointment(cast.at(12))
    schedule_reminders(appointment, now=now)
    confirmation = told(appointment)
    assert confirmation.mail is not None
    confirmation.mail.state = MailState.SENT
    confirmation.mail.save()
    revise(appointment, cast.at(14))
    schedule_change(appointment, why="moved", now=now)
    assert owed(appointment, "moved").state == ReminderState.DUE
    assert not appointment.reminders.filter(kind="confirmation", revision=1).exists()


def test_a_move_before_the_confirmation_went_is_told_by_the_confirmation(cast: Cast) -> None:
    now = timezone.now()
    appointment = cast.appointment(cast.at(12))
    schedule_reminders(appointment, now=now)
    revise(appointment, cast.at(14))
    schedule_change(appointment, why="moved", now=now)
    assert owed(appointment, "confirmation").state == ReminderState.DUE
    assert owed(appointment, "moved").state == ReminderState.SKIPPED


def test_an_undo_sends_nothing_at_all(cast: Cast) -> None:
    now = timezone.now()
    appointment = cast.appointment(cast.at(12))
    schedule_reminders(appointment, now=now)
    appointment.status, appointment.revision = Status.CANCELLED, 1
    appointment.save()
    schedule_cancellation(appointment, why="cancelled", now=now)
    assert not appointment.reminders.filter(state=ReminderState.DUE).exists()
    assert "Nothing had been sent" in owed(appointment, "cancelled").skip_reason


@pytest.mark.invariant("I5")
def test_voiding_also_withdraws_what_waits_in_the_ledger(cast: Cast) -> None:
    appointment = cast.appointment(cast.at(12))
    schedule_reminders(appointment, now=timezone.now())
    confirmation = told(appointment)
    assert void_reminders(appointment, why="cancelled") == 4
    assert confirmation.mail is not None
    confirmation.mail.refresh_from_db()
    assert confirmation.mail.state == MailState.WITHDRAWN
    assert set(appointment.reminders.filter(state="skipped").values_list("skip_reason", flat=True)) == {"cancelled"}


def test_voiding_touches_no_other_appointment(cast: Cast) -> None:
    mine, other = cast.appointment(cast.at(12)), cast.appointment(cast.at(14), client=cast.ben)
    for appointment in (mine, other):
        schedule_reminders(appointment, now=timezone.now())
    void_reminders(mine, why="cancelled")
    assert other.reminders.filter(state=ReminderState.DUE).count() == 4


def test_a_forgotten_client_is_owed_nothing(cast: Cast) -> None:
    appointment = cast.appointment(cast.at(12))
    schedule_reminders(appointment, now=timezone.now())
    assert void_all(cast.ana, why="erased") == 4
    assert not appointment.reminders.filter(state=ReminderState.DUE).exists()


def test_an_accepted_request_is_confirmed_anew(cast: Cast) -> None:
    appointment = cast.appointment(cast.at(12), status=Status.REQUESTED)
    schedule_reminders(appointment, now=timezone.now())
    told(appointment)
    appointment.status, appointment.revision = Status.CONFIRMED, 1
    appointment.save()
    schedule_acceptance(appointment, now=timezone.now())
    assert owed(appointment, "confirmation").state == ReminderState.DUE


def test_a_completed_session_earns_aftercare_and_a_question_never_at_night(cast: Cast) -> None:
    appointment = cast.appointment(cast.at(10, ahead=-7), status=Status.COMPLETED)
    schedule_aftercare(appointment, now=appointment.ends_at)
    assert owed(appointment, "aftercare").due_at == appointment.ends_at + 2 * HOUR
    # 36 hours after 11:00 is 23:00, which waits for the morning.
    assert owed(appointment, "pain-check").due_at == wall_time(
        (appointment.ends_at + 2 * DAY).astimezone(BERLIN).date(), dt.time(8), BERLIN
    )
    assert not appointment.reminders.filter(kind="rebook").exists()


def test_a_session_closed_late_sends_its_aftercare_then_and_one_closed_weeks_later_does_not(cast: Cast) -> None:
    appointment = cast.appointment(cast.at(10, ahead=-7), status=Status.COMPLETED)
    late = appointment.ends_at + 5 * HOUR
    schedule_aftercare(appointment, now=late)
    assert owed(appointment, "aftercare").due_at == late
    old = cast.appointment(cast.at(14, ahead=-7), status=Status.COMPLETED, client=cast.ben)
    schedule_aftercare(old, now=old.ends_at + 20 * DAY)
    assert owed(old, "aftercare").state == ReminderState.SKIPPED


def test_rebooking_is_owed_at_the_interval_that_the_therapist_names_and_follows_a_change_of_it(cast: Cast) -> None:
    appointment = cast.appointment(cast.at(10, ahead=-7), status=Status.COMPLETED)
    note = SessionNote.objects.create(appointment=appointment, rebook_weeks=3)
    schedule_aftercare(appointment, now=timezone.now())
    assert owed(appointment, "rebook").due_at == appointment.ends_at + 21 * DAY
    note.rebook_weeks = 2
    note.save()
    schedule_rebook(appointment, now=timezone.now())
    assert owed(appointment, "rebook").due_at == appointment.ends_at + 14 * DAY
    note.rebook_weeks = None
    note.save()
    schedule_rebook(appointment, now=timezone.now())
    assert owed(appointment, "rebook").state == ReminderState.SKIPPED
    note.rebook_weeks = 4
    note.save()
    schedule_rebook(appointment, now=timezone.now())
    assert owed(appointment, "rebook").state == ReminderState.DUE
    assert appointment.reminders.filter(kind="rebook").count() == 1


def test_the_usual_rules_are_written_once_and_an_edited_one_stays(cast: Cast) -> None:
    ReminderRule.objects.filter(kind="aftercare").update(minutes=30)
    assert ensure_default_rules() == 0
    assert ReminderRule.objects.get(kind="aftercare").minutes == 30
    ReminderRule.objects.filter(kind="rebook").delete()
    assert ensure_default_rules() == 1


def test_a_service_may_tell_of_moves_though_the_others_do_not(cast: Cast) -> None:
    appointment = cast.appointment(cast.at(12))
    schedule_reminders(appointment, now=timezone.now())
    told(appointment)
    ReminderRule.objects.create(kind="moved", anchor="booking", minutes=0, active=False)
    own = ReminderRule.objects.create(kind="moved", anchor="booking", minutes=0, service=appointment.service)
    schedule_news(appointment, Moved.code, configuration=current_configuration(), now=timezone.now())
    assert owed(appointment, "moved").state == ReminderState.DUE
    ReminderRule.objects.filter(pk=own.pk).update(active=False)
    appointment.reminders.filter(kind="moved").delete()
    schedule_news(appointment, Moved.code, configuration=current_configuration(), now=timezone.now())
    assert "Switched off" in owed(appointment, "moved").skip_reason


EDITS = st.lists(
    st.tuples(
        st.sampled_from(["minutes", "switch", "own rule", "delete", "quiet hours", "again"]),
        st.integers(min_value=0, max_value=14 * 24 * 60),
    ),
    max_size=6,
)


@pytest.mark.invariant("I5")
@examples(6, 15)
@given(edits=EDITS, ahead=st.integers(min_value=1, max_value=240))
def test_any_edits_of_a_rule_lose_nothing_and_double_nothing(
    cast: Cast, edits: list[tuple[str, int]], ahead: int
) -> None:
    """Of four appointments one was reminded already, one is cancelled, two wait.

    Whatever is edited, each has one row, what
    was written or voided stays, and what waits stands as if it had been owed by the last rules."""
    with transaction.atomic():
        start = (timezone.now() + ahead * HOUR).replace(minute=0, second=0, microsecond=0)
        appointments = [
            cast.appointment(start + number * 4 * HOUR, client=client_number(number), service=cast.regular)
            for number in range(4)
        ]
        for appointment in appointments:
            schedule_reminders(appointment, now=timezone.now())
        written, voided = owed(appointments[0], "reminder-24h"), appointments[1]
        written.mail = ledger.queue_mail(kind="reminder-24h", to="a@b.org", subject="s", text="t")
        written.state = ReminderState.DONE
        written.save()
        void_reminders(voided, why="cancelled")
        Appointment.objects.filter(pk=voided.pk).update(status=Status.CANCELLED)
        became = owed(voided, "reminder-24h").state
        for what, minutes in edits:
            recompute_rule(edited(what, minutes, cast))
        recompute_rule(edited("again", 0, cast))
        assert edited_rows() == [(appointment.pk, 1) for appointment in appointments]
        written.refresh_from_db()
        assert (written.state, OutgoingMail.objects.count()) == (ReminderState.DONE, 1)
        assert owed(voided, "reminder-24h").state == became == ReminderState.SKIPPED
        rule = effective(cast)
        for appointment in appointments[2:]:
            now_owed = owed(appointment, "reminder-24h")
            if rule is None or not rule.active:
                assert now_owed.state == ReminderState.SKIPPED
            elif now_owed.state == ReminderState.DUE and moment_of(rule, appointment) > timezone.now() + 12 * HOUR:
                assert now_owed.due_at == moment_of(rule, appointment)
            assert now_owed.due_at < appointment.starts_at or now_owed.state == ReminderState.SKIPPED
        transaction.set_rollback(True)


def edited(what: str, minutes: int, cast: Cast) -> ReminderRule:
    """Edit the rule of the day before as an admin would; return the row that was edited."""
    rules = ReminderRule.objects.filter(kind="reminder-24h")
    rule = rules.filter(service=None).first() or ReminderRule(
        kind="reminder-24h", anchor=Anchor.START, minutes=DAY // dt.timedelta(minutes=1)
    )
    if what == "delete" and rule.pk:
        rules.filter(pk=rule.pk).delete()
    elif what == "own rule":
        rules.filter(service=cast.regular).delete()
        rule = ReminderRule(kind="reminder-24h", anchor="start", minutes=minutes, service=cast.regular)
        rule.active = minutes % 5 != 0
        rule.save()
    elif what in {"minutes", "switch"}:
        rule.minutes = minutes if what == "minutes" else rule.minutes
        rule.active = rule.active if what == "minutes" else not rule.active
        rule.save()
    elif what == "quiet hours":
        Practice.objects.update(quiet_from=dt.time(minutes % 24), quiet_until=dt.time(minutes % 7))
    return rule


def effective(cast: Cast) -> ReminderRule | None:
    """The rule that counts for the service in the end."""
    rules = ReminderRule.objects.filter(kind="reminder-24h")
    return rules.filter(service=cast.regular).first() or rules.filter(service=None).first()


def moment_of(rule: ReminderRule, appointment: Appointment) -> dt.datetime:
    """When a rule wants its message, the quiet hours heeded."""
    due = appointment.starts_at - dt.timedelta(minutes=rule.minutes)
    morning = Practice.objects.get().quiet_hours.put_off(due)
    return morning if morning < appointment.starts_at else due


def edited_rows() -> list[tuple[int, int]]:
    """How many rows of the edited kind each appointment has."""
    rows = Reminder.objects.filter(kind="reminder-24h").values_list("appointment")
    return sorted(rows.annotate(number=Count("pk")).order_by("appointment"))


class TestEditingARule:
    """What happens to pending reminders when the admin edits a rule: nothing lost, nothing doubled."""

    @pytest.fixture
    def rule(self, cast: Cast) -> ReminderRule:
        """The rule of the day before."""
        return ReminderRule.objects.get(kind="reminder-24h")

    @pytest.fixture
    def appointment(self, cast: Cast) -> Appointment:
        """An appointment that owes its reminders."""
        appointment = cast.appointment(cast.at(12))
        schedule_reminders(appointment, now=timezone.now())
        return appointment

    def test_what_is_due_moves(self, appointment: Appointment, rule: ReminderRule) -> None:
        rule.minutes = 26 * 60
        rule.save()
        assert recompute_rule(rule) == 1
        assert owed(appointment, "reminder-24h").due_at == appointment.starts_at - 26 * HOUR

    def test_what_would_have_been_due_before_now_goes_now(self, appointment: Appointment, rule: ReminderRule) -> None:
        rule.minutes = 60 * 24 * 60
        rule.save()
        recompute_rule(rule)
        row = owed(appointment, "reminder-24h")
        assert row.state == ReminderState.DUE
        assert row.due_at < timezone.now() + 12 * HOUR

    def test_what_was_written_stays(self, appointment: Appointment, rule: ReminderRule) -> None:
        mail = ledger.queue_mail(kind="reminder-24h", to="a@b.org", subject="s", text="t")
        Reminder.objects.filter(kind="reminder-24h").update(state="done", mail=mail)
        rule.minutes = 60
        rule.save()
        assert recompute_rule(rule) == 0
        assert appointment.reminders.filter(kind="reminder-24h").count() == 1

    def test_switching_off_skips_and_switching_on_brings_back(
        self, appointment: Appointment, rule: ReminderRule
    ) -> None:
        before = owed(appointment, "reminder-24h").due_at
        for active, state in ((False, "skipped"), (True, "due")):
            rule.active = active
            rule.save()
            recompute_rule(rule)
            assert owed(appointment, "reminder-24h").state == state
        assert owed(appointment, "reminder-24h").due_at == before

    def test_a_late_booking_gets_the_reminder_that_now_fits(self, cast: Cast, rule: ReminderRule) -> None:
        appointment = cast.appointment(timezone.now() + 20 * HOUR)
        schedule_reminders(appointment, now=timezone.now())
        assert owed(appointment, "reminder-24h").state == ReminderState.SKIPPED
        Practice.objects.update(quiet_from=dt.time(0), quiet_until=dt.time(0))
        rule.minutes = 60
        rule.save()
        recompute_rule(rule)
        assert owed(appointment, "reminder-24h").due_at == appointment.starts_at - HOUR

    def test_what_was_cancelled_stays_void(self, appointment: Appointment, rule: ReminderRule) -> None:
        void_reminders(appointment, why="moved")
        rule.minutes = 60
        rule.save()
        assert recompute_rule(rule) == 0

    def test_a_deleted_rule_gives_way_to_the_general_one(self, cast: Cast, appointment: Appointment) -> None:
        own = ReminderRule.objects.create(
            kind="reminder-24h", service=cast.regular, anchor=Anchor.START, minutes=25 * 60
        )
        recompute_rule(own)
        assert owed(appointment, "reminder-24h").due_at == appointment.starts_at - 25 * HOUR
        own.delete()
        recompute_rule(own)
        assert owed(appointment, "reminder-24h").due_at == appointment.starts_at - DAY

    def test_without_any_rule_nothing_is_owed(self, appointment: Appointment, rule: ReminderRule) -> None:
        rule.delete()
        recompute_rule(rule)
        assert owed(appointment, "reminder-24h").state == ReminderState.SKIPPED

    def test_switching_confirmations_on_confirms_nothing_old(self, cast: Cast) -> None:
        rule = ReminderRule.objects.get(kind="confirmation")
        rule.active = False
        rule.save()
        appointment = cast.appointment(cast.at(12))
        schedule_reminders(appointment, now=timezone.now() - 5 * DAY)
        rule.active = True
        rule.save()
        assert recompute_rule(rule) == 0
        assert owed(appointment, "confirmation").state == ReminderState.SKIPPED
