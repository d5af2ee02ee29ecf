"""`manage.py upgrade`: backup, migrate, prove; back to what was where anything is not right."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError

from booking.records.upgrade import UpgradeError, is_new_database, remember_version, upgrade_database, version_before
from clinic import __version__
from clinic.operations.disk import is_writable
from clinic.operations.release_notes import CHANGELOG, releases_since


class Command(BaseCommand):
    """Upgrades in one transaction, after a backup. Exit status 2 and one line where it cannot."""

    help = "Back up, bring the database to this version, prove it; leave it as it was where anything is not right."
    # The tables are of the version before.
    requires_system_checks: list[str] = []
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        """Take where the backup goes, and whether one is made."""
        parser.add_argument(
            "--to", type=Path, metavar="FILE", help="the backup; default: a dated file in DATA_DIR/backups"
        )
        parser.add_argument("--no-backup", action="store_true", help="only where one has just been made")

    def handle(self, *args: Any, to: Path | None, no_backup: bool, **options: Any) -> None:
        """Do it, and say what is new."""
        before = version_before()
        if not no_backup and not is_new_database():
            call_command("backup", to=to, stdout=self.stdout)
        try:
            done = upgrade_database()
        except (UpgradeError, DatabaseError) as error:
            line = " ".join(str(error).split())
            raise CommandError(
                f"{line} The database is as it was: start the version before again.", returncode=2
            ) from error
        if is_writable(settings.STATIC_ROOT):
            call_command("collectstatic", interactive=False, verbosity=0)
        call_command("check", deploy=not settings.DEBUG, fail_level="CRITICAL")
        remember_version()
        self.stdout.write(
            f"Warmstone {__version__}, care catalogue {done.catalogue}: {len(done.migrations)} migrations, all proved."
        )
        for release in releases_since(before, CHANGELOG.read_text()) if before != __version__ else []:
            self.stdout.write(f"\nNew in {release.name}\n\n{release.text}")
