"""New rows written by statements that are put together once per table.

The ORM builds every INSERT anew, which takes longer than PostgreSQL needs to run it. That is of no account but on the
booking's path, where people wait for each other's locks: it writes a dozen rows while it holds them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from functools import cache
from itertools import groupby
from types import NoneType
from typing import Any, NamedTuple, TypeVar
from uuid import UUID

from django.db import connection
from django.db.models import Field, ForeignKey, JSONField, Model

from clinic.kept import fetch_all_rows

M = TypeVar("M", bound=Model)

# What PostgreSQL is given as it is, whatever the column, but for JSON; aware times besides. Django warns of naive ones.
AS_IT_IS = frozenset({NoneType, bool, int, str, Decimal, UUID})


def insert(row: M, *, unless_there: bool = False) -> M | None:
    """Write a new row as `save` would, without signals, and give it its key.

    `unless_there`: None, instead of an IntegrityError, where a unique constraint refuses it.
    """
    noun = type(row)
    returning = connection.ops.quote_name(str(noun._meta.pk.column))
    skip = " ON CONFLICT DO NOTHING" if unless_there else ""
    keys = fetch_all_rows(f"{insert_statement(noun, 1)}{skip} RETURNING {returning}", insert_values(row))
    if not keys:
        return None
    ((row.pk,),) = keys
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
    parts = [f"{insert_statement(noun, len(group))} ON CONFLICT DO NOTHING" for noun, group in by_table.items()]
    named = ", ".join(f"part_{number} AS ({part})" for number, part in enumerate(parts[:-1]))
    values = [value for group in by_table.values() for row in group for value in insert_values(row)]
    with connection.cursor() as cursor:
        cursor.execute(f"WITH {named} {parts[-1]}" if named else parts[-1], values)


def insert_together(*rows: Model) -> None:
    """Write new rows in their order, as few statements as serve, and give each its key. Call it in a transaction.

    A row may refer to one before it that has no key yet, where that stands alone among its neighbours of other tables.
    Raises IntegrityError where a constraint refuses any of them.
    """
    writing = InsertStatement()
    for _noun, group in groupby(rows, key=type):
        writing.add(list(group))
    writing.run()


class InsertStatement:
    """A statement that writes rows of several tables, while it is put together."""

    # psycopg keeps no translation of a statement with more values, and translating takes as long as running it.
    MOST_VALUES = 50

    def __init__(self) -> None:
        self.rows: list[Model] = []
        self.parts: list[str] = []
        self.values: list[Any] = []
        self.keys: dict[int, str] = {}
        self.references: list[tuple[Model, str, Model]] = []

    def add(self, rows: Sequence[Model]) -> None:
        """Add new rows of one table; what was added before is written first where all would be too much."""
        name, noun, values = f"new_{len(self.parts)}", type(rows[0]), list[Any]()
        lines = ", ".join(f"({', '.join(self.places_of(row, values))})" for row in rows)
        if self.parts and len(self.values) + len(values) > self.MOST_VALUES:
            self.run()
            self.add(rows)
            return
        key = connection.ops.quote_name(str(noun._meta.pk.column))
        self.parts.append(f"{name} (key) AS ({insert_head(noun)} VALUES {lines} RETURNING {key})")
        self.rows += rows
        self.values += values
        self.keys |= {id(row): f"(SELECT key FROM {name})" for row in rows}  # noqa: S608  a name of ours

    def places_of(self, row: Model, values: list[Any]) -> Iterator[str]:
        """What stands for each column of a row; adds their values. What is empty stands in the statement."""
        for column in insert_columns(type(row)):
            value = column.value_in(row)
            if value is None and (related := row._state.fields_cache.get(column.relation)):
                # Its key is not known yet, or has just become so.
                self.references.append((row, column.name, related))
                value = related.pk
                if value is None:
                    yield self.keys[id(related)]
                    continue
            if value is None:
                yield "NULL"
            elif value == "":
                yield "''"
            else:
                values.append(value)
                yield column.place

    def run(self) -> None:
        """Write what was added, and give keys to the rows and to those that refer to them."""
        if not self.parts:
            return
        keys = " || ".join(f"ARRAY(SELECT key FROM new_{number})" for number in range(len(self.parts)))  # noqa: S608
        ((found,),) = fetch_all_rows(f"WITH {', '.join(self.parts)} SELECT {keys}", self.values)
        for row, key in zip(self.rows, found, strict=True):
            row.pk = key
            row._state.adding, row._state.db = False, connection.alias
        for row, column, related in self.references:
            setattr(row, column, related.pk)
        self.rows, self.parts, self.values, self.keys, self.references = [], [], [], {}, []


def insert_values(row: Model) -> list[Any]:
    """The values of a new row as the database takes them, in the order of its columns."""
    return [column.value_in(row) for column in insert_columns(type(row))]


class InsertColumn(NamedTuple):
    """A column of new rows: how its value stands in a statement, and where a related row is kept, if it is a key."""

    field: Field[Any, Any]
    name: str
    place: str
    relation: str | None
    as_it_is: frozenset[type]

    def value_in(self, row: Model) -> Any:
        """The value as the database takes it. Most go as they are; a booking writes a hundred."""
        value = row.__dict__[self.name]
        kind = type(value)
        if kind in self.as_it_is or (kind is datetime and value.tzinfo is not None):
            return value
        return self.field.get_db_prep_save(value, connection)


@cache
def insert_columns(noun: type[Model]) -> tuple[InsertColumn, ...]:
    """What a new row is given: everything but its key. Raises TypeError for a table with times that set themselves."""
    fields = [field for field in noun._meta.concrete_fields if not field.primary_key]
    if any(getattr(each, "auto_now", False) or getattr(each, "auto_now_add", False) for each in fields):
        raise TypeError(f"{noun.__name__} is to be written by the ORM: it has times that set themselves.")
    return tuple(
        InsertColumn(
            field=each,
            name=each.attname,
            place=placeholder(each),
            relation=each.cache_name if isinstance(each, ForeignKey) else None,
            as_it_is=frozenset({NoneType}) if isinstance(each, JSONField) else AS_IT_IS,
        )
        for each in fields
    )


@cache
def insert_head(noun: type[Model]) -> str:
    """The head of every INSERT into a table."""
    quote = connection.ops.quote_name
    columns = ", ".join(quote(str(each.field.column)) for each in insert_columns(noun))
    return f"INSERT INTO {quote(noun._meta.db_table)} ({columns})"


@cache
def insert_statement(noun: type[Model], rows: int) -> str:
    """The INSERT for so many rows of a table."""
    places = ", ".join(each.place for each in insert_columns(noun))
    return f"{insert_head(noun)} VALUES {', '.join([f'({places})'] * rows)}"


@cache
def placeholder(field: Field[Any, Any]) -> str:
    """How the value of a field stands in a statement: some types, such as arrays, must be named."""
    named = getattr(field, "get_placeholder", None)
    return str(named(None, None, connection)) if named else "%s"
