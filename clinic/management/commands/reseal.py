"""After a change of the key: write what is sealed anew under the new one, so that the old one can go."""

from typing import Any

from allauth.mfa.models import Authenticator
from django.apps import apps
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from clinic.accounts.factor import SEAL_PURPOSE
from clinic.models import SealedRow
from clinic.records.sealed import SealedUnreadable, seal_text, unseal_text


class Command(BaseCommand):
    """Reads each secret of a second factor by the key it was sealed with, and seals it under the one set now."""

    help = "Write the secrets of second factors and the files of records anew under the key that is set now."

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
        count = len(factors) + sum(map(reseal_rows, sealed_models()))
        self.stdout.write(f"Sealed anew: {count}.")


def sealed_models() -> list[type[SealedRow]]:
    """Every table of sealed rows, of whatever app."""
    return [model for model in apps.get_models() if issubclass(model, SealedRow)]


def reseal_rows(model: type[SealedRow]) -> int:
    """Seal every row of a table anew; return how many. Raises CommandError for one that does not open."""
    keys = list(model._default_manager.order_by("pk").values_list("pk", flat=True))
    for key in keys:
        row = model._default_manager.select_for_update().get(pk=key)
        try:
            row.seal(row.unsealed())
        except SealedUnreadable as error:
            raise CommandError(
                f"{row._meta.verbose_name} {row.public_id} was sealed under a key that is not set. Add that key to "
                "SECRETS_KEY_FALLBACKS."
            ) from error
        row.save(update_fields=["sealed"])
    return len(keys)
