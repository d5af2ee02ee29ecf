"""Doses in things that people own: drops of oil in a spoon of plain oil. Pure.

1 ml is about 20 drops (`meta.oils.blend_note` of the catalogue); a teaspoon holds 5 ml, a tablespoon 15 ml. Drops are
rounded down, so that a blend is never stronger than it says.
"""

from collections.abc import Iterable
from decimal import Decimal
from typing import NamedTuple

DROPS_PER_ML = 20
TABLESPOON_ML = 15
# More plain oil than this is no single portion.
MOST_SPOONS = 4


class SpoonDose(NamedTuple):
    """Drops of each oil, in the order given, in so many tablespoons of plain oil."""

    spoons: int
    drops: tuple[int, ...]


def spoon_dose(percents: Iterable[Decimal]) -> SpoonDose | None:
    """The drops of oils of these percents in the fewest tablespoons that give each of them a drop; None where the
    weakest of them is too weak for spoons."""
    strengths = tuple(percents)
    for spoons in range(1, MOST_SPOONS + 1):
        drops = tuple(drops_in(percent, spoons * TABLESPOON_ML) for percent in strengths)
        if drops and all(drops):
            return SpoonDose(spoons, drops)
    return None


def drops_in(percent: Decimal, carrier_ml: int) -> int:
    """Drops of an oil for so much plain oil, rounded down."""
    return int(percent * carrier_ml * DROPS_PER_ML / 100)
