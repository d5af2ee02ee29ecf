"""The outer form that other tools rely on."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clients.care import Answers, BadAnswersError, make_care_plan, shipped
from clients.care.json_io import ANSWER_LISTS, answers_from_json, plan_as_json
from tests.clients.care.answers import anyone


def spoken(answers: Answers, order: Any) -> str:
    """The answers as a line of JSON, each list in an order drawn from `order` and with a repetition."""
    lists = {key: order.draw(st.permutations(sorted(getattr(answers, key)))) for key in ANSWER_LISTS}
    lists = {key: [*slugs, *slugs[:1]] for key, slugs in lists.items()}
    return json.dumps({**lists, "service": answers.service, "region": answers.region})


@settings(max_examples=100, deadline=None)
@given(anyone(), st.data())
def test_the_order_of_the_input_changes_nothing(answers: Answers, data: st.DataObject) -> None:
    once, again = (plan_as_json(make_care_plan(shipped(), answers_from_json(spoken(answers, data)))) for _ in range(2))
    assert json.dumps(once) == json.dumps(again) == json.dumps(plan_as_json(make_care_plan(shipped(), answers)))


def test_the_answer_has_exactly_the_agreed_keys() -> None:
    line = (
        '{"symptoms": ["muscle-ache", "tight-spot"], "conditions": ["asthma", "allergy-nut"], "service": "hot-stone"}'
    )
    found = json.loads(json.dumps(plan_as_json(make_care_plan(shipped(), answers_from_json(line)))))
    assert list(found) == ["triage", "implied", "services", "oils", "carrier", "home_care", "withheld"]
    assert list(found["withheld"]) == ["oils", "home_care"]
    for proposal in (*found["oils"], *found["home_care"]):
        assert list(proposal) == ["id", "score", "because", "caution", "not_with", "review"]
        assert list(proposal["because"]) == ["symptoms", "causes", "onset", "areas"]
    reasons = [reason for held in found["withheld"]["oils"] for reason in held["because"]]
    assert {"condition": "allergy-nut", "reason": "Made from almonds; use grapeseed or jojoba instead."} in reasons
    assert {"with": "hot-stone", "reason": "Heat over this oil can irritate or burn the skin."} in reasons
    assert found["services"]["hot-stone"] == {
        "level": "caution_when",
        "because": [{"condition": "asthma", "reason": "Plain oil."}],
    }


def test_what_is_left_out_is_an_empty_answer() -> None:
    assert answers_from_json("{}") == Answers()


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("", "not valid JSON"),
        ("{", "not valid JSON"),
        ("[" * 200_000, "not valid JSON"),
        ("[]", "expected one JSON object"),
        ("null", "expected one JSON object"),
        ('"dull-ache"', "expected one JSON object"),
        ('{"symptoms": "dull-ache"}', '"symptoms" should be a list'),
        ('{"symptoms": null}', '"symptoms" should be a list'),
        ('{"areas": {"neck": true}}', '"areas" should be a list'),
        ('{"onset": [1]}', '"onset" should be a list'),
        ('{"causes": [["stress"]]}', '"causes" should be a list'),
        ('{"service": ["hot-stone"]}', '"service" should be text'),
        ('{"region": 4}', '"region" should be text'),
        ('{"conditons": ["pregnancy"]}', 'unknown key "conditons"'),
        ('{"conditions": ["pregnancy"], "conditions": []}', "stands twice"),
    ],
)
def test_what_cannot_be_read_is_refused(line: str, message: str) -> None:
    with pytest.raises(BadAnswersError, match=message):
        answers_from_json(line)
