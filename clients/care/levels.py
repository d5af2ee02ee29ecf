"""How each technique suits a state of health: red flags, implied conditions, levels (`meta.matching.services`)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from clients.care.answers import Answers, must_know
from clients.care.catalogue import Catalogue
from clients.care.items import Level, Rule
from clients.care.terms import Action, Slugs


class Triage(StrEnum):
    """What the ticked red flags ask for, the worst first. The words are those of Action, and "ok"."""

    EMERGENCY = Action.EMERGENCY
    DOCTOR = Action.DOCTOR
    CAUTION = Action.CAUTION
    OK = "ok"

    @property
    def allows_massage(self) -> bool:
        return self in (Triage.OK, Triage.CAUTION)


@dataclass(frozen=True, slots=True)
class ServiceLevel:
    """A level, and every condition hit at that level with its reason, in the order of the conditions in the file."""

    level: Level
    because: tuple[Rule, ...] = ()


NO_LIMIT = ServiceLevel(Level.OK)


@dataclass(frozen=True, slots=True)
class Suitability:
    """What booking needs to know of one technique. `flags` are the ticked red flags that led to the triage."""

    triage: Triage
    flags: tuple[str, ...]
    level: Level
    because: tuple[Rule, ...]


def triage_of(catalogue: Catalogue, red_flags: Slugs) -> tuple[Triage, tuple[str, ...]]:
    """The worst action among the ticked red flags, and the flags that ask for it, in the order of the file."""
    index = catalogue.index
    actions = {slug: index.red_flags[slug].action for slug in red_flags}
    for action in Action:
        if action in actions.values():
            return Triage(action), index.in_order(slug for slug in red_flags if actions[slug] == action)
    return Triage.OK, ()


def closed_conditions(catalogue: Catalogue, answers: Answers) -> Mapping[str, Slugs]:
    """Every condition that holds, ticked or implied to the end, with the answers (slugs) that each comes from."""
    index = catalogue.index
    origins: dict[str, set[str]] = {}
    for slug in answers.conditions:
        for condition in index.closed[slug]:
            origins.setdefault(condition, set()).add(slug)
    for slug in (*answers.symptoms, *answers.causes):
        for condition in index.implied_by.get(slug, ()):
            origins.setdefault(condition, set()).add(slug)
    return {condition: frozenset(slugs) for condition, slugs in origins.items()}


def service_level(catalogue: Catalogue, technique: str, present: Slugs) -> ServiceLevel:
    """The level of one technique for conditions that are already closed."""
    for level, reasons in catalogue.index.levels[technique]:
        if not present.isdisjoint(reasons):
            return ServiceLevel(level, tuple(Rule(slug, why) for slug, why in reasons.items() if slug in present))
    return NO_LIMIT


def service_levels(catalogue: Catalogue, conditions: Iterable[str]) -> dict[str, ServiceLevel]:
    """The level of every technique, in the order of the file, for conditions as ticked (closed here).

    Raises UnknownSlugError. Symptoms can imply conditions too: where they are known, use `plan`.
    """
    answers = Answers(conditions=frozenset(conditions))
    must_know(catalogue, answers)
    present = frozenset(closed_conditions(catalogue, answers))
    return {slug: service_level(catalogue, slug, present) for slug in catalogue.index.techniques}


def suitability(
    catalogue: Catalogue, *, technique: str, conditions: Iterable[str], red_flags: Iterable[str] = ()
) -> Suitability:
    """Triage and level of one technique from the safety question alone, symptoms unknown. Raises UnknownSlugError."""
    answers = Answers(conditions=frozenset(conditions), red_flags=frozenset(red_flags), service=technique)
    must_know(catalogue, answers)
    triage, flags = triage_of(catalogue, answers.red_flags)
    found = service_level(catalogue, technique, frozenset(closed_conditions(catalogue, answers)))
    return Suitability(triage, flags, found.level, found.because)
