"""The minutes in which therapists take appointments: working hours less time off and closed days, by local date."""

import datetime as dt
from collections.abc import Collection, Mapping
from typing import TypeAlias

from django.db.models import Max

from booking.desk.reports.period import DateRange
from booking.models import Appointment, kept_time
from booking.scheduling.availability import ResourceKey
from booking.scheduling.availability.instants import WallClock, date_of, day_number
from booking.scheduling.availability.spans import subtract
from booking.scheduling.configuration import Configuration
from booking.scheduling.hours import hours_worked

OpenMinutes: TypeAlias = Mapping[tuple[ResourceKey, dt.date], int]
"""By therapist and local date; dates without any are absent."""


def open_minutes(configuration: Configuration, therapists: Collection[ResourceKey], dates: DateRange) -> OpenMinutes:
    """The open minutes of these therapists on some local dates. Time off at night costs nothing.

    Hours are as they stand now. Whoever takes no appointments any more counts up to the last that they had.
    """
    found: dict[tuple[ResourceKey, dt.date], int] = {}
    for key, span in counted_dates(configuration, therapists, dates).items():
        found |= {(key, day): minutes for day, minutes in minutes_by_day(configuration, key, span).items()}
    return found


def minutes_by_day(configuration: Configuration, key: ResourceKey, dates: DateRange) -> dict[dt.date, int]:
    """One therapist's open minutes by local date. What runs over midnight belongs to each day as far as it lies in
    it."""
    works = hours_worked(configuration, [key], first=dates.first, last=dates.last)[key]
    left = subtract(works, sorted([*configuration.therapists[key].away, *configuration.closed]))
    clock = WallClock.of(configuration.zone, day_number(dates.first), day_number(dates.last))
    found: dict[dt.date, int] = {}
    for start, end in left:
        for number in range(clock.day_of(start), clock.day_of(end - 1) + 1):
            begins, ends = clock.range_of_day(number)
            day = date_of(number)
            found[day] = found.get(day, 0) + min(end, ends) - max(start, begins)
    return found


def counted_dates(
    configuration: Configuration, therapists: Collection[ResourceKey], dates: DateRange
) -> dict[ResourceKey, DateRange]:
    """On which of some dates each therapist is asked about at all."""
    found = {key: dates for key in therapists if configuration.therapists[key].at_work}
    gone = [key for key in therapists if key not in found]
    if not gone:
        return found
    had = Appointment.objects.filter(kept_time(), therapist__in=gone).order_by()
    for key, last in had.values_list("therapist_id").annotate(Max("starts_at")):
        day = min(last.astimezone(configuration.zone).date(), dates.last)
        if day >= dates.first:
            found[key] = DateRange(dates.first, day)
    return found
