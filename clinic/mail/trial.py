"""A test mail: a row like any other, sent at once by the sender's own way, and what came of it in plain words."""

import contextlib
import datetime as dt
import uuid
from collections import deque

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from clinic.mail import delivery_status, ledger
from clinic.mail.claims import take_lease
from clinic.mail.diagnosis import Diagnosis, diagnose
from clinic.mail.kinds import TEST
from clinic.mail.message import envelope_sender
from clinic.mail.rendering import rendered_mail
from clinic.mail.sender import SendBatch
from clinic.mail.server import mail_server
from clinic.mail.smtp import SmtpTransport
from clinic.models import OutgoingMail, Practice

# Somebody waits for the answer. Each word of the server may take this long.
PATIENCE_SECONDS = 8.0
# No worker takes it up meanwhile, and none repeats it later.
LATER = dt.timedelta(days=1)


def send_test_mail(to: str, *, practice: Practice) -> Diagnosis:
    """Send one mail to an address now, past the queue, and say how it went. It is never tried again.

    A yes lets mails go that wait for a repair. Needs EMAIL_URL; call it outside of transactions.
    """
    if delivery_status.held_status() is not None:
        return Diagnosis(False, _("All mail is held after a restore."), _("Let it go first, under Data."))
    server = mail_server(settings.EMAIL_URL)
    mail, token = write_test_mail(to, practice), uuid.uuid4()
    with transaction.atomic():
        take_lease([mail], token)
    transport = SmtpTransport(server, host_name=ledger.site_host(), timeout=PATIENCE_SECONDS)
    with contextlib.closing(transport):
        failure = SendBatch(token, transport, practice, deque()).deliver(mail)
    if failure is None:
        delivery_status.resume_mail()
        mail.refresh_from_db()
        said = delivery_status.without_accounts(mail.reply)
        return Diagnosis(True, _("The mail server took the mail."), _("It should be in the mailbox now."), said)
    found = diagnose(failure, server, envelope_sender())
    ledger.withdraw_mails(OutgoingMail.objects.filter(pk=mail.pk), why=found.what)
    return found


def write_test_mail(to: str, practice: Practice) -> OutgoingMail:
    """The row, which no worker takes up by itself."""
    now = timezone.now()
    context = {"practice": practice, "when": timezone.localtime(now, practice.zone)}
    return ledger.queue_mail(
        kind=TEST, to=to, **rendered_mail(TEST, context), next_try_at=now + LATER, not_after=now + LATER
    )
