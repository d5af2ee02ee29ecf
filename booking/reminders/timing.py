"""When the mails of an appointment are due, in four families. Instants in UTC; quiet hours are wall time in the
practice's zone."""

import datetime as dt
from typing import ClassVar

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from booking.models import AHEAD, ReminderRule, Status
from booking.reminders.kind import Moment, Occasion, ReminderKind, Switch
from booking.reminders.models.reminder import Anchor
from clients.care import Triage
from clinic.quiet_hours import wall_time

STOPS = frozenset({Triage.EMERGENCY, Triage.DOCTOR})


class News(ReminderKind):
    """It tells at once of what was just done. A rule may switch it off."""

    announces, answers, anchors, statuses = True, True, (Anchor.BOOKING,), frozenset(AHEAD)


class BeforeStart(ReminderKind):
    """Some time before the appointment begins, not at night unless the morning is too late."""

    announces, anchors, statuses = True, (Anchor.START, Anchor.BOOKING), frozenset(AHEAD)
    switch, held_by = Switch.REMINDERS, STOPS

    def moment(self, rule: ReminderRule, occasion: Occasion) -> Moment:
        """Late where the appointment was booked after it; what waited goes now instead."""
        starts_at, ends_at = occasion.appointment.starts_at, occasion.appointment.ends_at
        if starts_at <= occasion.now:
            return begun_reason(occasion)
        due = rule.due(booked_at=occasion.booked_at, starts_at=starts_at, ends_at=ends_at)
        if due < occasion.now and not occasion.waited:
            return Moment(due, starts_at, _("Booked after its time had passed; the confirmation says it all."))
        if due >= starts_at:
            return Moment(due, starts_at, _("Its time is not before the appointment."))
        due = max(due, occasion.now)
        morning = occasion.practice.quiet_hours.put_off(due)
        return Moment(morning if morning < starts_at else due, starts_at)


class AfterSession(ReminderKind):
    """Some time after the session took place, never at night."""

    follows, anchors, statuses = True, (Anchor.END,), frozenset({Status.COMPLETED})
    wrong_status = gettext_lazy("The session did not take place.")
    switch, held_by = Switch.TIPS, STOPS
    useful_for: ClassVar[dt.timedelta]
    """How long after it was due it is still of use."""

    def moment(self, rule: ReminderRule, occasion: Occasion) -> Moment:
        """Never before it is owed; late where the session was closed so late that nobody would want it any more."""
        appointment, now = occasion.appointment, occasion.now
        due = rule.due(booked_at=occasion.booked_at, starts_at=appointment.starts_at, ends_at=appointment.ends_at)
        late = due + self.useful_for < now and not occasion.waited
        why = _("The session was closed too late for it.") if late else ""
        due = occasion.practice.quiet_hours.put_off(max(due, now))
        return Moment(due, due + self.useful_for, why)


class MorningAfter(AfterSession):
    """On the morning after the session, and on that day only: what it says holds for that day."""

    EARLIEST: ClassVar[dt.time] = dt.time(9)
    useful_for = dt.timedelta(hours=10)

    def moment(self, rule: ReminderRule, occasion: Occasion) -> Moment:
        """Not before nine or by its rule, whichever is later; late once that day is over."""
        appointment, practice, now = occasion.appointment, occasion.practice, occasion.now
        due = rule.due(booked_at=occasion.booked_at, starts_at=appointment.starts_at, ends_at=appointment.ends_at)
        day = practice.date_of(appointment.ends_at) + dt.timedelta(days=1)
        due = practice.quiet_hours.put_off(max(due, wall_time(day, self.EARLIEST, practice.zone)))
        not_after = due + self.useful_for
        due = practice.quiet_hours.put_off(max(due, now))
        return Moment(due, not_after, _("The session was closed too late for it.") if due >= not_after else "")


def begun_reason(occasion: Occasion) -> Moment:
    """What announces an appointment that has begun."""
    return Moment(occasion.now, occasion.appointment.starts_at, _("The appointment had already begun."))
