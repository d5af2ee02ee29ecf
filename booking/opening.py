"""When people work, as the engine wants it: weekly hours, hours of single dates and holidays, in one query."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection

from booking import availability
from booking.availability import DateOverride, Hours, Key, Span
from booking.availability.instants import DAY
from booking.models import HoursOverride, Therapist, WorkingHours

# The engine looks so far around the days that it is asked about: hours over midnight, and idle time before them.
AROUND = dt.timedelta(days=4)

# One statement instead of three: whoever asks for times has six queries, and this is the only one that reads hours.
# `%(from)s` and `%(to)s` are local dates, both inclusive. A row without a weekday is of one date.
CALENDAR = """
    SELECT therapist_id, weekday, starts, ends, valid_from, valid_until
    FROM booking_workinghours WHERE therapist_id = ANY(%(therapists)s)
    UNION ALL
    SELECT therapist_id, NULL, starts, ends, date, date
    FROM booking_hoursoverride WHERE therapist_id = ANY(%(therapists)s) AND date BETWEEN %(from)s AND %(to)s
    UNION ALL
    SELECT NULL, NULL, NULL, NULL, date, date
    FROM booking_holiday WHERE closed AND date BETWEEN %(from)s AND %(to)s
"""


@dataclass(frozen=True)
class Opening:
    """Hours by therapist, and the days on which nobody works."""

    hours: defaultdict[Key, list[Hours]] = field(default_factory=lambda: defaultdict(list))
    overrides: defaultdict[Key, list[DateOverride]] = field(default_factory=lambda: defaultdict(list))
    closed: list[Span] = field(default_factory=list)


def work_between(therapists: Iterable[Therapist], *, on: dt.date) -> tuple[int, int]:
    """When the first of these begins and the last goes home, on any day from the local date `on`: minutes of the day.

    The whole day where somebody works over midnight, or nobody has hours yet.
    """
    people = list(therapists)
    weekly = WorkingHours.objects.filter(therapist__in=people).exclude(valid_until__lt=on)
    dated = HoursOverride.objects.filter(therapist__in=people, date__gte=on)
    rows = [*weekly.values_list("starts", "ends"), *dated.values_list("starts", "ends")]
    found = [(starts, ends) for starts, ends in rows if starts is not None and ends is not None]
    if not found or any(ends <= starts for starts, ends in found):
        return 0, DAY
    begins, ends = min(starts for starts, _ends in found), max(ends for _starts, ends in found)
    return begins.hour * 60 + begins.minute, ends.hour * 60 + ends.minute


def opening_of(therapists: Collection[Key], *, first: dt.date, last: dt.date, zone: ZoneInfo) -> Opening:
    """What is needed about the local dates `first` to `last`, both inclusive. One query."""
    found = Opening()
    asked: dict[str, Any] = {"therapists": list(therapists), "from": first - AROUND, "to": last + AROUND}
    with connection.cursor() as cursor:
        cursor.execute(CALENDAR, asked)
        rows = cursor.fetchall()
    for key, weekday, starts, ends, since, until in rows:
        if key is None:
            found.closed.append(availability.day_span(zone, since))
        elif weekday is not None:
            found.hours[key].append(Hours(weekday, starts, ends, since, until))
        else:
            found.overrides[key].append(DateOverride(since, () if starts is None else ((starts, ends),)))
    return found
