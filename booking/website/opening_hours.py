"""When somebody is there, as the public sees it: all working hours of a week put together, and the days off ahead."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from booking.scheduling.availability.instants import MINUTES_PER_DAY, as_datetime
from booking.scheduling.availability.rules import span_of_day
from booking.scheduling.availability.spans import Span, merge_spans
from booking.scheduling.configuration import Configuration
from booking.scheduling.hours import ONE_DAY
from clinic.country.locale import Formats

CLOSED_DAYS_AHEAD = 60
MOST_CLOSURES = 4


@dataclass(frozen=True)
class OpenDays:
    """Neighbouring weekdays (Monday is 0) with the same hours, in minutes of the day; past 1440 on the next."""

    weekdays: tuple[int, ...]
    ranges: tuple[Span, ...]


@dataclass(frozen=True)
class Closure:
    """Local dates, both inclusive, on which the practice is closed; the name of a holiday, else none."""

    first: dt.date
    last: dt.date
    name: str = ""


def staffed_hours(configuration: Configuration, on: dt.date) -> dict[int, tuple[Span, ...]]:
    """By weekday, when anybody who takes appointments works, by the weekly hours that are valid on a date."""
    week: dict[int, list[Span]] = {}
    for who in configuration.therapists.values():
        if not (who.at_work and who.services):
            continue
        for each in who.hours:
            if (each.valid_from or on) <= on <= (each.valid_until or on):
                week.setdefault(each.weekday, []).append(span_of_day(each.starts, each.ends))
    return {weekday: tuple(merge_spans(ranges)) for weekday, ranges in week.items()}


def open_days(week: dict[int, tuple[Span, ...]], order: Iterable[int]) -> list[OpenDays]:
    """The open weekdays in the order of a week, neighbours with the same hours together."""
    days = [(weekday, week.get(weekday, ())) for weekday in order]
    groups = [
        (ranges, [weekday for weekday, _ranges in same]) for ranges, same in groupby(days, key=lambda each: each[1])
    ]
    return [OpenDays(tuple(weekdays), ranges) for ranges, weekdays in groups if ranges]


def closures_ahead(configuration: Configuration, today: dt.date) -> list[Closure]:
    """Whole days of the next weeks on which the practice is closed. Why it has time off is for the team alone."""
    zone, until = configuration.zone, today + CLOSED_DAYS_AHEAD * ONE_DAY
    found = []
    for each in configuration.named_closures:
        if each.therapist is not None or not each.closed:
            continue
        begins, ends = (as_datetime(minute, zone) for minute in each.span)
        first = begins.date() if begins.time() == dt.time.min else begins.date() + ONE_DAY
        last = ends.date() - ONE_DAY
        if first <= last and last >= today and first <= until:
            found.append(Closure(max(first, today), last, each.name if each.is_holiday else ""))
    return sorted(found, key=lambda each: (each.first, each.last))[:MOST_CLOSURES]


def as_time(minute: int) -> dt.time:
    """A minute of the day, or of the next."""
    hours, minutes = divmod(minute % MINUTES_PER_DAY, 60)
    return dt.time(hours, minutes)


def hours_lines(days: list[OpenDays], formats: Formats) -> list[dict[str, object]]:
    """The opening hours as a template lists them: `days`, `hours`."""
    names = dict(formats.weekdays())
    return [
        {
            "days": names[each.weekdays[0]]
            if len(each.weekdays) == 1
            else f"{names[each.weekdays[0]]} – {names[each.weekdays[-1]]}",
            "hours": ", ".join("–".join(formats.clock(as_time(minute)) for minute in span) for span in each.ranges),
        }
        for each in days
    ]
