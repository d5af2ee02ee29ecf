"""Arithmetic on half-open ranges of whole minutes, `(start, end)` with start < end."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from typing import TypeAlias

Span: TypeAlias = tuple[int, int]

# Farther than any date in either direction, so that "always" is a range like any other.
FOREVER = 2**40
ALWAYS: Span = (-FOREVER, FOREVER)


def subtract(spans: Iterable[Span], bars: Sequence[Span]) -> list[Span]:
    """What is left of `spans` (sorted, disjoint) without `bars` (sorted by start, may overlap); sorted and disjoint."""
    left = []
    cursor = -FOREVER
    index, count = 0, len(bars)
    for start, end in spans:
        if cursor < start:
            cursor = start
        while index < count and bars[index][0] < end:
            bar_start, bar_end = bars[index]
            index += 1
            if bar_start > cursor:
                left.append((cursor, bar_start))
            if bar_end > cursor:
                cursor = bar_end
        if cursor < end:
            left.append((cursor, end))
    return left


def complement(spans: Iterable[Span]) -> list[Span]:
    """Everything but `spans`, which may come in any order and overlap."""
    return subtract([ALWAYS], sorted(spans))


def merge_spans(spans: Iterable[Span]) -> list[Span]:
    """Ranges that overlap or touch made one: as few ranges as possible for these minutes."""
    merged: list[Span] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            if end > merged[-1][1]:
                merged[-1] = (merged[-1][0], end)
        else:
            merged.append((start, end))
    return merged


def clipped(spans: Iterable[Span], frame: Span) -> list[Span]:
    """The parts of some ranges that lie inside a frame."""
    cut = ((max(start, frame[0]), min(end, frame[1])) for start, end in spans)
    return [(start, end) for start, end in cut if start < end]


def any_contains(spans: Iterable[Span], minute: int) -> bool:
    """Whether `minute` lies in one of the ranges."""
    return any(start <= minute < end for start, end in spans)


def sorted_contains(spans: Sequence[Span], minute: int) -> bool:
    """Whether `minute` lies in one of the ranges, which are sorted and disjoint: found without looking at each."""
    place = bisect_right(spans, (minute, FOREVER)) - 1
    return place >= 0 and spans[place][0] <= minute < spans[place][1]
