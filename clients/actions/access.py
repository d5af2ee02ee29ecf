"""The access log of health data: the one thing that reading a page may write."""

from clients.models import Client
from clinic.models import AccessEvent, User

BY_LINK = "client by link"


def note_access(
    client: Client, *, noun: str, action: AccessEvent.Action, user: User | None = None, actor: str = BY_LINK
) -> None:
    """Add one row: who did what to which kind of record of this client; never its content."""
    AccessEvent.objects.create(
        user=user, actor="staff" if user else actor, action=action, noun=noun, client=client.public_id
    )
