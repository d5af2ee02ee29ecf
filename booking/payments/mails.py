"""The mail about a receipt: where it is read and printed. No word of what was done for whom (I10)."""

import datetime as dt
from collections.abc import Collection, Mapping
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from booking.errors import NotPossible
from booking.models import Receipt
from booking.reminders.kind import Recipient, Topic
from booking.reminders.standalone import LinkKind, queue_message
from clinic.mail.kinds import register_kind
from clinic.models import LinkPurpose, OutgoingMail, Practice
from clinic.operations.worker_signals import wake_worker
from clinic.web.links import mint_link

# Insurers are slow; after that the client signs in by a code.
RECEIPT_OPEN_FOR = dt.timedelta(days=90)


@register_kind
class ReceiptReady(LinkKind):
    """A topic is the id of the receipt."""

    code, label = "receipt", gettext_lazy("receipt")
    button_label = gettext_lazy("See your receipt")

    def sample_url(self) -> str:
        """Of a receipt that is none."""
        return receipt_url("sample", UUID(int=0))

    def recipients(self, topics: Collection[Topic]) -> Mapping[Topic, Recipient]:
        """Of receipts that were not cancelled."""
        ids = {topic[0] for topic in topics}
        rows = Receipt.objects.standing().filter(public_id__in=ids, appointment__client__erased_at=None)
        return {
            (str(row.public_id),): Recipient(row.appointment.client)
            for row in rows.select_related("appointment__client")
        }


def receipt_url(key: str, public_id: UUID) -> str:
    """The full address of a receipt, for whoever has the link of its appointment."""
    return f"{settings.SITE_URL}{reverse('booking:appointment-receipt', args=[key, public_id])}"


def mail_key(receipt: Receipt) -> str:
    """What the mail is about, so that a receipt is mailed once; again is for the page of messages."""
    return f"receipt:{receipt.public_id}"


def mail_of_receipt(receipt: Receipt) -> OutgoingMail | None:
    """The mail about a receipt, if one was written."""
    return OutgoingMail.objects.filter(dedupe_key=mail_key(receipt)).first()


@transaction.atomic
def mail_receipt(receipt: Receipt, practice: Practice) -> OutgoingMail:
    """Queue the mail with a link of its own; a second time returns the first. Raises NotPossible."""
    client = receipt.appointment.client
    if not client.email or client.erased_at is not None:
        raise NotPossible(_("There is no e-mail address on file. Please print the receipt."))
    if receipt.cancels_id is not None or receipt.is_cancelled:
        raise NotPossible(_("This receipt was cancelled, so it is not mailed."))
    if before := mail_of_receipt(receipt):
        return before
    token = mint_link(
        purpose=LinkPurpose.APPOINTMENT, subject=receipt.appointment.public_id, lasts=RECEIPT_OPEN_FOR, by_mail=True
    )
    message = ReceiptReady.message(practice, first_name=client.called, url=receipt_url(token, receipt.public_id))
    transaction.on_commit(wake_worker)
    return queue_message(ReceiptReady.code, message, client=client, dedupe_key=mail_key(receipt))
