"""The sections of the care catalogue as its file writes them, beside the entries: meta, plan, oils, form, mails."""

from __future__ import annotations

from functools import cached_property
from typing import Any, Literal

from pydantic import Field

from clients.care.entries import (
    AddOnKind,
    AftercareText,
    Area,
    Cause,
    Condition,
    Entry,
    Factor,
    Goal,
    Group,
    Item,
    Name,
    Oil,
    Onset,
    Part,
    Recommendation,
    RedFlag,
    Role,
    Slug,
    Symptom,
    Tag,
    Technique,
    Text,
    Tip,
)
from clients.care.levels import Level, Triage


class LevelWords(Part):
    """How a level reads, for the client and for the therapist."""

    name: Name
    therapist: Text


class ActionWords(Part):
    """What a triage asks for: `level` is the mildest that a service or add-on may have under it."""

    rank: int
    level: Level | None = None
    client: Text
    therapist: Text


class PlanShape(Part):
    """How many tips of which role make a plan, and in which order they are chosen."""

    max_tips: dict[Goal, int]
    slots: dict[Goal, tuple[Role | Literal["named"], ...]]
    caps: dict[Role, int]
    one_thing_order: dict[Goal, tuple[Role, ...]]
    outside: dict[Role, int]


class StrengthLimit(Part):
    """The most of all essential oils together, in percent, with any of these conditions."""

    percent: float
    conditions: tuple[Slug, ...]


class LegalNote(Part):
    """What the law of a region says about oils."""

    region: str
    text: Text
    source: tuple[Slug, ...]


class OilRules(Part):
    """What holds for every blend."""

    max_scented: int
    fallback: Slug
    conflict: dict[Slug, Slug]
    wait_hours_after_heat: int
    blend_percent: float
    blend_limits: tuple[StrengthLimit, ...]
    blend_note: Text
    safety_text: Text
    safety_source: tuple[Slug, ...]
    new_item_tags: dict[str, tuple[Slug, ...]]
    legal: tuple[LegalNote, ...]


class Regions(Part):
    """Which countries share a law, which read American words, and the emergency numbers."""

    uk: tuple[str, ...] = Field(alias="UK")
    eu: tuple[str, ...] = Field(alias="EU")
    us_words: tuple[str, ...]
    emergency: dict[str, str]


class Derived(Part):
    """A condition that is counted, not asked: from the age in years or the weeks of pregnancy, ends included."""

    condition: Slug
    age_max: int | None = None
    weeks_min: int | None = None
    weeks_max: int | None = None


class OwnWords(Part):
    """What an allergy in own words means: `condition` is counted for any, `scented` where it names a scented oil.

    With a word of `denies`, and all words among `besides`, there is none. `speaks`: how words begin by which an alert
    speaks of a reaction. `reason`: why a named oil is barred.
    """

    condition: Slug
    scented: Slug
    reason: Text
    denies: tuple[Text, ...]
    besides: tuple[Text, ...]
    speaks: tuple[Text, ...]


class Renamed(Part):
    """Slugs of version 1: what each is called now; "ask again" is a note for the next time."""

    conditions: dict[str, tuple[str, ...]]
    red_flags: dict[str, tuple[str, ...]]
    home_care: dict[str, tuple[str, ...]]


class Meta(Part):
    """The edition, and the rules that belong to no entry."""

    title: Text
    version: str
    date: str
    language: str
    reading_level: str
    disclaimer: Text
    review: Text
    checked: str
    evidence_grades: dict[str, Text]
    actions: dict[Triage, ActionWords]
    plan: PlanShape
    oils: OilRules
    regions: Regions
    onset_note: Text
    outside_complaint: tuple[Slug, ...]
    derived: tuple[Derived, ...]
    own_words: OwnWords
    renamed: Renamed


class IntakeField(Part):
    """A question of the health form beyond the group gates; `form` is the shortest form that asks it."""

    id: Slug
    page: Slug
    form: Literal["short", "full"]
    ask: Text
    kind: str
    options: tuple[str, ...] = ()
    shown: str = ""
    acts: str


class IntakeShape(Part):
    """The pages and questions of the health form, and how many words each form may show."""

    word_budget: dict[str, int]
    pages: tuple[Slug, ...]
    fields: tuple[IntakeField, ...]


class MailRules(Part):
    """What the mails around a session may say, and how much (`words`)."""

    words: dict[str, int]
    texts_per_mail: int
    reminder: Text
    aftercare: Text
    next_day: Text
    heat: Text
    stop: Text
    clearance: Text
    medicines: Text
    subject: Text
    quiet_hours: Text
    unsubscribe: Text


class Claim(Part):
    """A statement of the seed articles: what was found, and what we say."""

    id: Slug
    name: str = ""
    seed: Slug
    seed_says: Text
    finding: Text
    say: Text
    refs: tuple[Slug, ...]
    source: tuple[Slug, ...]


class Source(Part):
    """Where a statement comes from. `unverified`: not read in the original."""

    cite: Text
    doi: str = ""
    url: str = ""
    unverified: bool = False

    @property
    def link(self) -> str:
        """Its address, empty where there is none."""
        return f"https://doi.org/{self.doi}" if self.doi else self.url


class SeedFact(Part):
    """A fact of a seed article, where the catalogue says it, and answers that bring it up."""

    seed: Slug
    fact: Text
    shows: tuple[Slug, ...]
    answers: dict[str, Any]
    more: tuple[dict[str, Any], ...] = ()


class OutcomeMeasure(Entry):
    """A measure of how it goes, with its questions and how it is scored."""

    text: Text
    items: int
    item_text: tuple[Text, ...]
    variants: tuple[Text, ...] = ()
    min: int
    max: int
    higher_is_worse: bool
    scoring: Text
    bands: tuple[dict[str, Any], ...] = ()
    mcid: dict[str, Any]
    licence: Text
    source: tuple[Slug, ...]
    anchors: tuple[Text, ...] = ()
    min_items: int | None = None
    max_items: int | None = None


class UnusedMeasure(Part):
    """A measure that is not used, and why."""

    id: Slug
    reason: Text


class Sections(Part):
    """The whole file: each section in its own order."""

    meta: Meta
    tags: dict[Slug, Tag]
    levels: dict[Level, LevelWords]
    groups: tuple[Group, ...]
    symptoms: tuple[Symptom, ...]
    areas: tuple[Area, ...]
    onset: tuple[Onset, ...]
    causes: tuple[Cause, ...]
    aggravating_factors: tuple[Factor, ...]
    relieving_factors: tuple[Factor, ...]
    conditions: tuple[Condition, ...]
    red_flags: tuple[RedFlag, ...]
    oils: tuple[Oil, ...]
    home_care: tuple[Tip, ...]
    techniques: tuple[Technique, ...]
    recommendations: tuple[Recommendation, ...]
    addons: tuple[AddOnKind, ...]
    aftercare: tuple[AftercareText, ...]
    intake: IntakeShape
    claims: tuple[Claim, ...]
    mail_rules: MailRules
    outcome_measures: tuple[OutcomeMeasure, ...]
    outcome_measures_not_used: tuple[UnusedMeasure, ...]
    consent: dict[str, Any]
    retention: dict[str, Any]
    seed_coverage: tuple[SeedFact, ...]
    sources: dict[Slug, Source]

    @cached_property
    def items(self) -> tuple[Item, ...]:
        """Everything that carries dangers."""
        return (*self.techniques, *self.addons, *self.oils, *self.home_care, *self.aftercare)
