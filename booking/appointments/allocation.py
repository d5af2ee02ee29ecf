"""The place of a session: the check under lock, and the room and kit with it."""

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from booking.appointments.booking_request import WHATEVER_IS_FREE, RuleOverride, WantedResources
from booking.appointments.locking import lock_free_client, lock_free_room, lock_rows
from booking.errors import SlotTaken
from booking.models import Appointment, StoneKit, Therapist
from booking.scheduling import schedule
from booking.scheduling.availability import OVERRIDABLE, StartVerdict, Unavailable
from booking.scheduling.configuration import Configuration
from booking.scheduling.order import Order


@dataclass(frozen=True, kw_only=True)
class Allocation:
    """Where and how long a session is: all instants UTC, buffers in `blocked_*`."""

    therapist: Therapist
    room_id: int | None
    kit_id: int | None
    starts_at: dt.datetime
    ends_at: dt.datetime
    blocked_from: dt.datetime
    blocked_until: dt.datetime
    kit_blocked_until: dt.datetime
    overridden: tuple[str, ...] = ()

    @property
    def columns(self) -> dict[str, object]:
        """The values as the appointment stores them."""
        return {
            "therapist": self.therapist,
            "room_id": self.room_id,
            "kit_id": self.kit_id,
            "starts_at": self.starts_at,
            "ends_at": self.ends_at,
            "blocked_from": self.blocked_from,
            "blocked_until": self.blocked_until,
            "kit_blocked_until": self.kit_blocked_until,
        }


def allocate(
    order: Order,
    therapist: Therapist,
    start: dt.datetime,
    *,
    configuration: Configuration,
    override: RuleOverride | None = None,
    granted: Collection[Unavailable] = (),
    leaving_out: Appointment | None = None,
    wanted: WantedResources = WHATEVER_IS_FREE,
) -> Allocation:
    """Ask the one availability function about `start` and lock the room and kit it chose.

    Call it with the therapist's row locked, and a `configuration` that was asked for after that: an edit of hours waits
    for the lock, or is seen. `granted` are rules that were set aside before, and are not asked about again;
    `leaving_out` is an appointment that is moved: its client is locked too, and must be free. Raises SlotTaken with the
    reason. Where the room or kit went to someone else between the look and the lock, the constraint says so when the
    appointment is written, and `run_transaction` looks again.
    """
    day = start.astimezone(configuration.zone).date()
    verdict = schedule.read_schedule(
        order, first=day, last=day, therapist=therapist, leaving_out=leaving_out, configuration=configuration
    ).check(therapist, start, ignoring=OVERRIDABLE if override else granted)
    if verdict.reason is not None:
        raise SlotTaken(why=verdict.reason, therapist=therapist)
    rooms, kits = wanted_of_free(verdict, wanted, therapist)
    room = lock_free_room(rooms)
    # Not before the look: a time as it was typed may fall into its own zone's spring gap.
    start = start.astimezone(dt.UTC)
    if kits:
        lock_rows(StoneKit.objects.filter(pk=kits[0]))
    ends_at, buffer = start + dt.timedelta(minutes=order.minutes), order.service.buffer_after
    if leaving_out is not None:
        lock_free_client(leaving_out.client, start, ends_at, leaving_out=leaving_out)
    return Allocation(
        therapist=therapist,
        room_id=room,
        kit_id=kits[0] if kits else None,
        starts_at=start,
        ends_at=ends_at,
        blocked_from=start - dt.timedelta(minutes=order.service.buffer_before),
        blocked_until=ends_at + dt.timedelta(minutes=buffer),
        kit_blocked_until=ends_at + dt.timedelta(minutes=order.kit_busy_after if order.needs_kit else buffer),
        overridden=tuple(str(why) for why in verdict.overridden if why not in granted),
    )


def wanted_of_free(
    verdict: StartVerdict, wanted: WantedResources, therapist: Therapist
) -> tuple[Sequence[int], Sequence[int]]:
    """The rooms and the kits to try of those that are free. Raises SlotTaken where the one wished for is taken."""
    rooms, kits = wanted.first(verdict.rooms, wanted.room), wanted.first(verdict.kits, wanted.kit)
    for free, left, why in ((verdict.rooms, rooms, Unavailable.NO_ROOM), (verdict.kits, kits, Unavailable.NO_KIT)):
        if free and not left:
            raise SlotTaken(why=why, therapist=therapist)
    return rooms, kits
