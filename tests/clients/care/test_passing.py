"""What passes by itself counts for its days and no longer; what does not pass counts until somebody has looked."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clients.care import Level, shipped, suitability
from clients.care.passing import PASSES_AFTER_DAYS, lasting_conditions_of, still_valid_conditions

INDEX = shipped().index
TOLD = dt.datetime(2026, 11, 2, 9, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)


def test_every_one_of_them_is_a_condition_of_the_catalogue() -> None:
    assert set(PASSES_AFTER_DAYS) <= set(INDEX.conditions)


@pytest.mark.parametrize(
    ("condition", "days", "counts"),
    [
        ("contagious-illness", 6, True),
        ("contagious-illness", 9, False),
        ("alcohol-or-drugs-now", 0, True),
        ("alcohol-or-drugs-now", 2, False),
        ("recent-topical-heat-rub", 0, True),
        ("recent-topical-heat-rub", 1, False),
        ("acute-injury", 2, True),
        ("acute-injury", 4, False),
        ("sunburn", 9, True),
        ("sunburn", 11, False),
        ("dvt-current", 400, True),
        ("unexplained-swelling", 400, True),
        ("pregnancy", 400, True),
    ],
)
def test_how_long_it_counts(condition: str, days: int, counts: bool) -> None:
    assert (condition in still_valid_conditions({condition}, told_at=TOLD, at=TOLD + days * DAY)) is counts


@pytest.mark.parametrize("technique", INDEX.techniques)
def test_what_passes_never_asks_for_a_doctors_note(technique: str) -> None:
    for condition in PASSES_AFTER_DAYS:
        found = suitability(shipped(), technique=technique, conditions=[condition])
        assert found.level != Level.CLEARANCE, condition


@given(
    conditions=st.sets(st.sampled_from(sorted(INDEX.conditions)), max_size=6),
    hours=st.lists(st.integers(0, 24 * 40), min_size=2, max_size=2).map(sorted),
)
def test_the_later_the_day_the_fewer_count_and_what_lasts_always_does(conditions: set[str], hours: list[int]) -> None:
    early, late = (
        still_valid_conditions(conditions, told_at=TOLD, at=TOLD + dt.timedelta(hours=each)) for each in hours
    )
    assert lasting_conditions_of(conditions) <= late <= early <= conditions
