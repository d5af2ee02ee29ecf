"""When people work and when they are away, as the engine wants it, in one query."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from booking import availability
from booking.availability import DateOverride, Hours, Key, Span
from booking.availability.instants import DAY
from booking.models import HoursOverride, Therapist, WorkingHours
from clinic.kept import rows_of

# The engine looks so far around the days that it is asked about: hours over midnight, and idle time before them.
AROUND = dt.timedelta(days=4)

# One statement instead of four: whoever asks for times has six queries. `from` and `to` are local dates, both
# inclusive; `start` and `end` are instants around them. A row without a weekday is of one date, a row with minutes
# (since the epoch, rounded outwards as by `availability.span_around`) is time off; one without a therapist is of all.
CALENDAR = """
    SELECT therapist_id, weekday, starts, ends, valid_from, valid_until, NULL::bigint, NULL::bigint
    FROM booking_workinghours WHERE therapist_id = ANY(%(therapists)s)
    UNION ALL
    SELECT therapist_id, NULL, starts, ends, date, date, NULL, NULL
    FROM booking_hoursoverride WHERE therapist_id = ANY(%(therapists)s) AND date BETWEEN %(from)s AND %(to)s
    UNION ALL
    SELECT NULL, NULL, NULL, NULL, date, date, NULL, NULL
    FROM booking_holiday WHERE closed AND date BETWEEN %(from)s AND %(to)s
    UNION ALL
    SELECT therapist_id, NULL, NULL, NULL, NULL, NULL,
           floor(extract(epoch FROM starts_at) / 60)::bigint, ceil(extract(epoch FROM ends_at) / 60)::bigint
    FROM booking_timeoff WHERE starts_at < %(end)s AND ends_at > %(start)s
"""


@dataclass(frozen=True)
class Opening:
    """Hours and time off by therapist, and the days on which nobody works."""

    hours: defaultdict[Key, list[Hours]] = field(default_factory=lambda: defaultdict(list))
    overrides: defaultdict[Key, list[DateOverride]] = field(default_factory=lambda: defaultdict(list))
    away: defaultdict[Key, list[Span]] = field(default_factory=lambda: defaultdict(list))
    closed: list[Span] = field(default_factory=list)


@dataclass(frozen=True)
class Work:
    """When somebody works: from the first who begins to the last who goes home, in minutes of the day, and on which
    weekdays. The whole day and every day where nobody has hours yet."""

    begins: int = 0
    ends: int = DAY
    weekdays: frozenset[int] = frozenset(range(7))


def work_of(therapists: Iterable[Therapist], *, on: dt.date) -> Work:
    """When any of these works from the local date `on`. The whole day where somebody works over midnight."""
    people = list(therapists)
    weekly = WorkingHours.objects.filter(therapist__in=people).exclude(valid_until__lt=on)
    dated = HoursOverride.objects.filter(therapist__in=people, date__gte=on).values_list("date", "starts", "ends")
    found = list(weekly.values_list("weekday", "starts", "ends"))
    found += [(date.weekday(), starts, ends) for date, starts, ends in dated if starts is not None and ends is not None]
    if not found:
        return Work()
    days = {weekday for weekday, _starts, _ends in found}
    into_next = {(weekday + 1) % 7 for weekday, starts, ends in found if dt.time.min < ends <= starts}
    if any(ends <= starts for _weekday, starts, ends in found):
        return Work(weekdays=frozenset(days | into_next))
    begins, ends = min(starts for _weekday, starts, _ends in found), max(ends for _weekday, _starts, ends in found)
    return Work(begins.hour * 60 + begins.minute, ends.hour * 60 + ends.minute, frozenset(days))


def opening_of(therapists: Collection[Key], *, first: dt.date, last: dt.date, zone: ZoneInfo) -> Opening:
    """What is needed about the local dates `first` to `last`, both inclusive. One query."""
    found = Opening()
    since, until = first - AROUND, last + AROUND
    asked: dict[str, Any] = {
        "therapists": list(therapists),
        "from": since,
        "to": until,
        "start": dt.datetime.combine(since, dt.time.min, dt.UTC),
        "end": dt.datetime.combine(until, dt.time.max, dt.UTC),
    }
    for key, weekday, starts, ends, valid_from, valid_until, *away in rows_of(CALENDAR, asked):
        if away[0] is not None:
            for each in [key] if key else therapists:
                found.away[each].append((away[0], away[1]))
        elif key is None:
            found.closed.append(availability.day_span(zone, valid_from))
        elif weekday is not None:
            found.hours[key].append(Hours(weekday, starts, ends, valid_from, valid_until))
        else:
            found.overrides[key].append(DateOverride(valid_from, () if starts is None else ((starts, ends),)))
    return found
