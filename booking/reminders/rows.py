"""One reminder's row from one rule."""

import datetime as dt

from django.utils.translation import gettext as _

from booking.models import Appointment, Reminder, ReminderRule, ReminderState
from booking.reminders.kind import reminder_kind
from booking.reminders.timing import Occasion
from clinic.models import Practice


def row(
    appointment: Appointment,
    rule: ReminderRule,
    practice: Practice,
    *,
    now: dt.datetime,
    booked_at: dt.datetime | None = None,
    waited: bool = False,
) -> Reminder:
    """The unsaved row of one rule: due, or skipped where its moment has passed by `now` or the rule is off.

    `booked_at` is when the present revision was made, `now` where it is being made; what `waited` already is due now
    where its moment has passed. A row that is skipped at once has `settled_at` equal to `written_at`: it never was due.
    """
    kind = reminder_kind(rule.kind)
    moment = kind.timing.moment(
        Occasion(
            rule=rule,
            appointment=appointment,
            practice=practice,
            now=now,
            booked_at=booked_at or now,
            waited=waited,
        )
    )
    reminder = Reminder(
        appointment=appointment,
        kind=rule.kind,
        revision=appointment.revision,
        due_at=moment.due_at,
        not_after=moment.not_after,
        written_at=now,
    )
    if not rule.active:
        skip(reminder, _("Switched off for this service."), now)
    elif kind.never_owed is not None and (never := kind.never_owed(appointment)):
        skip(reminder, never, now)
    elif moment.late:
        skip(reminder, moment.late, now)
    return reminder


def skip(reminder: Reminder, why: str, now: dt.datetime) -> None:
    """Settle an unsaved row without a mail."""
    reminder.state, reminder.skip_reason, reminder.settled_at = ReminderState.SKIPPED, why[:200], now
