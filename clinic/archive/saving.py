"""Writing an archive: every table as of one instant, while everybody goes on working."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from django.conf import settings
from django.db import connection, transaction
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from clinic.archive import tables
from clinic.archive.errors import ArchiveError
from clinic.archive.parts import FORMAT, HEAD, SEQUENCES, TABLE, TABLE_END, PartWriter, RowsWriter
from clinic.archive.sealing import Sealer
from clinic.checks import SHORTEST_PASSPHRASE


@dataclass(frozen=True)
class Saved:
    """What went into an archive."""

    tables: int
    rows: int


def passphrase() -> str:
    """What encrypts and opens archives. Raises ArchiveError where it is missing or too short to protect anything."""
    found: str = settings.BACKUP_PASSPHRASE
    if not found:
        raise ArchiveError("Set BACKUP_PASSPHRASE or BACKUP_PASSPHRASE_FILE first: a backup is always encrypted.")
    if len(found) < SHORTEST_PASSPHRASE:
        raise ArchiveError(f"BACKUP_PASSPHRASE is too short: use at least {SHORTEST_PASSPHRASE} characters.")
    return found


def save_archive(path: Path) -> Saved:
    """Write the archive at `path`, for its owner alone: there whole, or not at all. Raises ArchiveError."""
    secret = passphrase()
    try:
        with unfinished(path) as target:
            return save_to(target, secret)
    except OSError as error:
        raise ArchiveError(f"{path} cannot be written: {error.strerror}.") from error


@contextmanager
def unfinished(path: Path) -> Iterator[IO[bytes]]:
    """A file that takes its name once it is complete and on the disk. What stands at `path` stays until then."""
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f".{path.name}.{os.getpid()}")
    handle = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(handle, "wb") as target:
            yield target
            target.flush()
            os.fsync(target.fileno())
        aside.replace(path)
    except BaseException:
        aside.unlink(missing_ok=True)
        raise


def save_to(target: IO[bytes], secret: str) -> Saved:
    """Write everything, as one snapshot sees it, into an open file."""
    parts = PartWriter(Sealer(target, secret))
    with transaction.atomic(durable=True):
        tables.run("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY", *tables.PLAIN)
        names = tables.saved_tables()
        if not names:
            raise ArchiveError("There is nothing to back up: this database has no tables of Warmstone.")
        parts.put_json(HEAD, head())
        rows = sum(save_table(parts, name) for name in names)
        parts.put_json(SEQUENCES, tables.sequences_of(names))
    parts.close()
    return Saved(len(names), rows)


def head() -> dict[str, object]:
    """What a reader must know before the first table. No key, no setting, no name."""
    applied = MigrationRecorder(connection).applied_migrations()
    return {
        "format": FORMAT,
        "made_at": timezone.now().isoformat(),
        "version": settings.VERSION,
        "postgresql": tables.ask("SHOW server_version")[0][0],
        "migrations": sorted(applied),
    }


def save_table(parts: PartWriter, table: str) -> int:
    """Write one table and return how many rows it had."""
    columns = tables.columns_of(table)
    parts.put_json(TABLE, {"table": table, "columns": columns})
    rows = RowsWriter(parts)
    listed = ", ".join(map(tables.quoted, columns))
    with connection.cursor() as cursor:
        with cursor.copy(f"COPY {tables.quoted(table)} ({listed}) TO STDOUT") as copy:
            for data in copy:
                rows.add(data)
        found = int(cursor.rowcount)
    rows.flush()
    parts.put_json(TABLE_END, {"rows": found, "sha256": rows.digest.hexdigest()})
    return found
