"""One HTTP request to an address that somebody gave us: pinned to the IP address that was judged, and within limits."""

import contextlib
import http.client
import socket
import ssl
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urljoin

from django.utils.translation import gettext as _
from urllib3 import BaseHTTPResponse, HTTPHeaderDict
from urllib3.connection import HTTPConnection
from urllib3.exceptions import HTTPError

from clinic import __version__
from clinic.outbound.errors import AddressRefused, AnswerTooLarge, NoAnswer, OutboundError, TooManyRedirects
from clinic.outbound.targets import Address, Target, must_be_target, resolve

Method = Literal["GET", "POST", "PROPFIND", "REPORT"]

REDIRECTS = frozenset({301, 302, 303, 307, 308})
BYTES_AT_ONCE = 16 * 1024
# What is told to the host that it was meant for and to no other.
SECRET_HEADERS = frozenset({"authorization", "cookie", "proxy-authorization"})


@dataclass(frozen=True)
class Limits:
    """How long and how much, in seconds and bytes. The total counts name, connection, and the answer to its end."""

    connect: float = 5
    total: float = 10
    most_bytes: int = 2048
    """Of the body, once unpacked."""
    cut: bool = False
    """Leave what is beyond unread; else it is AnswerTooLarge."""


@dataclass(frozen=True)
class Answer:
    """What a server answered, whatever its status."""

    status: int
    headers: Mapping[str, str]
    """Found in any case of letters."""
    body: bytes
    url: str
    """Where it came from, after redirects."""

    @property
    def location(self) -> str | None:
        """Where the answer sends us, in full; None where it is no redirect."""
        place = self.headers.get("Location")
        return urljoin(self.url, place.strip()) if place and self.status in REDIRECTS else None


def fetch(
    url: str,
    *,
    method: Method = "GET",
    headers: Mapping[str, str] | None = None,
    body: bytes | None = None,
    limits: Limits,
    follow: int = 0,
) -> Answer:
    """Send one request and return its answer, of any status.

    Up to `follow` redirects are followed, each address judged anew, with `Authorization` told to the first origin only;
    without, a redirect is an answer like others (`Answer.location`). A POST is never sent on. Raises OutboundError.
    """
    ends_at = time.monotonic() + limits.total
    target, sent, left = must_be_target(url), dict(headers or {}), follow
    while True:
        answer = ask(target, method, sent, body, limits=limits, ends_at=ends_at)
        if not follow or answer.location is None or method == "POST":
            return answer
        if not left:
            raise TooManyRedirects(_("The address sends us on too often."))
        left -= 1
        onward = must_be_target(answer.location)
        if target.scheme == "https" and onward.scheme != "https":
            raise AddressRefused(_("The address sends us on to one without https://."), code="not_https")
        if not target.same_origin(onward):
            sent = {name: value for name, value in sent.items() if name.lower() not in SECRET_HEADERS}
        if answer.status == 303:
            method, body = "GET", None
        target = onward


def ask(
    target: Target, method: Method, headers: Mapping[str, str], body: bytes | None, *, limits: Limits, ends_at: float
) -> Answer:
    """The answer of one target, no redirect followed. Raises OutboundError."""
    addresses = resolve(target)
    overdue = threading.Event()
    sent = {"User-Agent": f"Warmstone/{__version__}", **headers, "Host": target.host_header, "Connection": "close"}
    try:
        with (
            first_to_answer(addresses, target, limits, ends_at) as opened,
            ends_on_time(opened, ends_at, overdue),
            over_tls(opened, target) if target.scheme == "https" else contextlib.nullcontext(opened) as channel,
        ):
            connection = PinnedConnection(target, channel)
            connection.request(method, target.path, body=body, headers=sent, preload_content=False)
            # What is left unread holds on to the connection until it is closed.
            with contextlib.closing(connection.getresponse()) as response:
                content = read_body(response, limits)
    except OutboundError:
        if overdue.is_set():
            raise too_slow() from None
        raise
    except ssl.SSLCertVerificationError as error:
        raise NoAnswer(_("The server's certificate is not valid for this address."), code="certificate") from error
    except (OSError, HTTPError, http.client.HTTPException, ValueError) as error:
        if overdue.is_set() or isinstance(error, TimeoutError):
            raise too_slow() from None
        raise NoAnswer(_("The server did not answer as a web server does.")) from error
    # A connection that was cut at its end may look like one that the server closed.
    if overdue.is_set():
        raise too_slow()
    return Answer(response.status, HTTPHeaderDict(response.headers), content, target.url)


class PinnedConnection(HTTPConnection):
    """A connection over a socket that is open already, so that no name is looked up a second time."""

    def __init__(self, target: Target, channel: socket.socket) -> None:
        super().__init__(target.host, target.port, timeout=channel.gettimeout())
        self.channel = channel

    def connect(self) -> None:
        """Take the socket."""
        self.sock = self.channel


def too_slow() -> NoAnswer:
    """The refusal of a server that takes too long."""
    return NoAnswer(_("The server did not answer in time."), code="too_slow")


@contextlib.contextmanager
def first_to_answer(
    addresses: list[Address], target: Target, limits: Limits, ends_at: float
) -> Iterator[socket.socket]:
    """A connection to the first of the addresses that takes one, closed at the end. Raises NoAnswer."""
    give_up_at = min(time.monotonic() + limits.connect, ends_at)
    opened, slow = None, False
    for address in addresses:
        patience = give_up_at - time.monotonic()
        if patience <= 0:
            slow = True
            break
        try:
            opened = socket.create_connection((str(address), target.port), timeout=patience)
            break
        except TimeoutError:
            slow = True
        except OSError:
            continue
    if opened is None:
        raise too_slow() if slow else NoAnswer(_("The server takes no connection."), code="unreachable")
    with opened:
        opened.settimeout(limits.total)
        yield opened


@contextlib.contextmanager
def ends_on_time(opened: socket.socket, ends_at: float, overdue: threading.Event) -> Iterator[None]:
    """Cut a connection once its time is over: a server that sends a byte now and then never runs into a time-out."""
    watched = opened.dup()  # the connection itself is taken over by TLS

    def cut() -> None:
        overdue.set()
        with contextlib.suppress(OSError):
            watched.shutdown(socket.SHUT_RDWR)

    timer = threading.Timer(max(0.0, ends_at - time.monotonic()), cut)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        timer.join()
        watched.close()


@contextlib.contextmanager
def over_tls(opened: socket.socket, target: Target) -> Iterator[socket.socket]:
    """The connection inside TLS, its certificate checked against the name that was asked for, not the IP address."""
    context = ssl.create_default_context()
    context.set_alpn_protocols(["http/1.1"])
    with context.wrap_socket(opened, server_hostname=target.host) as channel:
        yield channel


def read_body(response: BaseHTTPResponse, limits: Limits) -> bytes:
    """The body, unpacked, up to the limit. Raises AnswerTooLarge beyond, unless it is to be cut there."""
    body = bytearray()
    while chunk := response.read(BYTES_AT_ONCE, decode_content=True):
        body += chunk
        if len(body) > limits.most_bytes:
            if limits.cut:
                break
            raise AnswerTooLarge(_("The answer is too large."))
    return bytes(body[: limits.most_bytes])
