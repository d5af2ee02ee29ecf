"""What passes: a cold, alcohol today, a heat rub. Told on one day, it is judged for the day of the appointment.

Days as in docs/invariants.md#what-passes. What a doctor must look at (a swelling without a cause, a
clot) is not among them: it counts until somebody has looked.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping

PASSES_AFTER_DAYS: Mapping[str, int] = {
    "fever-infection": 7,
    "contagious-illness": 7,
    "alcohol-or-drugs-now": 1,
    "acute-injury": 3,
    "recent-topical-heat-rub": 1,
    "sunburn": 10,
    "recent-cosmetic-procedure": 14,
}


def passed_at(condition: str, told_at: dt.datetime) -> dt.datetime | None:
    """The moment at which a condition told then counts no more; None for what does not pass by itself."""
    days = PASSES_AFTER_DAYS.get(condition)
    return None if days is None else told_at + dt.timedelta(days=days)


def still_valid_conditions(conditions: Iterable[str], *, told_at: dt.datetime, at: dt.datetime) -> frozenset[str]:
    """The conditions told at one moment that still count at another."""
    held = set()
    for slug in conditions:
        over = passed_at(slug, told_at)
        if over is None or over > at:
            held.add(slug)
    return frozenset(held)


def lasting_conditions_of(conditions: Iterable[str]) -> frozenset[str]:
    """The conditions that do not pass by themselves."""
    return frozenset(conditions) - PASSES_AFTER_DAYS.keys()
