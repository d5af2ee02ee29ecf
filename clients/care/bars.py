"""Bars that no reason lifts: what a rule holds back for good, whatever a therapist writes.

docs/invariants.md#bars-for-good: a medicine that a rule forbids, an oil for somebody who is
allergic to it or bleeds easily, warmth or cold on skin that cannot feel it, touch with a blood clot.
"""

from __future__ import annotations

from collections.abc import Iterable

from clients.care.catalogue import HOT_STONE, Catalogue
from clients.care.items import HomeCareTip, Oil

BLEEDING = frozenset({"anticoagulants", "antiplatelet-aspirin", "bleeding-disorder", "stomach-ulcer"})
NO_FEELING = frozenset({"reduced-sensation", "diabetes-neuropathy", "cognitive-communication"})
CLOT = frozenset({"dvt-current"})
ALLERGIES = "allergies"
# Of the categories of home care, those that carry a danger of this kind; "medical" speaks of prescriptions.
MEDICINES = frozenset({"medicine", "medical"})
SUPPLEMENTS, HEAT_AND_COLD, TOUCH = "supplements", "heat-and-cold", "touch"


def bars_for_good(catalogue: Catalogue, item: Oil | HomeCareTip, condition: str) -> bool:
    """Whether a rule of `item` against this condition cannot be lifted. One that the catalogue has lost can."""
    known = catalogue.index.conditions.get(condition)
    if isinstance(item, Oil) or item.category == SUPPLEMENTS:
        return condition in BLEEDING | CLOT or (known is not None and known.group == ALLERGIES)
    if item.category in MEDICINES:
        return True
    danger = {HEAT_AND_COLD: NO_FEELING, TOUCH: CLOT}
    return condition in danger.get(item.category, frozenset())


def conditions_barring_item(catalogue: Catalogue, item: Oil | HomeCareTip, present: Iterable[str]) -> tuple[str, ...]:
    """The conditions among `present` (closed) for which `item` cannot be given at all, in the order of the file."""
    held = {rule.condition for rule in item.never_when}.intersection(present)
    return catalogue.index.in_order(slug for slug in held if bars_for_good(catalogue, item, slug))


def conditions_barring_technique(catalogue: Catalogue, technique: str, present: Iterable[str]) -> tuple[str, ...]:
    """The conditions among `present` (closed) for which a technique can never be given, in the order of the file."""
    danger = CLOT | NO_FEELING if HOT_STONE in catalogue.index.lineage.get(technique, ()) else CLOT
    return catalogue.index.in_order(danger.intersection(present))
