"""Mailing a client the link to their intake, because they asked for it on the page of their visit."""

import uuid
from dataclasses import replace

from django.db import transaction
from django.utils.translation import gettext as _

from booking.errors import NotPossible
from booking.messages import compose
from booking.messages.facts import gather
from booking.models import Appointment
from clients.models import IntakeRequest
from clinic.mail.ledger import write
from clinic.models import ClientLink, MailKind, OutgoingMail, Practice
from clinic.worker_signals import wake_worker


def mail_intake_link(appointment: Appointment, asked: IntakeRequest) -> OutgoingMail:
    """Queue a mail with a new link to the intake, useful until the visit begins.

    It goes to the address on file only, so whoever holds the visit's link learns no health answer by it (I10). Raises
    NotPossible where there is no address.
    """
    client = appointment.client
    if not client.email:
        raise NotPossible(_("We have no e-mail address of yours. Please call us."))
    facts = gather([appointment], Practice.current())[appointment.pk]
    links: list[ClientLink] = []
    message = compose(MailKind.INTAKE_MISSING, replace(facts, intake=asked.public_id), links)
    with transaction.atomic():
        ClientLink.objects.bulk_create(links)
        mail = write(
            kind=MailKind.INTAKE_MISSING,
            to=client.email,
            name=str(client),
            subject=message.subject,
            text=message.text,
            html=message.html,
            not_after=appointment.starts_at,
            dedupe_key=f"intake:{asked.public_id}:{uuid.uuid4().hex}",
        )
        transaction.on_commit(wake_worker)
    return mail
