"""Oils: which suit, how strong, what is left out, and the plain oil they go into (docs/care.md, "Oils")."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from clients.care.bars import Health, verdict
from clients.care.entries import Oil, Slugs, Technique
from clients.care.gates import Facts
from clients.care.index import HEAT, IRRITANT, Index, IndexedItem
from clients.care.plans import Because, Blend, Clash, Dropped, ProposedOil, ProposedTip, Reason, Withheld

HEAT_REASON = "It can burn under warmth, so it is not used on the same day."
SESSION, ANY = "session", "any"
FIT = ("symptoms", "causes", "onset")


@dataclass(frozen=True, slots=True, eq=False)
class Candidate:
    """An oil that suits and that nothing holds back."""

    ready: IndexedItem[Oil]
    fit: int
    caution: tuple[Reason, ...]

    @property
    def rank(self) -> tuple[int, int, int]:
        """Fit, then evidence, then place in the file."""
        return -self.fit, self.ready.grade, self.ready.place


@dataclass(frozen=True, slots=True)
class Oils:
    """The oils of a plan; `stinging`: one of them must not meet warmth on the same day."""

    oils: tuple[ProposedOil, ...]
    carrier: str | None
    blend: Blend | None
    withheld: tuple[Withheld, ...]
    dropped: tuple[Dropped, ...]
    stinging: bool = field(default=False)


def choose_oils(
    index: Index,
    facts: Facts,
    health: Health,
    off: Slugs,
    *,
    technique: Technique | None,
    tips: Iterable[ProposedTip],
) -> Oils:
    """The oils for a client: the best that suit, shared into one strength, in the plain oil for them."""
    free, withheld = sort_oils(index, facts, health, off, technique)
    taken, dropped = take_oils(index, free)
    warm_tip = any(HEAT in index.tips_by_slug[tip.slug].tags for tip in tips)
    carrier = choose_carrier(index, facts, health, off)
    if not taken:
        fallback = index.oils_by_slug[index.sections.meta.oils.fallback]
        oil = ProposedOil(
            fallback.item.id, None, ANY, Because(), verdict(fallback, health).because, fallback.item.review
        )
        return Oils((oil,), carrier, None, withheld, dropped)
    blend = blend_for(index, health.conditions)
    return Oils(
        oils=share(taken, blend, facts, warm_tip=warm_tip),
        carrier=carrier,
        blend=blend,
        withheld=withheld,
        dropped=dropped,
        stinging=any(IRRITANT in each.ready.tags for each in taken),
    )


def choose_carrier(index: Index, facts: Facts, health: Health, off: Slugs) -> str | None:
    """The first plain oil that nothing holds back, open gates before the rest; None where all are barred."""
    free = [
        each
        for each in index.ready_oils
        if each.item.kind == "carrier" and each.item.id not in off and not verdict(each, health).level.holds_back
    ]
    free.sort(key=lambda each: not each.gate.is_open(facts))
    return free[0].item.id if free else None


def sort_oils(
    index: Index, facts: Facts, health: Health, off: Slugs, technique: Technique | None
) -> tuple[list[Candidate], tuple[Withheld, ...]]:
    """The oils that suit and may be given, best first, and those held back with their reasons."""
    warm = technique is not None and HEAT in technique.tags
    free: list[Candidate] = []
    withheld: list[Withheld] = []
    for ready in index.ready_oils:
        if ready.item.id in off or not ready.item.is_proposed or not suits(ready, facts):
            continue
        found = verdict(ready, health)
        against: tuple[Reason | Clash, ...] = tuple(each for each in found.because if each.level.holds_back)
        if warm and IRRITANT in ready.tags and technique:
            against = (*against, Clash(technique.id, HEAT_REASON))
        if against:
            withheld.append(Withheld(ready.item.id, against))
        else:
            free.append(Candidate(ready, fit_of(ready, facts), found.because))
    return sorted(free, key=lambda each: each.rank), tuple(withheld)


def suits(ready: IndexedItem[Oil], facts: Facts) -> bool:
    """Whether a symptom or a cause calls for it, or the wish to relax, and its gate is open."""
    fit = dict(ready.fit)
    called = any(not fit.get(name, frozenset()).isdisjoint(facts.slugs[name]) for name in ("symptoms", "causes"))
    return (called or (ready.item.relax and not facts.complaint)) and ready.gate.is_open(facts)


def fit_of(ready: IndexedItem[Oil], facts: Facts) -> int:
    """How many of the client's answers it suits."""
    return sum(len(slugs & facts.slugs[name]) for name, slugs in ready.fit if name in FIT)


def take_oils(index: Index, free: list[Candidate]) -> tuple[list[Candidate], tuple[Dropped, ...]]:
    """The best few; an oil that is in one already taken, or has one taken in it, is dropped."""
    taken: list[Candidate] = []
    dropped: list[Dropped] = []
    for each in free:
        if len(taken) >= index.sections.meta.oils.max_scented:
            break
        oil = each.ready.item
        same = tuple(
            other.ready.item.id
            for other in taken
            if oil.id in other.ready.item.contains or other.ready.item.id in oil.contains
        )
        if same:
            dropped.append(Dropped(oil.id, same))
        else:
            taken.append(each)
    return taken, tuple(dropped)


def blend_for(index: Index, conditions: Slugs) -> Blend:
    """The most of all essential oils together, in percent, and the conditions that set it."""
    rules = index.sections.meta.oils
    holding = [limit for limit in rules.blend_limits if not conditions.isdisjoint(limit.conditions)]
    if not holding:
        return Blend(rules.blend_percent, ())
    lowest = min(holding, key=lambda limit: limit.percent)
    return Blend(lowest.percent, tuple(slug for slug in lowest.conditions if slug in conditions))


def share(taken: list[Candidate], blend: Blend, facts: Facts, *, warm_tip: bool) -> tuple[ProposedOil, ...]:
    """The oils with their share of the blend; one that stings beside a warm tip stays in the session."""
    counted = sum(each.ready.item.is_diluted for each in taken)
    found = []
    for each in taken:
        oil = each.ready.item
        percent = round(min(oil.house_percent, blend.percent / counted), 2) if oil.is_diluted else None
        stays = warm_tip and IRRITANT in each.ready.tags
        found.append(
            ProposedOil(
                slug=oil.id,
                percent=percent,
                use=SESSION if stays else ANY,
                because=because(each.ready, facts),
                caution=each.caution,
                review=oil.review,
            )
        )
    return tuple(found)


def because(ready: IndexedItem[Oil], facts: Facts) -> Because:
    """The client's symptoms and causes that it suits."""
    fit = dict(ready.fit)
    return Because(
        symptoms=tuple(sorted(facts.slugs["symptoms"] & fit.get("symptoms", frozenset()))),
        causes=tuple(sorted(facts.slugs["causes"] & fit.get("causes", frozenset()))),
    )
