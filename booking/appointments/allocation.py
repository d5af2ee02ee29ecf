"""Placing a session in the diary: the re-check under lock, and the room and kit that go with it."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from booking.appointments.booking_request import RuleOverride
from booking.appointments.locking import RetryTransaction, client_is_busy, lock_rows
from booking.errors import SlotTaken, TimeNotOffered
from booking.models import Appointment, Room, StoneKit, Therapist
from booking.scheduling import schedule
from booking.scheduling.availability import OVERRIDABLE, ResourceKey, Unavailable
from booking.scheduling.order import Order
from booking.scheduling.refusals import reason_for_client, reason_for_team
from clients.models import Client
from clinic.models import Practice

# These times were never on offer; everything else means that somebody was faster.
NEVER_OVERRIDABLE = frozenset(
    {
        Unavailable.GAP,
        Unavailable.PAST,
        Unavailable.NOTICE,
        Unavailable.HORIZON,
        Unavailable.HOURS,
        Unavailable.OFF_GRID,
        Unavailable.EDGE,
    }
)


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
    practice: Practice,
    override: RuleOverride | None = None,
    leaving_out: Appointment | None = None,
) -> Allocation:
    """Ask the one availability function about `start` and lock the room and kit it chose.

    Call it with the therapist's row locked. Raises SlotTaken or NotOffered with the reason. Where the room or kit went
    to someone else between the look and the lock, the constraint says so when the appointment is written, and `safely`
    looks afresh.
    """
    day = start.astimezone(practice.zone).date()
    book = schedule.read_schedule(order, first=day, last=day, therapist=therapist, leaving_out=leaving_out)
    ignoring = OVERRIDABLE if override else ()
    verdict = book.check(therapist, start, ignoring=ignoring)
    if verdict.reason is not None:
        raise refusal_for(verdict.reason, therapist)
    room = lock_free_room(verdict.rooms)
    # Not before the look: a time as it was typed may fall into its own zone's spring gap.
    start = start.astimezone(dt.UTC)
    ends_at, buffer = start + dt.timedelta(minutes=order.minutes), order.service.buffer_after
    place = Allocation(
        therapist=therapist,
        room_id=room,
        kit_id=verdict.kit,
        starts_at=start,
        ends_at=ends_at,
        blocked_from=start - dt.timedelta(minutes=order.service.buffer_before),
        blocked_until=ends_at + dt.timedelta(minutes=buffer),
        kit_blocked_until=ends_at + dt.timedelta(minutes=order.kit_busy_after if order.needs_kit else buffer),
        overridden=tuple(str(why) for why in verdict.overridden),
    )
    if place.kit_id is not None:
        lock_rows(StoneKit.objects.filter(pk=place.kit_id))
    return place


def lock_free_room(rooms: Sequence[ResourceKey]) -> ResourceKey | None:
    """Lock the first of these rooms into which nobody else is booking at this moment; None where none is needed.

    On an empty day everyone is sent to the same room first; they would all wait for each other. Only where all free
    rooms are being booked into, this waits, for the first of them.
    """
    if not rooms:
        return None
    for room in rooms:
        if lock_rows(Room.objects.filter(pk=room), skip_locked=True):
            return room
    lock_rows(Room.objects.filter(pk=rooms[0]))
    return rooms[0]


def lock_client_row(client: Client, place: Allocation, leaving_out: Appointment | None = None) -> None:
    """Lock the client's row and refuse a second appointment at the same time.

    Raises SlotTaken; Again where the file was merged into another meanwhile: nothing is booked for a former one.
    """
    if not lock_rows(Client.objects.filter(pk=client.pk, merged_into=None)):
        raise RetryTransaction
    others = Appointment.objects.blocking("client_id", client.pk, place.starts_at, place.ends_at)
    if leaving_out is not None:
        others = others.exclude(pk=leaving_out.pk)
    if others.exists():
        raise client_is_busy(client)


def refusal_for(why: Unavailable, therapist: Therapist | None = None) -> SlotTaken:
    """The refusal for a reason of the availability engine; without a therapist, nobody had that time."""
    kind = TimeNotOffered if why in NEVER_OVERRIDABLE else SlotTaken
    return kind(
        reason_for_client(why),
        why=str(why),
        for_team=reason_for_team(why, therapist=therapist.name if therapist else ""),
    )
