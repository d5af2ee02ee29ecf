"""What the engine answers: one frozen value that shows its work."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from clients.care.items import Rule
from clients.care.levels import ServiceLevel, Triage
from clients.care.terms import Slugs


@dataclass(frozen=True, slots=True)
class Because:
    """The client's answers that matched, each in the order of the file."""

    symptoms: tuple[str, ...] = ()
    causes: tuple[str, ...] = ()
    onset: tuple[str, ...] = ()
    areas: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Clash:
    """Held back because of the chosen technique, not of the client's health."""

    technique: str
    reason: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """An item to propose. Of it and those in `not_with` only one may stay; with `review` it waits for the therapist."""

    slug: str
    score: int
    because: Because
    caution: tuple[Rule, ...]
    review: bool
    not_with: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Withheld:
    """A candidate held back, with every reason: conditions in the order of the file, then the chosen technique."""

    slug: str
    because: tuple[Rule | Clash, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """The whole answer. `flags` are the ticked red flags behind the triage; `origins` tells, for each condition that
    holds, the answers it comes from; `implied` are those the client did not tick."""

    triage: Triage
    flags: tuple[str, ...]
    origins: Mapping[str, Slugs]
    implied: tuple[str, ...]
    services: Mapping[str, ServiceLevel]
    oils: tuple[Proposal, ...] = ()
    carrier: str | None = None
    home_care: tuple[Proposal, ...] = ()
    withheld_oils: tuple[Withheld, ...] = ()
    withheld_home_care: tuple[Withheld, ...] = ()
