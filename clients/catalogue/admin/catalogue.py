"""The care catalogue in the admin: every entry with its rules, lists and evidence on one page."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import TextField
from django.forms import Textarea
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from clients.catalogue.admin.entries import (
    AdviceAdmin,
    CatalogueAdmin,
    EntryAdmin,
    OfferAdmin,
    StateFilter,
    SwitchedAdmin,
)
from clients.catalogue.admin.forms import InfoForm
from clients.catalogue.admin.preview import PreviewedAdmin
from clients.models import catalogue as models
from clinic.admin.base import Inline


class RulesInline(Inline[Any, Any]):
    """The health rules of an item, inline: condition, level and the reason that the client reads."""

    extra = 0
    fields = ["position", "condition", "level", "reason"]
    # An oil may have thirty rules: thirty lists of all conditions would make a slow page, and a long one to search.
    autocomplete_fields = ["condition"]
    formfield_overrides = {TextField: {"widget": Textarea(attrs={"rows": 2, "cols": 56})}}


def rules_inline(rule: type[Any]) -> type[Any]:
    """The inline of one table of rules."""
    return type(f"{rule.__name__}Inline", (RulesInline,), {"model": rule})


WORDING_FIELDS: Any = (None, {"fields": ["name", "slug", "text", "dose"]})
APPLIES_FIELDS: Any = (
    _("When it applies"),
    {
        "fields": ["always", "symptoms", "causes", "onsets", "areas"],
        "description": _("One symptom or cause that matches is enough. Onset and area only move it up the list."),
    },
)
OFFERED_FIELDS: Any = (APPLIES_FIELDS[0], {**APPLIES_FIELDS[1], "fields": [*APPLIES_FIELDS[1]["fields"], "requires"]})
EVIDENCE_FIELDS: Any = (_("How sure we are"), {"fields": ["grade", "evidence_note", "sources", "cited"]})
NEVER_WITH_FIELDS: Any = (
    _("What it must not meet"),
    {"fields": ["never_with_oils", "never_with_tips", "never_with_techniques"]},
)
STONE_FIELDS: Any = {
    "fields": [
        ("bath_min_c", "bath_target_c", "bath_max_c", "reduced_heat_max_c"),
        "stone_note",
        "stone_sources",
        "equipment_rules",
    ],
    "classes": ["collapse"],
}
SWITCH_FIELDS: Any = ["switched_off", "off_by_default", "switched_on", "off_in_regions", "needs_therapist_review"]


@admin.register(models.Oil)
class OilAdmin(PreviewedAdmin, OfferAdmin):
    """Oils, blends and carriers."""

    list_display = ["name", "kind", "grade", "heat_ok", "offered", "state"]
    list_filter = [
        "kind",
        "grade",
        "heat_ok",
        "switched_off",
        "off_by_default",
        "needs_therapist_review",
        StateFilter,
    ]
    inlines = [rules_inline(models.OilRule)]
    fieldsets = [
        (None, {"fields": ["name", "slug", "kind", "latin", "text", "dose", "contains"]}),
        (
            _("Dilution, % of the finished oil"),
            {"fields": ["house_max_percent", "max_dermal_percent", "max_source", "max_verified"]},
        ),
        (_("Heat, light and law"), {"fields": ["heat_ok", "photosensitising", "legal_note"]}),
        OFFERED_FIELDS,
        NEVER_WITH_FIELDS,
        EVIDENCE_FIELDS,
        (_("Switches"), {"fields": SWITCH_FIELDS}),
    ]


@admin.register(models.HomeCareTip)
class HomeCareTipAdmin(PreviewedAdmin, OfferAdmin):
    """What clients do at home."""

    list_display = ["name", "category", "grade", "offered", "state"]
    list_filter = ["category", "grade", "switched_off", "off_by_default", "needs_therapist_review", StateFilter]
    inlines = [rules_inline(models.HomeCareRule)]
    fieldsets = [
        (None, {"fields": ["name", "slug", "category", "text", "dose"]}),
        OFFERED_FIELDS,
        NEVER_WITH_FIELDS,
        EVIDENCE_FIELDS,
        (_("Switches"), {"fields": [*SWITCH_FIELDS, "not_by_email", "show_with_red_flags"]}),
    ]


@admin.register(models.AftercareTip)
class AftercareTipAdmin(AdviceAdmin):
    """Words for before and after a session."""

    list_display = ["name", "when", "send_offset_hours", "email_ok", "switched_off", "state"]
    list_filter = ["when", "techniques", "email_ok", "switched_off", StateFilter]
    inlines = [rules_inline(models.AftercareRule)]
    fieldsets = [
        WORDING_FIELDS,
        (_("When it is said"), {"fields": ["when", "techniques", "send_offset_hours", "email_ok"]}),
        APPLIES_FIELDS,
        EVIDENCE_FIELDS,
        (_("Switches"), {"fields": ["switched_off"]}),
    ]


@admin.register(models.Technique)
class TechniqueAdmin(PreviewedAdmin, AdviceAdmin):
    """Kinds of massage, with the rules that close them."""

    list_display = ["name", "slug", "inherits", "grade", "switched_off", "state"]
    inlines = [rules_inline(models.TechniqueRule)]
    fieldsets = [
        (None, {"fields": ["name", "slug", "inherits", "text", "dose", "session_note"]}),
        (_("Length, minutes"), {"fields": ["durations", "default_minutes"]}),
        (
            _("Hot stones"),
            STONE_FIELDS,
        ),
        APPLIES_FIELDS,
        (EVIDENCE_FIELDS[0], {"fields": [*EVIDENCE_FIELDS[1]["fields"], "contraindication_sources"]}),
        (_("Switches"), {"fields": ["switched_off"]}),
    ]


@admin.register(models.RedFlag)
class RedFlagAdmin(PreviewedAdmin, SwitchedAdmin):
    """Warning signs."""

    list_display = ["name", "action", "urgency", "switched_off", "state"]
    list_filter = ["action", "urgency", "switched_off", StateFilter]


@admin.register(models.HealthCondition)
class HealthConditionAdmin(PreviewedAdmin, SwitchedAdmin):
    """States of health."""

    list_display = ["name", "slug", "group", "switched_off", "state"]
    list_filter = ["group", "switched_off", StateFilter]


@admin.register(models.Cause)
class CauseAdmin(PreviewedAdmin, SwitchedAdmin):
    """What sets pain off."""

    list_display = ["name", "slug", "group", "switched_off", "state"]
    list_filter = ["group", "switched_off", StateFilter]


@admin.register(models.Symptom, models.BodyArea, models.Onset)
class TermAdmin(PreviewedAdmin, SwitchedAdmin):
    """The other words a client can tick."""


@admin.register(models.Factor)
class FactorAdmin(SwitchedAdmin):
    """What makes it worse or better: for the therapist to read; no rule does."""


@admin.register(models.EvidenceSource)
class EvidenceSourceAdmin(EntryAdmin):
    """Sources."""

    search_fields = ["slug", "citation"]
    list_display = ["citation", "slug", "seen", "state"]
    list_filter = ["seen", StateFilter]


@admin.register(models.Claim)
class ClaimAdmin(EntryAdmin):
    """Claims and the honest wording."""

    search_fields = ["slug", "seed_says", "say"]
    list_display = ["slug", "say", "state"]


@admin.register(models.CatalogueInfo)
class CatalogueInfoAdmin(CatalogueAdmin):
    """Which edition is in force, and the two oils that stand by themselves."""

    form = InfoForm
    list_display = ["label", "changed_at", "fallback_oil", "default_carrier"]
    readonly_fields = ["version", "edition", "changed_at"]
    fields = ["version", "edition", "changed_at", "fallback_oil", "default_carrier"]

    def has_add_permission(self, _request: HttpRequest, _obj: Any = None) -> bool:
        """There is exactly one."""
        return False
