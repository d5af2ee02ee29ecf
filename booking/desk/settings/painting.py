"""A week of working hours as a grid of quarters, and back: painted by hand, kept as rows. Pure but for the model.

What a grid cannot say stays a row of the list below it: hours over midnight, hours that do not begin on a quarter, and
hours with other dates of validity than the week that is painted.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from booking.models import WorkingHours

QUARTER = 15
QUARTERS_A_DAY = 24 * 60 // QUARTER
# A day as the browser sends it: one sign for each quarter.
PAINTED, EMPTY = "1", "0"
Validity = tuple[dt.date | None, dt.date | None]


@dataclass(frozen=True)
class PaintedRange:
    """Hours of one weekday in quarters from midnight, the end not included."""

    weekday: int
    begins: int
    ends: int

    @property
    def starts(self) -> dt.time:
        """When work begins."""
        return time_of_quarter(self.begins)

    @property
    def stops(self) -> dt.time:
        """When it ends; 00:00 is the end of the day."""
        return time_of_quarter(self.ends)


def time_of_quarter(quarter: int) -> dt.time:
    """The wall time at which a quarter begins; that of the last one's end is 00:00."""
    minutes = quarter * QUARTER % (24 * 60)
    return dt.time(minutes // 60, minutes % 60)


def quarter_of(time: dt.time) -> int | None:
    """The quarter that begins at a wall time; None where it lies between two."""
    minutes = time.hour * 60 + time.minute
    return None if minutes % QUARTER or time.second else minutes // QUARTER


def validity_of(hours: WorkingHours) -> Validity:
    """From when until when a row counts."""
    return hours.valid_from, hours.valid_until


def is_paintable(hours: WorkingHours, validity: Validity) -> bool:
    """Whether a row is said by the grid of one validity."""
    on_grid = quarter_of(hours.starts) is not None and quarter_of(hours.ends) is not None
    return on_grid and not hours.over_midnight and validity_of(hours) == validity


def week_of_hours(rows: Iterable[WorkingHours]) -> list[str]:
    """The grid of some paintable rows, a text of quarters for each weekday from Monday."""
    week = [[EMPTY] * QUARTERS_A_DAY for _day in range(7)]
    for row in rows:
        begins, ends = quarter_of(row.starts) or 0, quarter_of(row.ends) or QUARTERS_A_DAY
        week[row.weekday][begins:ends] = [PAINTED] * (ends - begins)
    return ["".join(day) for day in week]


def ranges_painted(week: Sequence[str]) -> list[PaintedRange]:
    """The ranges of a grid. Raises ValueError for what is no grid: a browser may send anything."""
    if len(week) != 7 or any(len(day) != QUARTERS_A_DAY or set(day) - {PAINTED, EMPTY} for day in week):
        raise ValueError("Seven days of 96 quarters are a week.")
    found = []
    for weekday, day in enumerate(week):
        begins = None
        for quarter, sign in enumerate(f"{day}{EMPTY}"):
            if sign == PAINTED and begins is None:
                begins = quarter
            elif sign == EMPTY and begins is not None:
                found.append(PaintedRange(weekday, begins, quarter))
                begins = None
    return found
