"""Which working hours say the same twice: of one therapist, at one time, valid on the same dates. Pure."""

import datetime as dt
from collections.abc import Sequence

from booking.models import HoursOverride, WorkingHours

DAY = 24 * 60
WEEK = 7 * DAY
Ranged = WorkingHours | HoursOverride


def length(starts: dt.time, ends: dt.time) -> int:
    """Minutes from start to end; an end at or before the start lies on the next day."""
    return ((ends.hour - starts.hour) * 60 + ends.minute - starts.minute) % DAY or DAY


def minutes_of(hours: Ranged) -> tuple[int, int] | None:
    """A range in minutes: of the week from Monday, of the calendar for other hours. None where the day is closed."""
    if hours.starts is None or hours.ends is None:
        return None
    day = hours.weekday if isinstance(hours, WorkingHours) else hours.date.toordinal()
    begin = day * DAY + hours.starts.hour * 60 + hours.starts.minute
    return begin, begin + length(hours.starts, hours.ends)


def valid_together(one: Ranged, other: Ranged) -> bool:
    """Whether there are dates on which both count."""
    if isinstance(one, HoursOverride) or isinstance(other, HoursOverride):
        return True
    since = max(one.valid_from or dt.date.min, other.valid_from or dt.date.min)
    return since <= min(one.valid_until or dt.date.max, other.valid_until or dt.date.max)


def overlap(one: Ranged, other: Ranged) -> bool:
    """Whether two ranges of one therapist overlap; those that only touch do not. A week begins again after Sunday."""
    if not valid_together(one, other):
        return False
    first, second = minutes_of(one), minutes_of(other)
    if first is None or second is None:
        return isinstance(one, HoursOverride) and isinstance(other, HoursOverride) and one.date == other.date
    turns = (-WEEK, 0, WEEK) if isinstance(one, WorkingHours) else (0,)
    return any(first[0] < second[1] + turn and second[0] + turn < first[1] for turn in turns)


def first_overlap(hours: Ranged, others: Sequence[Ranged]) -> Ranged | None:
    """The first of the others that overlaps, if any."""
    return next((each for each in others if overlap(hours, each)), None)
