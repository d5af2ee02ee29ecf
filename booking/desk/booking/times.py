"""The free times of one day for whoever books at the desk, and why another is not among them."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils import timezone

from booking.models import Therapist
from booking.scheduling import schedule
from booking.scheduling.order import Order
from booking.scheduling.refusals import reason_for_team
from booking.scheduling.schedule import FreeTime, Schedule


@dataclass(frozen=True)
class DayTimes:
    """The free times of a day with one therapist, or with anyone."""

    day: dt.date
    therapist: Therapist | None
    offers: Sequence[FreeTime] = ()
    schedule: Schedule | None = None

    @property
    def minutes(self) -> int:
        """How long it takes."""
        return self.schedule.rules.minutes if self.schedule else 0

    def why_not(self, asked: object) -> str:
        """What speaks against a start, or a wall time of the day, with the therapist; empty where nothing does."""
        if self.schedule is None or self.therapist is None or not isinstance(asked, dt.time | dt.datetime):
            return ""
        zone = timezone.get_current_timezone()
        start = asked if isinstance(asked, dt.datetime) else dt.datetime.combine(self.day, asked, zone)
        reason = self.schedule.check(self.therapist, start).reason
        return reason_for_team(reason, therapist=self.therapist.name) if reason else ""


def day_times(order: Order | None, therapist: Therapist | None, day: dt.date) -> DayTimes:
    """What is free of an order on a local date; nothing where nothing is ordered."""
    if order is None:
        return DayTimes(day, therapist)
    book = schedule.read_schedule(order, first=day, last=day, therapist=therapist)
    return DayTimes(day, therapist, [book.free_time(each) for each in book.offers(day, day)], book)
