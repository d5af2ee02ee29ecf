"""Public holidays of a year, added at once."""

import datetime as dt
from collections.abc import Collection, Mapping

from booking.models import Holiday

LONGEST_HOLIDAY_NAME = 80


def add_holidays(days: Mapping[dt.date, str], *, closed: Collection[dt.date]) -> list[Holiday]:
    """Add the days that are not there yet, those in `closed` ticked; return them. Done twice it changes nothing.

    What is there stays as the practice has it, name and tick alike.
    """
    there = set(Holiday.objects.filter(date__in=list(days)).values_list("date", flat=True))
    fresh = [
        Holiday(date=day, name=name[:LONGEST_HOLIDAY_NAME], closed=day in closed)
        for day, name in days.items()
        if day not in there
    ]
    Holiday.objects.bulk_create(fresh, ignore_conflicts=True)
    return fresh
