"""Backups by date in one folder: their names, and which of them may go."""

import datetime as dt
import time
from pathlib import Path

from clinic.backup.layout import ArchiveError

BACKUP_NAME = "warmstone-[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]-[0-9][0-9][0-9][0-9][0-9][0-9].tar.gz.age"
# What an unfinished backup is called, once nobody can be writing it any more (clinic.backup.saving.unfinished).
UNFINISHED_NAME = f".{BACKUP_NAME}.*"
ABANDONED_AFTER_SECONDS = 24 * 3600


def backup_name(moment: dt.datetime) -> str:
    """The name of a backup made at this moment, in UTC: the order of the names is that of their age."""
    return f"warmstone-{moment.astimezone(dt.UTC):%Y-%m-%d-%H%M%S}.tar.gz.age"


def delete_old_backups(folder: Path, keep: int) -> int:
    """Delete the dated backups in `folder` but the newest `keep`, and what a killed backup left; return how many.

    Files with any other name stay. Call it after a new one is whole. Raises ArchiveError.
    """
    too_many = sorted(folder.glob(BACKUP_NAME))[:-keep]
    abandoned = [
        each for each in folder.glob(UNFINISHED_NAME) if each.stat().st_mtime < time.time() - ABANDONED_AFTER_SECONDS
    ]
    try:
        for path in (*too_many, *abandoned):
            path.unlink(missing_ok=True)
    except OSError as error:
        raise ArchiveError(f"The backup was made, but {folder} cannot be tidied: {error.strerror}.") from error
    return len(too_many)
