"""Times, dates and money in templates, as the practice's country writes them: in every template, without a `load`."""

import datetime as dt
from decimal import Decimal

from django import template

from clinic.country.locale import current_formats

register = template.Library()
DateOrTime = dt.datetime | dt.date


@register.filter(expects_localtime=True)
def clock(value: dt.datetime | dt.time | None) -> str:
    """14:30 or 2:30 PM; in the repeated hour of autumn with its zone."""
    return current_formats().clock(value) if value else ""


@register.filter(expects_localtime=True)
def day(value: DateOrTime | None) -> str:
    """Friday 27 November; the year where it is another one."""
    return current_formats().day(value) if value else ""


@register.filter(expects_localtime=True)
def day_clock(value: dt.datetime | None) -> str:
    """Friday 27 November, 14:30."""
    return f"{current_formats().day(value)}, {current_formats().clock(value)}" if value else ""


@register.filter(expects_localtime=True)
def short_day(value: DateOrTime | None) -> str:
    """Fri 27 Nov; the year where it is another one."""
    return current_formats().short_day(value) if value else ""


@register.filter(expects_localtime=True)
def short_day_clock(value: dt.datetime | None) -> str:
    """Fri 27 Nov, 14:30; the year where it is another one."""
    return f"{current_formats().short_day(value)}, {current_formats().clock(value)}" if value else ""


@register.filter(expects_localtime=True)
def month_day(value: DateOrTime | None) -> str:
    """27 November; the year where it is another one."""
    return current_formats().month_day(value) if value else ""


@register.filter(expects_localtime=True)
def month_day_clock(value: dt.datetime | None) -> str:
    """27 November, 14:30; the year where it is another one."""
    return f"{current_formats().month_day(value)}, {current_formats().clock(value)}" if value else ""


@register.filter(expects_localtime=True)
def short_month_day(value: DateOrTime | None) -> str:
    """27 Nov; the year where it is another one."""
    return current_formats().date(value, "short_month_day") if value else ""


@register.filter(expects_localtime=True)
def short_month_day_clock(value: dt.datetime | None) -> str:
    """27 Nov, 14:30; the year where it is another one."""
    return f"{current_formats().date(value, 'short_month_day')}, {current_formats().clock(value)}" if value else ""


@register.filter(expects_localtime=True)
def full_date(value: DateOrTime | None) -> str:
    """27 November 2026."""
    return current_formats().full_date(value) if value else ""


@register.filter(expects_localtime=True)
def full_date_clock(value: dt.datetime | None) -> str:
    """27 November 2026, 14:30."""
    return f"{current_formats().full_date(value)}, {current_formats().clock(value)}" if value else ""


@register.filter(expects_localtime=True)
def full_day(value: DateOrTime | None) -> str:
    """Friday 27 November 2026."""
    return current_formats().date(value, "day", with_year=True) if value else ""


@register.filter(expects_localtime=True)
def full_day_clock(value: dt.datetime | None) -> str:
    """Friday 27 November 2026, 14:30."""
    return f"{full_day(value)}, {current_formats().clock(value)}" if value else ""


@register.filter(expects_localtime=True)
def short_date(value: DateOrTime | None) -> str:
    """27 Nov 2026."""
    return current_formats().short_date(value) if value else ""


@register.filter(expects_localtime=True)
def short_date_clock(value: dt.datetime | None) -> str:
    """27 Nov 2026, 14:30."""
    return f"{current_formats().short_date(value)}, {current_formats().clock(value)}" if value else ""


@register.filter(expects_localtime=True)
def fold(value: dt.datetime) -> str:
    """Which of two hours that the clock shows alike: 1 for the later one, else 0."""
    return str(value.fold)


@register.filter
def price(amount: Decimal, currency: str) -> str:
    """€72, €72.50, KWD 12.500."""
    return current_formats().money(amount, currency)
