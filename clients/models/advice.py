"""What the catalogue can advise, as tables, with its rules. Columns are named as in `clients.care.items`."""

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from clients.models.terms import CatalogueEntry, HealthCondition, slug_links
from clinic.models.versioned import Versioned


class Grade(models.TextChoices):
    """How sure we are, best first."""

    STRONG = "strong", _("strong")
    MODERATE = "moderate", _("moderate")
    WEAK = "weak", _("weak")
    TRADITIONAL = "traditional", _("traditional")
    AGAINST = "against", _("evidence against")


class Advice(CatalogueEntry):
    """What oils, tips, aftercare and techniques share: words, when they apply and what they rest on."""

    name = models.CharField(_("name"), max_length=120)
    text = models.TextField(_("text"), help_text=_("What the client reads."))
    dose = models.TextField(_("dose"))
    always = models.BooleanField(_("always applies"), default=False)
    symptoms = slug_links("Symptom", _("applies with these symptoms"))
    causes = slug_links("Cause", _("applies with these causes"))
    onsets = slug_links("Onset", _("ranks higher with these onsets"))
    areas = slug_links("BodyArea", _("ranks higher with these areas"))
    grade = models.CharField(_("evidence"), max_length=20, choices=Grade)
    evidence_note = models.TextField(_("evidence in words"))
    sources = slug_links("EvidenceSource", _("sources"))
    from_seed = models.BooleanField(default=False, editable=False)
    switched_off = models.BooleanField(
        _("switched off"), default=False, help_text=_("No longer proposed. Plans already given keep it.")
    )

    class Meta(CatalogueEntry.Meta):
        abstract = True


class OfferedAdvice(Advice):
    """What oils and home care share."""

    requires = ArrayField(
        models.CharField(
            max_length=10,
            choices=[
                ("symptoms", _("symptoms")),
                ("causes", _("causes")),
                ("onset", _("onset")),
                ("areas", _("areas")),
            ],
        ),
        verbose_name=_("must match"),
        default=list,
        blank=True,
        help_text=_("Each of these (symptoms, causes, onset, areas) must have a match, or it is not proposed."),
    )
    never_with_oils = slug_links("Oil", _("never with these oils"), symmetrical=False)
    never_with_tips = slug_links("HomeCareTip", _("never with this home care"), symmetrical=False)
    never_with_techniques = slug_links("Technique", _("never with these kinds of massage"))
    off_by_default = models.BooleanField(_("ships switched off"), default=False)
    switched_on = models.BooleanField(
        _("switched on"), default=False, help_text=_("Offer it although it ships switched off.")
    )
    off_in_regions = ArrayField(
        models.CharField(max_length=10),
        verbose_name=_("off in regions"),
        default=list,
        blank=True,
        help_text=_("EU, UK or a country code. Switching on does not lift this."),
    )
    needs_therapist_review = models.BooleanField(_("therapist must review"), default=False)

    class Meta(CatalogueEntry.Meta):
        abstract = True


class Oil(OfferedAdvice):
    """An oil, a blend or a carrier. Percentages are of the finished dilution."""

    class Kind(models.TextChoices):
        BLEND = "blend", _("blend")
        ESSENTIAL = "essential-oil", _("essential oil")
        INFUSED = "infused-oil", _("infused oil")
        CARRIER = "carrier", _("carrier")

    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    latin = models.CharField(_("Latin name"), max_length=200)
    max_dermal_percent = models.FloatField(
        _("published maximum, %"), null=True, blank=True, validators=[MinValueValidator(0), MaxValueValidator(100)]
    )
    max_source = models.TextField(_("source of the maximum"))
    max_verified = models.BooleanField(_("maximum checked"), default=False)
    house_max_percent = models.FloatField(
        _("practice's maximum, %"), validators=[MinValueValidator(0), MaxValueValidator(100)]
    )
    heat_ok = models.BooleanField(_("safe with heat"), default=False)
    photosensitising = models.BooleanField(_("makes skin sensitive to light"), default=False)
    contains = slug_links("self", _("contains"), symmetrical=False)
    legal_note = models.TextField(_("legal note"), blank=True)

    class Meta(CatalogueEntry.Meta):
        verbose_name = _("oil")
        verbose_name_plural = _("oils")


class HomeCareTip(OfferedAdvice):
    """Something the client does at home."""

    category = models.CharField(_("category"), max_length=40)
    not_by_email = models.BooleanField(_("never by e-mail"), default=False)
    show_with_red_flags = models.BooleanField(_("shown when a doctor comes first"), default=False)

    class Meta(CatalogueEntry.Meta):
        verbose_name = _("home-care tip")
        verbose_name_plural = _("home-care tips")


class AftercareTip(Advice):
    """Words for before or after a session."""

    class When(models.TextChoices):
        BEFORE = "before", _("before")
        AFTER = "after", _("after")
        WARNING = "warning", _("warning")

    when = models.CharField(_("when"), max_length=20, choices=When)
    techniques = slug_links("Technique", _("kinds of massage"))
    send_offset_hours = models.SmallIntegerField(
        _("sent, hours after"), help_text=_("Negative: hours before the session.")
    )
    email_ok = models.BooleanField(_("may go by e-mail"), default=True)

    class Meta(CatalogueEntry.Meta):
        verbose_name = _("aftercare tip")
        verbose_name_plural = _("aftercare tips")


