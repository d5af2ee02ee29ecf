"""What the law wants to read about the practice: one row of details, and the owner's own privacy notice and imprint."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clinic.models.practice import SINGLE_ROW_ID
from clinic.models.versioned import Versioned

LONGEST_TEXT = 40_000


class CoveredEntity(models.TextChoices):
    """Whether HIPAA binds the practice (45 CFR 160.103): who bills insurers electronically usually is covered."""

    UNSAID = "", _("not said yet")
    YES = "yes", _("yes, we are a covered entity")
    NO = "no", _("no, we are not")


class LegalDetails(Versioned):
    """Who runs the practice, as privacy notice and imprint name it. At most one row exists, by constraint."""

    id = models.SmallAutoField(primary_key=True, default=SINGLE_ROW_ID)
    operator = models.CharField(
        _("owner or company"), max_length=160, blank=True, help_text=_("The full name of whoever runs the practice.")
    )
    legal_form = models.CharField(
        _("legal form"),
        max_length=80,
        blank=True,
        help_text=_("For example GmbH, Ltd or LLC. Empty: you work in your own name."),
    )
    represented_by = models.CharField(_("represented by"), max_length=160, blank=True)
    register = models.CharField(
        _("register"), max_length=120, blank=True, help_text=_("For example Amtsgericht Berlin.")
    )
    register_number = models.CharField(_("number in the register"), max_length=60, blank=True)
    vat_id = models.CharField(
        _("VAT or business number"), max_length=40, blank=True, help_text=_("VAT id, UID, ABN: if you have one.")
    )
    profession = models.CharField(
        _("professional title"),
        max_length=120,
        blank=True,
        help_text=_("Only a title that the law protects, and where it was granted."),
    )
    chamber = models.CharField(_("professional body"), max_length=160, blank=True)
    profession_rules = models.CharField(
        _("rules of the profession"),
        max_length=240,
        blank=True,
        help_text=_("What they are called, and where to read them."),
    )
    trade_authority = models.CharField(_("supervisory authority"), max_length=200, blank=True)
    data_contact = models.CharField(
        _("contact for data protection"),
        max_length=200,
        blank=True,
        help_text=_("Name and mailbox of whoever answers, or of your data protection officer. Empty: the practice."),
    )
    data_authority = models.CharField(
        _("data protection authority"),
        max_length=200,
        blank=True,
        help_text=_("Where clients may complain. Empty: your country’s, where there is one for all."),
    )
    processors = models.TextField(
        _("who else handles data for you"),
        max_length=2000,
        blank=True,
        help_text=_("One a line: who runs your server, your mail, your books, and in which country."),
    )
    covered_entity = models.CharField(
        _("does HIPAA bind you"), max_length=3, choices=CoveredEntity, default=CoveredEntity.UNSAID, blank=True
    )

    class Meta:
        verbose_name = _("legal details")
        verbose_name_plural = _("legal details")
        constraints = [models.CheckConstraint(condition=models.Q(id=SINGLE_ROW_ID), name="legal_details_are_one_row")]

    def __str__(self) -> str:
        return self.operator

    @classmethod
    def current(cls) -> "LegalDetails":
        """The details on file, or empty ones; reading makes no row."""
        return cls.objects.filter(pk=SINGLE_ROW_ID).first() or cls()


class LegalTextKind(models.TextChoices):
    """The two pages. The value is the last part of their addresses."""

    PRIVACY = "privacy", _("Privacy notice")
    IMPRINT = "imprint", _("Imprint")


class LegalText(Versioned):
    """A page in the owner's own words. Without a row it says what Warmstone ships for the country."""

    kind = models.CharField(_("page"), max_length=10, choices=LegalTextKind, unique=True)
    text = models.TextField(_("text"), max_length=LONGEST_TEXT)
    based_on = models.TextField(_("what it began with"), blank=True, editable=False)
    """The shipped text that the owner saw when this was saved: where it is another one now, the owner is shown it."""
    changed_at = models.DateTimeField(_("changed"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("legal text")
        verbose_name_plural = _("legal texts")
        ordering = ["kind"]

    def __str__(self) -> str:
        return self.get_kind_display()
