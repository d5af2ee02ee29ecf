"""The copy of a client's record with what `booking` adds: the mails that went to them."""

import uuid

from django.db.models import CharField, F, Q, Value
from django.db.models.functions import StrIndex, Substr
from django.utils.translation import gettext as _

from booking.reminders.kinds.staff import Staff
from clients.models import Client, ClientMerge
from clients.record.export import FILE_NAME, record_of
from clinic.identity import address_equals
from clinic.mail.kinds import secret_codes
from clinic.models import OutgoingMail, Practice, User
from clinic.models.mail import OutgoingMailQuerySet
from clinic.records.record_export import RecordSection, plain_rows

__all__ = ["FILE_NAME", "mails_to", "record_zip"]

# The text says what the HTML says; headers and calendar files hold links, which are keys.
LEFT_OUT_OF_COPY = (
    *("html", "headers", "calendar", "calendar_method", "message_id", "next_try_at"),
    *("address_refused", "resend_of", "settled_at", "acknowledged_at", "acknowledged_by"),
)


def record_zip(client: Client, *, practice: Practice, by: User | None = None) -> bytes:
    """Everything about a client as a ZIP, noted in the access log: by a person of the practice, or the client."""
    rows = mails_to(client).exclude(kind__in=secret_codes()).order_by("created_at", "pk")
    mails = RecordSection("mails", _("Mails to you"), plain_rows(rows, leave_out=LEFT_OUT_OF_COPY))
    return record_of(client, practice=practice, more=[mails], by=by)


def mails_to(client: Client) -> OutgoingMailQuerySet:
    """The mails about this client's appointments and records, whatever name or address they went to at the time; and
    those addressed to them by name, as a family may share an address."""
    owned = (client.appointments, client.waits, client.plans, client.intake_requests)
    ids: list[uuid.UUID] = [key for rows in owned for key in rows.values_list("public_id", flat=True)]
    files = [client, *client.former_files()]
    mine = Q(reminder__appointment__client=client) | (
        Q(about__in=[*(str(file.public_id) for file in files), *map(str, ids)]) & ~Q(kind=Staff.code)
    )
    if client.email:
        mine |= address_equals(client.email, "to_email") & Q(to_name=str(client))
        if not Client.objects.at_mailbox(client.email).exclude(pk=client.pk).exists():
            # Codes name nobody: they are of the mailbox, and go with the last file at it.
            mine |= address_equals(client.email, "to_email") & Q(kind__in=secret_codes())
    for merge in (
        ClientMerge.objects.standing().filter(kept__in=[client, *client.former_files()]).select_related("former")
    ):
        # The file that moved in kept its name; the address it had stands with the merge.
        if former_address := str(merge.former_before["email"]):
            mine |= address_equals(former_address, "to_email") & Q(to_name=str(merge.former))
    found = OutgoingMail.objects.alias(about=MAIL_SUBJECTS).filter(mine)
    return OutgoingMail.objects.filter(Q(pk__in=found.values("pk")) | Q(resend_of__in=found.values("pk")))


# What is said once says of what, in its key: “waitlist:” and the id of the entry.
MAIL_SUBJECTS = Substr(F("dedupe_key"), StrIndex(F("dedupe_key"), Value(":")) + 1, 36, output_field=CharField())
