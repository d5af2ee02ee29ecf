"""A PostgreSQL of the benchmark's own in var/bench, as a practice has it: fsync on, because commits are measured.

`enter` comes first, before any model is imported. Each part then takes a database of its own from one template that has
the tables and the furnished practice.
"""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote, urlencode

import django
import psycopg
from django.core.management import call_command
from django.db import connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper

ROOT = Path(__file__).resolve().parents[1]
HOME = ROOT / "var" / "bench"
TEMPLATE = "warmstone"
ENVIRONMENT = {
    "DJANGO_SETTINGS_MODULE": "clinic.settings",
    "DATA_DIR": str(HOME),
    # One PostgreSQL for every machine, so that numbers can be compared.
    "EMBEDDED_POSTGRES": "wheel",
    "SECRET_KEY": "a secret of the benchmark, known to everyone who reads it",
    "THROTTLE_BOOKING": "1000000/s",
}
# What a person has set for their practice must not reach the benchmark, nor the other way round.
FOREIGN = ("DATABASE_URL", "REDIS_URL", "EMAIL_URL", "DEFAULT_FROM_EMAIL", "SITE_URL", "DEBUG")


@contextmanager
def enter() -> Iterator[None]:
    """Set Django up on the scratch server, with tables, catalogue and practice made anew. One benchmark at a time."""
    HOME.mkdir(parents=True, exist_ok=True)
    with (HOME / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise SystemExit("A benchmark is running already in var/bench.") from None
        for name in FOREIGN:
            os.environ.pop(name, None)
            os.environ.pop(f"{name}_FILE", None)
        os.environ.update(ENVIRONMENT)
        for folder in ("queue", "queue-control", "mail"):
            shutil.rmtree(HOME / folder, ignore_errors=True)
            (HOME / folder).mkdir()
        django.setup()
        make_template()
        yield
        connections.close_all()


def make_template() -> None:
    """The tables as the migrations make them, and the practice of the benchmark."""
    from bench.practice import furnish

    use(TEMPLATE)
    with connection.cursor() as cursor:
        for name in scratch_databases():
            cursor.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
        cursor.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
    call_command("migrate", verbosity=0, interactive=False)
    furnish()


def scratch_databases() -> list[str]:
    """The databases that earlier parts, or a benchmark that was killed, left behind."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT datname FROM pg_database WHERE datname LIKE 'bench\\_%%'")
        return [name for (name,) in cursor.fetchall()]


@contextmanager
def database(name: str, *, of: str = TEMPLATE) -> Iterator[None]:
    """Have Django work, in every thread, on a fresh copy of a database; it is dropped afterwards, for `of` again."""
    copy(f"bench_{name}", of=of)
    use(f"bench_{name}")
    try:
        yield
    finally:
        connections.close_all()
        use(of)
        with connection.cursor() as cursor:
            cursor.execute(f'DROP DATABASE "bench_{name}" WITH (FORCE)')
        connection.close()


def connection_to(name: str) -> BaseDatabaseWrapper:
    """A connection of one's own to a scratch database, to look at two in turns."""
    found = connections.create_connection("default")
    found.settings_dict = {**found.settings_dict, "NAME": name}
    return found


@contextmanager
def looking_at(database: BaseDatabaseWrapper) -> Iterator[None]:
    """Have Django use this connection, in this thread."""
    before = connections["default"]
    connections["default"] = database
    try:
        yield
    finally:
        connections["default"] = before


def copy(name: str, *, of: str) -> None:
    """Make database `name` a copy of another, to which nobody may be connected."""
    connections.close_all()
    connection.ensure_connection()  # the backend has the server started, and starts it again where it had died
    connection.close()
    with psycopg.connect(url("postgres"), autocommit=True) as admin:
        admin.execute(f'CREATE DATABASE "{name}" TEMPLATE "{of}"')


def use(name: str) -> None:
    """Point Django at a database of the scratch server. The settings are shared by the connections of all threads."""
    connection.close()
    connections.settings["default"]["NAME"] = name
    connection.settings_dict["NAME"] = name


def url(name: str | None = None) -> str:
    """A database of the scratch server, the one in use unless named, as a DATABASE_URL."""
    chosen = connection.settings_dict
    user = quote(str(chosen["USER"]), safe="")
    return f"postgresql://{user}@/{name or chosen['NAME']}?{urlencode({'host': chosen['HOST']})}"


def refresh() -> None:
    """Bring the planner's numbers and the visibility map up to date after a bulk load, as autovacuum would in time."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
