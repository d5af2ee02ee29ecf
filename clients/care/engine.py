"""The care engine: `meta.matching` of the catalogue, to the letter. Plain values in, a Plan out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from operator import attrgetter

from clients.care.answers import Answers, must_know
from clients.care.catalogue import HOT_STONE, Catalogue, Index, IndexedItem
from clients.care.items import HomeCareTip, Item, Oil, Rule
from clients.care.levels import Triage, closed_conditions, service_level, triage_of
from clients.care.plans import Because, Clash, Plan, Proposal, Withheld
from clients.care.terms import Slugs

MOST_OILS = 3
MOST_TIPS = 5
HEAT_REASON = "Heat over this oil can irritate or burn the skin."
NO_MATCH = Because()


@dataclass(frozen=True, slots=True)
class Case:
    """The answers with triage and closed conditions, and the chosen technique with those it inherits from."""

    index: Index
    answers: Answers
    triage: Triage
    present: Slugs
    techniques: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Match:
    """An item that the answers make a candidate."""

    ready: IndexedItem[Oil] | IndexedItem[HomeCareTip]
    score: int
    because: Because

    @property
    def rank(self) -> tuple[int, int, int]:
        return -self.score, self.ready.grade, self.ready.place


def make_care_plan(catalogue: Catalogue, answers: Answers) -> Plan:
    """What to propose, what to hold back and why, for one client's answers. Raises UnknownSlugError."""
    must_know(catalogue, answers)
    index = catalogue.index
    triage, flags = triage_of(catalogue, answers.red_flags)
    origins = closed_conditions(catalogue, answers)
    present = frozenset(origins)
    # The levels follow from the conditions alone, whatever the triage: the file ties them to nothing else. In an
    # emergency they stay true, but the triage comes first and closes every service.
    answer = Plan(
        triage=triage,
        flags=flags,
        origins=origins,
        implied=index.in_order(present - answers.conditions),
        services={slug: service_level(catalogue, slug, present) for slug in index.techniques},
    )
    if triage == Triage.EMERGENCY:
        # "Show only the emergency text": what is withheld would name items too, so it is empty as well.
        return answer
    lineage = index.lineage[answers.service] if answers.service else ()
    return add_recommendations(answer, Case(index, answers, triage, present, lineage))


def add_recommendations(answer: Plan, case: Case) -> Plan:
    """`answer` with oils, carrier and home care, and what is held back of them."""
    index = case.index
    oils, withheld_oils = sort_candidates(index.ranked_oils, case)
    tips, withheld_tips = sort_candidates(index.ranked_tips, case)
    # Carriers and the fallback are not ranked, but they are items like others: one that a condition blocks is withheld
    # with its reason, which is how the therapist learns that almond oil is not for this client.
    carriers, withheld_carriers = sort_candidates(index.carriers, case)
    fallback, withheld_fallback = sort_candidates((index.fallback,), case)
    proposed = propose(oils, case, MOST_OILS)
    if proposed:
        carrier = carriers[0].ready.item.slug if carriers else None
    else:
        # A fallback that is itself blocked or switched off is not proposed: nothing breaks a never_when.
        carrier = None
        proposed = tuple(make_proposal(match, case, score=0) for match in fallback)
    home_care = propose(tips, case, MOST_TIPS)
    clashes = unmixable_pairs(index, (*proposed, *home_care))
    return replace(
        answer,
        oils=tuple(replace(each, not_with=clashes.get(each.slug, ())) for each in proposed),
        carrier=carrier,
        home_care=tuple(replace(each, not_with=clashes.get(each.slug, ())) for each in home_care),
        withheld_oils=tuple(
            sorted((*withheld_oils, *withheld_carriers, *withheld_fallback), key=lambda held: index.place[held.slug])
        ),
        withheld_home_care=withheld_tips,
    )


def sort_candidates(
    items: Iterable[IndexedItem[Oil] | IndexedItem[HomeCareTip]], case: Case
) -> tuple[list[Match], tuple[Withheld, ...]]:
    """The candidates that may be proposed, in the order given, and the blocked ones with every reason.

    `candidate` and `block` ask for no triage: what a condition blocks is withheld after a doctor-first sign as well.
    What only that sign takes out is neither proposed nor withheld, since no condition holds it back.
    """
    free, held = [], []
    for ready in items:
        match = candidate(ready, case)
        if match is None:
            continue
        if because := reasons_against(ready, case):
            held.append(Withheld(ready.item.slug, because))
        elif not waits_for_doctor(ready.item, case.triage):
            free.append(match)
    return free, tuple(held)


