"""Each rule as bars: ranges of instants in which a session may not *start*."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias

from booking.scheduling.availability.instants import (
    MINUTES_PER_DAY,
    WallClock,
    date_of,
    day_number,
    instant_not_before,
    minute_of_day,
)
from booking.scheduling.availability.spans import ALWAYS, FOREVER, Span, complement, merge_spans, subtract
from booking.scheduling.availability.values import Resource, ServiceRules, TherapistSchedule, Unavailable

Bars: TypeAlias = Mapping[Unavailable, list[Span]]

# 1970-01-01 was a Thursday.
EPOCH_WEEKDAY = 3


def bars_around(busy: Iterable[Span], before: int, after: int) -> list[Span]:
    """Starts from which `[start - before, start + after)` overlaps one of the ranges; `after` counts from the start."""
    return [(start - after + 1, end + before) for start, end in busy if start < end]


def shared_bars(
    service: ServiceRules,
    clock: WallClock,
    rooms: Sequence[Resource],
    kits: Sequence[Resource],
    client: Sequence[Span],
    *,
    today: int,
    now: dt.datetime,
) -> Bars:
    """The bars that are the same for every therapist; `today` is the number of the local day of `now`."""
    asked = instant_not_before(now)
    earliest = instant_not_before(now + dt.timedelta(minutes=service.notice))
    return {
        Unavailable.PAST: [(-FOREVER, asked)],
        Unavailable.NOTICE: [(asked, earliest)],
        Unavailable.HORIZON: clock.spans((today + service.horizon + 1) * MINUTES_PER_DAY, FOREVER),
        Unavailable.HOURS: time_of_day_bars(service, clock),
        Unavailable.NO_ROOM: _none_free(rooms, service.before, service.span) if service.needs_room else [],
        Unavailable.NO_KIT: _none_free(kits, service.before, service.kit_span) if service.needs_kit else [],
        Unavailable.CLIENT_BUSY: bars_around(client, 0, service.minutes),
    }


def own_bars(service: ServiceRules, clock: WallClock, diary: TherapistSchedule, hours: Sequence[Span]) -> Bars:
    """The bars of one therapist, who works the joined `hours`."""
    return {
        Unavailable.HOURS: complement(
            (start, end - service.minutes + 1) for start, end in hours if end - start >= service.minutes
        ),
        Unavailable.AWAY: bars_around(diary.away, 0, service.minutes),
        Unavailable.PRIVATE: bars_around(diary.private, 0, service.minutes),
        Unavailable.DAY_FULL: _full_days(service, clock, diary),
        Unavailable.THERAPIST_BUSY: bars_around(diary.busy, service.before, service.span),
        Unavailable.EDGE: _beside_only_bars(service, clock, diary) + _gap_bars(service, diary, hours),
    }


def working_ranges(diary: TherapistSchedule, days: Iterable[int]) -> Iterator[Span]:
    """The ranges that begin on each of the days, in minutes of wall time; ranges of one day that touch are one."""
    overrides: dict[int, list[Span]] = {}
    for override in diary.overrides:
        overrides.setdefault(day_number(override.date), []).extend(span_of_day(*times) for times in override.ranges)
    weekly: list[list[tuple[int, int, Span]]] = [[] for _ in range(7)]
    for hours in diary.hours:
        since = day_number(hours.valid_from) if hours.valid_from else -FOREVER
        until = day_number(hours.valid_until) if hours.valid_until else FOREVER
        weekly[hours.weekday].append((since, until, span_of_day(hours.starts, hours.ends)))
    # Hours of no limited validity are joined once for all weeks.
    steady = {
        weekday: merge_spans(span for *_, span in ranges)
        for weekday, ranges in enumerate(weekly)
        if all((since, until) == ALWAYS for since, until, _ in ranges)
    }
    for day in days:
        weekday = (day + EPOCH_WEEKDAY) % 7
        if day in overrides:
            joined = merge_spans(overrides[day])
        elif weekday in steady:
            joined = steady[weekday]
        else:
            joined = merge_spans(span for since, until, span in weekly[weekday] if since <= day <= until)
        midnight = day * MINUTES_PER_DAY
        for start, end in joined:
            yield midnight + start, midnight + end


def span_of_day(starts: dt.time, ends: dt.time) -> Span:
    """A range of wall time as minutes from midnight, on into the next day where it runs over midnight."""
    start, end = minute_of_day(starts), minute_of_day(ends)
    return start, end if end > start else end + MINUTES_PER_DAY


def time_of_day_bars(service: ServiceRules, clock: WallClock) -> list[Span]:
    """The starts outside `first_start` to `last_start`, around the days asked for."""
    if service.first_start is None and service.last_start is None:
        return []
    first = minute_of_day(service.first_start or dt.time.min)
    last = MINUTES_PER_DAY - 1 if service.last_start is None else minute_of_day(service.last_start)
    if last < first:
        last += MINUTES_PER_DAY
    days = range(clock.first - 1, clock.last + 1)
    return complement(
        span for day in days for span in clock.spans(day * MINUTES_PER_DAY + first, day * MINUTES_PER_DAY + last + 1)
    )


def _none_free(resources: Sequence[Resource], before: int, after: int) -> list[Span]:
    """The starts for which every room, or every kit, is blocked somewhere in `[start - before, start + after)`."""
    closed = [ALWAYS]
    for resource in resources:
        if not closed:
            break
        still_open = subtract(closed, sorted(bars_around(resource.busy, before, after)))
        closed = subtract(closed, still_open)
    return closed


def _full_days(service: ServiceRules, clock: WallClock, diary: TherapistSchedule) -> list[Span]:
    """The local days on which one more appointment would break a daily limit."""
    if diary.max_appointments is None and diary.max_minutes is None:
        return []
    days = range(clock.first, clock.last + 1)
    return clock.day_spans(day for day in days if diary.is_full(date_of(day), service.minutes))


def _beside_only_bars(service: ServiceRules, clock: WallClock, diary: TherapistSchedule) -> list[Span]:
    """For a therapist who takes appointments only beside others: the rest of each day that has one."""
    if not diary.adjacent_only:
        return []
    days = {day for start, end in diary.busy for day in range(clock.day_of(start), clock.day_of(end - 1) + 1)}
    beside = []
    for start, end in diary.busy:
        beside.append((end + service.before, end + service.before + service.step))
        beside.append((start - service.span - service.step + 1, start - service.span + 1))
    asked = (day for day in days if clock.first <= day <= clock.last)
    return subtract(sorted(clock.day_spans(asked)), sorted(beside))


def _gap_bars(service: ServiceRules, diary: TherapistSchedule, hours: Sequence[Span]) -> list[Span]:
    """The starts that would leave idle time beside the appointment, but less than the therapist's minimum gap."""
    if not diary.minimum_gap:
        return []
    bars = []
    for start, end in subtract(hours, sorted([*diary.busy, *diary.away, *diary.private])):
        soonest, latest = start + service.before, end - service.span
        bars.append((max(start, soonest + 1), min(end, soonest + diary.minimum_gap)))
        bars.append((max(start, latest - diary.minimum_gap + 1), min(end, latest)))
    return [(start, end) for start, end in bars if start < end]
