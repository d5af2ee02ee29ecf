"""What the engine looks up in a catalogue, worked out once: entries by slug, dangers and answers as sets."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Generic, TypeVar

from clients.care.entries import Entry, Gate, Item, Slugs
from clients.care.levels import Grade, Kind
from clients.care.own_words import AllergyWords
from clients.care.regions import places_of
from clients.care.sections import Sections

# The words of a sign's urgency that mean: not tomorrow.
SAME_DAY = frozenset({"now", "same-day", "today"})

E = TypeVar("E", bound=Entry)
I = TypeVar("I", bound=Item)  # noqa: E741  the letter of Item
I_co = TypeVar("I_co", bound=Item, covariant=True)
FIT_DIMENSIONS = ("symptoms", "causes", "onset", "areas", "aggravating", "relieving", "conditions")
HEAT, IRRITANT = "heat", "irritant"


@dataclass(frozen=True, slots=True, eq=False)
class IndexedItem(Generic[I_co]):
    """An item with what the engine asks of it as sets. `grade` and `place` (in its section) rank it."""

    item: I_co
    kind: Kind
    place: int
    grade: int
    tags: Slugs
    gate: Gate | None
    fit: Mapping[str, Slugs]


class Index:
    """Lookups by slug, places in the file, conditions closed under `implies`, items with their places."""

    def __init__(self, sections: Sections) -> None:
        self.sections = sections
        self.symptoms = by_slug(sections.symptoms)
        self.areas = by_slug(sections.areas)
        self.onsets = by_slug(sections.onset)
        self.causes = by_slug(sections.causes)
        self.aggravating = by_slug(sections.aggravating_factors)
        self.relieving = by_slug(sections.relieving_factors)
        self.conditions = by_slug(sections.conditions)
        self.red_flags = by_slug(sections.red_flags)
        self.techniques = by_slug(sections.techniques)
        self.addons = by_slug(sections.addons)
        self.oils = by_slug(sections.oils)
        self.home_care = by_slug(sections.home_care)
        self.texts = by_slug(sections.aftercare)
        self.recommendations = by_slug(sections.recommendations)
        told = (self.symptoms, self.areas, self.onsets, self.causes, self.aggravating, self.relieving, self.conditions)
        self.place: Mapping[str, int] = places_in_file(*told, self.red_flags, self.oils, self.home_care)
        self.closed: Mapping[str, Slugs] = {slug: self._close((slug,)) for slug in self.conditions}
        self.ready_techniques = ready(sections.techniques, Kind.TECHNIQUE)
        self.ready_addons = ready(sections.addons, Kind.ADDON)
        self.judged: Mapping[str, IndexedItem[Item]] = {
            each.item.id: each for each in (*self.ready_techniques, *self.ready_addons)
        }
        self.ready_oils = ready(sections.oils, Kind.OIL)
        self.ready_tips = ready(sections.home_care, Kind.TIP)
        self.ready_texts = ready(sorted(sections.aftercare, key=lambda text: text.rank), Kind.TEXT)
        self.tips_by_slug = {each.item.id: each for each in self.ready_tips}
        self.oils_by_slug = {each.item.id: each for each in self.ready_oils}
        self.allergy_words = AllergyWords(sections)
        self.refs: Mapping[str, Slugs] = {claim.id: frozenset(claim.refs) for claim in sections.claims}
        self.surface: Slugs = frozenset(slug for slug, tag in sections.tags.items() if tag.surface)
        self.is_off = lru_cache(maxsize=512)(self._find_off)
        self.answered_causes = lru_cache(maxsize=512)(self._find_answered)

    def is_for_today(self, slugs: Iterable[str]) -> bool:
        """Whether a warning sign among these asks to be seen by a doctor the same day."""
        return any(slug in self.red_flags and self.red_flags[slug].urgency in SAME_DAY for slug in slugs)

    def in_order(self, slugs: Iterable[str]) -> tuple[str, ...]:
        """Slugs in the order of the file."""
        return tuple(sorted(slugs, key=self.place.__getitem__))

    def closure(self, slugs: Iterable[str]) -> Slugs:
        """Conditions with all that they imply, to the end."""
        return frozenset().union(*(self.closed[slug] for slug in slugs))

    def _find_answered(self, off: Slugs) -> Slugs:
        """The causes that a tip answers, those switched off aside."""
        return frozenset(cause for tip in self.sections.home_care if tip.id not in off for cause in tip.answers)

    def _find_off(self, region: str | None) -> Slugs:
        """The items that are switched off where the law of `region` holds; with no region, every regional ban does."""
        places = places_of(region, self.sections.meta.regions)
        items = self.sections.items
        off = {each.id for each in items if each.off_by_default or not places.isdisjoint(each.off_in_regions)}
        return frozenset(off | {each.id for each in self.sections.recommendations if each.off_by_default})

    def _close(self, slugs: Iterable[str]) -> Slugs:
        found: set[str] = set()
        left = list(slugs)
        while left:
            slug = left.pop()
            if slug not in found:
                found.add(slug)
                left.extend(self.conditions[slug].implies)
        return frozenset(found)


def by_slug(entries: Iterable[E]) -> Mapping[str, E]:
    """Entries by their slugs."""
    return {each.id: each for each in entries}


def ready(items: Iterable[I], kind: Kind) -> tuple[IndexedItem[I], ...]:
    """Items with their places."""
    return tuple(indexed(item, kind, place) for place, item in enumerate(items))


def indexed(item: I, kind: Kind, place: int) -> IndexedItem[I]:
    """An item in its place."""
    fit = getattr(item, "fit", None)
    evidence = getattr(item, "evidence", None)
    return IndexedItem(
        item=item,
        kind=kind,
        place=place,
        grade=evidence.grade.rank if evidence else len(Grade),
        tags=frozenset(item.tags),
        gate=getattr(item, "when", None),
        fit={name: frozenset(getattr(fit, name)) for name in FIT_DIMENSIONS if getattr(fit, name, ())},
    )


def places_in_file(*sections: Iterable[str]) -> Mapping[str, int]:
    """A number for each slug that sorts it as the file does, section by section."""
    return {slug: place for place, slug in enumerate(slug for section in sections for slug in section)}
