"""Home care: candidates, what holds them back, and which make the plan (docs/care.md, "Tips")."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from clients.care.bars import Health, verdict
from clients.care.entries import Goal, Role, Slugs, Tip
from clients.care.gates import Facts
from clients.care.index import Index, IndexedItem
from clients.care.levels import Level, Triage
from clients.care.plans import Because, ProposedTip, Reason, Withheld

NAMED: Final = "named"
BECAUSE_DIMENSIONS = ("symptoms", "causes", "areas", "onset")


@dataclass(frozen=True, slots=True, eq=False)
class TipCandidate:
    """A tip whose gate is open and that nothing holds back; the smaller its rank, the better it suits."""

    ready: IndexedItem[Tip]
    fit: int
    caution: tuple[Reason, ...]

    @property
    def tip(self) -> Tip:
        """The tip."""
        return self.ready.item

    @property
    def rank(self) -> tuple[int, int, int]:
        """Evidence, then fit, then place in the file."""
        return self.ready.grade, -self.fit, self.ready.place


@dataclass(frozen=True, slots=True)
class Tips:
    """The tips of a plan, what stands beside it, and what was held back."""

    plan: tuple[ProposedTip, ...]
    open: str | None
    more: tuple[str, ...]
    also: tuple[str, ...]
    one_thing: str | None
    withheld: tuple[Withheld, ...]


def choose_tips(index: Index, facts: Facts, health: Health, off: Slugs, goal: Goal) -> Tips:
    """The tips for a client: at most as many as the goal allows, one of a role before the second."""
    eligible, withheld = sort_tips(index, facts, health, off)
    chosen = fill_plan(index, facts, off, eligible, goal)
    beside = sorted((each for each in eligible if each not in chosen), key=lambda each: each.rank)
    outside = index.sections.meta.plan.outside
    caps = index.sections.meta.plan.caps
    opening = [each.tip.id for each in beside if each.tip.role == "open"][: outside["open"]]
    stop = Triage.DOCTOR in facts.slugs["triage"]
    return Tips(
        plan=tuple(propose(each, facts) for each in chosen),
        open=None if stop or not opening else opening[0],
        more=() if stop else tuple(each.tip.id for each in beside if each.tip.role == "more")[: outside["more"]],
        also=() if stop else tuple(each.tip.id for each in eligible if each.tip.role in caps and each not in chosen),
        one_thing=one_thing(index, facts, chosen, goal),
        withheld=withheld,
    )


def sort_tips(
    index: Index, facts: Facts, health: Health, off: Slugs
) -> tuple[list[TipCandidate], tuple[Withheld, ...]]:
    """The tips that may be given and those held back with their reasons, in the order of the file.

    A tip that is held back for good or for a doctor's word may have another in its place.
    """
    stop = Triage.DOCTOR in facts.slugs["triage"]
    found: dict[str, TipCandidate] = {}
    withheld: list[Withheld] = []
    stand_ins: list[str] = []
    for ready in index.ready_tips:
        tip = ready.item
        if tip.id in off or tip.only_instead or (stop and not tip.with_stop) or not ready.gate.is_open(facts):
            continue
        candidate, held = weigh_tip(ready, facts, health)
        if candidate:
            found[tip.id] = candidate
        else:
            withheld.append(Withheld(tip.id, held))
            if tip.instead and any(each.level.holds_back for each in held):
                stand_ins.append(tip.instead)
    for slug in stand_ins:
        candidate, _held = weigh_tip(index.tips_by_slug[slug], facts, health)
        if candidate and slug not in off:
            found.setdefault(slug, candidate)
    return sorted(found.values(), key=lambda each: each.ready.place), tuple(withheld)


def weigh_tip(ready: IndexedItem[Tip], facts: Facts, health: Health) -> tuple[TipCandidate | None, tuple[Reason, ...]]:
    """The candidate, or None and what holds it back (cautions left out)."""
    judged = verdict(ready, health)
    if judged.level in (Level.OK, Level.CAUTION):
        return TipCandidate(ready, tip_fit(ready, facts), judged.because), ()
    return None, tuple(each for each in judged.because if each.level is not Level.CAUTION)


def tip_fit(ready: IndexedItem[Tip], facts: Facts) -> int:
    """How many of the client's answers it suits."""
    return sum(len(slugs & facts.slugs[dimension]) for dimension, slugs in ready.fit)


