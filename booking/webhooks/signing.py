"""How a program knows that an event is ours: the headers of Standard Webhooks 1.0 (standardwebhooks.com)."""

import hmac
from base64 import b64decode, b64encode
from collections.abc import Iterable


def signed_headers(body: bytes, *, message: str, timestamp: int, secrets: Iterable[str]) -> dict[str, str]:
    """The three headers of a request: id, seconds since 1970, and a signature by each secret (`whsec_` and base64)."""
    content = f"{message}.{timestamp}.".encode() + body
    return {
        "webhook-id": message,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(f"v1,{signature(content, secret)}" for secret in secrets),
    }


def signature(content: bytes, secret: str) -> str:
    """The HMAC of some content, as base64."""
    key = b64decode(secret.removeprefix("whsec_"))
    return b64encode(hmac.digest(key, content, "sha256")).decode()
