"""Sending what is due: claim, commit, talk to the mail server with no transaction open, record the answer."""

import contextlib
import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Protocol
from uuid import UUID

from django.conf import settings
from django.db import connection

from clinic.mail import channel, claims
from clinic.mail.address import mail_server
from clinic.mail.files import FileWay
from clinic.mail.ledger import site_host
from clinic.mail.message import as_bytes, envelope_address, envelope_sender
from clinic.mail.outcomes import Closed, Down, Later, LostLease, Refused, Unknown
from clinic.mail.smtp import SmtpWay
from clinic.models import OutgoingMail, Practice

logger = logging.getLogger(__name__)

BATCH = 50
HELPERS = 3
# A run ends before Celery's time limit would end it in the middle of a mail.
LONGEST_RUN_SECONDS = 10 * 60


class Way(Protocol):
    """How mails leave: SMTP or files."""

    readable: bool

    def prepare(self, mail: OutgoingMail) -> None:
        """Hear which mail comes next."""

    def deliver(self, *, sender: str, recipient: str, message: bytes, before_body: Callable[[], bool]) -> str:
        """Hand one mail over; return the answer or raise one of clinic.mail.outcomes.NotSent."""

    def close(self) -> None:
        """End."""


def the_way() -> Way:
    """SMTP where EMAIL_URL names a server, files otherwise. Raises ImproperlyConfigured."""
    if settings.EMAIL_URL:
        return SmtpWay(mail_server(settings.EMAIL_URL), host_name=site_host())
    return FileWay(settings.MAIL_DIR)


class Run:
    """One call of `send_due`: how much it may still do, shared by its threads."""

    def __init__(self, limit: int) -> None:
        self.left = limit
        self.ends_at = time.monotonic() + LONGEST_RUN_SECONDS
        self.stopped = False
        self.guard = threading.Lock()

    def claim(self) -> claims.Claim | None:
        """The next batch, or None where there is nothing more to do."""
        if self.stopped or time.monotonic() > self.ends_at or channel.is_paused():
            return None
        with self.guard:
            share = min(BATCH, self.left)
            self.left -= share
        claim = claims.claim(share) if share else None
        return claim if claim and claim.mails else None

    def work(self, claim: claims.Claim | None) -> int:
        """Send batch after batch over one way of its own; return how many mails were accepted."""
        sent = 0
        with contextlib.closing(the_way()) as way:
            while claim is not None:
                accepted, go_on = send_batch(claim, way)
                sent += accepted
                channel.beat("mail")
                self.stopped = self.stopped or not go_on
                claim = self.claim()
        return sent

    def help(self) -> int:
        """`work` in a thread of its own, with a database connection of its own."""
        try:
            return self.work(self.claim())
        finally:
            connection.close()


def send_due(limit: int = 10_000) -> int:
    """Send up to `limit` mails that are due and return how many were accepted: one connection to a batch after another.

    Each mail waits for the disk once before its body goes, so a long queue is worked on by a few threads that wait
    together. Safe beside any number of others that do the same, and after being killed anywhere.
    """
    run = Run(limit)
    claim = run.claim()
    sent = 0
    if claim is not None:
        helpers = HELPERS if len(claim.mails) == BATCH else 0
        with ThreadPoolExecutor(max(helpers, 1)) as pool:
            others = [pool.submit(run.help) for _ in range(helpers)]
            sent = run.work(claim) + sum(other.result() for other in others)
    channel.beat("mail")
    return sent


def send_batch(claim: claims.Claim, way: Way) -> tuple[int, bool]:
    """Send claimed mails one after the other; return how many were accepted, and whether to go on."""
    practice = Practice.current()
    accepted = 0
    for place, mail in enumerate(claim.mails):
        try:
            accepted += send_one(mail, claim.token, way, practice)
        except Down as trouble:
            # Nobody to talk to. The others would fail alike, so they wait as long as this one.
            for other in claim.mails[place:]:
                claims.record_retry(other, claim.token, trouble.reply)
            return accepted, False
        except Closed as trouble:
            channel.pause(trouble.reply)
            claims.give_back(claim.mails[place:], claim.token)
            return accepted, False
    if accepted:
        channel.resume()
    return accepted, True


def send_one(mail: OutgoingMail, token: UUID, way: Way, practice: Practice) -> bool:
    """Try one mail and record what came of it; True when it was accepted. Raises Down or Closed for all of them."""
    try:
        message = as_bytes(mail, practice, readable=way.readable)
        recipient = envelope_address(mail.to_email)
    except Exception as error:
        # A row that cannot become a mail must not stop the others, whatever is wrong with it.
        logger.exception("Mail %s cannot be built.", mail.public_id)
        claims.record_failed(mail, token, f"cannot be built: {type(error).__name__}")
        return False
    way.prepare(mail)
    try:
        reply = way.deliver(
            sender=envelope_sender(),
            recipient=recipient,
            message=message,
            before_body=partial(claims.begin_body, mail, token),
        )
    except Later as outcome:
        claims.record_retry(mail, token, outcome.reply)
    except Refused as outcome:
        claims.record_failed(mail, token, outcome.reply, address=outcome.address)
    except Unknown as outcome:
        claims.record_unknown(mail, token, outcome.reply)
    except LostLease:
        logger.info("Mail %s was taken back before it went.", mail.public_id)
    else:
        claims.record_sent(mail, token, reply)
        return True
    return False
