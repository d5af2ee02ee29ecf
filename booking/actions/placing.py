"""Placing a session in the diary: the re-check under lock, and the room and kit that go with it."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Model

from booking import diary
from booking.actions.locking import Again, client_is_busy
from booking.actions.wishes import Override
from booking.availability import OVERRIDABLE, Key
from booking.availability import Reason as Why
from booking.errors import NotOffered, SlotTaken
from booking.models import AddOn, Appointment, Room, StoneKit, Therapist
from booking.order import Wanted, order_of
from booking.reasons import to_client, to_team
from clients.models import Client
from clinic.kept import Hole, Kept, rows_of
from clinic.models import Practice

# These times were never on offer; everything else means that somebody was faster.
NEVER_OFFERED = frozenset({Why.GAP, Why.PAST, Why.NOTICE, Why.HORIZON, Why.HOURS, Why.OFF_GRID, Why.EDGE})


def row_of(noun: type[Model]) -> Kept[int]:
    """The question for one row by its key alone: it is there to be locked."""
    rows = noun._default_manager.filter(pk=Hole("key")).order_by()
    return Kept(lambda: rows.select_for_update(no_key=True).values_list("pk", flat=True))


def other_visit(column: str) -> Kept[int]:
    """The question whether another active visit, than the one being moved, holds what `column` names then."""
    visits = Appointment.objects.blocking(column, Hole("key"), Hole("start"), Hole("end"))
    return Kept(lambda: visits.exclude(pk=Hole("but")).order_by().values_list("pk", flat=True)[:1])


ROOM, KIT = row_of(Room), row_of(StoneKit)
CLIENT = Kept(
    lambda: (
        Client.objects.filter(pk=Hole("key"), merged_into=None)
        .order_by()
        .select_for_update(no_key=True)
        .values_list("pk", flat=True)
    )
)
ROOM_NOW = """
    SELECT id FROM booking_room WHERE id = ANY(%(rooms)s::bigint[])
    ORDER BY array_position(%(rooms)s::bigint[], id) LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED
"""
OF_CLIENT = other_visit("client_id")


@dataclass(frozen=True, kw_only=True)
class Place:
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


def find_place(
    wanted: Wanted,
    therapist: Therapist,
    start: dt.datetime,
    *,
    add_ons: Sequence[AddOn] = (),
    override: Override | None = None,
    leaving_out: Appointment | None = None,
    practice: Practice | None = None,
) -> Place:
    """Ask the one availability function about `start` and lock the room and kit it chose.

    Call it with the therapist's row locked. Raises SlotTaken or NotOffered with the reason. Where the room or kit went
    to someone else between the look and the lock, the constraint says so when the visit is written, and `safely` looks
    afresh.
    """
    order, practice = order_of(wanted, add_ons), practice or Practice.current()
    day = start.astimezone(practice.zone).date()
    book = diary.read(order, first=day, last=day, therapist=therapist, leaving_out=leaving_out)
    ignoring = OVERRIDABLE if override else ()
    verdict = book.check(therapist, start, ignoring=ignoring)
    if verdict.reason is not None:
        raise refusal(verdict.reason, therapist)
    room = hold_a_room(verdict.rooms)
    # Not before the look: a time as it was typed may fall into its own zone's spring gap.
    start = start.astimezone(dt.UTC)
    ends_at, buffer = start + dt.timedelta(minutes=order.minutes), order.service.buffer_after
    place = Place(
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
        KIT(key=place.kit_id)
    return place


def hold_a_room(rooms: Sequence[Key]) -> Key | None:
    """Lock the first of these rooms into which nobody else is booking at this moment; None where none is needed.

    On an empty day everyone is sent to the same room first; they would all wait for each other. Only where all free
    rooms are being booked into, this waits, for the first of them.
    """
    if not rooms:
        return None
    for (room,) in rows_of(ROOM_NOW, {"rooms": list(rooms)}):
        return int(room)
    ROOM(key=rooms[0])
    return rooms[0]


def hold_client(client: Client, place: Place, leaving_out: Appointment | None = None) -> None:
    """Lock the client's row and refuse a second appointment at the same time.

    Raises SlotTaken; Again where the file was merged into another meanwhile: nothing is booked for a former one.
    """
    if not CLIENT(key=client.pk):
        raise Again
    but = leaving_out.pk if leaving_out else 0  # no row has this key
    if OF_CLIENT(key=client.pk, start=place.starts_at, end=place.ends_at, but=but):
        raise client_is_busy(client)


def refusal(why: Why, therapist: Therapist | None = None) -> SlotTaken:
    """The refusal for a reason of the availability engine; without a therapist, nobody had that time."""
    kind = NotOffered if why in NEVER_OFFERED else SlotTaken
    return kind(to_client(why), why=str(why), for_team=to_team(why, therapist=therapist.name if therapist else ""))
