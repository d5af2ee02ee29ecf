"""Dates as other programs write them. How a column writes them is decided over the whole file, never for one cell.

`03/04/2026` is the third of April or the fourth of March; only the rest of the column can tell, or the person who asks.
"""

import datetime as dt
import re
from collections.abc import Iterable
from enum import StrEnum

from django.utils.translation import gettext as _

YEAR_FIRST = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})")
YEAR_LAST = re.compile(r"(\d{1,2})([-/. ])(\d{1,2})\2\s?(\d{4}|\d{2})")
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
MONTH = r"([a-z]{3,9})\.?"
WORDS_DAY_FIRST = re.compile(rf"(\d{{1,2}})(?:st|nd|rd|th)?[\s-]+{MONTH}[\s,-]+(\d{{4}})")
WORDS_MONTH_FIRST = re.compile(rf"{MONTH}\s+(\d{{1,2}})(?:st|nd|rd|th)?,?\s+(\d{{4}})")
WEEKDAY = re.compile(r"^(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\.?,?\s+", re.IGNORECASE)
HALF = r"\s*([ap]\.?m\.?)?"
CLOCK = re.compile(
    rf"[T\s,]+(?:at\s+)?(\d{{1,2}})[:.](\d{{2}})(?::\d{{2}}(?:\.\d+)?)?{HALF}\s*(Z|[+-]\d{{2}}:?\d{{2}})?$",
    re.IGNORECASE,
)
CLOCK_ALONE = re.compile(rf"(\d{{1,2}})(?:[:.](\d{{2}}))?(?::\d{{2}})?{HALF}", re.IGNORECASE)
LENGTH = re.compile(
    r"(?:(\d{1,2})\s*(?:h|hr|hrs|hours?)\b\.?)?\s*(?:(\d{1,3})\s*(?:m|min|mins|minutes?)?\b\.?)?", re.IGNORECASE
)


class DateOrder(StrEnum):
    """In which order a column writes day, month and year."""

    YEAR_FIRST = "ymd"
    DAY_FIRST = "dmy"
    MONTH_FIRST = "mdy"
    WORDS = "words"


class NoDate(ValueError):  # noqa: N818 - it is an answer, not a fault
    """What is no date; the message says why."""


def possible_orders(values: Iterable[str]) -> list[DateOrder]:
    """The orders by which the most values of a column are dates, the others being wrong in any case. One: that is how
    the column is written. Several: somebody must say. None: there is nothing in it."""
    written = [text for each in values if (text := date_part(each))]
    fits = {order: sum(reads(text, order) for text in written) for order in DateOrder}
    most = max(fits.values())
    return [order for order in DateOrder if fits[order] == most] if most else []


def reads(text: str, order: DateOrder) -> bool:
    """Whether a text is a date in this order."""
    try:
        read_date(text, order)
    except NoDate:
        return False
    return True


def read_date(text: str, order: DateOrder, *, today: dt.date | None = None) -> dt.date:
    """The date of a text. A year of two figures is of this century, or of the last where it would lie after `today`.
    Raises NoDate."""
    written = date_part(text)
    if order is DateOrder.WORDS:
        year, month, day = from_words(written)
    elif order is DateOrder.YEAR_FIRST:
        found = YEAR_FIRST.fullmatch(written)
        if found is None:
            raise NoDate(not_as_the_rest(order))
        year, month, day = map(int, found.groups())
    else:
        parts = YEAR_LAST.fullmatch(written)
        if parts is None:
            raise NoDate(not_as_the_rest(order))
        first, second, year = int(parts[1]), int(parts[3]), int(parts[4])
        # A point stands between day and month wherever it is used at all.
        swapped = order is DateOrder.MONTH_FIRST and parts[2] != "."
        month, day = (first, second) if swapped else (second, first)
        if len(parts[4]) == 2:
            year += 2000
            if today is not None and year > today.year:
                year -= 100
    try:
        return dt.date(year, month, day)
    except ValueError as error:
        raise NoDate(_("there is no such day")) from error


def from_words(written: str) -> tuple[int, int, int]:
    """Year, month and day of a date with its month in English letters. Raises NoDate."""
    small = written.lower()
    if found := WORDS_DAY_FIRST.fullmatch(small):
        day, name, year = found.groups()
    elif found := WORDS_MONTH_FIRST.fullmatch(small):
        name, day, year = found.groups()
    else:
        raise NoDate(not_as_the_rest(DateOrder.WORDS))
    if name[:3] not in MONTHS:
        raise NoDate(_("there is no such month"))
    return int(year), MONTHS.index(name[:3]) + 1, int(day)


def not_as_the_rest(order: DateOrder) -> str:
    """The words for a date that is not written as its column is."""
    return _("not written as %(example)s, as the column is") % {"example": example_of(order)}


def example_of(order: DateOrder) -> str:
    """A day as an order writes it."""
    return {
        DateOrder.YEAR_FIRST: "2026-12-31",
        DateOrder.DAY_FIRST: "31/12/2026",
        DateOrder.MONTH_FIRST: "12/31/2026",
        DateOrder.WORDS: "December 31, 2026",
    }[order]


def date_part(text: str) -> str:
    """A text without its weekday and its time of day."""
    return WEEKDAY.sub("", CLOCK.sub("", text.strip())).strip()


def read_time_cell(text: str) -> tuple[dt.time, dt.timedelta | None] | None:
    """The time of day in a text that has a date too, and its offset from UTC where it names one; None without one."""
    found = CLOCK.search(text.strip())
    if found is None:
        return None
    return time_of_day(found[1], found[2], found[3]), offset_of(found[4])


def read_clock_alone(text: str) -> dt.time:
    """A time of day that stands by itself. Raises NoDate."""
    found = CLOCK_ALONE.fullmatch(text.strip())
    if found is None or (found[2] is None and found[3] is None):
        raise NoDate(_("no time of day"))
    return time_of_day(found[1], found[2] or "0", found[3])


def time_of_day(hours: str, minutes: str, half: str | None) -> dt.time:
    """A time of day on the clock of 24 hours, or of twelve with am or pm. Raises NoDate."""
    hour = int(hours)
    if half:
        if not 1 <= hour <= 12:
            raise NoDate(_("no time of day"))
        hour = hour % 12 + (12 if half.lower().startswith("p") else 0)
    try:
        return dt.time(hour, int(minutes))
    except ValueError as error:
        raise NoDate(_("no time of day")) from error


def offset_of(text: str | None) -> dt.timedelta | None:
    """An offset such as +01:00 or Z."""
    if not text:
        return None
    if text in "Zz":
        return dt.timedelta()
    sign = -1 if text[0] == "-" else 1
    digits = text[1:].replace(":", "")
    return sign * dt.timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))


def read_length(text: str) -> int:
    """Minutes: “60”, “60 min”, “1h 30m” or “1:30”. Raises NoDate."""
    written = text.strip().lower()
    if found := re.fullmatch(r"(\d{1,2}):(\d{2})(?::\d{2})?", written):
        return int(found[1]) * 60 + int(found[2])
    found = LENGTH.fullmatch(written)
    if not written or found is None or not any(found.groups()):
        raise NoDate(_("no length in minutes"))
    return int(found[1] or 0) * 60 + int(found[2] or 0)
