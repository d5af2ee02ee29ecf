"""Sending what is due: claim, commit, talk to the mail server with no transaction open, record the answer."""

import contextlib
import logging
import time
from collections.abc import Sequence
from typing import Protocol
from uuid import UUID

from django.conf import settings

from clinic.mail import channel, claims
from clinic.mail.address import mail_server
from clinic.mail.files import FileWay
from clinic.mail.ledger import site_host
from clinic.mail.letters import Letter
from clinic.mail.message import as_bytes, envelope_address, envelope_sender
from clinic.mail.outcomes import Closed, Down, Later, NotSent, Refused, Unknown
from clinic.mail.smtp import SmtpWay
from clinic.models import OutgoingMail, Practice

logger = logging.getLogger(__name__)

BATCH = 100
# One connection to a batch; a long queue gets one for every so many mails that wait, up to so many.
MAILS_A_LANE = 12
MOST_LANES = 8
# A run ends before Celery's time limit would end it in the middle of a mail.
LONGEST_RUN_SECONDS = 10 * 60


class Way(Protocol):
    """How mails leave: SMTP or files. What becomes of a letter is written on it."""

    readable: bool

    def room(self, wanted: int) -> int:
        """How many letters may go at once, at least one. Raises Down or Closed."""

    def ask(self, letters: Sequence[Letter]) -> None:
        """Everything up to the body, which the other side does not have yet."""

    def take_back(self, letter: Letter) -> None:
        """This one's body does not go after all."""

    def hand_over(self, letters: Sequence[Letter]) -> None:
        """The bodies go."""

    def drop(self) -> None:
        """Forget what was asked for: no body goes."""

    def close(self) -> None:
        """End."""


def the_way() -> Way:
    """SMTP where EMAIL_URL names a server, files otherwise. Raises ImproperlyConfigured."""
    if settings.EMAIL_URL:
        return SmtpWay(mail_server(settings.EMAIL_URL), host_name=site_host())
    return FileWay(settings.MAIL_DIR)


def send_due(limit: int = 10_000) -> int:
    """Send up to `limit` mails that are due and return how many were accepted, batch after batch.

    Safe beside any number of others that do the same, and after being killed anywhere.
    """
    ends_at = time.monotonic() + LONGEST_RUN_SECONDS
    sent, left, go_on = 0, limit, True
    with contextlib.closing(the_way()) as way:
        while go_on and left > 0 and time.monotonic() < ends_at and not channel.is_paused():
            claim = claims.claim(min(BATCH, left))
            if not claim.mails:
                break
            left -= len(claim.mails)
            accepted, go_on = send_batch(claim, way)
            sent += accepted
            channel.beat("mail")
    channel.beat("mail")
    return sent


def send_batch(claim: claims.Claim, way: Way) -> tuple[int, bool]:
    """Send claimed mails; return how many were accepted, and whether to go on."""
    practice = Practice.current()
    waiting = list(claim.mails)
    lanes = min(MOST_LANES, max(1, len(waiting) // MAILS_A_LANE))
    accepted = 0
    try:
        while waiting:
            room = way.room(min(lanes, len(waiting)))
            group, waiting = waiting[:room], waiting[room:]
            sent, trouble = send_group(group, claim.token, way, practice)
            accepted += sent
            if trouble:
                raise trouble
    except Down as trouble:
        # Nobody to talk to. The others would fail alike, so they wait as long as these.
        for mail in waiting:
            claims.record_retry(mail, claim.token, trouble.reply)
        return accepted, False
    except Closed as trouble:
        channel.pause(trouble.reply)
        claims.give_back(waiting, claim.token)
        return accepted, False
    except BaseException:
        way.drop()  # perhaps the database is away; no body goes without its word
        raise
    if accepted:
        channel.resume()
    return accepted, True


def send_group(
    mails: Sequence[OutgoingMail], token: UUID, way: Way, practice: Practice
) -> tuple[int, Down | Closed | None]:
    """Send as many mails as there is room for, together, and record what came of each; return how many were accepted,
    and the trouble that the mails after them would meet too."""
    letters = [letter for mail in mails if (letter := written(mail, token, way, practice))]
    way.ask(letters)
    asked = [letter for letter in letters if letter.trouble is None]
    ours = claims.begin_bodies([letter.mail for letter in asked], token)
    for letter in asked:
        if letter.mail.pk not in ours:
            logger.info("Mail %s was taken back before it went.", letter.mail.public_id)
            way.take_back(letter)
    way.hand_over([letter for letter in asked if letter.trouble is None])
    sent = [(letter.mail, letter.reply) for letter in letters if letter.trouble is None]
    claims.record_sent(sent, token)
    troubles = [(letter.mail, letter.trouble) for letter in letters if letter.trouble is not None]
    for mail, trouble in troubles:
        record(mail, token, trouble)
    stop = [trouble for _mail, trouble in troubles if isinstance(trouble, Closed | Down)]
    return len(sent), next((trouble for trouble in stop if isinstance(trouble, Closed)), next(iter(stop), None))


def written(mail: OutgoingMail, token: UUID, way: Way, practice: Practice) -> Letter | None:
    """The mail as it goes; None, recorded as failed, for one that cannot become a mail."""
    try:
        recipient, message = envelope_address(mail.to_email), as_bytes(mail, practice, readable=way.readable)
        return Letter(mail, envelope_sender(), recipient, message)
    except Exception as error:
        # It must not stop the others, whatever is wrong with it.
        logger.exception("Mail %s cannot be built.", mail.public_id)
        claims.record_failed(mail, token, f"cannot be built: {type(error).__name__}")
        return None


def record(mail: OutgoingMail, token: UUID, trouble: NotSent) -> None:
    """Write down what hindered a mail; one that was taken back is no longer ours to write on."""
    match trouble:
        case Later() | Down():
            claims.record_retry(mail, token, trouble.reply)
        case Refused():
            claims.record_failed(mail, token, trouble.reply, address=trouble.address)
        case Unknown():
            claims.record_unknown(mail, token, trouble.reply)
        case Closed():
            claims.give_back([mail], token)
