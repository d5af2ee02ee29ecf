"""Writing an archive: every table as of one instant, while everybody goes on working."""

import gzip
import io
import json
import tarfile
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from django.conf import settings
from django.db import connection, transaction
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from clinic import __version__
from clinic.backup import tables
from clinic.backup.age import AgeWriter
from clinic.backup.layout import FORMAT, MANIFEST, PART_BYTES, TOTALS, ArchiveError, part_name
from clinic.checks import SHORTEST_PASSPHRASE
from clinic.operations.disk import write_atomically


@dataclass(frozen=True)
class SavedArchive:
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


def save_archive(path: Path) -> SavedArchive:
    """Write the archive at `path`, for its owner alone: there whole, or not at all. Raises ArchiveError."""
    secret = passphrase()
    try:
        with write_atomically(path) as target:
            return save_to(target, secret)
    except OSError as error:
        raise ArchiveError(f"{path} cannot be written: {error.strerror}.") from error


def save_to(target: IO[bytes], secret: str) -> SavedArchive:
    """Write everything, as one snapshot sees it, into an open file."""
    encrypted = AgeWriter(target, secret)
    with transaction.atomic(durable=True):
        tables.run_statements("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY", *tables.PLAIN_NAME)
        columns = {name: tables.table_columns(name) for name in tables.saved_tables()}
        if not columns:
            raise ArchiveError("There is nothing to back up: this database has no tables of Warmstone.")
        with (
            gzip.GzipFile(fileobj=encrypted, mode="wb", compresslevel=6) as compressed,
            tarfile.open(fileobj=compressed, mode="w|") as archive,
        ):
            add_json(archive, MANIFEST, backup_manifest(columns))
            rows = {name: save_table(archive, name, columns[name]) for name in columns}
            add_json(archive, TOTALS, {"rows": rows, "sequences": tables.sequences_of(columns)})
    encrypted.finish()
    return SavedArchive(len(rows), sum(rows.values()))


def backup_manifest(columns: dict[str, list[str]]) -> dict[str, object]:
    """What a reader must know before the first table. No key, no setting, no name."""
    applied = MigrationRecorder(connection).applied_migrations()
    return {
        "format": FORMAT,
        "made_at": timezone.now().isoformat(),
        "version": __version__,
        "postgresql": tables.fetch_rows("SHOW server_version")[0][0],
        "migrations": sorted(applied),
        "tables": columns,
    }


def save_table(archive: tarfile.TarFile, table: str, columns: list[str]) -> int:
    """Write one table, in files of about PART_BYTES that end with a row, and return how many rows it had."""
    listed = ", ".join(map(tables.quoted_name, columns))
    waiting = bytearray()
    part = 1
    with connection.cursor() as cursor:
        with cursor.copy(f"COPY {tables.quoted_name(table)} ({listed}) TO STDOUT WITH (HEADER)") as copy:
            for line in copy:
                waiting += line
                if len(waiting) >= PART_BYTES:
                    add_file(archive, part_name(table, part), waiting)
                    waiting.clear()
                    part += 1
        found = int(cursor.rowcount)
    add_file(archive, part_name(table, part), waiting)
    return found


def add_json(archive: tarfile.TarFile, name: str, value: object) -> None:
    """Write a small file of the archive."""
    add_file(archive, name, json.dumps(value, default=str, indent=1).encode())


def add_file(archive: tarfile.TarFile, name: str, data: bytes | bytearray) -> None:
    """Write one file of the archive."""
    entry = tarfile.TarInfo(name)
    entry.size, entry.mtime, entry.mode = len(data), int(timezone.now().timestamp()), 0o600
    archive.addfile(entry, io.BytesIO(data))
