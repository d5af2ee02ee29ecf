"""The practice's own hand on the care catalogue: what it changed, and who has signed what."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clinic.models.columns import actor_field
from clinic.models.versioned import Versioned


class EntryKind(models.TextChoices):
    """The sections of the catalogue that a practice edits, by their names in the file."""

    OIL = "oils", _("oil")
    TIP = "home_care", _("home-care tip")
    TEXT = "aftercare", _("text of a mail")
    TECHNIQUE = "techniques", _("technique")
    ADD_ON = "addons", _("add-on")
    RECOMMENDATION = "recommendations", _("recommended massage")
    CONDITION = "conditions", _("condition")
    RED_FLAG = "red_flags", _("warning sign")
    SYMPTOM = "symptoms", _("symptom")
    CAUSE = "causes", _("cause")
    CLAIM = "claims", _("claim")
    SOURCE = "sources", _("source")


class CatalogueEdit(Versioned):
    """One entry as the practice wants it, whole, in place of the one that ships, or beside those (its own). `replaced`
    is the hash of the shipped entry at that time; empty for the practice's own."""

    kind = models.CharField(_("kind"), max_length=20, choices=EntryKind)
    slug = models.SlugField(_("slug"), max_length=60)
    data = models.JSONField(_("entry"), help_text=_("As the shipped file writes it."))
    replaced = models.CharField(_("replaced"), max_length=64, blank=True)
    reason = models.CharField(
        _("why dangers were taken off"), max_length=300, blank=True, help_text=_("Read by the team only.")
    )
    edited_by = actor_field(_("edited by"))
    edited_at = models.DateTimeField(_("edited"), default=timezone.now)

    class Meta:
        verbose_name = _("change of the care catalogue")
        verbose_name_plural = _("changes of the care catalogue")
        ordering = ["kind", "id"]
        constraints = [models.UniqueConstraint(fields=["kind", "slug"], name="catalogue_edit_once_an_entry")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.slug}"


class CatalogueSignature(models.Model):
    """A named reviewer stands for one entry as it is worded. A later change of the entry is not covered by it."""

    kind = models.CharField(_("kind"), max_length=20, choices=EntryKind)
    slug = models.SlugField(_("slug"), max_length=60)
    entry_hash = models.CharField(_("hash of the entry"), max_length=64)
    catalogue_version = models.CharField(_("catalogue version"), max_length=40)
    reviewer = models.CharField(_("reviewer"), max_length=120)
    qualification = models.CharField(_("qualification"), max_length=160)
    signed_at = models.DateTimeField(_("signed"), default=timezone.now)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("recorded by"), on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("signature of a reviewer")
        verbose_name_plural = _("signatures of reviewers")
        ordering = ["-signed_at"]

    def __str__(self) -> str:
        return f"{self.reviewer}: {self.slug}"
