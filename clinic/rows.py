"""New rows written by statements that are put together once per table.

The ORM builds every INSERT anew, which takes longer than PostgreSQL needs to run it. That is of no account but on the
booking's path, where people wait for each other's locks: it writes a dozen rows while it holds them.
"""

from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar

from django.db import connection
from django.db.models import Model

if TYPE_CHECKING:
    from django.db.models import Field

M = TypeVar("M", bound=Model)


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


def values_of(row: Model) -> list[Any]:
    """The values of a new row as the database takes them, in the order of its columns."""
    return [field.get_db_prep_save(field.pre_save(row, True), connection) for field in columns_of(type(row))]


@cache
def columns_of(noun: type[Model]) -> "tuple[Field[Any, Any], ...]":
    """What a new row is given: everything but its key."""
    return tuple(field for field in noun._meta.concrete_fields if not field.primary_key)


@cache
def statement(noun: type[Model], rows: int) -> str:
    """The INSERT for so many rows of a table."""
    quote = connection.ops.quote_name
    columns = ", ".join(quote(str(field.column)) for field in columns_of(noun))
    places = ", ".join(placeholder(field) for field in columns_of(noun))
    values = ", ".join([f"({places})"] * rows)
    return f"INSERT INTO {quote(noun._meta.db_table)} ({columns}) VALUES {values}"  # noqa: S608  names, no values


def placeholder(field: "Field[Any, Any]") -> str:
    """How the value of a field stands in a statement: some types, such as arrays, must be named."""
    named = getattr(field, "get_placeholder", None)
    return str(named(None, None, connection)) if named else "%s"
