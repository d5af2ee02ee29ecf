"""What the practice has changed, and whether a change still leaves a catalogue that the engine can use."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import Any
from uuid import UUID

from clients.care import Catalogue, shipped
from clients.care.checks import Problem, problems_of
from clients.catalogue import edition, in_force
from clients.catalogue.flat import Flat, revive
from clients.catalogue.tables import SECTIONS, Section, assemble, read_tables


def section_of(model: Any) -> Section:
    """The section that is kept in the table `model`."""
    return next(section for section in SECTIONS if section.model is model)


def state_of(section: Section, slug: str) -> str:
    """ "own" (the practice made it), "edited" (it ships, the practice changed it) or "shipped"."""
    return states(edition().token).get((section.name, slug), "own")


def slugs_in_state(section: Section, state: str) -> list[str]:
    """The entries of one section that are in `state`."""
    return [slug for (name, slug), found in states(edition().token).items() if (name, found) == (section.name, state)]


@lru_cache(maxsize=1)
def states(token: UUID | None) -> dict[tuple[str, str], str]:
    """The state of every entry, worked out once for each edition; `token` only says which."""
    del token
    tables = read_tables()
    found = {}
    for name, entries in tables.entries.items():
        for slug, flat in entries.items():
            loaded = tables.shipped[name][slug]
            found[name, slug] = "own" if not loaded else "shipped" if flat.fingerprint() == loaded else "edited"
    return found


def standing() -> Catalogue:
    """The catalogue of the tables as they stand inside a transaction, before an edit. It may be incomplete before the
    first load."""
    info = in_force()
    fallback = info.fallback_oil.slug if info and info.fallback_oil else ""
    carrier = info.default_carrier.slug if info and info.default_carrier else ""
    return assemble(read_tables(), fallback, carrier, shipped().reference)


def problems_with_entry(section: Section, flat: Flat) -> list[Problem]:
    """What would be wrong with the catalogue if `flat` were saved: as a new entry, or in place of the one it names.

    The rules of an entry that is there are taken as they are; they are edited beside it and guarded by the tables.
    """
    before = standing()
    entries = list(getattr(before, section.name))
    places = {value.slug: place for place, value in enumerate(entries)}
    slug = flat.columns["slug"]
    if slug in places:
        value = revive(section.value, flat)
        old = entries[places[slug]]
        if section.rules:
            value = replace(value, **{name: getattr(old, name) for name in RULE_FIELDS if hasattr(old, name)})
        entries[places[slug]] = value
    else:
        entries.append(revive(section.value, flat))
    changed: dict[str, Any] = {section.name: tuple(entries)}
    return new_problems(before, replace(before, **changed))


RULE_FIELDS = ("never_when", "clearance_when", "local_avoid_when", "caution_when")


def problems_with_special_oils(fallback_oil: str, default_carrier: str) -> list[Problem]:
    """What would be wrong with these as the fallback and the usual carrier."""
    before = standing()
    return new_problems(before, replace(before, fallback_oil=fallback_oil, default_carrier=default_carrier))


def new_problems(before: Catalogue, after: Catalogue) -> list[Problem]:
    """Only what the edit brings: an entry that was broken by other means can then be mended one field at a time."""
    known = set(problems_of(before))
    return [problem for problem in problems_of(after) if problem not in known]
