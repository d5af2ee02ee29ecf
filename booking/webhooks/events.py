"""What programs are told of a change: rows in the transaction of the change, so that none is told of one that is rolled
back, and none vanishes."""

import datetime as dt
import json
import uuid
from typing import Any

from django.db import transaction
from django.utils import timezone

from booking.models import Appointment, AppointmentChange, Status
from booking.webhooks.models import WebhookDelivery, WebhookEndpoint, WebhookEvent
from clinic.models import Practice
from clinic.operations.worker_signals import wake_worker

# Rises when something that a program reads is taken away or means something else; what is added does not raise it.
API_VERSION = "1"
TEST_EVENT = "test"
SEND_TASK = "booking.tasks.send_webhooks"

What = AppointmentChange.What
BY_CHANGE = {
    What.BOOKED: WebhookEvent.BOOKED,
    What.MOVED: WebhookEvent.MOVED,
    What.SERVICE: WebhookEvent.MOVED,
    What.ROOM: WebhookEvent.MOVED,
}
BY_STATUS = {
    Status.CONFIRMED: WebhookEvent.CONFIRMED,
    Status.CANCELLED: WebhookEvent.CANCELLED,
    Status.COMPLETED: WebhookEvent.COMPLETED,
    Status.NO_SHOW: WebhookEvent.NO_SHOW,
}


def event_of(change: AppointmentChange) -> WebhookEvent | None:
    """The event that a line of the history is; None for what programs are not told.

    A time that is only offered from the waitlist is nobody's: accepted it is booked, withdrawn it never was.
    """
    if change.what != What.STATUS:
        return BY_CHANGE.get(What(change.what))
    if change.before == Status.OFFERED:
        return WebhookEvent.BOOKED if change.after in {Status.CONFIRMED, Status.REQUESTED} else None
    return BY_STATUS.get(Status(change.after))


def announce_change(appointment: Appointment, change: AppointmentChange) -> int:
    """Write what programs are to be told of a change, in its transaction; return how many rows.

    At once, also of what the desk may still undo: whoever mirrors the calendar must know that a time is taken. An undo
    is a change of its own and is told like one (decision 28).
    """
    event = event_of(change)
    if event is None or appointment.status == Status.OFFERED:
        return 0
    endpoints = list(WebhookEndpoint.objects.listening(event).order_by("pk"))
    if not endpoints:
        return 0
    event_id = uuid.uuid4()
    data = event_data(appointment, Practice.current())
    body = event_body(event, event_id=event_id, at=change.at, data=data)
    rows = [
        WebhookDelivery(endpoint=each, event_id=event_id, event=event, appointment=appointment, body=body)
        for each in endpoints
    ]
    WebhookDelivery.objects.bulk_create(rows)
    transaction.on_commit(wake_sender)
    return len(rows)


def wake_sender() -> None:
    """Ask a worker to send now; without, the next minute's round does."""
    wake_worker(SEND_TASK)


def event_data(appointment: Appointment, practice: Practice) -> dict[str, Any]:
    """An appointment as programs are told of it: times, ids and what is sold. No reason, note or technique (I10)."""
    room = appointment.room
    return {
        "appointment": {
            "id": str(appointment.public_id),
            "revision": appointment.revision,
            "status": appointment.status,
            "start": appointment.starts_at.astimezone(practice.zone).isoformat(),
            "end": appointment.ends_at.astimezone(practice.zone).isoformat(),
            "start_utc": utc(appointment.starts_at),
            "end_utc": utc(appointment.ends_at),
            "time_zone": practice.time_zone,
            "service": appointment.service.slug,
            "add_ons": [part.add_on.slug for part in appointment.added],
            "minutes": appointment.minutes,
            "therapist": {"id": str(appointment.therapist.public_id)},
            "room": room.name if room else None,
            "via": appointment.via,
        },
        "client": {"id": str(appointment.client.public_id)},
    }


def event_body(event: str, *, event_id: uuid.UUID, at: dt.datetime, data: dict[str, Any]) -> str:
    """The JSON of an event, as it is signed and sent: `type`, `timestamp` and `data` as Standard Webhooks has them."""
    said = {"id": message_id(event_id), "type": event, "timestamp": utc(at)}
    document = {**said, "api_version": API_VERSION, "data": data}
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"))


def message_id(event_id: uuid.UUID) -> str:
    """The id of an event as programs see it."""
    return f"evt_{event_id.hex}"


def utc(moment: dt.datetime) -> str:
    """An instant in UTC, as 2026-11-27T08:00:00Z."""
    return moment.astimezone(dt.UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def write_test_event(endpoint: WebhookEndpoint) -> WebhookDelivery:
    """A row that tells an address that it is one, and of nobody."""
    event_id, now = uuid.uuid4(), timezone.now()
    body = event_body(TEST_EVENT, event_id=event_id, at=now, data={})
    return WebhookDelivery.objects.create(endpoint=endpoint, event_id=event_id, event=TEST_EVENT, body=body)
