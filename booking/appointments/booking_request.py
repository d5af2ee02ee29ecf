"""What a person asks for, as plain values."""

import datetime as dt
import hashlib
import json
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any, Self

from django.utils import timezone

from booking.appointments.screening import SafetyAnswers
from booking.models import Room, StoneKit, Therapist
from booking.scheduling.availability import OVERRIDABLE, ResourceKey, Unavailable
from booking.scheduling.order import Order
from booking.scheduling.terms import Terms
from clients.models import Client
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
class RuleOverride:
    """The desk sets hours, notice, horizon, grid and limits aside; why is kept. An overlap can never be set aside.

    Raises Refusal (`reason_needed`) where the reason is no sentence.
    """

    reason: str

    def __post_init__(self) -> None:
        require_reason(self.reason, field="override_reason")


@dataclass(frozen=True, kw_only=True)
class WantedResources:
    """The room and kit to take where they are free; `only`: these or none."""

    room: ResourceKey | None = None
    kit: ResourceKey | None = None
    only: bool = False

    @classmethod
    def exactly(cls, room: Room | None, kit: StoneKit | None) -> Self:
        """This room and this kit or none; without one, whichever is free."""
        return cls(room=room.pk if room else None, kit=kit.pk if kit else None, only=True)

    def first(self, free: Sequence[ResourceKey], wanted: ResourceKey | None) -> Sequence[ResourceKey]:
        """What is free, the wanted one in front; or that one alone."""
        if wanted is None:
            return free
        if self.only:
            return [wanted] if wanted in free else []
        return [*(key for key in free if key == wanted), *(key for key in free if key != wanted)]


WHATEVER_IS_FREE = WantedResources()


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
    room: Room | None = None
    """The room that it must have; None: whichever is free."""
    kit: StoneKit | None = None
    """The kit that it must have if it needs one; None: whichever is free."""
    override: RuleOverride | None = None
    """The desk's."""
    shown: Terms | None = None
    """What whoever books was shown: nothing is booked at a higher price or another length. None: nothing was."""
    is_stranger: bool = False
    """Whether whoever books has not proved to read the client's mailbox, and is not of the team: they learn nothing of
    the client's file."""
    network: str = ""
    """A mark of the network of whoever books online."""
    only_requested: bool = False
    """Whether somebody must say yes first, whatever the answers are: so it stood where it was imported from."""
    booked_by: PersonDetails | None = None
    """Who books for the client and is somebody else; the mails go to their mailbox."""
    remark: str = ""
    """What is kept as its reason where no rule is set aside: why its length or price is none of today's."""
    held: bool = False
    """Whether the time is only held, for someone on the waitlist who has not answered yet."""

    @property
    def day(self) -> dt.date:
        """The local date on which it begins."""
        return self.practice.date_of(self.start)

    @property
    def reason(self) -> str:
        """What is kept as its reason: why rules are set aside, or what there is to remark."""
        return self.override.reason if self.override else self.remark

    @property
    def columns(self) -> dict[str, Any]:
        """The values as the appointment stores them, with length, price and policy as they are now."""
        now = timezone.now()
        return {
            "service": self.order.service,
            "minutes": self.order.minutes,
            "price": self.order.price,
            "currency": self.practice.currency,
            "policy_text": self.practice.policy,
            "via": self.via,
            "network": self.network,
            "client_note": self.note,
            "idempotency_key": self.key or None,
            "request_hash": self.fingerprint,
            "created_at": now,
            "changed_at": now,
            "changed_by": self.by,
        }

    @property
    def wanted(self) -> WantedResources:
        """The room and kit that it must have."""
        return WantedResources.exactly(self.room, self.kit)

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
            "checked": sorted(self.answers.checked.items()),
            "where": {slug: sorted(areas) for slug, areas in self.answers.where.items()},
            "weeks": self.answers.weeks,
            "with_pain": self.answers.with_pain,
            "note": self.note,
        }
        if self.booked_by is not None:
            asked["booked_by"] = asdict(self.booked_by)
        if self.room is not None:
            asked["room"] = self.room.pk
        if self.kit is not None:
            asked["kit"] = self.kit.pk
        return hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()
