"""Links that a client gets by mail or after booking: one purpose, one subject, stored only as a hash."""

import hashlib
import uuid

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class LinkPurpose(models.TextChoices):
    """What a link opens; a link of one purpose opens nothing else."""

    VISIT = "visit", _("one appointment")
    INTAKE = "intake", _("one intake")
    CARE = "care", _("one care plan")
    PAIN = "pain", _("one question about pain")
    STOP = "stop", _("stop mails of a kind")
    WAITLIST = "waitlist", _("one place on the waitlist")


def digest(token: str) -> str:
    """What is stored of a token: its SHA-256 in hex. With 256 random bits it needs no salt and no stretching."""
    return hashlib.sha256(token.encode()).hexdigest()


class ClientLinkQuerySet(models.QuerySet["ClientLink"]):
    """Questions about links."""

    def live(self) -> "ClientLinkQuerySet":
        """Those that have not expired."""
        return self.filter(expires_at__gt=timezone.now())

    def opened_by(self, token: str, purpose: LinkPurpose) -> "ClientLink | None":
        """The live link that this token opens for this purpose, or None; a wrong purpose opens nothing."""
        if len(token) > 200:
            return None
        return self.live().filter(digest=digest(token), purpose=purpose).first()


class ClientLink(models.Model):
    """The right to open one thing without a password, until it expires."""

    purpose = models.CharField(_("purpose"), max_length=10, choices=LinkPurpose)
    subject = models.UUIDField(_("opens"), help_text=_("The public id of what it opens."))
    client = models.UUIDField(
        _("of client"), null=True, blank=True, help_text=_("For whom it was made, where the subject does not tell.")
    )
    by_mail = models.BooleanField(
        _("sent by mail"),
        default=False,
        help_text=_("Went to the address on file; a link shown on a page may be in a stranger's hands."),
    )
    digest = models.CharField(_("hash"), max_length=64, unique=True)
    created_at = models.DateTimeField(_("made"), default=timezone.now)
    expires_at = models.DateTimeField(_("expires"))

    objects = ClientLinkQuerySet.as_manager()

    class Meta:
        verbose_name = _("client link")
        verbose_name_plural = _("client links")
        indexes = [models.Index(fields=["purpose", "subject"], name="link_of_subject")]

    def __str__(self) -> str:
        return f"{self.purpose} {self.subject}"

    def opens(self, subject: uuid.UUID) -> bool:
        """Say whether this link is for that subject."""
        return self.subject == subject
