"""`manage.py seed_demo`: fill an empty database with the demo practice."""

from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import transaction

from booking.demo import (
    PASSWORD,
    SIGN_INS,
    create_appointments,
    create_practice,
    create_series,
    create_waitlist_entries,
)
from booking.models import Therapist
from clients.models import Technique


class Command(BaseCommand):
    """Make a practice to look around in; a second time changes nothing."""

    help = "Fill an empty database with a practice to look around in. A second time changes nothing."

    def handle(self, *args: Any, **options: Any) -> None:
        """Seed in one transaction, unless there is a practice already; print how to sign in."""
        if Therapist.objects.exists():
            self.stdout.write("There is a practice already; nothing changed.")
        else:
            with transaction.atomic():
                if not Technique.objects.exists():
                    call_command("load_catalogue", verbosity=0)
                create_practice()
                count = create_appointments() + create_series()
                create_waitlist_entries()
            self.stdout.write(f"Made the demo practice with {count} appointments.")
        for email, who in SIGN_INS:
            self.stdout.write(f"Sign in: {email}  {PASSWORD}  ({who})")
