"""Sending what is due: claim, commit, talk to the program with no transaction open, record the answer."""

import hmac
import logging
import time
from base64 import b64decode, b64encode
from collections.abc import Iterable
from http import HTTPStatus

from django.utils import timezone
from django.utils.translation import gettext as _

from booking.webhooks import claims
from booking.webhooks.events import message_id
from booking.webhooks.models import WebhookDelivery
from clinic.mail import delivery_status
from clinic.outbound import Answer, Limits, OutboundError, fetch
from clinic.records.sealed import SealedUnreadable


def signed_headers(body: bytes, *, message: str, timestamp: int, secrets: Iterable[str]) -> dict[str, str]:
    """The three headers of a request: id, seconds since 1970, and a signature by each secret (`whsec_` and base64)."""
    content = f"{message}.{timestamp}.".encode() + body
    keys = [b64decode(secret.removeprefix("whsec_")) for secret in secrets]
    signatures = [b64encode(hmac.digest(key, content, "sha256")).decode() for key in keys]
    return {
        "webhook-id": message,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(f"v1,{each}" for each in signatures),
    }


logger = logging.getLogger(__name__)

# A round ends soon, so that mails and reminders never wait long for a worker.
LONGEST_ROUND_SECONDS = 60
LIMITS = Limits(connect=5, total=10, most_bytes=2048, cut=True)


def send_due_webhooks(limit: int = 1000) -> int:
    """Send up to `limit` events that are due, beside any others that do; return how many were taken.

    Nothing goes while mail is held after a restore: what the backup was about to tell may have been told already.
    """
    ends_at, taken = time.monotonic() + LONGEST_ROUND_SECONDS, 0
    for _number in range(limit):
        if time.monotonic() > ends_at or delivery_status.held_status() is not None:
            break
        claim = claims.claim_delivery()
        if claim is None:
            break
        taken += deliver(claim)
    return taken


def deliver(claim: claims.DeliveryClaim) -> bool:
    """Send one event and record what came of it; say whether it was taken."""
    delivery = claim.delivery
    try:
        answer = post(delivery)
    except OutboundError as error:
        claims.record_refusal(claim, status=None, reply=error.message)
        return False
    except SealedUnreadable:
        why = _("Its secret was sealed under a key that is not set (SECRETS_KEY).")
        claims.record_refused(claim, status=None, reply=why, why=why)
        return False
    except Exception as error:
        logger.exception("Webhook delivery %s cannot be sent.", delivery.pk)
        claims.record_refusal(claim, status=None, reply=type(error).__name__)
        return False
    reply = answer.body.decode("utf-8", "replace")
    if 200 <= answer.status < 300:
        return claims.record_delivered(claim, status=answer.status, reply=reply)
    if answer.status == HTTPStatus.GONE:
        why = _("It answered 410: gone for good.")
        claims.record_refused(claim, status=answer.status, reply=reply, why=why)
    else:
        claims.record_refusal(claim, status=answer.status, reply=reply)
    return False


def post(delivery: WebhookDelivery) -> Answer:
    """One signed request. No redirect is followed. Raises OutboundError and SealedUnreadable."""
    body = delivery.body.encode()
    headers = signed_headers(
        body,
        message=message_id(delivery.event_id),
        timestamp=int(timezone.now().timestamp()),
        secrets=delivery.endpoint.valid_secrets(),
    )
    return fetch(
        delivery.endpoint.url,
        method="POST",
        headers={**headers, "Content-Type": "application/json"},
        body=body,
        limits=LIMITS,
    )
