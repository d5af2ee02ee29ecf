"""Answers of version 1 of the catalogue, as today's name them (`meta.renamed`)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from clients.care import Catalogue
from clients.care.entries import Slugs

VERSION_1 = "1"


def conditions_today(catalogue: Catalogue, slugs: Iterable[str]) -> list[str]:
    """Conditions by today's slugs; what has become nothing, or is unknown, is left out."""
    known, renamed = catalogue.index.conditions, catalogue.meta.renamed.conditions
    found = (new for slug in slugs for new in ([slug] if slug in known else renamed.get(slug, ())))
    return [slug for slug in dict.fromkeys(found) if slug in known]


def groups_to_ask_again(catalogue: Catalogue, slugs: Iterable[str], version: str) -> Slugs:
    """The groups of conditions that version 1 asked less exactly, so that they are asked again."""
    if version.partition(".")[0] != VERSION_1:
        return frozenset()
    known, renamed = catalogue.index.conditions, catalogue.meta.renamed.conditions
    notes = ((slug, note) for slug in slugs for note in renamed.get(slug, ()) if note not in known)
    today = {new for slug, _note in notes for new in conditions_today(catalogue, [slug])}
    return frozenset(known[slug].group for slug in today)


def draft_of_version_1(saved: Mapping[str, Any], step: str) -> dict[str, Any]:
    """What an unfinished intake of version 1 holds for a page of today: shown to be confirmed, never taken as said. Its
    pages `where`, `since` and `consent` are still read as they are."""
    pages = {name: saved.get(name) or {} for name in ("feel", "words", "wishes", "since", *V1_HEALTH)}
    health = [slug for name in V1_HEALTH for slug in pages[name].get("conditions", [])]
    found: dict[str, dict[str, Any]] = {
        "complaint": {"symptoms": pages["feel"].get("symptoms", []), "pain": pages["since"].get("now")},
        "health": {"conditions": health, **pages["words"]},
        "comfort": {"pressure": pages["wishes"].get("pressure", "")},
        "goal": {"goals": pages["wishes"].get("goals", "")},
    }
    return {name: value for name, value in found.get(step, {}).items() if value not in (None, "", [])}


V1_HEALTH = ("today", "body", "long-term")
