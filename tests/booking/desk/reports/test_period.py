"""Which dates a report is about, and which it is held beside."""

import datetime as dt
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.desk.reports.period import (
    ONE_DAY,
    DateRange,
    PeriodKind,
    ReportPeriod,
    Step,
    calendar_period,
    dates_in_words,
    own_period,
)
from clinic.country.locale import formats_of

GERMAN, AMERICAN = formats_of("en-DE"), formats_of("en-US")
TODAY = dt.date(2026, 11, 12)
KINDS = [kind for kind in PeriodKind if kind is not PeriodKind.OWN]


def period(kind: PeriodKind, day: dt.date = TODAY, today: dt.date = TODAY) -> ReportPeriod:
    """The period of a day in a German practice."""
    return calendar_period(kind, day, today=today, formats=GERMAN)


def between(first: str, last: str) -> DateRange:
    """Dates as ISO 8601 writes them."""
    return DateRange(dt.date.fromisoformat(first), dt.date.fromisoformat(last))


def test_a_month_that_is_over_stands_beside_the_whole_month_before() -> None:
    october = period(PeriodKind.MONTH, dt.date(2026, 10, 31))
    assert (october.counted, october.before) == (
        between("2026-10-01", "2026-10-31"),
        between("2026-09-01", "2026-09-30"),
    )
    assert (october.label, october.is_running) == ("October 2026", False)


def test_a_month_that_is_running_is_held_beside_as_many_days_of_the_one_before() -> None:
    november = period(PeriodKind.MONTH)
    assert november.counted == between("2026-11-01", "2026-11-12")
    assert november.before == between("2026-10-01", "2026-10-12")
    assert november.is_running


def test_the_one_before_ends_with_its_own_last_day() -> None:
    march = period(PeriodKind.MONTH, dt.date(2026, 3, 30), today=dt.date(2026, 3, 30))
    assert march.before == between("2026-02-01", "2026-02-28")


def test_what_is_ahead_is_counted_whole() -> None:
    december = period(PeriodKind.MONTH, dt.date(2026, 12, 5))
    assert (december.counted, december.before) == (
        between("2026-12-01", "2026-12-31"),
        between("2026-11-01", "2026-11-30"),
    )


def test_quarters_and_years_begin_where_the_calendar_has_them() -> None:
    assert period(PeriodKind.QUARTER, dt.date(2026, 6, 30)).whole == between("2026-04-01", "2026-06-30")
    assert period(PeriodKind.YEAR, dt.date(2024, 2, 29)).whole == between("2024-01-01", "2024-12-31")
    assert period(PeriodKind.YEAR, dt.date(2024, 2, 29)).before == between("2023-01-01", "2023-12-31")


def test_a_week_begins_on_the_countrys_first_day() -> None:
    sunday = dt.date(2026, 11, 8)
    assert period(PeriodKind.WEEK, sunday).whole == between("2026-11-02", "2026-11-08")
    american = calendar_period(PeriodKind.WEEK, sunday, today=TODAY, formats=AMERICAN)
    assert american.whole == between("2026-11-08", "2026-11-14")


def test_own_dates_stand_beside_as_many_right_before() -> None:
    own = own_period(between("2026-10-10", "2026-10-19"), today=TODAY, formats=GERMAN)
    assert own.before == between("2026-09-30", "2026-10-09")
    assert own.neighbour(1) == {"period": "own", "from": "2026-10-20", "until": "2026-10-29"}


@pytest.mark.parametrize(
    ("kind", "step", "parts"),
    [
        (PeriodKind.WEEK, Step.DAY, 7),
        (PeriodKind.MONTH, Step.DAY, 30),
        (PeriodKind.QUARTER, Step.WEEK, 14),
        (PeriodKind.YEAR, Step.MONTH, 12),
    ],
)
def test_charts_go_by_days_weeks_or_months(kind: PeriodKind, step: Step, parts: int) -> None:
    past = period(kind, dt.date(2025, 9, 15))
    assert (past.step, len(past.parts())) == (step, parts)


def test_dates_name_their_year_once_where_it_is_the_same() -> None:
    assert dates_in_words(between("2026-10-01", "2026-10-12"), GERMAN) == "1 Oct – 12 Oct 2026"
    assert dates_in_words(between("2025-12-29", "2026-01-04"), GERMAN) == "29 Dec 2025 – 4 Jan 2026"


days = st.dates(dt.date(1990, 1, 1), dt.date(2100, 12, 31))


@given(kind=st.sampled_from(KINDS), day=days, today=days, formats=st.sampled_from([GERMAN, AMERICAN]))
def test_the_parts_are_the_period_and_the_one_before_lies_before_it(
    kind: PeriodKind, day: dt.date, today: dt.date, formats: object
) -> None:
    found = calendar_period(kind, day, today=today, formats=formats)  # type: ignore[arg-type] # one of two
    parts = found.parts()
    assert (parts[0].first, parts[-1].last) == (found.counted.first, found.counted.last)
    assert all(one.last + ONE_DAY == other.first for one, other in pairwise(parts))
    assert found.before.last < found.counted.first
    assert day in found.whole
    assert found.before.days <= found.whole.days + 3
    if found.is_running:
        assert found.before.days <= found.counted.days
    else:
        assert found.before.last + ONE_DAY == found.counted.first


@given(kind=st.sampled_from(KINDS), day=days)
def test_going_back_and_forth_comes_to_the_same_period(kind: PeriodKind, day: dt.date) -> None:
    here = period(kind, day)
    there = period(kind, dt.date.fromisoformat(here.neighbour(-1)["day"]))
    assert there.whole.last + ONE_DAY == here.whole.first
    assert period(kind, dt.date.fromisoformat(there.neighbour(1)["day"])).whole == here.whole
