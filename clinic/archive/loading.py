"""Reading an archive: checked, or loaded in the caller's transaction, so that it is there whole or not at all."""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from django.core.management.sql import emit_post_migrate_signal
from django.db import DataError, IntegrityError, OperationalError, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils.dateparse import parse_datetime

from clinic.archive import tables
from clinic.archive.errors import ArchiveError
from clinic.archive.parts import FORMAT, HEAD, ROWS, SEQUENCES, TABLE, TABLE_END, PartReader
from clinic.archive.sealing import DAMAGED, Opener
from clinic.triggers import SWITCH

# Longer means that somebody still works in the database.
LOCK_TIMEOUT = "10s"


@dataclass(frozen=True)
class Head:
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
class Loaded:
    """What came out of an archive."""

    head: Head
    counts: dict[str, int]

    @property
    def rows(self) -> int:
        """All rows."""
        return sum(self.counts.values())


def read_head(parts: Iterator[tuple[str, bytes]]) -> Head:
    """The first part. Raises ArchiveError where this program is too old for the archive."""
    kind, payload = next(parts, ("", b""))
    if kind != HEAD:
        raise ArchiveError(DAMAGED)
    said = json.loads(payload)
    if said["format"] != FORMAT:
        raise ArchiveError(f"The backup has the format {said['format']}; this version reads {FORMAT}: use a newer one.")
    return Head(said["made_at"], said["version"], frozenset((app, name) for app, name in said["migrations"]))


def check_archive(path: Path, secret: str) -> Loaded:
    """Read an archive from end to end and load nothing. Raises ArchiveError where it is not whole."""
    with opened(path) as source:
        parts = PartReader(Opener(source, secret)).parts()
        head = read_head(parts)
        return Loaded(head, dict(each_table(parts, into=None)))


def opened(path: Path) -> IO[bytes]:
    """The file. Raises ArchiveError where there is none to read."""
    try:
        return path.open("rb")
    except OSError as error:
        raise ArchiveError(f"{path} cannot be read: {error.strerror}.") from error


def load_archive(path: Path, secret: str, *, replace: bool) -> Loaded:
    """Make the database what the archive holds, in the caller's transaction: its tables anew, its rows, today's schema.

    Without `replace` only where no practice has begun. Raises ArchiveError, and then the caller's transaction must not
    be committed. The archive is read through once before, so that a damaged one locks nobody out.
    """
    check_archive(path, secret)
    with opened(path) as source:
        parts = PartReader(Opener(source, secret)).parts()
        head = read_head(parts)
        targets = leaves(head)
        if not replace and tables.is_in_use():
            raise ArchiveError("This database holds a practice already. To put the backup in its place, say --replace.")
        try:
            return loaded(parts, head, targets)
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


def loaded(parts: Iterator[tuple[str, bytes]], head: Head, targets: list[tuple[str, str]]) -> Loaded:
    """Tables as of the archive, its rows, every check, then the migrations that came since."""
    tables.run(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}'", *tables.PLAIN)
    clear_away()
    migrate(targets)
    empty(tables.saved_tables())
    counts = dict(each_table(parts, into=frozenset(tables.saved_tables())))
    check_at_once()
    missing = [table for table, rows in counts.items() if tables.count(table) != rows]
    if missing:
        raise ArchiveError(f"Rows are missing in {', '.join(missing)}, so nothing was restored.")
    migrate(MigrationExecutor(connection).loader.graph.leaf_nodes())
    emit_post_migrate_signal(verbosity=0, interactive=False, db=connection.alias)
    check_at_once()
    return Loaded(head, counts)


def leaves(head: Head) -> list[tuple[str, str]]:
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


def clear_away() -> None:
    """Remove the tables that are there, with the functions that guard some of them."""
    for table in tables.ours():
        tables.run(f"DROP TABLE IF EXISTS {tables.quoted(table)} CASCADE")
    for function in ("warmstone_only_grows", "warmstone_raise_version", "warmstone_signed_stays"):
        tables.run(f"DROP FUNCTION IF EXISTS {function}() CASCADE")


