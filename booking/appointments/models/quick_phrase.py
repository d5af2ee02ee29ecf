"""Words that a therapist writes again and again, kept by the practice for the session note."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from clinic.models.versioned import Versioned


class QuickPhrase(Versioned):
    """One phrase: typed with “/” in a session note, or taken by a tap."""

    class Part(models.TextChoices):
        ANY = "", _("any")
        SUBJECTIVE = "subjective", _("subjective")
        OBJECTIVE = "objective", _("objective")
        ASSESSMENT = "assessment", _("assessment")
        PLAN = "plan", _("plan")

    part = models.CharField(
        _("part of the note"),
        max_length=12,
        choices=Part,
        blank=True,
        help_text=_("Offered first there; “any” is offered everywhere."),
    )
    text = models.CharField(_("text"), max_length=300)
    position = models.PositiveSmallIntegerField(_("place"), default=0)

    class Meta:
        verbose_name = _("quick phrase")
        verbose_name_plural = _("quick phrases")
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.text
