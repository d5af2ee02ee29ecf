"""The entries of the care catalogue: words, dangers and advice, as the file writes them. Read strictly by pydantic.

The rule book is docs/care.md; the fields are explained there. Every entry is frozen and knows nothing of the others;
what must hold between entries is checked by `clients.care.checks`.
"""

from __future__ import annotations

from functools import cached_property
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from clients.care.levels import Grade, Kind, Level, Triage

Slug = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)]
Text = Annotated[str, Field(min_length=1, max_length=2000)]
Name = Annotated[str, Field(min_length=1, max_length=120)]
Percent = Annotated[float, Field(gt=0, le=100)]
Slugs = frozenset[str]
NO_SLUGS: Slugs = frozenset()
Role = Literal["open", "safety", "relief", "move", "habit", "care", "more"]
Goal = Literal["complaint", "relax"]


class Part(BaseModel):
    """What the file writes as a mapping; an unknown key is an error, for a misspelt rule would be a lost one."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", strict=True, populate_by_name=True, ignored_types=(cached_property,)
    )


class Entry(Part):
    """Whatever has a slug."""

    id: Slug
    name: Name
    from_seed: bool = False


# The dimensions of what is known of a client that a line of a gate can name.
DIMENSIONS = (
    *("symptoms", "areas", "body", "onset", "causes", "cause_group", "conditions", "aggravating", "relieving"),
    *("flags", "goal", "technique", "level", "triage", "tips"),
)


class GateLine(Part):
    """Conditions that must all hold. A list holds if any of it is among the client's; `not_x` if none is."""

    symptoms: tuple[Slug, ...] = ()
    all_symptoms: tuple[Slug, ...] = ()
    areas: tuple[Slug, ...] = ()
    not_only_areas: tuple[Slug, ...] = ()
    body: tuple[Slug, ...] = ()
    onset: tuple[Slug, ...] = ()
    causes: tuple[Slug, ...] = ()
    cause_group: tuple[Slug, ...] = ()
    conditions: tuple[Slug, ...] = ()
    aggravating: tuple[Slug, ...] = ()
    relieving: tuple[Slug, ...] = ()
    flags: tuple[Slug, ...] = ()
    goal: tuple[Literal["complaint", "relax"], ...] = ()
    technique: tuple[Slug, ...] = ()
    level: tuple[Level, ...] = ()
    triage: tuple[Triage, ...] = ()
    tips: tuple[Slug, ...] = ()
    not_symptoms: tuple[Slug, ...] = ()
    not_areas: tuple[Slug, ...] = ()
    not_body: tuple[Slug, ...] = ()
    not_onset: tuple[Slug, ...] = ()
    not_causes: tuple[Slug, ...] = ()
    not_cause_group: tuple[Slug, ...] = ()
    not_conditions: tuple[Slug, ...] = ()
    not_aggravating: tuple[Slug, ...] = ()
    not_relieving: tuple[Slug, ...] = ()
    not_flags: tuple[Slug, ...] = ()
    not_technique: tuple[Slug, ...] = ()
    age_min: int | None = None
    age_max: int | None = None
    pain_min: int | None = None
    pain_max: int | None = None
    complaint: Literal[True] | None = None
    first_visit: bool | None = None

    @cached_property
    def any_of(self) -> tuple[tuple[str, Slugs], ...]:
        """The dimensions that it names, each with the slugs of which any must hold."""
        named = (name for name in DIMENSIONS if name in self.model_fields_set)
        return tuple((name, frozenset(getattr(self, name))) for name in named)

    @cached_property
    def none_of(self) -> tuple[tuple[str, Slugs], ...]:
        """The dimensions that it names, each with the slugs of which none may hold."""
        named = (name for name in DIMENSIONS if f"not_{name}" in self.model_fields_set)
        return tuple((name, frozenset(getattr(self, f"not_{name}"))) for name in named)

    @cached_property
    def says_more(self) -> bool:
        """Whether it names anything beside these."""
        return len(self.any_of) + len(self.none_of) < len(self.model_fields_set)


Gate = tuple[GateLine, ...]


