"""Reading an archive: checked, or loaded in the caller's transaction, so that it is there whole or not at all."""

import gzip
import itertools
import json
import tarfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from django.core.management.sql import emit_post_migrate_signal
from django.db import DataError, IntegrityError, OperationalError, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils.dateparse import parse_datetime

from clinic.backup import tables
from clinic.backup.age import DAMAGED, AgeReader
from clinic.backup.layout import FORMAT, MANIFEST, TOTALS, ArchiveError, table_of
from clinic.triggers import APPEND_ONLY_SWITCH, GUARDS

# Longer means that somebody still works in the database.
RESTORE_LOCK_TIMEOUT = "10s"
PIECE_BYTES = 256 * 1024


@dataclass(frozen=True)
class ArchiveHead:
    """What the archive says of itself."""

    made_at: str
    version: str
    migrations: frozenset[tuple[str, str]]

    @property
    def day(self) -> str:
        """When it was made, for people."""
        moment = parse_datetime(self.made_at)
        return f"{moment:%Y-%m-%d %H:%M} UTC" if moment else self.made_at


@dataclass(frozen=True)
class LoadedArchive:
    """What came out of an archive."""

    head: ArchiveHead
    counts: dict[str, int]

    @property
    def rows(self) -> int:
        """All rows."""
        return sum(self.counts.values())


class Archive:
    """The files of a backup, one after the other: the manifest, the tables, the totals. Open it with `reading`."""

    def __init__(self, unpacked: tarfile.TarFile) -> None:
        self.unpacked, self.entries = unpacked, iter(unpacked)
        self.head, self.columns = self.read_manifest()
        self.counts: dict[str, int] = {}
        self.totals: dict[str, Any] | None = None

    def read_manifest(self) -> tuple[ArchiveHead, dict[str, list[str]]]:
        """The first file. Raises ArchiveError where this program is too old for the backup, or too new."""
        first = next(self.entries, None)
        if first is None or first.name != MANIFEST:
            raise ArchiveError(DAMAGED)
        said = json.loads(self.content(first).read())
        if said["format"] != FORMAT:
            raise ArchiveError(f"The backup has the format {said['format']}; this version of Warmstone reads {FORMAT}.")
        migrations = frozenset((app, name) for app, name in said["migrations"])
        return ArchiveHead(said["made_at"], said["version"], migrations), said["tables"]

    def tables(self) -> Iterator[tuple[str, Iterator[bytes]]]:
        """Each table with its rows as COPY takes them, which must be read before the next. Raises ArchiveError."""
        for table, files in itertools.groupby(self.entries, key=lambda entry: table_of(entry.name)):
            if not table:
                self.read_totals(next(files))
            elif table in self.columns and table not in self.counts:
                yield table, self.rows(table, files)
            else:
                raise ArchiveError(DAMAGED)
        if self.totals is None or self.totals["rows"] != self.counts or self.counts.keys() != self.columns.keys():
            raise ArchiveError(DAMAGED)

    def rows(self, table: str, files: Iterator[tarfile.TarInfo]) -> Iterator[bytes]:
        """The rows of one table in pieces of any size, a line of headings before them; counts them as they pass."""
        lines = 0
        for entry in files:
            content = self.content(entry)
            while piece := content.read(PIECE_BYTES):
                # COPY writes a line break inside a value as two letters, so each one that is left ends a row.
                lines += piece.count(b"\n")
                yield piece
        self.counts[table] = lines - 1

    def read_totals(self, entry: tarfile.TarInfo) -> None:
        """The last file."""
        if entry.name != TOTALS:
            raise ArchiveError(DAMAGED)
        self.totals = json.loads(self.content(entry).read())

    def content(self, entry: tarfile.TarInfo) -> IO[bytes]:
        """The bytes of one file."""
        found = self.unpacked.extractfile(entry)
        if found is None:
            raise ArchiveError(DAMAGED)
        return found


@contextmanager
def reading(path: Path, secret: str) -> Iterator[Archive]:
    """The backup at `path`, decrypted as it is read, and read to its end. Raises ArchiveError where it is not whole."""
    try:
        opened = path.open("rb")
    except OSError as error:
        raise ArchiveError(f"{path} cannot be read: {error.strerror}.") from error
    with opened as source:
        encrypted = AgeReader(source, secret)
        try:
            with (
                gzip.GzipFile(fileobj=encrypted, mode="rb") as compressed,
                tarfile.open(fileobj=compressed, mode="r|") as unpacked,
            ):
                yield Archive(unpacked)
                while compressed.read(PIECE_BYTES):
                    pass
        except (tarfile.TarError, gzip.BadGzipFile, zlib.error, EOFError) as error:
            raise ArchiveError(DAMAGED) from error


def check_archive(path: Path, secret: str) -> LoadedArchive:
    """Read an archive from end to end and load nothing. Raises ArchiveError where it is not whole."""
    with reading(path, secret) as archive:
        for _table, rows in archive.tables():
            for _piece in rows:
                pass
        return LoadedArchive(archive.head, archive.counts)


