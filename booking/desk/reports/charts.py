"""Charts as plain SVG: numbers in, places in a drawing out. What a chart shows stands in a table as well."""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 600, 160
SPARK_WIDTH, SPARK_HEIGHT = 120, 32
# How much of its place a bar takes.
FILLED = 0.72


@dataclass(frozen=True)
class Series:
    """One kind of bar: a name for the legend, a tone of the style sheet, and a value for each place."""

    name: str
    tone: str
    values: Sequence[float]


@dataclass(frozen=True)
class ChartBar:
    """One bar, in the units of the drawing."""

    x: str
    y: str
    width: str
    height: str
    tone: str


@dataclass(frozen=True)
class ChartPlace:
    """All bars over one part of the period, and what they say."""

    title: str
    bars: Sequence[ChartBar]


@dataclass(frozen=True)
class BarChart:
    """Bars over the parts of a period; `top` is what the upper edge stands for, `begin` and `end` name its parts."""

    label: str
    places: Sequence[ChartPlace]
    legend: Sequence[Series]
    top: str
    begin: str
    end: str
    width: int = WIDTH
    height: int = HEIGHT


def bar_chart(
    label: str,
    titles: Sequence[str],
    series: Sequence[Series],
    *,
    top: float,
    top_label: str,
    ends: tuple[str, str],
    stacked: bool,
) -> BarChart:
    """Bars of several series, on top of each other, or one before the other; `titles` say each place in words."""
    slot = WIDTH / max(len(titles), 1)
    places = []
    for number, title in enumerate(titles):
        begin = number * slot + slot * (1 - FILLED) / 2
        base, bars = 0.0, []
        for each in series:
            size = each.values[number] / top * HEIGHT if top else 0.0
            if size > 0:
                bars.append(bar(begin, HEIGHT - base - size, slot * FILLED, size, each.tone))
            base += size if stacked else 0.0
        places.append(ChartPlace(title, bars))
    return BarChart(label, places, series, top_label, *ends)


def bar(x: float, y: float, width: float, height: float, tone: str) -> ChartBar:
    """A bar with places as SVG writes them, whatever the language."""
    return ChartBar(f"{x:.2f}", f"{y:.2f}", f"{width:.2f}", f"{height:.2f}", tone)


def round_top(value: float) -> float:
    """The next number at or above that people count by: 1, 2, 3, 4, 5, 6, 8, 10, 20, ..."""
    size = 1.0
    while value > 10 * size:
        size *= 10
    return next(step * size for step in (1, 2, 3, 4, 5, 6, 8, 10) if value <= step * size)


def sparkline(values: Sequence[float]) -> str:
    """A line through the values as an SVG polyline wants it, the highest at the top; a dot's worth of room around."""
    if not values:
        return ""
    top = max(values) or 1
    step = (SPARK_WIDTH - 6) / max(len(values) - 1, 1)
    inner = SPARK_HEIGHT - 6
    if len(values) == 1:
        values = [values[0], values[0]]
        step = SPARK_WIDTH - 6
    return " ".join(f"{3 + place * step:.1f},{3 + inner * (1 - value / top):.1f}" for place, value in enumerate(values))
