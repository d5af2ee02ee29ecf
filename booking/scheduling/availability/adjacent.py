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
    fits = (Unavailable.HOURS, Unavailable.AWAY, Unavailable.PRIVATE, Unavailable.THERAPIST_BUSY)
    fitting = subtract([ALWAYS], sorted(chain.from_iterable(own[reason] for reason in fits)))
    wishes = sorted(chain(time_of_day, *(bars for reason, bars in own.items() if reason not in fits)))
    return fitting, subtract(fitting, wishes) if wishes else fitting


def starts_beside_appointments(
    service: ServiceRules,
    clock: WallClock,
    busy: Sequence[Span],
    fitting: Iterable[Span],
    usual: Sequence[Span],
    grid: Sequence[range],
) -> set[int]:
    """The instants off the grid at which a session may start because it touches an appointment; other bars still count.

    `fitting` are the starts that fit between the ranges `busy`, `usual` those of them that the therapist takes.
    """
    lead, span = service.before, service.span
    after, before = {end + lead for _, end in busy}, {start - span for start, _ in busy}
    begins = [run.start for run in grid]
    edges = []
    for first, end in fitting:
        last = end - 1
        if first in after and first not in grid[bisect_right(begins, first) - 1]:
            edges.append((first, min(last, first + FAR_FUTURE)))
        if last in before and last not in grid[bisect_right(begins, last) - 1]:
            edges.append((last, max(first, last - FAR_FUTURE)))
    # Most appointments begin and end on the grid, and then it need not be laid out to see what it sells.
    if not edges:
        return set()
    on_time = sorted(on_grid(grid, usual))
    return {edge for edge, other in edges if not _grid_fits_as_many(service, clock, on_time, edge, other)}


def _grid_fits_as_many(service: ServiceRules, clock: WallClock, on_time: Sequence[int], edge: int, other: int) -> bool:
    """Whether a start of the grid less than a step from `edge`, on its date, leaves as many sessions to `other`.

    Both are starts that fit, at either end of a gap: sessions of this service one after the other, buffers between.
    """
    block = service.before + service.span
    sold = abs(other - edge) // block
    if edge <= other:
        near = on_time[bisect_left(on_time, edge) : bisect_right(on_time, min(other, edge + service.step - 1))]
    else:
        near = on_time[bisect_left(on_time, max(other, edge - service.step + 1)) : bisect_right(on_time, edge)]
    day = clock.day_of(edge)
    return any(abs(other - each) // block == sold and clock.day_of(each) == day for each in near)


def on_grid(grid: Iterable[range], free: Sequence[Span]) -> set[int]:
    """The instants of the grid inside the sorted, disjoint ranges `free`; hours over midnight may share some."""
    found: set[int] = set()
    ends = [end for _, end in free]
    for run in grid:
        first, stop, step = run.start, run.stop, run.step
        for index in range(bisect_right(ends, first), len(free)):
            start, end = free[index]
            if start >= stop:
                break
            begin = max(first, start)
            found.update(range(begin + (first - begin) % step, min(stop, end), step))
    return found
