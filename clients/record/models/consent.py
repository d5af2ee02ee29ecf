"""What a client agreed to, and for how long it holds."""

import datetime as dt
import hashlib

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

# Health answers and the consent to what they mean are asked for anew, and signed anew, after this long.
ANSWERS_LAST = dt.timedelta(days=365)


class ConsentQuerySet(models.QuerySet["Consent"]):
    """Sets of consents that someone asks for."""

    def for_statistics(self, now: dt.datetime) -> "ConsentQuerySet":
        """The newest of each client, where it covers statistics without a name and stands: not withdrawn, not too old,
        and not followed by one that leaves them out."""
        same_moment = Q(given_at=models.OuterRef("given_at"), pk__gt=models.OuterRef("pk"))
        newer = self.model.objects.filter(
            Q(given_at__gt=models.OuterRef("given_at")) | same_moment, client=models.OuterRef("client")
        )
        standing = self.filter(statistics=True, withdrawn_at=None, given_at__gt=now - ANSWERS_LAST)
        return standing.filter(~models.Exists(newer), client__erased_at=None)


class Consent(models.Model):
    """What a client agreed to: the text as it stood, for which purposes, signed with their typed name."""

    client = models.ForeignKey(
        "clients.Client", verbose_name=_("client"), on_delete=models.PROTECT, related_name="consents"
    )
    version = models.PositiveSmallIntegerField(_("text version"))
    text = models.TextField(_("text"))
    text_hash = models.CharField(_("hash of the text"), max_length=64, editable=False)
    treatment = models.BooleanField(_("treatment"), default=False)
    hot_stone = models.BooleanField(_("hot stones"), default=False)
    personal_tips = models.BooleanField(_("personal tips by e-mail"), default=False)
    statistics = models.BooleanField(_("outcome statistics without a name"), default=False)
    signature = models.CharField(_("typed name"), max_length=160)
    guardian = models.CharField(
        _("guardian’s typed name"),
        max_length=160,
        blank=True,
        help_text=_("Under 18 a parent or guardian signs for themselves."),
    )
    guardian_relation = models.CharField(_("who the guardian is"), max_length=80, blank=True)
    guardian_agrees = models.BooleanField(_("guardian agrees"), default=False)
    given_at = models.DateTimeField(_("given"), default=timezone.now)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)

    objects = ConsentQuerySet.as_manager()

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        ordering = ["-given_at"]

    def __str__(self) -> str:
        return f"{self.client} v{self.version} {timezone.localtime(self.given_at):%Y-%m-%d}"

    @property
    def has_guardian(self) -> bool:
        """Whether a parent or guardian signed too, said who they are, and agreed."""
        return bool(self.guardian and self.guardian_relation and self.guardian_agrees)

    @staticmethod
    def hash_of(text: str) -> str:
        """SHA-256 of a consent text in hex: proves later which words were signed."""
        return hashlib.sha256(text.encode()).hexdigest()
