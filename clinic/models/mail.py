"""The ledger of outgoing mail: one row for one mail to one person, from the wish to send it to what the server said."""

import datetime as dt
import uuid
from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clinic.mail import kinds
from clinic.models.columns import actor_field
from clinic.models.versioned import Versioned

if TYPE_CHECKING:
    from clinic.models.user import User


class MailState(models.TextChoices):
    """Where a mail stands."""

    QUEUED = "queued", _("waiting to be sent")
    SENDING = "sending", _("being sent")
    RETRYING = "retrying", _("will be tried again")
    SENT = "sent", _("sent")
    FAILED = "failed", _("failed")
    WITHDRAWN = "withdrawn", _("withdrawn before sending")
    UNCERTAIN = "uncertain", _("perhaps sent")


class MailPhase(models.TextChoices):
    """How far a claimed mail got; after DATA a crash leaves it uncertain (docs/invariants.md#mail-phases)."""

    CLAIMED = "claimed", _("claimed")
    DATA = "data", _("body handed over")


class OutgoingMailQuerySet(models.QuerySet["OutgoingMail"]):
    """Sets of mails that someone asks for."""

    def pending(self) -> "OutgoingMailQuerySet":
        """Those that may still go out without anyone's help."""
        return self.filter(state__in=OutgoingMail.PENDING)

    def needing_attention(self) -> "OutgoingMailQuerySet":
        """Those that ended badly, may have arrived twice or do not get through, unless somebody sent them again or
        ticked that they are dealt with."""
        twice = models.Q(state=MailState.SENT, maybe_duplicate=True)
        bad = self.filter(OutgoingMail.ENDED_BADLY | OutgoingMail.STUCK | twice, acknowledged_at=None)
        return bad.without_resend()

    def without_resend(self) -> "OutgoingMailQuerySet":
        """Of mails with the same words only the last."""
        later = self.model.objects.filter(resend_of=models.OuterRef("resend_of"), pk__gt=models.OuterRef("pk"))
        return self.filter(~models.Exists(later), resends=None)

    def with_resends(self) -> "OutgoingMailQuerySet":
        """These, and what was sent again from them."""
        keys = list(self.values_list("pk", flat=True))
        return self.model.objects.filter(models.Q(pk__in=keys) | models.Q(resend_of__in=keys))

    def still_urgent(self, since: dt.datetime) -> "OutgoingMailQuerySet":
        """Those that ended after an instant, or have not ended."""
        return self.filter(models.Q(settled_at__gt=since) | models.Q(settled_at=None))

    def see(self, by: "User") -> int:
        """Note that somebody has dealt with those that need a person; return how many. The first to do so stays."""
        return self.needing_attention().update(acknowledged_at=Now(), acknowledged_by=by)


