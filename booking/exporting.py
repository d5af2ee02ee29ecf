"""The copy of a client's record with what this floor adds: the mails that went to them."""

from django.db.models import Q
from django.utils.translation import gettext as _

from clients.actions.exporting import BY_CLIENT, FILE_NAME, export_of
from clients.models import Client
from clinic.dossier import Section, plain_rows
from clinic.mail.ledger import SECRET_KINDS
from clinic.mailboxes import at
from clinic.models import OutgoingMail, User
from clinic.models.mail import OutgoingMailQuerySet

__all__ = ["FILE_NAME", "mails_to", "zip_of"]

# The text says what the HTML says; headers and calendar files hold links, which are keys.
NOT_TOLD = (
    "html",
    "headers",
    "calendar",
    "calendar_method",
    "message_id",
    "next_try_at",
    "address_refused",
    "again_of",
)


def zip_of(client: Client, *, by: User | None = None, actor: str = BY_CLIENT) -> bytes:
    """Everything held about a client as a ZIP, for `FILE_NAME`; noted in the access log.

    `by` is who of the practice asked for it; without, it was the client.
    """
    rows = mails_to(client).exclude(kind__in=SECRET_KINDS).order_by("created_at", "pk")
    mails = Section("mails", _("Mails to you"), plain_rows(rows, leave_out=NOT_TOLD))
    return export_of(client, more=[mails], by=by, actor=actor)


def mails_to(client: Client) -> OutgoingMailQuerySet:
    """The mails about this client's visits, and those addressed to them by name: a family may share an address."""
    mine = Q(reminder__appointment__client=client)
    if client.email:
        mine |= at(client.email, "to_email") & Q(to_name=str(client))
        if not Client.objects.at_mailbox(client.email).exclude(pk=client.pk).exists():
            # Codes name nobody: they are of the mailbox, and go with the last file at it.
            mine |= at(client.email, "to_email") & Q(kind__in=SECRET_KINDS)
    return OutgoingMail.objects.filter(pk__in=OutgoingMail.objects.filter(mine).values("pk"))
