"""Oils: which suit, how strong, what is left out, and the plain oil they go into (docs/care.md, "Oils")."""

from __future__ import annotations

from dataclasses import replace

from clients.care.bars import Candidate, fit_of, verdict
from clients.care.case import Case
from clients.care.entries import Oil, Slugs, Technique
from clients.care.gates import Facts, is_open
from clients.care.index import HEAT, IRRITANT, Index, IndexedItem
from clients.care.plans import Because, Blend, Clash, Dropped, Plan, ProposedOil, Reason, Withheld

HEAT_REASON = "It can burn under warmth, so it is not used on the same day."
SESSION, ANY = "session", "any"
FIT = ("symptoms", "causes", "onset")


def add_oils(plan: Plan, case: Case, technique: Technique | None) -> Plan:
    """The plan with oils: the best that suit, shared into one strength, in the plain oil for them."""
    free, withheld = sort_oils(case, technique)
    taken, dropped = take_oils(case.index, free)
    blend = blend_for(case.index, case.health.conditions) if taken else None
    warm_tip = any(HEAT in case.index.home_care[tip.slug].tags for tip in plan.home_care)
    return replace(
        plan,
        oils=share(taken, blend, case.facts, warm_tip=warm_tip) if blend else (fallback_oil(case),),
        carrier=choose_carrier(case),
        blend=blend,
        withheld_oils=withheld,
        dropped=dropped,
    )


def fallback_oil(case: Case) -> ProposedOil:
    """What is proposed where no oil suits."""
    ready = case.index.oils_by_slug[case.index.sections.meta.oils.fallback]
    return ProposedOil(ready.item.id, None, ANY, Because(), verdict(ready, case.health).because, ready.item.review)


def choose_carrier(case: Case) -> str | None:
    """The first plain oil that nothing holds back, open gates before the rest; None where all are barred."""
    free = [
        each
        for each in case.index.ready_oils
        if each.item.kind == "carrier"
        and each.item.id not in case.off
        and not verdict(each, case.health).level.holds_back
    ]
    return min(free, key=lambda each: not is_open(each.gate, case.facts)).item.id if free else None


def sort_oils(case: Case, technique: Technique | None) -> tuple[list[Candidate[Oil]], tuple[Withheld, ...]]:
    """The oils that suit and may be given, best first, and those held back with their reasons."""
    warm = technique is not None and HEAT in technique.tags
    free: list[Candidate[Oil]] = []
    withheld: list[Withheld] = []
    for ready in case.index.ready_oils:
        if ready.item.id in case.off or not ready.item.is_proposed or not suits(ready, case.facts):
            continue
        found = verdict(ready, case.health)
        against: tuple[Reason | Clash, ...] = tuple(each for each in found.because if each.level.holds_back)
        if warm and IRRITANT in ready.tags and technique:
            against = (*against, Clash(technique.id, HEAT_REASON))
        if against:
            withheld.append(Withheld(ready.item.id, against))
        else:
            free.append(Candidate(ready, fit_of(ready, case.facts, FIT), found.because))
    return sorted(free, key=lambda each: (-each.fit, each.ready.grade, each.ready.place)), tuple(withheld)


def suits(ready: IndexedItem[Oil], facts: Facts) -> bool:
    """Whether a symptom or a cause calls for it, or the wish to relax, and its gate is open."""
    called = any(not facts.slugs[name].isdisjoint(ready.fit.get(name, ())) for name in ("symptoms", "causes"))
    return (called or (ready.item.relax and not facts.complaint)) and is_open(ready.gate, facts)


def take_oils(index: Index, free: list[Candidate[Oil]]) -> tuple[list[Candidate[Oil]], tuple[Dropped, ...]]:
    """The best few; an oil that is in one already taken, or has one taken in it, is dropped."""
    taken: list[Candidate[Oil]] = []
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


def share(taken: list[Candidate[Oil]], blend: Blend, facts: Facts, *, warm_tip: bool) -> tuple[ProposedOil, ...]:
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
    symptoms, causes = (facts.slugs[name].intersection(ready.fit.get(name, ())) for name in ("symptoms", "causes"))
    return Because(symptoms=tuple(sorted(symptoms)), causes=tuple(sorted(causes)))
