"""docs/scenarios.md is true: every scenario has its row, and every test that a row names is there to be run."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
TABLE = (ROOT / "docs" / "scenarios.md").read_text()
NAMED = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")
SCENARIOS = 41


def rows() -> Iterator[tuple[int, list[tuple[str, str]]]]:
    """The number of each scenario, and the files and tests that its row names."""
    for number, rest in re.findall(r"^\| (\d+) \|(.*)\|$", TABLE, re.MULTILINE):
        yield int(number), NAMED.findall(rest)


@cache
def runnable_in(path: Path) -> set[str]:
    """The tests of a file that pytest would run."""
    return {
        node.name
        for node in ast.parse(path.read_text()).body
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_") and not is_skipped(node)
    }


def is_skipped(test: ast.FunctionDef) -> bool:
    """Whether a test is marked to be skipped or expected to fail."""
    return any(re.search(r"mark\.(skip|xfail)", ast.unparse(each)) for each in test.decorator_list)


def test_each_scenario_has_one_row_in_order() -> None:
    assert [number for number, _tests in rows()] == list(range(1, SCENARIOS + 1))


def test_each_row_names_a_test() -> None:
    assert [number for number, tests in rows() if not tests] == []
    faults = TABLE.partition("## Faults of booking")[2]
    lines = [line for line in faults.splitlines() if line.startswith("| ") and not line.startswith("| fault ")]
    assert len(lines) >= 7
    assert [line for line in lines if not NAMED.search(line)] == []


def test_each_test_that_is_named_is_there() -> None:
    named = NAMED.findall(TABLE)
    assert len(named) == TABLE.count("::")
    missing = [f"{path}::{name}" for path, name in named if name not in runnable_in(ROOT / path)]
    assert missing == []


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("def test_a(): pass", {"test_a"}),
        ("@pytest.mark.skip\ndef test_a(): pass", set()),
        ("@pytest.mark.xfail(reason='x')\ndef test_a(): pass", set()),
        ("@pytest.mark.slow\ndef test_a(): pass\ndef helper(): pass", {"test_a"}),
    ],
)
def test_a_skipped_test_proves_nothing(tmp_path: Path, source: str, found: set[str]) -> None:
    path = tmp_path / "test_it.py"
    path.write_text(source)
    assert runnable_in(path) == found
