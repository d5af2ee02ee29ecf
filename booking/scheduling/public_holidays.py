"""The public holidays of a country's year, as the `holidays` package knows them (docs/decisions), added at once.

The package is read when it is asked: that takes a tenth of the time to start, and few processes ever ask.
"""

import datetime as dt
from collections.abc import Collection, Mapping

from django.utils.translation import get_language

from booking.models import Holiday

HolidayNames = dict[dt.date, str]
# What the package has been given rules for everywhere.
HOLIDAY_YEARS = range(2000, 2101)


def regions_of(country: str) -> list[tuple[str, str]]:
    """The states or regions of a country that have holidays of their own: code and name, by name; often none."""
    import holidays

    codes = holidays.list_supported_countries().get(country, [])
    if not codes:
        return []
    names = getattr(holidays.country_holidays(country), "subdivisions_aliases", {})
    named = {code: name for name, code in names.items()}
    return sorted(((code, named.get(code, code)) for code in codes), key=lambda region: region[1])


def public_holidays(country: str, year: int, region: str = "") -> HolidayNames:
    """The days of a year by date, in the language of the page where it is known there; empty for a strange country."""
    import holidays

    if country not in holidays.list_supported_countries():
        return {}
    spoken = (get_language() or "en")[:2]
    known = holidays.country_holidays(country).supported_languages
    language = next((each for each in known if each.startswith(spoken)), None)
    found = holidays.country_holidays(country, subdiv=region or None, years=year, language=language)
    return {day: name for day, name in sorted(found.items()) if day.year == year}


LONGEST_HOLIDAY_NAME = 80


def add_holidays(days: Mapping[dt.date, str], *, closed: Collection[dt.date]) -> list[Holiday]:
    """Add the days that are missing, those in `closed` ticked; return them. What is there stays as it is."""
    there = set(Holiday.objects.filter(date__in=list(days)).values_list("date", flat=True))
    fresh = [
        Holiday(date=day, name=name[:LONGEST_HOLIDAY_NAME], closed=day in closed)
        for day, name in days.items()
        if day not in there
    ]
    Holiday.objects.bulk_create(fresh, ignore_conflicts=True)
    return fresh
