"""Which conditions hold, told and implied, and where on the body."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from clients.care.answers import Answers
from clients.care.entries import NO_SLUGS, Implication, Slugs
from clients.care.index import Index
from clients.care.sections import Derived


@dataclass(frozen=True, slots=True)
class Present:
    """All conditions that hold, those among them that symptoms or causes imply, and their places.

    `origins` are the symptoms and causes behind an implied condition; `where` leaves out one whose place nobody knows.
    """

    conditions: Slugs
    from_answers: Slugs
    origins: Mapping[str, Slugs]
    where: Mapping[str, Slugs]
    named_oils: Slugs = NO_SLUGS
    """Those that own words of allergies name, with what they are in."""


def present_conditions(index: Index, answers: Answers) -> Present:
    """Told and counted conditions with what they imply; then what symptoms and causes imply, with what that implies."""
    counted = {each.condition for each in index.sections.meta.derived if counts(each, answers)}
    named = index.allergy_words.read(answers.allergies) | index.allergy_words.read_alert(answers.alert)
    told = index.closure(answers.conditions | counted | named.conditions)
    origins: dict[str, set[str]] = {}
    for slug, rule in implications(index, answers):
        if rule.onset and answers.onset.isdisjoint(rule.onset):
            continue
        if told.isdisjoint(rule.unless):
            for condition in index.closed[rule.condition]:
                origins.setdefault(condition, set()).add(slug)
    from_answers = frozenset(origins)
    conditions = told | from_answers
    sources = {slug: frozenset(by) for slug, by in origins.items()}
    where = places(index, answers, conditions, from_answers)
    return Present(conditions, from_answers, sources, where, named.oils)


def counts(rule: Derived, answers: Answers) -> bool:
    """Whether a condition follows from the age or the weeks of pregnancy."""
    if rule.age_max is not None:
        return answers.age is not None and answers.age <= rule.age_max
    if answers.weeks is None or rule.weeks_min is None:
        return False
    return rule.weeks_min <= answers.weeks and (rule.weeks_max is None or answers.weeks <= rule.weeks_max)


def implications(index: Index, answers: Answers) -> Iterator[tuple[str, Implication]]:
    """What the client's symptoms and causes imply, each with the slug that does."""
    for slug in answers.symptoms:
        for rule in index.symptoms[slug].implies:
            yield slug, rule
    for slug in answers.causes:
        for rule in index.causes[slug].implies:
            yield slug, rule


def places(index: Index, answers: Answers, conditions: Slugs, from_answers: Slugs) -> Mapping[str, Slugs]:
    """Where each condition is; one whose place nobody knows is left out."""
    given: dict[str, Slugs] = {}
    for slug in conditions:
        for other, areas in index.conditions[slug].gives_where.items():
            given[other] = given.get(other, frozenset()) | frozenset(areas)
    found: dict[str, Slugs] = {}
    for slug in conditions:
        default = index.conditions[slug].default_where
        place = answers.where.get(slug, frozenset())
        if not place:
            painful = slug in from_answers or default == "painful"
            place = (answers.areas if painful else frozenset()) | given.get(slug, frozenset())
        if not place and default != "painful":
            place = frozenset(default)
        if place:
            found[slug] = place
    return found
