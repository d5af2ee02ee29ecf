"""`manage.py seed_demo`: fill an empty database with the demo practice."""

from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction

from booking.demo import (
    PASSWORD,
    SIGN_INS,
    create_appointments,
    create_documents,
    create_offer,
    create_payments,
    create_practice,
    create_series,
    create_waitlist_entries,
)
from booking.models import Therapist


class Command(BaseCommand):
    """Make a practice to look around in; a second time changes nothing."""

    help = "Fill an empty database with a practice to look around in. A second time changes nothing."
    # It comes right after `migrate`, which has made Django's checks.
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        """Seed in one transaction, unless there is a practice already; print how to sign in."""
        if Therapist.objects.exists():
            self.stdout.write("There is a practice already; nothing changed.")
        else:
            with transaction.atomic():
                practice = create_practice()
                count = create_appointments(practice) + create_series(practice)
                create_waitlist_entries(practice)
                create_offer(practice)
                create_documents()
                create_payments(practice)
            self.stdout.write(f"Made the demo practice with {count} appointments.")
        for email, who in SIGN_INS:
            self.stdout.write(f"Sign in: {email}  {PASSWORD}  ({who})")
