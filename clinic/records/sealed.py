"""Texts and files that a copy of the database alone does not open: AES-256-GCM under a key that stands in the settings.

The key is derived from SECRETS_KEY, or from SECRET_KEY where that is not set. What was sealed under an earlier key is
read as long as that key stands among the fallbacks; `manage.py reseal` writes it anew.
"""

import hmac
import os
from base64 import urlsafe_b64decode, urlsafe_b64encode

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

SEALED_PREFIX = "sealed1."
NONCE_BYTES = 12


class SealedUnreadable(Exception):  # noqa: N818 - it is an answer, not a fault
    """What was sealed under a key that this installation does not have."""


def sealing_keys() -> list[bytes]:
    """The keys that open, the one that seals first; 32 bytes each."""
    named = [settings.SECRETS_KEY, *settings.SECRETS_KEY_FALLBACKS, settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return [hmac.digest(key.encode(), b"warmstone sealed text", "sha256") for key in dict.fromkeys(filter(None, named))]


def seal_bytes(plain: bytes, *, purpose: str) -> bytes:
    """Encrypt bytes for one purpose; they open for no other."""
    nonce = os.urandom(NONCE_BYTES)
    return nonce + AESGCM(sealing_keys()[0]).encrypt(nonce, plain, purpose.encode())


def unseal_bytes(sealed: bytes, *, purpose: str) -> bytes:
    """The bytes that were sealed for this purpose. Raises SealedUnreadable where no key of ours opens them, or they
    were changed."""
    for key in sealing_keys():
        try:
            return AESGCM(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], purpose.encode())
        except (InvalidTag, ValueError):
            continue
    raise SealedUnreadable


def seal_text(text: str, *, purpose: str) -> str:
    """Encrypt a text for one purpose; it opens for no other."""
    return SEALED_PREFIX + urlsafe_b64encode(seal_bytes(text.encode(), purpose=purpose)).decode()


def unseal_text(sealed: str, *, purpose: str) -> str:
    """The text that was sealed for this purpose.

    Raises SealedUnreadable where no key of ours opens it, or it was changed.
    """
    if not is_sealed(sealed):
        raise SealedUnreadable
    try:
        raw = urlsafe_b64decode(sealed.removeprefix(SEALED_PREFIX))
    except ValueError as error:
        raise SealedUnreadable from error
    return unseal_bytes(raw, purpose=purpose).decode()


def is_sealed(text: str) -> bool:
    """Whether a text has this form."""
    return text.startswith(SEALED_PREFIX)
