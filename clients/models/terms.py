"""The catalogue's words as tables: what a client can tell, and the sources. Named as in `clients.care.terms`."""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from clinic.models.versioned import Versioned

SLUG_FIELD_OPTIONS = RegexValidator(
    r"^[a-z0-9]+(-[a-z0-9]+)*\Z", _("Use lower-case letters, digits and single hyphens.")
)


class CatalogueEntry(Versioned):
    """What every row of the catalogue has. Answers name its slug for ever: a row is switched off, never deleted."""

    slug = models.CharField(
        _("id"),
        max_length=60,
        unique=True,
        validators=[SLUG_FIELD_OPTIONS],
        help_text=_("Never changes; answers and plans name it."),
    )
    position = models.PositiveIntegerField(_("place"), default=0, editable=False, db_index=True)
    # The fingerprint of the row as it was last loaded from the shipped file; blank for the practice's own entries.
    # A row whose fingerprint differs has been edited by the practice, by whatever way.
    shipped_hash = models.CharField(max_length=64, blank=True, editable=False)

    class Meta:
        abstract = True
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return str(getattr(self, "name", self.slug))


class Term(CatalogueEntry):
    """A word a client or therapist can tick."""

    name = models.CharField(_("name"), max_length=120)
    switched_off = models.BooleanField(
        _("switched off"), default=False, help_text=_("No longer asked. Answers already given still count.")
    )

    class Meta(CatalogueEntry.Meta):
        abstract = True


class DescribedTerm(Term):
    text = models.TextField(_("text"), help_text=_("What the client reads."))
    from_seed = models.BooleanField(default=False, editable=False)

    class Meta(Term.Meta):
        abstract = True


def slug_links(to: str, label: Any, **options: Any) -> Any:
    """A many-to-many list of other entries that may stay empty and needs no way back."""
    return models.ManyToManyField(to, verbose_name=label, blank=True, related_name="+", **options)


class EvidenceSource(CatalogueEntry):
    """A trial, a guideline, a book, a page: what a statement rests on."""

    citation = models.TextField(_("citation"))
    url = models.CharField(_("address"), max_length=300)
    seen = models.BooleanField(_("read in its source"), default=False)
    note = models.TextField(_("note"), blank=True)

    class Meta(CatalogueEntry.Meta):
        verbose_name = _("source")
        verbose_name_plural = _("sources")

    def __str__(self) -> str:
        return self.citation if len(self.citation) <= 90 else f"{self.citation[:87]}..."


class HealthCondition(DescribedTerm):
    """A state of health that the rules look at."""

    group = models.CharField(_("group"), max_length=60)
    ask = models.TextField(_("question"))
    implies = slug_links("self", _("implies"), symmetrical=False)

    class Meta(CatalogueEntry.Meta):
        verbose_name = _("health condition")
        verbose_name_plural = _("health conditions")


class BodyArea(DescribedTerm):
    """A part of the body chart."""

    sides = ArrayField(models.CharField(max_length=20), verbose_name=_("sides"))
    region = models.CharField(_("region"), max_length=40)

    class Meta(CatalogueEntry.Meta):
        verbose_name = _("body area")
        verbose_name_plural = _("body areas")


class Onset(DescribedTerm):
    """How long ago it began, in days."""

    min_days = models.PositiveSmallIntegerField(_("from, days"), null=True, blank=True)
    max_days = models.PositiveSmallIntegerField(_("to, days"), null=True, blank=True)
    stage = models.CharField(_("stage"), max_length=20)
    modifier = models.BooleanField(_("combines with another"), default=False)

    class Meta(CatalogueEntry.Meta):
        verbose_name = _("onset")
        verbose_name_plural = _("onsets")


class RedFlag(Term):
    """A warning sign. What a yes asks for is fixed by `action`."""

    class Action(models.TextChoices):
        EMERGENCY = "emergency", _("emergency: no massage, no advice")
        DOCTOR = "doctor-before-massage", _("a doctor before any massage")
        CAUTION = "caution", _("caution: tell the therapist")

    class Urgency(models.TextChoices):
        NOW = "now", _("now")
        SAME_DAY = "same-day", _("the same day")
        DAYS = "days", _("within days")
        TELL_THERAPIST = "tell-therapist", _("tell the therapist")

    text = models.TextField(_("text"), help_text=_("What the client reads."))
    question = models.TextField(_("question"))
    action = models.CharField(_("action"), max_length=30, choices=Action)
    urgency = models.CharField(_("urgency"), max_length=20, choices=Urgency)
    why = models.TextField(_("what it may mean"))
    areas = slug_links("BodyArea", _("asked with these areas"))
    sources = slug_links("EvidenceSource", _("sources"))

    class Meta(CatalogueEntry.Meta):
        verbose_name = _("warning sign")
        verbose_name_plural = _("warning signs")


class Symptom(DescribedTerm):
    """How it feels, in the client's words."""

    implies = slug_links("HealthCondition", _("implies"))
    ask_red_flags = slug_links("RedFlag", _("calls for these warning signs"))

    class Meta(CatalogueEntry.Meta):
        verbose_name = _("symptom")
        verbose_name_plural = _("symptoms")


class Cause(DescribedTerm):
    """What set it off."""

    group = models.CharField(_("group"), max_length=40)
    implies = slug_links("HealthCondition", _("implies"))

    class Meta(CatalogueEntry.Meta):
        verbose_name = _("cause")
        verbose_name_plural = _("causes")


class Factor(Term):
    """What makes the pain worse or better."""

    class Kind(models.TextChoices):
        AGGRAVATING = "aggravating", _("makes it worse")
        RELIEVING = "relieving", _("makes it better")

    kind = models.CharField(_("kind"), max_length=20, choices=Kind)

    class Meta(CatalogueEntry.Meta):
        verbose_name = _("factor")
        verbose_name_plural = _("factors")


class Claim(CatalogueEntry):
    """What the seed articles claim, what the evidence says, and the wording to use."""

    seed = models.CharField(_("article"), max_length=40)
    seed_says = models.TextField(_("the article says"))
    finding = models.TextField(_("what is known"))
    avoid = ArrayField(models.CharField(max_length=120), verbose_name=_("phrases to avoid"))
    say = models.TextField(_("what we say"))
    refs = ArrayField(models.CharField(max_length=60), verbose_name=_("about"), help_text=_("Ids of items."))
    sources = slug_links("EvidenceSource", _("sources"))

    class Meta(CatalogueEntry.Meta):
        verbose_name = _("claim")
        verbose_name_plural = _("claims")

    def __str__(self) -> str:
        return self.slug
