"""From the catalogue's YAML to its values: shape and types. What the references mean is for `checks`."""

from __future__ import annotations

from typing import Any

import yaml

from clients.care.catalogue import Catalogue
from clients.care.items import AftercareTip, HomeCareTip, Oil, StoneTemperature, Technique
from clients.care.reading_reference import read_reference
from clients.care.terms import Action, Area, Cause, Claim, Condition, Factor, Onset, RedFlag, Source, Symptom
from clients.care.yaml_row import CatalogueError, CatalogueRow

# The C parser is ten times as fast; a Python without libyaml still works.
LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def parse_catalogue(text: str) -> Catalogue:
    """The catalogue in `text`. Raises CatalogueError at the first thing that has not the expected shape."""
    try:
        raw = yaml.load(text, Loader=LOADER)  # noqa: S506  a safe loader either way
    except yaml.YAMLError as error:
        raise CatalogueError([f"not YAML: {error}"]) from error
    file = CatalogueRow(raw, "catalogue")
    meta = file.row("meta")
    matching = meta.row("matching")
    fallback_oil, default_carrier = matching.text("fallback_oil"), matching.text("default_carrier")
    oils = file.rows("oils")
    for row in oils:
        check_special_oils(row, fallback_oil, default_carrier)
    return file.done(
        Catalogue(
            symptoms=tuple(read_symptom(row) for row in file.rows("symptoms")),
            areas=tuple(read_area(row) for row in file.rows("areas")),
            onsets=tuple(read_onset(row) for row in file.rows("onset")),
            causes=tuple(read_cause(row) for row in file.rows("causes")),
            factors=tuple(
                read_factor(row, kind) for kind in ("aggravating", "relieving") for row in file.rows(f"{kind}_factors")
            ),
            conditions=tuple(read_condition(row) for row in file.rows("conditions")),
            red_flags=tuple(read_red_flag(row) for row in file.rows("red_flags")),
            oils=tuple(read_oil(row) for row in oils),
            home_care=tuple(read_home_care_tip(row) for row in file.rows("home_care")),
            aftercare=tuple(read_aftercare_tip(row) for row in file.rows("aftercare")),
            techniques=tuple(read_technique(row) for row in file.rows("services")),
            claims=tuple(read_claim(row) for row in file.rows("claims")),
            sources=tuple(read_source(slug, raw) for slug, raw in file.row("sources").left.items()),
            fallback_oil=fallback_oil,
            default_carrier=default_carrier,
            reference=read_reference(meta, matching, file),
        )
    )


def check_special_oils(row: CatalogueRow, fallback_oil: str, default_carrier: str) -> None:
    """The file marks these two oils a second time, at the oil; both places must agree."""
    for key, named in (("fallback", fallback_oil), ("default_carrier", default_carrier)):
        if row.flag(key) != (row.left.get("id") == named):
            raise row.fail(f"`{key}` disagrees with meta.matching, which names {named}")


def read_symptom(row: CatalogueRow) -> Symptom:
    return row.done(
        Symptom(
            slug=row.text("id"),
            name=row.text("name"),
            text=row.text("text"),
            implies=row.optional_slugs("implies_conditions"),
            ask_red_flags=row.optional_slugs("ask_red_flags"),
            from_seed=row.flag("from_seed"),
        )
    )


def read_area(row: CatalogueRow) -> Area:
    return row.done(
        Area(
            slug=row.text("id"),
            name=row.text("name"),
            text=row.text("text"),
            sides=row.texts("sides"),
            region=row.text("region"),
            from_seed=row.flag("from_seed"),
        )
    )


def read_onset(row: CatalogueRow) -> Onset:
    return row.done(
        Onset(
            slug=row.text("id"),
            name=row.text("name"),
            text=row.text("text"),
            min_days=row.maybe_int("min_days"),
            max_days=row.maybe_int("max_days"),
            stage=row.text("class"),
            modifier=row.flag("modifier"),
            from_seed=row.flag("from_seed"),
        )
    )


def read_cause(row: CatalogueRow) -> Cause:
    return row.done(
        Cause(
            slug=row.text("id"),
            name=row.text("name"),
            text=row.text("text"),
            group=row.text("group"),
            implies=row.optional_slugs("implies_conditions"),
            from_seed=row.flag("from_seed"),
        )
    )


def read_factor(row: CatalogueRow, kind: str) -> Factor:
    return row.done(Factor(slug=row.text("id"), name=row.text("name"), kind=kind))


def read_condition(row: CatalogueRow) -> Condition:
    return row.done(
        Condition(
            slug=row.text("id"),
            name=row.text("name"),
            group=row.text("group"),
            ask=row.text("ask"),
            text=row.text("text"),
            implies=row.optional_slugs("implies"),
            from_seed=row.flag("from_seed"),
        )
    )


