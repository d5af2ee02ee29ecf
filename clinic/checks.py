"""System checks with a hint: wrong settings are named before anyone relies on them.

`fatal` are those with which pages would fail one after the other: web server and worker refuse to start on them.
"""

import ipaddress
from collections.abc import Iterator, Sequence
from email.utils import parseaddr
from typing import Any
from urllib.parse import SplitResult, urlsplit

from django.apps import AppConfig
from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.validators import validate_email

from clinic.mail.server import Security, mail_server
from clinic.operations.disk import is_writable
from clinic.operations.logs import LOG_FORMATS
from clinic.web.throttle import read_rate

# A site that only its own machine can open is being tried out, as `make demo` does.
LOCAL_HOSTS = frozenset({"localhost", "127.0.0.1", "::1"})
WEAK_SECRETS = {"", "change-me", "changeme", "secret", settings.DEFAULT_SECRET}
BROKERS = ("redis://", "rediss://", "redis+socket://")
SHORTEST_PASSPHRASE = 12
REACHABLE_SCHEMES = ("site", "subdomains", "preload")


def has_default_secret() -> bool:
    """Say whether the secret key is one that anybody could guess."""
    return settings.SECRET_KEY in WEAK_SECRETS


def is_local_only() -> bool:
    """Say whether only this machine can open the site, as when it is being tried out."""
    return urlsplit(settings.SITE_URL).hostname in LOCAL_HOSTS


def mail_stays_local() -> bool:
    """Say whether mails become files though others can open the site."""
    return not settings.EMAIL_URL and not is_local_only()


def refuse_unusable_settings() -> None:
    """Stop a process that would sign with a known key or fail at every page. Raises ImproperlyConfigured."""
    if not settings.DEBUG and has_default_secret():
        raise ImproperlyConfigured(
            "SECRET_KEY is the default. Set SECRET_KEY or SECRET_KEY_FILE to a long random text; docs/configuration.md."
        )
    for problem in fatal_errors():
        raise ImproperlyConfigured(f"{problem.msg} {problem.hint}")


def fatal_errors() -> Iterator[Error]:
    """What no page could live with."""
    yield from site_url_errors()
    yield from email_url_errors()
    try:
        read_rate(settings.THROTTLE_BOOKING)
    except ValueError:
        said = f"THROTTLE_BOOKING is {settings.THROTTLE_BOOKING!r}."
        yield Error(said, hint="Write a number, a slash and s, m, h or d, such as 30/m.", id="clinic.E003")
    if settings.LOG_FORMAT not in LOG_FORMATS:
        said = f"LOG_FORMAT is {settings.LOG_FORMAT!r}."
        yield Error(said, hint=f"Write one of {', '.join(LOG_FORMATS)}.", id="clinic.E012")
    yield from network_errors("STATUS_NETWORKS", settings.STATUS_NETWORKS)
    yield from network_errors("OUTBOUND_NETWORKS", settings.OUTBOUND_NETWORKS)


def network_errors(name: str, networks: Sequence[str]) -> Iterator[Error]:
    """What a setting names that is no network."""
    for network in networks:
        try:
            ipaddress.ip_network(network, strict=False)
        except ValueError:
            said = f"{name} names {network!r}, which is no network."
            yield Error(said, hint="Write it as 192.0.2.0/24, several with commas between.", id="clinic.E004")


def site_url_errors() -> Iterator[Error]:
    """What is wrong with SITE_URL."""
    hint = "Write the address that people type, such as https://massage.example.org, and nothing after it."
    try:
        site = urlsplit(settings.SITE_URL)
        usable = site.scheme in {"http", "https"} and bool(site.hostname) and site.port != 0
    except ValueError:
        usable, site = False, SplitResult("", "", "", "", "")
    if not usable:
        yield Error(f"SITE_URL is {settings.SITE_URL!r}, which is no address of a site.", hint=hint, id="clinic.E005")
    elif site.path or site.query or site.fragment or site.username:
        yield Error(f"SITE_URL is {settings.SITE_URL!r}, which says more than a site.", hint=hint, id="clinic.E006")


def email_url_errors() -> Iterator[Error]:
    """What is wrong with EMAIL_URL. Its words never hold the password."""
    try:
        if settings.EMAIL_URL:
            mail_server(settings.EMAIL_URL)
    except ImproperlyConfigured as error:
        hint = "Such as smtp+tls://user:password@mail.example.org:587, with @ and : in the password as %40 and %3A."
        yield Error(str(error), hint=hint, id="clinic.E007")


