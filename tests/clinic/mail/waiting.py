"""Mails that wait to be sent."""

import datetime as dt

from django.utils import timezone

from clinic.mail import ledger
from clinic.models import OutgoingMail


def queue(count: int = 1, *, not_after: dt.datetime | None = None) -> list[OutgoingMail]:
    """Some mails that are due, in order."""
    return [
        ledger.queue_mail(
            kind="staff",
            to=f"person{number}@example.org",
            subject=f"Notice {number}",
            text=".A line that begins with a dot.\n",
            not_after=not_after,
        )
        for number in range(count)
    ]


def due_now() -> None:
    """Pretend that all waits and leases are over."""
    OutgoingMail.objects.update(next_try_at=timezone.now() - dt.timedelta(seconds=5))
    OutgoingMail.objects.exclude(lease=None).update(lease_until=timezone.now() - dt.timedelta(seconds=1))


def states() -> list[str]:
    """The states of all mails, in the order written."""
    return list(OutgoingMail.objects.order_by("pk").values_list("state", flat=True))
