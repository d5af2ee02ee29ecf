"""The care engine: docs/care.md, step by step. Plain values in, a Plan out; total and deterministic."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from clients.care.answers import Answers, must_know
from clients.care.bars import Health, verdict
from clients.care.catalogue import Catalogue
from clients.care.conditions import Present, present_conditions
from clients.care.entries import NO_SLUGS, Goal, Item, Recommendation, Slugs
from clients.care.gates import Facts
from clients.care.index import HEAT, Index, IndexedItem
from clients.care.levels import Level, Triage
from clients.care.mails import choose_texts
from clients.care.oils import choose_oils
from clients.care.plans import Plan, ProposedTip, Reason, TriageResult, Verdict
from clients.care.tips import Tips, choose_tips
from clients.care.triage import triage

COMPLAINT: Final = "complaint"
RELAX: Final = "relax"


@dataclass(frozen=True, slots=True)
class Case:
    """One client as the engine sees them: answers, what holds, and which items are switched off for the region."""

    index: Index
    answers: Answers
    present: Present
    health: Health
    facts: Facts
    off: Slugs
    goal: Goal


def make_care_plan(catalogue: Catalogue, answers: Answers) -> Plan:
    """What to propose, what to hold back and why, for one client's answers. Raises UnknownSlugError."""
    index = catalogue.index
    must_know(index, answers)
    case = make_case(index, answers)
    found = judge(case)
    plan = massages(case, found)
    if found.action is Triage.EMERGENCY:
        return plan
    tips = choose_tips(case.index, case.facts, case.health, case.off, case.goal)
    if found.action is Triage.DOCTOR:
        # Only what may be told beside a stop; what is withheld would name items too.
        return replace(plan, home_care=tips.plan, one_thing=tips.one_thing)
    return add_advice(plan, case, tips)


def make_case(index: Index, answers: Answers) -> Case:
    """What holds for these answers, before any triage."""
    goal = goal_of(index, answers)
    present = present_conditions(index, answers)
    health = Health.of(index, present, cleared=answers.cleared, areas=answers.areas)
    facts = Facts(
        slugs={
            "symptoms": answers.symptoms,
            "areas": answers.areas,
            "body": frozenset(index.areas[slug].region for slug in answers.areas),
            "onset": answers.onset,
            "causes": answers.causes,
            "cause_group": frozenset(index.causes[slug].group for slug in answers.causes),
            "conditions": present.conditions,
            "aggravating": answers.aggravating,
            "relieving": answers.relieving,
            "flags": answers.red_flags | answers.checked.keys(),
            "goal": frozenset({goal}),
            "technique": frozenset({answers.service}) if answers.service else NO_SLUGS,
            "level": NO_SLUGS,
            "triage": NO_SLUGS,
            "tips": NO_SLUGS,
        },
        numbers={"age": answers.age, "pain": answers.pain},
        complaint=goal == COMPLAINT,
        first_visit=not answers.visits,
    )
    return Case(index, answers, present, health, facts, index.is_off(answers.region), goal)


def goal_of(index: Index, answers: Answers) -> Goal:
    """Whether somebody comes with a complaint or to relax: stress and bad nights alone are no complaint."""
    outside = index.sections.meta.outside_complaint
    if answers.symptoms or answers.areas or answers.causes.difference(outside):
        return COMPLAINT
    return RELAX


def judge(case: Case) -> TriageResult:
    """The triage; from here on the gates know it and the signs that hold."""
    found = triage(case.index, case.answers, case.facts)
    case.facts.slugs["flags"] = case.facts.slugs["flags"] | found.counted
    case.facts.slugs["triage"] = frozenset({found.action})
    return found


def massages(case: Case, found: TriageResult) -> Plan:
    """The level of every technique and add-on, and the massage that suits."""
    index, off = case.index, case.off
    services = {
        each.item.id: level_under(each, case, found) for each in index.ready_techniques if each.item.id not in off
    }
    addons = {each.item.id: level_under(each, case, found) for each in index.ready_addons if each.item.id not in off}
    suiting = suiting_massages(case, services) if found.action.allows_massage else []
    recommended = suiting[0] if suiting else None
    others: dict[str, Recommendation] = {}
    for each in suiting[1:]:
        if recommended and each.technique != recommended.technique:
            others.setdefault(each.technique, each)
    return Plan(
        triage=found,
        conditions=case.present.conditions,
        implied=index.in_order(case.present.conditions - case.answers.conditions),
        services=services,
        addons=addons,
        goal=case.goal,
        technique=case.answers.service or (recommended.technique if recommended else None),
        recommended=recommended,
        alternatives=tuple(others.values()),
    )


