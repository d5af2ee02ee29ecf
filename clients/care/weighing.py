"""One oil or tip that somebody chose, weighed against a client's answers: what speaks against it, and what to mind."""

from __future__ import annotations

from dataclasses import dataclass

from clients.care.answers import Answers, must_know
from clients.care.catalogue import Catalogue, IndexedItem
from clients.care.engine import Case, reasons_against, rules_hit, waits_for_doctor
from clients.care.items import HomeCareTip, Item, Oil, Rule
from clients.care.levels import closed_conditions, triage_of
from clients.care.plans import Clash


@dataclass(frozen=True, slots=True)
class ItemVerdict:
    """Every reason against an item and every caution; `after_doctor`: a warning sign comes before it."""

    against: tuple[Rule | Clash, ...]
    caution: tuple[Rule, ...]
    after_doctor: bool = False

    @property
    def is_blocked(self) -> bool:
        """Whether it may be given only against a rule."""
        return bool(self.against) or self.after_doctor


def weigh_item(catalogue: Catalogue, answers: Answers, slug: str) -> ItemVerdict:
    """Hold one item of the catalogue against the answers, whether or not they call for it. Raises UnknownSlugError."""
    must_know(catalogue, answers)
    index = catalogue.index
    triage, _flags = triage_of(catalogue, answers.red_flags)
    present = frozenset(closed_conditions(catalogue, answers))
    lineage = index.lineage[answers.service] if answers.service else ()
    case = Case(index, answers, triage, present, lineage)
    everything: tuple[IndexedItem[Oil] | IndexedItem[HomeCareTip], ...] = (
        *index.ranked_oils,
        *index.carriers,
        index.fallback,
        *index.ranked_tips,
    )
    ready = next(each for each in everything if each.item.slug == slug)
    item = ready.item
    return ItemVerdict(
        against=reasons_against(ready, case),
        caution=tuple(rules_hit(item.caution_when, case)),
        after_doctor=waits_for_doctor(item, triage),
    )


def are_unmixable(catalogue: Catalogue, slug: str, other: str) -> bool:
    """Whether two items are a pair, named by either of the two; one that the catalogue has lost is in none."""
    known: dict[str, Item] = {**catalogue.index.oils, **catalogue.index.home_care}
    one, two = known.get(slug), known.get(other)
    return one is not None and two is not None and (other in one.never_with or slug in two.never_with)
