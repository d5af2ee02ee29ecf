"""What is asked before a booking and in the health form, and how long an answer counts (docs/care.md, "Screening")."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from clients.care.catalogue import Catalogue
from clients.care.entries import Condition, Group, Item, RedFlag, Slugs
from clients.care.index import Index
from clients.care.levels import Level


@dataclass(frozen=True, slots=True)
class GroupQuestion:
    """One yes/no question, and the conditions to tick after a yes, in the order of the file."""

    group: Group
    conditions: tuple[Condition, ...]


def booking_questions(
    catalogue: Catalogue, technique: str, *, addons: Iterable[str] = (), region: str | None = None
) -> tuple[GroupQuestion, ...]:
    """The gates to ask before a technique is booked: those with a condition that can rule it out.

    A condition counted from another answer (`asked_as`) is asked as that one. Raises KeyError for an unknown technique.
    """
    index = catalogue.index
    items: list[Item] = [index.techniques[technique], *(index.addons[slug] for slug in addons)]
    live = live_conditions(catalogue, region)
    hard = {
        catalogue.index.conditions[slug].asked_as or slug
        for slug in live
        if any(is_hard(index, slug, frozenset(item.tags)) for item in items)
    }
    return grouped(catalogue, frozenset(hard))


def booking_flags(catalogue: Catalogue) -> tuple[RedFlag, ...]:
    """The warning signs to ask who comes with pain or an injury before they book, in the order of the file."""
    return tuple(flag for flag in catalogue.red_flags if flag.booking)


def health_questions(catalogue: Catalogue, *, region: str | None = None) -> tuple[GroupQuestion, ...]:
    """Every group of the health form with its live conditions; what is counted from another answer is not asked."""
    asked = {slug for slug in live_conditions(catalogue, region) if not catalogue.index.conditions[slug].asked_as}
    return grouped(catalogue, frozenset(asked))


def grouped(catalogue: Catalogue, slugs: Slugs) -> tuple[GroupQuestion, ...]:
    """Conditions under their groups; a group with none of them is left out."""
    found = []
    for group in catalogue.groups:
        conditions = tuple(each for each in catalogue.conditions if each.group == group.id and each.id in slugs)
        if conditions:
            found.append(GroupQuestion(group, conditions))
    return tuple(found)


def is_hard(index: Index, condition: str, tags: Slugs) -> bool:
    """Whether a condition, or one that it implies, can rule out what carries these tags."""
    for slug in index.closed[condition]:
        if index.conditions[slug].triage:
            return True
        for bar in index.conditions[slug].bars:
            total = bar.level.holds_back or bar.unknown is Level.NEVER
            if total and not bar.tags.isdisjoint(tags):
                return True
    return False


def live_conditions(catalogue: Catalogue, region: str | None = None) -> Slugs:
    """The conditions that make a difference here; the others are not asked.

    One does that has a triage, that a gate or a blend limit reads, that implies one that does, or whose bars meet a
    danger of something that is switched on.
    """
    index = catalogue.index
    off = index.is_off(region)
    tags = frozenset(tag for item in catalogue.items if item.id not in off for tag in item.tags)
    read = frozenset(conditions_read(catalogue, off))
    direct = {
        slug
        for slug, condition in index.conditions.items()
        if condition.triage or slug in read or any(not bar.tags.isdisjoint(tags) for bar in condition.bars)
    }
    # What follows from other answers alone is nobody's question.
    counted = {each.id for each in catalogue.conditions if each.counted}
    return frozenset(slug for slug, closed in index.closed.items() if not closed.isdisjoint(direct)) - counted


def conditions_read(catalogue: Catalogue, off: Slugs) -> Iterator[str]:
    """The conditions that some gate, rule, counted fact or blend limit reads. A switched-off carrier's gate counts."""
    for section in (catalogue.oils, catalogue.home_care, catalogue.aftercare, catalogue.recommendations):
        for entry in section:
            if entry.id in off and getattr(entry, "kind", "") != "carrier":
                continue
            for line in entry.when or ():
                yield from (*line.conditions, *line.not_conditions)
            yield from (rule.condition for rule in getattr(entry, "rules", ()))
    for flag in catalogue.red_flags:
        for line in (*flag.ask_when, *(flag.assume_when or ())):
            yield from line.conditions
    for limit in catalogue.meta.oils.blend_limits:
        yield from limit.conditions


def lapses_at(catalogue: Catalogue, condition: str, told_at: dt.datetime) -> dt.datetime | None:
    """The moment from which a condition told then counts no more; None for what does not pass by itself."""
    known = catalogue.index.conditions.get(condition)
    return told_at + dt.timedelta(days=known.lasts_days) if known and known.lasts_days else None


def lasting_conditions(
    catalogue: Catalogue, conditions: Iterable[str], *, told_at: dt.datetime, at: dt.datetime
) -> Slugs:
    """The conditions told at one moment that still count at another."""
    over = {slug: lapses_at(catalogue, slug, told_at) for slug in conditions}
    return frozenset(slug for slug, moment in over.items() if moment is None or moment > at)


def holding_conditions(
    catalogue: Catalogue, conditions: Slugs, *, told_at: dt.datetime, start: dt.datetime | None, now: dt.datetime
) -> Slugs:
    """Those of the conditions told at one moment that hold at the start of a session; without a start, those that stay.

    What a doctor must look at, such as a swelling without a cause, is not waited for: it holds until it has lapsed by
    `now`.
    """
    index = catalogue.index
    for_doctor = frozenset(
        slug
        for slug in conditions & index.conditions.keys()
        if any(index.conditions[each].triage for each in index.closed[slug])
    )
    others = conditions - for_doctor
    held = lasting_conditions(catalogue, for_doctor, told_at=told_at, at=max(told_at, now))
    if start is None:
        return held.union(slug for slug in others if not passes(catalogue, slug))
    return held | lasting_conditions(catalogue, others, told_at=told_at, at=start)


def passes(catalogue: Catalogue, condition: str) -> bool:
    """Whether a condition passes by itself: it is judged for the day of the appointment, never a doctor's matter."""
    known = catalogue.index.conditions.get(condition)
    return bool(known and known.lasts_days)
