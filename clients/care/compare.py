"""What another catalogue would make of the same clients, in counts: nobody is named."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from clients.care.answers import Answers, only_known
from clients.care.catalogue import Catalogue
from clients.care.engine import make_care_plan
from clients.care.plans import Plan


@dataclass(frozen=True)
class PlanChanges:
    """How many plans were compared and differ, and the commonest differences.

    `triages`: from, to. `levels`: technique, from, to. The others are slugs that come in, drop out or are newly held.
    """

    plans: int
    changed: int
    triages: Counter[tuple[str, str]]
    levels: Counter[tuple[str, str, str]]
    appears: Counter[str]
    disappears: Counter[str]
    held_back: Counter[str]


def compare_plans(before: Catalogue, after: Catalogue, everybody: Iterable[Answers]) -> PlanChanges:
    """The plans of the same clients under two catalogues. What a catalogue does not know is left out of the answers."""
    found = PlanChanges(0, 0, Counter(), Counter(), Counter(), Counter(), Counter())
    plans = changed = 0
    for answers in everybody:
        old = make_care_plan(before, only_known(before.index, answers))
        new = make_care_plan(after, only_known(after.index, answers))
        plans += 1
        changed += old != new
        count_differences(found, old, new)
    return PlanChanges(plans, changed, *(getattr(found, name) for name in COUNTED))


COUNTED = ("triages", "levels", "appears", "disappears", "held_back")


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
