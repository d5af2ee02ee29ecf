"""The worked examples of the specification, and the seeds' facts: each with answers that bring it up."""

from __future__ import annotations

import json
from typing import Any

import pytest

from clients.care import make_care_plan, shipped
from clients.care.json_io import answers_from_json, plan_as_json


def answer(**answers: Any) -> dict[str, Any]:
    return plan_as_json(make_care_plan(shipped(), answers_from_json(json.dumps(answers))))


GARDENER: dict[str, Any] = {
    "symptoms": ["dull-ache", "limited-movement"],
    "onset": ["acute-48h"],
    "areas": ["lower-back"],
    "causes": ["gardening", "bending"],
    "pain": 5,
    "denied": ["ces-saddle-numbness", "ces-bladder-bowel"],
}


def test_a_gardener_on_day_one_keeps_moving_and_is_cooled_not_warmed() -> None:
    found = answer(**GARDENER, region="US")
    assert (found["triage"], found["recommended"]["id"], found["recommended"]["minutes"]) == (
        "ok",
        "short-back-massage",
        25,
    )
    assert [(oil["id"], oil["percent"], oil["review"]) for oil in found["oils"]] == [
        ("panaway", 1.0, True),
        ("lavender", 1.0, False),
    ]
    assert found["dropped"] == [{"id": "helichrysum", "for": ["panaway"]}]
    assert found["blend"] == {"percent": 2.0, "because": [], "safety": True}
    assert [tip["id"] for tip in found["home_care"]] == [
        *("ask-pharmacist", "cold-pack", "stay-active", "gardening-pacing", "careful-lifting")
    ]
    assert found["one_thing"] == "stay-active"


def test_where_the_law_bars_a_blend_its_parts_stand_in() -> None:
    assert [oil["id"] for oil in answer(**GARDENER, region="DE")["oils"]] == ["helichrysum", "lavender"]
    assert [oil["id"] for oil in answer(**GARDENER)["oils"]] == ["helichrysum", "lavender"]
    assert [oil["id"] for oil in answer(**GARDENER, region="Atlantis")["oils"]] == ["helichrysum", "lavender"]


def test_a_desk_neck_that_books_hot_stones() -> None:
    found = answer(
        symptoms=["tight-spot", "stress-tension", "trigger-points"],
        onset=["chronic"],
        areas=["neck", "shoulder"],
        causes=["computer-work", "stress"],
        service="hot-stone",
        region="DE",
        denied=["not-improving"],
    )
    assert [(oil["id"], oil["percent"]) for oil in found["oils"]] == [("lavender", 1.0), ("sweet-marjoram", 1.0)]
    assert found["carrier"] == "carrier-jojoba"
    held = {each["id"]: each["because"][0] for each in found["withheld"]["oils"]}
    assert held["peppermint"]["with"] == "hot-stone"
    assert [(tip["id"], tip["wait_hours"]) for tip in found["home_care"]] == [
        *(("heat-pack", 24), ("neck-strength-band", 0), ("movement-breaks", 0)),
        *(("relaxation-breathing", 0), ("regular-exercise", 0)),
    ]
    assert found["one_thing"] == "movement-breaks"
    assert found["mails"]["after"] == ["post-no-heat-cream", "post-check-skin", "post-take-it-easy"]
    assert found["mails"]["call"] == ["call-hot"]


def test_a_numb_hand_leaves_the_sore_back_its_warmth() -> None:
    said: dict[str, Any] = {
        "symptoms": ["numbness-tingling", "stiffness"],
        "areas": ["forearm-hand", "lower-back"],
        "onset": ["chronic"],
    }
    known = answer(**said, where={"reduced-sensation": ["forearm-hand"]})
    assert known["services"]["hot-stone"]["level"] == "local"
    assert "heat-pack" in {tip["id"] for tip in known["home_care"]}
    assert "warm-bath" in {each["id"] for each in known["withheld"]["home_care"]}
    assert "heat-pack" in {each["id"] for each in answer(**said)["withheld"]["home_care"]}


CALF: dict[str, Any] = {
    "symptoms": ["muscle-ache"],
    "onset": ["acute"],
    "areas": ["calf-shin"],
    "causes": ["sport"],
    "conditions": ["dvt-history"],
    "region": "DE",
}


def test_an_old_clot_and_a_new_calf_ache_is_asked_about_first() -> None:
    found = answer(**CALF)
    assert found["triage"] == "doctor-before-massage"
    assert found["triage_because"][0]["how"] == "assumed"
    assert "dvt-signs" in found["questions"]
    assert found["provisional"]
    assert all(each["because"][0]["condition"] is None for each in found["services"].values())
    denied = answer(**CALF, denied=["dvt-signs"])
    assert denied["triage"] == "ok"
    assert "self-massage-tool" in {each["id"] for each in denied["withheld"]["home_care"]}
    assert answer(**CALF, checked={"dvt-signs": "2026-11-20"})["triage"] == "caution"


def test_all_reasons_are_given_the_most_severe_first() -> None:
    found = answer(
        symptoms=["tight-spot"],
        areas=["shoulder"],
        onset=["chronic"],
        conditions=["heart-disease", "transdermal-patch"],
        where={"transdermal-patch": ["upper-arm-elbow"]},
        region="DE",
    )
    because = [(each["condition"], each["level"]) for each in found["services"]["regular-massage"]["because"]]
    assert because == [("transdermal-patch", "local"), ("heart-disease", "caution")]
    assert found["services"]["hot-stone"]["level"] == "never"
    assert "heat-pack" not in {tip["id"] for tip in found["home_care"]}
    assert "easy-rolls" in {tip["id"] for tip in found["home_care"]}


FACTS = [
    (fact.fact, shows, answers)
    for fact in shipped().seed_coverage
    for shows, answers in ((fact.shows, fact.answers), *((each["shows"], each["answers"]) for each in fact.more))
]


@pytest.mark.parametrize(("fact", "shows", "answers"), FACTS, ids=[fact for fact, _shows, _answers in FACTS])
def test_a_fact_of_the_seeds_comes_up(fact: str, shows: tuple[str, ...], answers: dict[str, Any]) -> None:
    found = answer(**answers)
    named = {each["id"] for key in ("home_care", "oils", "alternatives") for each in found[key]}
    named |= {*found["more"], *found["also"], *found["claims"], *found["implied"], *found["questions"], found["open"]}
    named |= {text for texts in found["mails"].values() for text in texts}
    named |= {each[key] for each in [found["recommended"], *found["alternatives"]] for key in ("id", "technique")}
    assert set(shows) - named == set(), fact


def test_all_facts_of_the_seeds_are_there() -> None:
    assert len(shipped().seed_coverage) == 44
