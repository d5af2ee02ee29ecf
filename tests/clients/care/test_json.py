"""The outer form that other tools rely on."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clients.care import Answers, BadAnswersError, make_care_plan, shipped
from clients.care.json_io import NUMBERS, SLUG_LISTS, WORDS, answers_from_json, plan_as_json
from tests.clients.care.answers import anyone


def spoken(answers: Answers, order: Any) -> str:
    """The answers as a line of JSON, each list in an order drawn from `order` and with a repetition."""
    lists = {key: order.draw(st.permutations(sorted(getattr(answers, key)))) for key in SLUG_LISTS}
    rest = {key: getattr(answers, key) for key in (*NUMBERS, *WORDS)}
    where = {slug: order.draw(st.permutations(sorted(areas))) for slug, areas in answers.where.items()}
    repeated = {key: [*slugs, *slugs[:1]] for key, slugs in lists.items()}
    return json.dumps({**repeated, **rest, "where": where, "checked": dict(answers.checked)})


@settings(max_examples=30, deadline=None)
@given(anyone(), st.data())
def test_the_order_of_the_input_changes_nothing(answers: Answers, data: st.DataObject) -> None:
    once, again = (plan_as_json(make_care_plan(shipped(), answers_from_json(spoken(answers, data)))) for _ in range(2))
    assert json.dumps(once) == json.dumps(again) == json.dumps(plan_as_json(make_care_plan(shipped(), answers)))


def test_the_answer_has_exactly_the_agreed_keys() -> None:
    line = (
        '{"symptoms": ["muscle-ache", "tight-spot"], "causes": ["sport"], "service": "hot-stone", "onset": ["chronic"],'
        ' "conditions": ["asthma", "anticoagulants"], "areas": ["neck"], "region": "US"}'
    )
    found = json.loads(json.dumps(plan_as_json(make_care_plan(shipped(), answers_from_json(line)))))
    assert list(found) == [
        *("triage", "triage_because", "questions", "provisional", "implied", "services", "addons", "recommended"),
        *("alternatives", "oils", "carrier", "blend", "home_care", "open", "more", "also", "one_thing", "withheld"),
        *("dropped", "mails", "claims"),
    ]
    assert list(found["withheld"]) == ["oils", "home_care"]
    assert list(found["mails"]) == ["before", "after", "next-day", "call", "room", "rebook"]
    for oil in found["oils"]:
        assert list(oil) == ["id", "percent", "use", "because", "caution", "review"]
    for tip in found["home_care"]:
        assert list(tip) == ["id", "role", "because", "caution", "review", "email", "wait_hours"]
        assert list(tip["because"]) == ["symptoms", "causes", "areas", "onset"]
    reasons = [reason for held in found["withheld"]["oils"] for reason in held["because"]]
    assert {"with", "level", "reason", "to"} in [set(reason) for reason in reasons]
    assert {"condition", "level", "reason", "to"} in [set(reason) for reason in reasons]
    level = found["services"]["hot-stone"]
    assert level["level"] == level["because"][0]["level"]


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
        ('{"pain": "8"}', '"pain" should be a whole number'),
        ('{"pain": true}', '"pain" should be a whole number'),
        ('{"age": -1}', '"age" should be a whole number'),
        ('{"checked": ["dvt-signs"]}', '"checked" should be an object'),
        ('{"checked": {"dvt-signs": 20261120}}', '"checked" should give a date'),
        ('{"where": {"sunburn": "neck"}}', '"where" should be a list'),
        ('{"conditons": ["pregnancy"]}', 'unknown key "conditons"'),
        ('{"conditions": ["pregnancy"], "conditions": []}', "stands twice"),
    ],
)
def test_what_cannot_be_read_is_refused(line: str, message: str) -> None:
    with pytest.raises(BadAnswersError, match=message):
        answers_from_json(line)
