"""What booking may answer instead of an appointment. Each carries a sentence for the person and a stable code."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from booking.scheduling.order import Order
from clinic.errors import Refusal


@dataclass(frozen=True)
class AlternativeTime:
    """A time that is really free, with the public ids of the therapists who have it."""

    start: dt.datetime
    therapists: tuple[str, ...]


@dataclass(frozen=True)
class HealthReason:
    """A condition of the client's own answers and why it matters for a service."""

    condition: str
    name: str
    reason: str


@dataclass(frozen=True)
class SuggestedService:
    """What suits in place of what was refused, at the same time where that is free: a service, with what may be added.

    Where only an add-on is refused, it is the same service without it.
    """

    order: Order
    start: dt.datetime | None = None
    therapists: tuple[str, ...] = ()
    """The public ids of those who have it then."""

    def __str__(self) -> str:
        return str(self.order)


class SlotTaken(Refusal):
    """Somebody was faster, or the time is not offered any more. Carries fresh alternatives."""

    code = "slot_taken"

    def __init__(
        self, message: str, *, alternatives: Sequence[AlternativeTime] = (), why: str = "taken", for_team: str = ""
    ) -> None:
        super().__init__(message, field="start", for_team=for_team)
        self.alternatives = tuple(alternatives)
        self.why = why


class TimeNotOffered(SlotTaken):
    """A time that is not on offer at all: past, too soon, out of hours, off the grid, or in a clock change."""

    code = "invalid"


class TermsChanged(Refusal):
    """Price, length or policy are not as they were shown; carries the new ones. Nothing was booked.

    `code` is price_changed, length_changed or policy_changed.
    """

    def __init__(self, message: str, *, code: str, price: Decimal | None, currency: str, minutes: int | None) -> None:
        super().__init__(message, code=code, field="service")
        self.price, self.currency, self.minutes = price, currency, minutes


class SeriesChanged(Refusal):
    """Several appointments cannot be booked or moved as they were shown; nothing was written.

    A new preview shows why.
    """

    code = "series_changed"


class NotSuitable(Refusal):
    """The service is not safe with the answers given.

    `later_from`: what stands in the way passes by itself, and from that moment on the service can be booked.
    `is_doctor_first`: a warning sign or a condition asks for a doctor before any massage; `may_be_checked`: what it is
    may be told as known once one has looked.
    """

    code = "not_suitable"

    def __init__(
        self,
        message: str,
        *,
        reasons: Sequence[HealthReason],
        instead: SuggestedService | None,
        for_team: str = "",
        later_from: dt.datetime | None = None,
        is_doctor_first: bool = False,
        may_be_checked: bool = False,
    ) -> None:
        super().__init__(message, for_team=for_team)
        self.is_doctor_first, self.may_be_checked = is_doctor_first, may_be_checked
        self.reasons = tuple(reasons)
        self.instead = instead
        self.later_from = later_from


class ServiceNotOffered(Refusal):
    """A service that was switched off, also while somebody was booking it."""

    code = "invalid"


class AddOnNotOffered(Refusal):
    """An add-on that is not offered, or not with this service."""

    code = "invalid"

    def __init__(self, message: str) -> None:
        super().__init__(message, field="add_ons")


class NotEligible(Refusal):
    """The service is for new clients only, or for existing ones only, and this person is not one."""

    code = "not_for_you"


class EmergencyAnswer(Refusal):
    """An emergency answer: nothing is booked and nothing recommended; only `texts` are shown (I7)."""

    code = "emergency"

    def __init__(self, message: str, *, texts: Sequence[str], for_team: str = "") -> None:
        super().__init__(message, for_team=for_team)
        self.texts = tuple(texts)


class TemporarilyBusy(Refusal):
    """The database could not give the lock in time; trying again in `retry_after` seconds is right."""

    code = "busy"

    def __init__(self, message: str, *, retry_after: int = 2) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class IdempotencyKeyReused(Refusal):
    """The same idempotency key came with other content."""

    code = "key_reused"


class TooLate(Refusal):
    """The client's time to move or cancel by themselves is over."""

    code = "too_late"


class NotPossible(Refusal):
    """The appointment is not in a state in which this can be done."""

    code = "not_possible"
