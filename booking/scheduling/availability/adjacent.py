"""Starts off the grid: right after one appointment, or so that the session ends right before the next.

A grid alone sells fewer hours than there are: between an appointment that blocks until 10:15 and one from 11:30 on,
sixty minutes and a buffer of fifteen fit to the minute, and no half hour does. So the two ends of each gap beside an
appointment are starts as well, each only where the grid has none within a step that sells as much of the gap.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from itertools import chain

from booking.scheduling.availability.instants import MINUTES_PER_HOUR, WallClock
from booking.scheduling.availability.rules import Bars
from booking.scheduling.availability.spans import ALWAYS, Span, subtract
from booking.scheduling.availability.values import ServiceRules, Unavailable

# How far a gap is looked at to count what it sells: less than what is read of the diary around the days asked for.
FAR_FUTURE = 12 * MINUTES_PER_HOUR


def starts_for_therapist(own: Bars, time_of_day: Sequence[Span]) -> tuple[list[Span], list[Span]]:
    """When a session fits the therapist's day, and when they would take it too: sorted, disjoint ranges of starts.

    `own` are the bars of the therapist, `time_of_day` those of the service. Rooms, kits, notice and client count in
    neither: they decide whether a start can be had, never which there are: what others book moves nobody's times.
    """
    fits = (Unavailable.HOURS, Unavailable.AWAY, Unavailable.THERAPIST_BUSY)
    fitting = subtract([ALWAYS], sorted(chain.from_iterable(own[reason] for reason in fits)))
    wishes = chain(time_of_day, *(bars for reason, bars in own.items() if reason not in fits))
    return fitting, subtract(fitting, sorted(wishes))


def starts_beside_appointments(
    service: ServiceRules, clock: WallClock, busy: Iterable[Span], fitting: Iterable[Span], usual: Sequence[int]
) -> set[int]:
    """The instants off the grid at which a session may start because it touches an appointment; other bars still count.

    `fitting` are the starts that fit between the ranges `busy`, `usual` the ordered ones of the grid that the therapist
    takes.
    """
    after, before = set(), set()
    for start, end in busy:
        after.add(end + service.before)
        before.add(start - service.span)
    found = set()
    for first, end in fitting:
        last = end - 1
        if first in after and not _grid_fits_as_many(service, clock, usual, first, min(last, first + FAR_FUTURE)):
            found.add(first)
        if last in before and not _grid_fits_as_many(service, clock, usual, last, max(first, last - FAR_FUTURE)):
            found.add(last)
    return found


def _grid_fits_as_many(service: ServiceRules, clock: WallClock, usual: Sequence[int], edge: int, other: int) -> bool:
    """Whether one of the `usual` starts less than a step from `edge`, on its date, leaves as many sessions to `other`.

    Both are starts that fit, at either end of a gap: sessions of this service one after the other, buffers between.
    """
    block = service.before + service.span
    sold = abs(other - edge) // block
    if edge <= other:
        near = usual[bisect_left(usual, edge) : bisect_right(usual, min(other, edge + service.step - 1))]
    else:
        near = usual[bisect_left(usual, max(other, edge - service.step + 1)) : bisect_right(usual, edge)]
    day = clock.day_of(edge)
    return any(abs(other - each) // block == sold and clock.day_of(each) == day for each in near)


def on_grid(grid: Iterable[range], free: Sequence[Span]) -> set[int]:
    """The instants of the grid inside the sorted, disjoint ranges `free`; hours over midnight may share some."""
    found: set[int] = set()
    ends = [end for _, end in free]
    for run in grid:
        for index in range(bisect_right(ends, run.start), len(free)):
            start, end = free[index]
            if start >= run.stop:
                break
            begin = max(start, run.start)
            found.update(range(begin + (run.start - begin) % run.step, min(end, run.stop), run.step))
    return found
