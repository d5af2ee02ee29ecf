"""kill -9 in the middle of a restore: what was there is still there, every row of it."""

from io import StringIO
from pathlib import Path

import psycopg
import pytest
from django.core.management import call_command
from django.db import connection

from clients.models import Client
from clinic.models import User
from tests.booking.records.conftest import PASSPHRASE, Database, on_server
from tests.fixtures.cast import PASSWORD, Cast
from tests.fixtures.processes import Processes, database_url, wait_until
from tests.sweeps.snapshot import snapshot

GUESTS = 3_000


@pytest.mark.slow
def test_a_restore_that_is_killed_leaves_the_practice_that_was_there(
    cast: Cast, installed: Database, tmp_path: Path, process_env: dict[str, str], processes: Processes
) -> None:
    """Killed before it has dropped a table, and once more while it writes rows; the third then goes through."""
    Client.objects.bulk_create(Client(first_name=f"Guest {number}", last_name="X") for number in range(GUESTS))
    backup = tmp_path / "a.backup"
    call_command("backup", to=backup, stdout=StringIO())
    with installed.inside():
        User.objects.create_user("mine@example.org", PASSWORD)
        before = snapshot()
        process_env |= {"DATABASE_URL": database_url(), "BACKUP_PASSPHRASE": PASSPHRASE}
    moments = {"SELECT 1 FROM clinic_practice": waiting_for_a_lock, "SELECT 1": writing}
    for hindrance, comes in moments.items():
        with psycopg.connect(dbname=installed.name, **on_server()) as reader:
            # Somebody reads a table, so that the first stands still for as long as we like.
            reader.execute(hindrance)
            child = processes.start("restore", "manage", "restore", str(backup), "--replace")
            child.wait_until_ready(lambda: comes(installed.name), "it waits for a table, or writes rows")  # noqa: B023
            child.kill()
            reader.rollback()
            wait_until(lambda: alone(installed.name), "PostgreSQL has noticed")
        with installed.inside():
            assert snapshot() == before
            assert User.objects.get().email == "mine@example.org"
    with installed.inside():
        call_command("restore", backup, replace=True, stdout=StringIO())
        assert Client.objects.filter(last_name="X").count() == GUESTS


def asked(sql: str, database: str) -> bool:
    """What the server says of the sessions in a database."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) > 0 FROM pg_stat_activity WHERE datname = %s AND {sql}", [database])
        return bool(cursor.fetchone()[0])


def waiting_for_a_lock(database: str) -> bool:
    """Whether somebody waits there."""
    return asked("wait_event_type = 'Lock'", database)


def writing(database: str) -> bool:
    """Whether the rows of clients, or of a table after them, are under way."""
    return asked("query LIKE 'COPY \"cli%%' OR query LIKE 'SELECT setval%%' OR query LIKE '%%count(*)%%'", database)


def alone(database: str) -> bool:
    """Whether only the test's own session is left."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE datname = %s", [database])
        return int(cursor.fetchone()[0]) <= 1
