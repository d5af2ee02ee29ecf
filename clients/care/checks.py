"""Whether a catalogue holds together: every reference resolves and no rule contradicts itself."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from clients.care.catalogue import Catalogue
from clients.care.items import (
    CARRIER,
    DIMENSIONS,
    GRADES,
    OIL_KINDS,
    AftercareTip,
    AppliesWhen,
    Item,
    Oil,
    Rule,
    Technique,
)
from clients.care.regions import REGIONS_BY_COUNTRY
from clients.care.terms import Action, Cause, Condition, Symptom
from clients.care.yaml_row import CatalogueError

SLUG_PATTERN = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*\Z")


@dataclass(frozen=True, slots=True)
class CatalogueProblem:
    """What is wrong with the entry `where`, and the field of it to look at ("" where it is no one field)."""

    where: str
    text: str
    field: str = ""

    def __str__(self) -> str:
        return f"{self.where}: {self.text}"


def check_catalogue(catalogue: Catalogue) -> None:
    """Raise CatalogueError listing everything that would keep the engine from giving an answer, or a wrong one."""
    if problems := [str(problem) for problem in problems_of(catalogue)]:
        raise CatalogueError(problems)


def problems_of(catalogue: Catalogue) -> Iterator[CatalogueProblem]:
    """Each thing that is wrong, in the order of the file's sections."""
    names = SlugsByKind(catalogue)
    yield from names.clashes()
    yield from vocabulary_problems(catalogue, names)
    for item in (*catalogue.oils, *catalogue.home_care):
        yield from item_problems(item, names)
    for oil in catalogue.oils:
        yield from oil_problems(oil, names)
    yield from special_oil_problems(catalogue)
    for tip in catalogue.aftercare:
        yield from advice_problems(tip, names)
        yield from names.unknown(tip.slug, "technique", tip.techniques, names.techniques)
    for technique in catalogue.techniques:
        yield from technique_problems(technique, names)
    yield from inheritance_problems(catalogue)
    yield from reference_problems(catalogue, names)


