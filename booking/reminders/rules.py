"""The practice's rules for messages: the usual ones, what an appointment owes by them, and what an edit changes."""

import datetime as dt

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from booking.models import AHEAD, Appointment, Reminder, ReminderRule, ReminderState, SessionNote, Status
from booking.reminders.kind import Occasion, reminder_kind, reminder_kinds
from clinic.models import Practice

MINUTES_A_WEEK = 7 * 24 * 60
CHUNK = 500
# How long after its session a message may begin to be owed that was not owed before.
BEGINS_WITHIN = dt.timedelta(days=370)
JUDGED = ["state", "skip_reason", "due_at", "not_after", "settled_at"]


def default_rules() -> list[ReminderRule]:
    """The rules of a new practice, unsaved; times as in docs/invariants.md#default-reminders.

    The confirmation waits for the practice's own delay besides; rebooking counts from the interval in the session note.
    """
    return [
        ReminderRule(kind=kind.code, anchor=kind.anchors[0], minutes=kind.minutes)
        for kind in reminder_kinds()
        if kind.minutes is not None
    ]


def ensure_default_rules() -> int:
    """Write the usual rules where there is no general rule of their kind; return how many. Again adds none."""
    present = set(ReminderRule.objects.filter(service=None).values_list("kind", flat=True))
    missing = [rule for rule in default_rules() if rule.kind not in present]
    ReminderRule.objects.bulk_create(missing, ignore_conflicts=True)
    return len(missing)


def reminder_row(rule: ReminderRule, occasion: Occasion) -> Reminder:
    """The unsaved row of one rule: due, or skipped where its moment has passed or the rule is off.

    A row that is skipped at once has `settled_at` equal to `written_at`: it never was due.
    """
    kind, appointment, now = reminder_kind(rule.kind), occasion.appointment, occasion.now
    moment = kind.moment(rule, occasion)
    reminder = Reminder(
        appointment=appointment,
        kind=rule.kind,
        revision=appointment.revision,
        due_at=moment.due_at,
        not_after=moment.not_after,
        written_at=now,
    )
    off = "" if rule.active else _("Switched off for this service.")
    if why := off or kind.never_owed(appointment) or moment.late:
        skip_reminder(reminder, why, now)
    return reminder


def skip_reminder(reminder: Reminder, why: str, now: dt.datetime) -> None:
    """Settle an unsaved row without a mail."""
    reminder.state, reminder.skip_reason, reminder.settled_at = ReminderState.SKIPPED, why[:200], now


def recompute_rule(rule: ReminderRule, practice: Practice) -> int:
    """After a rule was added, edited, switched or deleted: bring what is pending of its kind in line; return how many.

    What was written as a mail stays. What is due moves; where its new moment has passed it goes now rather than never,
    where there is no moment for it any more it is skipped. What was skipped when it was written, or by a rule, is
    judged again; what was skipped later (cancelled, no address) is not.
    """
    if reminder_kind(rule.kind).minutes is None:
        return 0
    rules = {each.service_id: each for each in ReminderRule.objects.filter(kind=rule.kind)}
    now = timezone.now()
    changed = last = 0
    while True:
        with transaction.atomic():
            appointments = appointments_of_rule(rule.kind, now).filter(pk__gt=last).order_by("pk")[:CHUNK]
            pending = Pending({appointment.pk: appointment for appointment in appointments}, rule.kind, practice, now)
            if not pending.appointments:
                return changed
            changed += pending.follow(rules)
        last = max(pending.appointments)


def appointments_of_rule(kind: str, now: dt.datetime) -> QuerySet[Appointment]:
    """The appointments that may still owe a message of this kind."""
    if reminder_kind(kind).announces:
        return Appointment.objects.filter(status__in=AHEAD, starts_at__gt=now)
    # An invitation to come again may wait for years.
    rows = Reminder.objects.filter(appointment=OuterRef("pk"), kind=kind, not_after__gt=now)
    may_owe = Q(ends_at__gt=now - BEGINS_WITHIN) | Exists(rows)
    return Appointment.objects.filter(may_owe, status=Status.COMPLETED)


