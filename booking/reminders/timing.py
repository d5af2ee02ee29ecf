"""When a message is due and until when it is of use. Instants in UTC; quiet hours are wall time in the practice's zone.

Each kind of mail that an appointment owes has one of these timings.
"""

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clinic.models import Practice

if TYPE_CHECKING:
    from booking.models import Appointment, ReminderRule


class Anchor(models.TextChoices):
    """From where the minutes of a rule are counted."""

    BOOKING = "booking", gettext_lazy("after booking")
    START = "start", gettext_lazy("before the start")
    END = "end", gettext_lazy("after the end")


@dataclass(frozen=True)
class Moment:
    """When a message is due and when it is useless; `late` where its moment had passed before it was owed."""

    due_at: dt.datetime
    not_after: dt.datetime
    late: str = ""


@dataclass(frozen=True, kw_only=True)
class Occasion:
    """What a moment is reckoned from: the rule, the appointment, and when its present revision was `booked_at`.

    What `waited` already for another moment is never late: where this one has passed, it is due now.
    """

    rule: "ReminderRule"
    appointment: "Appointment"
    practice: Practice
    now: dt.datetime
    booked_at: dt.datetime
    waited: bool = False


@dataclass(frozen=True)
class Timing:
    """When a kind of mail is due; here: when whatever it tells of happens, which no rule says."""

    announces: ClassVar[bool] = False
    """It tells of an appointment to come, so it is never sent after that began."""
    answers: ClassVar[bool] = False
    """It answers what was just done: it comes at once, also at night."""
    follows: ClassVar[bool] = False
    """Only a session that took place earns it."""
    anchors: ClassVar[tuple[Anchor, ...]] = ()
    """From where a rule may count it."""

    @property
    def usual(self) -> tuple[Anchor, int] | None:
        """Anchor and minutes of a new practice's rule; None where such a mail is not owed by a rule."""
        return None

    def moment(self, occasion: Occasion) -> Moment:
        """When it is due. Raises TypeError for what no rule says."""
        raise TypeError(f"No rule says when a mail is due: {type(self).__name__}")


@dataclass(frozen=True)
class AtOnce(Timing):
    """News of a change. A rule may switch it off; nothing else is asked of one."""

    announces, answers, anchors = True, True, (Anchor.BOOKING,)


@dataclass(frozen=True)
class AfterBooking(Timing):
    """As many minutes after booking as the rule says, and the practice's own delay besides."""

    minutes: int = 0
    announces, answers, anchors = True, True, (Anchor.BOOKING,)

    @property
    def usual(self) -> tuple[Anchor, int] | None:
        """Counted from booking."""
        return Anchor.BOOKING, self.minutes

    def moment(self, occasion: Occasion) -> Moment:
        """Never after the start: an appointment that begins before then is told of at once."""
        starts_at = occasion.appointment.starts_at
        if starts_at <= occasion.now:
            return begun(occasion)
        wait = dt.timedelta(minutes=occasion.practice.confirmation_delay_minutes + occasion.rule.minutes)
        due = occasion.booked_at + wait
        return Moment(due if due < starts_at else occasion.booked_at, starts_at)


@dataclass(frozen=True)
class BeforeStart(Timing):
    """Some time before the appointment begins, not at night unless the morning is too late."""

    minutes: int
    announces, anchors = True, (Anchor.START, Anchor.BOOKING)

    @property
    def usual(self) -> tuple[Anchor, int] | None:
        """Counted back from the start."""
        return Anchor.START, self.minutes

    def moment(self, occasion: Occasion) -> Moment:
        """Late where the appointment was booked after it; what waited goes now instead."""
        starts_at, now = occasion.appointment.starts_at, occasion.now
        if starts_at <= now:
            return begun(occasion)
        due = occasion.rule.due(booked_at=occasion.booked_at, starts_at=starts_at, ends_at=occasion.appointment.ends_at)
        if due < now and not occasion.waited:
            return Moment(due, starts_at, _("Booked after its time had passed; the confirmation says it all."))
        if due >= starts_at:
            return Moment(due, starts_at, _("Its time is not before the appointment."))
        due = max(due, now)
        morning = occasion.practice.quiet_hours.put_off(due)
        return Moment(morning if morning < starts_at else due, starts_at)


@dataclass(frozen=True)
class AfterSession(Timing):
    """Some time after the session, never at night, and of use for `useful_for`."""

    minutes: int
    useful_for: dt.timedelta
    follows, anchors = True, (Anchor.END,)

    @property
    def usual(self) -> tuple[Anchor, int] | None:
        """Counted from the end."""
        return Anchor.END, self.minutes

    def moment(self, occasion: Occasion) -> Moment:
        """Never before it is owed; late where the session was closed so late that nobody would want it any more."""
        appointment, now = occasion.appointment, occasion.now
        due = occasion.rule.due(
            booked_at=appointment.created_at, starts_at=appointment.starts_at, ends_at=appointment.ends_at
        )
        too_late = due + self.useful_for < now and not occasion.waited
        late = _("The session was closed too late for it.") if too_late else ""
        due = occasion.practice.quiet_hours.put_off(max(due, now))
        return Moment(due, due + self.useful_for, late)


def begun(occasion: Occasion) -> Moment:
    """What announces an appointment that has begun."""
    return Moment(occasion.now, occasion.appointment.starts_at, _("The appointment had already begun."))
