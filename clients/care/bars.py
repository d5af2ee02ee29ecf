"""Danger meets condition: the level of an item for one client, with every reason (docs/care.md, "Bars")."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Generic

from clients.care.conditions import Present
from clients.care.entries import Bar, Item, Slugs, Tip
from clients.care.gates import Facts
from clients.care.index import FIT_DIMENSIONS, I, Index, IndexedItem
from clients.care.levels import Kind, Level
from clients.care.plans import Reason, Verdict

OK = Verdict(Level.OK)


@dataclass(frozen=True, slots=True)
class Health:
    """What is known of a client's health: the conditions that hold, where, which a doctor has cleared, marked areas.

    A condition that is not in `where` has a place that nobody knows.
    """

    conditions: Slugs
    bars: tuple[tuple[Slugs, str, Bar], ...]
    """Every bar with the dangers that it holds back and the condition that it comes from."""
    where: Mapping[str, Slugs]
    cleared: Slugs
    areas: Slugs
    surface: Slugs
    named: Mapping[str, Reason]
    """The oils that the client named as an allergy, each with the reason."""

    @classmethod
    def of(cls, index: Index, present: Present, *, cleared: Slugs, areas: Slugs) -> Health:
        """The health of a client with all bars of the conditions that hold."""
        conditions = (index.conditions[slug] for slug in sorted(present.conditions))
        bars = tuple((bar.tags, each.id, bar) for each in conditions for bar in each.bars)
        words, level = index.sections.meta.own_words, Level.NEVER
        reason = Reason(level.rank, words.condition, words.reason, level)
        named = dict.fromkeys(present.named_oils, reason)
        return cls(present.conditions, bars, present.where, cleared, areas, index.surface, named)


@dataclass(frozen=True, slots=True, eq=False)
class Candidate(Generic[I]):
    """An item that suits `fit` of the client's answers and that nothing holds back."""

    ready: IndexedItem[I]
    fit: int
    caution: tuple[Reason, ...]

    @property
    def item(self) -> I:
        """The item."""
        return self.ready.item


def fit_of(ready: IndexedItem[Item], facts: Facts, dimensions: Collection[str] = FIT_DIMENSIONS) -> int:
    """How many of the client's answers an item suits, in these dimensions."""
    return sum(len(slugs & facts.slugs[name]) for name, slugs in ready.fit.items() if name in dimensions)


def verdict(ready: IndexedItem[Item], health: Health) -> Verdict:
    """The level of an item and all reasons, most severe first. Without a hit it is ok."""
    kind, tags = ready.kind, ready.tags
    found: list[Reason] = []
    for dangers, condition, bar in health.bars:
        if dangers.isdisjoint(tags) or kind in bar.except_kinds:
            continue
        level = bar.level
        if level is Level.LOCAL:
            level = local_level(ready, bar, condition, health)
        found.append(reason_of(condition, level, bar.reason, bar.to, bar.sets_dose, health.cleared))
    found += [
        reason_of(rule.condition, rule.level, rule.reason, "both", True, health.cleared)
        for rule in ready.item.rules
        if rule.condition in health.conditions
    ]
    if ready.item.id in health.named:
        found.append(health.named[ready.item.id])
    if not found:
        return OK
    reasons = worst_of_each(found)
    return Verdict(reasons[0].level, reasons)


def reason_of(condition: str, level: Level, reason: str, to: str, sets_dose: bool, cleared: Slugs) -> Reason:
    """One reason; what a doctor's note has cleared asks for care only, as much of it as the doctor says."""
    if level is Level.CLEARANCE and condition in cleared:
        level, sets_dose = Level.CAUTION, True
    return Reason(level.rank, condition, reason, level, to, sets_dose)


def worst_of_each(reasons: Iterable[Reason]) -> tuple[Reason, ...]:
    """Sorted by level, condition and words; of the same words for one condition only the severest stays."""
    kept: dict[tuple[str, str], Reason] = {}
    for each in sorted(reasons):
        kept.setdefault((each.condition, each.reason), each)
    return tuple(kept.values())


def local_level(ready: IndexedItem[Item], bar: Bar, condition: str, health: Health) -> Level:
    """What a bar on a place means for an item, by whether the place is known and where the item acts."""
    kind = ready.kind
    place = health.where.get(condition)
    if not place:
        if bar.unknown:
            return bar.unknown
        if kind in (Kind.TECHNIQUE, Kind.ADDON):
            return Level.LOCAL
        return Level.CAUTION if kind is Kind.OIL else Level.NEVER
    if kind is Kind.OIL:
        return Level.CAUTION
    if not isinstance(ready.item, Tip):
        return Level.LOCAL
    acts_on = ready.item.acts_on
    if acts_on == "all":
        return Level.LOCAL
    own = health.areas if acts_on == "painful" else frozenset(acts_on)
    if not own:
        return Level.LOCAL
    if bar.tags & ready.tags <= health.surface:
        # It can be done on another place, while one is left.
        return Level.LOCAL if own <= place else Level.CAUTION
    return Level.CAUTION if own.isdisjoint(place) else Level.LOCAL
