"""For an owner without phone and recovery codes, and after a restore without the old key."""

from typing import Any

from allauth.mfa.models import Authenticator
from django.core.management.base import BaseCommand, CommandError, CommandParser

from clinic.accounts.security import end_unlocks, record_security_event
from clinic.identity import address_equals
from clinic.models import SecurityEvent, User


class Command(BaseCommand):
    """Removes the second factor of one person, who sets up a new one at the next sign-in."""

    help = "Remove somebody's second factor; they set up a new one at the next sign-in."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the e-mail address of the person."""
        parser.add_argument("email", help="the address they sign in with")

    def handle(self, *args: Any, **options: Any) -> None:
        """Remove it, and tell them. Raises CommandError for an address that nobody signs in with."""
        user = User.objects.filter(address_equals(options["email"])).first()
        if user is None:
            raise CommandError("Nobody signs in with that address.")
        if Authenticator.objects.filter(user=user).delete()[0]:
            end_unlocks(user)
            record_security_event(user, SecurityEvent.Kind.FACTOR_OFF, request=None)
        self.stdout.write("Removed.")
