"""`manage.py export_practice`: the whole practice as plain tables in one ZIP."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from booking.records.practice_export import write_practice
from clinic.operations.disk import write_atomically


class Command(BaseCommand):
    """Writes what an owner downloads at the desk. It is not encrypted: a backup is."""

    help = "Write the whole practice as CSV and JSON into one ZIP that other programs read. Not encrypted."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the path of the file to write."""
        parser.add_argument("--to", type=Path, metavar="FILE", required=True, help="the ZIP to write")

    def handle(self, *args: Any, to: Path, **options: Any) -> None:
        """Write it, for its owner alone."""
        try:
            with write_atomically(to) as target:
                tables = write_practice(target, by=None)
        except OSError as error:
            raise CommandError(f"{to} cannot be written: {error.strerror}.", returncode=2) from error
        self.stdout.write(f"Wrote {tables} tables to {to}. It holds health records and is not encrypted.")
