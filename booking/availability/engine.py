"""The two questions: which times are free, and is this one?"""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from itertools import chain
from zoneinfo import ZoneInfo

from booking.availability.beside import on_grid, starts_beside_visits, starts_in_diary
from booking.availability.choice import free_for
from booking.availability.instants import (
    DAY,
    WallClock,
    date_of,
    day_number,
    instant,
    is_beyond_the_calendar,
    is_phantom,
)
from booking.availability.rules import own_bars, shared_bars, time_of_day_bars, working_ranges
from booking.availability.spans import Span, holds, joined, outside, subtract, within
from booking.availability.values import OVERRIDABLE, Key, Offer, Reason, Resource, ServiceRules, TherapistDiary, Verdict


def free_times(
    service: ServiceRules,
    therapists: Iterable[TherapistDiary],
    rooms: Sequence[Resource],
    kits: Sequence[Resource],
    zone: ZoneInfo,
    first_day: dt.date,
    last_day: dt.date,
    now: dt.datetime,
    *,
    client: Sequence[Span] = (),
) -> list[Offer]:
    """Every start on the local dates `first_day` to `last_day` that can be booked, in order, one entry per time.

    Both dates are inclusive. `therapists` are those who perform the service, `rooms` and `kits` those that suit it;
    they are asked only where the service needs them. Starts stand on a grid of wall time that begins anew with each
    working range, or touch another visit where the grid would leave time unsold (`booking.availability.beside`). `now`
    is an aware datetime; a start exactly `notice` after it is offered. `client` holds the
    sessions that a known client has already.
    """
    today = day_number(now.astimezone(zone).date())
    # A day before today can still lie ahead where a fold falls on midnight; days out of reach cost nothing.
    first = max(day_number(first_day), today - 1)
    last = min(day_number(last_day), today + service.horizon)
    if first > last:
        return []
    clock = WallClock.of(zone, first, last)
    shared = shared_bars(service, clock, rooms, kits, client, today=today, now=now)
    outside_days = outside(clock.spans(first * DAY, (last + 1) * DAY))
    common = sorted(chain(outside_days, *shared.values()))
    free_with: defaultdict[int, list[Key]] = defaultdict(list)
    for diary in therapists:
        hours, grid = _hours_and_grid(service, clock, diary)
        fitting, usual = starts_in_diary(own_bars(service, clock, diary, hours), shared[Reason.HOURS])
        on_time = sorted(on_grid(grid, usual))
        beside = starts_beside_visits(service, clock, diary.busy, fitting, on_time)
        free = subtract(usual, common)
        for start in chain(on_time, beside):
            if within(free, start):
                free_with[start].append(diary.key)
    return [Offer(start, tuple(free_with[start])) for start in sorted(free_with)]


def check(
    service: ServiceRules,
    therapist: TherapistDiary,
    rooms: Sequence[Resource],
    kits: Sequence[Resource],
    zone: ZoneInfo,
    start: int | dt.datetime,
    now: dt.datetime,
    *,
    client: Sequence[Span] = (),
    ignoring: Collection[Reason] = (),
) -> Verdict:
    """Whether one start can be booked with one therapist: free if and only if `free_times` offers it, by the same bars.

    `start` is an instant, or an aware datetime as it was typed: in its own zone's spring gap it is a `gap`, with
    seconds `off-grid`, and neither can be set aside. `ignoring` names the rules that the desk sets aside (from
    OVERRIDABLE, else ValueError); those that were in the way come back as `overridden`. The other arguments are as in
    `free_times`.
    """
    if not OVERRIDABLE.issuperset(ignoring):
        raise ValueError(f"not to be set aside: {sorted(set(ignoring) - OVERRIDABLE)}")
    if isinstance(start, dt.datetime):
        if (never := _cannot_be(start, now)) is not None:
            return Verdict(never)
        start = instant(start)
    clock = WallClock.around(zone, start)
    hours, grid = _hours_and_grid(service, clock, therapist)
    today = day_number(now.astimezone(zone).date())
    shared = shared_bars(service, clock, rooms, kits, client, today=today, now=now)
    own = own_bars(service, clock, therapist, hours)
    broken = {reason for bars in (shared, own) for reason, spans in bars.items() if holds(spans, start)}
    if holds(hours, start) and not any(start in run for run in grid):
        fitting, usual = starts_in_diary(own, shared[Reason.HOURS])
        if start not in starts_beside_visits(service, clock, therapist.busy, fitting, sorted(on_grid(grid, usual))):
            broken.add(Reason.OFF_GRID)
    in_order = [reason for reason in Reason if reason in broken]
    for reason in in_order:
        if reason not in ignoring:
            return Verdict(reason)
    day = clock.hull_of_day(clock.first)
    begin = start - service.before
    free_rooms = free_for(rooms, (begin, start + service.span), day) if service.needs_room else ()
    free_kits = free_for(kits, (begin, start + service.kit_span), day) if service.needs_kit else ()
    return Verdict(None, free_rooms, free_kits, tuple(in_order))


def broken_rules(
    service: ServiceRules, therapist: TherapistDiary, zone: ZoneInfo, starts: Iterable[int]
) -> dict[int, Reason]:
    """Of sessions that are booked already: those at which a rule of opening speaks against the start, and which rule.

    Asked by the bars that refuse a new booking: hours, the time of day of the service, time off. Notice, horizon, grid
    and gaps bind whoever books, and not what is booked; overlaps PostgreSQL refuses. A day on which more is booked than
    the therapist takes (`booked` counts these sessions too) is full.
    """
    starts = sorted(set(starts))
    if not starts:
        return {}
    clock = WallClock.of(zone, starts[0] // DAY - 1, starts[-1] // DAY + 1)
    hours, _grid = _hours_and_grid(service, clock, therapist)
    own = own_bars(service, clock, replace(therapist, busy=(), booked={}), hours)
    of_day = joined(time_of_day_bars(service, clock))
    closed, away = joined([*own[Reason.HOURS], *of_day]), joined(own[Reason.AWAY])
    broken = {}
    for start in starts:
        if within(closed, start):
            broken[start] = Reason.HOURS
        elif within(away, start):
            broken[start] = Reason.AWAY
        elif therapist.has_too_much_on(date_of(clock.day_of(start))):
            broken[start] = Reason.DAY_FULL
    return broken


def _cannot_be(start: dt.datetime, now: dt.datetime) -> Reason | None:
    """Why no session can begin at a time as it was typed, whatever the rules; None where one could."""
    if is_beyond_the_calendar(start):
        return Reason.PAST if start < now else Reason.HORIZON
    if is_phantom(start):
        return Reason.GAP
    return Reason.OFF_GRID if start.second or start.microsecond else None


def _hours_and_grid(service: ServiceRules, clock: WallClock, diary: TherapistDiary) -> tuple[list[Span], list[range]]:
    """When a therapist works, joined, and the grid of starts, for every session that may start on the days of `clock`.

    Starts lie in ranges that begin the day before or later. The two days before those count for a shortest gap, since
    hours that never end reach back; in the days after a session goes on, one more where the calendar skips a date.
    """
    hours: list[Span] = []
    grid: list[range] = []
    for begin, end in working_ranges(diary, range(clock.first - 3, clock.last + 3 + service.minutes // DAY)):
        for start, stop, offset in clock.pieces_of(begin, end):
            hours.append((start, stop))
            # The wall shows `begin + n * step`; after a clock change the first such instant may come after `start`.
            grid.append(range(start + (begin - offset - start) % service.step, stop, service.step))
    return joined(hours), grid
