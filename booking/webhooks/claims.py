"""Who may send an event now: a claim with a lease, and what came of it. Every write asks for the lease again.

One event of an address at a time, and those of one appointment in the order in which they happened.
"""

import datetime as dt
import uuid
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Coalesce, Now
from django.utils.translation import gettext as _

from booking.webhooks.models import (
    EVENT_USEFUL_FOR,
    DeliveryState,
    WebhookDelivery,
    WebhookDeliveryQuerySet,
    WebhookEndpoint,
)
from clinic.mail.outcomes import wait_after

# Longer than a request and its answer may take (clinic.outbound.Limits).
DELIVERY_LEASE = dt.timedelta(minutes=2)
# An address that fails is left alone for so many minutes after the first, second ... failure in a row.
REST = (1, 2, 5, 10)


@dataclass(frozen=True)
class DeliveryClaim:
    """A delivery that is ours to send, and the token that proves it."""

    delivery: WebhookDelivery
    token: uuid.UUID


def claim_delivery() -> DeliveryClaim | None:
    """Claim the delivery that has waited longest; None where none is due. Workers never wait for each other here."""
    token = uuid.uuid4()
    with transaction.atomic():
        fail_the_useless()
        due = due_deliveries().select_related("endpoint").order_by("pk")
        found = due.select_for_update(skip_locked=True, of=("self", "endpoint"), no_key=True).first()
        if found is None:
            return None
        WebhookDelivery.objects.filter(pk=found.pk).update(
            state=DeliveryState.SENDING, lease=token, lease_until=Now() + DELIVERY_LEASE
        )
    return DeliveryClaim(found, token)


def due_deliveries() -> WebhookDeliveryQuerySet:
    """What may be claimed: waiting and due, or left behind by a worker whose lease is over."""
    others = WebhookDelivery.objects.pending().filter(endpoint=OuterRef("endpoint"))
    before = others.filter(appointment=OuterRef("appointment"), pk__lt=OuterRef("pk"))
    under_way = others.filter(state=DeliveryState.SENDING, lease_until__gt=Now()).exclude(pk=OuterRef("pk"))
    waiting = Q(state__in=[DeliveryState.WAITING, DeliveryState.RETRYING], next_try_at__lte=Now())
    left_behind = Q(state=DeliveryState.SENDING, lease_until__lte=Now())
    rested = Q(endpoint__rest_until=None) | Q(endpoint__rest_until__lte=Now())
    found = WebhookDelivery.objects.pending().filter(waiting | left_behind, rested, endpoint__active=True)
    return found.filter(~Exists(before), ~Exists(under_way))


def fail_the_useless() -> int:
    """End what could not be delivered for so long that nobody waits for it; a person may send it again."""
    old = WebhookDelivery.objects.pending().filter(created_at__lte=Now() - EVENT_USEFUL_FOR)
    idle = old.exclude(state=DeliveryState.SENDING, lease_until__gt=Now())
    return idle.update(state=DeliveryState.FAILED, lease=None, lease_until=None, settled_at=Now())


def record_delivered(claim: DeliveryClaim, *, status: int, reply: str) -> bool:
    """The program took it. Its address is well again. Says whether the claim was still ours."""
    with transaction.atomic():
        WebhookEndpoint.objects.filter(pk=claim.delivery.endpoint_id).update(
            failures=0, failing_from=None, rest_until=None
        )
        return settle_delivery(claim, state=DeliveryState.DELIVERED, status=status, reply=reply)


def record_refusal(claim: DeliveryClaim, *, status: int | None, reply: str) -> bool:
    """Nobody took it: again after a growing wait, and the address is left alone for a while."""
    wait = wait_after(claim.delivery.attempts + 1)
    with transaction.atomic():
        endpoint = WebhookEndpoint.objects.select_for_update(no_key=True).get(pk=claim.delivery.endpoint_id)
        rest = dt.timedelta(minutes=REST[min(endpoint.failures, len(REST) - 1)])
        WebhookEndpoint.objects.filter(pk=endpoint.pk).update(
            failures=F("failures") + 1, failing_from=Coalesce("failing_from", Now()), rest_until=Now() + rest
        )
        return settle_delivery(
            claim, state=DeliveryState.RETRYING, status=status, reply=reply, next_try_at=Now() + wait
        )


def record_refused(claim: DeliveryClaim, *, status: int | None, reply: str, why: str) -> bool:
    """The address wants nothing any more: this fails, and nothing more is written for it until somebody says so."""
    with transaction.atomic():
        stop_endpoint(claim.delivery.endpoint, why)
        return settle_delivery(claim, state=DeliveryState.FAILED, status=status, reply=reply)


def stop_endpoint(endpoint: WebhookEndpoint, why: str) -> bool:
    """Ask an address no more; say whether it was asked until now."""
    return bool(
        WebhookEndpoint.objects.filter(pk=endpoint.pk, active=True).update(
            active=False, stopped_because=why[:200], stopped_at=Now()
        )
    )


def stop_the_hopeless() -> list[WebhookEndpoint]:
    """Stop the addresses that have taken nothing for three days; return them."""
    hopeless = WebhookEndpoint.objects.kept().filter(active=True, failing_from__lte=Now() - EVENT_USEFUL_FOR)
    return [each for each in hopeless if stop_endpoint(each, _("It took nothing for three days."))]


def settle_delivery(claim: DeliveryClaim, *, state: str, status: int | None, reply: str, **columns: object) -> bool:
    """Record what came of one try, if the delivery is still ours."""
    over = {} if state in WebhookDelivery.PENDING else {"settled_at": Now()}
    mine = WebhookDelivery.objects.filter(pk=claim.delivery.pk, state=DeliveryState.SENDING, lease=claim.token)
    return bool(
        mine.update(
            state=state,
            status=status,
            reply=reply.replace("\0", "")[:300],
            attempts=F("attempts") + 1,
            lease=None,
            lease_until=None,
            **over,
            **columns,
        )
    )
