"""What an owner does with webhooks, and what is forgotten by itself."""

import datetime as dt
import uuid
from collections.abc import Collection

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from booking.reminders.staff_notices import Notice, mail_staff, unsent_keys
from booking.webhooks import claims
from booking.webhooks.events import wake_sender, write_test_event
from booking.webhooks.models import DeliveryState, WebhookDelivery, WebhookEndpoint
from booking.webhooks.sender import deliver
from clinic.models import Practice, User

KEPT_FOR = dt.timedelta(days=30)


def add_endpoint(*, url: str, events: Collection[str], by: User) -> tuple[WebhookEndpoint, str]:
    """Add an address; return its row and its secret, which is shown once."""
    row = WebhookEndpoint(url=url, events=list(events), created_by=by)
    secret = row.new_secret()
    row.save(force_insert=True)
    return row, secret


def rotate_secret(endpoint: WebhookEndpoint) -> str:
    """Make a new secret and return it; for a day the old one signs beside it."""
    with transaction.atomic():
        row = WebhookEndpoint.objects.select_for_update(no_key=True).get(pk=endpoint.pk)
        secret = row.new_secret()
        row.save(update_fields=["sealed", "secret_changed_at"])
    return secret


def switch_endpoint(endpoint: WebhookEndpoint, *, on: bool) -> None:
    """Pause an address, or go on with it: what waits goes at once. While it is paused nothing new is noted for it."""
    WebhookEndpoint.objects.kept().filter(pk=endpoint.pk).update(
        active=on, stopped_because="", stopped_at=None, failures=0, failing_from=None, rest_until=None
    )
    if on:
        waiting = endpoint.deliveries.filter(state=DeliveryState.RETRYING)
        waiting.update(next_try_at=timezone.now())
        transaction.on_commit(wake_sender)


def remove_endpoint(endpoint: WebhookEndpoint) -> None:
    """Forget an address and its secret, and withdraw what waits for it. Its row stays, empty: a booking at the same
    moment may be writing for it."""
    with transaction.atomic():
        WebhookEndpoint.objects.filter(pk=endpoint.pk).update(
            removed_at=timezone.now(), active=False, url="", sealed=b"", events=[]
        )
        WebhookDelivery.objects.filter(endpoint=endpoint).withdraw(why=_("The webhook was removed."))


def send_test_event(endpoint: WebhookEndpoint) -> WebhookDelivery:
    """Send an event that tells of nobody, now, and return its row with the answer. It waits for nothing before it."""
    row, token = write_test_event(endpoint), uuid.uuid4()
    WebhookDelivery.objects.filter(pk=row.pk).update(
        state=DeliveryState.SENDING, lease=token, lease_until=timezone.now() + claims.DELIVERY_LEASE
    )
    deliver(claims.DeliveryClaim(row, token))
    row.refresh_from_db()
    if row.state == DeliveryState.RETRYING:  # who tests looks at the answer, and tests again
        WebhookDelivery.objects.filter(pk=row.pk).update(state=DeliveryState.FAILED, settled_at=timezone.now())
        row.refresh_from_db()
    return row


def send_again(delivery: WebhookDelivery) -> WebhookDelivery:
    """Send an event that ended once more: a new row with the same event."""
    copy = WebhookDelivery.objects.create(
        endpoint=delivery.endpoint,
        event_id=delivery.event_id,
        event=delivery.event,
        appointment=delivery.appointment,
        body=delivery.body,
        resend_of=delivery,
    )
    transaction.on_commit(wake_sender)
    return copy


def stop_hopeless_endpoints(practice: Practice) -> int:
    """Stop addresses that have taken nothing for three days, and mail the practice once of each that was stopped by
    itself; return how many mails. Part of each sweep."""
    claims.stop_the_hopeless()
    stopped = {
        notice_key(row): row for row in WebhookEndpoint.objects.kept().filter(active=False, stopped_at__isnull=False)
    }
    notices = [
        Notice(
            key=key,
            subject=_("A webhook was stopped"),
            text=_("Events for %(host)s are sent no more. %(why)s Please look at it in the settings.")
            % {"host": stopped[key].host, "why": stopped[key].stopped_because},
            url_path=reverse("booking:desk-settings-webhook", args=[stopped[key].public_id]),
        )
        for key in sorted(unsent_keys(stopped))
    ]
    return sum(mail_staff(notice, practice) is not None for notice in notices)


def notice_key(row: WebhookEndpoint) -> str:
    """What is said once: that this address was stopped then."""
    return f"webhook:{row.public_id}:{row.stopped_at:%Y%m%d%H%M%S}" if row.stopped_at else ""


def forget_deliveries() -> int:
    """Delete what ended a month ago; return how many."""
    old = WebhookDelivery.objects.filter(settled_at__lt=timezone.now() - KEPT_FOR)
    return old.delete()[0]
