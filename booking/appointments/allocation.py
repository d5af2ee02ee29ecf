"""Finding a place for a session: who has the time, the check again under lock, and the room and kit with it."""

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Self

from django.utils.translation import gettext as _

from booking.appointments.booking_request import BookingRequest, RuleOverride
from booking.appointments.locking import lock_free_room, lock_rows
from booking.errors import SlotTaken
from booking.models import Appointment, Room, StoneKit, Therapist
from booking.scheduling import schedule
from booking.scheduling.availability import OVERRIDABLE, ResourceKey, Unavailable
from booking.scheduling.configuration import Configuration
from booking.scheduling.order import Order
from booking.scheduling.refusals import refusal_for
from clinic.errors import Refusal


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


def candidate_therapists(request: BookingRequest) -> list[Therapist]:
    """Who may be asked: the one named, or all with that time free, the lightest day first.

    Looked at without a lock: most who come too late learn it here, and need not queue for the therapist's row. Raises
    SlotTaken or TimeNotOffered where nobody has it, with the reason that comes nearest to a yes and the free times of
    the day where they are enough; a Refusal where a rule would have to be set aside and nobody is named for whom.
    """
    named, start, day = request.therapist, request.start, request.day
    if named is not None and not is_taken_by_another(request, named):
        return [named]
    seen = schedule.read_schedule(request.order, first=day, last=day)
    asked, ignoring = ([named], request.overridden_rules) if named else (seen.therapists.values(), ())
    verdicts = {each.pk: seen.check(each, start, ignoring=ignoring) for each in asked}
    if free := [key for key, verdict in verdicts.items() if verdict.free]:
        return seen.lightest_first(free, day)
    if named is None and request.override is not None:
        said = _("A rule is set aside for one person: please choose the therapist.")
        raise Refusal(said, code="invalid", field="therapist")
    same_day = seen.alternatives_to(start, day, day, therapist=named)
    order = list(Unavailable)
    reasons = [verdict.reason for verdict in verdicts.values() if verdict.reason is not None]
    # "Taken" is nearer to a yes than "not open": it tells the person that the time existed.
    error = refusal_for(max(reasons, key=order.index) if reasons else Unavailable.HOURS, named)
    error.alternatives = same_day if len(same_day) == schedule.ENOUGH_TIMES else ()
    raise error


def is_taken_by_another(request: BookingRequest, therapist: Therapist) -> bool:
    """Whether this therapist has an appointment then that is not this very request, sent twice."""
    order, start = request.order, request.start
    begin = start - dt.timedelta(minutes=order.service.buffer_before)
    end = start + dt.timedelta(minutes=order.minutes + order.service.buffer_after)
    blocking = Appointment.objects.blocking("therapist_id", therapist.pk, begin, end).order_by()
    taken_by = set(blocking.values_list("idempotency_key", flat=True))
    return bool(taken_by) and not (request.key and request.key in taken_by)


def as_told(error: SlotTaken, request: BookingRequest) -> SlotTaken:
    """The refusal as whoever books is told it, with the times that are free instead.

    Where the client is busy then, a stranger is told what anybody is told of a time that somebody else has (I8).
    """
    is_busy = error.why == Unavailable.CLIENT_BUSY
    hides = is_busy and request.is_stranger
    told = refusal_for(Unavailable.THERAPIST_BUSY, request.therapist) if hides else error
    if not told.alternatives:
        # Who has another appointment then is not helped by a colleague at the same time.
        with_colleagues = hides or not is_busy
        free = schedule.alternative_times(
            request.order, request.start, therapist=request.therapist, with_colleagues=with_colleagues
        )
        told.alternatives = tuple(each for each in free if not hides or each.start != request.start)
    return told


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
    for the lock, or is seen. `granted` are rules that were set aside before, and are not asked about again. Raises
    SlotTaken or TimeNotOffered with the reason. Where the room or kit went to someone else between the look and the
    lock, the constraint says so when the appointment is written, and `run_transaction` looks again.
    """
    day = start.astimezone(configuration.zone).date()
    verdict = schedule.read_schedule(
        order, first=day, last=day, therapist=therapist, leaving_out=leaving_out, configuration=configuration
    ).check(therapist, start, ignoring=OVERRIDABLE if override else granted)
    if verdict.reason is not None:
        raise refusal_for(verdict.reason, therapist)
    rooms, kits = wanted.first(verdict.rooms, wanted.room), wanted.first(verdict.kits, wanted.kit)
    for free, left, why in ((verdict.rooms, rooms, Unavailable.NO_ROOM), (verdict.kits, kits, Unavailable.NO_KIT)):
        if free and not left:
            raise refusal_for(why, therapist)
    room = lock_free_room(rooms)
    # Not before the look: a time as it was typed may fall into its own zone's spring gap.
    start = start.astimezone(dt.UTC)
    if kits:
        lock_rows(StoneKit.objects.filter(pk=kits[0]))
    ends_at, buffer = start + dt.timedelta(minutes=order.minutes), order.service.buffer_after
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
