"""Where a request may go: an address is read, its name resolved, and every IP address it stands for is judged.

Whoever can make this server ask an address could otherwise have it ask what only this server reaches: its own
services, the neighbours in its network, a cloud's metadata (OWASP, Server-Side Request Forgery).
"""

import ipaddress
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network

from django.conf import settings
from django.utils.translation import gettext as _
from urllib3.exceptions import LocationParseError
from urllib3.util import parse_url

from clinic.outbound.errors import AddressRefused, NoAnswer

Address = IPv4Address | IPv6Address

PORTS = {"http": 80, "https": 443}
LONGEST_ADDRESS = 2000
# Within these, an IPv4 address stands in the IPv6 one, and a gateway may hand the packet on to it.
NAT64 = IPv6Network("64:ff9b::/96")
IPV4_COMPATIBLE = IPv6Network("::/96")
# Not for the public, whatever the tables of this Python's release say (RFC 6890, RFC 8215, RFC 9637, RFC 9602).
NEVER_PUBLIC = [
    ipaddress.ip_network(each)
    for each in ("100.64.0.0/10", "192.0.0.0/24", "192.88.99.0/24", "64:ff9b:1::/48", "3fff::/20", "5f00::/16")
]


@dataclass(frozen=True)
class Target:
    """An address that was read, its host in ASCII. Nothing is resolved yet."""

    scheme: str
    host: str
    port: int
    path: str
    """Path and query, as they stand in a request line."""

    @property
    def host_header(self) -> str:
        """The host as the Host header says it: with the port where it is not the usual one."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def url(self) -> str:
        """The address in full."""
        return f"{self.scheme}://{self.host_header}{self.path}"

    def same_origin(self, other: "Target") -> bool:
        """Whether what is secret for one may be told to the other."""
        return (self.scheme, self.host, self.port) == (other.scheme, other.host, other.port)


def must_be_target(url: str) -> Target:
    """The target that an http or https address names; whether we go there is judged once its name is resolved.

    Raises AddressRefused (`malformed`).
    """
    no_address = AddressRefused(_("This is no address that begins with https://."))
    if len(url) > LONGEST_ADDRESS or any(ord(letter) <= 32 or ord(letter) == 127 for letter in url):
        raise no_address
    try:
        found = parse_url(url)
        host = (found.host or "").strip("[]").rstrip(".").encode("ascii").decode().lower()
    except (LocationParseError, UnicodeError) as error:
        raise no_address from error
    # A zone names one of this machine's own network cards.
    if found.scheme not in PORTS or not host or "%" in host or found.port == 0:
        raise no_address
    if found.auth is not None:
        raise AddressRefused(_("Please leave name and password out of the address."))
    return Target(found.scheme, host, found.port or PORTS[found.scheme], found.request_uri)


def resolve(target: Target) -> list[Address]:
    """The IP addresses of a target's host to which we may go, best first.

    Public ones at the ports of the web, and those of OUTBOUND_NETWORKS at any. Plain http goes to OUTBOUND_NETWORKS
    only. Raises NoAnswer (`unknown_host`) or AddressRefused (`private`, `port`, `not_https`).
    """
    found = list(dict.fromkeys(addresses_of(target)))
    own = [each for each in found if is_own(each)]
    allowed = [each for each in found if each in own or is_public(each)]
    if not allowed:
        raise AddressRefused(_("This address lies inside a private network."), code="private")
    if target.port not in PORTS.values():
        # This server is nobody's means to ask other servers' mail, databases or printers.
        allowed = own
        if not own:
            raise AddressRefused(_("Only the ports 80 and 443 are asked on the internet."), code="port")
    if target.scheme == "https":
        return allowed
    if not own:
        raise AddressRefused(_("This address must begin with https://."), code="not_https")
    return own


def addresses_of(target: Target) -> Iterator[Address]:
    """What the resolver says of a host; `127.1`, `0x7f000001` and their like are IP addresses to it."""
    try:
        answers = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise NoAnswer(_("There is no server of this name."), code="unknown_host") from error
    for *_rest, place in answers:
        yield ipaddress.ip_address(str(place[0]).partition("%")[0])


def is_own(address: Address) -> bool:
    """Whether OUTBOUND_NETWORKS names an address."""
    networks = [ipaddress.ip_network(each, strict=False) for each in settings.OUTBOUND_NETWORKS]
    return any(plain(address) in network for network in networks)


def plain(address: Address) -> Address:
    """An IPv4 address that is written as an IPv6 one, as itself."""
    return (isinstance(address, IPv6Address) and address.ipv4_mapped) or address


def is_public(address: Address) -> bool:
    """Whether an address belongs to the public internet, and so does the IPv4 address that may stand in it."""
    address = plain(address)
    if isinstance(address, IPv6Address):
        if address in IPV4_COMPATIBLE or address.teredo:
            return False
        if address.sixtofour is not None:
            return is_public(address.sixtofour)
        if address in NAT64:
            return is_public(IPv4Address(int(address) & 0xFFFFFFFF))
    if address.is_multicast or address.is_reserved or address.is_unspecified:
        return False
    return address.is_global and not any(address in network for network in NEVER_PUBLIC)
