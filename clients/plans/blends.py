"""The blend of a plan: how strong each oil is, and how many drops go into how much plain oil.

1 ml is about 20 drops (`meta.oils.blend_note`). Drops are whole and rounded down, so that what is mixed stays at or
below what was meant.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal
from typing import Any, NamedTuple

from clients.care import Catalogue
from clients.care.entries import Oil
from clients.care.plans import Blend
from clients.models import CarePlan, CarePlanItem
from clients.plans.wording import ClientWords

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


AMOUNTS_ML = (5, 10, 30, 50)
HUNDREDTH = Decimal("0.01")


@dataclass(frozen=True)
class BlendOil:
    """One oil of a blend, in percent of the finished oil."""

    name: str
    percent: Decimal


@dataclass(frozen=True)
class BlendRow:
    """Whole drops of each oil for one amount of plain oil. 0: the amount is too small to divide."""

    carrier_ml: int
    drops: tuple[int, ...]

    @property
    def total(self) -> int:
        """All drops together."""
        return sum(self.drops)


@dataclass(frozen=True)
class BlendTable:
    """What a therapist reads before mixing. `most`: all oils together at most, in percent; `lowered_by`: why so low."""

    oils: tuple[BlendOil, ...]
    most: Decimal
    lowered_by: tuple[str, ...]
    rows: tuple[BlendRow, ...]

    @property
    def total(self) -> Decimal:
        """All oils together, in percent."""
        return sum((each.percent for each in self.oils), Decimal())

    @property
    def smallest(self) -> BlendRow | None:
        """The smallest amount that takes a whole drop of each oil; None where the largest does not either."""
        return next((row for row in self.rows if all(row.drops)), None)


@dataclass(frozen=True)
class BlendLimit:
    """The most of all oils of a blend together, in percent, and the conditions that lowered it, by name."""

    most: Decimal
    lowered_by: tuple[str, ...] = ()


def blend_limit_of(plan: CarePlan, today: Blend, catalogue: Catalogue) -> BlendLimit:
    """The limit of a plan as it was made, or by what is known of the client today, whichever is lower.

    A strength that the practice has lowered since holds for older plans too.
    """
    names = catalogue.index.conditions
    limits = [BlendLimit(Decimal(str(today.percent)), tuple(names[slug].name for slug in today.because))]
    if plan.blend:
        limits.append(BlendLimit(Decimal(str(plan.blend["percent"])), tuple(plan.blend.get("because", ()))))
    return min(limits, key=lambda limit: limit.most)


def blend_table_of(
    oils: Iterable[CarePlanItem], limit: BlendLimit, catalogue: Catalogue, *, raised: Collection[int] = ()
) -> BlendTable | None:
    """The table for these oils, mixed together; None where none of them is diluted. `raised`: as in `mix_blend`."""
    oils = list(oils)
    shares = strengths_of(oils, limit, catalogue, raised)
    mixed = tuple(BlendOil(each.name, shares[each.slug]) for each in oils if each.slug in shares)
    if not mixed:
        return None
    rows = tuple(BlendRow(ml, tuple(drops_in(each.percent, ml) for each in mixed)) for ml in AMOUNTS_ML)
    return BlendTable(mixed, limit.most, limit.lowered_by, rows)


def mix_blend(
    plan: CarePlan,
    kept: Iterable[CarePlanItem],
    limit: BlendLimit,
    words: ClientWords,
    *,
    raised: Collection[int] = (),
) -> None:
    """Share the strength among the oils that are kept, and say in the plan what the blend is; nothing is saved.

    What another oil leaves goes only to those whose ids are in `raised`. With a scented oil the plan always has the
    text about safety, whoever chose the oil.
    """
    kept, known = list(kept), words.catalogue.index.oils
    oils = [item for item in kept if item.kind == CarePlanItem.Kind.OIL and item.slug in known]
    shares = strengths_of(oils, limit, words.catalogue, raised)
    for item in oils:
        item.percent = shares.get(item.slug)
    scented = [item for item in oils if known[item.slug].is_proposed]
    if not scented:
        return
    carrier = next((known[item.slug] for item in kept if item.kind == "carrier" and item.slug in known), None)
    parts = [(known[item.slug], item.name, None if item.percent is None else float(item.percent)) for item in scented]
    plan.blend = blend_in_words(float(limit.most), limit.lowered_by, carrier, parts, words)


def blend_in_words(
    percent: float,
    lowered_by: Iterable[str],
    carrier: Oil | None,
    parts: Iterable[tuple[Oil, str, float | None]],
    words: ClientWords,
) -> dict[str, Any]:
    """What a plan keeps of a blend: its strength and why it is so low, what is safe, and each oil for the label."""
    return {
        "percent": percent,
        "because": list(lowered_by),
        "safety": words.say(words.catalogue.meta.oils.safety_text),
        "carrier": {"slug": carrier.id, "name": carrier.name, "latin": carrier.latin} if carrier else None,
        "parts": [
            {
                "slug": oil.id,
                "name": name,
                "latin": oil.latin,
                "allergens": list(oil.allergens),
                "percent": share,
            }
            for oil, name, share in parts
        ],
    }


def strengths_of(
    oils: Iterable[CarePlanItem], limit: BlendLimit, catalogue: Catalogue, raised: Collection[int] = ()
) -> dict[str, Decimal]:
    """The percent of each oil of a plan when these are mixed: its share, and never more than it stands at in the plan,
    unless its id is in `raised`. An oil that left is no reason for more of another."""
    oils = list(oils)
    shares = shares_of([item.slug for item in oils], limit.most, catalogue)
    stands = {item.slug: item.percent for item in oils if item.percent is not None and item.pk not in raised}
    return {slug: min(share, stands.get(slug, share)) for slug, share in shares.items()}


def shares_of(slugs: Iterable[str], most: Decimal, catalogue: Catalogue) -> dict[str, Decimal]:
    """The percent of each oil that is diluted, so that all together stay at or below `most`; by today's catalogue.

    What is used as it is (an infused oil, no oil at all) is in none.
    """
    known = catalogue.index.oils
    diluted = [slug for slug in dict.fromkeys(slugs) if slug in known and known[slug].is_diluted]
    return {
        slug: min(Decimal(str(known[slug].house_percent)), most / len(diluted)).quantize(HUNDREDTH, ROUND_DOWN)
        for slug in diluted
    }
