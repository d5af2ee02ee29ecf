"""What can come of handing a mail over, and what to do next: docs/invariants.md#mail-outcomes."""

import datetime as dt
import random
import re

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from clinic.models import MailState, OutgoingMail

# Minutes to wait after the first, second ... failed try; the last one repeats until the mail is useless.
BACK_OFF = (1, 5, 15, 60, 180)
# Each wait is up to this much longer, so that a mail server that comes back is not met by everybody at once.
JITTER = 0.2
# How the reason begins where no server was asked.
NO_ADDRESS = "no address that a mail can go to"
CANNOT_BUILD, CANNOT_SEND = "cannot be built", "cannot be sent"
# A reply of RFC 5321, with the enhanced code of RFC 3463 where there is one.
REPLY = re.compile(r"(?:^|[.:] )(?P<code>[45]\d\d)\b(?:[ -](?P<enhanced>[45]\.\d{1,3}\.\d{1,3})\b)?")
NO_MAILBOX = frozenset({"550", "551", "553"})
FULL = frozenset({"452", "552"})


def reply_text(reply: str) -> str:
    """What somebody else said, as a column takes it: not too long, and without NUL, which PostgreSQL cannot keep."""
    return reply.replace("\0", "")[:300]


class NotSent(Exception):  # noqa: N818 - names an outcome; `reply` is the server's word or what happened instead
    """The mail did not go out."""

    def __init__(self, reply: str) -> None:
        super().__init__(reply)
        self.reply = reply_text(reply)


class TemporaryFailure(NotSent):
    """The server asks for patience with this mail (4xx): try it again."""


class Unreachable(NotSent):
    """Nobody to talk to: no name, no connection, time-out, 421. Try this mail again, and the others not now."""


class ConnectionBroken(Unreachable):
    """The connection broke, or what came is no reply: what the server did with the last command, nobody knows.

    Perhaps it is this mail that it cannot bear, so the next one may try over a new connection.
    """


class Refused(NotSent):
    """A final no to this mail. `address` where it is the address that the server does not take."""

    def __init__(self, reply: str, *, address: bool = False) -> None:
        super().__init__(reply)
        self.address = address


class Rejected(NotSent):
    """Sign-in or TLS refused, or the server takes no mail from us at all: stop, and have a person look."""


class Uncertain(NotSent):
    """The body was under way and no answer came: it may have been accepted."""


class Unexpected(NotSent):
    """Something about this mail that nobody foresaw."""


class LostLease(NotSent):
    """The mail was withdrawn, came too late, or somebody else has it now: leave it alone."""


def wait_after(tries: int) -> dt.timedelta:
    """How long to wait after so many failed tries, at least 1."""
    minutes = BACK_OFF[min(tries, len(BACK_OFF)) - 1]
    return dt.timedelta(minutes=minutes * (1 + random.uniform(0, JITTER)))  # noqa: S311 - spreads load, guards nothing


def failure_in_words(reply: str) -> str:
    """What a refusal means, as part of a sentence; empty for one that has no code and is not ours."""
    if reply.startswith(NO_ADDRESS):
        return _("this is no address that a mail can go to")
    if reply.startswith((CANNOT_BUILD, CANNOT_SEND)):
        return _("something is wrong with this mail itself; please tell whoever runs this server")
    found = REPLY.search(reply)
    if found is None:
        return ""
    code, enhanced = found["code"], found["enhanced"] or ""
    if code in FULL or enhanced.endswith(".2.2"):
        return _("the mailbox is full")
    if code.startswith("4"):
        return _("the mail server asks to try later")
    if enhanced.startswith("5.7."):
        return _("the mail server does not take this mail from us")
    if code in NO_MAILBOX or enhanced.startswith("5.1."):
        return _("there is no such mailbox")
    return _("the mail server refuses this mail")


def problem_of(mail: OutgoingMail) -> str:
    """Why a mail has not arrived, in a sentence for the team; empty where nothing is wrong with it."""
    if mail.state == MailState.WITHDRAWN:
        return mail.reply
    if mail.state == MailState.UNCERTAIN:
        return _("The connection broke once it was handed over, so nobody knows whether it arrived.")
    if mail.state not in (MailState.FAILED, MailState.RETRYING) or not mail.reply:
        return ""
    if mail.state == MailState.RETRYING and mail.maybe_duplicate:
        return _("The connection broke while it was handed over.")
    why = failure_in_words(mail.reply) or _("the mail server could not be reached")
    if mail.state == MailState.FAILED and mail.not_after and mail.settled_at and mail.not_after <= mail.settled_at:
        # Without a try no server had a say: mail was held, or the worker stood still.
        late = _("It could not go out in time: %(why)s.") if mail.attempts else _("It could not go out in time.")
        return late % {"why": why}
    return f"{capfirst(why)}."
