"""What must hold between the entries of a catalogue, one sentence for each thing that does not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from clients.care.entries import DIMENSIONS, Gate, Item
from clients.care.index import FIT_DIMENSIONS, HEAT
from clients.care.levels import Level
from clients.care.sections import Sections

WHOLE_HEAT = "whole-heat"
Known = Mapping[str, frozenset[str]]


def problems_of(catalogue: Sections) -> list[str]:
    """Everything that is wrong between the entries, by section and slug; empty where the catalogue is sound."""
    known = known_slugs(catalogue)
    return [
        *repeated(catalogue),
        *item_problems(catalogue, known),
        *gate_problems(catalogue, known),
        *condition_problems(catalogue, known),
        *oil_problems(catalogue, known),
        *other_problems(catalogue, known),
        *source_problems(catalogue),
    ]


def known_slugs(catalogue: Sections) -> Known:
    """Every slug by what it names; gates use the names of their dimensions."""
    ids = {
        "symptoms": catalogue.symptoms,
        "areas": catalogue.areas,
        "onset": catalogue.onset,
        "causes": catalogue.causes,
        "conditions": catalogue.conditions,
        "aggravating": catalogue.aggravating_factors,
        "relieving": catalogue.relieving_factors,
        "flags": catalogue.red_flags,
        "technique": catalogue.techniques,
        "tips": catalogue.home_care,
        "oils": catalogue.oils,
        "addons": catalogue.addons,
        "texts": catalogue.aftercare,
        "recommendations": catalogue.recommendations,
        "groups": catalogue.groups,
    }
    return {
        **{name: frozenset(each.id for each in entries) for name, entries in ids.items()},  # type: ignore[attr-defined]
        "body": frozenset(each.region for each in catalogue.areas),
        "cause_group": frozenset(each.group for each in catalogue.causes),
        "tags": frozenset(catalogue.tags),
        "sources": frozenset(catalogue.sources),
    }


def items_of(catalogue: Sections) -> Iterator[tuple[str, Item]]:
    """Every item with the name of its section."""
    for section in ("oils", "home_care", "techniques", "addons", "aftercare"):
        for item in getattr(catalogue, section):
            yield section, item


def repeated(catalogue: Sections) -> Iterator[str]:
    """Slugs that stand twice: in one section, or for two things that can be given."""
    for section in Sections.model_fields:
        entries = getattr(catalogue, section)
        if isinstance(entries, tuple) and entries and hasattr(entries[0], "id"):
            counted = Counter(each.id for each in entries)
            yield from (f"{section}.{slug}: the slug stands twice" for slug, times in counted.items() if times > 1)
    counted = Counter(item.id for _section, item in items_of(catalogue))
    yield from (f"{slug}: two items have this slug" for slug, times in counted.items() if times > 1)


def strangers(where: str, kind: str, slugs: Iterable[str], known: Known) -> Iterator[str]:
    """A sentence for each slug that the catalogue does not have."""
    for slug in slugs:
        if slug not in known[kind]:
            yield f"{where}: no {kind} is called “{slug}”"


def item_problems(catalogue: Sections, known: Known) -> Iterator[str]:
    """Tags, rules and fits that name nothing."""
    for section, item in items_of(catalogue):
        where = f"{section}.{item.id}"
        yield from strangers(where, "tags", item.tags, known)
        yield from strangers(where, "conditions", (rule.condition for rule in item.rules), known)
        fit = getattr(item, "fit", None)
        for dimension in FIT_DIMENSIONS if fit else ():
            yield from strangers(f"{where}.fit", dimension, getattr(fit, dimension), known)


def gate_problems(catalogue: Sections, known: Known) -> Iterator[str]:
    """Gates that name nothing: a misspelt one would never open, or never close."""
    for section in ("conditions", "red_flags", "oils", "home_care", "aftercare", "recommendations"):
        for entry in getattr(catalogue, section):
            for field in ("when", "ask_when", "assume_when", "urgent_when"):
                gate: Gate | None = getattr(entry, field, None)
                for line in gate or ():
                    yield from line_problems(f"{section}.{entry.id}.{field}", line, known)


def line_problems(where: str, line: Any, known: Known) -> Iterator[str]:
    """What one line of a gate names that is not there."""
    if not line.model_fields_set:
        yield f"{where}: a line of a gate says something"
    for dimension in DIMENSIONS:
        for part in (dimension, f"not_{dimension}"):
            if dimension in known and hasattr(line, part):
                yield from strangers(where, dimension, getattr(line, part), known)
    yield from strangers(where, "symptoms", line.all_symptoms, known)
    yield from strangers(where, "areas", line.not_only_areas, known)


def condition_problems(catalogue: Sections, known: Known) -> Iterator[str]:
    """Conditions and what implies them; a condition that nothing reads; warmth of the body without warmth barred."""
    by_slug = {each.id: each for each in catalogue.conditions}
    read = {slug for entry in gates_reading_conditions(catalogue) for slug in entry}
    for each in catalogue.conditions:
        where = f"conditions.{each.id}"
        yield from strangers(where, "groups", [each.group], known)
        yield from strangers(where, "conditions", [*each.implies, *each.gives_where], known)
        yield from strangers(where, "conditions", [each.asked_as] if each.asked_as else [], known)
        yield from strangers(where, "areas", [area for areas in each.gives_where.values() for area in areas], known)
        if each.default_where != "painful":
            yield from strangers(where, "areas", each.default_where, known)
        for bar in each.bars:
            yield from strangers(f"{where}.bars", "tags", bar.tags, known)
        if not (each.bars or each.triage or each.id in read or each.implies):
            yield f"{where}: no bar, triage or gate reads it"
        barred = {
            tag
            for slug in [each.id, *each.implies]
            if slug in by_slug
            for bar in by_slug[slug].bars
            for tag in bar.tags
        }
        if WHOLE_HEAT in {tag for bar in each.bars for tag in bar.tags} and HEAT not in barred:
            yield f"{where}: it bars warmth of the whole body and says nothing of warmth"
    for section in ("symptoms", "causes"):
        for entry in getattr(catalogue, section):
            for rule in entry.implies:
                where = f"{section}.{entry.id}.implies"
                yield from strangers(where, "conditions", [rule.condition, *rule.unless], known)
                yield from strangers(where, "onset", rule.onset, known)
    barred_tags = {tag for each in catalogue.conditions for bar in each.bars for tag in bar.tags}
    yield from (f"tags.{tag}: no condition bars it" for tag in catalogue.tags if tag not in barred_tags)


def gates_reading_conditions(catalogue: Sections) -> Iterator[tuple[str, ...]]:
    """The conditions that gates and blend limits name."""
    for section in ("red_flags", "oils", "home_care", "aftercare", "recommendations"):
        for entry in getattr(catalogue, section):
            for field in ("when", "ask_when", "assume_when", "urgent_when"):
                for line in getattr(entry, field, None) or ():
                    yield (*line.conditions, *line.not_conditions)
    for limit in catalogue.meta.oils.blend_limits:
        yield limit.conditions


def oil_problems(catalogue: Sections, known: Known) -> Iterator[str]:
    """Oils: what they contain, how strong, and that one is left when nothing suits."""
    rules = catalogue.meta.oils
    for oil in catalogue.oils:
        where = f"oils.{oil.id}"
        yield from strangers(where, "oils", oil.contains, known)
        if oil.max_percent is not None and oil.house_percent > oil.max_percent:
            yield f"{where}: {oil.house_percent:g} % are more than the published {oil.max_percent:g} %"
    yield from strangers("meta.oils.fallback", "oils", [rules.fallback], known)
    for limit in rules.blend_limits:
        yield from strangers("meta.oils.blend_limits", "conditions", limit.conditions, known)
    for kind, tags in rules.new_item_tags.items():
        yield from strangers(f"meta.oils.new_item_tags.{kind}", "tags", tags, known)
    always = [
        oil for oil in catalogue.oils if oil.kind == "carrier" and not (oil.tags or oil.when or oil.off_by_default)
    ]
    if not always:
        yield "oils: one carrier must be without dangers and without a gate, so that there always is one"


def other_problems(catalogue: Sections, known: Known) -> Iterator[str]:
    """Tips, texts, recommendations, claims and counted conditions that name nothing."""
    for tip in catalogue.home_care:
        where = f"home_care.{tip.id}"
        yield from strangers(where, "causes", tip.answers, known)
        yield from strangers(where, "tips", [tip.instead] if tip.instead else [], known)
        yield from strangers(where, "areas", tip.picture_for, known)
        if isinstance(tip.acts_on, tuple):
            yield from strangers(where, "areas", tip.acts_on, known)
    for text in catalogue.aftercare:
        yield from strangers(f"aftercare.{text.id}", "technique", text.techniques, known)
    for each in catalogue.recommendations:
        yield from strangers(f"recommendations.{each.id}", "technique", [each.technique], known)
        if Level.NEVER in each.levels:
            yield f"recommendations.{each.id}: what is never given is not recommended"
    for derived in catalogue.meta.derived:
        yield from strangers("meta.derived", "conditions", [derived.condition], known)
    own_words = catalogue.meta.own_words
    yield from strangers("meta.own_words", "conditions", [own_words.condition, own_words.scented], known)
    yield from strangers("meta.outside_complaint", "causes", catalogue.meta.outside_complaint, known)
    shown = frozenset().union(
        *(known[kind] for kind in ("tips", "oils", "technique", "texts", "recommendations", "addons", "conditions"))
    )
    for claim in catalogue.claims:
        yield from strangers(f"claims.{claim.id}", "shown", claim.refs, {"shown": shown})


def source_problems(catalogue: Sections) -> Iterator[str]:
    """Sources that are cited and not listed."""
    for section in (*("techniques", "oils", "home_care", "aftercare", "recommendations"), "claims", "red_flags"):
        for entry in getattr(catalogue, section):
            evidence = getattr(entry, "evidence", None)
            cited = evidence.source if evidence else entry.source
            for slug in cited:
                if slug not in catalogue.sources:
                    yield f"{section}.{entry.id}: no source is called “{slug}”"
    for condition in catalogue.conditions:
        for bar in condition.bars:
            for slug in bar.source:
                if slug not in catalogue.sources:
                    yield f"conditions.{condition.id}: no source is called “{slug}”"
