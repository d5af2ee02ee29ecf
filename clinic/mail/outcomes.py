"""What can come of handing a mail over, as exceptions that name what to do next (reliability.md, Messages)."""

import datetime as dt
import random

# Minutes to wait after the first, second ... failed try; the last one repeats until the mail is useless.
BACK_OFF = (1, 5, 15, 60, 180)
# Each wait is up to this much longer, so that a mail server that comes back is not met by everybody at once.
JITTER = 0.2
# How what we say ourselves begins, where no server was asked (clinic.mail.plain).
NO_ADDRESS = "no address that a mail can go to"
CANNOT_BUILD, CANNOT_SEND = "cannot be built", "cannot be sent"


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


class LineBroken(Unreachable):
    """The connection broke, or what came is no reply: what the server did with the last words, nobody knows.

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
