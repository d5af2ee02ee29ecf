"""How one massage, with what is added to it, suits somebody: the triage and the worst level, with every reason."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from clients.care.answers import Answers, must_know
from clients.care.case import make_case
from clients.care.catalogue import Catalogue
from clients.care.engine import level_under
from clients.care.entries import Item, Technique
from clients.care.index import IndexedItem, indexed
from clients.care.levels import Kind, Level
from clients.care.plans import Reason, TriageResult, Verdict


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
