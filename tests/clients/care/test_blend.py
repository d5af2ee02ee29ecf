"""Drops: the catalogue's arithmetic, never above the practice's maximum, and less where a caution says so."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clients.care import shipped
from clients.care.blend import DROPS_PER_ML, BlendError, blend_table, drops, is_diluted, limit_for
from clients.care.items import Oil

OILS = shipped().index.oils
DILUTED = [oil for oil in shipped().oils if is_diluted(oil)]
HALF = "Thin skin absorbs more; use half strength."
ONE_PERCENT = "After 12 weeks at no more than 1%, with midwife agreement."


def refused(slug: str, **asked: float) -> BlendError:
    with pytest.raises(BlendError) as caught:
        drops(OILS[slug], **asked)  # type: ignore[arg-type]  # amounts only
    return caught.value


def test_the_example_of_the_catalogue_comes_out() -> None:
    assert drops(OILS["panaway"], carrier_ml=30, percent=1) == 6


@pytest.mark.parametrize(
    ("slug", "carrier_ml", "percent", "expected"),
    [
        ("lavender", 30, 3, 18),
        ("lavender", 50, 2.5, 25),
        ("lavender", 7, 3, 4),
        ("helichrysum", 10, 0.5, 1),
        ("peppermint", 29, 0.1, 0),
        ("ginger", 33.3, 2, 13),
    ],
)
def test_drops_are_whole_and_rounded_down(slug: str, carrier_ml: float, percent: float, expected: int) -> None:
    if expected:
        assert drops(OILS[slug], carrier_ml=carrier_ml, percent=percent) == expected
    else:
        assert refused(slug, carrier_ml=carrier_ml, percent=percent).code == "too_little"


@settings(max_examples=200)
@given(
    st.sampled_from(DILUTED),
    st.floats(1, 500, allow_nan=False),
    st.floats(0.01, 100, allow_nan=False),
    st.lists(st.sampled_from([HALF, ONE_PERCENT, "Scent may trigger headache or nausea."])),
)
def test_no_mixture_is_stronger_than_the_practice_or_a_caution_allows(
    oil: Oil, carrier_ml: float, percent: float, cautions: list[str]
) -> None:
    try:
        found = drops(oil, carrier_ml=carrier_ml, percent=percent, cautions=cautions)
    except BlendError:
        return
    ml = found / DROPS_PER_ML
    limit = limit_for(oil, cautions).percent
    assert ml / carrier_ml * 100 <= min(percent, limit) + 1e-9


@pytest.mark.parametrize("oil", DILUTED, ids=lambda oil: oil.slug)
def test_one_hair_above_the_practices_maximum_is_refused_with_the_reason(oil: Oil) -> None:
    error = refused(oil.slug, carrier_ml=1000, percent=oil.house_max_percent + 0.01)
    assert error.code == "above_maximum"
    assert f"at most {oil.house_max_percent:g} %" in str(error)
    assert drops(oil, carrier_ml=1000, percent=oil.house_max_percent) > 0


def test_a_caution_lowers_the_limit_and_is_quoted() -> None:
    with pytest.raises(BlendError, match=re.escape("at most 1.5 % for this client. Thin skin")):
        drops(OILS["lavender"], carrier_ml=30, percent=2, cautions=[HALF])
    assert limit_for(OILS["lavender"], [HALF, ONE_PERCENT]).percent == 1
    assert limit_for(OILS["panaway"], [ONE_PERCENT, HALF]).because == HALF


def test_a_caution_about_something_else_leaves_the_limit() -> None:
    assert limit_for(OILS["lavender"], ["Deep relaxation may leave you light-headed."]).percent == 3


def test_every_caution_of_the_catalogue_that_speaks_of_strength_is_understood() -> None:
    speaks = re.compile(r"\bhalf\b|%|percent|\bquarter\b")
    heard = 0
    for oil in DILUTED:
        for rule in oil.caution_when:
            if speaks.search(rule.reason):
                assert limit_for(oil, [rule.reason]).percent < oil.house_max_percent, (oil.slug, rule)
                heard += 1
    assert heard > 20


@pytest.mark.parametrize("slug", ["carrier-grapeseed", "arnica-oil", "no-scent-no-oil"])
def test_what_is_used_as_it_is_is_not_mixed(slug: str) -> None:
    assert refused(slug, carrier_ml=30, percent=1).code == "neat"
    assert blend_table(OILS[slug]) is None


@pytest.mark.parametrize(("ml", "percent"), [(0, 1), (-5, 1), (30, 0), (30, -1), (float("nan"), 1), (float("inf"), 1)])
def test_amounts_are_numbers_above_nothing(ml: float, percent: float) -> None:
    assert refused("lavender", carrier_ml=ml, percent=percent).code == "not_a_number"


def test_too_little_carrier_says_how_much_a_drop_needs() -> None:
    assert (
        str(refused("helichrysum", carrier_ml=5, percent=0.5)) == "One drop at 0.5 % needs at least 10 ml of carrier."
    )


def test_the_table_has_the_usual_amounts_at_the_maximum_and_at_half() -> None:
    table = blend_table(OILS["lavender"])
    assert table is not None
    assert [(row.carrier_ml, row.drops, row.half_drops) for row in table.rows] == [
        (10, 6, 3),
        (20, 12, 6),
        (30, 18, 9),
        (50, 30, 15),
    ]
    assert (table.limit.percent, table.half_percent, table.limit.because) == (3, 1.5, "")


def test_the_table_of_a_client_with_thin_skin_starts_at_half() -> None:
    table = blend_table(OILS["helichrysum"], [HALF])
    assert table is not None
    assert [(row.drops, row.half_drops) for row in table.rows] == [(0, 0), (1, 0), (1, 0), (2, 1)]
    assert table.limit.because == HALF


def test_a_practice_that_lowers_its_maximum_is_obeyed() -> None:
    careful = replace(OILS["lavender"], house_max_percent=1.0)
    with pytest.raises(BlendError, match="at most 1 %"):
        drops(careful, carrier_ml=30, percent=3)
