"""The words of the care catalogue: what a client can tell, and what the advice rests on."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

Slugs = frozenset[str]
NO_SLUGS: Slugs = frozenset()


class Action(StrEnum):
    """What a ticked red flag asks for, the worst first (`meta.actions`)."""

    EMERGENCY = "emergency"
    DOCTOR = "doctor-before-massage"
    CAUTION = "caution"


@dataclass(frozen=True, slots=True)
class Symptom:
    """How it feels, in the client's words, with the conditions it implies and the red flags it calls for."""

    slug: str
    name: str
    text: str
    implies: Slugs = NO_SLUGS
    ask_red_flags: Slugs = NO_SLUGS
    from_seed: bool = False
    switched_off: bool = False


@dataclass(frozen=True, slots=True)
class Area:
    """A part of the body on the chart; `sides` are the answers it takes, `region` groups areas."""

    slug: str
    name: str
    text: str
    sides: tuple[str, ...]
    region: str
    from_seed: bool = False
    switched_off: bool = False


@dataclass(frozen=True, slots=True)
class Onset:
    """How long ago it began, in days from `min_days` to `max_days`; a modifier combines with another onset."""

    slug: str
    name: str
    text: str
    min_days: int | None
    max_days: int | None
    stage: str
    modifier: bool = False
    from_seed: bool = False
    switched_off: bool = False


@dataclass(frozen=True, slots=True)
class Cause:
    """What set it off, and the conditions that this implies."""

    slug: str
    name: str
    text: str
    group: str
    implies: Slugs = NO_SLUGS
    from_seed: bool = False
    switched_off: bool = False


@dataclass(frozen=True, slots=True)
class Factor:
    """What makes the pain worse (`aggravating`) or better (`relieving`). No rule reads it; the therapist does."""

    slug: str
    name: str
    kind: str
    switched_off: bool = False


@dataclass(frozen=True, slots=True)
class Condition:
    """A state of health that rules look at. `ask` is the question, `text` says why we ask."""

    slug: str
    name: str
    group: str
    ask: str
    text: str
    implies: Slugs = NO_SLUGS
    from_seed: bool = False
    switched_off: bool = False


@dataclass(frozen=True, slots=True)
class RedFlag:
    """A warning sign: its question, what a yes asks for, and the text the client then reads."""

    slug: str
    name: str
    question: str
    action: Action
    urgency: str
    text: str
    why: str
    sources: Slugs
    areas: Slugs = NO_SLUGS
    switched_off: bool = False


@dataclass(frozen=True, slots=True)
class Source:
    """Where a statement comes from. `seen` is False where it rests on prior knowledge."""

    slug: str
    citation: str
    url: str
    seen: bool
    note: str = ""


@dataclass(frozen=True, slots=True)
class Claim:
    """A statement of the seed articles, what the evidence says, the phrases to avoid and the honest wording."""

    slug: str
    seed: str
    seed_says: str
    finding: str
    avoid: tuple[str, ...]
    say: str
    refs: Slugs
    sources: Slugs