def waits_for_doctor(item: Oil | HomeCareTip, triage: Triage) -> bool:
    """Whether a sign comes before an item: then no oils, and of home care only what is marked for it (`red_flags`)."""
    return not (triage.allows_massage or (isinstance(item, HomeCareTip) and item.show_with_red_flags))


def candidate(ready: IndexedItem[Oil] | IndexedItem[HomeCareTip], case: Case) -> Match | None:
    """The match of an item, or None where the answers do not call for it (`candidate`, `requires`)."""
    item, answers = ready.item, case.answers
    when = item.applies_when
    symptoms = when.symptoms & answers.symptoms
    causes = when.causes & answers.causes
    if not (symptoms or causes or when.always) or item.is_off(answers.region):
        return None
    onset = when.onset & answers.onset
    areas = when.areas & answers.areas
    if item.requires:
        matched = {"symptoms": symptoms, "causes": causes, "onset": onset, "areas": areas}
        if not all(matched[dimension] for dimension in item.requires):
            return None
    # "Onset classes matched (numbers of matching slugs)": the bracket decides, so onsets are compared and counted as
    # slugs; acute-48h does not match an item that lists only acute, though both are of the class acute.
    score = 3 * len(symptoms) + 2 * len(causes) + len(onset) + len(areas)
    if not score:
        return Match(ready, 0, NO_MATCH)
    order = case.index.in_order
    return Match(ready, score, Because(order(symptoms), order(causes), order(onset), order(areas)))


def reasons_against(ready: IndexedItem[Oil] | IndexedItem[HomeCareTip], case: Case) -> tuple[Rule | Clash, ...]:
    """Everything that holds an item back (`block`); empty where it may be proposed."""
    item = ready.item
    because: list[Rule | Clash] = []
    if not ready.never.isdisjoint(case.present):
        because += rules_hit(item.never_when, case)
    if case.techniques and (clash := technique_clash(item, case)):
        because.append(clash)
    return tuple(because)


def technique_clash(item: Item, case: Case) -> Clash | None:
    """One entry at most, naming the chosen technique: `never_with` and the heat rule can both hold, and heat says more.

    A technique that inherits from another shares what must not meet it, so that a practice's own variant of the hot
    stones is as safe as the shipped one.
    """
    chosen = case.techniques[0]
    if isinstance(item, Oil) and not item.heat_ok and HOT_STONE in case.techniques:
        return Clash(chosen, HEAT_REASON)
    if not item.never_with.isdisjoint(case.techniques):
        return Clash(chosen, f"Not to be used together with {case.index.techniques[chosen].name}.")
    return None


def rules_hit(rules: tuple[Rule, ...], case: Case) -> list[Rule]:
    """The rules whose condition is present, in the order of the conditions in the file."""
    hit = [rule for rule in rules if rule.condition in case.present]
    place = case.index.place
    return sorted(hit, key=lambda rule: place[rule.condition]) if len(hit) > 1 else hit


def propose(matches: list[Match], case: Case, most: int) -> tuple[Proposal, ...]:
    """The first `most` of the matches by rank."""
    return tuple(make_proposal(match, case, match.score) for match in sorted(matches, key=attrgetter("rank"))[:most])


def make_proposal(match: Match, case: Case, score: int) -> Proposal:
    ready = match.ready
    caution = () if ready.caution.isdisjoint(case.present) else tuple(rules_hit(ready.item.caution_when, case))
    return Proposal(ready.item.slug, score, match.because, caution, ready.item.needs_therapist_review)


def unmixable_pairs(index: Index, proposals: tuple[Proposal, ...]) -> dict[str, tuple[str, ...]]:
    """For each proposed item those it must not meet, named by either of the two, in the order of the file."""
    slugs = frozenset(each.slug for each in proposals)
    clashes: dict[str, set[str]] = {}
    for slug in slugs:
        item: Item = index.oils[slug] if slug in index.oils else index.home_care[slug]
        for other in item.never_with & slugs:
            clashes.setdefault(slug, set()).add(other)
            clashes.setdefault(other, set()).add(slug)
    return {slug: index.in_order(others) for slug, others in clashes.items()}
