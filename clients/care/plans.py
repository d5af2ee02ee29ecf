"""What the engine answers: one frozen value that shows its work."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from clients.care.entries import NO_SLUGS, Recommendation, Slugs
from clients.care.levels import Level, Triage

MAIL_MOMENTS = ("before", "after", "next-day", "call", "room", "rebook")
NO_MAILS: Mapping[str, tuple[str, ...]] = dict.fromkeys(MAIL_MOMENTS, ())
YES, CHECKED, ASSUMED, TOLD = "yes", "checked", "assumed", "told"
FLAG, CONDITION = "red_flag", "condition"


@dataclass(frozen=True, slots=True, order=True)
class Reason:
    """What a condition does to an item. No condition: the triage itself. `to`: "both", or "therapist" only.

    `sets_dose`: it says how much, in place of the item's dose.
    """

    rank: int
    condition: str
    reason: str
    level: Level = field(compare=False)
    to: str = field(compare=False, default="both")
    sets_dose: bool = field(compare=False, default=False)

    @property
    def for_client(self) -> bool:
        """Whether the client may read it."""
        return self.to == "both"


@dataclass(frozen=True, slots=True)
class Clash:
    """Held back because of the technique, not of the client's health: warmth and a stinging oil."""

    technique: str
    reason: str
    level: Level = Level.NEVER
    to: str = "both"


@dataclass(frozen=True, slots=True)
class Verdict:
    """How far an item may be given, with every reason, the most severe first."""

    level: Level
    because: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class TriageCause:
    """What led to the triage: a warning sign or a condition, what it asks for, and how it was learnt.

    `how`: "yes", "checked" (known, and looked at by a doctor), "assumed" (until answered) or "told" (a condition).
    """

    slug: str
    kind: str
    action: Triage
    how: str


@dataclass(frozen=True, slots=True)
class TriageResult:
    """What the warning signs ask for, and which questions are open; `counted` are the signs that hold."""

    action: Triage
    because: tuple[TriageCause, ...]
    questions: tuple[str, ...]
    counted: Slugs

    @property
    def stops(self) -> tuple[TriageCause, ...]:
        """What asks for help or a doctor by a yes or a told condition; what is assumed until answered is a question."""
        return tuple(each for each in self.because if each.how != ASSUMED and not each.action.allows_massage)

    @property
    def provisional(self) -> bool:
        """Whether a safety question is open: then nothing is released to the client."""
        return bool(self.questions)


@dataclass(frozen=True, slots=True)
class Because:
    """The client's answers that call for an item, each in the order of the file."""

    symptoms: tuple[str, ...] = ()
    causes: tuple[str, ...] = ()
    areas: tuple[str, ...] = ()
    onset: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ProposedOil:
    """An oil. `percent` of the finished dilution (None: used as it is); `use`: in the session only, or any."""

    slug: str
    percent: float | None
    use: str
    because: Because
    caution: tuple[Reason, ...]
    review: bool


@dataclass(frozen=True, slots=True)
class ProposedTip:
    """A tip; with `review` it waits for the therapist, `wait_hours` after the session it may be done."""

    slug: str
    role: str
    because: Because
    caution: tuple[Reason, ...]
    review: bool
    email: bool
    wait_hours: int = 0


@dataclass(frozen=True, slots=True)
class Blend:
    """All essential oils together, in percent of the finished oil, and the conditions that lowered it."""

    percent: float
    because: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Withheld:
    """A candidate held back, with every reason."""

    slug: str
    because: tuple[Reason | Clash, ...]


@dataclass(frozen=True, slots=True)
class Dropped:
    """An oil that is already contained in one taken."""

    slug: str
    instead_of: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """The whole answer. `conditions` are all that hold; `implied` those that the client did not tell."""

    triage: TriageResult
    conditions: Slugs
    implied: tuple[str, ...]
    services: Mapping[str, Verdict]
    addons: Mapping[str, Verdict]
    goal: str
    technique: str | None = None
    recommended: Recommendation | None = None
    alternatives: tuple[Recommendation, ...] = ()
    oils: tuple[ProposedOil, ...] = ()
    carrier: str | None = None
    blend: Blend | None = None
    home_care: tuple[ProposedTip, ...] = ()
    open: str | None = None
    more: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    one_thing: str | None = None
    withheld_oils: tuple[Withheld, ...] = ()
    withheld_home_care: tuple[Withheld, ...] = ()
    dropped: tuple[Dropped, ...] = ()
    mails: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: dict(NO_MAILS))
    claims: tuple[str, ...] = ()
    shown: Slugs = NO_SLUGS
