"""What PostgreSQL holds: our tables, their columns and sequences, the migrations behind them."""

from collections.abc import Iterable
from typing import Any

from django.apps import apps
from django.db import connection

MIGRATIONS = "django_migrations"
# Sessions and codes are sign-ins of the moment, the cache is a cache, the configuration's version changes as its tables
# are filled, and migrations are replayed, not copied.
UNSAVED_TABLES = frozenset(
    {
        *("django_session", "clinic_cache", "clinic_configurationversion"),
        *("clinic_tally", "clinic_mailcode", "clinic_keptpost", MIGRATIONS),
    }
)
# A restored practice holds rows in one of these; a fresh installation holds none.
TABLES_IN_USE = (
    *("clinic_user", "clinic_outgoingmail", "clients_client"),
    *("booking_service", "booking_therapist", "booking_appointment"),
)
# Times and numbers written and read alike, whatever the server or the role is set to.
PLAIN_NAME = (
    "SET LOCAL datestyle = 'ISO, YMD'",
    "SET LOCAL intervalstyle = 'iso_8601'",
    "SET LOCAL timezone = 'UTC'",
    "SET LOCAL extra_float_digits = 1",
    "SET LOCAL client_encoding = 'UTF8'",
)


def quoted_name(name: str) -> str:
    """A name as SQL takes it."""
    return connection.ops.quote_name(name)


def fetch_rows(sql: str, values: Iterable[Any] = ()) -> list[tuple[Any, ...]]:
    """The rows that a statement answers."""
    with connection.cursor() as cursor:
        cursor.execute(sql, list(values))
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


def run_statements(*statements: str) -> None:
    """Run statements that answer nothing."""
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def existing_tables() -> set[str]:
    """The tables of the schema in use."""
    query = "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = current_schema()::regnamespace"
    return {name for (name,) in fetch_rows(query)}


def own_tables() -> list[str]:
    """The tables that exist and are Warmstone's, those of earlier versions and of its libraries included."""
    prefixes = ("django_", *(f"{app.label}_" for app in apps.get_app_configs()))
    return sorted(name for name in existing_tables() if name.startswith(prefixes))


def saved_tables() -> list[str]:
    """The tables whose rows go into an archive."""
    return [name for name in own_tables() if name not in UNSAVED_TABLES]


def table_columns(table: str) -> list[str]:
    """The columns that hold something of their own, in the table's order."""
    query = (
        "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped "
        "AND attgenerated = '' ORDER BY attnum"
    )
    return [name for (name,) in fetch_rows(query, [quoted_name(table)])]


def sequences_of(tables: Iterable[str]) -> list[tuple[str, str, int, bool]]:
    """Where each table's numbering stands: table, column, last number, whether that one was given."""
    found = []
    for table in tables:
        for column in table_columns(table):
            ((name,),) = fetch_rows("SELECT pg_get_serial_sequence(%s, %s)", [quoted_name(table), column])
            if name is not None:
                ((last, given),) = fetch_rows(f"SELECT last_value, is_called FROM {name}")  # noqa: S608 - PostgreSQL's own word
                found.append((table, column, int(last), bool(given)))
    return found


def count_rows(table: str) -> int:
    """How many rows a table has."""
    ((rows,),) = fetch_rows(f"SELECT count(*) FROM {quoted_name(table)}")  # noqa: S608 - a quoted name
    return int(rows)


def is_in_use() -> bool:
    """Whether a practice has already begun in this database. Tables and the shipped catalogue alone do not count."""
    there = existing_tables()
    return any(fetch_rows(f"SELECT 1 FROM {quoted_name(table)} LIMIT 1") for table in TABLES_IN_USE if table in there)  # noqa: S608
