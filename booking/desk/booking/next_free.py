"""When is anybody free? Eight days of a service across all therapists, at a glance; a time opens the booking."""

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast
from urllib.parse import urlencode

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from booking.appointments.access import team_only
from booking.appointments.forms import DATE
from booking.appointments.selection import read_add_ons
from booking.desk.booking.book import shown_service
from booking.desk.booking.forms import OrderFields
from booking.desk.calendar.dates import day_from_query, practice_today, wall_time_query
from booking.models import Therapist
from booking.scheduling import schedule
from booking.scheduling.order import Order
from clinic.models import Practice
from clinic.web.http import StaffRequest

# How many times of a therapist a day names; the rest unfolds.
TIMES_AT_ONCE = 5
# So many days are shown: the same weekday of next week is the last.
DAYS_AT_ONCE = 8
ONE_WEEK = dt.timedelta(days=7)
# What people ask for on the phone: “before noon” ends with this hour, the others begin with theirs.
NOON, HOURS = 12, (12, 14, 16, 18)
BEFORE_NOON = "am"


class NextFreeForm(OrderFields):
    """What is looked for, from which day on, and at which time of day."""

    day = forms.DateField(label=_("From"), widget=DATE)
    hours = forms.ChoiceField(label=_("Time of day"), required=False)

    def __init__(self, *args: Any, practice: Practice, **kwargs: Any) -> None:
        super().__init__(*args, currency=practice.currency, **kwargs)
        clocks = [(str(hour), practice.formats.clock(dt.time(hour))) for hour in HOURS]
        cast("forms.ChoiceField", self.fields["hours"]).choices = [
            ("", _("any")),
            (BEFORE_NOON, _("before noon")),
            *((value, _("from %(time)s") % {"time": clock}) for value, clock in clocks),
        ]


@dataclass(frozen=True)
class FreeTherapist:
    """One therapist's free times of a day, each an address and a moment: some spread over the day, and the rest."""

    therapist: Therapist
    times: Sequence[tuple[str, dt.datetime]]
    rest: Sequence[tuple[str, dt.datetime]]


@dataclass(frozen=True)
class FreeDay:
    """One day, with who is free."""

    date: dt.date
    therapists: list[FreeTherapist] = field(default_factory=list)


@team_only
@require_safe
def next_free(request: StaffRequest) -> HttpResponse:
    """Eight days, one by one; as a page, or alone for the panel. One look at the schedule, whatever is shown."""
    practice = request.practice
    service = shown_service(request.GET.get("service", ""))
    order = Order.of(service, read_add_ons(request.GET.getlist("add_ons"), service)) if service else None
    today = practice_today(practice)
    first, hours = max(day_from_query(request.GET, practice), today), request.GET.get("hours", "")
    asked = {
        "service": service.slug if service else "",
        "add_ons": [each.slug for each in order.add_ons] if order else [],
        "day": first,
        "hours": hours,
    }
    days = [first + dt.timedelta(days=ahead) for ahead in range(DAYS_AT_ONCE)]
    context = {
        "form": NextFreeForm(initial=asked, practice=practice),
        "order": order,
        "days": free_days(order, days, hours, practice) if order else [],
        "turns": days_to_turn_to(asked, today, practice),
    }
    page = "booking/desk/includes/next_free.html" if request.htmx else "booking/desk/next_free.html"
    return render(request, page, context)


def days_to_turn_to(asked: Mapping[str, Any], today: dt.date, practice: Practice) -> list[dict[str, Any]]:
    """The addresses from today, from next week, and from where the days that are shown end, each with its name."""
    shown: dt.date = asked["day"]
    turns = [
        (today, _("From today")),
        (practice.formats.week_of(today + ONE_WEEK)[0], _("Next week")),
        (shown + dt.timedelta(days=DAYS_AT_ONCE), _("Later")),
    ]
    page = reverse("booking:desk-next-free")
    return [
        {
            "url": f"{page}?{urlencode({**asked, 'day': day.isoformat()}, doseq=True)}",
            "label": label,
            "is_shown": day == shown,
        }
        for day, label in turns
    ]


def is_within(start: dt.datetime, hours: str) -> bool:
    """Whether a local time is at the time of day that is asked for; any is where nothing known is."""
    if hours == BEFORE_NOON:
        return start.hour < NOON
    return hours not in map(str, HOURS) or start.hour >= int(hours)


def free_days(order: Order, days: Sequence[dt.date], hours: str, practice: Practice) -> list[FreeDay]:
    """Each of these days with the therapists who are free at these hours, in the practice's order."""
    found = schedule.month_of(order, first=days[0], last=days[-1])
    shown = []
    for day in days:
        by_therapist: defaultdict[Therapist, list[dt.datetime]] = defaultdict(list)
        for offer in found.by_day.get(day, ()):
            start = offer.start.astimezone(practice.zone)
            for therapist in offer.therapists if is_within(start, hours) else ():
                by_therapist[therapist].append(start)
        ordered = sorted(by_therapist.items(), key=lambda each: (each[0].position, each[0].name))
        shown.append(FreeDay(day, [free_therapist(order, who, starts) for who, starts in ordered]))
    return shown


def free_therapist(order: Order, therapist: Therapist, starts: Sequence[dt.datetime]) -> FreeTherapist:
    """The line of one therapist."""
    known = [("service", order.service.slug), *(("add_ons", each.slug) for each in order.add_ons)]
    known.append(("therapist", str(therapist.public_id)))

    def link(start: dt.datetime) -> tuple[str, dt.datetime]:
        asked = urlencode([*known, *wall_time_query(start).items()], safe=":")
        return f"{reverse('booking:desk-book')}?{asked}", start

    named = spread(starts, TIMES_AT_ONCE)
    return FreeTherapist(therapist, list(map(link, named)), [link(each) for each in starts if each not in named])


def spread(starts: Sequence[dt.datetime], count: int) -> list[dt.datetime]:
    """At most `count` of these, from the first to the last: five times of one morning tell nothing of the afternoon."""
    if len(starts) <= count:
        return list(starts)
    return [starts[place * (len(starts) - 1) // (count - 1)] for place in range(count)]
