"""What ships with the catalogue and is not the practice's to edit.

Measures scored as published, and guidance for the practice.
"""

from __future__ import annotations

from dataclasses import dataclass

from clients.care.terms import Slugs


@dataclass(frozen=True, slots=True)
class Band:
    """A label for scores up to and including `max`."""

    label: str
    max: float


@dataclass(frozen=True, slots=True)
class MeaningfulChange:
    """How much change counts: points of the scale, or percent of the first score."""

    points: float
    percent: float | None = None
    low: float | None = None
    high: float | None = None
    single_activity_points: float | None = None
    kind: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeMeasure:
    """A questionnaire, scored as its authors documented it."""

    slug: str
    name: str
    text: str
    items: int
    item_text: tuple[str, ...]
    min: int
    max: int
    higher_is_worse: bool
    scoring: str
    change: MeaningfulChange
    licence: str
    sources: Slugs
    bands: tuple[Band, ...] = ()
    variants: tuple[str, ...] = ()
    anchors: tuple[str, ...] = ()
    min_items: int | None = None
    max_items: int | None = None


@dataclass(frozen=True, slots=True)
class UnusedMeasure:
    """A questionnaire left out, and why (licences)."""

    slug: str
    reason: str


@dataclass(frozen=True, slots=True)
class ConsentGuide:
    """What an informed consent must cover."""

    covers: tuple[str, ...]
    renewal: str
    hot_stone_extra_signature: bool
    sources: Slugs


@dataclass(frozen=True, slots=True)
class Convention:
    """How long records are kept in one place."""

    place: str
    rule: str
    sources: Slugs
    seen: bool


@dataclass(frozen=True, slots=True)
class Retention:
    """The default periods, in years, and the conventions they come from."""

    default_years_after_last_visit: int
    minors_until_age: int
    rule: str
    conventions: tuple[Convention, ...]
    note: str


@dataclass(frozen=True, slots=True)
class EmailRules:
    """What a mail may say."""

    reminder: str
    aftercare: str
    subject: str
    medicines: str
    unsubscribe: str
    timing: tuple[str, ...]
    sources: Slugs


@dataclass(frozen=True, slots=True)
class SeedFact:
    """A fact of the two seed articles, and the slugs that carry it."""

    seed: str
    fact: str
    represented_by: Slugs


@dataclass(frozen=True, slots=True)
class Reference:
    """All of it, with the file's own words about itself."""

    title: str
    version: str
    date: str
    disclaimer: str
    review: str
    grades: tuple[tuple[str, str], ...]
    matching: tuple[tuple[str, str], ...]
    measures: tuple[OutcomeMeasure, ...]
    measures_not_used: tuple[UnusedMeasure, ...]
    consent: ConsentGuide
    retention: Retention
    email_rules: EmailRules
    seed_coverage: tuple[SeedFact, ...]
