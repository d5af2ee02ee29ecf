"""The whole care catalogue as one frozen value, and what the engine looks up in it, worked out once per catalogue."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Generic, TypeVar

from clients.care.items import CARRIER, GRADES, AftercareTip, HomeCareTip, Item, Level, Oil, Technique
from clients.care.reference import Reference
from clients.care.terms import Area, Cause, Claim, Condition, Factor, Onset, RedFlag, Slugs, Source, Symptom

I = TypeVar("I", bound=Item)  # noqa: E741  the letter of Item
HOT_STONE = "hot-stone"


@dataclass(frozen=True)
class Catalogue:
    """Everything the engine knows, each tuple in the order of the file. Two are equal when every value in them is."""

    symptoms: tuple[Symptom, ...]
    areas: tuple[Area, ...]
    onsets: tuple[Onset, ...]
    causes: tuple[Cause, ...]
    factors: tuple[Factor, ...]
    conditions: tuple[Condition, ...]
    red_flags: tuple[RedFlag, ...]
    oils: tuple[Oil, ...]
    home_care: tuple[HomeCareTip, ...]
    aftercare: tuple[AftercareTip, ...]
    techniques: tuple[Technique, ...]
    claims: tuple[Claim, ...]
    sources: tuple[Source, ...]
    fallback_oil: str
    default_carrier: str
    reference: Reference

    @cached_property
    def index(self) -> Index:
        """Lookups by slug and the rules worked out ahead, built once."""
        return Index(self)

    def cited(self, slugs: frozenset[str]) -> tuple[Source, ...]:
        """The sources named, in the order of the file."""
        return tuple(source for source in self.sources if source.slug in slugs)


@dataclass(frozen=True, slots=True)
class IndexedItem(Generic[I]):
    """An item with its rules as sets, and what its rank needs."""

    item: I
    place: int
    grade: int
    never: Slugs
    caution: Slugs

    @classmethod
    def of(cls, item: I, place: int) -> IndexedItem[I]:
        return cls(
            item=item,
            place=place,
            grade=GRADES.index(item.evidence.grade),
            never=frozenset(rule.condition for rule in item.never_when),
            caution=frozenset(rule.condition for rule in item.caution_when),
        )


class Index:
    """Lookups by slug; places in the file; conditions closed under `implies`; each technique's joined rules."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.symptoms: Mapping[str, Symptom] = {each.slug: each for each in catalogue.symptoms}
        self.areas: Mapping[str, Area] = {each.slug: each for each in catalogue.areas}
        self.onsets: Mapping[str, Onset] = {each.slug: each for each in catalogue.onsets}
        self.causes: Mapping[str, Cause] = {each.slug: each for each in catalogue.causes}
        self.conditions: Mapping[str, Condition] = {each.slug: each for each in catalogue.conditions}
        self.red_flags: Mapping[str, RedFlag] = {each.slug: each for each in catalogue.red_flags}
        self.oils: Mapping[str, Oil] = {each.slug: each for each in catalogue.oils}
        self.home_care: Mapping[str, HomeCareTip] = {each.slug: each for each in catalogue.home_care}
        self.techniques: Mapping[str, Technique] = {each.slug: each for each in catalogue.techniques}
        self.place: Mapping[str, int] = places_in_file(
            self.symptoms,
            self.areas,
            self.onsets,
            self.causes,
            self.conditions,
            self.red_flags,
            self.oils,
            self.home_care,
        )
        self.closed: Mapping[str, Slugs] = {slug: self._close({slug}) for slug in self.conditions}
        implying: Mapping[str, Symptom | Cause] = {**self.symptoms, **self.causes}
        self.implied_by: Mapping[str, Slugs] = {
            slug: self._close(term.implies) for slug, term in implying.items() if term.implies
        }
        self.lineage: Mapping[str, tuple[str, ...]] = {slug: self._lineage(slug) for slug in self.techniques}
        self.levels: Mapping[str, tuple[tuple[Level, Mapping[str, str]], ...]] = {
            slug: self._levels(slug) for slug in self.techniques
        }
        # Carriers and the fallback are not ranked with the oils (`meta.matching.oil_kinds`).
        ready = [IndexedItem.of(oil, place) for place, oil in enumerate(catalogue.oils)]
        plain = {oil.slug for oil in catalogue.oils if oil.kind == CARRIER} | {catalogue.fallback_oil}
        self.ranked_oils = tuple(each for each in ready if each.item.slug not in plain)
        carriers = [each for each in ready if each.item.slug in plain and each.item.slug != catalogue.fallback_oil]
        # The default first, the rest as they stand in the file: the order in which they are tried.
        self.carriers = tuple(sorted(carriers, key=lambda each: each.item.slug != catalogue.default_carrier))
        self.fallback = next(each for each in ready if each.item.slug == catalogue.fallback_oil)
        self.ranked_tips = tuple(IndexedItem.of(tip, place) for place, tip in enumerate(catalogue.home_care))

    def in_order(self, slugs: Iterable[str]) -> tuple[str, ...]:
        """Slugs in the order of the file."""
        return tuple(sorted(slugs, key=self.place.__getitem__))

    def _close(self, slugs: Iterable[str]) -> Slugs:
        found: set[str] = set()
        left = list(slugs)
        while left:
            slug = left.pop()
            if slug not in found:
                found.add(slug)
                left.extend(self.conditions[slug].implies)
        return frozenset(found)

    def _lineage(self, slug: str) -> tuple[str, ...]:
        """The technique and those it inherits from, nearest first."""
        line = [slug]
        while parent := self.techniques[line[-1]].inherits:
            line.append(parent)
        return tuple(line)

    def _levels(self, slug: str) -> tuple[tuple[Level, Mapping[str, str]], ...]:
        """Reasons by condition at each level, in the order of the conditions in the file."""
        levels = []
        for level in Level:
            reasons: dict[str, str] = {}
            # From the furthest ancestor down, so that the technique's own reason wins.
            for ancestor in reversed(self.lineage[slug]):
                reasons.update({rule.condition: rule.reason for rule in self.techniques[ancestor].rules(level)})
            if reasons:
                levels.append((level, {slug: reasons[slug] for slug in self.in_order(reasons)}))
        return tuple(levels)


def places_in_file(*sections: Iterable[str]) -> Mapping[str, int]:
    """A number for each slug that sorts it as the file does, section by section."""
    return {slug: place for place, slug in enumerate(slug for section in sections for slug in section)}
