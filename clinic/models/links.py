"""Links that a client gets by mail or after booking: one purpose, one subject, stored only as a hash."""

import hashlib
import uuid
from base64 import urlsafe_b64encode

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _


class LinkPurpose(models.TextChoices):
    """What a link opens; a link of one purpose opens nothing else."""

    APPOINTMENT = "appointment", _("one appointment")
    INTAKE = "intake", _("one intake")
    CARE = "care", _("one care plan")
    PAIN = "pain", _("one question about pain")
    STOP = "stop", _("stop mails of a kind")
    WAITLIST = "waitlist", _("one place on the waitlist")
    INVITATION = "invitation", _("one invitation to the team")
    HANDOVER = "handover", _("one form at the practice, by a code to scan")


def token_digest(token: str) -> str:
    """What is stored of a token: its SHA-256 in hex. With 256 random bits it needs no salt and no stretching."""
    return hashlib.sha256(token.encode()).hexdigest()


def derived_tokens(purpose: str, subject: uuid.UUID) -> list[str]:
    """The token of a repeatable link to a subject, by the secret key, and by each that it may have had before."""
    salt = f"clinic.web.links.{purpose}"
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    macs = [salted_hmac(salt, str(subject), secret=key, algorithm="sha256") for key in keys]
    return [urlsafe_b64encode(mac.digest()).decode().rstrip("=") for mac in macs]


class ClientLinkQuerySet(models.QuerySet["ClientLink"]):
    """Questions about links."""

    def live(self) -> "ClientLinkQuerySet":
        """Those that have not expired."""
        return self.filter(expires_at__gt=timezone.now())

    def opened_by(self, token: str, purpose: LinkPurpose) -> "ClientLink | None":
        """The live link that this token opens for this purpose, or None; a wrong purpose opens nothing."""
        if len(token) > 200:
            return None
        found = self.live().filter(digest=token_digest(token), purpose=purpose).first()
        if found is not None and found.derived and token not in derived_tokens(purpose, found.subject):
            return None
        return found


class ClientLink(models.Model):
    """The right to open one thing without a password, until it expires."""

    purpose = models.CharField(_("purpose"), max_length=20, choices=LinkPurpose)
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
    derived = models.BooleanField(
        _("made from the secret key"),
        default=False,
        help_text=_("Its token can be worked out by whoever knows the key, so it ends with the key."),
    )
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
