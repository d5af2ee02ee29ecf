"""Drops of an oil for a carrier: never above the practice's maximum, and less where a caution says so.

The conversion is the catalogue's own convention (`meta.drops_note`): 1 ml is about 20 drops, so 30 ml of carrier at 1 %
takes about 6 drops. Drops are whole and rounded down, so that what is mixed stays at or below what was asked for.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from clients.care.items import CARRIER, Oil

DROPS_PER_ML = 20
AMOUNTS_ML = (10, 20, 30, 50)
UNDILUTED_KINDS = 100.0
# The two ways in which the catalogue's cautions speak of strength.
HALF_STRENGTH = re.compile(r"\bhalf strength\b", re.IGNORECASE)
AT_MOST_PATTERN = re.compile(r"\bno more than (\d+(?:\.\d+)?) ?%", re.IGNORECASE)


class BlendError(ValueError):
    """A mixture that must not or cannot be made; `code` is "above_maximum", "neat", "too_little" or "not_a_number"."""

    def __init__(self, code: str, message: str) -> None:
        self.code = code
        super().__init__(message)


@dataclass(frozen=True, slots=True)
class Limit:
    """The strongest dilution for one client, in percent, and the caution that lowered it, if any."""

    percent: float
    because: str = ""


@dataclass(frozen=True, slots=True)
class BlendRow:
    """Whole drops for one amount of carrier, at the limit and at half of it. 0: the amount is too small to divide."""

    carrier_ml: int
    drops: int
    half_drops: int


@dataclass(frozen=True, slots=True)
class BlendTable:
    """What a therapist reads before mixing."""

    oil: str
    house_max_percent: float
    limit: Limit
    rows: tuple[BlendRow, ...]

    @property
    def half_percent(self) -> float:
        """Half of the limit: for a first time, a large area, or a caution that the client tells only now."""
        return self.limit.percent / 2


def is_diluted(oil: Oil) -> bool:
    """Whether an oil goes into a carrier at all: carriers, infused oils and "no oil" are used as they are."""
    return oil.kind != CARRIER and oil.house_max_percent < UNDILUTED_KINDS


def limit_for(oil: Oil, cautions: Iterable[str] = ()) -> Limit:
    """The strongest dilution of `oil` where these cautions hold (their reasons, as the catalogue words them).

    "half strength" halves the practice's maximum, "no more than 1 %" says it; the lowest wins. Other cautions leave it.
    """
    found = Limit(oil.house_max_percent)
    for reason in cautions:
        percent = oil.house_max_percent / 2 if HALF_STRENGTH.search(reason) else oil.house_max_percent
        if said := AT_MOST_PATTERN.search(reason):
            percent = min(percent, float(said[1]))
        if percent < found.percent:
            found = Limit(percent, reason)
    return found


def drops(oil: Oil, *, carrier_ml: float, percent: float, cautions: Iterable[str] = ()) -> int:
    """Whole drops of `oil` for `carrier_ml` millilitres of carrier at `percent`, rounded down.

    Raises BlendError with a sentence for the therapist: above the limit, an oil that is not diluted, an amount that
    takes less than one drop, or numbers that are not above 0.
    """
    if not is_diluted(oil):
        raise BlendError("neat", f"{oil.name} is used as it is; it is not dropped into a carrier.")
    if not (0 < carrier_ml < float("inf") and 0 < percent < float("inf")):
        raise BlendError("not_a_number", "The amount and the dilution are numbers above 0.")
    limit = limit_for(oil, cautions)
    if percent > limit.percent:
        why = f" {limit.because}" if limit.because else " That is the practice's maximum."
        raise BlendError("above_maximum", f"{oil.name}: at most {limit.percent:g} % for this client.{why}")
    found = whole_drops(carrier_ml, percent)
    if not found:
        least = Fraction(100) / number_as_written(percent) / DROPS_PER_ML
        raise BlendError("too_little", f"One drop at {percent:g} % needs at least {float(least):g} ml of carrier.")
    return found


def blend_table(oil: Oil, cautions: Iterable[str] = ()) -> BlendTable | None:
    """Drops for the usual amounts, at the client's limit and at half of it; None for what is used as it is."""
    if not is_diluted(oil):
        return None
    limit = limit_for(oil, cautions)
    rows = [BlendRow(ml, whole_drops(ml, limit.percent), whole_drops(ml, limit.percent / 2)) for ml in AMOUNTS_ML]
    return BlendTable(oil.name, oil.house_max_percent, limit, tuple(rows))


def whole_drops(carrier_ml: float, percent: float) -> int:
    # Fractions: 0.3 x 20 in binary floats is a hair below 6 for some amounts, and would lose a drop.
    return int(number_as_written(carrier_ml) * number_as_written(percent) / 100 * DROPS_PER_ML)


def number_as_written(number: float) -> Fraction:
    """The number as it is written."""
    return Fraction(str(number))
