"""`manage.py backup`: the whole database in one encrypted file."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from clients.record.erasure import write_erased_list
from clinic.backup.dated import backup_name, delete_old_backups
from clinic.backup.layout import ArchiveError
from clinic.backup.saving import save_archive
from clinic.models import Heartbeat
from clinic.operations.worker_signals import record_heartbeat


class Command(BaseCommand):
    """Writes the archive while everybody goes on working. Exit status 2 and one line where it cannot."""

    help = "Back up the whole database into one file, encrypted with BACKUP_PASSPHRASE."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the path of the file to write."""
        parser.add_argument("--to", type=Path, metavar="FILE", help="the file to write")
        parser.add_argument(
            "--folder", type=Path, metavar="FOLDER", help="write a dated file in there; default: DATA_DIR/backups"
        )
        parser.add_argument(
            "--keep", type=int, metavar="N", help="then delete all dated files in that folder but the newest N"
        )

    def handle(self, *args: Any, to: Path | None, folder: Path | None, keep: int | None, **options: Any) -> None:
        """Write it, and say what is in it."""
        if to is not None and (folder is not None or keep is not None):
            raise CommandError("--to names one file; --folder and --keep are for dated files.", returncode=2)
        if keep is not None and keep < 1:
            raise CommandError("--keep must be 1 or more.", returncode=2)
        place = folder or settings.DATA_DIR / "backups"
        path = to or place / backup_name(timezone.now())
        try:
            saved = save_archive(path)
            gone = delete_old_backups(place, keep) if keep is not None else 0
        except ArchiveError as error:
            raise CommandError(str(error), returncode=2) from error
        record_heartbeat(Heartbeat.BACKUP)
        write_erased_list()
        size = path.stat().st_size / 1024 / 1024
        self.stdout.write(f"Saved {saved.rows} rows of {saved.tables} tables in {path} ({size:.1f} MB).")
        if gone:
            self.stdout.write(f"Deleted {gone} older than the newest {keep}.")
