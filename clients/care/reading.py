"""From the catalogue's YAML to its values: shape and types. What the references mean is for `checks`."""

from __future__ import annotations

from typing import Any

import yaml

from clients.care.catalogue import Catalogue
from clients.care.items import AftercareTip, HomeCareTip, Oil, StoneTemperature, Technique
from clients.care.reading_reference import reference
from clients.care.rows import CatalogueError, Row
from clients.care.terms import Action, Area, Cause, Claim, Condition, Factor, Onset, RedFlag, Source, Symptom

# The C parser is ten times as fast; a Python without libyaml still works.
LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def parse(text: str) -> Catalogue:
    """The catalogue in `text`. Raises CatalogueError at the first thing that has not the expected shape."""
    try:
        raw = yaml.load(text, Loader=LOADER)  # noqa: S506  a safe loader either way
    except yaml.YAMLError as error:
        raise CatalogueError([f"not YAML: {error}"]) from error
    file = Row(raw, "catalogue")
    meta = file.row("meta")
    matching = meta.row("matching")
    fallback_oil, default_carrier = matching.text("fallback_oil"), matching.text("default_carrier")
    oils = file.rows("oils")
    for row in oils:
        marks(row, fallback_oil, default_carrier)
    return file.done(
        Catalogue(
            symptoms=tuple(symptom(row) for row in file.rows("symptoms")),
            areas=tuple(area(row) for row in file.rows("areas")),
            onsets=tuple(onset(row) for row in file.rows("onset")),
            causes=tuple(cause(row) for row in file.rows("causes")),
            factors=tuple(
                factor(row, kind) for kind in ("aggravating", "relieving") for row in file.rows(f"{kind}_factors")
            ),
            conditions=tuple(condition(row) for row in file.rows("conditions")),
            red_flags=tuple(red_flag(row) for row in file.rows("red_flags")),
            oils=tuple(oil(row) for row in oils),
            home_care=tuple(home_care_tip(row) for row in file.rows("home_care")),
            aftercare=tuple(aftercare_tip(row) for row in file.rows("aftercare")),
            techniques=tuple(technique(row) for row in file.rows("services")),
            claims=tuple(claim(row) for row in file.rows("claims")),
            sources=tuple(source(slug, raw) for slug, raw in file.row("sources").left.items()),
            fallback_oil=fallback_oil,
            default_carrier=default_carrier,
            reference=reference(meta, matching, file),
        )
    )


def marks(row: Row, fallback_oil: str, default_carrier: str) -> None:
    """The file marks these two oils a second time, at the oil; both places must agree."""
    for key, named in (("fallback", fallback_oil), ("default_carrier", default_carrier)):
        if row.flag(key) != (row.left.get("id") == named):
            raise row.fail(f"`{key}` disagrees with meta.matching, which names {named}")


def symptom(row: Row) -> Symptom:
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


def area(row: Row) -> Area:
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


def onset(row: Row) -> Onset:
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


def cause(row: Row) -> Cause:
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


def factor(row: Row, kind: str) -> Factor:
    return row.done(Factor(slug=row.text("id"), name=row.text("name"), kind=kind))


def condition(row: Row) -> Condition:
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


def red_flag(row: Row) -> RedFlag:
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


def oil(row: Row) -> Oil:
    return row.done(
        Oil(
            **item(row),
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


def home_care_tip(row: Row) -> HomeCareTip:
    return row.done(
        HomeCareTip(
            **item(row),
            category=row.text("category"),
            not_by_email=row.flag("not_by_email"),
            show_with_red_flags=row.flag("show_with_red_flags"),
        )
    )


def item(row: Row) -> dict[str, Any]:
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


def aftercare_tip(row: Row) -> AftercareTip:
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


def technique(row: Row) -> Technique:
    return row.done(
        Technique(
            slug=row.text("id"),
            name=row.text("name"),
            text=row.text("text"),
            inherits=row.text("inherits", ""),
            durations=row.numbers("duration_minutes"),
            default_minutes=row.take("default_minutes", int),
            session_note=row.text("session_note", ""),
            stone_temperature=stones(row.row("stone_temperature")) if "stone_temperature" in row.left else None,
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


def stones(row: Row) -> StoneTemperature:
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


def claim(row: Row) -> Claim:
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


def source(slug: str, raw: Any) -> Source:
    row = Row(raw, f"sources/{slug}")
    return row.done(
        Source(slug, row.text("citation"), row.text("url"), row.take("seen", bool), note=row.text("note", ""))
    )
