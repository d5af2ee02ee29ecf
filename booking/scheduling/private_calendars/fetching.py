"""A question to the server of a private calendar: what it may take, and what its answers mean to us."""

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from booking.scheduling.private_calendars.reading.outcome import ReadingFailed, Trouble
from clinic.outbound import Answer, Limits, OutboundError, fetch

# Twenty busy years in one calendar are about five million bytes.
FEED_LIMITS = Limits(connect=5, total=20, most_bytes=10 * 1024 * 1024)
MOST_REDIRECTS = 3
LONGEST_WAIT = 24 * 3600
TROUBLES = {
    "malformed": Trouble.ADDRESS,
    "not_https": Trouble.NOT_HTTPS,
    "private": Trouble.NETWORK,
    "port": Trouble.PORT,
    "unknown_host": Trouble.NO_SUCH_NAME,
    "unreachable": Trouble.UNREACHABLE,
    "broken": Trouble.UNREACHABLE,
    "certificate": Trouble.CERTIFICATE,
    "too_slow": Trouble.TOO_SLOW,
    "too_large": Trouble.TOO_LARGE,
    "redirects": Trouble.REDIRECTS,
}
STATUSES = {
    401: Trouble.REFUSED,
    403: Trouble.REFUSED,
    404: Trouble.GONE,
    410: Trouble.GONE,
    429: Trouble.BUSY,
    503: Trouble.BUSY,
}
FIRST_OF_SUCCESS, LAST_OF_SUCCESS, NOT_MODIFIED = 200, 299, 304


@dataclass(frozen=True, kw_only=True)
class CalendarSource:
    """Where a calendar is: all of it is secret."""

    address: str = field(repr=False)
    user: str = field(default="", repr=False)
    password: str = field(default="", repr=False)
    is_caldav: bool = False

    @property
    def authorization(self) -> dict[str, str]:
        """The header that opens the account; none without a name."""
        pair = b64encode(f"{self.user}:{self.password}".encode()).decode()
        return {"Authorization": f"Basic {pair}"} if self.user else {}


def ask_calendar_server(
    address: str,
    *,
    method: Literal["GET", "PROPFIND", "REPORT"] = "GET",
    headers: Mapping[str, str] | None = None,
    body: str = "",
) -> Answer:
    """An answer that brings something, or says that nothing has changed. Raises ReadingFailed for any other.

    The error names no address, and nothing that led to it does.
    """
    sent = {"Accept-Encoding": "gzip", **(headers or {})}
    try:
        answer = fetch(
            address,
            method=method,
            headers=sent,
            body=body.encode() or None,
            limits=FEED_LIMITS,
            follow=MOST_REDIRECTS,
        )
    except OutboundError as error:
        raise ReadingFailed(TROUBLES.get(error.code, Trouble.UNREACHABLE)) from None
    if answer.status == NOT_MODIFIED or FIRST_OF_SUCCESS <= answer.status <= LAST_OF_SUCCESS:
        return answer
    raise ReadingFailed(
        STATUSES.get(answer.status, Trouble.ANSWER), retry_after=seconds_to_wait(answer.headers.get("Retry-After", ""))
    )


def seconds_to_wait(text: str) -> int | None:
    """A Retry-After in seconds, at most a day; a date in it is left to our own rhythm."""
    return min(int(text), LONGEST_WAIT) if text.isascii() and text.isdigit() else None
