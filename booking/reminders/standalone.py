"""Mails without a reminder: written at once by whoever has something to say."""

import datetime as dt
from collections.abc import Collection, Iterable, Sequence

from django.utils import timezone

from booking.models import Appointment
from booking.reminders.kind import Reader
from booking.reminders.message import Message
from clinic.mail import ledger
from clinic.mail.kinds import MailKind
from clinic.models import ClientLink, OutgoingMail


def queue(
    kind: MailKind,
    message: Message,
    *,
    to: str,
    name: str = "",
    links: Iterable[ClientLink] = (),
    not_before: dt.datetime | None = None,
    not_after: dt.datetime | None = None,
    dedupe_key: str = "",
) -> OutgoingMail:
    """Queue a message with the links in it and return its row; it goes after `not_before` (now).

    With `dedupe_key` the first mail of that key is the only one: later calls return it. What a mail is about, and so
    whether it is still true (WordedKind.readers), stands in its key, `<word>:<id>…`. Call it in a transaction where
    there are links.
    """
    ClientLink.objects.bulk_create(links)
    return ledger.queue_mail(
        kind=kind.code,
        to=to,
        name=name,
        next_try_at=not_before,
        not_after=not_after,
        dedupe_key=dedupe_key,
        **message.columns,
    )


def of_appointments(ids: Collection[str], *, statuses: Sequence[str]) -> dict[str, Reader]:
    """The clients of those appointments ahead that stand so, by the public id of the appointment."""
    rows = Appointment.objects.filter(public_id__in=ids, status__in=statuses, starts_at__gt=timezone.now())
    return {str(row.public_id): Reader(row.client, row.starts_at) for row in rows.select_related("client")}
