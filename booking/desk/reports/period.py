"""The period that a report is about, the one before it, and the parts that its charts show. Local dates of the
practice, both ends inclusive. Pure: dates in, dates out."""

import calendar
import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext as _

from clinic.country.locale import Formats

ONE_DAY = dt.timedelta(days=1)
# So many days are charted day by day, and so many week by week; what is longer, month by month.
MOST_DAYS, MOST_WEEKS = 31, 27
# The longest period that may be asked for by its own dates.
LONGEST_PERIOD = dt.timedelta(days=5 * 366)


class PeriodKind(StrEnum):
    """How long a period is."""

    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"
    OWN = "own"


class Step(StrEnum):
    """How long each part of a chart is."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"


@dataclass(frozen=True)
class DateRange:
    """Some local dates, both ends inclusive."""

    first: dt.date
    last: dt.date

    @property
    def days(self) -> int:
        """How many they are."""
        return (self.last - self.first).days + 1

    def __contains__(self, day: dt.date) -> bool:
        return self.first <= day <= self.last


@dataclass(frozen=True)
class ReportPeriod:
    """A week, month, quarter, year or one's own dates, counted up to today where it is still running.

    `whole` is the period by the calendar, `counted` what of it is over, today included; one that is wholly ahead is
    counted whole. `before` is the one before, of the same length: of a period that is running, as many days from its
    beginning.
    """

    kind: PeriodKind
    whole: DateRange
    counted: DateRange
    before: DateRange
    formats: Formats

    @property
    def is_running(self) -> bool:
        """Whether some of it is still to come."""
        return self.counted != self.whole

    @property
    def step(self) -> Step:
        """How its charts are parted."""
        if self.counted.days <= MOST_DAYS:
            return Step.DAY
        return Step.WEEK if self.counted.days <= MOST_WEEKS * 7 else Step.MONTH

    @property
    def label(self) -> str:
        """What it is called: November 2026, 2026, or from when to when."""
        if self.kind is PeriodKind.MONTH:
            return month_name(self.whole.first)
        if self.kind is PeriodKind.YEAR:
            return str(self.whole.first.year)
        return dates_in_words(self.whole, self.formats)

    @property
    def counted_label(self) -> str:
        """The dates that are counted."""
        return dates_in_words(self.counted, self.formats)

    @property
    def before_label(self) -> str:
        """The dates of the one before."""
        return dates_in_words(self.before, self.formats)

    def parts(self) -> list[DateRange]:
        """The counted dates in parts of one step each; the first and the last may be shorter."""
        return list(parts_of(self.counted, self.step, self.formats))

    def part_label(self, part: DateRange) -> str:
        """A part as a table names it."""
        if self.step is Step.DAY:
            return self.formats.short_day(part.first)
        return month_name(part.first) if self.step is Step.MONTH else dates_in_words(part, self.formats)

    def neighbour(self, places: int) -> "dict[str, str]":
        """How an address asks for the period so many places later (earlier, below zero)."""
        if self.kind is PeriodKind.OWN:
            shift = self.whole.days * dt.timedelta(days=places)
            return own_query(DateRange(self.whole.first + shift, self.whole.last + shift))
        return {"period": str(self.kind), "day": moved(self.kind, self.whole.first, places).isoformat()}

    @property
    def query(self) -> dict[str, str]:
        """How an address asks for this one."""
        return self.neighbour(0)


def own_query(dates: DateRange) -> dict[str, str]:
    """How an address asks for these dates."""
    return {"period": str(PeriodKind.OWN), "from": dates.first.isoformat(), "until": dates.last.isoformat()}


def calendar_period(kind: PeriodKind, day: dt.date, *, today: dt.date, formats: Formats) -> ReportPeriod:
    """The week, month, quarter or year that a date lies in."""
    whole = whole_period(kind, day, formats)
    former = whole_period(kind, whole.first - ONE_DAY, formats)
    counted = so_far(whole, today)
    if counted == whole:
        return ReportPeriod(kind, whole, counted, former, formats)
    end = min(former.first + (counted.last - counted.first), former.last)
    return ReportPeriod(kind, whole, counted, DateRange(former.first, end), formats)


def own_period(dates: DateRange, *, today: dt.date, formats: Formats) -> ReportPeriod:
    """Any dates, beside as many right before them."""
    counted = so_far(dates, today)
    end = dates.first - ONE_DAY
    before = DateRange(end - (counted.last - counted.first), end)
    return ReportPeriod(PeriodKind.OWN, dates, counted, before, formats)


def so_far(dates: DateRange, today: dt.date) -> DateRange:
    """What of some dates is over, today included; all of them where they are wholly ahead."""
    return DateRange(dates.first, today) if today in dates else dates


def whole_period(kind: PeriodKind, day: dt.date, formats: Formats) -> DateRange:
    """The dates of the week, month, quarter or year that a date lies in. Raises ValueError for one's own dates."""
    if kind is PeriodKind.WEEK:
        week = formats.week_of(day)
        return DateRange(week[0], week[-1])
    months = {PeriodKind.MONTH: 1, PeriodKind.QUARTER: 3, PeriodKind.YEAR: 12}.get(kind)
    if months is None:
        raise ValueError(kind)
    first = dt.date(day.year, (day.month - 1) // months * months + 1, 1)
    last_month = first.month + months - 1
    return DateRange(first, dt.date(first.year, last_month, calendar.monthrange(first.year, last_month)[1]))


def moved(kind: PeriodKind, first: dt.date, places: int) -> dt.date:
    """The first day of the period so many places after the one that begins on `first`."""
    if kind is PeriodKind.WEEK:
        return first + dt.timedelta(weeks=places)
    months = {PeriodKind.MONTH: 1, PeriodKind.QUARTER: 3, PeriodKind.YEAR: 12}[kind] * places
    year, month = divmod(first.year * 12 + first.month - 1 + months, 12)
    return dt.date(year, month + 1, 1)


def parts_of(dates: DateRange, step: Step, formats: Formats) -> Iterator[DateRange]:
    """Dates in days, in weeks of the country or in months."""
    first = dates.first
    while first <= dates.last:
        if step is Step.DAY:
            last = first
        elif step is Step.WEEK:
            last = formats.week_of(first)[-1]
        else:
            last = whole_period(PeriodKind.MONTH, first, formats).last
        yield DateRange(first, min(last, dates.last))
        first = last + ONE_DAY


def month_name(day: dt.date) -> str:
    """November 2026."""
    names = (
        *(_("January"), _("February"), _("March"), _("April"), _("May"), _("June")),
        *(_("July"), _("August"), _("September"), _("October"), _("November"), _("December")),
    )
    return f"{names[day.month - 1]} {day.year}"


def dates_in_words(dates: DateRange, formats: Formats) -> str:
    """27 Nov 2026, or 1 Nov – 30 Nov 2026."""
    if dates.first == dates.last:
        return formats.short_date(dates.last)
    same_year = dates.first.year == dates.last.year
    begin = formats.date(dates.first, "short_month_day", with_year=not same_year)
    return f"{begin} – {formats.short_date(dates.last)}"
