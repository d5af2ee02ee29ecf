"""Databases of a test's own, beside the test database on the same server."""

import functools
import os
import subprocess
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import connection, connections
from psycopg import conninfo

from clinic.backup import age, loading, tables
from clinic.embedded.cluster import Cluster
from tests.fixtures.database import TestDatabase

PASSPHRASE = "a passphrase that only these tests know"


@dataclass(frozen=True)
class Database:
    """An empty database, made for one test."""

    name: str

    @contextmanager
    def inside(self) -> Iterator[None]:
        """Have Django work in it, in this thread."""
        before = connections["default"]
        other = connections.create_connection("default")
        other.settings_dict = {**before.settings_dict, "NAME": self.name}
        connections["default"] = other
        try:
            yield
        finally:
            other.close()
            connections["default"] = before


def on_server() -> dict[str, Any]:
    """How to reach the server of the tests."""
    chosen = connection.settings_dict
    found = {"host": chosen["HOST"], "port": chosen["PORT"], "user": chosen["USER"], "password": chosen["PASSWORD"]}
    return {name: value for name, value in found.items() if value}


@contextmanager
def made(name: str, *, of: str = "template1") -> Iterator[Database]:
    """A database on the server of the tests, a copy of another."""
    with psycopg.connect(dbname="postgres", autocommit=True, **on_server()) as server:
        server.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        server.execute(f'CREATE DATABASE "{name}" TEMPLATE "{of}" STRATEGY file_copy')
        yield Database(name)
        server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def elsewhere(transactional_db: None) -> Iterator[Database]:
    """A database without a single table."""
    with made(f"{connection.settings_dict['NAME']}_elsewhere") as database:
        yield database


@functools.cache
def dump_of(name: str) -> str:
    """The statements that make a database what this one is."""
    program = Cluster(Path(name), os.environ["EMBEDDED_POSTGRES"]).programs() / "pg_dump"
    where = conninfo.make_conninfo(**on_server(), dbname=name)
    command = [str(program), "--inserts", "--no-owner", "--no-privileges", "--dbname", where]
    lines = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
    # What is for psql alone, and what would leave the connection without a schema.
    told = "\n".join(line for line in lines if not line.startswith("\\") and "set_config('search_path'" not in line)
    # A restore drops the tables and leaves what they are searched with.
    return told.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")


@pytest.fixture
def installed(
    transactional_db: None, test_database: TestDatabase, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Database]:
    """A database of a new installation: its tables are made once, with the template of all tests.

    A restore in this process makes them anew from a dump of it, in a fifth of the time that migrations take: those have
    tests of their own, with `elsewhere`.
    """
    migrate = loading.migrate_to

    def migrate_to(targets: Iterable[tuple[str, str]]) -> None:
        if not tables.own_tables():
            tables.run_statements(dump_of(test_database.installed))
        migrate(targets)

    monkeypatch.setattr(loading, "migrate_to", migrate_to)
    with made(f"{connection.settings_dict['NAME']}_here", of=test_database.installed) as database:
        yield database


@pytest.fixture(autouse=True)
def passphrase(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The passphrase is set, and what lies beside the database lies in a folder of this test's own. Keys are made
    quickly here: 64 MiB and a quarter of a second each time are for real files."""
    monkeypatch.setattr(age, "WORK_FACTOR", 10)
    settings.BACKUP_PASSPHRASE = PASSPHRASE
    settings.DATA_DIR = tmp_path / "data"
    return PASSPHRASE
