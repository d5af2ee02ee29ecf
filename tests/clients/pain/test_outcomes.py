"""Outcome measures, scored as documented."""

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clients.care import shipped
from clients.pain.outcomes import (
    NRS,
    PEG,
    POINTS_THAT_COUNT,
    SHARE_THAT_COUNTS,
    Score,
    ScoreChange,
    peg_is_due,
    peg_score,
    score_change,
)

NOW = dt.datetime(2026, 11, 20, 9, tzinfo=dt.UTC)
NUMBERS = st.one_of(st.none(), st.integers(0, 10))


def test_the_rules_are_those_of_the_catalogue() -> None:
    shipped_rules = {each.id: each.mcid for each in shipped().outcome_measures}
    for measure in (NRS, PEG):
        assert shipped_rules[measure]["points"] == float(POINTS_THAT_COUNT[measure])
        assert shipped_rules[measure]["percent"] == float(SHARE_THAT_COUNTS * 100)


@pytest.mark.parametrize(
    ("answers", "score"),
    [
        ({"average": 5, "enjoyment": 6, "activity": 3}, Score(Decimal("4.7"), partial=False)),
        ({"average": 0, "enjoyment": 0, "activity": 0}, Score(Decimal("0.0"), partial=False)),
        ({"average": 10, "enjoyment": 10, "activity": 10}, Score(Decimal("10.0"), partial=False)),
        ({"average": 4, "enjoyment": None, "activity": 5}, Score(Decimal("4.5"), partial=True)),
        ({"average": 4, "enjoyment": 5}, Score(Decimal("4.5"), partial=True)),
        ({"average": 4}, None),
        ({}, None),
    ],
)
def test_the_peg_is_the_mean_of_what_was_answered(answers: dict[str, int | None], score: Score | None) -> None:
    assert peg_score(answers) == score


@settings(max_examples=100)
@given(pain=NUMBERS, enjoyment=NUMBERS, activity=NUMBERS)
def test_a_peg_lies_between_its_answers(pain: int | None, enjoyment: int | None, activity: int | None) -> None:
    given = [each for each in (pain, enjoyment, activity) if each is not None]
    score = peg_score({"average": pain, "enjoyment": enjoyment, "activity": activity})
    assert (score is None) == (len(given) < 2)
    if score is not None:
        assert min(given) <= score.value <= max(given)
        assert score.value == score.value.quantize(Decimal("0.1"))
        assert score.partial == (len(given) == 2)


@pytest.mark.parametrize(
    ("measure", "before", "after", "expected"),
    [
        (NRS, 8, 6, ScoreChange.LESS),  # two points, though only 25 %
        (NRS, 8, 7, ScoreChange.SAME),
        (NRS, 3, 2, ScoreChange.LESS),  # one point, but a third
        (NRS, 4, 3, ScoreChange.SAME),  # 25 %
        (NRS, 6, 8, ScoreChange.MORE),
        (NRS, 0, 1, ScoreChange.SAME),  # nothing to take 30 % of
        (NRS, 0, 2, ScoreChange.MORE),
        (NRS, 5, 5, ScoreChange.SAME),
        (NRS, 0, 0, ScoreChange.SAME),
        (PEG, "6.0", "5.0", ScoreChange.LESS),
        (PEG, "6.0", "5.1", ScoreChange.SAME),
        (PEG, "2.0", "1.4", ScoreChange.LESS),  # 30 %
        (PEG, "5.0", "6.0", ScoreChange.MORE),
    ],
)
def test_a_change_counts_by_points_or_by_share(measure: str, before: str, after: str, expected: ScoreChange) -> None:
    assert score_change(measure, Decimal(before), Decimal(after)) is expected


@pytest.mark.parametrize(
    ("weeks", "sessions", "due"), [(None, 0, True), (1, 0, False), (6, 3, False), (7, 0, True), (1, 4, True)]
)
def test_the_peg_is_due_at_first_then_after_six_weeks_or_four_sessions(
    weeks: int | None, sessions: int, due: bool
) -> None:
    last = None if weeks is None else NOW - dt.timedelta(weeks=weeks)
    assert peg_is_due(last, sessions_since=sessions, now=NOW) is due
