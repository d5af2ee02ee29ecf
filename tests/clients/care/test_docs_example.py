"""What docs/care.md shows is what the engine answers."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path
from typing import Any

import pytest

from clients.care import Answers, Clash, make_care_plan, shipped
from clients.care.blend import drops
from clients.care.items import GRADES
from clients.care.shipped import SHIPPED
from clients.management.commands.care_plan import answer_all

ROOT = SHIPPED.parents[2]
PAGE = (ROOT / "docs" / "care.md").read_text(encoding="utf-8")
INDEX = shipped().index
# The client of "An example, worked through".
EXAMPLE = Answers(
    symptoms=frozenset({"tight-spot", "numbness-tingling"}),
    onset=frozenset({"chronic"}),
    causes=frozenset({"computer-work"}),
    areas=frozenset({"neck", "shoulder"}),
    conditions=frozenset({"anticoagulants"}),
    service="hot-stone",
    region="US",
)
WORKED = PAGE.split("### An example, worked through", 1)[1].split("\n### ", 1)[0]


def values(text: str) -> list[Any]:
    """Every JSON value of a text, one after the other, over as many lines as each takes."""
    found, at = [], 0
    while text[at:].strip():
        at += len(text[at:]) - len(text[at:].lstrip())
        value, at = json.JSONDecoder().raw_decode(text, at)
        found.append(value)
    return found


def table(heading: str) -> list[list[str]]:
    """The rows below a heading of a table of the worked example."""
    rows = WORKED.split(f"| {heading} |", 1)[1].split("\n\n", 1)[0].splitlines()[2:]
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in rows]


def test_the_lines_in_give_the_lines_out() -> None:
    asked, answered = re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)
    out = io.StringIO()
    failed = answer_all(shipped(), asked.encode().splitlines(), out)
    assert failed == 1
    assert [json.loads(line) for line in out.getvalue().splitlines()] == values(answered)


def test_the_worked_example_proposes_what_the_page_says() -> None:
    found = make_care_plan(shipped(), EXAMPLE)
    items = {**INDEX.oils, **INDEX.home_care}
    expected = [
        [items[each.slug].name, str(each.score), " ".join(rule.reason for rule in each.caution)]
        for each in (*found.oils, *found.home_care)
    ]
    assert table("proposed") == expected
    assert found.carrier == "carrier-grapeseed"


def test_the_worked_example_withholds_what_the_page_says() -> None:
    found = make_care_plan(shipped(), EXAMPLE)
    items = {**INDEX.oils, **INDEX.home_care}
    held = (*found.withheld_oils, *found.withheld_home_care)
    expected = [[items[each.slug].name, " ".join(why.reason for why in each.because)] for each in held]
    assert table("withheld") == expected
    assert any(isinstance(why, Clash) for each in held for why in each.because)


def test_the_levels_and_reasons_of_the_worked_example_are_quoted() -> None:
    levels = make_care_plan(shipped(), EXAMPLE).services
    assert {slug: level.level for slug, level in levels.items()} == {
        "regular-massage": "local_avoid_when",
        "deep-tissue": "never_when",
        "hot-stone": "never_when",
    }
    quoted = " ".join(WORKED.split())
    for level in levels.values():
        for rule in level.because:
            assert f'"{rule.reason}"' in quoted


def test_the_page_counts_the_sources_as_they_are() -> None:
    sources = shipped().sources
    read = sum(source.seen for source in sources)
    assert f"{read} of its {len(sources)} sources were" in " ".join(PAGE.split())
    assert f"{len(sources) - read} are from general knowledge" in " ".join(PAGE.split())


def test_the_page_reckons_drops_as_the_calculator_does() -> None:
    assert "30 ml of carrier at 1 % take 6 drops" in PAGE
    assert drops(INDEX.oils["panaway"], carrier_ml=30, percent=1) == 6


@pytest.mark.parametrize("grade", GRADES)
def test_every_grade_is_explained(grade: str) -> None:
    assert re.search(rf"^\| {grade} \|", PAGE, re.MULTILINE)


def test_every_step_of_matching_has_its_place() -> None:
    steps = [name for name, _ in shipped().reference.matching]
    assert len(steps) >= 9
    where = PAGE.split("### `meta.matching`, step by step", 1)[1].split("\n### ", 1)[0]
    for step in steps:
        if step != "grade_scope":
            assert f"`{step}`" in where, step


def test_every_file_and_function_that_the_page_names_is_there() -> None:
    care = SHIPPED.parent
    for row in re.findall(r"^\| [^|]+ \| (`.*?) \|$", PAGE, re.MULTILINE):
        file = ""
        for name in re.findall(r"`([^`]+)`", row):
            if name.endswith(".py"):
                file = name
                assert (care / file).exists() or (ROOT / file).exists(), file
            elif "." not in name or name[0].isupper():
                there: Path = care / file if (care / file).exists() else ROOT / file
                assert name.rsplit(".", 1)[-1] in there.read_text(encoding="utf-8"), name
