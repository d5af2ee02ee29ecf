"""What a person asks for, as plain values."""

import datetime as dt
from dataclasses import dataclass, field, replace

from django.utils import timezone

from clients.care.passing import lasting_conditions_of, still_valid_conditions
from clinic.records.written_reason import require_reason


@dataclass(frozen=True, kw_only=True)
class PersonDetails:
    """Who books, as typed: a new client, or one whose file is found by name and address."""

    first_name: str
    last_name: str
    email: str
    phone: str = ""
    apart_from: tuple[int, ...] = ()
    """Keys of files that look like theirs, of which somebody at the desk says that they are of other people."""


@dataclass(frozen=True, kw_only=True)
class SafetyAnswers:
    """The answers to the safety question, as catalogue slugs."""

    conditions: frozenset[str] = field(default_factory=frozenset)
    red_flags: frozenset[str] = field(default_factory=frozenset)
    retracted: frozenset[str] = field(default_factory=frozenset)
    """What was ticked first in this booking and then taken back: for the therapist to read, judged by nobody."""
    told_at: dt.datetime | None = None
    """When it was told; without, now. What passes counts from then."""

    def at(self, start: dt.datetime | None) -> "SafetyAnswers":
        """The answers that still hold at `start`; without a start, those that do not pass by themselves."""
        if start is None:
            return replace(self, conditions=lasting_conditions_of(self.conditions))
        told_at = self.told_at or timezone.now()
        return replace(self, conditions=still_valid_conditions(self.conditions, told_at=told_at, at=start))


@dataclass(frozen=True, kw_only=True)
class RuleOverride:
    """The desk sets hours, notice, horizon, grid and limits aside; why is kept. An overlap can never be set aside.

    Raises Refusal (`reason_needed`) where the reason is no sentence.
    """

    reason: str

    def __post_init__(self) -> None:
        require_reason(self.reason, field="override_reason")
