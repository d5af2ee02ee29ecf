"""Local dates in addresses: read forgivingly, and the links to the days around them."""

import datetime as dt

from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone

from clinic.models import Practice


def practice_today(practice: Practice) -> dt.date:
    """The date on the practice's own calendar."""
    return timezone.now().astimezone(practice.zone).date()


def day_from_query(query: QueryDict, practice: Practice, name: str = "day") -> dt.date:
    """The local date that an address asks for; today where it names none, or nothing that is a date near our time."""
    try:
        day = dt.date.fromisoformat(query.get(name, ""))
    except ValueError:
        return practice_today(practice)
    return day if 1970 <= day.year <= 2200 else practice_today(practice)


def wall_time_from_query(query: QueryDict, name: str = "start") -> dt.datetime | None:
    """The wall time that an address asks for, without a zone; None where it names none."""
    try:
        wall = dt.datetime.fromisoformat(query.get(name, "")).replace(tzinfo=None)
    except ValueError:
        return None
    # The second of two hours that the clock shows alike.
    wall = wall.replace(fold=int(query.get("fold") == "1"))
    return wall if 1970 <= wall.year <= 2200 else None


def wall_time_query(at: dt.datetime) -> dict[str, str]:
    """What an address says of an instant, so that `wall_time_from_query` reads it again."""
    wall = timezone.localtime(at)
    return {"start": wall.replace(tzinfo=None).isoformat(timespec="minutes")} | ({"fold": "1"} if wall.fold else {})


def day_url(day: dt.date, who: str = "") -> str:
    """The address of a day at the desk."""
    return f"{reverse('booking:desk')}?day={day.isoformat()}" + (f"&who={who}" if who else "")
