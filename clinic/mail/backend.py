"""Django's way of sending mail, led into the ledger: codes and password resets are accounted for like the rest."""

import datetime as dt
from collections.abc import Sequence

from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.utils import timezone

from clinic.mail import ledger
from clinic.mail.kinds import SIGN_IN
from clinic.operations.worker_signals import wake_worker

# A code lives a quarter of an hour; grey-listing may eat some of it, a reset link lives longer.
SIGN_IN_USEFUL_FOR = dt.timedelta(hours=1)


class LedgerBackend(BaseEmailBackend):
    """Writes a row for each recipient instead of sending."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Queue every message, all or none; return how many messages were queued. Raises BadHeaderError."""
        queued = 0
        with transaction.atomic():
            for message in email_messages:
                recipients = message.recipients()
                for address in recipients:
                    queue_django_message(message, address)
                queued += bool(recipients)
        if queued:
            transaction.on_commit(lambda: wake_worker("clinic.tasks.send_mail"))
        return queued


def queue_django_message(message: EmailMessage, address: str) -> None:
    """One row for one recipient of a Django message; attachments are not something that Warmstone sends this way."""
    alternatives = message.alternatives if isinstance(message, EmailMultiAlternatives) else []
    pages = [str(part[0]) for part in alternatives if part[1] == "text/html"]
    html_body = message.content_subtype == "html"
    ledger.queue_mail(
        kind=SIGN_IN,
        to=address,
        subject=str(message.subject),
        text=str(message.body),
        html=str(message.body) if html_body else next(iter(pages), ""),
        not_after=timezone.now() + SIGN_IN_USEFUL_FOR,
    )
