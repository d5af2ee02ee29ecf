"""What is busy: appointments and private calendars, read for the availability engine in one query."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from django.db.models import BigIntegerField, Field, Func, Value

from booking.models import LONGEST_APPOINTMENT, Appointment, PrivateBusy
from booking.scheduling import availability
from booking.scheduling.availability import DayLoad, ResourceKey, Span


class Minute(Func):
    """An instant as the engine counts it, from PostgreSQL: making a month's aware datetimes takes longer than the rest.

    `function` is `floor` or `ceil`: what is busy is rounded outwards (`availability.span_around`).
    """

    # `extract` would count in decimal digits, which takes several times as long. `date_part` counts in doubles: exact
    # for whole seconds, and for the microseconds of two centuries.
    template = "%(function)s(date_part('epoch', %(expressions)s) / 60)::bigint"
    # No integer field: Django would have each value go through int() again.
    output_field: ClassVar[Any] = Field()


class DayLoads(Mapping[dt.date, DayLoad]):
    """What a therapist does on each local date: counted when somebody asks, because a month of times mostly does not.

    `sessions` are the start of each, as an instant, and its minutes.
    """

    def __init__(self, sessions: Sequence[tuple[int, int]], zone: ZoneInfo) -> None:
        self.sessions, self.zone = sessions, zone

    @cached_property
    def by_day(self) -> dict[dt.date, DayLoad]:
        """All of it, counted."""
        minutes: defaultdict[dt.date, list[int]] = defaultdict(list)
        for start, length in self.sessions:
            minutes[availability.as_datetime(start, self.zone).date()].append(length)
        return {day: DayLoad(len(lengths), sum(lengths)) for day, lengths in minutes.items()}

    def __getitem__(self, day: dt.date) -> DayLoad:
        return self.by_day[day]

    def __iter__(self) -> Iterator[dt.date]:
        return iter(self.by_day)

    def __len__(self) -> int:
        return len(self.by_day)


BusyRanges = defaultdict[ResourceKey, list[Span]]

BUSY_COLUMNS = (
    "therapist_id",
    "room_id",
    "kit_id",
    "minutes",
    Minute("starts_at", function="floor"),
    Minute("blocked_from", function="floor"),
    Minute("blocked_until", function="ceil"),
    Minute("kit_blocked_until", function="ceil"),
)


# A private busy time in the columns of an appointment: it has no minutes, and takes neither room nor kit.
NO_VALUE = Value(None, output_field=BigIntegerField())

PRIVATE_COLUMNS = (
    "calendar__therapist_id",
    NO_VALUE,
    NO_VALUE,
    NO_VALUE,
    Minute("starts_at", function="floor"),
    Minute("starts_at", function="floor"),
    Minute("ends_at", function="ceil"),
    NO_VALUE,
)


@dataclass(frozen=True, slots=True)
class Busy:
    """What is blocked, by the key of each therapist, room and kit, and how much each therapist does on a day."""

    therapists: BusyRanges = field(default_factory=lambda: defaultdict(list))
    rooms: BusyRanges = field(default_factory=lambda: defaultdict(list))
    kits: BusyRanges = field(default_factory=lambda: defaultdict(list))
    booked: Mapping[ResourceKey, DayLoads] = field(default_factory=dict)
    private: BusyRanges = field(default_factory=lambda: defaultdict(list))
    """When a therapist's own calendars are busy."""


def busy_in(start: dt.datetime, end: dt.datetime, zone: ZoneInfo, leaving_out: Appointment | None = None) -> Busy:
    """What active appointments and private calendars block in [start, end), in one query; `zone` tells the days."""
    sessions: defaultdict[ResourceKey, list[tuple[int, int]]] = defaultdict(list)
    found = Busy()
    blocking = Appointment.objects.active().filter(blocked_from__lt=end)
    # Nothing is blocked for longer than LONGEST: with both bounds the index leads to these appointments and to no
    # others.
    blocking = blocking.filter(kit_blocked_until__gt=start, kit_blocked_until__lt=end + LONGEST_APPOINTMENT)
    if leaving_out is not None:
        blocking = blocking.exclude(pk=leaving_out.pk)
    private = PrivateBusy.objects.blocking(start, end).order_by().values_list(*PRIVATE_COLUMNS)
    rows = blocking.order_by().values_list(*BUSY_COLUMNS).union(private, all=True)
    for therapist, room, kit, minutes, starts, since, until, kit_until in rows:
        if minutes is None:
            found.private[therapist].append((since, until))
            continue
        found.therapists[therapist].append((since, until))
        if room is not None:
            found.rooms[room].append((since, until))
        if kit is not None:
            found.kits[kit].append((since, kit_until))
        sessions[therapist].append((starts, minutes))
    return replace(found, booked={key: DayLoads(rows, zone) for key, rows in sessions.items()})


def client_busy_in(
    client: ResourceKey, start: dt.datetime, end: dt.datetime, *, leaving_out: Appointment | None = None
) -> tuple[Span, ...]:
    """When the client with this primary key lies on the table in [start, end)."""
    own = Appointment.objects.active().filter(client=client).touching(start, end)
    if leaving_out is not None:
        own = own.exclude(pk=leaving_out.pk)
    return tuple(availability.span_around(*times) for times in own.values_list("starts_at", "ends_at"))


def private_busy_in(start: dt.datetime, end: dt.datetime) -> BusyRanges:
    """When private calendars are busy in [start, end), by the key of the therapist."""
    found: BusyRanges = defaultdict(list)
    rows = PrivateBusy.objects.blocking(start, end).values_list("calendar__therapist_id", "starts_at", "ends_at")
    for therapist, starts, ends in rows:
        found[therapist].append(availability.span_around(starts, ends))
    return found
