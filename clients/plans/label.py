"""The label of a blend that goes home: what is in it, how strong it is, what some people react to."""

from dataclasses import dataclass
from typing import Any

from clients.catalogue import current_catalogue
from clients.models import CarePlan
from clients.plans.page import PlanPage
from clients.plans.shown import percent_in_words


@dataclass(frozen=True)
class BlendLabel:
    """A label. `parts`: name, Latin name and percent of each oil; `strength`: all of them together in percent."""

    parts: tuple[dict[str, Any], ...]
    carrier: dict[str, str] | None
    allergens: tuple[str, ...]
    strength: str
    safety: str


def blend_label(plan: CarePlan, page: PlanPage) -> BlendLabel | None:
    """The label of the oils that a plan's page shows and that may go home; None where nothing is mixed.

    Latin names and allergens are as the plan kept them, for what the therapist added as the catalogue has them.
    """
    if page.blend is None or not page.blend.strength:
        return None
    shown = [each.item for each in page.blend.oils if not each.item.session_only]
    kept = {each["slug"]: each for each in (plan.blend or {}).get("parts", ())}
    known = current_catalogue().index.oils
    parts: list[dict[str, Any]] = []
    for item in shown:
        oil = known.get(item.slug)
        latin = kept.get(item.slug, {}).get("latin") or (oil.latin if oil else "")
        allergens = kept.get(item.slug, {}).get("allergens") or (list(oil.allergens) if oil else [])
        parts.append({"name": item.name, "latin": latin, "percent": item.percent, "allergens": allergens})
    if not parts:
        return None
    carrier = page.blend.carrier
    base = known.get(carrier.slug) if carrier else None
    return BlendLabel(
        parts=tuple(parts),
        carrier={"name": carrier.name, "latin": base.latin if base else ""} if carrier else None,
        allergens=tuple(dict.fromkeys(name for part in parts for name in part["allergens"])),
        strength=percent_in_words(part["percent"] for part in parts if part["percent"] is not None),
        safety=page.blend.safety,
    )
