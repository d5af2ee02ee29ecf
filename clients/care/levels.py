"""The scales of the care catalogue: how far a danger holds back, what warning signs ask for, how sure we are; and the
kinds of what carries dangers."""

from enum import StrEnum


class Scale(StrEnum):
    """Words from one end to the other; `rank` counts from 0."""

    rank: int

    def __init__(self, _word: str) -> None:
        self.rank = len(type(self).__members__)


class Level(Scale):
    """What the bars allow, most severe first."""

    NEVER = "never"
    CLEARANCE = "clearance"
    LOCAL = "local"
    CAUTION = "caution"
    OK = "ok"

    @property
    def holds_back(self) -> bool:
        """Whether nothing that carries the danger may be given without a doctor's word, if at all."""
        return self in (Level.NEVER, Level.CLEARANCE)


class Triage(Scale):
    """What the warning signs ask for, the worst first."""

    EMERGENCY = "emergency"
    DOCTOR = "doctor-before-massage"
    CAUTION = "caution"
    OK = "ok"

    @property
    def allows_massage(self) -> bool:
        """Whether a massage may be thought of at all."""
        return self in (Triage.CAUTION, Triage.OK)


class Grade(Scale):
    """How sure we are, best first."""

    STRONG = "strong"
    MODERATE = "moderate"
    WEAK = "weak"
    TRADITIONAL = "traditional"
    AGAINST = "against"


class Kind(StrEnum):
    """The kinds of item that carry dangers."""

    TECHNIQUE = "technique"
    ADDON = "addon"
    OIL = "oil"
    TIP = "tip"
    TEXT = "text"
