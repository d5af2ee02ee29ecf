"""After a change of the key: write what is sealed anew under the new one, so that the old one can go."""

from typing import Any

from allauth.mfa.models import Authenticator
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from clinic.accounts.factor import SEAL_PURPOSE
from clinic.records.sealed import SealedUnreadable, seal_text, unseal_text


class Command(BaseCommand):
    """Reads each secret of a second factor by the key it was sealed with, and seals it under the one set now."""

    help = "Write the secrets of second factors anew under the key that is set now."

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        """All, or none where one cannot be read. Raises CommandError that names whose."""
        factors = Authenticator.objects.select_for_update().select_related("user").order_by("pk")
        for factor in factors:
            try:
                for name in {"secret", "seed"} & set(factor.data):
                    factor.data[name] = seal_text(
                        unseal_text(factor.data[name], purpose=SEAL_PURPOSE), purpose=SEAL_PURPOSE
                    )
            except SealedUnreadable as error:
                raise CommandError(
                    f"The second factor of {factor.user.email} was sealed under a key that is not set. Add that key to "
                    f"SECRETS_KEY_FALLBACKS, or run: manage.py remove_second_factor {factor.user.email}"
                ) from error
            factor.save(update_fields=["data"])
        self.stdout.write(f"Sealed anew: {len(factors)}.")
