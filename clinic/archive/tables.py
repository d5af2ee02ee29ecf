"""What PostgreSQL holds: our tables, their columns and sequences, the migrations behind them."""

from collections.abc import Iterable
from typing import Any

from django.apps import apps
from django.db import connection

MIGRATIONS = "django_migrations"
# Sessions and codes are sign-ins of the moment, the cache is a cache, the configuration's version changes as its tables
# are filled, and migrations are replayed, not copied.
LEFT_OUT = frozenset(
    {
        "django_session",
        "clinic_cache",
        "clinic_configurationversion",
        "clinic_tally",
        "clinic_mailcode",
        "clinic_keptpost",
        MIGRATIONS,
    }
)
# A restored practice holds rows in one of these; a fresh installation holds none.
TELLING = (
    "clinic_user",
    "clinic_outgoingmail",
    "clients_client",
    "booking_service",
    "booking_therapist",
    "booking_appointment",
)
# Times and numbers written and read alike, whatever the server or the role is set to.
PLAIN = (
    "SET LOCAL datestyle = 'ISO, YMD'",
    "SET LOCAL intervalstyle = 'iso_8601'",
    "SET LOCAL timezone = 'UTC'",
    "SET LOCAL extra_float_digits = 1",
    "SET LOCAL client_encoding = 'UTF8'",
)


def quoted(name: str) -> str:
    """A name as SQL takes it."""
    return connection.ops.quote_name(name)


def ask(sql: str, values: Iterable[Any] = ()) -> list[tuple[Any, ...]]:
    """The rows that a statement answers."""
    with connection.cursor() as cursor:
        cursor.execute(sql, list(values))
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


def run(*statements: str) -> None:
    """Run statements that answer nothing."""
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def existing() -> set[str]:
    """The tables of the schema in use."""
    return {
        name
        for (name,) in ask(
            "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = current_schema()::regnamespace"
        )
    }


def ours() -> list[str]:
    """The tables that exist and are Warmstone's, those of earlier versions and of its libraries included."""
    prefixes = ("django_", *(f"{app.label}_" for app in apps.get_app_configs()))
    return sorted(name for name in existing() if name.startswith(prefixes))


def saved_tables() -> list[str]:
    """The tables whose rows go into an archive."""
    return [name for name in ours() if name not in LEFT_OUT]


def columns_of(table: str) -> list[str]:
    """The columns that hold something of their own, in the table's order."""
    return [
        name
        for (name,) in ask(
            "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped "
            "AND attgenerated = '' ORDER BY attnum",
            [quoted(table)],
        )
    ]


def sequences_of(tables: Iterable[str]) -> list[tuple[str, str, int, bool]]:
    """Where each table's numbering stands: table, column, last number, whether that one was given."""
    found = []
    for table in tables:
        for column in columns_of(table):
            ((name,),) = ask("SELECT pg_get_serial_sequence(%s, %s)", [quoted(table), column])
            if name is not None:
                ((last, given),) = ask(f"SELECT last_value, is_called FROM {name}")  # noqa: S608 - PostgreSQL's own word
                found.append((table, column, int(last), bool(given)))
    return found


def count(table: str) -> int:
    """How many rows a table has."""
    ((rows,),) = ask(f"SELECT count(*) FROM {quoted(table)}")  # noqa: S608 - a quoted name
    return int(rows)


def is_in_use() -> bool:
    """Whether a practice has already begun in this database. Tables and the shipped catalogue alone do not count."""
    there = existing()
    return any(ask(f"SELECT 1 FROM {quoted(table)} LIMIT 1") for table in TELLING if table in there)  # noqa: S608
