"""Mailing a client the link to their intake, because they asked for it on the page of their visit."""

from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _

from booking.errors import NotPossible
from booking.models import Appointment
from clients.models import IntakeRequest
from clinic.links import address, mint
from clinic.mail.ledger import write
from clinic.models import LinkPurpose, MailKind, OutgoingMail, Practice
from clinic.nudges import look_now


def mail_intake_link(appointment: Appointment, asked: IntakeRequest) -> OutgoingMail:
    """Queue a mail with a new link to the intake, useful until the visit begins.

    It goes to the address on file only, so whoever holds the visit's link learns no health answer by it (I10). Raises
    NotPossible where there is no address.
    """
    client = appointment.client
    if not client.email:
        raise NotPossible(_("We have no e-mail address of yours. Please call us."))
    lasts = appointment.ends_at - timezone.now()
    token = mint(purpose=LinkPurpose.INTAKE, subject=asked.public_id, lasts=lasts, by_mail=True)
    context = {
        "practice": Practice.current(),
        "client": client,
        "subject": _("A few questions before your appointment"),
        "button_url": address("clients:intake", token),
        "button_label": _("Fill in the intake"),
    }
    with transaction.atomic():
        mail = write(
            kind=MailKind.INTAKE_MISSING,
            to=client.email,
            name=str(client),
            subject=_("A few questions before your appointment"),
            text=render_to_string("emails/intake_link.txt", context),
            html=render_to_string("emails/intake_link.html", context),
            not_after=appointment.starts_at,
        )
        transaction.on_commit(look_now)
    return mail
