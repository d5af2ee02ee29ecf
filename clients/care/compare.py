"""What an edit of the catalogue would change in plans: the same answers, asked of both."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from clients.care.answers import Answers
from clients.care.catalogue import Catalogue
from clients.care.engine import make_care_plan
from clients.care.items import Level
from clients.care.levels import Triage
from clients.care.plans import Clash, Plan
from clients.care.screening import red_flags_to_ask


@dataclass(frozen=True, slots=True)
class ItemShift:
    """One oil, tip or warning sign: in how many plans it comes in, drops out, or is newly held back."""

    slug: str
    name: str
    appears: int
    disappears: int
    held_back: int = 0


@dataclass(frozen=True, slots=True)
class LevelShift:
    """One kind of massage: from one level to another; None where it is not shown (switched off)."""

    slug: str
    name: str
    before: Level | None
    after: Level | None
    plans: int


@dataclass(frozen=True, slots=True)
class TriageShift:
    """From one triage to another."""

    before: Triage
    after: Triage
    plans: int


@dataclass(frozen=True, slots=True)
class PlanChanges:
    """Counts only: who the plans belong to is not kept. `quiet` plans change in words, order, reasons or pairs alone;
    `questions` are warning signs that would be asked or not asked."""

    plans: int
    changed: int
    quiet: int
    items: tuple[ItemShift, ...]
    levels: tuple[LevelShift, ...]
    triages: tuple[TriageShift, ...]
    questions: tuple[ItemShift, ...]


class ShiftCounts:
    """Counts by slug, or by slug and levels."""

    def __init__(self) -> None:
        self.appears: Counter[str] = Counter()
        self.disappears: Counter[str] = Counter()
        self.held: Counter[str] = Counter()
        self.levels: Counter[tuple[str, Level | None, Level | None]] = Counter()
        self.triages: Counter[tuple[Triage, Triage]] = Counter()
        self.asked: Counter[str] = Counter()
        self.not_asked: Counter[str] = Counter()
        self.plans = self.changed = self.quiet = 0


def compare_plans(before: Catalogue, after: Catalogue, cases: Iterable[Answers]) -> PlanChanges:
    """Make each plan twice and count the differences. Raises UnknownSlugError where either does not know an answer."""
    tally = ShiftCounts()
    reworded = reworded_slugs(before, after)
    for answers in cases:
        tally.plans += 1
        was, now = make_care_plan(before, answers), make_care_plan(after, answers)
        asked_was, asked_now = questions_asked(before, answers), questions_asked(after, answers)
        tally.asked.update(asked_now - asked_was)
        tally.not_asked.update(asked_was - asked_now)
        loud = count_shifts(tally, was, now, shown_levels(before, was), shown_levels(after, now))
        if loud or visible_answer(was) != visible_answer(now) or not reworded.isdisjoint(mentioned_slugs(now)):
            tally.changed += 1
            tally.quiet += not loud
    return shifts_with_names(tally, entry_names(before) | entry_names(after))


def count_shifts(
    tally: ShiftCounts, was: Plan, now: Plan, levels_was: Mapping[str, Level], levels_now: Mapping[str, Level]
) -> bool:
    """Count items, levels and triage of one plan; whether any of them differs."""
    appears, disappears = proposed_slugs(now) - proposed_slugs(was), proposed_slugs(was) - proposed_slugs(now)
    held = withheld_slugs(now) - withheld_slugs(was)
    tally.appears.update(appears)
    tally.disappears.update(disappears)
    tally.held.update(held)
    moved = [
        (slug, levels_was.get(slug), levels_now.get(slug))
        for slug in {**levels_was, **levels_now}
        if levels_was.get(slug) != levels_now.get(slug)
    ]
    tally.levels.update(moved)
    if was.triage != now.triage:
        tally.triages[was.triage, now.triage] += 1
    return bool(appears or disappears or held or moved or was.triage != now.triage)


def shifts_with_names(tally: ShiftCounts, known: Mapping[str, str]) -> PlanChanges:
    """The counts with names, the most frequent first."""
    slugs = tally.appears.keys() | tally.disappears.keys() | tally.held.keys()
    items = [
        ItemShift(slug, known[slug], tally.appears[slug], tally.disappears[slug], tally.held[slug]) for slug in slugs
    ]
    asked_slugs = tally.asked.keys() | tally.not_asked.keys()
    questions = [ItemShift(slug, known[slug], tally.asked[slug], tally.not_asked[slug]) for slug in asked_slugs]
    return PlanChanges(
        plans=tally.plans,
        changed=tally.changed,
        quiet=tally.quiet,
        items=tuple(sorted(items, key=by_frequency)),
        levels=tuple(
            LevelShift(slug, known[slug], was, now, plans) for (slug, was, now), plans in tally.levels.most_common()
        ),
        triages=tuple(TriageShift(*pair, plans) for pair, plans in tally.triages.most_common()),
        questions=tuple(sorted(questions, key=by_frequency)),
    )


def by_frequency(shift: ItemShift) -> tuple[int, str]:
    return -(shift.appears + shift.disappears + shift.held_back), shift.name


def proposed_slugs(found: Plan) -> frozenset[str]:
    """Every item a plan proposes, its carrier among them."""
    carrier = [found.carrier] if found.carrier else []
    return frozenset([*(each.slug for each in (*found.oils, *found.home_care)), *carrier])


def withheld_slugs(found: Plan) -> frozenset[str]:
    return frozenset(each.slug for each in (*found.withheld_oils, *found.withheld_home_care))


def shown_levels(catalogue: Catalogue, found: Plan) -> dict[str, Level]:
    """The level of each kind of massage that a plan shows: none in an emergency, and none that is switched off."""
    if found.triage == Triage.EMERGENCY:
        return {}
    techniques = catalogue.index.techniques
    return {slug: level.level for slug, level in found.services.items() if not techniques[slug].switched_off}


def questions_asked(catalogue: Catalogue, answers: Answers) -> frozenset[str]:
    return frozenset(flag.slug for flag in red_flags_to_ask(catalogue, answers))


def visible_answer(found: Plan) -> tuple[Any, ...]:
    """What a plan shows of the engine's answer; the conditions behind it show only through their reasons."""
    return (
        found.triage,
        found.flags,
        {} if found.triage == Triage.EMERGENCY else found.services,
        found.oils,
        found.carrier,
        found.home_care,
        found.withheld_oils,
        found.withheld_home_care,
    )


