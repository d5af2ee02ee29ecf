"""What the practice has changed, and whether a change still leaves a catalogue that the engine can use."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import Any
from uuid import UUID

from clients.care import Catalogue, shipped
from clients.care.checks import CatalogueProblem, problems_of
from clients.catalogue import catalogue_info, current_edition
from clients.catalogue.mapping import EntryMapping, entry_from_mapping
from clients.catalogue.tables import SECTIONS, CatalogueSection, assemble_catalogue, read_tables


def section_of(model: Any) -> CatalogueSection:
    """The section that is kept in the table `model`."""
    return next(section for section in SECTIONS if section.model is model)


def entry_state(section: CatalogueSection, slug: str) -> str:
    """ "own" (the practice made it), "edited" (it ships, the practice changed it) or "shipped"."""
    return entry_states(current_edition().token).get((section.name, slug), "own")


def slugs_in_state(section: CatalogueSection, state: str) -> list[str]:
    """The entries of one section that are in `state`."""
    return [
        slug
        for (name, slug), found in entry_states(current_edition().token).items()
        if (name, found) == (section.name, state)
    ]


@lru_cache(maxsize=1)
def entry_states(token: UUID | None) -> dict[tuple[str, str], str]:
    """The state of every entry, worked out once for each edition; `token` only says which."""
    del token
    tables = read_tables()
    found = {}
    for name, entries in tables.entries.items():
        for slug, flat in entries.items():
            loaded = tables.shipped[name][slug]
            found[name, slug] = "own" if not loaded else "shipped" if flat.fingerprint() == loaded else "edited"
    return found


def catalogue_before_edit() -> Catalogue:
    """The catalogue of the tables as they stand inside a transaction, before an edit. It may be incomplete before the
    first load."""
    info = catalogue_info()
    fallback = info.fallback_oil.slug if info and info.fallback_oil else ""
    carrier = info.default_carrier.slug if info and info.default_carrier else ""
    return assemble_catalogue(read_tables(), fallback, carrier, shipped().reference)


def problems_with_entry(section: CatalogueSection, flat: EntryMapping) -> list[CatalogueProblem]:
    """What would be wrong with the catalogue if `flat` were saved: as a new entry, or in place of the one it names.

    The rules of an entry that is there are taken as they are; they are edited beside it and guarded by the tables.
    """
    before = catalogue_before_edit()
    entries = list(getattr(before, section.name))
    places = {value.slug: place for place, value in enumerate(entries)}
    slug = flat.columns["slug"]
    if slug in places:
        value = entry_from_mapping(section.value, flat)
        old = entries[places[slug]]
        if section.rules:
            value = replace(value, **{name: getattr(old, name) for name in RULE_FIELDS if hasattr(old, name)})
        entries[places[slug]] = value
    else:
        entries.append(entry_from_mapping(section.value, flat))
    changed: dict[str, Any] = {section.name: tuple(entries)}
    return problems_added(before, replace(before, **changed))


RULE_FIELDS = ("never_when", "clearance_when", "local_avoid_when", "caution_when")


def problems_with_special_oils(fallback_oil: str, default_carrier: str) -> list[CatalogueProblem]:
    """What would be wrong with these as the fallback and the usual carrier."""
    before = catalogue_before_edit()
    return problems_added(before, replace(before, fallback_oil=fallback_oil, default_carrier=default_carrier))


def problems_added(before: Catalogue, after: Catalogue) -> list[CatalogueProblem]:
    """Only what the edit brings: an entry that was broken by other means can then be mended one field at a time."""
    known = set(problems_of(before))
    return [problem for problem in problems_of(after) if problem not in known]
