"""What a country brings when a practice is set up: its zones, its currency and what it calls the tax on a price."""

import datetime as dt
from dataclasses import dataclass
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from babel import Locale
from babel.core import get_global
from babel.numbers import get_territory_currencies

from clinic.country.codes import countries, tz_table
from clinic.country.locale import LANGUAGE, currencies

# The tax on sales by the name that stands on receipts. Whether a practice owes it, and how much, its owner must say.
# Source: European Commission, "VAT rules and rates"; OECD, "Consumption Tax Trends" (names of value-added taxes).
TAXES = {
    "VAT": (
        "AT BE BG CH CY CZ DE DK EE ES FI FR GB GR HR HU IE IS IT LI LT LU LV MT NL NO PL PT RO SE SI SK "
        "AE BH CL KE NG PH SA TH TR UA ZA"
    ),
    "GST": "AU IN NZ SG",
    "GST/HST": "CA",
}
TAX_NAMES = {country: name for name, group in TAXES.items() for country in group.split()}
# Zones of one country whose clocks agree on every day of the coming year are one to choose.
COMPARED_DAYS = 366


@dataclass(frozen=True)
class ZoneChoice:
    """A time zone by its name in the tz database, and what it is called within its country."""

    name: str
    label: str


@cache
def countries_by_name() -> tuple[tuple[str, str], ...]:
    """Code and English name of every country, by name."""
    names = Locale.parse(LANGUAGE).territories
    return tuple(sorted(((code, names.get(code, code)) for code in countries()), key=lambda pair: pair[1]))


@cache
def zones_of(country: str) -> tuple[ZoneChoice, ...]:
    """The zones to choose from in a country: one where all its clocks agree. Every zone where the table has none."""
    known = available_timezones()
    found: dict[tuple[dt.timedelta | None, ...], ZoneChoice] = {}
    for code, _place, name, *comment in tz_table("zone.tab"):
        if code == country and name in known:
            label = comment[0] if comment else name.rpartition("/")[2].replace("_", " ")
            found.setdefault(offsets(name), ZoneChoice(name, label))
    return tuple(found.values()) or tuple(ZoneChoice(name, name) for name in sorted(known))


def offsets(zone: str) -> tuple[dt.timedelta | None, ...]:
    """By how much a zone is off UTC, at noon of each day of the coming year."""
    noon, there = dt.datetime.now(dt.UTC).replace(hour=12, minute=0, second=0, microsecond=0), ZoneInfo(zone)
    return tuple((noon + dt.timedelta(days=ahead)).astimezone(there).utcoffset() for ahead in range(COMPARED_DAYS))


def currency_of(country: str) -> str:
    """The currency that a country pays with today, by CLDR; empty where it names none."""
    today = dt.datetime.now(dt.UTC).date()
    if country not in get_global("territory_currencies"):
        return ""
    found = get_territory_currencies(country, today, today, tender=True)
    return next((code for code in found if code in currencies()), "")
