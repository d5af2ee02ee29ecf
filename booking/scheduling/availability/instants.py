"""Between aware datetimes, instants and wall time.

An instant is in minutes since the Unix epoch, UTC; wall time in minutes since 1970-01-01 00:00 on the wall.

A clock change cuts the line of instants into pieces of constant offset. Every wall-clock rule is laid on each piece by
itself, and the rest follows: in the spring gap no instant shows the missing wall time, in the autumn fold two do.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from booking.scheduling.availability.spans import FOREVER, Span

MINUTES_PER_HOUR = 60
MINUTES_PER_DAY = 24 * MINUTES_PER_HOUR
MINUTE = dt.timedelta(minutes=1)
EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
EPOCH_DAY = EPOCH.date().toordinal()
# Two days of calendar are kept free at either end, because a zone's offset must not lead out of it.
FIRST_DAY = dt.date.min.toordinal() - EPOCH_DAY + 2
LAST_DAY = dt.date.max.toordinal() - EPOCH_DAY - 2


def instant(moment: dt.datetime) -> int:
    """The minute in which an aware `moment` lies. Raises TypeError for a naive one."""
    return (moment - EPOCH) // MINUTE


def instant_not_before(moment: dt.datetime) -> int:
    """The first whole minute at or after an aware `moment`."""
    return -((EPOCH - moment) // MINUTE)


def span_around(starts: dt.datetime, ends: dt.datetime) -> Span:
    """The whole minutes that cover `[starts, ends)`, rounded outwards: for what is busy, never for what is open."""
    return instant(starts), instant_not_before(ends)


def as_datetime(minute: int, zone: dt.tzinfo = dt.UTC) -> dt.datetime:
    """The aware datetime of an instant, in `zone`."""
    return (EPOCH + minute * MINUTE).astimezone(zone)


def is_skipped_by_clock(moment: dt.datetime) -> bool:
    """Whether an aware `moment` names a wall time that its zone skips (spring gap)."""
    there_and_back = moment.astimezone(dt.UTC).astimezone(moment.tzinfo)
    return there_and_back.replace(tzinfo=None) != moment.replace(tzinfo=None)


def is_out_of_calendar_range(moment: dt.datetime) -> bool:
    """Whether an aware `moment` is so near the ends of the calendar that another zone may have no date for it."""
    return not FIRST_DAY <= instant(moment) // MINUTES_PER_DAY <= LAST_DAY


def day_number(day: dt.date) -> int:
    """Days from 1970-01-01 to `day`."""
    return day.toordinal() - EPOCH_DAY


def date_of(number: int) -> dt.date:
    """The date that is `number` days after 1970-01-01."""
    return dt.date.fromordinal(number + EPOCH_DAY)


def minute_of_day(time: dt.time) -> int:
    """Minutes from 00:00 on the wall; seconds are dropped."""
    return time.hour * MINUTES_PER_HOUR + time.minute


def _offset(zone: ZoneInfo, minute: int) -> int:
    """Minutes that the wall clock is ahead of UTC at an instant."""
    return instant(as_datetime(minute, zone).replace(tzinfo=dt.UTC)) - minute


def _change(zone: ZoneInfo, before: int, after: int) -> int:
    """The first instant with the offset of `after`, between two instants that enclose one clock change."""
    new = _offset(zone, after)
    while after - before > 1:
        middle = (before + after) // 2
        if _offset(zone, middle) == new:
            after = middle
        else:
            before = middle
    return after


@dataclass(frozen=True, slots=True)
class WallClock:
    """The wall clock of one zone around the local days `first` to `last` (day numbers, inclusive).

    `pieces` are `(from, until, offset)`: instants `[from, until)` at which the wall is `offset` minutes ahead of UTC.
    The outermost two are stretched without end, so that any instant has an answer; it is the zone's own for the days
    asked and three beyond on either side.
    """

    first: int
    last: int
    pieces: tuple[tuple[int, int, int], ...]

    @classmethod
    def of(cls, zone: ZoneInfo, first: int, last: int) -> "WallClock":
        """Look up the offset once a day: no zone has ever changed its clock twice within one."""
        begin = min(max(first - 4, FIRST_DAY), LAST_DAY) * MINUTES_PER_DAY
        end = max(min(last + 5, LAST_DAY), FIRST_DAY) * MINUTES_PER_DAY
        pieces, since, offset = [], -FOREVER, _offset(zone, begin)
        for minute in range(begin + MINUTES_PER_DAY, end + 1, MINUTES_PER_DAY):
            following = _offset(zone, minute)
            if following != offset:
                change = _change(zone, minute - MINUTES_PER_DAY, minute)
                pieces.append((since, change, offset))
                since, offset = change, following
        return cls(first, last, (*pieces, (since, FOREVER, offset)))

    @classmethod
    def around(cls, zone: ZoneInfo, minute: int) -> "WallClock":
        """The clock of the one local day in which an instant lies."""
        number = minute // MINUTES_PER_DAY
        nearby = cls.of(zone, number - 1, number + 1)
        day = nearby.day_of(minute)
        return cls(day, day, nearby.pieces)

    def pieces_of(self, begin: int, end: int) -> list[tuple[int, int, int]]:
        """Where the wall shows a time in `[begin, end)`: instants from and until, and the offset there."""
        found = []
        for since, until, offset in self.pieces:
            start, stop = begin - offset, end - offset
            if start < since:
                start = since
            if stop > until:
                stop = until
            if start < stop:
                found.append((start, stop, offset))
        return found

    def spans(self, begin: int, end: int) -> list[Span]:
        """The instants at which the wall shows a time in `[begin, end)`: mostly one range, two in an autumn fold."""
        return [(start, stop) for start, stop, _ in self.pieces_of(begin, end)]

    def day_spans(self, days: Iterable[int]) -> list[Span]:
        """The instants of some local days, given by number."""
        return [span for day in days for span in self.spans(day * MINUTES_PER_DAY, (day + 1) * MINUTES_PER_DAY)]

    def range_of_day(self, day: int) -> Span:
        """A local day from its first instant to its last, given by number."""
        spans = self.day_spans([day])
        return (spans[0][0], spans[-1][1]) if spans else (day * MINUTES_PER_DAY, day * MINUTES_PER_DAY)

    def day_of(self, minute: int) -> int:
        """The number of the local day in which an instant lies."""
        offset = next(offset for _, until, offset in self.pieces if minute < until)
        return (minute + offset) // MINUTES_PER_DAY
