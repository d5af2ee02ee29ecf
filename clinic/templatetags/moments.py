"""Times, dates and money in templates, as the practice's country writes them: in every template, without a `load`."""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import cast

from django import template

from clinic.country.locale import current_formats

register = template.Library()
DateOrTime = dt.datetime | dt.date
DateFilter = Callable[[DateOrTime | None], str]


@register.filter(expects_localtime=True)
def clock(value: dt.datetime | dt.time | None) -> str:
    """14:30 or 2:30 PM; in the repeated hour of autumn with its zone."""
    return current_formats().clock(value) if value else ""


def date_filters(name: str, pattern: str, *, with_year: bool | None = None) -> tuple[DateFilter, DateFilter]:
    """The filters `name` and `name_clock`, for a date by one of the patterns of `Formats.date` and with its time."""

    def date(value: DateOrTime | None) -> str:
        return current_formats().date(value, pattern, with_year=with_year) if value else ""

    def date_clock(value: DateOrTime | None) -> str:
        return f"{date(value)}, {clock(cast('dt.datetime', value))}" if value else ""

    register.filter(name, date, expects_localtime=True)
    register.filter(f"{name}_clock", date_clock, expects_localtime=True)
    return date, date_clock


# Friday 27 November; Fri 27 Nov; 27 November; 27 Nov: each with the year where it is another one.
date_filters("day", "day")
_short_day, short_day_clock = date_filters("short_day", "short_day")
_month_day, month_day_clock = date_filters("month_day", "month_day")
date_filters("short_month_day", "short_month_day")
# 27 November 2026; Friday 27 November 2026; 27 Nov 2026.
_full_date, full_date_clock = date_filters("full_date", "month_day", with_year=True)
date_filters("full_day", "day", with_year=True)
_short_date, short_date_clock = date_filters("short_date", "short_month_day", with_year=True)


@register.filter(expects_localtime=True)
def fold(value: dt.datetime) -> str:
    """Which of two hours that the clock shows alike: 1 for the later one, else 0."""
    return str(value.fold)


@register.filter
def price(amount: Decimal, currency: str) -> str:
    """€72, €72.50, KWD 12.500."""
    return current_formats().money(amount, currency)


@register.filter
def full_price(amount: Decimal, currency: str) -> str:
    """€72.00, €72.50, KWD 12.500, ¥7,200: in columns and on receipts."""
    return current_formats().money(amount, currency, all_decimals=True)