def level_under(ready: IndexedItem[Item], case: Case, found: TriageResult) -> Verdict:
    """The level of a technique or add-on; under a stop never milder than the stop, which stands first."""
    judged = verdict(ready, case.health)
    words = case.index.sections.meta.actions[found.action]
    if words.level is None:
        return judged
    level = min(words.level, judged.level, key=lambda each: each.rank)
    stop = Reason(words.level.rank, "", words.client, words.level)
    return Verdict(level, (stop, *judged.because))


def suiting_massages(case: Case, services: Mapping[str, Verdict]) -> list[Recommendation]:
    """The recommendations whose technique is sold, whose gate opens and whose level fits, in order."""
    sold = case.answers.sold or services.keys()
    return [
        each
        for each in case.index.sections.recommendations
        if each.technique in sold
        and each.technique in services
        and each.id not in case.off
        and services[each.technique].level in each.levels
        and case.index.gates[each.id].is_open(case.facts)
    ]


def can_be_massaged(case: Case, plan: Plan) -> bool:
    """Whether some technique that is sold is not ruled out altogether."""
    sold = case.answers.sold or plan.services.keys()
    return any(plan.services[slug].level is not Level.NEVER for slug in sold if slug in plan.services)


def add_advice(plan: Plan, case: Case, tips: Tips) -> Plan:
    """The plan with tips, oils, the sentences for the mails and the claims that belong to what is shown."""
    index = case.index
    technique = index.techniques.get(plan.technique or "")
    warm = technique is not None and HEAT in technique.tags
    plan = replace(
        plan,
        open=tips.open,
        more=tips.more,
        also=tips.also,
        one_thing=tips.one_thing,
        withheld_home_care=tips.withheld,
    )
    stinging = False
    if can_be_massaged(case, plan):
        case.facts.slugs["technique"] = frozenset({technique.id}) if technique else NO_SLUGS
        level = plan.services[technique.id].level if technique and technique.id in plan.services else None
        case.facts.slugs["level"] = frozenset({level}) if level else NO_SLUGS
        oils = choose_oils(index, case.facts, case.health, case.off, technique=technique, tips=tips.plan)
        stinging = oils.stinging
        plan = replace(
            plan,
            oils=oils.oils,
            carrier=oils.carrier,
            blend=oils.blend,
            withheld_oils=oils.withheld,
            dropped=oils.dropped,
        )
        if technique and level and level is not Level.NEVER:
            plan = replace(plan, mails=choose_texts(index, case.facts, case.health, case.off, technique.id))
    plan = replace(plan, home_care=with_waiting(index, tips.plan, waits=warm or stinging))
    shown = ids_shown(plan)
    return replace(plan, shown=shown, claims=claims_of(index, shown))


def with_waiting(index: Index, tips: tuple[ProposedTip, ...], *, waits: bool) -> tuple[ProposedTip, ...]:
    """The tips; those with warmth wait a day after a warm session or a stinging oil."""
    hours = index.sections.meta.oils.wait_hours_after_heat
    if not waits:
        return tips
    return tuple(replace(tip, wait_hours=hours) if HEAT in index.tips_by_slug[tip.slug].tags else tip for tip in tips)


def ids_shown(plan: Plan) -> Slugs:
    """Everything that the client is shown or sent, and the technique that it is about."""
    # A question that is open is shown too: the plan page asks it.
    single = (plan.open, plan.carrier, plan.technique, plan.recommended and plan.recommended.id)
    return frozenset(
        {
            *(slug for slug in single if slug),
            *(each.slug for each in plan.home_care),
            *(each.slug for each in plan.oils),
            *(each.id for each in plan.alternatives),
            *plan.triage.questions,
            *plan.more,
            *plan.also,
            *(slug for texts in plan.mails.values() for slug in texts),
        }
    )


def claims_of(index: Index, shown: Slugs) -> tuple[str, ...]:
    """The claims that speak of something shown, in the order of the file."""
    return tuple(slug for slug, refs in index.refs.items() if not refs.isdisjoint(shown))
