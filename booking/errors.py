"""What booking may answer instead of an appointment. Each carries a sentence for the person and a stable code."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import KW_ONLY, dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from booking.models import Therapist
from booking.scheduling.availability import Unavailable
from booking.scheduling.order import Order
from booking.scheduling.refusals import NEVER_OFFERED, reason_for_client, reason_for_team
from clients.intake.screening import HealthReason
from clients.models import Client
from clinic.errors import Refusal


@dataclass(frozen=True)
class AlternativeTime:
    """A time that is really free, with the public ids of the therapists who have it."""

    start: dt.datetime
    therapists: tuple[str, ...]


@dataclass(frozen=True)
class SuggestedService:
    """What suits in place of what was refused, at the same time where that is free: a service, with what may be added.

    Where only an add-on is refused, it is the same service without it.
    """

    order: Order
    start: dt.datetime | None = None
    therapists: tuple[str, ...] = ()
    """The public ids of those who have it then."""
    cares: tuple[HealthReason, ...] = ()
    """What the client's answers ask for in it, as their plan will say: light pressure, a place to leave out, a note."""

    def __str__(self) -> str:
        return str(self.order)


@dataclass(eq=False, repr=False)
class SlotTaken(Refusal):
    """Somebody was faster; or, with the code `invalid`, the time is not on offer at all: past, too soon, out of hours,
    off the grid, or in a clock change. Carries fresh alternatives.

    `why` is the reason of the availability engine, of which the sentences are made where there are no others; without
    a `therapist` the team reads that nobody had the time.
    """

    usual_code = "slot_taken"

    message: str = ""
    _: KW_ONLY
    field: str | None = "start"
    alternatives: Sequence[AlternativeTime] = ()
    why: Unavailable | None = None
    therapist: Therapist | None = None
    client: Client | None = None

    def __post_init__(self) -> None:
        if self.why is not None and not self.message:
            self.message = reason_for_client(self.why)
            who, whose = (str(each) if each else "" for each in (self.therapist, self.client))
            self.for_team = reason_for_team(self.why, therapist=who, client=whose)
        self.message = self.message or _("That time was just taken.")
        if self.was_never_offered:
            self.code = "invalid"
        super().__post_init__()

    @property
    def was_never_offered(self) -> bool:
        """Whether nobody could have had that time."""
        return self.why in NEVER_OFFERED


@dataclass(eq=False, repr=False)
class TermsChanged(Refusal):
    """Price, length or policy are not as they were shown; carries the new ones. Nothing was booked.

    `code` is price_changed, length_changed or policy_changed.
    """

    _: KW_ONLY
    field: str | None = "service"
    price: Decimal | None
    currency: str
    minutes: int | None


class SeriesChanged(Refusal):
    """Several appointments cannot be booked or moved as they were shown; nothing was written.

    A new preview shows why.
    """

    usual_code = "series_changed"


@dataclass(eq=False, repr=False)
class NotSuitable(Refusal):
    """The service is not safe with the answers given.

    `later_from`: what stands in the way passes by itself, and from that moment on the service can be booked.
    `is_doctor_first`: a warning sign or a condition asks for a doctor before any massage; `may_be_checked`: what it is
    may be told as known once one has looked; `is_for_today`: they should be seen the same day.
    """

    usual_code = "not_suitable"

    _: KW_ONLY
    reasons: tuple[HealthReason, ...]
    instead: SuggestedService | None = None
    later_from: dt.datetime | None = None
    is_doctor_first: bool = False
    may_be_checked: bool = False
    is_for_today: bool = False


class ServiceNotOffered(Refusal):
    """A service that was switched off, also while somebody was booking it."""

    usual_code = "invalid"


@dataclass(eq=False, repr=False)
class AddOnNotOffered(Refusal):
    """An add-on that is not offered, or not with this service."""

    usual_code = "invalid"
    field: str | None = "add_ons"


class NotEligible(Refusal):
    """The service is for new clients only, or for existing ones only, and this person is not one."""

    usual_code = "not_for_you"


@dataclass(eq=False, repr=False)
class EmergencyAnswer(Refusal):
    """An emergency answer: nothing is booked and nothing recommended; only `texts` are shown (I7)."""

    usual_code = "emergency"

    _: KW_ONLY
    texts: tuple[str, ...]


@dataclass(eq=False, repr=False)
class TemporarilyBusy(Refusal):
    """The database could not give the lock in time; trying again in `retry_after` seconds is right."""

    usual_code = "busy"

    _: KW_ONLY
    retry_after: int = 2


class IdempotencyKeyReused(Refusal):
    """The same idempotency key came with other content."""

    usual_code = "key_reused"


class TooLate(Refusal):
    """The client's time to move or cancel by themselves is over."""

    usual_code = "too_late"


class NotPossible(Refusal):
    """The appointment is not in a state in which this can be done."""

    usual_code = "not_possible"
