"""A danger is barred in every entry that carries it, not only where somebody thought of it.

The two tables name who must not meet which danger, and which entries carry it. Each pair is asked as a client would be:
with these answers the entry is neither proposed nor mailed.
"""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clients.care import Answers, Level, Plan, make_care_plan, shipped

CATALOGUE = shipped()
INDEX = CATALOGUE.index
BARRED = {
    **{tip.slug: {rule.condition for rule in tip.never_when} for tip in (*CATALOGUE.home_care, *CATALOGUE.oils)},
    **{tip.slug: {rule.condition for rule in tip.never_when} for tip in CATALOGUE.aftercare},
}
MAILED = {tip.slug for tip in CATALOGUE.aftercare}

HEAT = {"heat-pack", "warm-bath", "post-warmth-for-soreness"}
COLD = {"cold-pack", "post-cold-for-tender"}
WATER = {"warm-bath", "swimming", "water-exercise"}
TOUCH = {"home-massage-partner", "self-massage-tool"}
MEDICINES = {tip.slug for tip in CATALOGUE.home_care if tip.category == "medicine"} | {"prescription-options"}
STINGING = {oil.slug for oil in CATALOGUE.oils if not oil.heat_ok}
SALICYLATES = {"panaway", "wintergreen"}
DAISY = {"panaway", "helichrysum", "roman-chamomile", "arnica-oil"}
PLANTS = {oil.slug for oil in CATALOGUE.oils if oil.kind not in ("carrier", "none")}

# Who must not meet which danger (docs/invariants.md#i6).
WARM = """recent-topical-heat-rub transdermal-patch reduced-sensation diabetes-neuropathy cognitive-communication
open-wound-skin skin-infection sunburn acute-injury acute-inflammation-area fever-infection alcohol-or-drugs-now
multiple-sclerosis heat-intolerance peripheral-vascular-disease lymphoedema recent-surgery radiotherapy-area
dvt-current unexplained-swelling bleeding-disorder pregnancy-high-risk"""
WHOLE = """pregnancy child-under-12 epilepsy heart-disease anticoagulants recent-heart-attack-stroke stroke-history"""
CHILLED = """reduced-sensation diabetes-neuropathy cold-sensitivity peripheral-vascular-disease open-wound-skin"""
WET = """open-wound-skin skin-infection fever-infection alcohol-or-drugs-now dvt-current recent-surgery"""
PRESSED = """open-wound-skin skin-infection acute-injury acute-inflammation-area dvt-current recent-fracture
recent-surgery"""
DRUGGED = """anticoagulants antiplatelet-aspirin bleeding-disorder stroke-history recent-heart-attack-stroke
minor-under-18 child-under-12 kidney-disease liver-disease upcoming-surgery recent-surgery heart-disease
immune-suppressed pregnancy breastfeeding"""
BLEEDS = """anticoagulants antiplatelet-aspirin bleeding-disorder stomach-ulcer stroke-history minor-under-18"""
STUNG = """recent-topical-heat-rub open-wound-skin acute-injury acute-inflammation-area skin-infection"""
SCENTED = """allergy-fragrance child-under-12 open-wound-skin sunburn skin-infection skin-inflammation
pregnancy-high-risk"""
BARS = [
    (HEAT, WARM),
    ({"warm-bath"}, WHOLE),
    (COLD, CHILLED),
    (WATER, WET),
    (TOUCH, PRESSED),
    (MEDICINES, DRUGGED),
    (SALICYLATES, BLEEDS),
    (STINGING, STUNG),
    (DAISY, "allergy-daisy allergy-fragrance"),
    (PLANTS, SCENTED),
]
PAIRS = [(condition, slug) for items, who in BARS for condition in who.split() for slug in sorted(items)]
EVERYTHING = Answers(
    symptoms=frozenset(INDEX.symptoms) - {"heat-in-area", "swelling", "numbness-tingling"},
    onset=frozenset({"acute-48h", "acute", "chronic"}),
    causes=frozenset(INDEX.causes),
)


def shown(found: Plan) -> set[str]:
    """What a client with this plan is shown."""
    return {each.slug for each in (*found.oils, *found.home_care)}


@pytest.mark.invariant("I6")
@pytest.mark.parametrize(("condition", "slug"), PAIRS)
def test_who_must_not_meet_a_danger_meets_it_in_no_entry(condition: str, slug: str) -> None:
    assert BARRED[slug] & INDEX.closed[condition], f"{slug} is open to {condition}"
    if slug not in MAILED:
        found = make_care_plan(CATALOGUE, replace(EVERYTHING, conditions=frozenset({condition})))
        assert slug not in shown(found)


def test_every_entry_of_these_dangers_is_asked_about() -> None:
    assert {tip.slug for tip in CATALOGUE.home_care if tip.category == "heat-and-cold"} <= HEAT | COLD
    assert {tip.slug for tip in CATALOGUE.home_care if tip.category == "medicine"} <= MEDICINES
    assert len(STINGING) >= 8
    assert len(PAIRS) > 200


@pytest.mark.parametrize("technique", INDEX.techniques)
def test_a_skin_infection_that_spreads_closes_every_massage(technique: str) -> None:
    found = make_care_plan(CATALOGUE, Answers(conditions=frozenset({"skin-infection"}), service=technique))
    assert found.services[technique].level == Level.NEVER
    assert {"have-regular-massage", "short-back-massage"}.isdisjoint(shown(found))


@settings(max_examples=150, deadline=None)
@given(
    conditions=st.sets(st.sampled_from(sorted(INDEX.conditions)), max_size=5),
    symptoms=st.sets(st.sampled_from(sorted(INDEX.symptoms)), max_size=6),
    technique=st.sampled_from(["hot-stone", "regular-massage", "deep-tissue"]),
)
def test_for_any_mix_of_answers_no_danger_meets_whom_it_hurts(
    conditions: set[str], symptoms: set[str], technique: str
) -> None:
    answers = Answers(conditions=frozenset(conditions), symptoms=frozenset(symptoms), service=technique)
    found = make_care_plan(CATALOGUE, answers)
    present = set(found.origins)
    for items, who in BARS:
        if present & set(who.split()):
            assert items.isdisjoint(shown(found))
    if technique == "hot-stone":
        assert HEAT.isdisjoint(shown(found))
