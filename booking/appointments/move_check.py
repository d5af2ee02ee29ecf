"""Where an appointment may go, before it goes: free, only with a reason, or never. The engine's own answer (I2)."""

import datetime as dt
import enum
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from booking.appointments.move import LONGEST_SESSION, granted_rules
from booking.models import Appointment, Therapist
from booking.scheduling import availability, schedule
from booking.scheduling.availability import OVERRIDABLE, ResourceKey, Span, Unavailable
from booking.scheduling.configuration import current_configuration
from booking.scheduling.order import order_as_booked
from booking.scheduling.refusals import reason_for_team
from booking.scheduling.schedule import Schedule

# How an appointment is stretched: in steps of minutes.
LENGTH_STEP = 5


class Possible(enum.StrEnum):
    """Whether an appointment may go somewhere."""

    YES = "yes"
    WITH_REASON = "reason"
    """A rule of opening speaks against it, and the desk may set it aside."""
    NO = "no"
    """Somebody or something is taken then."""


@dataclass(frozen=True)
class MoveVerdict:
    """Whether an appointment may go to one place, and what speaks against it, in words for the team."""

    possible: Possible
    against: tuple[str, ...] = ()

    @property
    def needs_reason(self) -> bool:
        """Whether it goes only with a reason."""
        return self.possible is Possible.WITH_REASON

    @property
    def is_impossible(self) -> bool:
        """Whether no reason helps."""
        return self.possible is Possible.NO


@dataclass(frozen=True, kw_only=True)
class ColumnPlaces:
    """What one column of the calendar says of every start of some days; the rest of the starts are off the grid."""

    free: list[int]
    """Instants at which it can begin."""
    aside: list[tuple[Span, str]]
    """When it could with a reason, and what speaks against it."""
    never: list[tuple[Span, str]]
    """When it cannot, and why."""


def read_move_schedule(
    appointment: Appointment, *, first: dt.date, last: dt.date, minutes: int | None = None
) -> Schedule:
    """The schedule of some days as an appointment meets it that may be moved: its own time is never in its way."""
    order = order_as_booked(appointment, minutes=minutes)
    return schedule.read_schedule(order, first=first, last=last, leaving_out=appointment)


def check_move(
    appointment: Appointment,
    *,
    therapist: Therapist,
    start: dt.datetime,
    minutes: int,
    room: ResourceKey | None = None,
    kit: ResourceKey | None = None,
) -> MoveVerdict:
    """What moving it to this therapist, start (aware) and length meets, in `room` and with `kit` where named."""
    day = start.astimezone(current_configuration().zone).date()
    book = read_move_schedule(appointment, first=day, last=day, minutes=minutes)
    if room is not None:
        book = replace(book, rooms=tuple(each for each in book.rooms if each.key == room))
    if kit is not None:
        book = replace(book, kits=tuple(each for each in book.kits if each.key == kit))
    return move_verdict(book, appointment, therapist, start, minutes)


def move_verdict(
    book: Schedule, appointment: Appointment, therapist: Therapist, start: dt.datetime, minutes: int
) -> MoveVerdict:
    """What a schedule says of one place. Who does not give the service never does."""
    if therapist.pk not in book.therapists:
        return MoveVerdict(Possible.NO, (reason_for_team(Unavailable.HOURS, therapist=therapist.name),))
    granted = granted_rules(appointment, therapist, start, minutes)
    verdict = book.check(therapist, start, ignoring=OVERRIDABLE)
    if verdict.reason is not None:
        return MoveVerdict(Possible.NO, (reason_for_team(verdict.reason, therapist=therapist.name),))
    against = [reason for reason in verdict.overridden if reason not in granted]
    words = tuple(reason_for_team(reason, therapist=therapist.name) for reason in against)
    return MoveVerdict(Possible.WITH_REASON if words else Possible.YES, words)


def places_to_move(book: Schedule, appointment: Appointment, first: dt.date, last: dt.date) -> dict[str, ColumnPlaces]:
    """By column of the calendar (`therapist-<key>`, `room-<key>`, `kit-<key>`): where the appointment may be dropped.

    A room or kit is asked about with the therapist whom the appointment has.
    """
    found = {
        f"therapist-{key}": column_places(book.with_only(each), each, first, last)
        for key, each in book.therapists.items()
    }
    own = book.therapists.get(appointment.therapist_id)
    if own is None:
        return found
    alone = book.with_only(own)
    for room in book.rooms if book.rules.needs_room else ():
        found[f"room-{room.key}"] = column_places(replace(alone, rooms=(room,)), own, first, last)
    for kit in book.kits if book.rules.needs_kit else ():
        found[f"kit-{kit.key}"] = column_places(replace(alone, kits=(kit,)), own, first, last)
    return found


def column_places(book: Schedule, therapist: Therapist, first: dt.date, last: dt.date) -> ColumnPlaces:
    """What the schedule of one therapist alone says of every start."""
    bars = availability.barred_starts(
        book.rules, book.diaries[0], book.rooms, book.kits, book.zone, first, last, book.now, client=book.client
    )
    words = {reason: reason_for_team(reason, therapist=therapist.name) for reason in bars}
    return ColumnPlaces(
        free=[each.start for each in book.offers(first, last)],
        aside=worded(bars, words, (reason for reason in bars if reason in OVERRIDABLE)),
        never=worded(bars, words, (reason for reason in bars if reason not in OVERRIDABLE)),
    )


def worded(
    bars: Mapping[Unavailable, list[Span]], words: Mapping[Unavailable, str], reasons: Iterable[Unavailable]
) -> list[tuple[Span, str]]:
    """The bars of some reasons, each with its words; the order is that in which a person is told."""
    return [(span, words[reason]) for reason in reasons for span in bars[reason]]


def longest_lengths(book: Schedule, appointment: Appointment) -> dict[Possible, int]:
    """The most minutes that the appointment can take where it is: by itself, and with a reason."""
    longest = dict.fromkeys((Possible.YES, Possible.WITH_REASON), appointment.minutes)
    for minutes in range(appointment.minutes + LENGTH_STEP, LONGEST_SESSION + 1, LENGTH_STEP):
        longer = replace(book, rules=replace(book.rules, minutes=minutes))
        verdict = move_verdict(longer, appointment, appointment.therapist, appointment.starts_at, minutes)
        if verdict.is_impossible:
            break
        longest[Possible.WITH_REASON] = minutes
        if verdict.possible is Possible.YES:
            longest[Possible.YES] = minutes
    return longest
