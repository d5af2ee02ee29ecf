"""Files that are there whole or not at all, and whether the disks have room: that of DATA_DIR, and the database's."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from django.conf import settings
from django.db import connection, transaction

# Below this a backup, a mail as a file or the queue may be the last thing that fits.
MINIMUM_FREE_BYTES = 200 * 1024 * 1024
# A sort of more than fits into the least memory that PostgreSQL works with: it writes 4 MB beside its tables.
SPILL_SQL = (
    "SELECT count(*) FROM (SELECT repeat(i::text, 150) FROM generate_series(1, 8000) i ORDER BY 1 OFFSET 0) AS room"
)


def free_bytes(folder: Path | None = None) -> int:
    """How much may still be written to DATA_DIR; 0 where it may not be written to, or has no names for files left."""
    place = folder or settings.DATA_DIR
    try:
        found = os.statvfs(place)
    except OSError:
        return 0
    no_names = bool(found.f_files) and not found.f_favail
    return 0 if no_names or not os.access(place, os.W_OK) else found.f_bavail * found.f_frsize


def check_database_disk() -> int:
    """Have the database write to its disk and forget it; returns how many lines. No table is touched.

    A job of the sweep: on a full disk small changes may go on for hours while the next large one fails. Raises
    OperationalError (disk_full), and then the health page names this job.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL work_mem = '64kB'")
        cursor.execute(SPILL_SQL)
        (lines,) = cursor.fetchone()
    return int(lines)


def is_writable(place: Path) -> bool:
    """Whether this user may write to a folder, or make it where it is not there yet."""
    while not place.exists() and place != place.parent:
        place = place.parent
    return place.is_dir() and os.access(place, os.W_OK | os.X_OK)


@contextmanager
def write_atomically(path: Path) -> Iterator[IO[bytes]]:
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
