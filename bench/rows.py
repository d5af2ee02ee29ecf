"""One line of the result: what was measured, against what, and whether that reaches the goal of docs/benchmarks.md."""

import math
import time
from collections.abc import Callable, Sequence
from statistics import quantiles
from typing import Any, TypeAlias

Row: TypeAlias = dict[str, Any]
COLUMNS = ("name", "ours", "yardstick", "unit", "ratio", "reach", "reached")


def row(
    name: str, ours: float, yardstick: float, unit: str, *, at_most: float | None = None, at_least: float | None = None
) -> Row:
    """A row whose goal is a ratio of ours to the yardstick: at most so much (times), or at least (throughput)."""
    ratio = ours / yardstick if yardstick else math.inf
    reached = (at_most is None or ratio <= at_most) and (at_least is None or ratio >= at_least)
    reach = f"<= {at_most:g}x" if at_most is not None else f">= {at_least:g}x"
    return dict(zip(COLUMNS, (name, tidy(ours), tidy(yardstick), unit, tidy(ratio), reach, reached), strict=True))


def tidy(number: float) -> float:
    """A number as a person reads it: whole above a hundred, else three digits."""
    return round(number) if abs(number) >= 100 else float(f"{number:.3g}")


def interleaved(sides: Sequence[Callable[[], object]], *, rounds: int) -> list[list[float]]:
    """Milliseconds of each side, in turns, so that whatever else the machine does falls on all of them alike."""
    took: list[list[float]] = [[] for _ in sides]
    for _ in range(rounds):
        for side, times in zip(sides, took, strict=True):
            begin = time.perf_counter()
            side()
            times.append((time.perf_counter() - begin) * 1_000)
    return took


def p95(times: Sequence[float]) -> float:
    """What all but one in twenty stay under."""
    return quantiles(times, n=20, method="inclusive")[-1]


def table(rows: Sequence[Row]) -> str:
    """The rows for a terminal, both sides in view."""
    cells = [[str(cell) for cell in COLUMNS]]
    cells += [[*(str(each[column]) for column in COLUMNS[:-1]), "yes" if each["reached"] else "NO"] for each in rows]
    widths = [max(len(line[place]) for line in cells) for place in range(len(COLUMNS))]

    def line(texts: Sequence[str]) -> str:
        aligned = [
            text.rjust(width) if column in {"ours", "yardstick", "ratio"} else text.ljust(width)
            for text, width, column in zip(texts, widths, COLUMNS, strict=True)
        ]
        return "  ".join(aligned).rstrip()

    return "\n".join([line(cells[0]), "  ".join("-" * width for width in widths), *map(line, cells[1:])])