class Tag(Part):
    """A danger. `surface`: what carries it can be done on another place instead."""

    name: Name
    means: Text
    surface: bool = False


class Group(Part):
    """Conditions asked behind one yes/no question."""

    id: Slug
    gate: Text
    name: Name


class Implication(Part):
    """A condition that an answer implies: with one of these onsets if given, and without any of `unless`."""

    condition: Slug
    onset: tuple[Slug, ...] = ()
    unless: tuple[Slug, ...] = ()


class Symptom(Entry):
    """How it feels."""

    text: Text
    pain: bool = False
    implies: tuple[Implication, ...] = ()


class Area(Entry):
    """A place on the body chart."""

    text: Text
    region: Literal["neck", "spine", "trunk", "arm", "leg"]
    centre: bool = False

    @property
    def sides(self) -> tuple[str, ...]:
        """The sides that a mark on it can be on."""
        return ("left", "right", "both", "centre") if self.centre else ("left", "right", "both")


class Onset(Entry):
    """Since when, in days. A modifier joins another onset."""

    text: Text
    min_days: int | None
    max_days: int | None
    stage: Literal["acute", "subacute", "chronic", "recurrent"] = Field(alias="class")
    modifier: bool = False


class Cause(Entry):
    """What may have set it off."""

    text: Text
    group: Slug
    implies: tuple[Implication, ...] = ()


class Factor(Entry):
    """What makes it worse or better."""


class Bar(Part):
    """What a condition does to dangers: one level for these tags, and why. `to`: only the therapist reads it.

    `unknown`: the level of a local bar while no place is known. `sets_dose`: the reason says how much, in place of the
    item's dose.
    """

    never: tuple[Slug, ...] = ()
    clearance: tuple[Slug, ...] = ()
    local: tuple[Slug, ...] = ()
    caution: tuple[Slug, ...] = ()
    reason: Text
    unknown: Level | None = None
    except_kinds: tuple[Kind, ...] = ()
    to: Literal["therapist", "both"] = "both"
    sets_dose: bool = False
    source: tuple[Slug, ...] = ()

    @model_validator(mode="after")
    def _has_one_level(self) -> Bar:
        if sum(bool(getattr(self, level)) for level in ("never", "clearance", "local", "caution")) != 1:
            raise ValueError("a bar has exactly one of never, clearance, local and caution, with at least one tag")
        if self.unknown and not self.local:
            raise ValueError("only a local bar can say what holds while the place is unknown")
        return self

    @cached_property
    def level(self) -> Level:
        """The level it puts on what carries one of its tags."""
        return next(level for level in Level if level is not Level.OK and getattr(self, level))

    @cached_property
    def tags(self) -> Slugs:
        """The dangers it bars."""
        return frozenset(getattr(self, self.level))


class Condition(Entry):
    """A fact, how it is asked (not if `counted`), what it bars. `named_by`: in own words. `help`: when to call."""

    group: Slug
    ask: Text
    text: str = ""
    triage: Triage | None = None
    implies: tuple[Slug, ...] = ()
    where: bool = False
    default_where: Literal["painful"] | tuple[Slug, ...] = ()
    gives_where: dict[Slug, tuple[Slug, ...]] = {}
    lasts_days: int | None = None
    ask_when: Gate | None = None
    asked_as: Slug | None = None
    counted: bool = False
    named_by: tuple[Text, ...] = ()
    help: str = ""
    bars: tuple[Bar, ...]


class RedFlag(Entry):
    """A warning sign: when it is asked, what a yes asks for, and what the client then reads."""

    question: Text
    action: Triage
    urgency: Slug
    booking: bool = False
    checked: Triage | None = None
    assumed: Triage | None = None
    ask_when: Gate
    assume_when: Gate | None = None
    text: Text
    why: Text
    source: tuple[Slug, ...]


class Evidence(Part):
    """How sure we are, why, by which sources, and when somebody last compared it with them (year-month)."""

    grade: Grade
    note: Text
    source: tuple[Slug, ...]
    checked: Annotated[str, Field(pattern=r"^\d{4}-\d{2}$")]


