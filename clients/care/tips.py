"""Home care: candidates, what holds them back, and which make the plan (docs/care.md, "Tips")."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from clients.care.bars import Candidate, fit_of, verdict
from clients.care.case import COMPLAINT, Case
from clients.care.entries import Role, Tip
from clients.care.gates import Facts, holds, is_open
from clients.care.index import IndexedItem
from clients.care.levels import Level, Triage
from clients.care.plans import Because, Plan, ProposedTip, Reason, Withheld

NAMED: Final = "named"
BECAUSE_DIMENSIONS = ("symptoms", "causes", "areas", "onset")


def by_evidence(each: Candidate[Tip]) -> tuple[int, int, int]:
    """Evidence, then fit, then place in the file: the smaller, the better it suits."""
    return each.ready.grade, -each.fit, each.ready.place


def add_tips(plan: Plan, case: Case) -> Plan:
    """The plan with tips: at most as many as the goal allows, one of a role before the second.

    Beside a doctor's stop only what may be told with it; what is withheld would name items too.
    """
    eligible, withheld = sort_tips(case)
    chosen = fill_plan(case, eligible)
    stop = case.triage.action is Triage.DOCTOR
    others = [] if stop else [each for each in eligible if each not in chosen]
    ranked, shape = sorted(others, key=by_evidence), case.index.sections.meta.plan
    opening = [each.item.id for each in ranked if each.item.role == "open"][: shape.outside["open"]]
    return replace(
        plan,
        home_care=tuple(propose(each, case.facts) for each in chosen),
        one_thing=one_thing(case, chosen),
        open=opening[0] if opening else None,
        more=tuple(each.item.id for each in ranked if each.item.role == "more")[: shape.outside["more"]],
        also=tuple(each.item.id for each in others if each.item.role in shape.caps),
        withheld_home_care=() if stop else withheld,
    )


def sort_tips(case: Case) -> tuple[list[Candidate[Tip]], tuple[Withheld, ...]]:
    """The tips that may be given and those held back with their reasons, in the order of the file.

    A tip that is held back for good or for a doctor's word may have another in its place.
    """
    stop = case.triage.action is Triage.DOCTOR
    found: dict[str, Candidate[Tip]] = {}
    withheld: list[Withheld] = []
    stand_ins: list[str] = []
    for ready in case.index.ready_tips:
        tip = ready.item
        if tip.id in case.off or tip.only_instead or (stop and not tip.with_stop):
            continue
        if not is_open(ready.gate, case.facts):
            continue
        candidate, held = weigh_tip(ready, case)
        if candidate:
            found[tip.id] = candidate
        else:
            withheld.append(Withheld(tip.id, held))
            if tip.instead and any(each.level.holds_back for each in held):
                stand_ins.append(tip.instead)
    for slug in stand_ins:
        candidate, _held = weigh_tip(case.index.tips_by_slug[slug], case)
        if candidate and slug not in case.off:
            found.setdefault(slug, candidate)
    return sorted(found.values(), key=lambda each: each.ready.place), tuple(withheld)


def weigh_tip(ready: IndexedItem[Tip], case: Case) -> tuple[Candidate[Tip] | None, tuple[Reason, ...]]:
    """The candidate, or None and what holds it back (cautions left out)."""
    judged = verdict(ready, case.health)
    if judged.level in (Level.OK, Level.CAUTION):
        return Candidate(ready, fit_of(ready, case.facts), judged.because), ()
    return None, tuple(each for each in judged.because if each.level is not Level.CAUTION)


def fill_plan(case: Case, eligible: list[Candidate[Tip]]) -> list[Candidate[Tip]]:
    """The slots of the goal, filled in order: a role takes its best tip unless a cause has brought one already."""
    shape = case.index.sections.meta.plan
    most = shape.max_tips[case.goal]
    chosen: list[Candidate[Tip]] = []
    asked: dict[Role, int] = {}
    for slot in shape.slots[case.goal]:
        if len(chosen) >= most:
            break
        if slot == NAMED:
            chosen += answering_tips(case, eligible, chosen, most)
            continue
        asked[slot] = asked.get(slot, 0) + 1
        if count_role(chosen, slot) < asked[slot]:
            left = [each for each in eligible if each.item.role == slot and each not in chosen]
            chosen += [min(left, key=by_evidence)] if left else []
    return chosen


def count_role(chosen: Iterable[Candidate[Tip]], role: Role) -> int:
    """How many of a role are chosen."""
    return sum(each.item.role == role for each in chosen)


def answering_tips(
    case: Case, eligible: list[Candidate[Tip]], chosen: list[Candidate[Tip]], most: int
) -> list[Candidate[Tip]]:
    """Tips for the causes that the client named and that no chosen tip answers, the one that answers most first."""
    caps = case.index.sections.meta.plan.caps
    named = case.answers.causes & case.index.answered_causes(case.off)
    open_causes = named.difference(*(each.item.answers for each in chosen))
    added: list[Candidate[Tip]] = []
    while open_causes and len(chosen) + len(added) < most:
        taken = [*chosen, *added]
        fitting = [
            each
            for each in eligible
            if each not in taken
            and count_role(taken, each.item.role) < caps.get(each.item.role, 0)
            and not open_causes.isdisjoint(each.item.answers)
        ]
        if not fitting:
            break
        best = min(fitting, key=lambda each: (-len(open_causes.intersection(each.item.answers)), by_evidence(each)))
        added.append(best)
        open_causes -= set(best.item.answers)
    return added


def one_thing(case: Case, chosen: list[Candidate[Tip]]) -> str | None:
    """The one thing this week: what is urgent, else the best of what can be done now without the therapist."""
    for each in chosen:
        if is_open(each.item.urgent_when, case.facts):
            return each.item.id
    order = case.index.sections.meta.plan.one_thing_order[case.goal]

    def preference(each: Candidate[Tip]) -> tuple[int, ...]:
        grade, role = each.ready.grade, order.index(each.item.role)
        first = (grade, role) if case.goal == COMPLAINT else (role, grade)
        return *first, -each.fit, each.ready.place

    ready = [each for each in chosen if each.item.now and not each.item.review and each.item.role in order]
    return min(ready, key=preference).item.id if ready else None


def propose(candidate: Candidate[Tip], facts: Facts) -> ProposedTip:
    """The tip as it is proposed, with the answers that call for it."""
    tip = candidate.item
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
    found: dict[str, tuple[str, ...]] = {}
    lines = [line for line in ready.gate or () if holds(line, facts)]
    for dimension in BECAUSE_DIMENSIONS:
        named = [*ready.fit.get(dimension, ()), *(slug for line in lines for slug in getattr(line, dimension))]
        if dimension == "causes":
            named += ready.item.answers
        found[dimension] = tuple(sorted(facts.slugs[dimension].intersection(named)))
    return Because(**found)
