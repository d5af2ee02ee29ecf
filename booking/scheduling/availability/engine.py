"""The two questions: which times are free, and is this one?"""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from itertools import chain
from zoneinfo import ZoneInfo

from booking.scheduling.availability.adjacent import on_grid, starts_beside_appointments, starts_for_therapist
from booking.scheduling.availability.choice import free_resources
from booking.scheduling.availability.instants import (
    MINUTES_PER_DAY,
    WallClock,
    date_of,
    day_number,
    instant,
    is_out_of_calendar_range,
    is_skipped_by_clock,
)
from booking.scheduling.availability.rules import own_bars, shared_bars, time_of_day_bars, working_ranges
from booking.scheduling.availability.spans import Span, any_contains, complement, merge_spans, sorted_contains, subtract
from booking.scheduling.availability.values import (
    OVERRIDABLE,
    FreeStart,
    Resource,
    ResourceKey,
    ServiceRules,
    StartVerdict,
    TherapistSchedule,
    Unavailable,
)


def free_times(
    service: ServiceRules,
    therapists: Iterable[TherapistSchedule],
    rooms: Sequence[Resource],
    kits: Sequence[Resource],
    zone: ZoneInfo,
    first_day: dt.date,
    last_day: dt.date,
    now: dt.datetime,
    *,
    client: Sequence[Span] = (),
) -> list[FreeStart]:
    """Every start on the local dates `first_day` to `last_day` that can be booked, in order, one entry per time.

    Both dates are inclusive. `therapists` are those who perform the service, `rooms` and `kits` those that suit it;
    they are asked only where the service needs them. Starts stand on a grid of wall time that begins anew with each
    working range, or touch another appointment where the grid would leave time unsold
    (`booking.scheduling.availability.adjacent`). `now` is an aware datetime; a start exactly `notice` after it is
    offered. `client` holds the sessions that a known client has already.
    """
    today = day_number(now.astimezone(zone).date())
    # A day before today can still lie ahead where a fold falls on midnight; days out of reach cost nothing.
    first = max(day_number(first_day), today - 1)
    last = min(day_number(last_day), today + service.horizon)
    if first > last:
        return []
    clock = WallClock.of(zone, first, last)
    shared = shared_bars(service, clock, rooms, kits, client, today=today, now=now)
    outside_days = complement(clock.spans(first * MINUTES_PER_DAY, (last + 1) * MINUTES_PER_DAY))
    common = sorted(chain(outside_days, *shared.values()))
    free_with: defaultdict[int, list[ResourceKey]] = defaultdict(list)
    for diary in therapists:
        hours, grid = _working_hours_and_grid(service, clock, diary)
        fitting, usual = starts_for_therapist(own_bars(service, clock, diary, hours), shared[Unavailable.HOURS])
        beside = starts_beside_appointments(service, clock, diary.busy, fitting, usual, grid)
        free = subtract(usual, common)
        for start in chain(on_grid(grid, free), (each for each in beside if sorted_contains(free, each))):
            free_with[start].append(diary.key)
    return [FreeStart(start, tuple(free_with[start])) for start in sorted(free_with)]


def check_start(
    service: ServiceRules,
    therapist: TherapistSchedule,
    rooms: Sequence[Resource],
    kits: Sequence[Resource],
    zone: ZoneInfo,
    start: int | dt.datetime,
    now: dt.datetime,
    *,
    client: Sequence[Span] = (),
    ignoring: Collection[Unavailable] = (),
) -> StartVerdict:
    """Whether one start can be booked with one therapist: free if and only if `free_times` offers it, by the same bars.

    `start` is an instant, or an aware datetime as it was typed: in its own zone's spring gap it is a `gap`, with
    seconds `off-grid`, and neither can be set aside. `ignoring` names the rules that the desk sets aside (from
    OVERRIDABLE, else ValueError); those that were in the way come back as `overridden`. The other arguments are as in
    `free_times`.
    """
    if not OVERRIDABLE.issuperset(ignoring):
        raise ValueError(f"not to be set aside: {sorted(set(ignoring) - OVERRIDABLE)}")
    if isinstance(start, dt.datetime):
        if (never := _impossible_start(start, now)) is not None:
            return StartVerdict(never)
        start = instant(start)
    clock = WallClock.around(zone, start)
    hours, grid = _working_hours_and_grid(service, clock, therapist)
    today = day_number(now.astimezone(zone).date())
    shared = shared_bars(service, clock, rooms, kits, client, today=today, now=now)
    own = own_bars(service, clock, therapist, hours)
    broken = {reason for bars in (shared, own) for reason, spans in bars.items() if any_contains(spans, start)}
    if any_contains(hours, start) and not any(start in run for run in grid):
        fitting, usual = starts_for_therapist(own, shared[Unavailable.HOURS])
        if start not in starts_beside_appointments(service, clock, therapist.busy, fitting, usual, grid):
            broken.add(Unavailable.OFF_GRID)
    in_order = [reason for reason in Unavailable if reason in broken]
    if (refused := next((reason for reason in in_order if reason not in ignoring), None)) is not None:
        return StartVerdict(refused)
    day = clock.range_of_day(clock.first)
    begin = start - service.before
    free_rooms = free_resources(rooms, (begin, start + service.span), day) if service.needs_room else ()
    free_kits = free_resources(kits, (begin, start + service.kit_span), day) if service.needs_kit else ()
    return StartVerdict(None, free_rooms, free_kits, tuple(in_order))


