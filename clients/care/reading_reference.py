"""The sections of the file that the practice does not edit."""

from __future__ import annotations

from clients.care.reference import (
    Band,
    ConsentGuide,
    Convention,
    EmailRules,
    MeaningfulChange,
    OutcomeMeasure,
    Reference,
    Retention,
    SeedFact,
    UnusedMeasure,
)
from clients.care.yaml_row import CatalogueRow


def read_reference(meta: CatalogueRow, matching: CatalogueRow, file: CatalogueRow) -> Reference:
    """`meta` and the guidance for the practice.

    The words of `meta.matching` are kept for the page that explains the rules.
    """
    return Reference(
        title=meta.text("title"),
        version=meta.text("version"),
        date=meta.text("date"),
        disclaimer=meta.text("disclaimer"),
        review=meta.text("review"),
        grades=tuple((grade, str(words)) for grade, words in meta.row("evidence_grades").left.items()),
        matching=tuple((rule, str(words)) for rule, words in matching.left.items()),
        measures=tuple(read_measure(row) for row in file.rows("outcome_measures")),
        measures_not_used=tuple(
            row.done(UnusedMeasure(row.text("id"), row.text("reason")))
            for row in file.rows("outcome_measures_not_used")
        ),
        consent=read_consent(file.row("consent")),
        retention=read_retention(file.row("retention")),
        email_rules=read_email_rules(file.row("email_rules")),
        seed_coverage=tuple(
            row.done(SeedFact(row.text("seed"), row.text("fact"), row.slugs("represented_by")))
            for row in file.rows("seed_coverage")
        ),
    )


def read_measure(row: CatalogueRow) -> OutcomeMeasure:
    return row.done(
        OutcomeMeasure(
            slug=row.text("id"),
            name=row.text("name"),
            text=row.text("text"),
            items=row.take("items", int),
            item_text=row.texts("item_text"),
            min=row.take("min", int),
            max=row.take("max", int),
            higher_is_worse=row.take("higher_is_worse", bool),
            scoring=row.text("scoring"),
            change=read_change(row.row("mcid")),
            licence=row.text("licence"),
            sources=row.slugs("source"),
            bands=tuple(band.done(Band(band.text("label"), band.number("max"))) for band in row.rows("bands", [])),
            variants=row.texts("variants", []),
            anchors=row.texts("anchors", []),
            min_items=row.maybe_int("min_items"),
            max_items=row.maybe_int("max_items"),
        )
    )


def read_change(row: CatalogueRow) -> MeaningfulChange:
    low, high = row.take("range", list, []) or (None, None)
    return row.done(
        MeaningfulChange(
            points=row.number("points"),
            percent=row.maybe_number("percent"),
            low=low,
            high=high,
            single_activity_points=row.maybe_number("single_activity_points"),
            kind=row.text("kind", ""),
            note=row.text("note", ""),
        )
    )


def read_consent(row: CatalogueRow) -> ConsentGuide:
    return row.done(
        ConsentGuide(
            covers=row.texts("covers"),
            renewal=row.text("renewal"),
            hot_stone_extra_signature=row.take("hot_stone_extra_signature", bool),
            sources=row.slugs("source"),
        )
    )


def read_retention(row: CatalogueRow) -> Retention:
    return row.done(
        Retention(
            default_years_after_last_visit=row.take("default_years_after_last_visit", int),
            minors_until_age=row.take("minors_until_age", int),
            rule=row.text("rule"),
            conventions=tuple(
                each.done(
                    Convention(each.text("place"), each.text("rule"), each.slugs("source"), each.take("seen", bool))
                )
                for each in row.rows("conventions")
            ),
            note=row.text("note"),
        )
    )


def read_email_rules(row: CatalogueRow) -> EmailRules:
    return row.done(
        EmailRules(
            reminder=row.text("reminder"),
            aftercare=row.text("aftercare"),
            subject=row.text("subject"),
            medicines=row.text("medicines"),
            unsubscribe=row.text("unsubscribe"),
            timing=row.texts("timing"),
            sources=row.slugs("source"),
        )
    )
