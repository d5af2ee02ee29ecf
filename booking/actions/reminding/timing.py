"""When a message is due. Instants in UTC; quiet hours are wall time in the practice's zone."""

import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from booking.models import Appointment, Reminder, ReminderRule
from clinic.models import MailKind, Practice

# How long after it was due a message is still of use, for those that announce nothing.
USEFUL_FOR = {
    MailKind.AFTERCARE: dt.timedelta(days=2),
    MailKind.PAIN_CHECK: dt.timedelta(days=3),
    MailKind.REBOOK: dt.timedelta(days=14),
}


@dataclass(frozen=True)
class Moment:
    """When a message is due and when it is useless; `late` where its moment had passed before it was owed."""

    due_at: dt.datetime
    not_after: dt.datetime
    late: str = ""


def moment(
    rule: ReminderRule,
    appointment: Appointment,
    practice: Practice,
    *,
    now: dt.datetime,
    booked_at: dt.datetime,
    waited: bool = False,
) -> Moment:
    """When the message of a rule is due for an appointment whose present revision was booked at `booked_at`.

    What `waited` already for another moment is never late: where this one has passed, it is due now.
    """
    kind = MailKind(rule.kind)
    if kind not in Reminder.BEFORE_START:
        return after_moment(rule, appointment, practice, now=now, waited=waited)
    starts_at = appointment.starts_at
    if starts_at <= now:
        return Moment(now, starts_at, _("The visit had already begun."))
    if kind == MailKind.CONFIRMATION:
        wait = dt.timedelta(minutes=practice.confirmation_delay_minutes + rule.minutes)
        return Moment(booked_at + wait if booked_at + wait < starts_at else booked_at, starts_at)
    due = rule.due(booked_at=booked_at, starts_at=starts_at, ends_at=appointment.ends_at)
    if due < now and not waited:
        return Moment(due, starts_at, _("Booked after its time had passed; the confirmation says it all."))
    if due >= starts_at:
        return Moment(due, starts_at, _("Its time is not before the visit."))
    due = max(due, now)
    morning = out_of_quiet_hours(due, practice)
    return Moment(morning if morning < starts_at else due, starts_at)


def after_moment(
    rule: ReminderRule, appointment: Appointment, practice: Practice, *, now: dt.datetime, waited: bool
) -> Moment:
    """When a message after the session is due: never before it is owed, never at night."""
    due = rule.due(booked_at=appointment.created_at, starts_at=appointment.starts_at, ends_at=appointment.ends_at)
    useful_for = USEFUL_FOR.get(MailKind(rule.kind), dt.timedelta(days=2))
    late = _("The session was closed too late for it.") if due + useful_for < now and not waited else ""
    due = out_of_quiet_hours(max(due, now), practice)
    return Moment(due, due + useful_for, late)


def out_of_quiet_hours(due: dt.datetime, practice: Practice) -> dt.datetime:
    """`due`, or where that lies in the quiet hours the coming morning, as an instant in UTC.

    Quiet hours that begin and end at the same time are none. A mail that an outage delayed goes when it can.
    """
    begin, end = practice.quiet_from, practice.quiet_until
    local = due.astimezone(practice.zone)
    time = local.time().replace(tzinfo=None)
    over_midnight = begin > end
    quiet = (time >= begin or time < end) if over_midnight else begin <= time < end
    if not quiet:
        return due
    next_day = over_midnight and time >= begin
    return wall_time(local.date() + dt.timedelta(days=next_day), end, practice.zone)


def wall_time(day: dt.date, time: dt.time, zone: ZoneInfo) -> dt.datetime:
    """A wall time as an instant in UTC; in a spring gap the moment at which the clock has jumped past it."""
    return dt.datetime.combine(day, time, zone).astimezone(dt.UTC)
