"""What a person asks for, as plain values."""

import datetime as dt
import hashlib
import json
from collections.abc import Collection
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property
from typing import Self

from django.utils import timezone

from booking.models import Therapist
from booking.scheduling.availability import OVERRIDABLE, Unavailable
from booking.scheduling.order import Order
from booking.scheduling.terms import Terms
from clients.care import Answers
from clients.care.answers import only_known
from clients.care.passing import lasting_conditions_of, still_valid_conditions
from clients.catalogue import current_catalogue
from clients.models import Client, Intake, Screening
from clinic.models import Practice, User
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

    @classmethod
    def on_file(cls, given: Screening | Intake) -> Self:
        """What was told then, without words that the catalogue has lost since: they are passed over, never an error."""
        said = Answers(conditions=frozenset(given.conditions), red_flags=frozenset(given.red_flags))
        known = only_known(current_catalogue(), said)
        return cls(conditions=known.conditions, red_flags=known.red_flags, told_at=given.given_at)

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


@dataclass(frozen=True, kw_only=True)
class BookingRequest:
    """One request to book, whole, as the edge made it: page, API, desk, waitlist, admin."""

    order: Order
    start: dt.datetime
    """Aware."""
    therapist: Therapist | None = None
    """None: whoever has the lightest day."""
    client: PersonDetails | Client
    answers: SafetyAnswers
    policy_accepted: bool
    via: str
    practice: Practice
    by: User | None = None
    key: str | None = None
    """Makes the request repeatable: the same key and content give the same appointment."""
    note: str = ""
    override: RuleOverride | None = None
    """The desk's."""
    shown: Terms | None = None
    """What whoever books was shown: nothing is booked at a higher price or another length. None: nothing was."""
    is_stranger: bool = False
    """Whether whoever books has not proved to read the client's mailbox, and is not of the team: they learn nothing of
    the client's file."""
    network: str = ""
    """A mark of the network of whoever books online."""
    held: bool = False
    """Whether the time is only held, for someone on the waitlist who has not answered yet."""

    @property
    def day(self) -> dt.date:
        """The local date on which it begins."""
        return self.start.astimezone(self.practice.zone).date()

    @property
    def overridden_rules(self) -> Collection[Unavailable]:
        """The rules that the desk set aside."""
        return OVERRIDABLE if self.override else ()

    @cached_property
    def fingerprint(self) -> str:
        """A hash of what was asked, to tell a repeated request from another one under the same key."""
        who = str(self.client.public_id) if isinstance(self.client, Client) else asdict(self.client)
        asked = {
            "service": self.order.service.slug,
            "add_ons": sorted(each.slug for each in self.order.add_ons),
            "start": self.start.astimezone(dt.UTC).isoformat(),
            "therapist": str(self.therapist.public_id) if self.therapist else None,
            "client": who,
            "conditions": sorted(self.answers.conditions),
            "red_flags": sorted(self.answers.red_flags),
            "note": self.note,
        }
        return hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()
