"""Plain Django: nothing that Django, psycopg, Celery or another library keeps for itself is used."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fixtures.processes import ROOT

FOLDERS = ("booking", "clients", "clinic", "bench", "tools")
# Documented in spite of their underscore: Django's model API, Python's named tuples and os._exit.
DOCUMENTED = frozenset({"_meta", "_base_manager", "_default_manager", "_asdict", "_replace", "_fields", "_exit"})
# Inner workings without an underscore, as they were used once or could be tried next.
INTERNAL = frozenset(
    {
        *("ModelState", "get_related_populators", "klass_info", "select_fields", "get_compiler", "get_converters"),
        *("apply_converters", "fields_cache", "FlatValuesListIterable", "ValuesListIterable", "ModelIterable"),
        *("SQLCompiler", "SQLInsertCompiler", "as_sql_with_params", "results_iter", "queries_log", "chunked_cursor"),
    }
)


def is_internal(name: str) -> bool:
    """A name with one underscore before it, or a known one without; two on both sides are Python's own."""
    return name in INTERNAL or (name.startswith("_") and not name.startswith("__") and name not in DOCUMENTED)


def names_defined(tree: ast.Module) -> set[str]:
    """Functions, methods, variables and attributes that a module itself defines, whatever they are called."""
    found = set()
    for node in ast.walk(tree):
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                found.add(name)
            case ast.Attribute(attr=name, ctx=ast.Store()) | ast.Name(id=name, ctx=ast.Store()):
                found.add(name)
    return found


def private_names(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Line and name of everything in a module that belongs to the inside of something it did not define."""
    own = names_defined(tree)
    for node in ast.walk(tree):
        match node:
            case ast.Attribute(attr="__dict__", value=ast.Name(id=owner)) if owner not in {"self", "cls"}:
                yield node.lineno, f"{owner}.__dict__"
            case ast.Attribute(attr="__dict__", value=ast.Attribute()):
                yield node.lineno, "__dict__"
            case ast.Attribute(attr=name, value=ast.Name(id="self" | "cls")) if name in own:
                pass
            case ast.Attribute(attr=name) if is_internal(name):
                yield node.lineno, name
            case ast.ImportFrom(module=module, names=names):
                parts = [*(module or "").split("."), *(each.name for each in names)]
                yield from ((node.lineno, part) for part in parts if is_internal(part))
            case ast.Import(names=names):
                parts = [part for each in names for part in each.name.split(".")]
                yield from ((node.lineno, part) for part in parts if is_internal(part))
            case ast.Call(func=ast.Name(id=function), args=[_, ast.Constant(value=str(name)), *_]):
                if function in {"getattr", "setattr", "hasattr"} and is_internal(name):
                    yield node.lineno, name


def found_in(files: list[Path]) -> list[str]:
    """Every use in these files, with its place."""
    return [
        f"{path.relative_to(ROOT)}:{line} {name}"
        for path in files
        for line, name in private_names(ast.parse(path.read_text("utf-8")))
    ]


def test_no_module_reaches_into_a_library() -> None:
    files = [path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py") if "migrations" not in path.parts]
    assert len(files) > 200, "the whole source was read"
    assert found_in(files) == []


@pytest.mark.parametrize(
    "line",
    [
        "row._state.adding = False",
        "kind = queryset._iterable_class",
        "from django.db.models.query import get_related_populators",
        "from django.db.models.base import ModelState",
        "info = compiler.klass_info",
        "compiler = queryset.query.get_compiler(connection=connection)",
        "connection.__dict__['kept_cursor'] = None",
        "database.connection.__dict__.clear()",
        "server._rset()",
        "smtplib._quote_periods(b'.')",
        "from smtplib import _fix_eols",
        "from psycopg._queries import PostgresQuery",
        "import celery._state",
        "cursor._tx.get_dumper(1)",
        "app._tasks.clear()",
        "found = getattr(page, '_result_cache')",
        "class Rows(QuerySet):\n    def first(self):\n        return self._clone()",
    ],
)
def test_a_planted_line_is_found(line: str) -> None:
    assert list(private_names(ast.parse(line)))


@pytest.mark.parametrize(
    "line",
    [
        "model._meta.get_fields()",
        "model._base_manager.all()",
        "pair._replace(first=1)",
        "class Part:\n    def __init__(self):\n        self._held = 1\n    def get(self):\n        return self._held",
        "os._exit(0)",
    ],
)
def test_what_is_documented_or_ones_own_is_let_be(line: str) -> None:
    assert not list(private_names(ast.parse(line)))
