"""Which conditions the health form asks this client: those that make a difference here, and whose own gate is open."""

from __future__ import annotations

from dataclasses import replace

from clients.care import Catalogue
from clients.care.engine import judge, make_case
from clients.care.entries import Slugs
from clients.care.screening import GroupQuestion
from clients.intake.answers import IntakeAnswers
from clients.intake.checks.health import groups_here


def asked_here(catalogue: Catalogue, given: IntakeAnswers) -> tuple[GroupQuestion, ...]:
    """The groups with the conditions to ask; one that was ticked stays, so that it can be taken back."""
    open_gates = conditions_with_open_gate(catalogue, given)
    groups = groups_here(catalogue)
    asked = (
        replace(
            group,
            conditions=tuple(
                each for each in group.conditions if not each.ask_when or each.id in open_gates or each.id in given.told
            ),
        )
        for group in groups
    )
    return tuple(group for group in asked if group.conditions)


def conditions_with_open_gate(catalogue: Catalogue, given: IntakeAnswers) -> Slugs:
    """The conditions with an `ask_when` that holds. It may name tips: those that are switched on and would be given."""
    index = catalogue.index
    case = make_case(index, given.for_engine(catalogue))
    judge(case)
    case.facts.slugs["tips"] = frozenset(
        tip.item.id for tip in index.ready_tips if tip.item.id not in case.off and tip.gate.is_open(case.facts)
    )
    gated = (each.id for each in catalogue.conditions if each.ask_when)
    return frozenset(slug for slug in gated if index.gates[slug].is_open(case.facts))