class OutgoingMail(models.Model):
    """One mail to one recipient, rendered once. Sending again is a new row."""

    PENDING: ClassVar = frozenset({MailState.QUEUED, MailState.SENDING, MailState.RETRYING})
    ENDED_BADLY: ClassVar = models.Q(state__in=[MailState.FAILED, MailState.UNCERTAIN])
    # Five tries take an hour and a half (outcomes.BACK_OFF): longer than grey-listing, soon enough to call the client.
    STUCK: ClassVar = models.Q(state=MailState.RETRYING, attempts__gte=5)

    public_id = models.UUIDField(_("id"), default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(_("kind"), max_length=20, choices=kinds.choices)
    to_email = models.EmailField(_("to"))
    to_name = models.CharField(_("name"), max_length=160, blank=True)
    subject = models.CharField(_("subject"), max_length=200)
    text = models.TextField(_("text"))
    html = models.TextField(_("HTML"), blank=True)
    calendar = models.TextField(_("calendar file"), blank=True)
    calendar_method = models.CharField(_("calendar method"), max_length=10, blank=True)
    headers = models.JSONField(_("further headers"), default=dict, blank=True)
    message_id = models.CharField(_("Message-ID"), max_length=200, unique=True)

    state = models.CharField(_("state"), max_length=10, choices=MailState, default=MailState.QUEUED)
    created_at = models.DateTimeField(_("written"), default=timezone.now)
    next_try_at = models.DateTimeField(_("next try"), default=timezone.now)
    not_after = models.DateTimeField(_("useless after"), null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(_("tries"), default=0)
    lease = models.UUIDField(_("lease"), null=True, blank=True, editable=False)
    lease_until = models.DateTimeField(_("lease until"), null=True, blank=True, editable=False)
    phase = models.CharField(_("phase"), max_length=10, choices=MailPhase, blank=True, editable=False)
    maybe_duplicate = models.BooleanField(_("a second copy may exist"), default=False, editable=False)
    reply = models.CharField(_("what the server said"), max_length=300, blank=True)
    address_refused = models.BooleanField(
        _("refused address, still to be noted"), default=False, editable=False, db_index=False
    )
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    settled_at = models.DateTimeField(
        _("ended"),
        null=True,
        blank=True,
        editable=False,
        help_text=_("When it came to its last state, whatever that is."),
    )
    acknowledged_at = models.DateTimeField(_("dealt with"), null=True, blank=True, editable=False)
    acknowledged_by = actor_field(_("dealt with by"), editable=False)
    dedupe_key = models.CharField(
        _("written once"), max_length=80, blank=True, editable=False, help_text=_("Only one mail has this key.")
    )
    resend_of = models.ForeignKey(
        "self",
        verbose_name=_("sent again from"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="resends",
    )

    objects = OutgoingMailQuerySet.as_manager()

    class Meta:
        verbose_name = _("outgoing mail")
        verbose_name_plural = _("outgoing mail")
        ordering = ["-created_at"]
        indexes = [
            models.Index(
                fields=["next_try_at"], name="mail_due", condition=models.Q(state__in=["queued", "sending", "retrying"])
            ),
            models.Index(fields=["to_email", "-created_at"], name="mail_of_address"),
            models.Index(
                fields=["settled_at"], name="mail_ended_badly", condition=models.Q(state__in=["failed", "uncertain"])
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["dedupe_key"], condition=~models.Q(dedupe_key=""), name="mail_dedupe_key_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.public_id}"

    @property
    def latest(self) -> "OutgoingMail":
        """The last mail with these words: the newest of those sent again from it, or itself."""
        copies: list[OutgoingMail] = list(self.resends.all())
        return max([self, *copies], key=lambda mail: mail.pk)


class DeliveryStatus(Versioned):
    """The way out: paused when the mail server refuses our sign-in or our TLS, down while nobody answers there."""

    # A blink is no alarm: by then the first mail has been tried three times (outcomes.BACK_OFF).
    DOWN_AFTER: ClassVar = dt.timedelta(minutes=10)

    name = models.CharField(_("name"), max_length=20, primary_key=True, default="smtp")
    paused_until = models.DateTimeField(_("paused until"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    held_since = models.DateTimeField(
        _("held since"), null=True, blank=True, help_text=_("After a restore nothing goes out until a person says so.")
    )
    held_reason = models.CharField(_("held because"), max_length=200, blank=True)
    down_since = models.DateTimeField(
        _("no answer since"),
        null=True,
        blank=True,
        help_text=_("Nobody could be talked to; empty once a mail went out."),
    )
    down_reason = models.CharField(_("no answer because"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("mail delivery")
        verbose_name_plural = _("mail delivery")

    def __str__(self) -> str:
        return self.name

    @property
    def is_paused(self) -> bool:
        """Whether nothing is tried now, because the server refused us."""
        return self.paused_until is not None and self.paused_until > timezone.now()

    @property
    def is_down(self) -> bool:
        """Whether nobody has answered for so long that a person must know."""
        return self.down_since is not None and self.down_since <= timezone.now() - self.DOWN_AFTER


class Heartbeat(models.Model):
    """When a periodic job last finished; `/healthz/ready` reads it."""

    PROOF = "proof"
    BACKUP = "backup"

    name = models.CharField(_("job"), max_length=40, primary_key=True)
    at = models.DateTimeField(_("last"), default=timezone.now)
    trouble = models.CharField(
        _("trouble"), max_length=200, blank=True, help_text=_("What the job found wrong; empty where all was well.")
    )

    class Meta:
        verbose_name = _("heartbeat")
        verbose_name_plural = _("heartbeats")

    def __str__(self) -> str:
        return self.name

    @property
    def failed(self) -> bool:
        """Whether its last run failed. What the nightly proof notes is about bookings, and no failure of its own."""
        return bool(self.trouble) and self.name != self.PROOF
