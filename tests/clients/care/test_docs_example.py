"""What docs/care.md shows is what the engine answers."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path

from clients.care import Answers, make_care_plan, shipped
from clients.care.catalogue import SHIPPED
from clients.care.json_io import NUMBERS, SLUG_LISTS, WORDS, plan_as_json
from clients.care.levels import Grade
from clients.management.commands.care_plan import answer_all

PAGE = Path(SHIPPED.parents[2] / "docs" / "care.md").read_text(encoding="utf-8")
GARDENER = Answers(
    symptoms=frozenset({"dull-ache", "limited-movement"}),
    onset=frozenset({"acute-48h"}),
    areas=frozenset({"lower-back"}),
    causes=frozenset({"gardening", "bending"}),
    pain=5,
    region="US",
    denied=frozenset({"ces-saddle-numbness", "ces-bladder-bowel"}),
)


def row(heading: str) -> str:
    """The cell beside a heading of the example's table."""
    found = re.search(rf"^\| {heading} \| (.*) \|$", PAGE, re.MULTILINE)
    assert found, heading
    return found[1]


def test_the_lines_in_give_the_lines_out() -> None:
    asked, answered = re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)
    out = io.StringIO()
    assert answer_all(shipped(), asked.encode().splitlines(), out) == 1
    assert json.loads(out.getvalue()) == json.loads(answered)


def test_the_example_proposes_what_the_page_says() -> None:
    found, index = make_care_plan(shipped(), GARDENER), shipped().index
    assert found.recommended
    assert row("The massage") == f"{found.recommended.name}, {found.recommended.minutes} minutes"
    assert row("The plan").split(" · ") == [index.home_care[tip.slug].name for tip in found.home_care]
    assert row("The one thing") == index.home_care[found.one_thing or ""].name
    assert [f"{index.oils[oil.slug].name} {oil.percent:g} %" in row("Oils") for oil in found.oils] == [True, True]


def test_every_key_and_every_grade_is_told() -> None:
    keys = [*SLUG_LISTS, *NUMBERS, *WORDS, "checked", "where", *plan_as_json(make_care_plan(shipped(), GARDENER))]
    assert [key for key in keys if not re.search(rf"\b{key}\b", PAGE)] == []
    assert [grade for grade in Grade if f"| {grade} |" not in PAGE] == []
