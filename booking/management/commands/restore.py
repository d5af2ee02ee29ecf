"""`manage.py restore`: a backup put in place, whole or not at all, with all mail held."""

import uuid
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from booking.records.restore import restore_backup
from clients.record.erasure import read_erased_list
from clinic.backup.layout import ArchiveError
from clinic.backup.loading import check_archive
from clinic.backup.saving import passphrase


class Command(BaseCommand):
    """Reads, checks and loads an archive in one transaction. Exit status 2 and one line where it cannot."""

    help = "Restore a backup into an empty database, check it, and hold all mail until a person lets it go."
    # The tables may not be there yet, and their version may be another.
    requires_system_checks: list[str] = []
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the path of the backup and whether to replace what is there."""
        parser.add_argument("file", type=Path, help="what `backup` wrote")
        parser.add_argument("--replace", action="store_true", help="put it in the place of the practice that is here")
        parser.add_argument("--check", action="store_true", help="only read it from end to end; touch no database")
        parser.add_argument("--erased", type=Path, metavar="FILE", help="a list of erased clients from another machine")

    def handle(self, *args: Any, file: Path, replace: bool, check: bool, erased: Path | None, **options: Any) -> None:
        """Do it, and say what is to be done next."""
        try:
            if check:
                found = check_archive(file, passphrase())
                self.stdout.write(
                    f"The backup of {found.head.day} is whole: {found.rows} rows of {len(found.counts)} tables."
                )
                return
            done = restore_backup(file, replace=replace, erased=self.listed(erased))
        except ArchiveError as error:
            raise CommandError(str(error), returncode=2) from error
        for line in done.notes:
            self.stdout.write(line)
        loaded = done.loaded
        self.stdout.write(
            f"Restored {loaded.rows} rows of {len(loaded.counts)} tables from the backup of {loaded.head.day}. "
            f"No overlap, every constraint in place; {done.erased_again} clients erased again."
        )
        self.stdout.write("All mail is held. An owner looks at it under Data at the desk, and lets it go.")

    def listed(self, path: Path | None) -> set[uuid.UUID]:
        """The ids of another machine's list. Raises ArchiveError where it cannot be read."""
        if path is None:
            return set()
        try:
            return read_erased_list(path.read_text())
        except OSError as error:
            raise ArchiveError(f"{path} cannot be read: {error.strerror}.") from error
