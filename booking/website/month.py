"""A month of free times as the templates draw it: weeks of days with their counts, and the times of one day."""

import calendar
import datetime as dt
import re
from collections.abc import Callable, Sequence

from django.utils import timezone
from django.utils.dates import MONTHS
from django.utils.translation import gettext as _

from booking.appointments.selection import read_day
from booking.scheduling.schedule import FreeTime, FreeTimes
from clinic.country import locale

MONTH_PATTERN = re.compile(r"[0-9]{4}-[0-9]{2}")
NOON, EVENING = 12, 17


def read_month(text: str) -> dt.date | None:
    """The first day of the month that `YYYY-MM` names, or None."""
    return read_day(f"{text.strip()}-01") if MONTH_PATTERN.fullmatch(text.strip()) else None


def last_day_of(month: dt.date) -> dt.date:
    """The last day of a month."""
    return month.replace(day=calendar.monthrange(month.year, month.month)[1])


def next_month(month: dt.date) -> dt.date:
    """The first day of the month after."""
    return last_day_of(month) + dt.timedelta(days=1)


def previous_month(month: dt.date) -> dt.date:
    """The first day of the month before."""
    return (month - dt.timedelta(days=1)).replace(day=1)


def month_view(
    times: FreeTimes,
    month: dt.date,
    *,
    selected: dt.date | None,
    until: dt.date,
    day_url: Callable[[dt.date], str],
    month_url: Callable[[dt.date], str],
) -> dict[str, object]:
    """What includes/month.html draws. `until` is the last day that can be booked; months beyond it are not offered."""
    today = timezone.localdate()
    formats = locale.current_formats()
    weeks = calendar.Calendar(formats.first_weekday).monthdatescalendar(month.year, month.month)
    # Weeks that are over only push the free days off a small screen.
    weeks = [week for week in weeks if week[-1] >= today] or weeks[-1:]
    counts = {day: len(offers) for day, offers in times.by_day.items()}

    def cell(day: dt.date) -> dict[str, object]:
        count = counts.get(day, 0)
        return {
            "date": day,
            "in_month": day.month == month.month,
            "count": count,
            "url": day_url(day) if count else None,
            "selected": day == selected,
            "today": day == today,
        }

    before, after = previous_month(month), next_month(month)
    return {
        "title": f"{MONTHS[month.month]} {month.year}",
        "previous_url": month_url(before) if before >= today.replace(day=1) else None,
        "next_url": month_url(after) if after <= until else None,
        "weekdays": [{"short": name[:2], "name": name} for _number, name in formats.weekdays()],
        "weeks": [[cell(day) for day in week] for week in weeks],
    }


def day_groups(offers: Sequence[FreeTime], time_url: Callable[[FreeTime], str]) -> list[dict[str, object]]:
    """The times of one day by part of the day, as includes/time_list.html draws them; one entry per time.

    Where the clocks go back one wall time comes twice; whichever is listed is told apart from the other.
    """
    parts: dict[str, list[dict[str, object]]] = {_("Morning"): [], _("Afternoon"): [], _("Evening"): []}
    morning, afternoon, evening = parts.values()
    formats = locale.current_formats()
    for each in offers:
        local = timezone.localtime(each.start)
        note = (_("an hour later") if local.fold else _("first")) if locale.is_repeated(local) else ""
        part = morning if local.hour < NOON else afternoon if local.hour < EVENING else evening
        label = formats.clock_of(local.time())
        part.append({"starts": each.start, "label": label, "note": note, "url": time_url(each)})
    return [{"name": name, "times": times} for name, times in parts.items()]
