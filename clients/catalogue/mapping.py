"""One value of the catalogue taken apart into what a table can hold, and put together again.

Columns and lists of entries have the same names as the fields of the values, with three exceptions that are spelled out
below: `applies_when` and `evidence` are spread out, and `never_with` is three lists, one for each kind of entry.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields
from typing import Any

from clients.care.items import AppliesWhen, Evidence, Rule, StoneTemperature
from clients.care.terms import Action

RULE_TUPLES = ("never_when", "clearance_when", "local_avoid_when", "caution_when")
# Sets of words that are not entries of their own, kept as sorted arrays.
ARRAY_COLUMNS = ("requires", "off_in_regions", "refs")
STONE_COLUMNS = ("bath_min_c", "bath_target_c", "bath_max_c", "reduced_heat_max_c")
NEVER_WITH_COLUMNS = ("never_with_oils", "never_with_tips", "never_with_techniques")
# The practice's own switches: they say nothing about whether the entry itself has been edited.
SWITCH_COLUMNS = ("switched_off", "switched_on")


@dataclass
class EntryMapping:
    """Columns by name; lists of other entries' slugs by name; rules as (level, condition, reason) in their order.
    `inherits` is the slug of another technique, or ""."""

    columns: dict[str, Any] = field(default_factory=dict)
    links: dict[str, frozenset[str]] = field(default_factory=dict)
    rules: list[tuple[str, str, str]] = field(default_factory=list)
    inherits: str = ""

    def fingerprint(self) -> str:
        """A hash of everything that the shipped file says about the entry; its place and the switches are left out."""
        # The kinds of `never_with` are put together again: they depend on other entries.
        never_with = sorted(slug for name in NEVER_WITH_COLUMNS for slug in self.links.get(name, ()))
        said = {
            "columns": {name: value for name, value in self.columns.items() if name not in SWITCH_COLUMNS},
            "links": {name: sorted(slugs) for name, slugs in self.links.items() if name not in NEVER_WITH_COLUMNS},
            "never_with": never_with,
            "rules": self.rules,
            "inherits": self.inherits,
        }
        return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def entry_to_mapping(value: Any, kinds: Mapping[str, str]) -> EntryMapping:
    """`value` taken apart. `kinds` names the `never_with_*` list that each oil, tip and technique belongs to."""
    flat = EntryMapping()
    for each in fields(value):
        name, held = each.name, getattr(value, each.name)
        if isinstance(held, AppliesWhen):
            flat.columns["always"] = held.always
            flat.links |= {
                "symptoms": held.symptoms,
                "causes": held.causes,
                "onsets": held.onset,
                "areas": held.areas,
            }
        elif isinstance(held, Evidence):
            flat.columns |= {"grade": held.grade, "evidence_note": held.note}
            flat.links["sources"] = held.sources
        elif name == "stone_temperature":
            flat.columns |= {column: getattr(held, column, None) for column in STONE_COLUMNS}
            flat.columns["stone_note"] = held.note if held else ""
            flat.links["stone_sources"] = held.sources if held else frozenset()
        elif name == "never_with":
            flat.links |= {
                list_: frozenset(slug for slug in held if kinds[slug] == list_) for list_ in NEVER_WITH_COLUMNS
            }
        elif name == "inherits":
            flat.inherits = held
        elif name in RULE_TUPLES:
            flat.rules += [(name, rule.condition, rule.reason) for rule in held]
        elif name in ARRAY_COLUMNS:
            flat.columns[name] = sorted(held)
        elif isinstance(held, frozenset):
            flat.links[name] = held
        else:
            flat.columns[name] = list(held) if isinstance(held, tuple) else held
    return flat


def entry_from_mapping(kind: type, flat: EntryMapping) -> Any:
    """The value of class `kind` that `flat` was taken from. A column that is missing leaves the field's default."""
    found: dict[str, Any] = {}
    for each in fields(kind):
        name = each.name
        if name in NESTED_FIELDS:
            found[name] = NESTED_FIELDS[name](flat)
        elif name == "inherits":
            found[name] = flat.inherits
        elif name in RULE_TUPLES:
            found[name] = tuple(Rule(condition, reason) for level, condition, reason in flat.rules if level == name)
        elif name in ARRAY_COLUMNS:
            found[name] = frozenset(flat.columns[name] or ())
        elif name in flat.links:
            found[name] = flat.links[name]
        elif name in flat.columns or each.default is MISSING:
            held = flat.columns[name]
            found[name] = tuple(held) if isinstance(held, list) else held
    if "action" in found:
        found["action"] = Action(found["action"])
    return kind(**found)


def applies_when_of(flat: EntryMapping) -> AppliesWhen:
    links = flat.links
    return AppliesWhen(flat.columns["always"], links["symptoms"], links["causes"], links["onsets"], links["areas"])


def evidence_of(flat: EntryMapping) -> Evidence:
    return Evidence(flat.columns["grade"], flat.columns["evidence_note"], flat.links["sources"])


def stone_temperature_of(flat: EntryMapping) -> StoneTemperature | None:
    degrees = {column: flat.columns[column] for column in STONE_COLUMNS}
    if None in degrees.values():
        return None
    return StoneTemperature(**degrees, note=flat.columns["stone_note"], sources=flat.links["stone_sources"])


def never_with_of(flat: EntryMapping) -> frozenset[str]:
    return frozenset[str]().union(*(flat.links[name] for name in NEVER_WITH_COLUMNS))


NESTED_FIELDS = {
    "applies_when": applies_when_of,
    "evidence": evidence_of,
    "stone_temperature": stone_temperature_of,
    "never_with": never_with_of,
}
