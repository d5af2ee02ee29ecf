"""What a booking at the desk will come to by the answers, told before anybody books it."""

import datetime as dt
from dataclasses import dataclass

from booking.appointments.known_health import suitability_by_intake
from booking.appointments.screening import SafetyAnswers, screen_order
from booking.errors import EmergencyAnswer, NotSuitable
from booking.models import Therapist
from booking.scheduling.order import Order
from clients.intake.screening import ScreeningReason
from clients.models import Client, Intake
from clinic.models import Practice


@dataclass(frozen=True, kw_only=True)
class Foresight:
    """It is refused, or waits for a therapist's yes (`because`: what asks for that, for who may read it), or may be
    booked."""

    refusal: EmergencyAnswer | NotSuitable | None = None
    waits: bool = False
    because: tuple[ScreeningReason, ...] = ()

    @property
    def needs_call(self) -> bool:
        """Whether no massage at all may be given before somebody has looked: an emergency, or a doctor first."""
        return self.refusal is not None and (not isinstance(self.refusal, NotSuitable) or self.refusal.is_doctor_first)


def foresee(
    order: Order,
    answers: SafetyAnswers | None,
    *,
    client: Client | None,
    start: dt.datetime,
    therapist: Therapist | None,
    practice: Practice,
) -> Foresight | None:
    """Judge an order as booking it at `start` would; writes nothing.

    Without `answers`, while nobody has asked yet, only what the newest intake holds against it is told; else None.
    """
    try:
        screened = (
            screen_order(order, answers, start=start, therapist=therapist, practice=practice) if answers else None
        )
    except (EmergencyAnswer, NotSuitable) as refusal:
        return Foresight(refusal=refusal)
    files = [client, *Client.objects.likely_duplicates_of(client)] if client else []
    filed = [intake for each in files if (intake := Intake.objects.latest_of(each))]
    waits = any(suitability_by_intake(each, order, start, practice).prevents_session for each in filed)
    if screened is None:
        return Foresight(waits=True) if waits else None
    return Foresight(waits=waits or screened.asks_for_note, because=screened.in_the_way)
