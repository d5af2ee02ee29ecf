"""What the tests of series share: Ana's series with Mira, every two weeks on a Tuesday at ten."""

import datetime as dt
from typing import Any

from django.utils import timezone

from booking.actions import Answers, Pick, book_series, plan_series
from booking.actions.previewing import Pattern, Turn
from booking.models import Appointment, Reminder, Series
from booking.models.reminder import ReminderState
from booking.reminders.sweep import sweep_reminders
from clinic.models import MailState, OutgoingMail
from tests.fixtures.cast import House

WEEK = dt.timedelta(weeks=1)


def pattern(house: House, **changes: Any) -> Pattern:
    """Three times, every two weeks, from the Tuesday of the house at ten."""
    wish: dict[str, Any] = {
        "service": house.regular,
        "therapist": house.mira,
        "start": house.at(10),
        "every_weeks": 2,
        "times": 3,
    }
    return Pattern(**{**wish, **changes})


def turns(house: House, *, client: Any = None, **changes: Any) -> list[Turn]:
    """The preview of it, for Ana."""
    asked = {name: changes.pop(name) for name in ("choices", "at_once", "now") if name in changes}
    return plan_series(pattern(house, **changes), client=client or house.ana, **asked)


def shown(preview: list[Turn]) -> list[Pick]:
    """What stands chosen in a preview."""
    return [turn.chosen for turn in preview if turn.chosen is not None]


def repeated(house: House, picks: list[Pick] | None = None, **changes: Any) -> Series:
    """Book it, as its preview shows it but for what the test changes."""
    names = ("service", "therapist", "start", "every_weeks", "times", "after")
    of_pattern = {name: changes[name] for name in names if name in changes}
    if picks is None:
        picks = shown(turns(house, client=changes.get("client"), **of_pattern))
    wish: dict[str, Any] = {
        "service": house.regular,
        "therapist": house.mira,
        "client": house.ana,
        "answers": Answers(),
        "every_weeks": 2,
        "times": 3,
        "picks": picks,
        "policy_accepted": True,
        "via": Appointment.Via.DESK,
        "by": house.owner,
        **changes,
    }
    wish.pop("start", None)
    return book_series(**wish)


def visits(series: Series) -> list[Appointment]:
    """Its visits in order."""
    return list(series.visits.with_people().order_by("position"))


def starts(series: Series) -> list[dt.datetime]:
    """When its active visits begin."""
    return [visit.starts_at for visit in series.visits.active().order_by("position")]


def mails(kind: str = "") -> list[OutgoingMail]:
    """Let everything be due that waits, sweep until nothing is left, and return the mails that are to go out."""
    due = Reminder.objects.filter(state=ReminderState.DUE, not_after__gt=timezone.now())
    if kind:
        due = due.filter(kind=kind)
    for _each in range(3):
        due.update(due_at=timezone.now() - dt.timedelta(minutes=1))
        sweep_reminders()
    found = OutgoingMail.objects.exclude(state=MailState.WITHDRAWN)
    return list(found.filter(kind=kind) if kind else found)