def migrate(targets: Iterable[tuple[str, str]]) -> None:
    """Bring the tables to these migrations. Checks that wait for a commit would be in the way of the next change."""

    def between(action: str, *_more: Any) -> None:
        if action == "apply_success":
            check_at_once()

    MigrationExecutor(connection, between).migrate(list(targets))


def check_at_once() -> None:
    """Have every deferred check done now, and deferred again from here on."""
    tables.run("SET CONSTRAINTS ALL IMMEDIATE", "SET CONSTRAINTS ALL DEFERRED")


def empty(names: Iterable[str]) -> None:
    """Take out what migrations put in: the archive brings its own."""
    # Tables that only grow refuse it without the switch; it holds until this transaction ends.
    tables.run(f"SET LOCAL {SWITCH} = 'on'")
    # Together with what an archive leaves out: it points at some of these.
    left_out = (tables.LEFT_OUT - {tables.MIGRATIONS}) & tables.existing()
    tables.run(f"TRUNCATE {', '.join(map(tables.quoted, sorted({*names, *left_out})))}")


def each_table(parts: Iterator[tuple[str, bytes]], *, into: frozenset[str] | None) -> Iterator[tuple[str, int]]:
    """Read every table, load it where `into` names the tables that may be loaded, and give its number of rows."""
    seen_sequences = False
    for kind, payload in parts:
        if kind == TABLE:
            told = json.loads(payload)
            table, columns = told["table"], told["columns"]
            if into is not None:
                must_fit(table, columns, into)
            yield table, read_table(parts, table, columns, load=into is not None)
        elif kind == SEQUENCES:
            seen_sequences = True
            if into is not None:
                set_sequences(json.loads(payload))
        else:
            raise ArchiveError(DAMAGED)
    if not seen_sequences:
        raise ArchiveError(DAMAGED)


def must_fit(table: str, columns: list[str], known: frozenset[str]) -> None:
    """Refuse rows for a table or column that this program does not make."""
    if table not in known:
        raise ArchiveError(
            f"The backup holds a table {table} that this version does not know, so nothing was restored."
        )
    strange = set(columns) - set(tables.columns_of(table))
    if strange:
        raise ArchiveError(
            f"The backup holds {table}.{min(strange)}, which this version does not know, so nothing was restored."
        )


class Rows:
    """The rows of one table as they pass: counted, hashed, and held against what the archive says of them."""

    def __init__(self, parts: Iterator[tuple[str, bytes]]) -> None:
        self.parts = parts
        self.count = 0

    def pieces(self) -> Iterator[bytes]:
        """Rows as COPY takes them, in pieces of any size. Raises ArchiveError where they are not as they were."""
        digest = hashlib.sha256()
        for kind, payload in self.parts:
            if kind == TABLE_END:
                told = json.loads(payload)
                if told != {"rows": self.count, "sha256": digest.hexdigest()}:
                    raise ArchiveError(DAMAGED)
                return
            if kind != ROWS:
                raise ArchiveError(DAMAGED)
            digest.update(payload)
            # COPY writes a line break inside a value as two letters, so each one that is left ends a row.
            self.count += payload.count(b"\n")
            yield payload
        raise ArchiveError(DAMAGED)


def read_table(parts: Iterator[tuple[str, bytes]], table: str, columns: list[str], *, load: bool) -> int:
    """Read the rows of one table, write them where `load`, and return how many there are."""
    rows = Rows(parts)
    if not load:
        for _piece in rows.pieces():
            pass
        return rows.count
    listed = ", ".join(map(tables.quoted, columns))
    with connection.cursor() as cursor:
        with cursor.copy(f"COPY {tables.quoted(table)} ({listed}) FROM STDIN") as copy:
            for piece in rows.pieces():
                copy.write(piece)
        if cursor.rowcount != rows.count:
            raise ArchiveError(DAMAGED)
    return rows.count


def set_sequences(told: list[tuple[str, str, int, bool]]) -> None:
    """Go on numbering where the archive left off."""
    for table, column, last, given in told:
        tables.ask("SELECT setval(pg_get_serial_sequence(%s, %s), %s, %s)", [tables.quoted(table), column, last, given])