class Fit(Part):
    """The answers that an item suits; they rank it."""

    symptoms: tuple[Slug, ...] = ()
    causes: tuple[Slug, ...] = ()
    onset: tuple[Slug, ...] = ()
    areas: tuple[Slug, ...] = ()
    aggravating: tuple[Slug, ...] = ()
    relieving: tuple[Slug, ...] = ()
    conditions: tuple[Slug, ...] = ()


class ItemRule(Part):
    """What one condition means for one item, beyond its tags. True exceptions only."""

    condition: Slug
    level: Level
    reason: Text


class Item(Entry):
    """Whatever can be given or said, with the dangers it carries."""

    tags: tuple[Slug, ...]
    text: Text
    rules: tuple[ItemRule, ...] = ()
    off_by_default: bool = False
    off_in_regions: tuple[str, ...] = ()
    review: bool = False


class Oil(Item):
    """An oil, a blend, a carrier, or none. Percentages are of the finished dilution. `aliases`: its other names."""

    kind: Literal["essential-oil", "blend", "infused-oil", "carrier", "none"]
    latin: str
    aliases: tuple[Text, ...] = ()
    contains: tuple[Slug, ...] = ()
    fit: Fit = Fit()
    when: Gate | None = None
    relax: bool = False
    max_percent: Percent | None = None
    max_note: str = ""
    unverified: bool = False
    house_percent: Percent = 100.0
    allergens: tuple[Text, ...] = ()
    dose: Text
    legal: str = ""
    evidence: Evidence

    @property
    def is_diluted(self) -> bool:
        """Whether it counts in the total of a blend: carriers and infused oils are used as they are."""
        return self.kind in ("essential-oil", "blend")

    @property
    def is_proposed(self) -> bool:
        """Whether it is ranked with the oils: a carrier is for the others, "none" for when no oil suits."""
        return self.kind not in ("carrier", "none")


class Tip(Item):
    """Something the client does at home. `picture_for`: the marked places that its drawing fits; without, all."""

    role: Role
    when: Gate
    fit: Fit = Fit()
    answers: tuple[Slug, ...] = ()
    acts_on: Literal["painful", "all"] | tuple[Slug, ...] = "painful"
    now: bool = False
    urgent_when: Gate = ()
    instead: Slug | None = None
    only_instead: bool = False
    with_stop: bool = False
    stop_text: str = ""
    steps: tuple[Text, ...] = ()
    picture: Slug | None = None
    picture_text: str = ""
    picture_for: tuple[Slug, ...] = ()
    video: str = ""
    dose: str = ""
    email: bool = True
    evidence: Evidence


class AftercareText(Item):
    """A sentence for before or after a session."""

    moment: Literal["before", "after", "next-day", "call", "room", "rebook"]
    techniques: tuple[Slug, ...] = ()
    rank: int
    topic: Slug
    when: Gate | None = None
    evidence: Evidence


class StoneSettings(Part):
    """How hot stones may be, in degrees Celsius, and the rules for handling them."""

    stone_bath_max_c: int
    moving_stone_max_c: int
    placed_stone_max_c: int
    placed_max_minutes: int
    reduced_heat_max_c: int
    reduced_heat_for: tuple[Slug, ...]
    why: Text
    unverified: bool = False
    source: tuple[Slug, ...]
    rules: tuple[Text, ...]


class Technique(Item):
    """A kind of massage. What the practice sells (minutes, price) is a service."""

    minutes: tuple[int, ...]
    default_minutes: int
    settings: StoneSettings | None = None
    evidence: Evidence

    @property
    def uses_stones(self) -> bool:
        """Whether it is given with hot stones, which need a kit."""
        return self.settings is not None


class AddOnKind(Item):
    """Something added to a massage, such as warm towels."""


class Recommendation(Entry):
    """A massage with its length and rhythm, for whom its gate opens and whose level is among `levels`."""

    technique: Slug
    levels: tuple[Level, ...]
    when: Gate
    minutes: int
    every_days: int
    visits: int
    because: Text
    evidence: Evidence
    off_by_default: bool = False
