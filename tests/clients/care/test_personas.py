"""People whom the engine must answer rightly: who they are, and what must and must not happen to them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from clients.care import shipped
from clients.care.engine import make_care_plan
from clients.care.json_io import answers_from_json, plan_as_json

PEOPLE = [json.loads(line) for line in Path(__file__).with_name("personas.jsonl").read_text("utf-8").splitlines()]


def tags_by_slug() -> dict[str, set[str]]:
    catalogue = shipped()
    sections = (catalogue.oils, catalogue.home_care, catalogue.aftercare, catalogue.techniques, catalogue.addons)
    return {item.id: set(item.tags) for section in sections for item in section}


TAGS = tags_by_slug()


def shown(answer: dict[str, Any]) -> set[str]:
    """Everything that reaches the client."""
    named = [each["id"] for key in ("home_care", "oils", "alternatives") for each in answer[key]]
    named += [*answer["more"], *answer["also"], answer["open"], answer["carrier"]]
    named += [(answer["recommended"] or {}).get("id"), *(text for texts in answer["mails"].values() for text in texts)]
    return {slug for slug in named if slug}


def holds(what: str, answer: dict[str, Any]) -> bool:
    """Whether one thing that a persona expects is so: an id that is shown, or a word about the answer."""
    kind, _, name = what.partition(":")
    tells: dict[str, Callable[[], object]] = {
        "tag": lambda: any(name in TAGS.get(slug, ()) for slug in shown(answer)),
        "tip": lambda: name in {each["id"] for each in answer["home_care"]},
        "one": lambda: answer["one_thing"] == name,
        "asks": lambda: name in answer["questions"],
        "held": lambda: name in {each["id"] for items in answer["withheld"].values() for each in items},
        "blend": lambda: (answer["blend"] or {}).get("percent") == float(name),
        "implies": lambda: name in answer["implied"],
        "recommends": lambda: (answer["recommended"] or {}).get("technique") == name,
        "minutes": lambda: (answer["recommended"] or {}).get("minutes") == int(name),
        "waits": lambda: any(each["id"] == name and each["wait_hours"] >= 24 for each in answer["home_care"]),
        "reason": lambda: (
            name.partition("/")[2]
            in {each["condition"] for each in answer["services"][name.partition("/")[0]]["because"]}
        ),
        "claim": lambda: name in answer["claims"],
    }
    return bool(tells[kind]()) if name else what in shown(answer)


@pytest.mark.parametrize("person", PEOPLE, ids=[person["id"] for person in PEOPLE])
def test_a_person_is_answered_rightly(person: dict[str, Any]) -> None:
    answer = plan_as_json(make_care_plan(shipped(), answers_from_json(json.dumps(person["answers"]))))
    want = person["expect"]
    unwanted = want.get("triage_not") or []
    assert answer["triage"] == want.get("triage", answer["triage"])
    assert answer["triage"] not in ([unwanted] if isinstance(unwanted, str) else unwanted)
    for slug, level in want.get("service", {}).items():
        got = answer["services"][slug]["level"]
        assert got != level[4:] if level.startswith("not:") else got == level, slug
    assert [what for what in want.get("must", ()) if not holds(what, answer)] == []
    assert [what for what in want.get("must_not", ()) if holds(what, answer)] == []


def test_the_people_are_many_and_differ() -> None:
    assert len(PEOPLE) >= 50
    assert len({json.dumps(person["answers"], sort_keys=True) for person in PEOPLE}) == len(PEOPLE)
