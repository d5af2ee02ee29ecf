"""Which free time suits whom and how long it is held: plain values; hours in wall time, all else instants."""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from clinic.quiet_hours import QuietHours

# A time that could be held for less than this is nobody's to answer in peace.
SHORTEST_HOLD = dt.timedelta(minutes=30)


@dataclass(frozen=True)
class Preferences:
    """The days and hours that suit someone. The whole session lies between the two hours of one day."""

    weekdays: frozenset[int]
    from_time: dt.time
    until_time: dt.time
    first: dt.date
    last: dt.date

    def takes(self, start: dt.datetime, ends: dt.datetime, zone: ZoneInfo) -> bool:
        """Whether a session from `start` to `ends` (aware) suits."""
        begins, over = start.astimezone(zone), ends.astimezone(zone)
        return (
            self.first <= begins.date() <= self.last
            and begins.weekday() in self.weekdays
            and over.date() == begins.date()
            and begins.time() >= self.from_time
            and over.time() <= self.until_time
        )


@dataclass(frozen=True)
class OpenTime:
    """A free time (instants) and the keys of the therapists who have it, the one to be asked first in front."""

    start: dt.datetime
    ends: dt.datetime
    therapists: tuple[int, ...]

    def overlaps(self, start: dt.datetime, ends: dt.datetime) -> bool:
        """Whether it shares a moment with [start, ends)."""
        return self.start < ends and start < self.ends

    def without(self, therapist: int) -> "OpenTime":
        """The open time without one therapist, or None where nobody is left."""
        return OpenTime(self.start, self.ends, tuple(each for each in self.therapists if each != therapist))


@dataclass(frozen=True)
class WaitingClient:
    """What decides about one entry besides the diary: whom they asked for, what they were told, when they are busy."""

    suits: Preferences
    therapist: int | None
    told: frozenset[dt.datetime]
    busy: tuple[tuple[dt.datetime, dt.datetime], ...] = ()

    def takes(self, opening: OpenTime, zone: ZoneInfo) -> OpenTime | None:
        """The opening as this entry may have it, or None."""
        therapists = opening.therapists
        if self.therapist is not None:
            therapists = tuple(each for each in therapists if each == self.therapist)
        if not therapists or opening.start in self.told:
            return None
        if any(opening.overlaps(*span) for span in self.busy) or not self.suits.takes(
            opening.start, opening.ends, zone
        ):
            return None
        return OpenTime(opening.start, opening.ends, therapists)


def matching_openings(waiting: WaitingClient, openings: Iterable[OpenTime], zone: ZoneInfo) -> Iterator[OpenTime]:
    """The openings that suit an entry, in the order in which they stand."""
    return (found for each in openings if (found := waiting.takes(each, zone)) is not None)


def hold_until(
    now: dt.datetime, start: dt.datetime, *, hold: dt.timedelta, notice: dt.timedelta, quiet: QuietHours
) -> dt.datetime | None:
    """Until when a time offered now is held, by day and while bookable; None for too short, or at night."""
    if quiet.holds(now):
        return None
    latest = start - notice
    if latest - now < SHORTEST_HOLD:
        return None
    until, left = now, hold
    while quiet.begin != quiet.end and until + left > (evening := quiet.next_quiet_start(until)):
        left -= evening - until
        until = quiet.next_quiet_end(evening)
    return min(until + left, latest)
