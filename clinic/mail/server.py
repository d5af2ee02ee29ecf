"""EMAIL_URL: the mail server and how to talk to it, read strictly. What asks for TLS never falls back to plain text."""

from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import unquote, urlsplit

import idna
from django.core.exceptions import ImproperlyConfigured


class Security(StrEnum):
    """How the connection is protected."""

    PLAIN = "plain"
    STARTTLS = "starttls"
    TLS = "tls"


# Scheme -> protection and the port where none is named (RFC 8314 for submission over TLS).
SCHEMES = {
    "smtp": (Security.PLAIN, 25),
    "smtp+tls": (Security.STARTTLS, 587),
    "smtp+ssl": (Security.TLS, 465),
    "smtps": (Security.TLS, 465),
}


@dataclass(frozen=True)
class MailServer:
    """An SMTP server and how to sign in there."""

    host: str
    port: int
    security: Security
    user: str = ""
    password: str = field(default="", repr=False)


def mail_server(url: str) -> MailServer:
    """The server of an EMAIL_URL. Raises ImproperlyConfigured, never with the password, where it cannot be read."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise ImproperlyConfigured("EMAIL_URL has a port that is no number.") from error
    if parts.scheme not in SCHEMES:
        raise ImproperlyConfigured(f"EMAIL_URL must begin with one of {', '.join(f'{each}://' for each in SCHEMES)}.")
    if not parts.hostname or parts.query or parts.fragment or parts.path not in {"", "/"}:
        raise ImproperlyConfigured("EMAIL_URL must look like smtp+tls://user:password@host:port, nothing after it.")
    security, usual_port = SCHEMES[parts.scheme]
    try:
        # Python's own way, which a socket would take, makes another host of a name with ß.
        host = parts.hostname if parts.hostname.isascii() else idna.encode(parts.hostname, uts46=True).decode("ascii")
    except idna.IDNAError as error:
        raise ImproperlyConfigured("EMAIL_URL names a host that no name server could know.") from error
    return MailServer(
        host=host,
        port=port or usual_port,
        security=security,
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
    )
