"""An allergy in own words: whatever was written bars scent until the therapist has read it; what it names is barred."""

from dataclasses import replace

import pytest

from clients.care import Answers, Level, make_care_plan, shipped
from clients.care.plans import Plan

TENSE = Answers(
    symptoms=frozenset({"stress-tension", "poor-sleep"}),
    onset=frozenset({"chronic"}),
    areas=frozenset({"neck"}),
    causes=frozenset({"stress"}),
    denied=frozenset(flag.id for flag in shipped().red_flags),
    region="US",
)


def advised(allergies: str, *conditions: str, service: str = "regular-massage") -> Plan:
    answers = {name: getattr(TENSE, name) for name in ("symptoms", "onset", "areas", "causes", "denied", "region")}
    return make_care_plan(
        shipped(), Answers(**answers, conditions=frozenset(conditions), allergies=allergies, service=service)
    )


def levels_of(plan: Plan, oil: str) -> set[Level]:
    return {why.level for held in plan.withheld_oils if held.slug == oil for why in held.because}


@pytest.mark.parametrize(
    "said", ["", "  ", "no", "None", "NONE.", "-", "/", "n/a", "None that I know of", "Keine bekannt"]
)
def test_a_no_in_other_words_is_no_allergy(said: str) -> None:
    assert [oil.slug for oil in advised(said).oils] == ["lavender", "sweet-marjoram"]
    assert "allergy-own-words" not in advised(said).conditions


@pytest.mark.invariant("I6")
@pytest.mark.parametrize(
    "said", ["kiwi", "bees", "some soap", "?", "I don't know", "No nuts please", "lavender", "sésame", "пыльца"]
)
def test_whatever_is_written_leaves_scent_out_until_it_is_read(said: str) -> None:
    plan = advised(said)
    assert [oil.slug for oil in plan.oils] == ["no-scent-no-oil"]
    assert plan.blend is None
    assert levels_of(plan, "lavender")
    assert plan.addons["scented-oil"].level is not Level.OK


def test_what_names_no_plant_of_ours_may_be_lifted_by_the_therapist() -> None:
    assert levels_of(advised("kiwi"), "lavender") == {Level.CLEARANCE}


@pytest.mark.invariant("I6")
@pytest.mark.parametrize(
    ("said", "condition", "oil"),
    [
        ("lavender", "allergy-fragrance", "lavender"),
        ("LAVANDULA!", "allergy-fragrance", "lavender"),
        ("Lavendelöl", "allergy-fragrance", "lavender"),
        ("Korbblütler", "allergy-daisy", "roman-chamomile"),
        ("ragweed", "allergy-daisy", "roman-chamomile"),
        ("camomile tea", "allergy-daisy", "roman-chamomile"),
        ("daisies", "allergy-daisy", "roman-chamomile"),
        ("citrus", "allergy-fragrance", "lavender"),
        ("linalool", "allergy-fragrance", "lavender"),
    ],
)
def test_what_is_named_is_barred_for_good(said: str, condition: str, oil: str) -> None:
    plan = advised(said)
    assert condition in plan.conditions
    assert Level.NEVER in levels_of(plan, oil)


@pytest.mark.parametrize(
    ("said", "condition"),
    [
        *(("almonds", "allergy-nut"), ("Nüsse", "allergy-nut"), ("tree nuts", "allergy-nut")),
        *(("coconut", "allergy-coconut"), ("shrimps", "allergy-shellfish"), ("rubber gloves", "allergy-latex")),
        *(("Aspirin", "allergy-salicylate"), ("wintergreen", "allergy-salicylate"), ("arnica", "allergy-daisy")),
    ],
)
def test_an_allergy_that_has_a_question_of_its_own_counts_as_its_yes(said: str, condition: str) -> None:
    assert condition in advised(said).conditions


def test_an_oil_is_barred_with_what_it_is_mixed_from() -> None:
    assert "panaway" in shipped().index.allergy_words.read("cloves").oils


def test_a_plain_oil_that_is_named_gives_way_to_another() -> None:
    assert advised("jojoba").carrier == "carrier-grapeseed"
    assert advised("grapes").carrier == "carrier-jojoba"


def test_ticking_nuts_and_typing_lavender_leaves_both_out() -> None:
    plan = advised("lavender", "allergy-nut")
    assert [oil.slug for oil in plan.oils] == ["no-scent-no-oil"]
    assert plan.carrier == "carrier-jojoba"
    assert plan.conditions >= {"allergy-nut", "allergy-fragrance"}


def test_a_massage_itself_is_held_back_by_no_allergy_in_own_words() -> None:
    assert advised("kiwi").services["regular-massage"].level is Level.OK


def test_every_oil_answers_to_its_own_name() -> None:
    words = shipped().index.allergy_words
    for oil in shipped().oils:
        if oil.kind != "none":
            assert oil.id in words.read(f"I react to {oil.name}").oils, oil.name


@pytest.mark.invariant("I6")
@pytest.mark.parametrize(
    ("alert", "condition", "oil"),
    [
        ("reacts to lavender", "allergy-fragrance", "lavender"),
        ("No deep pressure. Lavender!", "allergy-fragrance", "lavender"),
        ("Allergien: Korbblütler", "allergy-daisy", "roman-chamomile"),
        ("latex", "allergy-latex", ""),
        ("Hip implant left\nNut allergy", "allergy-nut", ""),
        ("reacts to ylang", "allergy-own-words", ""),
    ],
)
def test_an_alert_of_the_team_bars_as_the_clients_own_words_do(alert: str, condition: str, oil: str) -> None:
    plan = make_care_plan(shipped(), replace(TENSE, alert=alert))
    assert condition in plan.conditions
    assert [each.slug for each in plan.oils] == ["no-scent-no-oil"]
    if oil:
        assert Level.NEVER in levels_of(plan, oil)


@pytest.mark.parametrize(
    "alert",
    ["", "No deep pressure", "No known allergies. Likes firm work", "Plantar fasciitis, implant left hip", "NKDA"],
)
def test_an_alert_that_speaks_of_no_allergy_bars_nothing(alert: str) -> None:
    assert make_care_plan(shipped(), replace(TENSE, alert=alert)) == make_care_plan(shipped(), TENSE)
