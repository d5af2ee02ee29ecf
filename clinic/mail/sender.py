"""Sending what is due: claim, commit, talk to the mail server with no transaction open, record the answer."""

import contextlib
import logging
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
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
# A run ends before Celery's time limit would end it in the middle of a mail.
LONGEST_RUN_SECONDS = 10 * 60


class Way(Protocol):
    """How mails leave: SMTP or files. A step that fails raises its outcome; the last notes the yes."""

    readable: bool

    @property
    def is_open(self) -> bool:
        """Whether the next mail can begin without waiting for a connection."""

    def begin(self, letter: Letter) -> None:
        """Say that a mail comes, and do not wait for the answer."""

    def ask(self, letter: Letter) -> None:
        """Everything up to the body, which the other side does not have yet."""

    def take_back(self, letter: Letter) -> None:
        """The body does not go after all. Raises LostLease."""

    def hand_over(self, letter: Letter) -> None:
        """The body goes."""

    def hear_out(self, letter: Letter) -> None:
        """What the other side says to it."""

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


@dataclass
class LastYes:
    """The last mail that the server took, until that is written down: while it thinks about the next one."""

    token: UUID
    letter: Letter | None = None
    accepted: int = 0

    def note(self, letter: Letter) -> None:
        """The server took this one."""
        self.letter = letter
        self.accepted += 1

    def write_down(self) -> None:
        """Record it, once."""
        letter, self.letter = self.letter, None
        if letter is not None:
            claims.record_sent(letter.mail, self.token, letter.reply)


def send_batch(claim: claims.Claim, way: Way) -> tuple[int, bool]:
    """Send claimed mails over one connection; return how many were accepted, and whether to go on."""
    practice, last = Practice.current(), LastYes(claim.token)
    waiting = deque(claim.mails)
    try:
        letter = next_letter(waiting, claim.token, way, practice)
        while letter is not None:
            following = None
            if start(letter, way, last):
                # The server is busy with the body.
                following = next_letter(waiting, claim.token, way, practice)
                letter.attempt(way.hear_out)
            if letter.trouble is None:
                last.note(letter)
            else:
                record(letter.mail, claim.token, letter.trouble)
                if isinstance(letter.trouble, Closed | Down):
                    if last.accepted:
                        channel.resume()
                    give_up([*([following.mail] if following else []), *waiting], claim.token, letter.trouble)
                    return last.accepted, False
            letter = following or next_letter(waiting, claim.token, way, practice)
        last.write_down()
    except BaseException:
        way.drop()  # perhaps the database is away; no body goes without its word
        raise
    if last.accepted:
        channel.resume()
    return last.accepted, True


def start(letter: Letter, way: Way, last: LastYes) -> bool:
    """Bring a mail to where its body is under way, and write down meanwhile that the one before it is sent.

    False where it got no further; then it has a trouble.
    """
    if not way.is_open:  # to connect may take minutes
        last.write_down()
    letter.attempt(way.begin)
    last.write_down()
    letter.attempt(way.ask)
    if letter.trouble is None and not claims.begin_body(letter.mail, last.token):
        logger.info("Mail %s was taken back before it went.", letter.mail.public_id)
        letter.attempt(way.take_back)
    return letter.attempt(way.hand_over)


def give_up(mails: Sequence[OutgoingMail], token: UUID, trouble: Closed | Down) -> None:
    """The mails after one that met a trouble which they would meet too."""
    if isinstance(trouble, Closed):
        channel.pause(trouble.reply)
        claims.give_back(mails, token)
        return
    # Nobody to talk to, so they wait as long as that one.
    for mail in mails:
        claims.record_retry(mail, token, trouble.reply)
    channel.note_down(trouble.reply)


def next_letter(waiting: deque[OutgoingMail], token: UUID, way: Way, practice: Practice) -> Letter | None:
    """The next mail as it goes, taken off those that wait; None where no more do."""
    while waiting:
        letter = written(waiting.popleft(), token, way, practice)
        if letter is not None:
            return letter
    return None


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
