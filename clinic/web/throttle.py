"""How often one address may ask: a fixed window, counted in the database that all processes share."""

import datetime as dt
import hashlib
import ipaddress
import re
import time
from collections.abc import Iterable
from dataclasses import KW_ONLY, dataclass

from django.conf import settings
from django.db import connection
from django.http import HttpRequest
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from clinic.errors import Refusal

SECONDS_PER_UNIT = {"s": 1, "m": 60, "h": 3600, "d": 86400}
PRIVATE_NETWORKS = ("127.0.0.0/8", "::1", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7")
# One statement, so that requests at the same moment are all counted.
ADD_ONE = """
    INSERT INTO clinic_tally (key, count, until) VALUES (%s, 1, %s)
    ON CONFLICT (key) DO UPDATE SET count = clinic_tally.count + 1 RETURNING count
"""
# What somebody else clears away at the same moment is left to them, or the two could wait for each other in a circle.
CLEAR_AWAY = """
    DELETE FROM clinic_tally WHERE key IN (SELECT key FROM clinic_tally WHERE until < %s FOR UPDATE SKIP LOCKED)
"""
RATE_PATTERN = re.compile(r"(\d{1,9})/([smhd])")


@dataclass(eq=False, repr=False)
class Throttled(Refusal):
    """Too many requests from one address; trying again in `retry_after` seconds is right."""

    usual_code = "throttled"

    _: KW_ONLY
    retry_after: int
    is_first: bool = False


@dataclass(frozen=True)
class Allowance:
    """What is left of a share of requests."""

    limit: int
    seconds: int
    """The length of the window."""
    left: int
    resets_in: int
    """Seconds until it begins anew."""


def read_rate(rate: str) -> tuple[int, int]:
    """`30/m` as (30 requests, 60 seconds); the unit is s, m, h or d. Raises ValueError that names the setting."""
    match = RATE_PATTERN.fullmatch(rate.strip())
    if match is None or int(match[1]) == 0:
        raise ValueError(f"THROTTLE_BOOKING is {rate!r}; it should read like 30/m.")
    return int(match[1]), SECONDS_PER_UNIT[match[2]]


def address_of(request: HttpRequest) -> str:
    """Whose request it is. Behind a proxy on this machine or in its private network, the address that the proxy saw.

    Only the last entry of X-Forwarded-For is the proxy's own word; what stands before it, anyone may write.
    """
    peer = str(request.META.get("REMOTE_ADDR", ""))
    forwarded = str(request.META.get("HTTP_X_FORWARDED_FOR", "")).rpartition(",")[2].strip()
    return forwarded if forwarded and is_private_network(peer) else peer


def network_key(request: HttpRequest) -> str:
    """What requests are counted by: the address; of IPv6 the /64 that one connection has to itself, so that nobody asks
    from a new address each time."""
    address = address_of(request)
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped is None:
        return str(ipaddress.ip_network((int(found), 64), strict=False))
    return address


def is_address_within(address: str, networks: Iterable[str]) -> bool:
    """Whether a text is an IP address of one of these networks."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return False
    return any(found in ipaddress.ip_network(each, strict=False) for each in networks)


def is_private_network(address: str) -> bool:
    """Whether an address is a Unix socket's, this machine's, or of a private network."""
    return address == "" or is_address_within(address, PRIVATE_NETWORKS)


def is_watching(request: HttpRequest) -> bool:
    """Whether a request comes from a network that may read how the server is, by STATUS_NETWORKS."""
    return is_address_within(address_of(request), settings.STATUS_NETWORKS)


def throttle_request(request: HttpRequest, *, scope: str) -> None:
    """Count a request of this connection in `scope`. Raises Throttled beyond the rate of THROTTLE_BOOKING."""
    throttle_key(network_key(request), scope=scope, rate=settings.THROTTLE_BOOKING)


def throttle_bookings(request: HttpRequest, *, a_day: int) -> None:
    """Count one booking of a network that has not proved whose it is; 0 is no limit. Raises Throttled beyond so many.

    A call, or a code by mail, still books: the limit is of a network, which many people may share. The practice's own
    network and programs on its machine are not counted.
    """
    if a_day and not is_private_network(address_of(request)):
        said = _("Many bookings came from your network today. Please sign in with a code by mail to book, or call us.")
        throttle_key(network_key(request), scope="bookings", rate=f"{a_day}/d", said=said)


def network_mark(request: HttpRequest) -> str:
    """A mark of the network that a request comes from: the same for the same one, and telling nobody which it is."""
    return salted_hmac("clinic.web.throttle.network", network_key(request), algorithm="sha256").hexdigest()[:24]


def throttle_key(who: str, *, scope: str, rate: str, said: str = "") -> Allowance:
    """Count one request of somebody, by their network, e-mail address or key. Raises Throttled beyond `rate`.

    Addresses are kept as hashes, and only until the window is over. `said` is told in place of the usual sentence.
    """
    limit, seconds = read_rate(rate)
    window, passed = divmod(time.time(), seconds)
    until = dt.datetime.fromtimestamp((window + 1) * seconds, dt.UTC)
    hashed = hashlib.sha256(f"{settings.SECRET_KEY}{who}".encode()).hexdigest()[:24]
    count, resets_in = count_request(f"{scope}:{hashed}:{int(window)}", until=until), max(1, round(seconds - passed))
    if count > limit:
        raise Throttled(said or _("That was a lot at once. Please wait a moment and try again."), retry_after=resets_in)
    return Allowance(limit, seconds, limit - count, resets_in)


def count_request(key: str, *, until: dt.datetime) -> int:
    """Add one to the tally of a window that ends at `until`, and return it. Whoever begins one clears away old ones."""
    with connection.cursor() as cursor:
        cursor.execute(ADD_ONE, [key, until])
        (times,) = cursor.fetchone()
        if times == 1:
            cursor.execute(CLEAR_AWAY, [dt.datetime.now(dt.UTC)])
    return int(times)
