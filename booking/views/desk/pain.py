"""Pain over time: a line for each complaint and measure, with the numbers in a table behind it."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from booking.views.desk.words import measured, number
from clients.care import Catalogue
from clients.models import PainScore
from clients.outcomes import NRS, PEG, Change, change

WIDTH, HEIGHT, MARGIN = 480, 180, 10
# As many numbers as a line on a phone can show apart.
SHOWN = 24
# These measure the same thing at different moments: the pain of now.
MOMENTS = (
    PainScore.Moment.INTAKE_NOW,
    PainScore.Moment.BEFORE,
    PainScore.Moment.AFTER,
    PainScore.Moment.LATER,
)


@dataclass(frozen=True)
class Point:
    """One number: where it stands in the drawing, what it says, and how it differs from the first."""

    x: float
    y: float
    at: dt.datetime
    moment: str
    value: str
    partial: bool
    change: Change

    @property
    def verdict(self) -> str:
        """What the change since the first number means, in words; a change that nobody feels is none."""
        return {Change.LESS: _("clearly less"), Change.MORE: _("clearly more")}.get(self.change, "")


@dataclass(frozen=True)
class Line:
    """One complaint over time."""

    name: str
    points: list[Point]

    @property
    def path(self) -> str:
        """The points as an SVG polyline wants them."""
        return " ".join(f"{point.x:.1f},{point.y:.1f}" for point in self.points)

    @property
    def verdict(self) -> str:
        """What the change from first to last means, in words."""
        return self.points[-1].verdict or _("about the same")


def trend(scores: Iterable[PainScore], catalogue: Catalogue) -> list[Line]:
    """A line for each complaint and for the PEG, with two numbers or more, from scores in order of time."""
    found: dict[tuple[str, str], list[PainScore]] = {}
    for score in scores:
        if score.measure == PEG or (score.measure == NRS and score.moment in MOMENTS):
            found.setdefault((score.measure, score.complaint), []).append(score)
    return [line(scores[-SHOWN:], catalogue) for scores in found.values() if len(scores) > 1]


def line(scores: list[PainScore], catalogue: Catalogue) -> Line:
    """One complaint's numbers, spread evenly: the order matters to the eye, not the days between."""
    step = (WIDTH - 2 * MARGIN) / (len(scores) - 1)
    first = scores[0]
    points = [
        Point(
            x=MARGIN + place * step,
            y=MARGIN + (HEIGHT - 2 * MARGIN) * (1 - float(score.value) / 10),
            at=score.given_at,
            moment=score.get_moment_display(),
            value=number(score),
            partial=score.partial,
            change=change(score.measure, first.value, score.value),
        )
        for place, score in enumerate(scores)
    ]
    return Line(measured(first, catalogue) or _("Pain"), points)