def mentioned_slugs(found: Plan) -> set[str]:
    """Every slug that a plan puts into words."""
    slugs = {*proposed_slugs(found), *withheld_slugs(found), *found.flags}
    if found.triage != Triage.EMERGENCY:
        slugs.update(found.services)
        slugs.update(rule.condition for level in found.services.values() for rule in level.because)
    for each in (*found.oils, *found.home_care):
        why = each.because
        slugs.update(why.symptoms, why.causes, why.onset, why.areas)
        slugs.update(rule.condition for rule in each.caution)
    for held in (*found.withheld_oils, *found.withheld_home_care):
        slugs.update(reason.technique if isinstance(reason, Clash) else reason.condition for reason in held.because)
    return slugs


def reworded_slugs(before: Catalogue, after: Catalogue) -> set[str]:
    """Entries that a plan would put into other words."""
    old, new = entry_wording(before), entry_wording(after)
    return {slug for slug, said in new.items() if slug in old and old[slug] != said}


def entry_wording(catalogue: Catalogue) -> dict[str, tuple[Any, ...]]:
    """What a plan says of each entry, but for its reasons, which are part of the plan itself."""
    found: dict[str, tuple[Any, ...]] = {
        term.slug: (term.name,)
        for section in (catalogue.symptoms, catalogue.causes, catalogue.onsets, catalogue.areas, catalogue.conditions)
        for term in section
    }
    found |= {flag.slug: (flag.text,) for flag in catalogue.red_flags}
    found |= {technique.slug: (technique.name,) for technique in catalogue.techniques}
    found |= {
        item.slug: (item.name, item.text, item.dose, item.evidence) for item in (*catalogue.oils, *catalogue.home_care)
    }
    return found


def entry_names(catalogue: Catalogue) -> dict[str, str]:
    index = catalogue.index
    known: dict[str, Any] = {**index.oils, **index.home_care, **index.techniques, **index.red_flags}
    return {slug: entry.name for slug, entry in known.items()}
