"""A month at the desk: for each day and therapist the hours, what is booked and what is free, to scale."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from booking.appointments.access import appointments_for, log_list_access, team_only
from booking.desk.calendar.bar import MONTH, CalendarBar, bar_from_request
from booking.desk.calendar.board import counts_in_words
from booking.desk.calendar.dates import day_url
from booking.models import BOOKED, Status
from booking.scheduling import availability
from booking.scheduling.availability import ResourceKey, Span
from booking.scheduling.availability.instants import MINUTES_PER_HOUR
from booking.scheduling.availability.spans import clipped, merge_spans, subtract
from booking.scheduling.hours import hours_worked
from clinic.web.http import StaffRequest

# What one appointment keeps busy, buffers included, and whether somebody booked it.
BusyTime: TypeAlias = tuple[Span, bool]


@dataclass(frozen=True, slots=True)
class HoursBar:
    """A part of a strip: where it begins and how long it is, in minutes of the strip."""

    start: int
    length: int


@dataclass(frozen=True, slots=True)
class Strip:
    """A therapist's day: when they work and what is taken of it. `free` is in minutes."""

    name: str
    hours: Sequence[HoursBar]
    taken: Sequence[HoursBar]
    booked: int
    free: int

    @property
    def first_name(self) -> str:
        """The first word of the name, for a narrow cell."""
        return self.name.split()[0] if self.name.split() else self.name

    @property
    def free_hours(self) -> str:
        """What is still free, in whole and half hours."""
        halves = self.free // (MINUTES_PER_HOUR // 2)
        return _("%(hours)s h") % {
            "hours": f"{halves // 2}{'½' if halves % 2 else ''}" if halves > 1 else "½" * halves or "0"
        }

    @property
    def words(self) -> str:
        """The strip for whoever does not see it."""
        booked = ngettext("one appointment", "%(number)s appointments", self.booked) % {"number": self.booked}
        return _("%(name)s: %(booked)s, %(free)s free") % {"name": self.name, "booked": booked, "free": self.free_hours}


@dataclass(frozen=True, slots=True)
class MonthDay:
    """One cell."""

    date: dt.date
    url: str
    is_today: bool
    holidays: Sequence[str]
    strips: Sequence[Strip]


@team_only
@require_safe
def month_page(request: StaffRequest) -> HttpResponse:
    """A month, one therapist's or everyone's."""
    bar = bar_from_request(request, MONTH)
    only = bar.chosen.only
    rows = appointments_for(request.user).active().touching(*bar.frame.moments).of_therapist(only)
    busy: defaultdict[ResourceKey, list[BusyTime]] = defaultdict(list)
    states = []
    for therapist, since, until, status in rows.values_list("therapist_id", "blocked_from", "blocked_until", "status"):
        busy[therapist].append((availability.span_around(since, until), status in BOOKED))
        states.append(status)
    days = month_days(bar, busy, only=only.pk if only else None)
    log_list_access(request.user, "month")
    context = {
        "bar": bar,
        "summary": counts_in_words(sum(each in BOOKED for each in states), states.count(Status.OFFERED)),
        "weekdays": [name for _number, name in bar.formats.weekdays()],
        "weeks": weeks_of(days, bar.formats.place_in_week(bar.first.weekday())),
        "strip_minutes": strip_length(days),
    }
    return render(request, "booking/desk/month.html", context)


def month_days(
    bar: CalendarBar, busy: dict[ResourceKey, list[BusyTime]], *, only: ResourceKey | None
) -> list[MonthDay]:
    """Every day of a month with a strip for each therapist who works on it or has an appointment."""
    configuration = bar.configuration
    every = configuration.therapists
    keys = [key for key, each in every.items() if (each.at_work or busy.get(key)) and only in {None, key}]
    works = hours_worked(configuration, keys, first=bar.first, last=bar.last)
    names = {key: every[key].row.instance().name for key in keys}
    away = {key: sorted([*every[key].away, *configuration.closed]) for key in keys}
    found = []
    for ahead in range((bar.last - bar.first).days + 1):
        date = bar.first + dt.timedelta(days=ahead)
        day = availability.day_span(configuration.zone, date)
        strips = [strip_of(names[key], day, works[key], away[key], busy.get(key, [])) for key in keys]
        named = [each.name for each in configuration.named_closures if each.is_holiday and each.span == day]
        found.append(
            MonthDay(
                date, day_url(date, bar.who), date == bar.today, named, [each for each in strips if each is not None]
            )
        )
    return found


def strip_of(
    name: str, day: Span, opening: Sequence[Span], away: Sequence[Span], busy: Iterable[BusyTime]
) -> Strip | None:
    """One therapist's day within `day`; None where they neither work nor have an appointment."""
    works = subtract(clipped(opening, day), away)
    mine = [(span, booked) for span, booked in busy if span[0] < day[1] and span[1] > day[0]]
    if not works and not mine:
        return None
    taken = merge_spans(clipped([span for span, _booked in mine], day))
    left = subtract(works, taken)
    return Strip(
        name,
        hours=[HoursBar(start - day[0], end - start) for start, end in works],
        taken=[HoursBar(start - day[0], end - start) for start, end in taken],
        booked=sum(booked for _span, booked in mine),
        free=sum(end - start for start, end in left),
    )


def strip_length(days: Iterable[MonthDay]) -> tuple[int, int]:
    """Where every strip begins and how long it is, in minutes of the day: from the first hour to the last."""
    bars = [bar for day in days for strip in day.strips for bar in (*strip.hours, *strip.taken)]
    begin, end = (
        min((each.start for each in bars), default=0),
        max((each.start + each.length for each in bars), default=MINUTES_PER_HOUR),
    )
    return begin, end - begin


def weeks_of(days: Sequence[MonthDay], blank: int) -> list[list[MonthDay | None]]:
    """The days in rows of seven, with `blank` empty places before the first."""
    cells: list[MonthDay | None] = [*([None] * blank), *days]
    cells += [None] * (-len(cells) % 7)
    return [cells[place : place + 7] for place in range(0, len(cells), 7)]
