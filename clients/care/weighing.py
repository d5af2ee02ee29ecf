"""What somebody chose, held against a client's answers, whether or not they call for it: a massage, oils and tips."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from clients.care import oils, tips
from clients.care.answers import Answers, must_know
from clients.care.bars import verdict
from clients.care.case import Case, make_case
from clients.care.catalogue import Catalogue
from clients.care.engine import level_under
from clients.care.entries import Item, Oil, Technique, Tip
from clients.care.index import HEAT, IRRITANT, IndexedItem, indexed
from clients.care.levels import Kind, Level
from clients.care.oils import HEAT_REASON
from clients.care.plans import Because, Blend, Clash, Reason, TriageResult, Verdict


@dataclass(frozen=True, slots=True)
class Suitability:
    """The triage, and the worst level of the items asked about with all their reasons, most severe first.

    `verdicts` says it of each of the items by itself.
    """

    triage: TriageResult
    level: Level
    because: tuple[Reason, ...]
    verdicts: Mapping[str, Verdict]

    @property
    def is_absolute(self) -> bool:
        """Whether nobody may lift it: an emergency, or a bar that says never."""
        return self.level is Level.NEVER


def suitability(catalogue: Catalogue, answers: Answers, slugs: Iterable[str]) -> Suitability:
    """Hold techniques and add-ons (slugs of either) against the answers. Raises UnknownSlugError.

    An item that the catalogue has lost since it was booked is judged as if it carried every danger of a massage.
    """
    must_know(catalogue.index, answers)
    case = make_case(catalogue.index, answers)
    judged = catalogue.index.judged
    verdicts = {slug: level_under(judged.get(slug) or lost_massage(catalogue, slug), case) for slug in slugs}
    mildest = catalogue.meta.actions[case.triage.action].level or Level.OK
    worst = min((mildest, *(each.level for each in verdicts.values())), key=lambda each: each.rank)
    reasons = sorted(reason for each in verdicts.values() for reason in each.because)
    return Suitability(case.triage, worst, tuple(dict.fromkeys(reasons)), verdicts)


def lost_massage(catalogue: Catalogue, slug: str) -> IndexedItem[Item]:
    """What stands for a technique or add-on that the catalogue has lost: nobody knows which dangers it carries."""
    tags = frozenset().union(*(each.tags for each in catalogue.index.judged.values()))
    known: dict[str, Any] = {"id": slug, "tags": tuple(sorted(tags))}
    return indexed(Technique.model_construct(**known), Kind.TECHNIQUE, 0)


@dataclass(frozen=True, slots=True)
class ItemVerdict:
    """What speaks against an item, and what to mind: `against` holds it back, `caution` changes how it is given.

    `because`: the answers that it suits all the same. `clash`: the technique booked is warm and the oil stings.
    `waits_for_doctor`: a doctor comes before any advice.
    """

    against: tuple[Reason, ...]
    caution: tuple[Reason, ...]
    because: Because
    clash: Clash | None = None
    waits_for_doctor: bool = False

    @property
    def is_absolute(self) -> bool:
        """Whether no reason of the therapist lifts it."""
        return self.clash is not None or any(each.level is Level.NEVER for each in self.against)

    @property
    def is_held_back(self) -> bool:
        """Whether it may be given only with a written reason, if at all."""
        return bool(self.against or self.clash or self.waits_for_doctor)


@dataclass(frozen=True, slots=True)
class Weighing:
    """The triage of the answers, the most that a blend may hold with them, and the verdict on each item, by slug."""

    triage: TriageResult
    blend: Blend
    verdicts: Mapping[str, ItemVerdict]


Ready = IndexedItem[Oil] | IndexedItem[Tip]


def weigh_items(
    catalogue: Catalogue, answers: Answers, slugs: Iterable[str], *, lost: Mapping[str, Ready] | None = None
) -> Weighing:
    """Hold oils and tips against the answers; what the catalogue does not know is left out, unless it is among `lost`.

    A place that is avoided holds a tip back; an oil goes elsewhere. Raises UnknownSlugError for the answers.
    """
    index = catalogue.index
    must_know(index, answers)
    case = make_case(index, answers)
    known: dict[str, Ready | None] = {
        slug: index.oils_by_slug.get(slug) or index.tips_by_slug.get(slug) or (lost or {}).get(slug) for slug in slugs
    }
    verdicts = {slug: weigh(case, ready) for slug, ready in known.items() if ready is not None}
    return Weighing(case.triage, oils.blend_for(index, case.present.conditions), verdicts)


def lost_item(slug: str, *, tags: Iterable[str], is_tip: bool) -> Ready:
    """An oil or tip that the catalogue has lost, by the dangers that it was given with: a tip acts anywhere."""
    known: dict[str, Any] = {"id": slug, "tags": tuple(tags)}
    if is_tip:
        return indexed(Tip.model_construct(**known, when=(), acts_on="all"), Kind.TIP, 0)
    return indexed(Oil.model_construct(**known), Kind.OIL, 0)


def weigh(case: Case, ready: Ready) -> ItemVerdict:
    """What speaks against one item, and what to mind."""
    item: Oil | Tip = ready.item
    reasons = verdict(ready, case.health).because
    held = tuple(each for each in reasons if each.level.holds_back or each.level is Level.LOCAL)
    technique = case.index.techniques.get(case.answers.service or "")
    warm = technique is not None and HEAT in technique.tags
    return ItemVerdict(
        against=held,
        caution=tuple(each for each in reasons if each not in held),
        because=because_of(ready, case),
        clash=Clash(technique.id, HEAT_REASON) if technique and warm and is_stinging_oil(item) else None,
        waits_for_doctor=not case.triage.action.allows_massage and not (isinstance(item, Tip) and item.with_stop),
    )


def because_of(ready: Ready, case: Case) -> Because:
    """The client's answers that an item suits; none for one that the catalogue has lost."""
    if tip := case.index.tips_by_slug.get(ready.item.id):
        return tips.tip_reasons(tip, case.facts)
    oil = case.index.oils_by_slug.get(ready.item.id)
    return oils.because(oil, case.facts) if oil else Because()


def is_stinging_oil(item: Oil | Tip) -> bool:
    """Whether an item is an oil that must not meet warmth on the same day."""
    return isinstance(item, Oil) and IRRITANT in item.tags


def must_not_mix(catalogue: Catalogue, slug: str, other: str) -> bool:
    """Whether one of two oils is in the other, so that both together would be too much of it."""
    oils = catalogue.index.oils
    if slug not in oils or other not in oils:
        return False
    return slug in oils[other].contains or other in oils[slug].contains