def load_archive(path: Path, secret: str, *, replace: bool) -> LoadedArchive:
    """Make the database what the archive holds, in the caller's transaction: its tables anew, its rows, today's schema.

    Without `replace` only where no practice has begun. Raises ArchiveError, and then the caller's transaction must not
    be committed. The archive is read through once before, so that a damaged one locks nobody out.
    """
    check_archive(path, secret)
    with reading(path, secret) as archive:
        targets = target_migrations(archive.head)
        if not replace and tables.is_in_use():
            raise ArchiveError("This database holds a practice already. To put the backup in its place, say --replace.")
        try:
            return load_parts(archive, targets)
        except IntegrityError as error:
            name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", "") or "a constraint"
            raise ArchiveError(f"The rows of the backup break {name}, so nothing was restored.") from error
        except DataError as error:
            raise ArchiveError("The rows of the backup do not fit the tables, so nothing was restored.") from error
        except OperationalError as error:
            if getattr(error.__cause__, "sqlstate", "") == "55P03":
                raise ArchiveError(
                    "The database is in use. Stop web server, worker and beat, then try again."
                ) from error
            raise


def load_parts(archive: Archive, targets: list[tuple[str, str]]) -> LoadedArchive:
    """Tables as of the archive, its rows, every check, then the migrations that came since."""
    tables.run_statements(f"SET LOCAL lock_timeout = '{RESTORE_LOCK_TIMEOUT}'", *tables.PLAIN_NAME)
    drop_tables()
    migrate_to(targets)
    empty_tables(tables.saved_tables())
    must_fit(archive.columns)
    for table, rows in archive.tables():
        load_table(table, archive.columns[table], rows)
    set_sequences(archive.totals["sequences"] if archive.totals else [])
    check_at_once()
    missing = [table for table, rows in archive.counts.items() if tables.count_rows(table) != rows]
    if missing:
        raise ArchiveError(f"Rows are missing in {', '.join(missing)}, so nothing was restored.")
    migrate_to(MigrationExecutor(connection).loader.graph.leaf_nodes())
    emit_post_migrate_signal(verbosity=0, interactive=False, db=connection.alias)
    check_at_once()
    return LoadedArchive(archive.head, archive.counts)


def target_migrations(head: ArchiveHead) -> list[tuple[str, str]]:
    """The last migration of each app in the archive. Raises ArchiveError where it knows more than this program."""
    graph = MigrationExecutor(connection).loader.graph
    unknown = sorted(head.migrations - set(graph.nodes))
    if unknown:
        raise ArchiveError(
            f"The backup was made by a newer Warmstone ({head.version}), which knows {'.'.join(unknown[0])}: "
            "install that version first."
        )
    return [
        key
        for key in sorted(head.migrations)
        if not any(child.key in head.migrations and child.key[0] == key[0] for child in graph.node_map[key].children)
    ]


def drop_tables() -> None:
    """Remove the tables that are there, with the functions that guard some of them."""
    for table in tables.own_tables():
        tables.run_statements(f"DROP TABLE IF EXISTS {tables.quoted_name(table)} CASCADE")
    tables.run_statements(*(f"DROP FUNCTION IF EXISTS warmstone_{name}() CASCADE" for name in GUARDS))


def migrate_to(targets: Iterable[tuple[str, str]]) -> None:
    """Bring the tables to these migrations. Checks that wait for a commit would be in the way of the next change."""

    def between(action: str, *_more: Any) -> None:
        if action == "apply_success":
            check_at_once()

    MigrationExecutor(connection, between).migrate(list(targets))


def check_at_once() -> None:
    """Have every deferred check done now, and deferred again from here on."""
    tables.run_statements("SET CONSTRAINTS ALL IMMEDIATE", "SET CONSTRAINTS ALL DEFERRED")


def empty_tables(names: Iterable[str]) -> None:
    """Take out what migrations put in: the archive brings its own."""
    # Tables that only grow refuse it without the switch; it holds until this transaction ends.
    tables.run_statements(f"SET LOCAL {APPEND_ONLY_SWITCH} = 'on'")
    # Together with what an archive leaves out: it points at some of these.
    left_out = (tables.UNSAVED_TABLES - {tables.MIGRATIONS}) & tables.existing_tables()
    tables.run_statements(f"TRUNCATE {', '.join(map(tables.quoted_name, sorted({*names, *left_out})))}")


def must_fit(columns: dict[str, list[str]]) -> None:
    """Refuse rows for a table or column that this program does not make."""
    known = tables.saved_tables()
    for table, names in columns.items():
        if table not in known:
            raise ArchiveError(
                f"The backup holds a table {table} that this version does not know, so nothing was restored."
            )
        strange = set(names) - set(tables.table_columns(table))
        if strange:
            raise ArchiveError(
                f"The backup holds {table}.{min(strange)}, which this version does not know, so nothing was restored."
            )


def load_table(table: str, columns: list[str], rows: Iterator[bytes]) -> None:
    """Write the rows of one table."""
    listed = ", ".join(map(tables.quoted_name, columns))
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY {tables.quoted_name(table)} ({listed}) FROM STDIN WITH (HEADER MATCH)") as copy,
    ):
        for piece in rows:
            copy.write(piece)


def set_sequences(told: list[tuple[str, str, int, bool]]) -> None:
    """Go on numbering where the archive left off."""
    for table, column, last, given in told:
        tables.fetch_rows(
            "SELECT setval(pg_get_serial_sequence(%s, %s), %s, %s)", [tables.quoted_name(table), column, last, given]
        )
