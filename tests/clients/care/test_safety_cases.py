"""The cases of the clinical notes where a wrong answer could hurt someone, one by one."""

from __future__ import annotations

from typing import Any

import pytest

from clients.care import Answers, Clash, Level, Plan, Triage, make_care_plan, shipped

CATALOGUE = shipped()
INDEX = CATALOGUE.index
SALICYLATES = {"panaway", "wintergreen"}
# Ticks that make every oil, and nearly every tip, a candidate.
EVERYTHING = {"symptoms": frozenset(INDEX.symptoms) - {"heat-in-area", "swelling", "numbness-tingling"}}


def ask(conditions: str = "", service: str | None = None, **answers: str) -> Plan:
    """The plan for someone who feels everything, but for what `answers` say otherwise (slugs apart by spaces)."""
    given: dict[str, Any] = EVERYTHING | {key: frozenset(value.split()) for key, value in answers.items()}
    return make_care_plan(CATALOGUE, Answers(conditions=frozenset(conditions.split()), service=service, **given))


def offered(found: Plan) -> set[str]:
    return {each.slug for each in (*found.oils, *found.home_care)}


def held(found: Plan) -> dict[str, set[str]]:
    """What holds each withheld item back."""
    return {
        each.slug: {why.technique if isinstance(why, Clash) else why.condition for why in each.because}
        for each in (*found.withheld_oils, *found.withheld_home_care)
    }


@pytest.mark.parametrize(
    ("condition", "items"),
    [
        ("anticoagulants", "panaway"),
        ("antiplatelet-aspirin", "panaway"),
        ("allergy-salicylate", "panaway otc-aspirin"),
        ("bleeding-disorder", "panaway"),
        ("pregnancy", "panaway helichrysum peppermint eucalyptus rosemary sweet-marjoram juniper-berry"),
        ("breastfeeding", "panaway"),
        ("minor-under-18", "panaway otc-aspirin"),
        ("upcoming-surgery", "panaway"),
        ("g6pd-deficiency", "panaway peppermint"),
        ("atrial-fibrillation", "panaway peppermint"),
        ("epilepsy", "eucalyptus rosemary"),
        ("allergy-daisy", "panaway helichrysum roman-chamomile arnica-oil"),
        ("allergy-nut", "carrier-sweet-almond"),
        ("allergy-coconut", "carrier-coconut carrier-fractionated-coconut"),
        ("acute-inflammation-area", "panaway heat-pack warm-bath"),
        ("transdermal-patch", "heat-pack warm-bath"),
        ("recent-topical-heat-rub", "panaway heat-pack"),
        ("reduced-sensation", "heat-pack"),
        ("peripheral-vascular-disease", "heat-pack"),
        ("fever-infection", "heat-pack warm-bath"),
    ],
)
def test_a_condition_holds_back_what_could_hurt(condition: str, items: str) -> None:
    found = ask(condition)
    for slug in items.split():
        assert condition in held(found)[slug], slug
        assert slug not in offered(found)


@pytest.mark.parametrize("condition", ["cold-sensitivity", "reduced-sensation", "peripheral-vascular-disease"])
def test_no_cold_pack_where_cold_can_harm(condition: str) -> None:
    hurt = {"symptoms": "intense-pain", "onset": "acute-48h", "causes": "lifting"}
    assert "cold-pack" in offered(ask(**hurt))
    assert condition in held(ask(condition, **hurt))["cold-pack"]


def test_a_cold_pack_is_only_for_the_first_two_days() -> None:
    assert "cold-pack" not in offered(ask(symptoms="intense-pain", onset="acute"))


@pytest.mark.parametrize(
    "condition",
    [
        "reduced-sensation",
        "diabetes-neuropathy",
        "pregnancy",
        "multiple-sclerosis",
        "heat-intolerance",
        "hypertension-uncontrolled",
        "recent-heart-attack-stroke",
        "peripheral-vascular-disease",
        "bleeding-disorder",
        "lymphoedema",
        "sunburn",
        "acute-injury",
        "acute-inflammation-area",
        "recent-surgery",
        "fever-infection",
        "strong-painkillers-sedatives",
        "alcohol-or-drugs-now",
        "transdermal-patch",
        "recent-topical-heat-rub",
        "recent-cosmetic-procedure",
        "child-under-12",
        "cognitive-communication",
    ],
)
def test_hot_stones_are_never_given_where_heat_is_not_safe(condition: str) -> None:
    hot = ask(condition).services["hot-stone"]
    assert hot.level == Level.NEVER
    assert condition in {rule.condition for rule in hot.because}


@pytest.mark.parametrize(
    "condition", ["heart-disease", "anticoagulants", "diabetes", "cancer-current", "epilepsy", "aneurysm"]
)
def test_hot_stones_need_a_note_where_a_doctor_should_agree(condition: str) -> None:
    assert ask(condition).services["hot-stone"].level == Level.CLEARANCE


