"""Questions to the database whose SQL is put together once.

The ORM builds the SQL of a queryset anew each time, which takes several times longer than PostgreSQL needs to answer.
That is of no account but on the booking's path, where people wait for each other's locks. A kept question is written as
a queryset all the same, with a `Hole` wherever a value belongs:

    OF_DAY = Kept(lambda: Appointment.objects.filter(starts_at__gte=Hole("first"), starts_at__lt=Hole("end")))
    OF_DAY(first=..., end=...)
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.models import Expression, Model, QuerySet
from django.db.models.base import ModelState
from django.db.models.query import FlatValuesListIterable, ValuesListIterable, get_related_populators
from psycopg.sql import Literal

R = TypeVar("R")


def fetch_all_rows(sql: str, values: Sequence[Any] | dict[str, Any]) -> list[Any]:
    """Every row that a statement gives, read at once, by a cursor that is kept as long as its connection.

    Making a cursor takes Django a third of the time that a small question takes in all.
    """
    database = connections[DEFAULT_DB_ALIAS]
    database.close_if_health_check_failed()
    database.ensure_connection()
    connected, cursor = database.__dict__.get("kept_cursor", (None, None))
    if connected is not database.connection or database.queries_logged or cursor.closed:
        cursor = database.cursor()
        database.__dict__["kept_cursor"] = (None if database.queries_logged else database.connection, cursor)
    cursor.execute(sql, values)
    return list(cursor.fetchall())


class QueryParameter(Expression):
    """Where a value goes into a kept question, by name. It goes as it is: a key, date, aware instant, text or list."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        """A placeholder; the hole itself stands where its value will."""
        return "%s", [self]


@dataclass(frozen=True)
class PreparedQuery(Generic[R]):
    """The SQL of a queryset, the names of its holes in their order, and how to make its rows into its answers."""

    sql: str
    holes: Sequence[str]
    answer: Callable[[Sequence[Any]], R]

    def ask(self, values: dict[str, Any]) -> list[R]:
        """The answers. Raises KeyError for a hole without a value."""
        return [self.answer(row) for row in fetch_all_rows(self.sql, [values[name] for name in self.holes])]


class KeptQuery(Generic[R]):
    """A queryset of instances, of tuples or of single values, put together when it is first asked.

    Instances may bring others by `select_related`; nothing is prefetched. A question that locks rows must be asked in a
    transaction.
    """

    def __init__(self, make: Callable[[], QuerySet[Any, R]]) -> None:
        self.make = make
        self.question: PreparedQuery[R] | None = None

    def __call__(self, **values: Any) -> list[R]:
        """Every answer, read at once. Raises KeyError for a hole without a value."""
        if self.question is None:
            self.question = put_together(self.make())
        return self.question.ask(values)

    def first(self, **values: Any) -> R | None:
        """The first answer, or None where there is none."""
        return next(iter(self(**values)), None)


def put_together(queryset: QuerySet[Any, R]) -> PreparedQuery[R]:
    """Compile a queryset, and look up how its rows are read."""
    compiler = queryset.query.get_compiler(connection=connection)
    sql, holes = with_constants(*compiler.as_sql())
    converters = compiler.get_converters([each for each, *_rest in compiler.select])

    def whole(row: Sequence[Any]) -> Sequence[Any]:
        """A row with its values as the model's fields want them; most need nothing done."""
        return next(iter(compiler.apply_converters([row], converters))) if converters else row

    kind: Any = queryset._iterable_class
    if kind is FlatValuesListIterable:
        return PreparedQuery(sql, holes, lambda row: whole(row)[0])
    if kind is ValuesListIterable:
        return PreparedQuery(sql, holes, lambda row: tuple(whole(row)))  # type: ignore[arg-type, return-value]
    read: Any = reader(compiler)
    return PreparedQuery(sql, holes, lambda row: read(whole(row)))


def with_constants(sql: str, parameters: Sequence[Any]) -> tuple[str, list[str]]:
    """A statement in which only the holes are parameters, and their names.

    What never changes stands in the statement itself: PostgreSQL makes one plan for all values of a parameter, and
    would not know that an index of the active appointments serves a question for `status = $1`.
    """
    values = iter(parameters)

    def place(found: re.Match[str]) -> str:
        if found[0] == "%%":
            return "%%"
        value = next(values)
        return (
            "%s"
            if isinstance(value, QueryParameter)
            else Literal(value).as_string(connection.connection).replace("%", "%%")
        )

    return re.sub("%%|%s", place, sql), [each.name for each in parameters if isinstance(each, QueryParameter)]


def reader(compiler: Any) -> Callable[[Sequence[Any]], Model]:
    """How to make the rows of a compiled queryset into instances, as `ModelIterable` does."""
    info, select = compiler.klass_info, compiler.select
    noun, columns = info["model"], info["select_fields"]
    names = [select[column][0].target.attname for column in columns]
    first, end = columns[0], columns[-1] + 1
    related = get_related_populators(info, select, connection.alias)  # type: ignore[call-arg]  # stubs are ahead

    def read(row: Sequence[Any]) -> Model:
        instance = like_read(noun, names, row[first:end])
        for each in related:
            each.populate(row, instance)
        return instance

    return read


def like_read(noun: type[Model], names: Sequence[str], values: Sequence[Any]) -> Model:
    """An instance as `Model.from_db` makes it, in a quarter of the time: no signal is sent and nothing is checked."""
    instance = noun.__new__(noun)
    instance._state = ModelState()
    instance._state.adding, instance._state.db = False, DEFAULT_DB_ALIAS
    instance.__dict__.update(zip(names, values, strict=True))
    return instance
