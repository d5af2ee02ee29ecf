"""New rows written by statements that are put together once per table.

The ORM builds every INSERT anew, which takes longer than PostgreSQL needs to run it. That is of no account but on the
booking's path, where people wait for each other's locks: it writes a dozen rows while it holds them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from itertools import groupby
from types import NoneType
from typing import Any, TypeVar
from uuid import UUID

from django.db import connection
from django.db.models import Field, ForeignKey, JSONField, Model

M = TypeVar("M", bound=Model)

# What PostgreSQL is given as it is, whatever the column, but for JSON.
AS_IT_IS = frozenset({NoneType, bool, int, str, UUID})


def insert(row: M, *, unless_there: bool = False) -> M | None:
    """Write a new row as `save` would, without signals, and give it its key.

    `unless_there`: None, instead of an IntegrityError, where a unique constraint refuses it.
    """
    noun = type(row)
    returning = connection.ops.quote_name(str(noun._meta.pk.column))
    skip = " ON CONFLICT DO NOTHING" if unless_there else ""
    with connection.cursor() as cursor:
        cursor.execute(f"{statement(noun, 1)}{skip} RETURNING {returning}", values_of(row))
        key = cursor.fetchone()
    if key is None:
        return None
    row.pk = key[0]
    row._state.adding, row._state.db = False, connection.alias
    return row


def insert_each(*rows: Model) -> None:
    """Write new rows of several tables in one statement; none may refer to another, and none is given its key.

    A row that a unique constraint refuses is left out.
    """
    by_table: dict[type[Model], list[Model]] = {}
    for row in rows:
        by_table.setdefault(type(row), []).append(row)
    if not by_table:
        return
    parts = [f"{statement(noun, len(group))} ON CONFLICT DO NOTHING" for noun, group in by_table.items()]
    named = ", ".join(f"part_{number} AS ({part})" for number, part in enumerate(parts[:-1]))
    values = [value for group in by_table.values() for row in group for value in values_of(row)]
    with connection.cursor() as cursor:
        cursor.execute(f"WITH {named} {parts[-1]}" if named else parts[-1], values)


def insert_together(*rows: Model) -> None:
    """Write new rows in one statement, in their order, and give each its key.

    A row may refer to one before it that has no key yet, where that stands alone among its neighbours of other tables.
    Raises IntegrityError where a constraint refuses any of them; then none is written.
    """
    writing = Writing()
    for _noun, group in groupby(rows, key=type):
        writing.add(list(group))
    for row, key in zip(rows, writing.run(), strict=True):
        row.pk = key
        row._state.adding, row._state.db = False, connection.alias
    for row, field, related in writing.references:
        setattr(row, field.attname, related.pk)


class Writing:
    """One statement that writes rows of several tables, while it is put together."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.values: list[Any] = []
        self.references: list[tuple[Model, Field[Any, Any], Model]] = []
        self.keys: dict[int, str] = {}

    def add(self, rows: Sequence[Model]) -> None:
        """Add new rows of one table."""
        name, noun = f"new_{len(self.parts)}", type(rows[0])
        lines = ", ".join(f"({', '.join(self.places_of(row))})" for row in rows)
        key = connection.ops.quote_name(str(noun._meta.pk.column))
        self.parts.append(f"{name} (key) AS ({into(noun)} VALUES {lines} RETURNING {key})")
        self.keys |= {id(row): f"(SELECT key FROM {name})" for row in rows}  # noqa: S608  a name of ours

    def places_of(self, row: Model) -> Iterator[str]:
        """What stands for each column of a row."""
        for field in columns_of(type(row)):
            related = field.get_cached_value(row, None) if isinstance(field, ForeignKey) else None
            if related is not None and related.pk is None:
                self.references.append((row, field, related))
                yield self.keys[id(related)]
            else:
                self.values.append(value_of(field, row))
                yield placeholder(field)

    def run(self) -> list[Any]:
        """Write the rows; their keys, in their order."""
        keys = " || ".join(f"ARRAY(SELECT key FROM new_{number})" for number in range(len(self.parts)))  # noqa: S608
        with connection.cursor() as cursor:
            cursor.execute(f"WITH {', '.join(self.parts)} SELECT {keys}", self.values)
            (found,) = cursor.fetchone()
        return list(found)


def values_of(row: Model) -> list[Any]:
    """The values of a new row as the database takes them, in the order of its columns."""
    return [value_of(field, row) for field in columns_of(type(row))]


def value_of(field: Field[Any, Any], row: Model) -> Any:
    """The value of one column. Most go as they are, which is worth a short cut: a booking writes a hundred."""
    value = field.pre_save(row, True)
    if type(value) in AS_IT_IS and not isinstance(field, JSONField):
        return value
    return field.get_db_prep_save(value, connection)


@cache
def columns_of(noun: type[Model]) -> tuple[Field[Any, Any], ...]:
    """What a new row is given: everything but its key."""
    return tuple(field for field in noun._meta.concrete_fields if not field.primary_key)


@cache
def into(noun: type[Model]) -> str:
    """The head of every INSERT into a table."""
    quote = connection.ops.quote_name
    columns = ", ".join(quote(str(field.column)) for field in columns_of(noun))
    return f"INSERT INTO {quote(noun._meta.db_table)} ({columns})"


@cache
def statement(noun: type[Model], rows: int) -> str:
    """The INSERT for so many rows of a table."""
    places = ", ".join(placeholder(field) for field in columns_of(noun))
    return f"{into(noun)} VALUES {', '.join([f'({places})'] * rows)}"


@cache
def placeholder(field: Field[Any, Any]) -> str:
    """How the value of a field stands in a statement: some types, such as arrays, must be named."""
    named = getattr(field, "get_placeholder", None)
    return str(named(None, None, connection)) if named else "%s"
