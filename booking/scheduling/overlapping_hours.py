"""Which working hours say the same twice: of one therapist, at one time, valid on the same dates. Pure."""

import datetime as dt
from collections.abc import Sequence

from booking.models import HoursOverride, WorkingHours

DAY_MINUTES = 24 * 60
WEEK_MINUTES = 7 * DAY_MINUTES
HoursRange = WorkingHours | HoursOverride


def hours_in_minutes(hours: HoursRange) -> tuple[int, int] | None:
    """A range in minutes: of the week from Monday, of the calendar for other hours. None where the day is closed."""
    if hours.starts is None or hours.ends is None:
        return None
    day = hours.weekday if isinstance(hours, WorkingHours) else hours.date.toordinal()
    begin = day * DAY_MINUTES + hours.starts.hour * 60 + hours.starts.minute
    return begin, begin + (
        (hours.ends.hour - hours.starts.hour) * 60 + hours.ends.minute - hours.starts.minute
    ) % DAY_MINUTES or DAY_MINUTES


def valid_together(one: HoursRange, other: HoursRange) -> bool:
    """Whether there are dates on which both count."""
    if isinstance(one, HoursOverride) or isinstance(other, HoursOverride):
        return True
    since = max(one.valid_from or dt.date.min, other.valid_from or dt.date.min)
    return since <= min(one.valid_until or dt.date.max, other.valid_until or dt.date.max)


def hours_overlap(one: HoursRange, other: HoursRange) -> bool:
    """Whether two ranges of one therapist overlap; those that only touch do not. A week begins again after Sunday."""
    if not valid_together(one, other):
        return False
    first, second = hours_in_minutes(one), hours_in_minutes(other)
    if first is None or second is None:
        return isinstance(one, HoursOverride) and isinstance(other, HoursOverride) and one.date == other.date
    turns = (-WEEK_MINUTES, 0, WEEK_MINUTES) if isinstance(one, WorkingHours) else (0,)
    return any(first[0] < second[1] + turn and second[0] + turn < first[1] for turn in turns)


def first_overlap(hours: HoursRange, others: Sequence[HoursRange]) -> HoursRange | None:
    """The first of the others that overlaps, if any."""
    return next((each for each in others if hours_overlap(hours, each)), None)
