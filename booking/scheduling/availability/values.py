"""What the engine is given and what it answers: frozen values without behaviour of their own."""

import datetime as dt
import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, TypeAlias

from booking.scheduling.availability.instants import MINUTES_PER_DAY
from booking.scheduling.availability.spans import Span

# The primary key of a therapist, room or kit. The engine only hands it back.
ResourceKey: TypeAlias = int


class Unavailable(enum.StrEnum):
    """Why a start is not free: stable slugs, in the order in which a person is told."""

    GAP = "gap"
    """The wall clock skips this time."""
    PAST = "past"
    NOTICE = "notice"
    HORIZON = "horizon"
    HOURS = "hours"
    """The session is not wholly inside working hours, or the service does not start at this time of day."""
    OFF_GRID = "off-grid"
    AWAY = "away"
    """The session touches time off."""
    PRIVATE = "private"
    """The session touches a time at which the therapist's private calendar is busy."""
    DAY_FULL = "day-full"
    THERAPIST_BUSY = "therapist-busy"
    CLIENT_BUSY = "client-busy"
    NO_ROOM = "no-room"
    NO_KIT = "no-kit"
    EDGE = "edge"
    """The therapist wants a tight day: not beside another appointment, or a gap too short to sell would remain."""


OVERRIDABLE = frozenset(
    {
        Unavailable.PAST,
        Unavailable.NOTICE,
        Unavailable.HORIZON,
        Unavailable.HOURS,
        Unavailable.OFF_GRID,
        Unavailable.AWAY,
        Unavailable.PRIVATE,
        Unavailable.DAY_FULL,
        Unavailable.EDGE,
    }
)
"""What the desk may set aside. The others are overlaps, or a time that does not exist."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceRules:
    """How one service is booked; add-ons that take time are already counted in.

    Minutes throughout, `horizon` in local days (0: only today). `kit_buffer_after` is how long a kit stays blocked
    after the session, never less than `after`. `first_start` and `last_start` are wall times, both allowed themselves;
    a last before the first runs over midnight. Raises ValueError for a length or step below one minute and for anything
    negative.
    """

    minutes: int
    before: int = 0
    after: int = 0
    step: int = 15
    needs_room: bool = False
    needs_kit: bool = False
    kit_buffer_after: int = 0
    first_start: dt.time | None = None
    last_start: dt.time | None = None
    notice: int = 0
    horizon: int = 365

    def __post_init__(self) -> None:
        if min(self.minutes, self.step) < 1:
            raise ValueError("a service takes at least a minute, and so does its step")
        if min(self.before, self.after, self.kit_buffer_after, self.notice, self.horizon) < 0:
            raise ValueError("buffers, notice and horizon are not negative")

    @property
    def span(self) -> int:
        """Minutes from the start of the session to the end of the therapist's and the room's blocked range."""
        return self.minutes + self.after

    @property
    def kit_span(self) -> int:
        """Minutes from the start of the session until the kit can be used again."""
        return self.minutes + max(self.after, self.kit_buffer_after)


@dataclass(frozen=True, slots=True)
class Hours:
    """Working hours of one weekday (Monday is 0) in wall time; `ends` at or before `starts` runs over midnight.

    `valid_from` and `valid_until` are inclusive; for hours over midnight the date on which they begin counts.
    """

    weekday: int
    starts: dt.time
    ends: dt.time
    valid_from: dt.date | None = None
    valid_until: dt.date | None = None


@dataclass(frozen=True, slots=True)
class DateOverride:
    """Hours of one date instead of the weekly ones, as `(starts, ends)` in wall time; none at all: closed."""

    date: dt.date
    ranges: Sequence[tuple[dt.time, dt.time]] = ()


class DayLoad(NamedTuple):
    """What a therapist does on one local date: appointments that start on it, their minutes without buffers."""

    appointments: int = 0
    minutes: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class TherapistSchedule:
    """One therapist's time. Ranges are instants, not empty, in any order.

    An appointment that is being moved is left out of `busy` and `booked`, or it would be in its own way. `busy` holds
    the blocked ranges of appointments (with their buffers), `away` time off, the practice's included, `private` when
    the therapist's own calendars are busy. `booked` is needed where a daily limit is set and for the choice of the
    lightest day. `max_appointments` and `max_minutes` are
    per local date. `adjacent_only`: on a day that has appointments, only starts from which no whole step lies idle to
    one of them. `minimum_gap`: no idle time shorter than this (under a day, else ValueError) may remain before or after
    the appointment, to the next appointment, time off, private time or end of hours; none at all is fine.
    """

    key: ResourceKey
    hours: Sequence[Hours] = ()
    overrides: Sequence[DateOverride] = ()
    busy: Sequence[Span] = ()
    away: Sequence[Span] = ()
    private: Sequence[Span] = ()
    booked: Mapping[dt.date, DayLoad] = field(default_factory=dict)
    max_appointments: int | None = None
    max_minutes: int | None = None
    adjacent_only: bool = False
    minimum_gap: int = 0

    def __post_init__(self) -> None:
        if not 0 <= self.minimum_gap < MINUTES_PER_DAY:
            raise ValueError("the shortest gap is between no time and a day")

    def load_of_day(self, day: dt.date) -> DayLoad:
        """What is booked on a local date."""
        return self.booked.get(day, DayLoad())

    def is_full(self, day: dt.date, minutes: int) -> bool:
        """Whether one more appointment of so many minutes would break a daily limit."""
        appointments, booked = self.load_of_day(day)
        too_many = self.max_appointments is not None and appointments >= self.max_appointments
        return too_many or (self.max_minutes is not None and booked + minutes > self.max_minutes)

    def exceeds_daily_limit(self, day: dt.date) -> bool:
        """Whether more is booked on a local date than the daily limits allow."""
        appointments, booked = self.load_of_day(day)
        too_many = self.max_appointments is not None and appointments > self.max_appointments
        return too_many or (self.max_minutes is not None and booked > self.max_minutes)


@dataclass(frozen=True, slots=True)
class Resource:
    """One room or one stone kit, and the ranges of instants in which it is blocked, in any order."""

    key: ResourceKey
    busy: Sequence[Span] = ()


class FreeStart(NamedTuple):
    """A time that can be booked: the start as an instant, and with whom, in the order of the therapists given."""

    start: int
    therapists: tuple[ResourceKey, ...]


class StartVerdict(NamedTuple):
    """Free where `reason` is None, with what was set aside; all free `rooms` and `kits`, if needed, in their order."""

    reason: Unavailable | None = None
    rooms: tuple[ResourceKey, ...] = ()
    kits: tuple[ResourceKey, ...] = ()
    overridden: tuple[Unavailable, ...] = ()

    @property
    def room(self) -> ResourceKey | None:
        """The room to take."""
        return self.rooms[0] if self.rooms else None

    @property
    def kit(self) -> ResourceKey | None:
        """The kit to take."""
        return self.kits[0] if self.kits else None

    @property
    def free(self) -> bool:
        """Whether the start can be booked."""
        return self.reason is None
