"""How a column writes its dates is decided over the whole column, and asked where it is open."""

import datetime as dt

import pytest

from clients.imports.dates import (
    DateOrder,
    NoDate,
    possible_orders,
    read_clock_alone,
    read_date,
    read_length,
    read_time_cell,
)

DAY, MONTH, YEAR, WORDS = DateOrder.DAY_FIRST, DateOrder.MONTH_FIRST, DateOrder.YEAR_FIRST, DateOrder.WORDS


@pytest.mark.parametrize(
    ("column", "orders"),
    [
        (["03/04/1980", "05/06/1990"], [DAY, MONTH]),
        (["03/04/1980", "25/06/1990"], [DAY]),
        (["03/04/1980", "06/25/1990"], [MONTH]),
        (["1980-04-03", "1990/06/25", ""], [YEAR]),
        (["3 Apr 1980", "June 25, 1990"], [WORDS]),
        (["25/06/1990", "24/06/1990", "1990-06-25"], [DAY]),
        (["", ""], []),
        (["x", "y"], []),
    ],
)
def test_the_order_is_the_columns_not_the_cells(column: list[str], orders: list[DateOrder]) -> None:
    assert possible_orders(column) == orders


@pytest.mark.parametrize(
    ("text", "order", "day"),
    [
        ("03/04/1980", DAY, dt.date(1980, 4, 3)),
        ("03/04/1980", MONTH, dt.date(1980, 3, 4)),
        ("3.4.80", DAY, dt.date(1980, 4, 3)),
        ("03.04.1980", MONTH, dt.date(1980, 4, 3)),
        ("Tuesday, December 1, 2026 9:00 am", WORDS, dt.date(2026, 12, 1)),
        ("1st Dec 2026", WORDS, dt.date(2026, 12, 1)),
        ("2026-12-01T09:00:00+01:00", YEAR, dt.date(2026, 12, 1)),
    ],
)
def test_a_date_is_read_in_the_order_of_its_column(text: str, order: DateOrder, day: dt.date) -> None:
    assert read_date(text, order, today=dt.date(2026, 11, 30)) == day


@pytest.mark.parametrize(
    ("text", "order"), [("31.02.1980", DAY), ("13/13/1980", DAY), ("1980-04-03", DAY), ("1 Foo 1980", WORDS)]
)
def test_what_is_no_day_of_the_calendar_or_of_another_kind_is_none(text: str, order: DateOrder) -> None:
    with pytest.raises(NoDate):
        read_date(text, order)


def test_times_of_day_and_lengths() -> None:
    assert read_time_cell("December 1, 2026 1:05 pm") == (dt.time(13, 5), None)
    assert read_time_cell("2026-12-01T09:00:00+01:00") == (dt.time(9), dt.timedelta(hours=1))
    assert read_time_cell("2026-12-01") is None
    assert read_clock_alone("12:30 AM") == dt.time(0, 30)
    assert read_clock_alone("9 pm") == dt.time(21)
    assert [read_length(text) for text in ("60", "90 min", "1h 30m", "1:15", "2 hours")] == [60, 90, 90, 75, 120]
    for text in ("25:00", "9"):
        with pytest.raises(NoDate):
            read_clock_alone(text)
