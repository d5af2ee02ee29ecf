"""The second factor: secrets that a copy of the database does not open, and codes that work once.

TOTP as RFC 6238 has it: SHA-1, six digits, steps of 30 seconds. The code of the step before and after is right too, as
phones are slow and clocks are off; a step that was used, and every one before it, is over (RFC 6238, 5.2).
"""

import base64
import hmac
import struct
import time

from allauth.account.adapter import get_adapter as get_account_adapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.db import transaction
from django.utils.translation import gettext as _

from clinic.accounts.devices import browser_description
from clinic.models import Practice, User
from clinic.records.sealed import seal_text, unseal_text

SEAL_PURPOSE = "second factor"
STEP, DIGITS, TOLERANCE = 30, 6, 1
LAST_STEP = "last_step"


class FactorAdapter(DefaultMFAAdapter):  # type: ignore[misc] # allauth ships no types
    """allauth's rules for second factors, with the secrets sealed."""

    def encrypt(self, text: str) -> str:
        """What is stored of a secret or seed."""
        return seal_text(text, purpose=SEAL_PURPOSE)

    def generate_authenticator_name(self, user: User, type: Authenticator.Type) -> str:  # noqa: A002 - allauth's name
        """What a new passkey is called until its owner says: after the browser that it is made in."""
        request = get_account_adapter().request
        return (browser_description(request) if request else "") or str(_("Passkey"))

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """The site as the device shows it: under the practice's name."""
        return {**super().get_public_key_credential_rp_entity(), "name": Practice.current().name}

    def decrypt(self, encrypted_text: str) -> str:
        """The secret again. Raises Unreadable where its key is gone."""
        return unseal_text(encrypted_text, purpose=SEAL_PURPOSE)


def totp(secret: str, step: int) -> str:
    """The six digits of a step, counted from 1970, for a secret in base 32."""
    mac = hmac.digest(base64.b32decode(secret, casefold=True), struct.pack(">Q", step), "sha1")
    offset = mac[-1] & 0x0F
    number = struct.unpack(">I", mac[offset : offset + 4])[0] & 0x7FFFFFFF
    return f"{number % 10**DIGITS:0{DIGITS}}"


def step_now() -> int:
    """The step that it is."""
    return int(time.time()) // STEP


def step_of(secret: str, digits: str) -> int | None:
    """The step, near enough to now, whose code these digits are."""
    now = step_now()
    steps = range(now - TOLERANCE, now + TOLERANCE + 1)
    return next((step for step in steps if hmac.compare_digest(totp(secret, step), digits)), None)


@transaction.atomic
def use_second_factor(user: User, digits: str) -> Authenticator | None:
    """Use a code of this person's app, or one of their recovery codes; return the factor it belongs to, or None.

    Each works once, whoever is first: the factor's row is locked. Raises Unreadable where the secret's key is gone.
    """
    factors = Authenticator.objects.select_for_update().filter(user=user).order_by("pk")
    for factor in factors:
        if factor.type == Authenticator.Type.TOTP and use_totp_step(factor, digits):
            return factor
        if factor.type == Authenticator.Type.RECOVERY_CODES and factor.wrap().validate_code(digits):
            return factor
    return None


def use_totp_step(factor: Authenticator, digits: str) -> bool:
    """Whether these digits are a code of this app that was not used yet; then it is used."""
    step = step_of(unseal_text(factor.data["secret"], purpose=SEAL_PURPOSE), digits)
    if step is None or step <= factor.data.get(LAST_STEP, -1):
        return False
    factor.data[LAST_STEP] = step
    factor.save(update_fields=["data"])
    return True