def fill_plan(index: Index, facts: Facts, off: Slugs, eligible: list[TipCandidate], goal: Goal) -> list[TipCandidate]:
    """The slots of the goal, filled in order: a role takes its best tip unless a cause has brought one already."""
    shape = index.sections.meta.plan
    most = shape.max_tips[goal]
    chosen: list[TipCandidate] = []
    asked: dict[Role, int] = {}
    for slot in shape.slots[goal]:
        if len(chosen) >= most:
            break
        if slot == NAMED:
            chosen += answering_tips(index, facts, off, eligible, chosen, most)
            continue
        asked[slot] = asked.get(slot, 0) + 1
        if count_role(chosen, slot) < asked[slot]:
            best = min(
                (each for each in eligible if each.tip.role == slot and each not in chosen),
                key=lambda each: each.rank,
                default=None,
            )
            chosen += [best] if best else []
    return chosen


def count_role(chosen: Iterable[TipCandidate], role: Role) -> int:
    """How many of a role are chosen."""
    return sum(each.tip.role == role for each in chosen)


def answering_tips(
    index: Index, facts: Facts, off: Slugs, eligible: list[TipCandidate], chosen: list[TipCandidate], most: int
) -> list[TipCandidate]:
    """Tips for the causes that the client named and that no chosen tip answers, the one that answers most first."""
    caps = index.sections.meta.plan.caps
    named = facts.slugs["causes"] & index.answered_causes(off)
    open_causes = named.difference(*(each.tip.answers for each in chosen))
    added: list[TipCandidate] = []
    while open_causes and len(chosen) + len(added) < most:
        taken = [*chosen, *added]
        fitting = [
            each
            for each in eligible
            if each not in taken
            and count_role(taken, each.tip.role) < caps.get(each.tip.role, 0)
            and not open_causes.isdisjoint(each.tip.answers)
        ]
        if not fitting:
            break
        best = min(fitting, key=lambda each: (-len(open_causes.intersection(each.tip.answers)), each.rank))
        added.append(best)
        open_causes -= set(best.tip.answers)
    return added


def one_thing(index: Index, facts: Facts, chosen: list[TipCandidate], goal: Goal) -> str | None:
    """The one thing this week: what is urgent, else the best of what can be done now without the therapist."""
    for each in chosen:
        if each.ready.urgent.is_open(facts):
            return each.tip.id
    order = {role: place for place, role in enumerate(index.sections.meta.plan.one_thing_order[goal])}
    ready = [each for each in chosen if each.tip.now and not each.tip.review and each.tip.role in order]
    if not ready:
        return None
    if goal == "complaint":
        best = min(ready, key=lambda each: (each.ready.grade, order[each.tip.role], -each.fit, each.ready.place))
    else:
        best = min(ready, key=lambda each: (order[each.tip.role], each.ready.grade, -each.fit, each.ready.place))
    return best.tip.id


def propose(candidate: TipCandidate, facts: Facts) -> ProposedTip:
    """The tip as it is proposed, with the answers that call for it."""
    tip = candidate.tip
    return ProposedTip(
        slug=tip.id,
        role=tip.role,
        because=tip_reasons(candidate.ready, facts),
        caution=candidate.caution,
        review=tip.review,
        email=tip.email,
    )


def tip_reasons(ready: IndexedItem[Tip], facts: Facts) -> Because:
    """The client's answers that open its gate or that it suits, each in the order in which the item names them."""
    fit = dict(ready.fit)
    found: dict[str, tuple[str, ...]] = {}
    lines = tuple(ready.gate.open_lines(facts))
    for dimension in BECAUSE_DIMENSIONS:
        named = [*fit.get(dimension, ()), *(slug for line in lines for slug in getattr(line, dimension))]
        if dimension == "causes":
            named += ready.item.answers
        found[dimension] = tuple(sorted(facts.slugs[dimension].intersection(named)))
    return Because(**found)
