"""The safety answers given for one service at booking."""

import uuid
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clients.record.models.client import Client


def slug_list_field(label: Any, **options: Any) -> "ArrayField[list[str], list[str]]":
    """A list of catalogue slugs. Kept as given, so that later edits of the catalogue cannot change an old answer."""
    return ArrayField(models.SlugField(max_length=60), verbose_name=label, default=list, blank=True, **options)


class Screening(models.Model):
    """The safety answers given for one service at booking, and what the care engine made of them. Never changed."""

    public_id = models.UUIDField(_("id"), default=uuid.uuid4, unique=True, editable=False)
    client = models.ForeignKey(Client, verbose_name=_("client"), on_delete=models.PROTECT, related_name="screenings")
    technique = models.SlugField(_("kind of massage"), max_length=60)
    conditions = slug_list_field(_("conditions"))
    red_flags = slug_list_field(_("warning signs"))
    where = models.JSONField(
        _("where"), default=dict, blank=True, help_text=_("The places of a condition: its slug, and slugs of areas.")
    )
    denied = slug_list_field(_("warning signs asked and denied"))
    checked = models.JSONField(
        _("warning signs that a doctor looked at"), default=dict, blank=True, help_text=_("Its slug, and the date.")
    )
    weeks = models.PositiveSmallIntegerField(_("weeks of pregnancy"), null=True, blank=True)
    with_pain = models.BooleanField(_("comes with pain or an injury"), default=False)
    retracted = slug_list_field(
        _("ticked first, then taken back"), help_text=_("Answers changed while booking, in the half hour before.")
    )
    triage = models.CharField(_("triage"), max_length=30)
    level = models.CharField(_("level"), max_length=30)
    catalogue_version = models.CharField(_("catalogue version"), max_length=40)
    given_at = models.DateTimeField(_("given"), default=timezone.now)

    class Meta:
        verbose_name = _("safety answers")
        verbose_name_plural = _("safety answers at booking")
        ordering = ["-given_at"]

    def __str__(self) -> str:
        return f"{self.technique} {timezone.localtime(self.given_at):%Y-%m-%d}"
