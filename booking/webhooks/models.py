"""Where programs want to be told, and what they are told: one row for one event to one address."""

import datetime as dt
import json
import secrets
import uuid
from base64 import b64encode
from typing import ClassVar
from urllib.parse import urlsplit

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clinic.models.columns import actor_field
from clinic.models.sealed import SealedRow

# After a new secret is made, the one before it signs beside it for so long.
BOTH_SECRETS_FOR = dt.timedelta(days=1)
# An event is of no use to anybody after so long; an address that took nothing for so long is asked no more.
EVENT_USEFUL_FOR = dt.timedelta(days=3)


class WebhookEvent(models.TextChoices):
    """What happens to an appointment that a program may want to hear of."""

    BOOKED = "appointment.booked", _("booked or asked for")
    CONFIRMED = "appointment.confirmed", _("a request was accepted")
    MOVED = "appointment.moved", _("another time, length, therapist, room or service")
    CANCELLED = "appointment.cancelled", _("cancelled")
    COMPLETED = "appointment.completed", _("took place")
    NO_SHOW = "appointment.no_show", _("the client did not come")


class WebhookEndpointQuerySet(models.QuerySet["WebhookEndpoint"]):
    """Sets of addresses that someone asks for."""

    def kept(self) -> "WebhookEndpointQuerySet":
        """Those that nobody has removed."""
        return self.filter(removed_at=None)

    def listening(self, event: str) -> "WebhookEndpointQuerySet":
        """Those that want to hear of an event now."""
        return self.kept().filter(active=True, events__contains=[event])

    def failing_since(self, moment: dt.datetime) -> "WebhookEndpointQuerySet":
        """Those that have taken nothing since then or longer, and those that were given up."""
        return self.kept().filter(models.Q(active=True, failing_from__lte=moment) | ~models.Q(stopped_because=""))


class WebhookEndpoint(SealedRow):
    """One address of a program, and the secret by which it knows that we are it. Removed, it stays without either."""

    url = models.CharField(_("address"), max_length=2000)
    events = ArrayField(models.CharField(max_length=40, choices=WebhookEvent), verbose_name=_("events"))
    active = models.BooleanField(_("active"), default=True)
    stopped_because = models.CharField(_("stopped by itself because"), max_length=200, blank=True)
    stopped_at = models.DateTimeField(_("stopped by itself"), null=True, blank=True)
    failures = models.PositiveIntegerField(_("failures in a row"), default=0)
    failing_from = models.DateTimeField(_("has taken nothing since"), null=True, blank=True)
    rest_until = models.DateTimeField(_("is left alone until"), null=True, blank=True)
    secret_changed_at = models.DateTimeField(_("secret changed"), default=timezone.now)
    created_at = models.DateTimeField(_("added"), default=timezone.now)
    created_by = actor_field(_("added by"))
    removed_at = models.DateTimeField(_("removed"), null=True, blank=True)

    objects = WebhookEndpointQuerySet.as_manager()

    class Meta:
        verbose_name = _("webhook")
        verbose_name_plural = _("webhooks")
        ordering = ["created_at"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(events__contained_by=[str(event) for event in WebhookEvent]),
                name="webhook_events_known",
            )
        ]

    def __str__(self) -> str:
        return self.host

    @property
    def host(self) -> str:
        """The host of the address: what stands behind it may be a secret of the program's."""
        return urlsplit(self.url).hostname or "-"

    @property
    def event_labels(self) -> list[str]:
        """What it hears of, in words."""
        return [str(WebhookEvent(event).label) for event in self.events]

    def new_secret(self) -> str:
        """Set a new secret and return it, to be shown this once; the row is not saved by this."""
        before = self.all_secrets()[:1] if self.sealed else []
        made = "whsec_" + b64encode(secrets.token_bytes(32)).decode()
        self.seal(json.dumps([made, *before]).encode())
        self.secret_changed_at = timezone.now()
        return made

    def all_secrets(self) -> list[str]:
        """The secret, and the one before it. Raises SealedUnreadable."""
        found: list[str] = json.loads(self.unsealed())
        return found

    def valid_secrets(self) -> list[str]:
        """Those that sign now, the newest first. Raises SealedUnreadable."""
        found = self.all_secrets()
        return found if timezone.now() < self.secret_changed_at + BOTH_SECRETS_FOR else found[:1]


