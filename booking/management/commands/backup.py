"""`manage.py backup`: the whole database in one encrypted file."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from clients.actions.erasing import note_erased
from clinic.archive.errors import ArchiveError
from clinic.archive.saving import save_archive
from clinic.mail.channel import beat
from clinic.models import Heartbeat


class Command(BaseCommand):
    """Writes the archive while everybody goes on working. Exit status 2 and one line where it cannot."""

    help = "Back up the whole database into one file, encrypted with BACKUP_PASSPHRASE."

    def add_arguments(self, parser: CommandParser) -> None:
        """Where to."""
        parser.add_argument("--to", type=Path, metavar="FILE", help="default: a dated file in DATA_DIR/backups")

    def handle(self, *args: Any, to: Path | None, **options: Any) -> None:
        """Write it, and say what is in it."""
        path = to or settings.DATA_DIR / "backups" / f"warmstone-{timezone.now():%Y-%m-%d-%H%M%S}.backup"
        try:
            saved = save_archive(path)
        except ArchiveError as error:
            raise CommandError(str(error), returncode=2) from error
        beat(Heartbeat.BACKUP)
        note_erased()
        size = path.stat().st_size / 1024 / 1024
        self.stdout.write(f"Saved {saved.rows} rows of {saved.tables} tables in {path} ({size:.1f} MB).")
