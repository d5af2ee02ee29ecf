"""One client as the engine sees them: the answers, what holds by them, and what the warning signs ask for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from clients.care.answers import Answers
from clients.care.bars import Health
from clients.care.conditions import Present, present_conditions
from clients.care.entries import NO_SLUGS, Goal, Slugs
from clients.care.gates import Facts
from clients.care.index import Index
from clients.care.plans import TriageResult
from clients.care.triage import triage

COMPLAINT: Final = "complaint"
RELAX: Final = "relax"


@dataclass(frozen=True, slots=True)
class Case:
    """What is known of one client; `off`: the items that are switched off for the region."""

    index: Index
    answers: Answers
    present: Present
    health: Health
    facts: Facts
    off: Slugs
    goal: Goal
    triage: TriageResult


def make_case(index: Index, answers: Answers) -> Case:
    """What holds for these answers, which the catalogue must know, and the triage by it; the gates know both."""
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
        age=answers.age,
        pain=answers.pain,
        complaint=goal == COMPLAINT,
        first_visit=not answers.visits,
    )
    found = triage(index, answers, facts)
    facts.slugs["flags"] |= found.counted
    facts.slugs["triage"] = frozenset({found.action})
    return Case(index, answers, present, health, facts, index.is_off(answers.region), goal, found)


def goal_of(index: Index, answers: Answers) -> Goal:
    """Whether somebody comes with a complaint or to relax: stress and bad nights alone are no complaint."""
    outside = index.sections.meta.outside_complaint
    if answers.symptoms or answers.areas or answers.causes.difference(outside):
        return COMPLAINT
    return RELAX