class Pending:
    """The reminders of one kind of some appointments, locked, while a rule changes."""

    def __init__(self, appointments: dict[int, Appointment], kind: str, practice: Practice, now: dt.datetime) -> None:
        self.appointments, self.kind, self.practice, self.now = appointments, reminder_kind(kind), practice, now
        found = Reminder.objects.select_for_update().filter(appointment__in=appointments, kind=kind)
        self.rows = {
            each.appointment_id: each for each in found if each.revision == appointments[each.appointment_id].revision
        }
        notes = SessionNote.objects.filter(appointment__in=appointments, rebook_weeks__gt=0)
        self.weeks = {note.appointment_id: note.rebook_weeks or 0 for note in notes if self.kind.by_interval}

    def follow(self, rules: dict[int | None, ReminderRule]) -> int:
        """Bring every row in line with the rules, by service and None; return how many changed or were added."""
        edited, added = [], []
        for key, appointment in self.appointments.items():
            old = self.rows.get(key)
            new = self.judge(appointment, old, rules.get(appointment.service_id) or rules.get(None))
            if new is None:
                continue
            if old is None:
                added.append(new)
                continue
            for column in JUDGED:
                setattr(old, column, getattr(new, column))
            edited.append(old)
        Reminder.objects.bulk_update(edited, JUDGED)
        Reminder.objects.bulk_create(added, ignore_conflicts=True)
        return len(edited) + len(added)

    def judge(self, appointment: Appointment, old: Reminder | None, rule: ReminderRule | None) -> Reminder | None:
        """The row as the rule wants it, or None where nothing is to be done."""
        waiting = old is not None and old.state == ReminderState.DUE
        if old is None and rule is not None and self.kind.answers:
            return self.told_before(appointment, rule)
        if not waiting and not self.may_begin(old):
            return None
        written_at = old.written_at if old else None
        if rule is None or (self.kind.by_interval and appointment.pk not in self.weeks):
            return self.without_rule(appointment, old) if waiting else None
        rule = ReminderRule(kind=rule.kind, anchor=rule.anchor, active=rule.active, minutes=rule.minutes)
        rule.minutes += self.weeks.get(appointment.pk, 0) * MINUTES_A_WEEK
        new = reminder_row(
            rule, self.occasion(appointment, booked_at=written_at or appointment.created_at, waited=waiting)
        )
        if old is None and new.state == ReminderState.SKIPPED and self.kind.announces:
            # Written as if at the booking: nothing is to be sent, and the proof finds the reason.
            new.written_at = new.settled_at = appointment.created_at
            return new
        if not waiting and (new.state == ReminderState.SKIPPED or self.answers_too_late(new)):
            return None
        if new.state == ReminderState.SKIPPED:
            new.settled_at = written_at
        return new

    def occasion(self, appointment: Appointment, *, booked_at: dt.datetime, waited: bool = False) -> Occasion:
        """For what a row is owed."""
        return Occasion(
            appointment=appointment, practice=self.practice, now=self.now, booked_at=booked_at, waited=waited
        )

    def may_begin(self, old: Reminder | None) -> bool:
        """Whether a message that nobody waits for now may become due after all."""
        if old is None:
            return True
        said_elsewhere = old.merged_into_id is not None
        return old.state == ReminderState.SKIPPED and old.settled_at == old.written_at and not said_elsewhere

    def told_before(self, appointment: Appointment, rule: ReminderRule) -> Reminder:
        """The row where no confirmation was ever owed: that client was told in another way."""
        told = reminder_row(rule, self.occasion(appointment, booked_at=self.now))
        skip_reminder(told, _("The client was told before this rule was there."), self.now)
        told.written_at = appointment.created_at
        return told

    def answers_too_late(self, new: Reminder) -> bool:
        """A confirmation is an answer: switching it on later must not confirm what was booked weeks ago."""
        return self.kind.answers and new.due_at < self.now

    def without_rule(self, appointment: Appointment, old: Reminder | None) -> Reminder:
        """The row of a rule that is gone: skipped, and judged again should the rule come back."""
        assert old is not None  # noqa: S101  only waiting rows come here
        gone = Reminder(appointment=appointment, kind=self.kind.code, due_at=old.due_at, not_after=old.not_after)
        skip_reminder(gone, _("No rule asks for it any more."), old.written_at)
        return gone