def barred_starts(
    service: ServiceRules,
    therapist: TherapistSchedule,
    rooms: Sequence[Resource],
    kits: Sequence[Resource],
    zone: ZoneInfo,
    first_day: dt.date,
    last_day: dt.date,
    now: dt.datetime,
    *,
    client: Sequence[Span] = (),
) -> dict[Unavailable, list[Span]]:
    """By reason, when on the local dates `first_day` to `last_day` it speaks against a start: `check_start`'s own bars.

    For whoever moves a time about and wants an answer for each place at once. Gaps and the grid are no bars: a start
    under none of them that `free_times` does not offer is off the grid. The arguments are as in `free_times`.
    """
    first, last = day_number(first_day), day_number(last_day)
    clock = WallClock.of(zone, first, last)
    hours, _grid = _working_hours_and_grid(service, clock, therapist)
    today = day_number(now.astimezone(zone).date())
    shared = shared_bars(service, clock, rooms, kits, client, today=today, now=now)
    own = own_bars(service, clock, therapist, hours)
    # A date that the calendar of a place left out (Samoa's 30 December 2011) has no time of its own.
    outside = complement(merge_spans(clock.day_spans(range(first, last + 1))))
    found = {
        reason: subtract(merge_spans([*shared.get(reason, ()), *own.get(reason, ())]), outside)
        for reason in Unavailable
    }
    return {reason: spans for reason, spans in found.items() if spans}


def broken_rules(
    service: ServiceRules, therapist: TherapistSchedule, zone: ZoneInfo, starts: Iterable[int]
) -> dict[int, Unavailable]:
    """Of sessions that are booked already: those at which a rule of opening speaks against the start, and which rule.

    Asked by the bars that refuse a new booking: hours, the time of day of the service, time off. Notice, horizon, grid
    and gaps bind whoever books, and not what is booked; overlaps PostgreSQL refuses. A day on which more is booked than
    the therapist takes (`booked` counts these sessions too) is full.
    """
    starts = sorted(set(starts))
    if not starts:
        return {}
    clock = WallClock.of(zone, starts[0] // MINUTES_PER_DAY - 1, starts[-1] // MINUTES_PER_DAY + 1)
    hours, _grid = _working_hours_and_grid(service, clock, therapist)
    own = own_bars(service, clock, replace(therapist, busy=(), booked={}), hours)
    of_day = merge_spans(time_of_day_bars(service, clock))
    closed, away = merge_spans([*own[Unavailable.HOURS], *of_day]), merge_spans(own[Unavailable.AWAY])
    broken = {}
    for start in starts:
        if sorted_contains(closed, start):
            broken[start] = Unavailable.HOURS
        elif sorted_contains(away, start):
            broken[start] = Unavailable.AWAY
        elif therapist.exceeds_daily_limit(date_of(clock.day_of(start))):
            broken[start] = Unavailable.DAY_FULL
    return broken


def _impossible_start(start: dt.datetime, now: dt.datetime) -> Unavailable | None:
    """Why no session can begin at a time as it was typed, whatever the rules; None where one could."""
    if is_out_of_calendar_range(start):
        return Unavailable.PAST if start < now else Unavailable.HORIZON
    if is_skipped_by_clock(start):
        return Unavailable.GAP
    return Unavailable.OFF_GRID if start.second or start.microsecond else None


def _working_hours_and_grid(
    service: ServiceRules, clock: WallClock, diary: TherapistSchedule
) -> tuple[list[Span], list[range]]:
    """When a therapist works, joined, and the grid of starts, for every session that may start on the days of `clock`.

    Starts lie in ranges that begin the day before or later. The two days before those count for a shortest gap, since
    hours that never end reach back; in the days after a session goes on, one more where the calendar skips a date.
    """
    hours: list[Span] = []
    grid: list[range] = []
    days = range(clock.first - 3, clock.last + 3 + service.minutes // MINUTES_PER_DAY)
    ranges = list(working_ranges(diary, days))
    for since, until, offset in clock.pieces:
        for begin, end in ranges:
            start, stop = begin - offset, end - offset
            if start < since:
                start = since
            if stop > until:
                stop = until
            if start < stop:
                hours.append((start, stop))
                # The wall shows `begin + n * step`; after a clock change the first such instant may come after `start`.
                grid.append(range(start + (begin - offset - start) % service.step, stop, service.step))
    return merge_spans(hours), grid
