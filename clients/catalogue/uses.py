"""Where an entry of the catalogue is used: every rule, list and claim that names it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from clients.care import Catalogue
from clients.care.items import AftercareTip, Item, Technique
from clients.catalogue.tables import CatalogueSection
from clients.models import TechniqueLevel

AdviceEntry = Item | AftercareTip | Technique


@dataclass(frozen=True, slots=True)
class EntryUse:
    """An entry of `section` names the one asked about; `how` says in which of its lists."""

    section: str
    slug: str
    name: str
    how: str


def uses_of(catalogue: Catalogue, section: CatalogueSection, slug: str) -> list[EntryUse]:
    """Every use of one entry, in the order of the catalogue."""
    finders = {
        "symptoms": uses_of_symptom,
        "causes": uses_of_cause,
        "onsets": uses_of_onset,
        "areas": uses_of_area,
        "conditions": uses_of_condition,
        "red_flags": uses_of_red_flag,
        "oils": uses_of_oil,
        "home_care": uses_of_item,
        "aftercare": uses_of_claimed,
        "techniques": uses_of_technique,
        "sources": uses_of_source,
    }
    find = finders.get(section.name)
    return list(find(catalogue, slug)) if find else []


def entry_use(section: str, entry: Any, how: str) -> EntryUse:
    return EntryUse(section, entry.slug, str(getattr(entry, "name", entry.slug)), how)


def advice_entries(catalogue: Catalogue) -> Iterator[tuple[str, AdviceEntry]]:
    """Everything that can be advised, with its section."""
    for section in ("techniques", "oils", "home_care", "aftercare"):
        for entry in getattr(catalogue, section):
            yield section, entry


def uses_of_symptom(catalogue: Catalogue, slug: str) -> Iterator[EntryUse]:
    for section, entry in advice_entries(catalogue):
        if slug in entry.applies_when.symptoms:
            yield entry_use(section, entry, _("applies with it"))


def uses_of_cause(catalogue: Catalogue, slug: str) -> Iterator[EntryUse]:
    for section, entry in advice_entries(catalogue):
        if slug in entry.applies_when.causes:
            yield entry_use(section, entry, _("applies with it"))


def uses_of_onset(catalogue: Catalogue, slug: str) -> Iterator[EntryUse]:
    for section, entry in advice_entries(catalogue):
        if slug in entry.applies_when.onset:
            needed = isinstance(entry, Item) and "onset" in entry.requires
            yield entry_use(section, entry, _("must match") if needed else _("ranks higher with it"))


def uses_of_area(catalogue: Catalogue, slug: str) -> Iterator[EntryUse]:
    for section, entry in advice_entries(catalogue):
        if slug in entry.applies_when.areas:
            needed = isinstance(entry, Item) and "areas" in entry.requires
            yield entry_use(section, entry, _("must match") if needed else _("ranks higher with it"))
    for flag in catalogue.red_flags:
        if slug in flag.areas:
            yield entry_use("red_flags", flag, _("asked with it"))


def uses_of_condition(catalogue: Catalogue, slug: str) -> Iterator[EntryUse]:
    for section, entry in advice_entries(catalogue):
        for level in TechniqueLevel:
            if any(rule.condition == slug for rule in getattr(entry, level, ())):
                yield entry_use(section, entry, str(level.label))
    for section in ("symptoms", "causes", "conditions"):
        for term in getattr(catalogue, section):
            if slug in term.implies:
                yield entry_use(section, term, _("implies it"))


def uses_of_red_flag(catalogue: Catalogue, slug: str) -> Iterator[EntryUse]:
    for symptom in catalogue.symptoms:
        if slug in symptom.ask_red_flags:
            yield entry_use("symptoms", symptom, _("calls for it"))


def uses_of_item(catalogue: Catalogue, slug: str) -> Iterator[EntryUse]:
    for section, entry in advice_entries(catalogue):
        if isinstance(entry, Item) and slug in entry.never_with:
            yield entry_use(section, entry, _("must not meet it"))
    yield from uses_of_claimed(catalogue, slug)


def uses_of_oil(catalogue: Catalogue, slug: str) -> Iterator[EntryUse]:
    for oil in catalogue.oils:
        if slug in oil.contains:
            yield entry_use("oils", oil, _("contains it"))
    yield from uses_of_item(catalogue, slug)


def uses_of_technique(catalogue: Catalogue, slug: str) -> Iterator[EntryUse]:
    for technique in catalogue.techniques:
        if technique.inherits == slug:
            yield entry_use("techniques", technique, _("inherits its rules"))
    for tip in catalogue.aftercare:
        if slug in tip.techniques:
            yield entry_use("aftercare", tip, _("said before or after it"))
    yield from uses_of_item(catalogue, slug)


def uses_of_claimed(catalogue: Catalogue, slug: str) -> Iterator[EntryUse]:
    for claim in catalogue.claims:
        if slug in claim.refs:
            yield entry_use("claims", claim, _("says how to speak of it"))


def uses_of_source(catalogue: Catalogue, slug: str) -> Iterator[EntryUse]:
    for section, entry in advice_entries(catalogue):
        if slug in entry.evidence.sources:
            yield entry_use(section, entry, _("evidence"))
    for technique in catalogue.techniques:
        stones = technique.stone_temperature
        if slug in technique.contraindication_sources:
            yield entry_use("techniques", technique, _("health rules"))
        if stones and slug in stones.sources:
            yield entry_use("techniques", technique, _("temperature of the stones"))
    for flag in catalogue.red_flags:
        if slug in flag.sources:
            yield entry_use("red_flags", flag, _("why it is asked"))
    for claim in catalogue.claims:
        if slug in claim.sources:
            yield entry_use("claims", claim, _("what is known"))