class DeliveryState(models.TextChoices):
    """Where a delivery stands."""

    WAITING = "waiting", _("waiting")
    SENDING = "sending", _("on its way")
    RETRYING = "retrying", _("will be tried again")
    DELIVERED = "delivered", _("delivered")
    FAILED = "failed", _("failed")
    WITHDRAWN = "withdrawn", _("withdrawn")


class WebhookDeliveryQuerySet(models.QuerySet["WebhookDelivery"]):
    """Sets of deliveries that someone asks for."""

    def pending(self) -> "WebhookDeliveryQuerySet":
        """Those that may still go out without anyone's help."""
        return self.filter(state__in=WebhookDelivery.PENDING)

    def before_restore(self, held_since: dt.datetime) -> "WebhookDeliveryQuerySet":
        """Those of a backup that was restored: the system that was backed up may have told them already."""
        return self.pending().filter(created_at__lte=held_since)

    def withdraw(self, *, why: str) -> int:
        """Let those that wait go no more; return how many."""
        return self.pending().update(
            state=DeliveryState.WITHDRAWN, reply=why[:300], lease=None, lease_until=None, settled_at=Now()
        )

    withdraw.alters_data = True  # type: ignore[attr-defined] # as Django marks it: templates must not call it


class WebhookDelivery(models.Model):
    """One event for one address, written in the transaction of the change itself. Sending again is a new row."""

    PENDING: ClassVar = frozenset({DeliveryState.WAITING, DeliveryState.SENDING, DeliveryState.RETRYING})

    endpoint = models.ForeignKey(
        WebhookEndpoint, verbose_name=_("webhook"), on_delete=models.PROTECT, related_name="deliveries"
    )
    event_id = models.UUIDField(
        _("event"), default=uuid.uuid4, help_text=_("The same for every address and every try: programs take it once.")
    )
    event = models.CharField(_("what"), max_length=40)
    appointment = models.ForeignKey(
        "booking.Appointment",
        verbose_name=_("appointment"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    body = models.TextField(_("body"))
    state = models.CharField(_("state"), max_length=10, choices=DeliveryState, default=DeliveryState.WAITING)
    created_at = models.DateTimeField(_("written"), default=timezone.now)
    next_try_at = models.DateTimeField(_("next try"), default=timezone.now)
    attempts = models.PositiveSmallIntegerField(_("tries"), default=0)
    lease = models.UUIDField(null=True, blank=True, editable=False)
    lease_until = models.DateTimeField(null=True, blank=True, editable=False)
    status = models.PositiveSmallIntegerField(_("status"), null=True, blank=True)
    reply = models.CharField(_("answer"), max_length=300, blank=True)
    settled_at = models.DateTimeField(_("ended"), null=True, blank=True)
    resend_of = models.ForeignKey(
        "self", verbose_name=_("sent again from"), null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    objects = WebhookDeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("webhook delivery")
        verbose_name_plural = _("webhook deliveries")
        ordering = ["-pk"]
        indexes = [
            models.Index(
                fields=["endpoint", "appointment", "id"],
                name="webhook_pending",
                condition=models.Q(state__in=["waiting", "sending", "retrying"]),
            ),
            models.Index(fields=["endpoint", "-id"], name="webhook_log"),
            models.Index(fields=["settled_at"], name="webhook_settled"),
        ]

    def __str__(self) -> str:
        return f"{self.event} {self.event_id}"

    @property
    def is_over(self) -> bool:
        """Whether it goes no more by itself."""
        return self.state not in self.PENDING
