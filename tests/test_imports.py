"""No module imports itself by way of others: not at load, not inside a function, not for types alone."""

from collections.abc import Iterable, Mapping
from graphlib import CycleError, TopologicalSorter

import grimp
import pytest

MODULES_AT_LEAST = 300


def circle(imports: Mapping[str, Iterable[str]]) -> list[str]:
    """The modules of a circle, the first again at the end; empty where there is none."""
    try:
        TopologicalSorter(imports).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


@pytest.fixture(scope="module")
def imports() -> dict[str, set[str]]:
    """What each of our modules imports of ours."""
    graph = grimp.build_graph("clinic", "clients", "booking", cache_dir=None)
    return {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}


def test_no_module_imports_itself_by_way_of_others(imports: dict[str, set[str]]) -> None:
    assert len(imports) >= MODULES_AT_LEAST
    assert circle(imports) == []


def test_a_circle_is_found(imports: dict[str, set[str]]) -> None:
    """The search bites: the mail of an appointment needs its models, so these must not need the mail."""
    planted = {**imports, "booking.models": {*imports["booking.models"], "booking.reminders.compose"}}
    found = circle(planted)
    assert found[0] == found[-1]
    assert {"booking.models", "booking.reminders.compose"} <= set(found)
