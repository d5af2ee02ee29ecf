"""Files that are perhaps of one person, and are not."""

from collections.abc import Iterable

from django.db import transaction

from clients.models import Client
from clients.record.access_log import note_access
from clinic.models import AccessEvent, User


def mark_not_duplicates(client: Client, others: Iterable[Client], *, by: User) -> None:
    """Note for good that a client is none of these others, in both files. Doing it twice changes nothing more."""
    with transaction.atomic():
        for other in others:
            if other.pk == client.pk:
                continue
            client.not_duplicates.add(other)
            for each in (client, other):
                note_access(each, noun="client", action=AccessEvent.Action.CHANGE, user=by)
