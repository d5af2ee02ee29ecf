"""What the tests of series share: Ana's series with Mira, every two weeks on a Tuesday at ten."""

import datetime as dt
from typing import Any

from django.utils import timezone

from booking.appointments.screening import SafetyAnswers
from booking.appointments.series_preview import SeriesDate, SeriesPattern, SeriesSlot
from booking.models import Appointment, Reminder, ReminderState, Series
from booking.scheduling.order import Order
from clinic.models import MailState, OutgoingMail
from tests.fixtures.actions import book_series, plan_series
from tests.fixtures.cast import Cast
from tests.fixtures.sweeps import sweep_reminders

WEEK = dt.timedelta(weeks=1)


def pattern(cast: Cast, **changes: Any) -> SeriesPattern:
    """Three times, every two weeks, from the cast's Tuesday at ten."""
    wish: dict[str, Any] = {
        "order": Order.of(changes.pop("service", cast.regular)),
        "therapist": cast.mira,
        "start": cast.at(10),
        "every_weeks": 2,
        "times": 3,
    }
    return SeriesPattern(**{**wish, **changes})


def turns(cast: Cast, *, client: Any = None, **changes: Any) -> list[SeriesDate]:
    """The preview of it, for Ana."""
    asked = {name: changes.pop(name) for name in ("choices", "at_once", "now") if name in changes}
    return plan_series(pattern(cast, **changes), client=client or cast.ana, **asked)


def shown(preview: list[SeriesDate]) -> list[SeriesSlot]:
    """What stands chosen in a preview."""
    return [turn.chosen for turn in preview if turn.chosen is not None]


def repeated(cast: Cast, picks: list[SeriesSlot] | None = None, **changes: Any) -> Series:
    """Book it, as its preview shows it but for what the test changes."""
    names = ("service", "therapist", "start", "every_weeks", "times", "after")
    of_pattern = {name: changes[name] for name in names if name in changes}
    if picks is None:
        picks = shown(turns(cast, client=changes.get("client"), **of_pattern))
    wish: dict[str, Any] = {
        "service": cast.regular,
        "therapist": cast.mira,
        "client": cast.ana,
        "answers": SafetyAnswers(),
        "every_weeks": 2,
        "times": 3,
        "picks": picks,
        "policy_accepted": True,
        "via": Appointment.Via.DESK,
        "by": cast.owner,
        **changes,
    }
    wish.pop("start", None)
    return book_series(**wish)


def appointments(series: Series) -> list[Appointment]:
    """Its appointments in order."""
    return list(series.appointments.with_people().order_by("position"))


def starts(series: Series) -> list[dt.datetime]:
    """When its active appointments begin."""
    return [appointment.starts_at for appointment in series.appointments.active().order_by("position")]


def mails(kind: str = "") -> list[OutgoingMail]:
    """Let everything be due that waits, sweep until nothing is left, and return the mails that are to go out."""
    due = Reminder.objects.filter(state=ReminderState.DUE, not_after__gt=timezone.now())
    if kind:
        due = due.filter(kind=kind)
    for again in range(3):
        if not due.update(due_at=timezone.now() - dt.timedelta(minutes=1)) and again > 1:
            break
        sweep_reminders()
    found = OutgoingMail.objects.exclude(state=MailState.WITHDRAWN)
    return list(found.filter(kind=kind) if kind else found)
