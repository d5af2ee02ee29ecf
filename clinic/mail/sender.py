"""Sending what is due: claim, commit, talk to the mail server with no transaction open, record the answer."""

import contextlib
import logging
import time
from collections import deque
from dataclasses import dataclass
from uuid import UUID

from django import db
from django.conf import settings

from clinic.identity import envelope_address
from clinic.mail import claims, delivery_status
from clinic.mail.delivery import Delivery, FileTransport, Transport
from clinic.mail.ledger import site_host
from clinic.mail.message import as_bytes, envelope_sender
from clinic.mail.outcomes import (
    CANNOT_BUILD,
    CANNOT_SEND,
    NO_ADDRESS,
    ConnectionBroken,
    LostLease,
    NotSent,
    Refused,
    Rejected,
    TemporaryFailure,
    Uncertain,
    Unexpected,
    Unreachable,
)
from clinic.mail.server import mail_server
from clinic.mail.smtp import SmtpTransport
from clinic.models import OutgoingMail, Practice
from clinic.operations.worker_signals import record_heartbeat

logger = logging.getLogger(__name__)

BATCH = 100
# A run ends before Celery's time limit would end it in the middle of a mail.
LONGEST_RUN_SECONDS = 10 * 60


def mail_transport() -> Transport:
    """SMTP where EMAIL_URL names a server, files otherwise. Raises ImproperlyConfigured."""
    if settings.EMAIL_URL:
        return SmtpTransport(mail_server(settings.EMAIL_URL), host_name=site_host())
    return FileTransport(settings.MAIL_DIR)


def send_due(limit: int = 10_000) -> int:
    """Send up to `limit` mails that are due, beside any others that do; return how many were accepted."""
    ends_at = time.monotonic() + LONGEST_RUN_SECONDS
    sent, left, go_on = 0, limit, True
    with contextlib.closing(mail_transport()) as transport:
        while go_on and left > 0 and time.monotonic() < ends_at and not delivery_status.is_paused():
            claim = claims.claim_mails(min(BATCH, left))
            if not claim.mails:
                break
            left -= len(claim.mails)
            accepted, go_on = send_batch(claim, transport)
            sent += accepted
            record_heartbeat("mail")
    record_heartbeat("mail")
    return sent


def send_batch(claim: claims.MailClaim, transport: Transport) -> tuple[int, bool]:
    """Send claimed mails over one connection; return how many were accepted, and whether to go on."""
    batch = SendBatch(claim.token, transport, Practice.current(), deque(claim.mails))
    try:
        go_on = batch.send()
    except BaseException:
        transport.drop()  # perhaps the database is away; no body goes without its word
        raise
    if batch.accepted and go_on:
        delivery_status.resume_mail()
    return batch.accepted, go_on


@dataclass
class SendBatch:
    """Claimed mails on their way, one after the other."""

    token: UUID
    transport: Transport
    practice: Practice
    waiting: deque[OutgoingMail]
    accepted: int = 0
    breaks: int = 0
    """How many mails in a row broke the connection."""

    def send(self) -> bool:
        """Send them all; False where the trouble is such that nothing more should be tried now."""
        while self.waiting:
            failure = self.deliver(self.waiting.popleft())
            if failure is None:
                self.accepted, self.breaks = self.accepted + 1, 0
            elif self.stops_all(failure):
                if self.accepted:
                    delivery_status.resume_mail()
                self.give_up(failure)
                return False
        return True

    def deliver(self, mail: OutgoingMail) -> NotSent | None:
        """Send one mail and record what came of it; return what hindered it."""
        delivery: Delivery | None = None
        try:
            delivery = self.prepare(mail)
            reply = self.transport.send(delivery)
        except NotSent as outcome:
            failure = outcome
        except db.Error:
            raise
        except Exception as error:
            # Whatever is wrong with this one, the others are not to wait for it. How far it got, nobody knows.
            logger.exception("Mail %s cannot be sent.", mail.public_id)
            self.transport.drop()
            failure = Unexpected(f"{CANNOT_SEND}: {type(error).__name__}")
        else:
            claims.record_sent(mail, self.token, reply)
            return None
        record_failure(mail, self.token, failure, body_begun=delivery is not None and delivery.body_begun)
        return failure

    def prepare(self, mail: OutgoingMail) -> Delivery:
        """The mail as it goes. Raises Refused for one that cannot become a mail."""
        try:
            recipient = envelope_address(mail.to_email)
        except ValueError as error:
            raise Refused(f"{NO_ADDRESS}: {error}", address=True) from error
        try:
            return Delivery(mail, self.token, envelope_sender(), recipient, as_bytes(mail, self.practice))
        except Exception as error:
            logger.exception("Mail %s cannot be built.", mail.public_id)
            raise Refused(f"{CANNOT_BUILD}: {type(error).__name__}") from error

    def stops_all(self, failure: NotSent) -> bool:
        """Whether the mails after this one would meet the same.

        A server may be unable to bear one mail, so a connection that broke is opened again, but not twice in a row.
        """
        self.breaks = self.breaks + 1 if isinstance(failure, ConnectionBroken | Uncertain) else 0
        return self.breaks > 1 or (isinstance(failure, Rejected | Unreachable) and not self.breaks)

    def give_up(self, failure: NotSent) -> None:
        """Let the mails that wait go another time."""
        if isinstance(failure, Rejected):
            delivery_status.pause_mail(failure.reply)
            claims.release_claim(self.waiting, self.token)
            return
        # Nobody to talk to, so they wait as long as the one before them.
        for mail in self.waiting:
            claims.record_retry(mail, self.token, failure.reply)
        delivery_status.note_unreachable(failure.reply)


def record_failure(mail: OutgoingMail, token: UUID, failure: NotSent, *, body_begun: bool) -> None:
    """Write down what hindered a mail; where it was taken back or is somebody else's, nothing is written."""
    match failure:
        case Unexpected() if not body_begun:
            claims.record_failed(mail, token, failure.reply)
        case Unexpected() | Uncertain():
            claims.record_uncertain(mail, token, failure.reply)
        case TemporaryFailure() | Unreachable():
            claims.record_retry(mail, token, failure.reply)
        case Refused():
            claims.record_failed(mail, token, failure.reply, address=failure.address)
        case LostLease():
            logger.info("Mail %s was taken back before it went.", mail.public_id)
            claims.release_claim([mail], token)
        case Rejected():
            claims.release_claim([mail], token)
