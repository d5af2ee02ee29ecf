"""Outcome measures, pure: how a score is made, when it is due, which change a person feels.

Rules as in `outcome_measures` of the catalogue (docs/invariants.md#pain-measures). NRS: a number from 0 to 10; two
points or 30 % matter (Ostelo 2008). PEG-3: the mean of pain, enjoyment and general activity in the past week; one point
or 30 % (Krebs 2009, Reed 2024).
"""

import datetime as dt
from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import NamedTuple

NRS, PEG = "nrs-0-10", "peg-3"
PEG_ITEMS = ("average", "enjoyment", "activity")
FEWEST_ITEMS = 2
# The change that matters, in points; measures that are not listed follow the NRS.
POINTS_THAT_COUNT: Mapping[str, Decimal] = {NRS: Decimal(2), PEG: Decimal(1)}
SHARE_THAT_COUNTS = Decimal("0.3")
# Asked at every intake, then again after this long or after this many sessions, whichever comes first.
PEG_EVERY = dt.timedelta(weeks=6)
PEG_SESSIONS = 4


class Score(NamedTuple):
    """A mean with one decimal; `partial` where a question was left open."""

    value: Decimal
    partial: bool


class ScoreChange(StrEnum):
    """What happened between two scores of one measure, higher being worse."""

    LESS = "less"
    SAME = "same"
    MORE = "more"


def peg_score(answers: Mapping[str, int | None]) -> Score | None:
    """The PEG of its three answers (0 to 10) by name; one may be missing, of fewer than two there is none."""
    given = [value for name in PEG_ITEMS if (value := answers.get(name)) is not None]
    if len(given) < FEWEST_ITEMS:
        return None
    mean = (Decimal(sum(given)) / len(given)).quantize(Decimal("0.1"), ROUND_HALF_UP)
    return Score(mean, partial=len(given) < len(PEG_ITEMS))


def peg_is_due(last: dt.datetime | None, *, sessions_since: int, now: dt.datetime) -> bool:
    """Whether to ask again; `last`: when the last PEG was given (aware), `sessions_since`: those completed after it."""
    return last is None or now - last > PEG_EVERY or sessions_since >= PEG_SESSIONS


def score_change(measure: str, before: Decimal, after: Decimal) -> ScoreChange:
    """Whether a change is one that a person feels: by enough points, or by 30 % of the score before."""
    moved = abs(after - before)
    felt = moved >= POINTS_THAT_COUNT.get(measure, POINTS_THAT_COUNT[NRS]) or (
        before > 0 and moved >= SHARE_THAT_COUNTS * before
    )
    if not felt or not moved:
        return ScoreChange.SAME
    return ScoreChange.LESS if after < before else ScoreChange.MORE
