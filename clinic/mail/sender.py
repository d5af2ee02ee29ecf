"""Sending what is due: claim, commit, talk to the mail server with no transaction open, record the answer."""

import contextlib
import logging
import time
from collections import deque
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from django.conf import settings

from clinic.identity import envelope_address
from clinic.mail import channel, claims
from clinic.mail.address import mail_server
from clinic.mail.files import FileTransport
from clinic.mail.ledger import site_host
from clinic.mail.letters import Delivery
from clinic.mail.message import as_bytes, envelope_sender
from clinic.mail.outcomes import (
    CANNOT_BUILD,
    NO_ADDRESS,
    LineBroken,
    LostLease,
    NotSent,
    Refused,
    Rejected,
    TemporaryFailure,
    Uncertain,
    Unexpected,
    Unreachable,
    reply_text,
)
from clinic.mail.smtp import SmtpTransport
from clinic.models import OutgoingMail, Practice
from clinic.operations.worker_signals import record_heartbeat

logger = logging.getLogger(__name__)

BATCH = 100
# A run ends before Celery's time limit would end it in the middle of a mail.
LONGEST_RUN_SECONDS = 10 * 60


class Transport(Protocol):
    """How mails leave: SMTP or files. A step that fails raises its outcome; the last notes the yes."""

    readable: bool

    @property
    def is_open(self) -> bool:
        """Whether the next mail can begin without waiting for a connection."""

    def begin(self, letter: Delivery) -> None:
        """Say that a mail comes, and do not wait for the answer."""

    def ask(self, letter: Delivery) -> None:
        """Everything up to the body, which the other side does not have yet."""

    def take_back(self, letter: Delivery) -> None:
        """The body does not go after all. Raises LostLease."""

    def hand_over(self, letter: Delivery) -> None:
        """The body goes."""

    def hear_out(self, letter: Delivery) -> None:
        """What the other side says to it."""

    def drop(self) -> None:
        """Forget what was asked for: no body goes."""

    def close(self) -> None:
        """End."""


def transport() -> Transport:
    """SMTP where EMAIL_URL names a server, files otherwise. Raises ImproperlyConfigured."""
    if settings.EMAIL_URL:
        return SmtpTransport(mail_server(settings.EMAIL_URL), host_name=site_host())
    return FileTransport(settings.MAIL_DIR)


def send_due(limit: int = 10_000) -> int:
    """Send up to `limit` mails that are due and return how many were accepted, batch after batch.

    Safe beside any number of others that do the same, and after being killed anywhere.
    """
    ends_at = time.monotonic() + LONGEST_RUN_SECONDS
    sent, left, go_on = 0, limit, True
    with contextlib.closing(transport()) as way:
        while go_on and left > 0 and time.monotonic() < ends_at and not channel.is_paused():
            claim = claims.claim_mails(min(BATCH, left))
            if not claim.mails:
                break
            left -= len(claim.mails)
            accepted, go_on = send_batch(claim, way)
            sent += accepted
            record_heartbeat("mail")
    record_heartbeat("mail")
    return sent


def send_batch(claim: claims.MailClaim, way: Transport) -> tuple[int, bool]:
    """Send claimed mails over one connection; return how many were accepted, and whether to go on."""
    batch = SendBatch(claim.token, way, Practice.current(), deque(claim.mails))
    try:
        go_on = batch.send()
    except BaseException:
        way.drop()  # perhaps the database is away; no body goes without its word
        raise
    if batch.accepted and go_on:
        channel.resume_channel()
    return batch.accepted, go_on


