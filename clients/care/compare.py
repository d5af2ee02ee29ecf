"""What another catalogue would make of the same clients, in counts: nobody is named."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from clients.care.answers import Answers, only_known
from clients.care.catalogue import Catalogue
from clients.care.engine import make_care_plan
from clients.care.plans import Plan


@dataclass
class PlanChanges:
    """How many plans were compared and differ, and the commonest differences.

    `triages`: from, to. `levels`: technique, from, to. The others are slugs that come in, drop out or are newly held.
    """

    plans: int = 0
    changed: int = 0
    triages: Counter[tuple[str, str]] = field(default_factory=Counter)
    levels: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    appears: Counter[str] = field(default_factory=Counter)
    disappears: Counter[str] = field(default_factory=Counter)
    held_back: Counter[str] = field(default_factory=Counter)


def compare_plans(before: Catalogue, after: Catalogue, everybody: Iterable[Answers]) -> PlanChanges:
    """The plans of the same clients under two catalogues. What a catalogue does not know is left out of the answers."""
    found = PlanChanges()
    for answers in everybody:
        old = make_care_plan(before, only_known(before.index, answers))
        new = make_care_plan(after, only_known(after.index, answers))
        found.plans += 1
        found.changed += old != new
        count_differences(found, old, new)
    return found


def count_differences(found: PlanChanges, old: Plan, new: Plan) -> None:
    """Add what differs between two plans of one client."""
    if old.triage.action is not new.triage.action:
        found.triages[old.triage.action, new.triage.action] += 1
    for slug, verdict in new.services.items():
        was = old.services.get(slug)
        if was and was.level is not verdict.level:
            found.levels[slug, was.level, verdict.level] += 1
    found.appears.update(new.shown - old.shown)
    found.disappears.update(old.shown - new.shown)
    held = frozenset(each.slug for each in (*new.withheld_oils, *new.withheld_home_care))
    was_held = frozenset(each.slug for each in (*old.withheld_oils, *old.withheld_home_care))
    found.held_back.update(held - was_held)