def read_red_flag(row: CatalogueRow) -> RedFlag:
    action = row.text("action")
    if action not in set(Action):
        raise row.fail(f"`action` should be one of {', '.join(Action)}, found {action}")
    return row.done(
        RedFlag(
            slug=row.text("id"),
            name=row.text("name"),
            question=row.text("question"),
            action=Action(action),
            urgency=row.text("urgency"),
            text=row.text("text"),
            why=row.text("why"),
            sources=row.slugs("source"),
            areas=row.optional_slugs("areas"),
        )
    )


def read_oil(row: CatalogueRow) -> Oil:
    return row.done(
        Oil(
            **read_item_fields(row),
            kind=row.text("kind"),
            latin=row.text("latin"),
            max_dermal_percent=row.maybe_number("max_dermal_percent"),
            max_source=row.text("max_source"),
            max_verified=row.flag("max_verified"),
            house_max_percent=row.number("house_max_percent"),
            heat_ok=row.take("heat_ok", bool),
            photosensitising=row.take("photosensitising", bool),
            contains=row.optional_slugs("contains"),
            legal_note=row.text("legal_note", ""),
        )
    )


def read_home_care_tip(row: CatalogueRow) -> HomeCareTip:
    return row.done(
        HomeCareTip(
            **read_item_fields(row),
            category=row.text("category"),
            not_by_email=row.flag("not_by_email"),
            show_with_red_flags=row.flag("show_with_red_flags"),
        )
    )


def read_item_fields(row: CatalogueRow) -> dict[str, Any]:
    """The fields that oils and home care share, by their names in Item."""
    return {
        "slug": row.text("id"),
        "name": row.text("name"),
        "text": row.text("text"),
        "applies_when": row.applies_when(),
        "never_when": row.rules("never_when"),
        "caution_when": row.rules("caution_when"),
        "dose": row.text("dose"),
        "evidence": row.evidence(),
        "requires": row.optional_slugs("requires"),
        "never_with": row.optional_slugs("never_with"),
        "off_by_default": row.flag("off_by_default"),
        "off_in_regions": row.optional_slugs("off_in_regions"),
        "needs_therapist_review": row.flag("needs_therapist_review"),
        "from_seed": row.flag("from_seed"),
    }


def read_aftercare_tip(row: CatalogueRow) -> AftercareTip:
    return row.done(
        AftercareTip(
            slug=row.text("id"),
            name=row.text("name"),
            when=row.text("when"),
            techniques=row.slugs("services"),
            send_offset_hours=row.take("send_offset_hours", int),
            text=row.text("text"),
            applies_when=row.applies_when(),
            never_when=row.rules("never_when"),
            caution_when=row.rules("caution_when"),
            dose=row.text("dose"),
            evidence=row.evidence(),
            email_ok=row.take("email_ok", bool),
            from_seed=row.flag("from_seed"),
        )
    )


def read_technique(row: CatalogueRow) -> Technique:
    return row.done(
        Technique(
            slug=row.text("id"),
            name=row.text("name"),
            text=row.text("text"),
            inherits=row.text("inherits", ""),
            durations=row.numbers("duration_minutes"),
            default_minutes=row.take("default_minutes", int),
            session_note=row.text("session_note", ""),
            stone_temperature=read_stone_temperature(row.row("stone_temperature"))
            if "stone_temperature" in row.left
            else None,
            equipment_rules=row.texts("equipment_rules", []),
            applies_when=row.applies_when(),
            never_when=row.rules("never_when"),
            clearance_when=row.rules("clearance_when"),
            local_avoid_when=row.rules("local_avoid_when"),
            caution_when=row.rules("caution_when"),
            contraindication_sources=row.slugs("contraindication_source"),
            dose=row.text("dose"),
            evidence=row.evidence(),
            from_seed=row.flag("from_seed"),
        )
    )


def read_stone_temperature(row: CatalogueRow) -> StoneTemperature:
    return row.done(
        StoneTemperature(
            bath_min_c=row.take("bath_min_c", int),
            bath_target_c=row.take("bath_target_c", int),
            bath_max_c=row.take("bath_max_c", int),
            reduced_heat_max_c=row.take("reduced_heat_max_c", int),
            note=row.text("note"),
            sources=row.slugs("source"),
        )
    )


def read_claim(row: CatalogueRow) -> Claim:
    return row.done(
        Claim(
            slug=row.text("id"),
            seed=row.text("seed"),
            seed_says=row.text("seed_says"),
            finding=row.text("finding"),
            avoid=row.texts("avoid"),
            say=row.text("say"),
            refs=row.slugs("refs"),
            sources=row.slugs("source"),
        )
    )


def read_source(slug: str, raw: Any) -> Source:
    row = CatalogueRow(raw, f"sources/{slug}")
    return row.done(
        Source(slug, row.text("citation"), row.text("url"), row.take("seen", bool), note=row.text("note", ""))
    )
