"""What must hold between the entries of a catalogue, one sentence for each thing that does not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from clients.care.entries import DIMENSIONS, GateLine, Item
from clients.care.index import FIT_DIMENSIONS, HEAT
from clients.care.levels import Level
from clients.care.sections import Sections

WHOLE_HEAT = "whole-heat"
GATED = ("red_flags", "oils", "home_care", "aftercare", "recommendations")
# Where something is named, what kind of thing, and its slugs.
References = Iterator[tuple[str, str, Iterable[str]]]


def problems_of(catalogue: Sections) -> list[str]:
    """Everything that is wrong between the entries, by section and slug; empty where the catalogue is sound."""
    known = known_slugs(catalogue)
    parts = (named_by_items, named_by_gates, named_by_conditions, named_by_oils, named_by_others, named_sources)
    return [
        *repeated(catalogue),
        *(
            f"{where}: no {kind} is called “{slug}”"
            for part in parts
            for where, kind, slugs in part(catalogue)
            for slug in slugs
            if slug not in known[kind]
        ),
        *(
            f"{where}: a line of a gate says something"
            for where, line in gates_of(catalogue)
            if not line.model_fields_set
        ),
        *condition_problems(catalogue),
        *oil_problems(catalogue),
        *(
            f"recommendations.{each.id}: what is never given is not recommended"
            for each in catalogue.recommendations
            if Level.NEVER in each.levels
        ),
    ]


def known_slugs(catalogue: Sections) -> dict[str, frozenset[str]]:
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
    known = {name: frozenset(each.id for each in entries) for name, entries in ids.items()}  # type: ignore[attr-defined]
    shown = ("tips", "oils", "technique", "texts", "recommendations", "addons", "conditions")
    return {
        **known,
        "body": frozenset(each.region for each in catalogue.areas),
        "cause_group": frozenset(each.group for each in catalogue.causes),
        "tags": frozenset(catalogue.tags),
        "source": frozenset(catalogue.sources),
        "shown": frozenset().union(*(known[kind] for kind in shown)),
    }


def items_of(catalogue: Sections) -> Iterator[tuple[str, Item]]:
    """Every item with its place: "oils.lavender"."""
    for section in ("oils", "home_care", "techniques", "addons", "aftercare"):
        for item in getattr(catalogue, section):
            yield f"{section}.{item.id}", item


def repeated(catalogue: Sections) -> Iterator[str]:
    """Slugs that stand twice: in one section, or for two things that can be given."""
    for section in Sections.model_fields:
        entries = getattr(catalogue, section)
        if isinstance(entries, tuple) and entries and hasattr(entries[0], "id"):
            counted = Counter(each.id for each in entries)
            yield from (f"{section}.{slug}: the slug stands twice" for slug, times in counted.items() if times > 1)
    counted = Counter(item.id for item in catalogue.items)
    yield from (f"{slug}: two items have this slug" for slug, times in counted.items() if times > 1)


def named_by_items(catalogue: Sections) -> References:
    """What items name: dangers, the conditions of their rules, the answers that they suit."""
    for where, item in items_of(catalogue):
        yield where, "tags", item.tags
        yield where, "conditions", (rule.condition for rule in item.rules)
        if fit := getattr(item, "fit", None):
            yield from ((f"{where}.fit", dimension, getattr(fit, dimension)) for dimension in FIT_DIMENSIONS)


def gates_of(catalogue: Sections, sections: Iterable[str] = ("conditions", *GATED)) -> Iterator[tuple[str, GateLine]]:
    """The lines of all gates in some sections, each with its place: "red_flags.fever.ask_when"."""
    for section in sections:
        for entry in getattr(catalogue, section):
            for field in ("when", "ask_when", "assume_when", "urgent_when"):
                for line in getattr(entry, field, None) or ():
                    yield f"{section}.{entry.id}.{field}", line


def named_by_gates(catalogue: Sections) -> References:
    """What gates name: a misspelt one would never open, or never close."""
    unchecked = {"goal", "level", "triage"}
    for where, line in gates_of(catalogue):
        for dimension in DIMENSIONS:
            for part in (dimension, f"not_{dimension}"):
                if dimension not in unchecked and hasattr(line, part):
                    yield where, dimension, getattr(line, part)
        yield where, "symptoms", line.all_symptoms
        yield where, "areas", line.not_only_areas


def named_by_conditions(catalogue: Sections) -> References:
    """What conditions name, and the answers that imply one."""
    for each in catalogue.conditions:
        where = f"conditions.{each.id}"
        yield where, "groups", [each.group]
        yield where, "conditions", [*each.implies, *each.gives_where, *filter(None, [each.asked_as])]
        yield where, "areas", [area for areas in each.gives_where.values() for area in areas]
        yield where, "areas", () if each.default_where == "painful" else each.default_where
        yield from ((f"{where}.bars", "tags", sorted(bar.tags)) for bar in each.bars)
    for section in ("symptoms", "causes"):
        for entry in getattr(catalogue, section):
            for rule in entry.implies:
                where = f"{section}.{entry.id}.implies"
                yield where, "conditions", [rule.condition, *rule.unless]
                yield where, "onset", rule.onset


def condition_problems(catalogue: Sections) -> Iterator[str]:
    """A condition or a danger that nothing reads; warmth of the body barred without warmth."""
    read = {slug for _where, line in gates_of(catalogue, GATED) for slug in (*line.conditions, *line.not_conditions)}
    read.update(slug for limit in catalogue.meta.oils.blend_limits for slug in limit.conditions)
    barred = {each.id: frozenset().union(*(bar.tags for bar in each.bars)) for each in catalogue.conditions}
    for each in catalogue.conditions:
        if not (each.bars or each.triage or each.id in read or each.implies):
            yield f"conditions.{each.id}: no bar, triage or gate reads it"
        implied = frozenset().union(*(barred.get(slug, ()) for slug in each.implies))
        if WHOLE_HEAT in barred[each.id] and HEAT not in barred[each.id] | implied:
            yield f"conditions.{each.id}: it bars warmth of the whole body and says nothing of warmth"
    ever_barred = frozenset().union(*barred.values())
    yield from (f"tags.{tag}: no condition bars it" for tag in catalogue.tags if tag not in ever_barred)


def named_by_oils(catalogue: Sections) -> References:
    """What oils are made of, and what the rules for blends name."""
    rules = catalogue.meta.oils
    yield from ((f"oils.{oil.id}", "oils", oil.contains) for oil in catalogue.oils)
    yield "meta.oils.fallback", "oils", [rules.fallback]
    yield from (("meta.oils.blend_limits", "conditions", limit.conditions) for limit in rules.blend_limits)
    yield from ((f"meta.oils.new_item_tags.{kind}", "tags", tags) for kind, tags in rules.new_item_tags.items())


def oil_problems(catalogue: Sections) -> Iterator[str]:
    """How strong oils are, and that one is left when nothing suits."""
    for oil in catalogue.oils:
        if oil.max_percent is not None and oil.house_percent > oil.max_percent:
            yield f"oils.{oil.id}: {oil.house_percent:g} % are more than the published {oil.max_percent:g} %"
    carriers = [oil for oil in catalogue.oils if oil.kind == "carrier"]
    if all(oil.tags or oil.when or oil.off_by_default for oil in carriers):
        yield "oils: one carrier must be without dangers and without a gate, so that there always is one"


def named_by_others(catalogue: Sections) -> References:
    """What tips, texts, recommendations, claims and counted conditions name."""
    for tip in catalogue.home_care:
        where = f"home_care.{tip.id}"
        yield where, "causes", tip.answers
        yield where, "tips", [tip.instead] if tip.instead else []
        yield where, "areas", (*tip.picture_for, *(tip.acts_on if isinstance(tip.acts_on, tuple) else ()))
    yield from ((f"aftercare.{text.id}", "technique", text.techniques) for text in catalogue.aftercare)
    yield from ((f"recommendations.{each.id}", "technique", [each.technique]) for each in catalogue.recommendations)
    yield from (("meta.derived", "conditions", [derived.condition]) for derived in catalogue.meta.derived)
    yield "meta.own_words", "conditions", [catalogue.meta.own_words.condition, catalogue.meta.own_words.scented]
    yield "meta.outside_complaint", "causes", catalogue.meta.outside_complaint
    yield from ((f"claims.{claim.id}", "shown", claim.refs) for claim in catalogue.claims)


def named_sources(catalogue: Sections) -> References:
    """The sources that are cited."""
    for section in (*("techniques", "oils", "home_care", "aftercare", "recommendations"), "claims", "red_flags"):
        for entry in getattr(catalogue, section):
            yield f"{section}.{entry.id}", "source", (getattr(entry, "evidence", None) or entry).source
    for condition in catalogue.conditions:
        yield from ((f"conditions.{condition.id}", "source", bar.source) for bar in condition.bars)
