"""Pain over time: a line for each complaint and measure, with the numbers in a table behind it."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from clients.care import Catalogue
from clients.intake.in_words import measured_in_words, score_in_words
from clients.models import PainScore
from clients.pain.outcomes import NRS, PEG, ScoreChange, score_change

WIDTH, HEIGHT, MARGIN = 480, 180, 10
# As many numbers as a line on a phone can show apart.
MOST_SCORES_SHOWN = 24
# As many numbers as are read for all lines of a client together.
MOST_SCORES_READ = 400
# How far the mark of an appointment reaches beyond its first and last number.
MARK_OVERHANG = 7
# These measure the same thing at different moments: the pain of now.
MOMENTS = (PainScore.Moment.INTAKE_NOW, PainScore.Moment.BEFORE, PainScore.Moment.AFTER, PainScore.Moment.LATER)


@dataclass(frozen=True)
class PainPoint:
    """One number: where it stands in the drawing, what it says, and how it differs from the first."""

    x: float
    y: float
    at: dt.datetime
    moment: str
    value: str
    partial: bool
    change: ScoreChange
    sign: str = ""
    """The slug of its moment: each has a sign and a colour of its own."""

    @property
    def verdict(self) -> str:
        """What the change since the first number means, in words; a change that nobody feels is none."""
        return {ScoreChange.LESS: _("clearly less"), ScoreChange.MORE: _("clearly more")}.get(self.change, "")


@dataclass(frozen=True)
class AppointmentMark:
    """Where the numbers of one appointment stand in the drawing."""

    x: float
    width: float
    at: dt.datetime


@dataclass(frozen=True)
class PainCurve:
    """One complaint over time; `marks` are the appointments whose numbers it holds."""

    name: str
    points: list[PainPoint]
    marks: tuple[AppointmentMark, ...] = ()

    @property
    def signs(self) -> list[tuple[str, str]]:
        """The moments that are in the drawing, each with its word, in the order of a treatment."""
        here = {point.sign: point.moment for point in self.points}
        return [(moment.value, here[moment.value]) for moment in PainScore.Moment if moment.value in here]

    @property
    def path(self) -> str:
        """The points as an SVG polyline wants them."""
        return " ".join(f"{point.x:.1f},{point.y:.1f}" for point in self.points)

    @property
    def verdict(self) -> str:
        """What the change from first to last means, in words."""
        return self.points[-1].verdict or _("about the same")


def newest_scores(scores: QuerySet[PainScore]) -> list[PainScore]:
    """The newest of some scores, in order of time: as many as lines are drawn from."""
    return list(scores.order_by("-given_at", "-pk")[:MOST_SCORES_READ])[::-1]


def pain_trend(scores: Iterable[PainScore], catalogue: Catalogue) -> list[PainCurve]:
    """A line for each complaint and for the PEG, with two numbers or more, from scores in order of time."""
    found: dict[tuple[str, str], list[PainScore]] = {}
    for score in scores:
        if score.measure == PEG or (score.measure == NRS and score.moment in MOMENTS):
            found.setdefault((score.measure, score.complaint), []).append(score)
    return [pain_curve(scores[-MOST_SCORES_SHOWN:], catalogue) for scores in found.values() if len(scores) > 1]


def pain_curve(scores: list[PainScore], catalogue: Catalogue) -> PainCurve:
    """One complaint's numbers, spread evenly: the order matters to the eye, not the days between."""
    step = (WIDTH - 2 * MARGIN) / (len(scores) - 1)
    first = scores[0]
    points = [
        PainPoint(
            x=MARGIN + place * step,
            y=MARGIN + (HEIGHT - 2 * MARGIN) * (1 - float(score.value) / 10),
            at=score.given_at,
            moment=score.get_moment_display(),
            value=score_in_words(score),
            partial=score.partial,
            change=score_change(score.measure, first.value, score.value),
            sign=score.moment,
        )
        for place, score in enumerate(scores)
    ]
    return PainCurve(measured_in_words(first, catalogue) or _("Pain"), points, tuple(appointment_marks(scores, points)))


def appointment_marks(scores: list[PainScore], points: list[PainPoint]) -> Iterable[AppointmentMark]:
    """One mark for each run of numbers that belong to one appointment."""
    pairs = zip(scores, points, strict=True)
    for appointment, run in groupby(pairs, key=lambda pair: pair[0].appointment):
        if appointment is not None:
            places = [point for _score, point in run]
            begin, end = places[0].x - MARK_OVERHANG, places[-1].x + MARK_OVERHANG
            yield AppointmentMark(begin, end - begin, places[0].at)
