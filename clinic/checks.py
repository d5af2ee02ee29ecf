"""System checks with a hint: wrong combinations of settings are named before anyone relies on them."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.checks import Warning as Advice
from django.core.exceptions import ImproperlyConfigured

# A site that only its own machine can open is being tried out, as `make demo` does.
AT_HOME = frozenset({"localhost", "127.0.0.1", "::1"})
WEAK_SECRETS = {"", "change-me", "changeme", "secret", settings.DEFAULT_SECRET}


def has_default_secret() -> bool:
    """Say whether the secret key is one that anybody could guess."""
    return settings.SECRET_KEY in WEAK_SECRETS


def refuse_default_secret() -> None:
    """Stop a production process that would sign links and sessions with a known key.

    Raises ImproperlyConfigured with one line that says what to do.
    """
    if not settings.DEBUG and has_default_secret():
        raise ImproperlyConfigured(
            "SECRET_KEY is the default. Set SECRET_KEY or SECRET_KEY_FILE to a long random text; docs/configuration.md."
        )


@register(Tags.security, deploy=True)
def check_secret(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """`check --deploy` names a default secret."""
    if has_default_secret():
        return [Error("SECRET_KEY is the default.", hint="Set it to a long random text.", id="clinic.E001")]
    return []


def is_at_home() -> bool:
    """Say whether only this machine can open the site, as when it is being tried out."""
    return urlsplit(settings.SITE_URL).hostname in AT_HOME


def mail_reaches_nobody() -> bool:
    """Say whether mails become files though others can open the site."""
    return not settings.EMAIL_URL and not is_at_home()


@register("mail", deploy=True)
def check_mail(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """`check --deploy` names a site whose mails are files; the desk says so too."""
    if mail_reaches_nobody():
        return [Advice("Mails become files; nobody receives them.", hint="Set EMAIL_URL.", id="clinic.W001")]
    return []


@register(Tags.database)
def check_dialect(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Exclusion constraints, ranges and SKIP LOCKED exist in PostgreSQL only, so no other engine is accepted."""
    engine = settings.DATABASES["default"]["ENGINE"]
    if engine not in {"clinic.embedded", "django.db.backends.postgresql"}:
        return [Error(f"DATABASE_URL names {engine}; Warmstone needs PostgreSQL 15 or newer.", id="clinic.E002")]
    return []