@register(Tags.security, deploy=True)
def check_secret(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """`check --deploy` names a default secret."""
    if has_default_secret():
        return [Error("SECRET_KEY is the default.", hint="Set it to a long random text.", id="clinic.E001")]
    return []


@register("settings", deploy=True)
def check_settings(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """`check --deploy` names each setting that cannot be used as it is."""
    return [*fatal_errors(), *data_dir_errors(), *broker_errors(), *hsts_warnings(), *backup_warnings()]


def data_dir_errors() -> Iterator[CheckMessage]:
    """Whether this user may write to DATA_DIR, or make it."""
    if not is_writable(settings.DATA_DIR):
        hint = "Make it, and give it to the user that Warmstone runs as: chown warmstone: FOLDER."
        yield Error(f"DATA_DIR is {settings.DATA_DIR}, which cannot be written to.", hint=hint, id="clinic.E008")


def broker_errors() -> Iterator[CheckMessage]:
    """Whether REDIS_URL is of a kind that Celery knows."""
    if settings.REDIS_URL and not settings.REDIS_URL.startswith(BROKERS):
        hint = "Write redis://:password@localhost:6379/0, or redis+socket:///run/redis/redis-server.sock."
        yield Error("REDIS_URL names no Redis.", hint=hint, id="clinic.E009")


def hsts_warnings() -> Iterator[CheckMessage]:
    """Whether HSTS says how far it reaches."""
    if settings.HSTS not in REACHABLE_SCHEMES:
        yield Error(
            f"HSTS is {settings.HSTS!r}.", hint=f"Write one of {', '.join(REACHABLE_SCHEMES)}.", id="clinic.E010"
        )


def backup_warnings() -> Iterator[CheckMessage]:
    """Whether a backup can be made at all. Who only tries it out needs none."""
    if is_local_only() or len(settings.BACKUP_PASSPHRASE) >= SHORTEST_PASSPHRASE:
        return
    hint = f"Set it to {SHORTEST_PASSPHRASE} characters or more, and keep it apart from the backups."
    yield checks.Warning(
        "BACKUP_PASSPHRASE is missing or short, so no backup can be made.", hint=hint, id="clinic.W002"
    )


@register("mail", deploy=True)
def check_mail(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """`check --deploy` names a site whose mails are files, go in the clear, or come from nobody; the desk the first."""
    if mail_stays_local():
        return [checks.Warning("Mails become files; nobody receives them.", hint="Set EMAIL_URL.", id="clinic.W001")]
    return [*sender_warnings(), *plain_text_warnings()]


def sender_warnings() -> Iterator[CheckMessage]:
    """Whether answers to DEFAULT_FROM_EMAIL could reach anybody."""
    address = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    try:
        validate_email(address)
        broken = any(mark in settings.DEFAULT_FROM_EMAIL for mark in "\r\n")
    except ValidationError:
        broken = True
    # Django's validator knows localhost as a domain; nobody else does.
    if settings.EMAIL_URL and (broken or address.rpartition("@")[2] == "localhost") and not is_local_only():
        hint = 'Write "Stillwater Massage <practice@example.org>", of a domain that your mail server may send for.'
        said = f"DEFAULT_FROM_EMAIL is {settings.DEFAULT_FROM_EMAIL!r}, which is nobody's address."
        yield Error(said, hint=hint, id="clinic.E011")


def plain_text_warnings() -> Iterator[CheckMessage]:
    """Whether mails, and the password for sending them, cross a network in the clear."""
    if not settings.EMAIL_URL or any(email_url_errors()):
        return
    server = mail_server(settings.EMAIL_URL)
    if server.security == Security.PLAIN and server.host not in LOCAL_HOSTS:
        hint = "Write smtp+tls:// (port 587) or smtps:// (port 465)."
        yield checks.Warning(f"Mails go to {server.host} in the clear.", hint=hint, id="clinic.W003")


@register(Tags.database)
def check_dialect(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Exclusion constraints, ranges and SKIP LOCKED exist in PostgreSQL only, so no other engine is accepted."""
    engine = settings.DATABASES["default"]["ENGINE"]
    if engine not in {"clinic.embedded", "django.db.backends.postgresql"}:
        return [Error(f"DATABASE_URL names {engine}; Warmstone needs PostgreSQL 15 or newer.", id="clinic.E002")]
    return []
