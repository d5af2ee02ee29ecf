"""What the catalogue can advise: oils, home care, aftercare and techniques, with the rules that guard them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from clients.care.regions import places_of
from clients.care.terms import NO_SLUGS, Slugs

DIMENSIONS = ("symptoms", "causes", "onset", "areas")
# Best first: the order breaks ties in the ranking (`meta.matching.rank`).
GRADES = ("strong", "moderate", "weak", "traditional", "against")
CARRIER = "carrier"
OIL_KINDS = ("blend", "essential-oil", "infused-oil", CARRIER)


class Level(StrEnum):
    """How a technique suits a state of health. Worst first: `meta.matching.services` takes the first one hit."""

    NEVER = "never_when"
    CLEARANCE = "clearance_when"
    LOCAL_AVOID = "local_avoid_when"
    CAUTION = "caution_when"
    OK = "ok"


@dataclass(frozen=True, slots=True)
class Rule:
    """A condition and the sentence that says why it matters here."""

    condition: str
    reason: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """How sure we are: one of GRADES, in words, and the sources."""

    grade: str
    note: str
    sources: Slugs


@dataclass(frozen=True, slots=True)
class AppliesWhen:
    """The answers that make an item a candidate or add to its rank."""

    always: bool = False
    symptoms: Slugs = NO_SLUGS
    causes: Slugs = NO_SLUGS
    onset: Slugs = NO_SLUGS
    areas: Slugs = NO_SLUGS


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """What oils and home care share."""

    slug: str
    name: str
    text: str
    applies_when: AppliesWhen
    never_when: tuple[Rule, ...]
    caution_when: tuple[Rule, ...]
    dose: str
    evidence: Evidence
    requires: Slugs = NO_SLUGS
    never_with: Slugs = NO_SLUGS
    off_by_default: bool = False
    off_in_regions: Slugs = NO_SLUGS
    needs_therapist_review: bool = False
    from_seed: bool = False
    # The practice's own switches; the shipped file never sets them.
    switched_off: bool = False
    switched_on: bool = False

    def is_off(self, region: str | None) -> bool:
        """Whether the item is not offered in `region`, or in the country that it names. The practice may switch on what
        ships switched off, but a ban (the law on wintergreen in the EU and UK) holds whatever the practice says."""
        if self.switched_off or not places_of(region).isdisjoint(self.off_in_regions):
            return True
        return self.off_by_default and not self.switched_on


@dataclass(frozen=True, slots=True, kw_only=True)
class Oil(Item):
    """An oil, blend or carrier; percentages are of the finished dilution."""

    kind: str
    latin: str
    max_dermal_percent: float | None
    max_source: str
    max_verified: bool
    house_max_percent: float
    heat_ok: bool
    photosensitising: bool
    contains: Slugs = NO_SLUGS
    legal_note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HomeCareTip(Item):
    """Something the client does at home."""

    category: str
    not_by_email: bool = False
    show_with_red_flags: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AftercareTip:
    """Words for before or after a session; `send_offset_hours` counts from its end (before its start: negative)."""

    slug: str
    name: str
    when: str
    techniques: Slugs
    send_offset_hours: int
    text: str
    applies_when: AppliesWhen
    never_when: tuple[Rule, ...]
    caution_when: tuple[Rule, ...]
    dose: str
    evidence: Evidence
    email_ok: bool
    from_seed: bool = False
    switched_off: bool = False


@dataclass(frozen=True, slots=True)
class StoneTemperature:
    """The water bath of hot stones, degrees Celsius."""

    bath_min_c: int
    bath_target_c: int
    bath_max_c: int
    reduced_heat_max_c: int
    note: str
    sources: Slugs


@dataclass(frozen=True, slots=True, kw_only=True)
class Technique:
    """A way of massage (the file's `services`). Its rules are its own; the index joins the inherited ones."""

    slug: str
    name: str
    text: str
    durations: tuple[int, ...]
    default_minutes: int
    applies_when: AppliesWhen
    never_when: tuple[Rule, ...]
    clearance_when: tuple[Rule, ...]
    local_avoid_when: tuple[Rule, ...]
    caution_when: tuple[Rule, ...]
    contraindication_sources: Slugs
    dose: str
    evidence: Evidence
    inherits: str = ""
    session_note: str = ""
    stone_temperature: StoneTemperature | None = None
    equipment_rules: tuple[str, ...] = ()
    from_seed: bool = False
    switched_off: bool = False

    def rules(self, level: Level) -> tuple[Rule, ...]:
        """Its own rules at one level (none at OK)."""
        return {
            Level.NEVER: self.never_when,
            Level.CLEARANCE: self.clearance_when,
            Level.LOCAL_AVOID: self.local_avoid_when,
            Level.CAUTION: self.caution_when,
        }.get(level, ())
