"""When people work and when they are away on some days, as the engine wants it."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from booking.models import HoursOverride, Therapist, WorkingHours
from booking.scheduling.availability import ResourceKey, Span, TherapistSchedule, dates_span
from booking.scheduling.availability.instants import MINUTES_PER_DAY, WallClock, day_number
from booking.scheduling.availability.rules import working_ranges
from booking.scheduling.availability.spans import clipped, merge_spans
from booking.scheduling.busy import Busy
from booking.scheduling.configuration import Configuration

# The engine looks so far around the days that it is asked about: hours over midnight, and idle time before them.
OPENING_MARGIN = dt.timedelta(days=4)
ONE_DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class WorkingSpan:
    """When somebody works: from the first who begins to the last who goes home, in minutes of the day, and on which
    weekdays. The whole day and every day where nobody has hours yet."""

    begins: int = 0
    ends: int = MINUTES_PER_DAY
    weekdays: frozenset[int] = frozenset(range(7))


def working_span(therapists: Iterable[Therapist], *, on: dt.date) -> WorkingSpan:
    """When any of these works from the local date `on`. The whole day where somebody works over midnight."""
    people = list(therapists)
    weekly = WorkingHours.objects.filter(therapist__in=people).exclude(valid_until__lt=on)
    dated = HoursOverride.objects.filter(therapist__in=people, date__gte=on).values_list("date", "starts", "ends")
    found = list(weekly.values_list("weekday", "starts", "ends"))
    found += [(date.weekday(), starts, ends) for date, starts, ends in dated if starts is not None and ends is not None]
    if not found:
        return WorkingSpan()
    days = {weekday for weekday, _starts, _ends in found}
    into_next = {(weekday + 1) % 7 for weekday, starts, ends in found if dt.time.min < ends <= starts}
    if any(ends <= starts for _weekday, starts, ends in found):
        return WorkingSpan(weekdays=frozenset(days | into_next))
    begins, ends = min(starts for _weekday, starts, _ends in found), max(ends for _weekday, _starts, ends in found)
    return WorkingSpan(begins.hour * 60 + begins.minute, ends.hour * 60 + ends.minute, frozenset(days))


def therapist_schedules(
    configuration: Configuration, therapists: Iterable[Therapist], busy: Busy, *, first: dt.date, last: dt.date
) -> dict[ResourceKey, TherapistSchedule]:
    """What the engine must know of each therapist about the local dates `first` to `last`, both inclusive."""
    since, until = first - OPENING_MARGIN, last + OPENING_MARGIN
    frame = day_number(since) * MINUTES_PER_DAY, day_number(until + ONE_DAY) * MINUTES_PER_DAY
    closed, found = touching(configuration.closed, frame), {}
    for each in therapists:
        who = configuration.therapists[each.pk]
        found[each.pk] = TherapistSchedule(
            key=each.pk,
            hours=who.hours,
            overrides=[day for day in who.overrides if since <= day.date <= until],
            busy=busy.therapists[each.pk],
            away=[*touching(who.away, frame), *closed],
            private=busy.private[each.pk],
            booked=busy.booked.get(each.pk, {}),
            max_appointments=each.max_appointments_a_day,
            max_minutes=each.max_minutes_a_day,
            adjacent_only=each.adjacent_only,
            minimum_gap=each.minimum_gap,
        )
    return found


def hours_worked(
    configuration: Configuration, therapists: Iterable[ResourceKey], *, first: dt.date, last: dt.date
) -> dict[ResourceKey, list[Span]]:
    """When each of these therapists works on some local dates, both inclusive, time off not taken away: instants,
    sorted and disjoint. What runs over midnight belongs to each day as far as it lies in it."""
    since, until = day_number(first), day_number(last)
    clock, frame = WallClock.of(configuration.zone, since, until), dates_span(configuration.zone, first, last)
    found = {}
    for key in therapists:
        who = configuration.therapists[key]
        # The day before may run into the first.
        ranges = working_ranges(
            TherapistSchedule(key=key, hours=who.hours, overrides=who.overrides), range(since - 1, until + 1)
        )
        found[key] = clipped(merge_spans(part for span in ranges for part in clock.spans(*span)), frame)
    return found


def touching(spans: Iterable[Span], frame: Span) -> list[Span]:
    """Those of some ranges that reach into a frame."""
    return [(start, end) for start, end in spans if start < frame[1] and end > frame[0]]
