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
from clients.care.rows import Row


def reference(meta: Row, matching: Row, file: Row) -> Reference:
    """`meta` and the house guidance; the words of `meta.matching` are kept for the page that explains the rules."""
    return Reference(
        title=meta.text("title"),
        version=meta.text("version"),
        date=meta.text("date"),
        disclaimer=meta.text("disclaimer"),
        review=meta.text("review"),
        grades=tuple((grade, str(words)) for grade, words in meta.row("evidence_grades").left.items()),
        matching=tuple((rule, str(words)) for rule, words in matching.left.items()),
        measures=tuple(measure(row) for row in file.rows("outcome_measures")),
        measures_not_used=tuple(
            row.done(UnusedMeasure(row.text("id"), row.text("reason")))
            for row in file.rows("outcome_measures_not_used")
        ),
        consent=consent(file.row("consent")),
        retention=retention(file.row("retention")),
        email_rules=email_rules(file.row("email_rules")),
        seed_coverage=tuple(
            row.done(SeedFact(row.text("seed"), row.text("fact"), row.slugs("represented_by")))
            for row in file.rows("seed_coverage")
        ),
    )


def measure(row: Row) -> OutcomeMeasure:
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
            change=change(row.row("mcid")),
            licence=row.text("licence"),
            sources=row.slugs("source"),
            bands=tuple(band.done(Band(band.text("label"), band.number("max"))) for band in row.rows("bands", [])),
            variants=row.texts("variants", []),
            anchors=row.texts("anchors", []),
            min_items=row.maybe_int("min_items"),
            max_items=row.maybe_int("max_items"),
        )
    )


def change(row: Row) -> MeaningfulChange:
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


def consent(row: Row) -> ConsentGuide:
    return row.done(
        ConsentGuide(
            covers=row.texts("covers"),
            renewal=row.text("renewal"),
            hot_stone_extra_signature=row.take("hot_stone_extra_signature", bool),
            sources=row.slugs("source"),
        )
    )


def retention(row: Row) -> Retention:
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


def email_rules(row: Row) -> EmailRules:
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
