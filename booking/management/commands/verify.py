"""`manage.py verify`: prove again that nobody is booked twice."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from booking.appointments.integrity import check_integrity
from booking.models import Appointment


class Command(BaseCommand):
    """Re-prove I1 over the whole table. Exit status 1 and a line for each problem, else one line: all is well."""

    help = (
        "Check that no two active appointments overlap, that every constraint stands, and that reminders are written."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        """Print what is wrong, or how many appointments were looked at."""
        found = check_integrity()
        for line in found:
            self.stderr.write(line)
        if found:
            raise CommandError(f"{len(found)} problems.", returncode=1)
        self.stdout.write(
            f"All well: {Appointment.objects.count()} appointments, no overlap, every constraint in place."
        )
