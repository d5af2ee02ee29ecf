"""Gates: when an item is offered, a question asked, an answer assumed; tried against what is known of a client."""

from __future__ import annotations

from dataclasses import dataclass

from clients.care.entries import Gate, GateLine, Slugs


@dataclass(slots=True)
class Facts:
    """What is known of a client, by dimension; filled step by step, each gate sees what is known by then."""

    slugs: dict[str, Slugs]
    age: int | None
    pain: int | None
    complaint: bool
    first_visit: bool


def is_open(gate: Gate | None, facts: Facts) -> bool:
    """Whether any line of a gate holds. Where the entry names no gate, it is open; an empty gate never opens."""
    if gate is None:
        return True
    for line in gate:  # noqa: SIM110  a generator would cost as much as the lines
        if holds(line, facts):
            return True
    return False


def holds(line: GateLine, facts: Facts) -> bool:
    """Whether every part of a line holds."""
    slugs = facts.slugs
    for dimension, wanted in line.any_of:
        if wanted.isdisjoint(slugs[dimension]):
            return False
    for dimension, unwanted in line.none_of:
        if not unwanted.isdisjoint(slugs[dimension]):
            return False
    if not line.says_more:
        return True
    if line.complaint and not facts.complaint:
        return False
    if line.first_visit is not None and line.first_visit != facts.first_visit:
        return False
    if not slugs["symptoms"].issuperset(line.all_symptoms):
        return False
    if line.not_only_areas and slugs["areas"] and slugs["areas"].issubset(line.not_only_areas):
        return False
    return keeps_bounds(facts.age, line.age_min, line.age_max) and keeps_bounds(
        facts.pain, line.pain_min, line.pain_max
    )


def keeps_bounds(number: int | None, least: int | None, most: int | None) -> bool:
    """Whether a number keeps the bounds that there are; a missing number keeps none."""
    if number is None:
        return least is None and most is None
    return (least is None or number >= least) and (most is None or number <= most)
