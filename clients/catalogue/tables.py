"""The catalogue read from its tables: a fixed number of queries, whatever their size."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import ManyToManyField, QuerySet, Value

from clients.care import Catalogue
from clients.care import items as values
from clients.care import terms as words
from clients.care.reference import Reference
from clients.catalogue.mapping import EntryMapping, entry_from_mapping
from clients.models import catalogue as models


@dataclass(frozen=True)
class CatalogueSection:
    """One tuple of a Catalogue: its name there, its table, the class of its values, and the table of its rules."""

    name: str
    model: Any
    value: type
    rules: type[Any] | None = None

    @property
    def lists(self) -> list[ManyToManyField[Any, Any]]:
        return list(self.model._meta.local_many_to_many)

    @property
    def columns(self) -> list[str]:
        """The columns that say something about an entry."""
        beside = {"id", "row_version", "position", "shipped_hash", "inherits"}
        return [each.name for each in self.model._meta.concrete_fields if each.name not in beside]


SECTIONS = (
    CatalogueSection("sources", models.EvidenceSource, words.Source),
    CatalogueSection("conditions", models.HealthCondition, words.Condition),
    CatalogueSection("areas", models.BodyArea, words.Area),
    CatalogueSection("onsets", models.Onset, words.Onset),
    CatalogueSection("red_flags", models.RedFlag, words.RedFlag),
    CatalogueSection("symptoms", models.Symptom, words.Symptom),
    CatalogueSection("causes", models.Cause, words.Cause),
    CatalogueSection("factors", models.Factor, words.Factor),
    CatalogueSection("techniques", models.Technique, values.Technique, models.TechniqueRule),
    CatalogueSection("oils", models.Oil, values.Oil, models.OilRule),
    CatalogueSection("home_care", models.HomeCareTip, values.HomeCareTip, models.HomeCareRule),
    CatalogueSection("aftercare", models.AftercareTip, values.AftercareTip, models.AftercareRule),
    CatalogueSection("claims", models.Claim, words.Claim),
)
# Which list of `never_with` an entry of a section goes into.
NEVER_WITH_LISTS = {"oils": "never_with_oils", "home_care": "never_with_tips", "techniques": "never_with_techniques"}


@dataclass
class CatalogueTables:
    """Every entry by section and slug, in order, with the hash it was loaded under; and each row's id by section."""

    entries: Mapping[str, Mapping[str, EntryMapping]]
    shipped: Mapping[str, Mapping[str, str]]
    ids: Mapping[str, Mapping[str, int]]


def read_tables() -> CatalogueTables:
    """All of it in one query for each kind of entry, one for each kind of rule and one for all the lists."""
    rows = {section.name: list(section.model._base_manager.order_by("position", "id").values()) for section in SECTIONS}
    slugs = {section.model: {row["id"]: row["slug"] for row in rows[section.name]} for section in SECTIONS}
    links = read_links(slugs)
    rules = read_rules(slugs[models.HealthCondition])
    entries: dict[str, dict[str, EntryMapping]] = {}
    for section in SECTIONS:
        entries[section.name] = {
            row["slug"]: EntryMapping(
                columns={name: row[name] for name in section.columns},
                links={each.name: frozenset(links[section.name, each.name, row["id"]]) for each in section.lists},
                rules=rules[section.name, row["id"]],
                inherits=slugs[models.Technique].get(row.get("inherits_id"), ""),
            )
            for row in rows[section.name]
        }
    return CatalogueTables(
        entries=entries,
        shipped={name: {row["slug"]: row["shipped_hash"] for row in found} for name, found in rows.items()},
        ids={name: {row["slug"]: row["id"] for row in found} for name, found in rows.items()},
    )


def read_links(slugs: Mapping[type[Any], Mapping[int, str]]) -> Mapping[tuple[str, str, int], set[str]]:
    """The slugs in every list, by section, list and row, with one UNION over the tables between entries."""
    between = {f"{section.name}.{each.name}": (section, each) for section in SECTIONS for each in section.lists}
    first, *rest = (link_rows(name, each) for name, (_, each) in between.items())
    found: defaultdict[tuple[str, str, int], set[str]] = defaultdict(set)
    for name, owner, target in first.union(*rest, all=True):
        section, each = between[name]
        found[section.name, each.name, owner].add(slugs[each.remote_field.model][target])
    return found


def link_rows(name: str, each: ManyToManyField[Any, Any]) -> QuerySet[Any, tuple[str, int, int]]:
    through: Any = each.remote_field.through
    owner, target = each.m2m_field_name(), each.m2m_reverse_field_name()
    rows = through._base_manager.order_by().annotate(list=Value(name))
    found: QuerySet[Any, tuple[str, int, int]] = rows.values_list("list", f"{owner}_id", f"{target}_id")
    return found


def read_rules(conditions: Mapping[int, str]) -> Mapping[tuple[str, int], list[tuple[str, str, str]]]:
    found: defaultdict[tuple[str, int], list[tuple[str, str, str]]] = defaultdict(list)
    for section in SECTIONS:
        if section.rules:
            rows = section.rules._base_manager.order_by("owner_id", "position", "id")
            for owner, level, condition, reason in rows.values_list("owner_id", "level", "condition_id", "reason"):
                found[section.name, owner].append((level, conditions[condition], reason))
    # The file keeps the rules level by level; so does the fingerprint, wherever the practice inserts a new one.
    for rules in found.values():
        rules.sort(key=lambda rule: LEVEL_ORDER[rule[0]])
    return found


LEVEL_ORDER = {str(level): place for place, level in enumerate(values.Level)}


def sections_of(catalogue: Catalogue) -> Iterator[tuple[CatalogueSection, tuple[Any, ...]]]:
    """Each section with its values in `catalogue`."""
    return ((section, getattr(catalogue, section.name)) for section in SECTIONS)


def kinds_of(catalogue: Catalogue) -> dict[str, str]:
    """The list of `never_with` that each oil, tip and technique goes into."""
    return {value.slug: list_ for name, list_ in NEVER_WITH_LISTS.items() for value in getattr(catalogue, name)}


def assemble_catalogue(
    tables: CatalogueTables, fallback_oil: str, default_carrier: str, reference: Reference
) -> Catalogue:
    """The pure catalogue. It is not checked here: what cannot be saved cannot be read."""
    found = {
        section.name: tuple(entry_from_mapping(section.value, flat) for flat in tables.entries[section.name].values())
        for section in SECTIONS
    }
    return Catalogue(**found, fallback_oil=fallback_oil, default_carrier=default_carrier, reference=reference)
