"""Backups by date in one folder: their names, and which of them may go."""

import datetime as dt
import time
from pathlib import Path

from clinic.archive.errors import ArchiveError

NAMED = "warmstone-[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]-[0-9][0-9][0-9][0-9][0-9][0-9].tar.gz.age"
# What an unfinished backup is called, once nobody can be writing it any more (clinic.archive.saving.unfinished).
ASIDE = f".{NAMED}.*"
ABANDONED_AFTER_SECONDS = 24 * 3600


def dated(moment: dt.datetime) -> str:
    """The name of a backup made at this moment, in UTC: the order of the names is that of their age."""
    return f"warmstone-{moment.astimezone(dt.UTC):%Y-%m-%d-%H%M%S}.tar.gz.age"


def thin_out(folder: Path, keep: int) -> int:
    """Delete the dated backups in `folder` but the newest `keep`, and what a killed backup left; return how many.

    Files with any other name stay. Call it after a new one is whole. Raises ArchiveError.
    """
    too_many = sorted(folder.glob(NAMED))[:-keep]
    abandoned = [each for each in folder.glob(ASIDE) if each.stat().st_mtime < time.time() - ABANDONED_AFTER_SECONDS]
    try:
        for path in (*too_many, *abandoned):
            path.unlink(missing_ok=True)
    except OSError as error:
        raise ArchiveError(f"The backup was made, but {folder} cannot be tidied: {error.strerror}.") from error
    return len(too_many)