class Technique(Advice):
    """A kind of massage. What the practice sells (minutes, price) is a service of the diary."""

    inherits = models.ForeignKey(
        "self",
        verbose_name=_("inherits rules from"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="variants",
    )
    durations = ArrayField(models.PositiveSmallIntegerField(), verbose_name=_("minutes offered"))
    default_minutes = models.PositiveSmallIntegerField(_("usual minutes"))
    session_note = models.TextField(_("note for the session"), blank=True)
    equipment_rules = ArrayField(
        models.TextField(), verbose_name=_("rules for the equipment"), default=list, blank=True
    )
    contraindication_sources = slug_links("EvidenceSource", _("sources of the health rules"))
    bath_min_c = models.PositiveSmallIntegerField(_("stones from, °C"), null=True, blank=True)
    bath_target_c = models.PositiveSmallIntegerField(_("stones at, °C"), null=True, blank=True)
    bath_max_c = models.PositiveSmallIntegerField(_("stones up to, °C"), null=True, blank=True)
    reduced_heat_max_c = models.PositiveSmallIntegerField(_("reduced heat up to, °C"), null=True, blank=True)
    stone_note = models.TextField(_("about the temperature"), blank=True)
    stone_sources = slug_links("EvidenceSource", _("sources of the temperature"))

    class Meta(CatalogueEntry.Meta):
        verbose_name = _("kind of massage")
        verbose_name_plural = _("kinds of massage")
        constraints = [
            models.CheckConstraint(
                name="technique_stones_all_or_none",
                condition=models.Q(
                    bath_min_c=None, bath_target_c=None, bath_max_c=None, reduced_heat_max_c=None, stone_note=""
                )
                | models.Q(
                    bath_min_c__isnull=False,
                    bath_target_c__isnull=False,
                    bath_max_c__isnull=False,
                    reduced_heat_max_c__isnull=False,
                ),
                violation_error_message=_("Fill in all four stone temperatures, or none."),
            )
        ]

    @property
    def uses_stones(self) -> bool:
        """Whether it is given with hot stones, which need a kit: the catalogue says how hot they are."""
        return self.bath_target_c is not None


class HealthRule(Versioned):
    """What one condition means for one item: the level, and the sentence that says why."""

    condition = models.ForeignKey(
        HealthCondition, verbose_name=_("condition"), on_delete=models.PROTECT, related_name="%(class)ss"
    )
    reason = models.TextField(_("reason"), help_text=_("The client reads it."))
    position = models.PositiveSmallIntegerField(_("place"), default=0)

    class Meta:
        abstract = True
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return str(self.condition)


class ItemLevel(models.TextChoices):
    NEVER = "never_when", _("never")
    CAUTION = "caution_when", _("with care")


class TechniqueLevel(models.TextChoices):
    NEVER = "never_when", _("never")
    CLEARANCE = "clearance_when", _("only with a doctor's note")
    LOCAL_AVOID = "local_avoid_when", _("avoid the area")
    CAUTION = "caution_when", _("with care")


class OilRule(HealthRule):
    owner = models.ForeignKey(Oil, on_delete=models.CASCADE, related_name="rules")
    level = models.CharField(_("level"), max_length=20, choices=ItemLevel)

    class Meta(HealthRule.Meta):
        verbose_name = _("health rule")
        verbose_name_plural = _("health rules")
        constraints = [models.UniqueConstraint(fields=["owner", "condition"], name="oil_one_rule_per_condition")]


class HomeCareRule(HealthRule):
    owner = models.ForeignKey(HomeCareTip, on_delete=models.CASCADE, related_name="rules")
    level = models.CharField(_("level"), max_length=20, choices=ItemLevel)

    class Meta(HealthRule.Meta):
        verbose_name = _("health rule")
        verbose_name_plural = _("health rules")
        constraints = [models.UniqueConstraint(fields=["owner", "condition"], name="home_care_one_rule_per_condition")]


class AftercareRule(HealthRule):
    owner = models.ForeignKey(AftercareTip, on_delete=models.CASCADE, related_name="rules")
    level = models.CharField(_("level"), max_length=20, choices=ItemLevel)

    class Meta(HealthRule.Meta):
        verbose_name = _("health rule")
        verbose_name_plural = _("health rules")
        constraints = [models.UniqueConstraint(fields=["owner", "condition"], name="aftercare_one_rule_per_condition")]


class TechniqueRule(HealthRule):
    owner = models.ForeignKey(Technique, on_delete=models.CASCADE, related_name="rules")
    level = models.CharField(_("level"), max_length=20, choices=TechniqueLevel)

    class Meta(HealthRule.Meta):
        verbose_name = _("health rule")
        verbose_name_plural = _("health rules")
        constraints = [models.UniqueConstraint(fields=["owner", "condition"], name="technique_one_rule_per_condition")]
