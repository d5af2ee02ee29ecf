"""When is anybody free? The week of a service across all therapists, at a glance; a time opens the booking, filled."""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
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
from booking.desk.booking.forms import PricedChoice, PricedChoices
from booking.desk.calendar.dates import day_from_query, practice_today, wall_time_query
from booking.models import AddOn, Service, Therapist
from booking.scheduling import schedule
from booking.scheduling.order import Order
from clinic.models import Practice
from clinic.web.http import StaffRequest

# How many times of a therapist a day names; the rest is counted.
TIMES_AT_ONCE = 5
ONE_WEEK = dt.timedelta(days=7)


class NextFreeForm(forms.Form):
    """What is looked for, and in which week."""

    service = PricedChoice(
        label=_("Service"), queryset=Service.objects.filter(active=True), to_field_name="slug", empty_label=None
    )
    add_ons = PricedChoices(
        label=_("Added"),
        queryset=AddOn.objects.filter(active=True),
        to_field_name="slug",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    day = forms.DateField(label=_("In the week of"), widget=DATE)

    def __init__(self, *args: Any, currency: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("service", "add_ons"):
            self.fields[name].currency = currency  # type: ignore[attr-defined] # both are priced


@dataclass(frozen=True)
class FreeTherapist:
    """One therapist's free times of a day: each an address and a moment, and how many more there are."""

    therapist: Therapist
    times: Sequence[tuple[str, dt.datetime]]
    more: int
    more_url: str


@dataclass(frozen=True)
class FreeDay:
    """One day of the week, with who is free."""

    date: dt.date
    therapists: list[FreeTherapist] = field(default_factory=list)


@team_only
@require_safe
def next_free(request: StaffRequest) -> HttpResponse:
    """The week, day by day; as a page, or alone for the panel. One look at the schedule, whatever is shown."""
    practice = request.practice
    service = shown_service(request.GET.get("service", ""))
    order = Order.of(service, read_add_ons(request.GET.getlist("add_ons"), service)) if service else None
    days = practice.formats.week_of(day_from_query(request.GET, practice))
    form = NextFreeForm(
        initial={
            "service": service.slug if service else "",
            "add_ons": [each.slug for each in order.add_ons] if order else [],
            "day": max(days[0], practice_today(practice)) if days[-1] >= practice_today(practice) else days[0],
        },
        currency=practice.currency,
    )
    context = {
        "form": form,
        "order": order,
        "days": free_days(order, days, practice) if order else [],
        "weeks": weeks_to_turn_to(order, days, practice_today(practice)),
    }
    page = "booking/desk/includes/next_free.html" if request.htmx else "booking/desk/next_free.html"
    return render(request, page, context)


def weeks_to_turn_to(order: Order | None, days: Sequence[dt.date], today: dt.date) -> list[dict[str, Any]]:
    """The addresses of this week, the next and the one after those that are shown, each with its name."""
    asked = [
        (today, _("This week")),
        (today + ONE_WEEK, _("Next week")),
        (max(days[0], today + ONE_WEEK) + ONE_WEEK, _("Later")),
    ]
    return [{"url": week_url(order, day), "label": label, "is_shown": day in days} for day, label in asked]


def ordered_query(order: Order | None) -> list[tuple[str, str]]:
    """What an address says of an order."""
    if order is None:
        return []
    return [("service", order.service.slug), *(("add_ons", each.slug) for each in order.add_ons)]


def week_url(order: Order | None, day: dt.date) -> str:
    """The address of the week around a day."""
    return f"{reverse('booking:desk-next-free')}?{urlencode([*ordered_query(order), ('day', day.isoformat())])}"


def free_days(order: Order, days: Sequence[dt.date], practice: Practice) -> list[FreeDay]:
    """Each of these days that is not over, with the therapists who are free, in the practice's order."""
    found = schedule.month_of(order, first=days[0], last=days[-1])
    shown = []
    for day in days:
        if day < practice_today(practice):
            continue
        by_therapist: defaultdict[Therapist, list[dt.datetime]] = defaultdict(list)
        for offer in found.by_day.get(day, ()):
            for therapist in offer.therapists:
                by_therapist[therapist].append(offer.start.astimezone(practice.zone))
        ordered = sorted(by_therapist.items(), key=lambda each: (each[0].position, each[0].name))
        shown.append(FreeDay(day, [free_therapist(order, who, day, starts) for who, starts in ordered]))
    return shown


def free_therapist(order: Order, therapist: Therapist, day: dt.date, starts: Sequence[dt.datetime]) -> FreeTherapist:
    """The line of one therapist: some times spread over the day, and how many there are besides."""
    known = [*ordered_query(order), ("therapist", str(therapist.public_id))]

    def url(**more: str) -> str:
        return f"{reverse('booking:desk-book')}?{urlencode([*known, *more.items()], safe=':')}"

    named = spread(starts, TIMES_AT_ONCE)
    return FreeTherapist(
        therapist,
        [(url(**wall_time_query(start)), start) for start in named],
        len(starts) - len(named),
        url(day=day.isoformat()),
    )


def spread(starts: Sequence[dt.datetime], count: int) -> list[dt.datetime]:
    """At most `count` of these, from the first to the last: five times of one morning tell nothing of the afternoon."""
    if len(starts) <= count:
        return list(starts)
    return [starts[place * (len(starts) - 1) // (count - 1)] for place in range(count)]