class SlugsByKind:
    """The slugs of each kind."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.sections = {
            "symptom": [each.slug for each in catalogue.symptoms],
            "area": [each.slug for each in catalogue.areas],
            "onset": [each.slug for each in catalogue.onsets],
            "cause": [each.slug for each in catalogue.causes],
            "condition": [each.slug for each in catalogue.conditions],
            "red flag": [each.slug for each in catalogue.red_flags],
            "oil": [each.slug for each in catalogue.oils],
            "home-care tip": [each.slug for each in catalogue.home_care],
            "aftercare tip": [each.slug for each in catalogue.aftercare],
            "technique": [each.slug for each in catalogue.techniques],
            "factor": [each.slug for each in catalogue.factors],
            "claim": [each.slug for each in catalogue.claims],
            "source": [each.slug for each in catalogue.sources],
        }
        sets = {kind: frozenset(slugs) for kind, slugs in self.sections.items()}
        self.symptoms, self.areas, self.onsets = sets["symptom"], sets["area"], sets["onset"]
        self.causes, self.conditions, self.red_flags = sets["cause"], sets["condition"], sets["red flag"]
        self.oils, self.home_care, self.techniques = sets["oil"], sets["home-care tip"], sets["technique"]
        self.aftercare, self.claims, self.sources = sets["aftercare tip"], sets["claim"], sets["source"]

    def clashes(self) -> Iterator[CatalogueProblem]:
        """A slug stands for one thing in the whole catalogue: `never_with` and `because` name it without its kind."""
        kinds: dict[str, list[str]] = {}
        for kind, slugs in self.sections.items():
            for slug in slugs:
                kinds.setdefault(slug, []).append(kind)
                if not SLUG_PATTERN.match(slug):
                    yield CatalogueProblem(
                        slug, f"{slug!r}: a slug is lower-case letters, digits and single hyphens.", "slug"
                    )
        for slug, found in kinds.items():
            if len(found) > 1:
                yield CatalogueProblem(slug, f"{slug!r} is used more than once: {', '.join(found)}.", "slug")

    def unknown(
        self, where: str, kind: str, slugs: Iterable[str], known: frozenset[str], field: str = ""
    ) -> Iterator[CatalogueProblem]:
        for slug in sorted(set(slugs) - known):
            yield CatalogueProblem(where, f"unknown {kind} {slug!r}.", field)


def vocabulary_problems(catalogue: Catalogue, names: SlugsByKind) -> Iterator[CatalogueProblem]:
    implying: tuple[Symptom | Cause | Condition, ...] = (
        *catalogue.symptoms,
        *catalogue.causes,
        *catalogue.conditions,
    )
    for term in implying:
        yield from names.unknown(term.slug, "condition", term.implies, names.conditions)
    for symptom in catalogue.symptoms:
        yield from names.unknown(symptom.slug, "red flag", symptom.ask_red_flags, names.red_flags)
    for flag in catalogue.red_flags:
        yield from names.unknown(flag.slug, "area", flag.areas, names.areas)
        yield from names.unknown(flag.slug, "source", flag.sources, names.sources)
        if flag.action == Action.EMERGENCY and flag.switched_off:
            yield CatalogueProblem(
                flag.slug, "an emergency sign is always asked for and cannot be switched off.", "switched_off"
            )
    for claim in catalogue.claims:
        known = names.oils | names.home_care | names.aftercare | names.techniques
        yield from names.unknown(claim.slug, "item", claim.refs, known, "refs")
        yield from names.unknown(claim.slug, "source", claim.sources, names.sources)


def rules_problems(where: str, names: SlugsByKind, *levels: tuple[Rule, ...]) -> Iterator[CatalogueProblem]:
    """Unknown conditions, and a condition that stands twice: its two levels would contradict each other."""
    conditions = [rule.condition for rules in levels for rule in rules]
    yield from names.unknown(where, "condition", conditions, names.conditions)
    for condition, times in Counter(conditions).items():
        if times > 1:
            yield CatalogueProblem(where, f"the condition {condition!r} has {times} rules; one is enough.", "rules")


def advice_problems(advice: Item | AftercareTip | Technique, names: SlugsByKind) -> Iterator[CatalogueProblem]:
    """What oils, tips, aftercare and techniques have in common."""
    where, when = advice.slug, advice.applies_when
    yield from names.unknown(where, "symptom", when.symptoms, names.symptoms)
    yield from names.unknown(where, "cause", when.causes, names.causes)
    yield from names.unknown(where, "onset", when.onset, names.onsets)
    yield from names.unknown(where, "area", when.areas, names.areas)
    yield from names.unknown(where, "source", advice.evidence.sources, names.sources)
    if advice.evidence.grade not in GRADES:
        yield CatalogueProblem(
            where, f"unknown evidence grade {advice.evidence.grade!r}; use one of {', '.join(GRADES)}.", "grade"
        )
    if not isinstance(advice, Technique):
        yield from rules_problems(where, names, advice.never_when, advice.caution_when)


def item_problems(item: Item, names: SlugsByKind) -> Iterator[CatalogueProblem]:
    yield from advice_problems(item, names)
    known = names.oils | names.home_care | names.techniques
    yield from names.unknown(item.slug, "oil, tip or technique in never_with", item.never_with, known)
    if item.slug in item.never_with:
        yield CatalogueProblem(item.slug, "stands in its own never_with.", "never_with")
    if item.switched_on and item.switched_off:
        yield CatalogueProblem(item.slug, "switched on and off at once.", "switched_on")
    for region in sorted(item.off_in_regions - REGIONS_BY_COUNTRY):
        yield CatalogueProblem(
            item.slug, f"{region!r} is no region: EU, UK or a country's two letters, in capitals.", "off_in_regions"
        )
    for dimension in sorted(item.requires):
        if dimension not in DIMENSIONS:
            yield CatalogueProblem(
                item.slug, f"requires {dimension!r}, which is none of {', '.join(DIMENSIONS)}.", "requires"
            )
        elif not list_problems(item.applies_when, dimension):
            yield CatalogueProblem(
                item.slug,
                f"requires {dimension}, but lists none under applies when, so it could never be offered.",
                "requires",
            )


def list_problems(when: AppliesWhen, dimension: str) -> frozenset[str]:
    return {"symptoms": when.symptoms, "causes": when.causes, "onset": when.onset, "areas": when.areas}[dimension]


def oil_problems(oil: Oil, names: SlugsByKind) -> Iterator[CatalogueProblem]:
    yield from names.unknown(oil.slug, "oil in contains", oil.contains, names.oils)
    if oil.kind not in OIL_KINDS:
        yield CatalogueProblem(oil.slug, f"unknown kind {oil.kind!r}; use one of {', '.join(OIL_KINDS)}.", "kind")
    if not 0 < oil.house_max_percent <= 100:
        yield CatalogueProblem(
            oil.slug, "the practice's maximum should be above 0 and at most 100 percent.", "house_max_percent"
        )
    if oil.max_dermal_percent is not None and oil.house_max_percent > oil.max_dermal_percent:
        yield CatalogueProblem(
            oil.slug,
            f"the practice's maximum is above the published maximum of {oil.max_dermal_percent} percent.",
            "house_max_percent",
        )


def special_oil_problems(catalogue: Catalogue) -> Iterator[CatalogueProblem]:
    kinds = {oil.slug: oil.kind for oil in catalogue.oils}
    for name, slug in (("fallback oil", catalogue.fallback_oil), ("default carrier", catalogue.default_carrier)):
        if slug not in kinds:
            yield CatalogueProblem(name, f"unknown oil {slug!r}.", name.replace(" ", "_"))
    if kinds.get(catalogue.default_carrier, CARRIER) != CARRIER:
        yield CatalogueProblem(
            catalogue.default_carrier, f"is the default carrier, so its kind must be {CARRIER}.", "kind"
        )
    if catalogue.fallback_oil == catalogue.default_carrier:
        yield CatalogueProblem(
            catalogue.fallback_oil, "cannot be both the fallback and the default carrier.", "fallback_oil"
        )


def technique_problems(technique: Technique, names: SlugsByKind) -> Iterator[CatalogueProblem]:
    yield from advice_problems(technique, names)
    levels = (technique.never_when, technique.clearance_when, technique.local_avoid_when, technique.caution_when)
    yield from rules_problems(technique.slug, names, *levels)
    stones = technique.stone_temperature
    sources = technique.contraindication_sources | (stones.sources if stones else frozenset())
    yield from names.unknown(technique.slug, "source", sources, names.sources)
    if min(technique.durations, default=0) <= 0:
        yield CatalogueProblem(technique.slug, "durations are whole minutes above 0.", "durations")
    if technique.default_minutes not in technique.durations:
        yield CatalogueProblem(
            technique.slug,
            f"the default of {technique.default_minutes} minutes is none of its durations.",
            "default_minutes",
        )
    if stones and not stones.bath_min_c <= stones.bath_target_c <= stones.bath_max_c:
        yield CatalogueProblem(
            technique.slug, "the target temperature should lie between the lowest and the highest.", "bath_target_c"
        )


def inheritance_problems(catalogue: Catalogue) -> Iterator[CatalogueProblem]:
    parents = {technique.slug: technique.inherits for technique in catalogue.techniques}
    for slug, first in parents.items():
        seen, parent = {slug}, first
        while parent:
            if parent not in parents:
                yield CatalogueProblem(slug, f"inherits from the unknown technique {parent!r}.", "inherits")
                break
            if parent in seen:
                yield CatalogueProblem(slug, f"inherits from itself, through {parent}.", "inherits")
                break
            seen.add(parent)
            parent = parents[parent]


def reference_problems(catalogue: Catalogue, names: SlugsByKind) -> Iterator[CatalogueProblem]:
    reference = catalogue.reference
    measures = frozenset(measure.slug for measure in reference.measures)
    for measure in reference.measures:
        yield from names.unknown(measure.slug, "source", measure.sources, names.sources)
    cited = reference.consent.sources.union(
        reference.email_rules.sources, *(convention.sources for convention in reference.retention.conventions)
    )
    yield from names.unknown("consent, retention or email_rules", "source", cited, names.sources)
    known = frozenset(slug for slugs in names.sections.values() for slug in slugs) | measures
    for fact in reference.seed_coverage:
        yield from names.unknown(f"seed_coverage: {fact.fact}", "slug", fact.represented_by, known)
