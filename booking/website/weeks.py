"""Five weeks of free times as the templates draw them: weeks of days with their counts, and the times of one day."""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from django.utils import timezone
from django.utils.translation import gettext as _

from booking.models import Therapist
from booking.scheduling.schedule import FreeTime, FreeTimes
from clinic.country import locale

NOON, EVENING = 12, 17
# Five rows fit a phone beside the times, and reach as far as people plan: further on, the same again.
WEEKS_SHOWN = 5
WINDOW = dt.timedelta(weeks=WEEKS_SHOWN)


def week_start(day: dt.date) -> dt.date:
    """The first day of the week that a day is in, as the country counts."""
    return locale.current_formats().week_of(day)[0]


@dataclass(frozen=True)
class WeekWindow:
    """Five weeks of local dates, seven each whatever the clocks do, from `first` on, which begins a week.

    `base` is where turning back ends, `until` the last day that can be booked; `day` is the one asked for, `near` the
    one to begin at where none is.
    """

    first: dt.date
    base: dt.date
    until: dt.date
    day: dt.date | None = None
    near: dt.date | None = None
    is_asked: bool = False
    """Whether these very weeks were asked for, by day or week."""

    @cached_property
    def last(self) -> dt.date:
        """The last day shown."""
        return self.first + WINDOW - dt.timedelta(days=1)

    def around(self, day: dt.date) -> "WeekWindow":
        """The weeks that show a day: the first five where it is among them, else from its own week on."""
        if self.base <= day < self.base + WINDOW:
            return replace(self, first=self.base)
        return self.beginning(day)

    def beginning(self, day: dt.date) -> "WeekWindow":
        """The weeks from that of a day on, kept within what can be booked."""
        return replace(self, first=max(self.base, week_start(min(day, self.until))))

    @property
    def earlier(self) -> dt.date | None:
        """Where the weeks before begin; None at the beginning."""
        return max(self.first - WINDOW, self.base) if self.first > self.base else None

    @property
    def later(self) -> dt.date | None:
        """Where the weeks after begin; None where nothing can be booked any more."""
        return self.first + WINDOW if self.first + WINDOW <= self.until else None

    def day_to_show(self, free: FreeTimes) -> dt.date | None:
        """The day whose times stand beside the weeks: the one asked for, or the nearest on or after it that has a
        time; without one the first that has. None where none has."""
        days = [day for day in sorted(free.by_day) if self.first <= day <= self.last]
        asked = self.day or self.near
        if asked is None or not self.first <= asked <= self.last:
            return next(iter(days), None)
        return next((day for day in days if day >= asked), days[-1] if days else None)

    def missed_day(self, free: FreeTimes) -> dt.date | None:
        """The day that was asked for and has no time; None where it has one or stands in other weeks."""
        asked = self.day
        return asked if asked and self.first <= asked <= self.last and asked not in free.by_day else None


def window_from(
    *, bookable: dt.date, until: dt.date, day: dt.date | None, week: dt.date | None, near: dt.date | None = None
) -> WeekWindow:
    """The weeks that an address asks for; where it asks for none those of `near`, else from `bookable` on, which is the
    first day that can be booked."""
    base = week_start(min(bookable, until))
    window = WeekWindow(base, base, until, day, near, is_asked=bool(day or week))
    if week is not None:
        return window.beginning(week)
    shown = day or near
    return window if shown is None else window.around(shown)


def weeks_view(
    times: FreeTimes,
    window: WeekWindow,
    *,
    selected: dt.date | None,
    day_url: Callable[[dt.date], str],
    week_url: Callable[[dt.date], str],
) -> dict[str, object]:
    """What includes/weeks.html draws. Days that are over and days beyond the horizon stay empty."""
    today = timezone.localdate()
    formats = locale.current_formats()
    begin, end = max(window.first, today), min(window.last, max(window.until, window.first))

    def cell(day: dt.date) -> dict[str, object]:
        count = len(times.by_day.get(day, ()))
        return {
            "date": day,
            "is_shown": begin <= day <= end,
            "names_month": day == begin or day.day == 1,
            "count": count,
            "url": day_url(day) if count else None,
            "selected": day == selected,
            "today": day == today,
        }

    dates = [window.first + dt.timedelta(days=ahead) for ahead in range(WINDOW.days)]
    in_one_year = begin.year == end.year
    words = {
        "begin": formats.date(begin, "short_month_day", with_year=False if in_one_year else None),
        "end": formats.date(end, "short_month_day"),
    }
    return {
        "title": _("%(begin)s to %(end)s") % words,
        "begin": begin,
        "end": end,
        "earlier_url": week_url(window.earlier) if window.earlier else None,
        "later_url": week_url(window.later) if window.later else None,
        "weekdays": [{"short": name[:2], "name": name} for _number, name in formats.weekdays()],
        "weeks": [[cell(day) for day in dates[at : at + 7]] for at in range(0, len(dates), 7)],
    }


def day_groups(
    offers: Sequence[FreeTime], time_url: Callable[[FreeTime], str], own_therapist: Therapist | None = None
) -> list[dict[str, object]]:
    """The times of one day by part of the day; of two with one wall time, the clocks going back, each is told."""
    parts: dict[str, list[dict[str, object]]] = {_("Morning"): [], _("Afternoon"): [], _("Evening"): []}
    morning, afternoon, evening = parts.values()
    formats = locale.current_formats()
    for each in offers:
        local = timezone.localtime(each.start)
        notes = [(_("an hour later") if local.fold else _("first"))] if locale.is_repeated(local) else []
        if own_therapist is not None and own_therapist not in each.therapists:
            notes.append(_("with %(name)s") % {"name": each.therapists[0].name})
        part = morning if local.hour < NOON else afternoon if local.hour < EVENING else evening
        label = formats.clock_of(local.time())
        part.append({"starts": each.start, "label": label, "note": ", ".join(notes), "url": time_url(each)})
    return [{"name": name, "times": times} for name, times in parts.items()]