@pytest.mark.parametrize(
    "condition",
    [
        "anticoagulants",
        "bleeding-disorder",
        "osteoporosis",
        "steroid-long-term",
        "older-frail",
        "pregnancy",
        "dvt-history",
    ],
)
def test_deep_tissue_is_never_given_where_pressure_is_not_safe(condition: str) -> None:
    assert ask(condition).services["deep-tissue"].level == Level.NEVER


def test_a_technique_keeps_what_it_inherits_and_its_own_reason_wins() -> None:
    assert ask("dvt-current").services["hot-stone"].level == Level.NEVER
    reasons = {rule.condition: rule.reason for rule in ask("fever-infection").services["hot-stone"].because}
    assert reasons == {"fever-infection": "Never add heat to a fever."}


def test_numbness_told_as_a_symptom_counts_as_reduced_feeling() -> None:
    found = make_care_plan(CATALOGUE, Answers(symptoms=frozenset({"numbness-tingling", "stiffness"})))
    assert found.implied == ("reduced-sensation",)
    assert found.origins["reduced-sensation"] == {"numbness-tingling"}
    assert found.services["hot-stone"].level == Level.NEVER
    assert "reduced-sensation" in held(found)["heat-pack"]


def test_what_a_condition_implies_is_followed_to_the_end() -> None:
    found = ask("pregnancy-high-risk")
    assert "pregnancy" in found.implied
    assert "pregnancy" in held(found)["panaway"]
    assert set(ask("diabetes-neuropathy").implied) == {"diabetes", "reduced-sensation"}


def test_oils_that_burn_under_heat_stay_away_from_hot_stones() -> None:
    found = ask(service="hot-stone")
    for slug in ("panaway", "peppermint", "eucalyptus", "ginger", "black-pepper"):
        assert "hot-stone" in held(found)[slug]
    assert all(INDEX.oils[each.slug].heat_ok for each in found.oils)
    assert "peppermint" not in held(ask(service="regular-massage"))


def test_a_warming_oil_is_held_back_from_a_hot_area() -> None:
    found = ask("acute-inflammation-area", symptoms="spasm stiffness dull-ache muscle-ache", areas="lower-back")
    assert "acute-inflammation-area" in held(found)["ginger"]


def test_menthol_and_a_heat_pack_are_put_to_the_therapist_as_a_choice() -> None:
    found = ask(
        symptoms="muscle-ache tight-spot trigger-points stress-tension", causes="gardening computer-work driving stress"
    )
    pairs = {each.slug: each.not_with for each in (*found.oils, *found.home_care)}
    assert "heat-pack" in pairs["panaway"]
    assert "panaway" in pairs["heat-pack"]


@pytest.mark.parametrize("region", ["EU", "UK"])
def test_methyl_salicylate_is_off_where_the_law_forbids_it(region: str) -> None:
    answers = Answers(symptoms=frozenset({"muscle-ache"}), region=region)
    found = make_care_plan(CATALOGUE, answers)
    assert SALICYLATES.isdisjoint(offered(found) | set(held(found)))


def test_what_ships_switched_off_is_never_offered() -> None:
    off = {"wintergreen", "clove-bud", "inversion-table", "glucosamine"}
    assert all(INDEX.oils[slug].off_by_default for slug in ("wintergreen", "clove-bud"))
    assert off.isdisjoint(offered(ask()) | set(held(ask("glaucoma"))))


@pytest.mark.parametrize(
    "condition", ["glaucoma", "retinal-problem", "hypertension", "heart-disease", "stroke-history", "pregnancy"]
)
def test_the_inversion_table_is_barred_even_where_a_practice_offers_it(condition: str) -> None:
    assert condition in {rule.condition for rule in INDEX.home_care["inversion-table"].never_when}


def test_a_nut_allergy_leaves_a_safe_carrier_and_says_what_was_held_back() -> None:
    found = ask("allergy-nut")
    assert found.carrier == "carrier-grapeseed"
    assert held(found)["carrier-sweet-almond"] == {"allergy-nut"}


def test_with_no_oil_left_there_is_always_the_unscented_choice() -> None:
    found = ask("allergy-fragrance allergy-daisy")
    assert [(each.slug, each.score) for each in found.oils] == [("no-scent-no-oil", 0)]
    assert found.carrier is None


def test_a_doctor_comes_before_any_oil() -> None:
    found = ask(red_flags="dvt-signs upper-back-constant")
    assert found.triage == Triage.DOCTOR
    assert found.flags == ("dvt-signs",)
    assert (found.oils, found.carrier, found.withheld_oils) == ((), None, ())
    assert all(INDEX.home_care[each.slug].show_with_red_flags for each in found.home_care)


def test_a_caution_flag_changes_nothing_but_the_triage() -> None:
    plain, flagged = ask(), ask(red_flags="steroid-use-flag")
    assert flagged.triage == Triage.CAUTION
    assert (flagged.oils, flagged.home_care) == (plain.oils, plain.home_care)


def test_the_worst_flag_decides() -> None:
    assert ask(red_flags="steroid-use-flag dvt-signs ces-saddle-numbness").triage == Triage.EMERGENCY
