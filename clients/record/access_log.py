"""The access log of health data: the one thing that reading a page may write."""

from django.db.models import QuerySet

from clients.models import Client
from clinic.models import AccessEvent, User

CLIENT_BY_LINK = "client by link"


def access_events_of(client: Client) -> QuerySet[AccessEvent]:
    """What was done with this client's record, former files that were merged into it included."""
    ids = [client.public_id, *(former.public_id for former in client.former_files())]
    return AccessEvent.objects.filter(client__in=ids)


def note_access(
    client: Client, *, noun: str, action: AccessEvent.Action, user: User | None = None, actor: str = CLIENT_BY_LINK
) -> None:
    """Add one row: who did what to which kind of record of this client; never its content."""
    AccessEvent.objects.create(
        user=user, actor="staff" if user else actor, action=action, noun=noun, client=client.public_id
    )
