"""The scales of the care catalogue: how far a danger holds back, what warning signs ask for, how sure we are; and the
kinds of what carries dangers."""

from enum import StrEnum


class Level(StrEnum):
    """What the bars allow, most severe first."""

    NEVER = "never"
    CLEARANCE = "clearance"
    LOCAL = "local"
    CAUTION = "caution"
    OK = "ok"

    @property
    def rank(self) -> int:
        """0 for the most severe."""
        return SEVERITY[self]

    @property
    def holds_back(self) -> bool:
        """Whether nothing that carries the danger may be given without a doctor's word, if at all."""
        return self in (Level.NEVER, Level.CLEARANCE)


SEVERITY = {level: rank for rank, level in enumerate(Level)}


class Triage(StrEnum):
    """What the warning signs ask for, the worst first."""

    EMERGENCY = "emergency"
    DOCTOR = "doctor-before-massage"
    CAUTION = "caution"
    OK = "ok"

    @property
    def rank(self) -> int:
        """0 for the worst."""
        return URGENCY[self]

    @property
    def allows_massage(self) -> bool:
        """Whether a massage may be thought of at all."""
        return self in (Triage.CAUTION, Triage.OK)


URGENCY = {action: rank for rank, action in enumerate(Triage)}


class Grade(StrEnum):
    """How sure we are, best first."""

    STRONG = "strong"
    MODERATE = "moderate"
    WEAK = "weak"
    TRADITIONAL = "traditional"
    AGAINST = "against"


GRADE_RANK = {grade: rank for rank, grade in enumerate(Grade)}


class Kind(StrEnum):
    """The kinds of item that carry dangers."""

    TECHNIQUE = "technique"
    ADDON = "addon"
    OIL = "oil"
    TIP = "tip"
    TEXT = "text"
