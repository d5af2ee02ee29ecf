"""A key by which a program of the practice speaks to the API. Only its hash is kept."""

import datetime as dt
import ipaddress
import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clinic.models.columns import actor_field
from clinic.web.throttle import is_address_within

# When a key was used is noted no more often than this: it tells which keys are alive, not who came when.
NOTED_EVERY = dt.timedelta(hours=1)
# The begin of a key that may be shown: enough to find it by, of no use to guess the rest.
PREFIX_LENGTH = 12


class Scope(models.TextChoices):
    """What a key may do. There is none for health answers, session notes, plans or care (decision 27)."""

    APPOINTMENTS_READ = "appointments:read", gettext_lazy("read appointments")
    APPOINTMENTS_WRITE = "appointments:write", gettext_lazy("book, move, cancel and close appointments")
    CLIENTS_READ = "clients:read", gettext_lazy("read names, addresses and phone numbers of clients")
    CLIENTS_WRITE = "clients:write", gettext_lazy("add clients, correct their names and phone numbers")


def must_be_network(text: str) -> None:
    """Refuse what names no network. Raises ValidationError."""
    try:
        ipaddress.ip_network(text, strict=False)
    except ValueError as error:
        raise ValidationError(_("“%(text)s” is no network, such as 192.0.2.0/24.") % {"text": text}) from error


class ApiKeyQuerySet(models.QuerySet["ApiKey"]):
    """Sets of keys that someone asks for."""

    def live(self) -> "ApiKeyQuerySet":
        """Those that open something now."""
        return self.filter(revoked_at=None).filter(models.Q(expires_at=None) | models.Q(expires_at__gt=timezone.now()))


class ApiKey(models.Model):
    """One key. What its program does stands in every history under `actor`, a user who can never sign in."""

    public_id = models.UUIDField(gettext_lazy("id"), default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(
        gettext_lazy("name"), max_length=80, help_text=gettext_lazy("The program that uses it, such as “Website”.")
    )
    actor = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        verbose_name=gettext_lazy("stands in histories as"),
        on_delete=models.PROTECT,
        related_name="api_key",
    )
    prefix = models.CharField(gettext_lazy("begins with"), max_length=PREFIX_LENGTH, db_index=True)
    digest = models.CharField(gettext_lazy("hash"), max_length=64, unique=True)
    scopes = ArrayField(models.CharField(max_length=30, choices=Scope), verbose_name=gettext_lazy("may"))
    networks = ArrayField(
        models.CharField(max_length=50, validators=[must_be_network]),
        verbose_name=gettext_lazy("only from these networks"),
        default=list,
        blank=True,
    )
    created_at = models.DateTimeField(gettext_lazy("made"), default=timezone.now)
    created_by = actor_field(gettext_lazy("made by"))
    expires_at = models.DateTimeField(gettext_lazy("expires"), null=True, blank=True)
    last_used_at = models.DateTimeField(gettext_lazy("last used, to the hour"), null=True, blank=True)
    revoked_at = models.DateTimeField(gettext_lazy("revoked"), null=True, blank=True)
    revoked_by = actor_field(gettext_lazy("revoked by"))

    objects = ApiKeyQuerySet.as_manager()

    class Meta:
        verbose_name = gettext_lazy("API key")
        verbose_name_plural = gettext_lazy("API keys")
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(scopes__contained_by=[str(scope) for scope in Scope]) & ~models.Q(scopes=[]),
                name="api_key_scopes_known",
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_expired(self) -> bool:
        """Whether its time is over."""
        return self.expires_at is not None and self.expires_at <= timezone.now()

    @property
    def is_live(self) -> bool:
        """Whether it opens anything."""
        return self.revoked_at is None and not self.is_expired

    @property
    def scope_labels(self) -> list[str]:
        """What it may do, in words."""
        return [str(Scope(scope).label) for scope in self.scopes]

    def takes_from(self, address: str) -> bool:
        """Whether it may be used from an IP address."""
        return not self.networks or is_address_within(address, self.networks)
