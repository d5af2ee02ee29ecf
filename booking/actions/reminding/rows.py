"""One reminder's row from one rule."""

import datetime as dt

from django.utils.translation import gettext as _

from booking.actions.reminding.timing import moment
from booking.models import Appointment, Reminder, ReminderRule
from booking.models.reminder import ReminderState
from clinic.models import MailKind, Practice


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
    when = moment(rule, appointment, practice, now=now, booked_at=booked_at or now, waited=waited)
    reminder = Reminder(
        appointment=appointment,
        kind=rule.kind,
        revision=appointment.revision,
        due_at=when.due_at,
        not_after=when.not_after,
        written_at=now,
    )
    if not rule.active:
        skip(reminder, _("Switched off for this service."), now)
    elif rule.kind == MailKind.INTAKE_MISSING and not appointment.service.asks_intake:
        skip(reminder, _("This service asks for no intake."), now)
    elif when.late:
        skip(reminder, when.late, now)
    return reminder


def skip(reminder: Reminder, why: str, now: dt.datetime) -> None:
    """Settle an unsaved row without a mail."""
    reminder.state, reminder.skip_reason, reminder.settled_at = ReminderState.SKIPPED, why[:200], now
