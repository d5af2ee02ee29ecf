"""How often one address may ask: a fixed window, counted in the cache that all processes share."""

import hashlib
import ipaddress
import re
import time

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from django.utils.translation import gettext as _

from clinic.errors import Refusal

SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
PRIVATE = [ipaddress.ip_network(each) for each in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7")]
RATE = re.compile(r"(\d{1,9})/([smhd])")


class Throttled(Refusal):
    """Too many requests from one address; trying again in `retry_after` seconds is right."""

    code = "throttled"

    def __init__(self, message: str, *, retry_after: int) -> None:
        super().__init__(message)
        self.retry_after = retry_after


def read_rate(rate: str) -> tuple[int, int]:
    """`30/m` as (30 requests, 60 seconds); the unit is s, m, h or d. Raises ValueError that names the setting."""
    match = RATE.fullmatch(rate.strip())
    if match is None or int(match[1]) == 0:
        raise ValueError(f"THROTTLE_BOOKING is {rate!r}; it should read like 30/m.")
    return int(match[1]), SECONDS[match[2]]


def address_of(request: HttpRequest) -> str:
    """Whose request it is. Behind a proxy on this machine or in this house, the address that the proxy saw.

    Only the last entry of X-Forwarded-For is the proxy's own word; what stands before it, anyone may write.
    """
    peer = str(request.META.get("REMOTE_ADDR", ""))
    forwarded = str(request.META.get("HTTP_X_FORWARDED_FOR", "")).rpartition(",")[2].strip()
    return forwarded if forwarded and is_near(peer) else peer


def is_near(address: str) -> bool:
    """Whether an address is a Unix socket's, this machine's, or of a private network."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address == ""
    return found.is_loopback or any(found in network for network in PRIVATE)


def hold_back(request: HttpRequest, *, scope: str) -> None:
    """Count one request of this address in `scope`. Raises Throttled when it asked too often in this window.

    The rate is THROTTLE_BOOKING. Addresses are kept as hashes, and only until the window is over.
    """
    limit, seconds = read_rate(settings.THROTTLE_BOOKING)
    window, passed = divmod(time.time(), seconds)
    who = hashlib.sha256(f"{settings.SECRET_KEY}{address_of(request)}".encode()).hexdigest()[:24]
    if count(f"throttle:{scope}:{who}:{int(window)}", seconds) > limit:
        raise Throttled(
            _("That was a lot at once. Please wait a moment and try again."),
            retry_after=max(1, round(seconds - passed)),
        )


def count(key: str, seconds: int) -> int:
    """Add one to a counter that lives at least as long as its window, and return it."""
    try:
        # First, because it is what nearly every request needs, and in the database each call is several queries.
        return cache.incr(key)
    except ValueError:
        pass
    if cache.add(key, 1, timeout=seconds * 2):
        return 1
    try:
        return cache.incr(key)
    except ValueError:  # it expired between the two calls
        cache.set(key, 1, timeout=seconds * 2)
        return 1
