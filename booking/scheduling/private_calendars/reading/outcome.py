"""How the reading of a calendar ends."""

import enum
from dataclasses import dataclass

# Seconds since 1970, UTC; half-open.
Seconds = tuple[int, int]


class Trouble(enum.StrEnum):
    """Why a calendar could not be read: stable slugs, kept in rows."""

    ADDRESS = "address"
    """No address of a calendar, or one with a password in it."""
    NOT_HTTPS = "not-https"
    NETWORK = "network"
    """It leads into a private network, or to this machine."""
    PORT = "port"
    """It is at a port that is none of the web's."""
    NO_SUCH_NAME = "no-such-name"
    UNREACHABLE = "unreachable"
    CERTIFICATE = "certificate"
    TOO_SLOW = "too-slow"
    TOO_LARGE = "too-large"
    REDIRECTS = "redirects"
    REFUSED = "refused"
    """401 or 403."""
    GONE = "gone"
    """404 or 410."""
    BUSY = "busy"
    """429 or 503: asked to come later."""
    ANSWER = "answer"
    """Any other answer that is no calendar."""
    WEB_PAGE = "web-page"
    NOT_A_CALENDAR = "not-a-calendar"
    TOO_MUCH = "too-much"
    """More dates than can be worked out in the time that one calendar has."""
    NO_CALENDARS = "no-calendars"
    """The account opens, and has no calendar with appointments."""
    SEALED = "sealed"
    """The address was sealed under a key that is not set here."""
    OURS = "ours"
    """The practice's own calendar of appointments."""
    FAULT = "fault"
    """Our own program failed."""


class ReadingFailed(Exception):  # noqa: N818 - it is an answer, not a fault
    """A calendar could not be read. `retry_after` is how many seconds its server asks us to wait, if it says."""

    def __init__(self, trouble: Trouble, *, retry_after: int | None = None) -> None:
        super().__init__(str(trouble))
        self.trouble, self.retry_after = trouble, retry_after


@dataclass(frozen=True, kw_only=True)
class BusyTimes:
    """When a calendar is busy: joined, in order, within what was asked for. `skipped` events could not be read."""

    spans: tuple[Seconds, ...]
    skipped: int = 0
    own: int = 0
    """Events that are the practice's own appointments come back; they do not count."""
