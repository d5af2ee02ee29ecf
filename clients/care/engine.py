"""The care engine: docs/care.md, step by step. Plain values in, a Plan out; total and deterministic."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from clients.care.answers import Answers, must_know
from clients.care.bars import verdict
from clients.care.case import Case, make_case
from clients.care.catalogue import Catalogue
from clients.care.entries import NO_SLUGS, Item, Recommendation, Slugs
from clients.care.gates import is_open
from clients.care.index import HEAT, IRRITANT, Index, IndexedItem
from clients.care.levels import Level, Triage
from clients.care.mails import choose_texts
from clients.care.oils import add_oils
from clients.care.plans import Plan, Reason, Verdict
from clients.care.tips import add_tips


def make_care_plan(catalogue: Catalogue, answers: Answers) -> Plan:
    """What to propose, what to hold back and why, for one client's answers. Raises UnknownSlugError."""
    must_know(catalogue.index, answers)
    case = make_case(catalogue.index, answers)
    plan = massages(case)
    if case.triage.action is Triage.EMERGENCY:
        return plan
    plan = add_tips(plan, case)
    # Beside a stop only what may be told with it.
    return plan if case.triage.action is Triage.DOCTOR else add_advice(plan, case)


def massages(case: Case) -> Plan:
    """The level of every technique and add-on, and the massage that suits."""
    index = case.index
    services, addons = levels_of(index.ready_techniques, case), levels_of(index.ready_addons, case)
    suiting = suiting_massages(case, services) if case.triage.action.allows_massage else []
    recommended = suiting[0] if suiting else None
    others: dict[str, Recommendation] = {}
    for each in suiting[1:]:
        if recommended and each.technique != recommended.technique:
            others.setdefault(each.technique, each)
    return Plan(
        triage=case.triage,
        conditions=case.present.conditions,
        implied=index.in_order(case.present.conditions - case.answers.conditions),
        services=services,
        addons=addons,
        goal=case.goal,
        technique=case.answers.service or (recommended.technique if recommended else None),
        recommended=recommended,
        alternatives=tuple(others.values()),
    )


def levels_of(items: Iterable[IndexedItem[Item]], case: Case) -> Mapping[str, Verdict]:
    """The level of each of these that is not switched off."""
    return {each.item.id: level_under(each, case) for each in items if each.item.id not in case.off}


def level_under(ready: IndexedItem[Item], case: Case) -> Verdict:
    """The level of a technique or add-on; under a stop never milder than the stop, which stands first."""
    judged = verdict(ready, case.health)
    words = case.index.sections.meta.actions[case.triage.action]
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
        and is_open(each.when, case.facts)
    ]


def can_be_massaged(case: Case, plan: Plan) -> bool:
    """Whether some technique that is sold is not ruled out altogether."""
    sold = case.answers.sold or plan.services.keys()
    return any(plan.services[slug].level is not Level.NEVER for slug in sold if slug in plan.services)


def add_advice(plan: Plan, case: Case) -> Plan:
    """The plan with oils, the sentences for the mails and the claims that belong to what is shown."""
    index = case.index
    technique = index.techniques.get(plan.technique or "")
    if can_be_massaged(case, plan):
        case.facts.slugs["technique"] = frozenset({technique.id}) if technique else NO_SLUGS
        level = plan.services[technique.id].level if technique and technique.id in plan.services else None
        case.facts.slugs["level"] = frozenset({level}) if level else NO_SLUGS
        plan = add_oils(plan, case, technique)
        if technique and level and level is not Level.NEVER:
            plan = replace(plan, mails=choose_texts(case, technique.id))
    if (technique and HEAT in technique.tags) or any(IRRITANT in index.oils[oil.slug].tags for oil in plan.oils):
        plan = with_waiting(plan, index)
    shown = ids_shown(plan)
    return replace(plan, shown=shown, claims=claims_of(index, shown))


def with_waiting(plan: Plan, index: Index) -> Plan:
    """The plan in which tips with warmth wait a day, after a warm session or a stinging oil."""
    hours = index.sections.meta.oils.wait_hours_after_heat
    tips = (replace(tip, wait_hours=hours) if HEAT in index.home_care[tip.slug].tags else tip for tip in plan.home_care)
    return replace(plan, home_care=tuple(tips))


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
