"""One mapping of the catalogue file: a missing, misspelled or wrongly typed key is an error that says where."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from clients.care.items import AppliesWhen, Evidence, Rule
from clients.care.terms import Slugs

T = TypeVar("T")


class CatalogueError(ValueError):
    """The catalogue cannot be used; `problems` says everything that is wrong with it, one sentence each."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__("The care catalogue has errors:\n" + "\n".join(f"- {problem}" for problem in problems))


class CatalogueRow:
    """One mapping; every key must be taken once before `done`. A misspelled `never_when` must not pass in silence."""

    def __init__(self, raw: Any, where: str) -> None:
        if not isinstance(raw, Mapping):
            raise CatalogueError([f"{where}: expected a mapping, found {type(raw).__name__}."])
        self.left = dict(raw)
        name = raw.get("id")
        self.where = f"{where}/{name}" if isinstance(name, str) else where

    def fail(self, message: str) -> CatalogueError:
        return CatalogueError([f"{self.where}: {message}."])

    def take(self, key: str, kind: type[T], default: T | None = None) -> T:
        if key not in self.left:
            if default is None:
                raise self.fail(f"`{key}` is missing")
            return default
        value = self.left.pop(key)
        # bool is an int in Python; `items: true` is still a mistake.
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            raise self.fail(f"`{key}` should be {kind.__name__}, found {value!r}")
        return value

    def text(self, key: str, default: str | None = None) -> str:
        value = self.take(key, str, default)
        if default is None and not value.strip():
            raise self.fail(f"`{key}` is empty")
        return value

    def flag(self, key: str) -> bool:
        return self.take(key, bool, False)

    def number(self, key: str) -> float:
        if isinstance(self.left.get(key), int):
            return float(self.take(key, int))
        return self.take(key, float)

    def maybe_number(self, key: str) -> float | None:
        if self.left.get(key) is None:
            self.left.pop(key, None)
            return None
        return self.number(key)

    def maybe_int(self, key: str) -> int | None:
        if self.left.get(key) is None:
            self.left.pop(key, None)
            return None
        return self.take(key, int)

    def texts(self, key: str, default: list[str] | None = None) -> tuple[str, ...]:
        values = self.take(key, list, default)
        if not all(isinstance(value, str) for value in values):
            raise self.fail(f"`{key}` should hold only text")
        return tuple(values)

    def numbers(self, key: str) -> tuple[int, ...]:
        values = self.take(key, list)
        if not all(type(value) is int for value in values):
            raise self.fail(f"`{key}` should hold only whole numbers")
        return tuple(values)

    def slugs(self, key: str, default: list[str] | None = None) -> Slugs:
        values = self.texts(key, default)
        if len(set(values)) != len(values):
            raise self.fail(f"`{key}` names something twice")
        return frozenset(values)

    def optional_slugs(self, key: str) -> Slugs:
        return self.slugs(key, [])

    def rows(self, key: str, default: list[Any] | None = None) -> list[CatalogueRow]:
        return [CatalogueRow(raw, f"{self.where}/{key}") for raw in self.take(key, list, default)]

    def row(self, key: str) -> CatalogueRow:
        return CatalogueRow(self.take(key, dict), f"{self.where}/{key}")

    def rules(self, key: str) -> tuple[Rule, ...]:
        return tuple(row.done(Rule(row.text("condition"), row.text("reason"))) for row in self.rows(key))

    def evidence(self) -> Evidence:
        row = self.row("evidence")
        return row.done(Evidence(row.text("grade"), row.text("note"), row.slugs("source")))

    def applies_when(self) -> AppliesWhen:
        row = self.row("applies_when")
        return row.done(
            AppliesWhen(
                always=row.flag("always"),
                symptoms=row.slugs("symptoms"),
                causes=row.slugs("causes"),
                onset=row.slugs("onset"),
                areas=row.slugs("areas"),
            )
        )

    def done(self, value: T) -> T:
        """`value`, once every key has been read."""
        if self.left:
            raise self.fail(f"unknown key {', '.join(f'`{key}`' for key in self.left)}")
        return value