@dataclass
class SendBatch:
    """Claimed mails on their way, one after the other. What can be done while the server is busy is done then."""

    token: UUID
    way: Transport
    practice: Practice
    waiting: deque[OutgoingMail]
    accepted: int = 0
    breaks: int = 0
    """How many mails in a row broke the connection."""
    unwritten: Delivery | None = None
    """The last mail that the server took, until that is written down."""

    def send(self) -> bool:
        """Send them all; False where the trouble is such that nothing more should be tried now."""
        letter = self.next_letter()
        while letter is not None:
            following = None
            if self.start(letter):
                following = self.next_letter()  # the server is busy with the body
                letter.attempt(self.way.hear_out)
            if letter.trouble is None:
                self.unwritten, self.accepted, self.breaks = letter, self.accepted + 1, 0
            elif self.is_hopeless(letter, letter.trouble):
                if self.accepted:
                    channel.resume_channel()
                self.give_up([following.mail] if following else [], letter.trouble)
                return False
            letter = following or self.next_letter()
        self.write_down()
        return True

    def start(self, letter: Delivery) -> bool:
        """Bring a mail to where its body is under way, and write down meanwhile that the one before it is sent.

        False where it got no further; then it has a trouble.
        """
        if not self.way.is_open:  # to connect may take minutes
            self.write_down()
        letter.attempt(self.way.begin)
        self.write_down()
        letter.attempt(self.way.ask)
        if letter.trouble is None:
            letter.begun = claims.begin_body(letter.mail, self.token)
            if not letter.begun:
                logger.info("Mail %s was taken back before it went.", letter.mail.public_id)
                letter.attempt(self.way.take_back)
        return letter.attempt(self.way.hand_over)

    def write_down(self) -> None:
        """Record that the last mail which the server took is sent, once."""
        letter, self.unwritten = self.unwritten, None
        if letter is not None:
            claims.record_sent(letter.mail, self.token, letter.reply)

    def is_hopeless(self, letter: Delivery, trouble: NotSent) -> bool:
        """Record a mail's trouble; True where the mails after it would meet the same.

        A server may be unable to bear one mail, so a connection that broke is opened again, but not twice in a row.
        """
        record_failure(letter, self.token, trouble)
        if isinstance(trouble, Unexpected):
            self.way.drop()  # how far it got with the server, nobody knows
        self.breaks = self.breaks + 1 if isinstance(trouble, LineBroken | Uncertain) else 0
        return self.breaks > 1 or (isinstance(trouble, Rejected | Unreachable) and not self.breaks)

    def give_up(self, mails: list[OutgoingMail], trouble: NotSent) -> None:
        """Let these mails and those that wait go another time."""
        mails = [*mails, *self.waiting]
        if isinstance(trouble, Rejected):
            channel.pause_channel(trouble.reply)
            claims.release_claim(mails, self.token)
            return
        # Nobody to talk to, so they wait as long as the one before them.
        for mail in mails:
            claims.record_retry(mail, self.token, trouble.reply)
        channel.note_unreachable(trouble.reply)

    def next_letter(self) -> Delivery | None:
        """The next mail as it goes, taken off those that wait; None where no more do."""
        while self.waiting:
            letter = self.written(self.waiting.popleft())
            if letter is not None:
                return letter
        return None

    def written(self, mail: OutgoingMail) -> Delivery | None:
        """The mail as it goes; None, recorded as failed, for one that cannot become a mail."""
        try:
            recipient = envelope_address(mail.to_email)
        except ValueError as error:
            why = reply_text(f"{NO_ADDRESS}: {error}")
            claims.record_failed(mail, self.token, why, address=True)
            return None
        try:
            message = as_bytes(mail, self.practice, readable=self.way.readable)
            return Delivery(mail, envelope_sender(), recipient, message)
        except Exception as error:
            # It must not stop the others, whatever is wrong with it.
            logger.exception("Mail %s cannot be built.", mail.public_id)
            claims.record_failed(mail, self.token, f"{CANNOT_BUILD}: {type(error).__name__}")
            return None


def record_failure(letter: Delivery, token: UUID, trouble: NotSent) -> None:
    """Write down what hindered a mail; where it was taken back or is somebody else's, nothing is written."""
    mail = letter.mail
    match trouble:
        case Unexpected() if not letter.begun:
            claims.record_failed(mail, token, trouble.reply)
        case Unexpected() | Uncertain():
            claims.record_uncertain(mail, token, trouble.reply)
        case TemporaryFailure() | Unreachable():
            claims.record_retry(mail, token, trouble.reply)
        case Refused():
            claims.record_failed(mail, token, trouble.reply, address=trouble.address)
        case Rejected() | LostLease():
            claims.release_claim([mail], token)
