"""Therapist, day and time: a month of free times without JavaScript, read from one look at the diary."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, replace

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from booking.appointments.booking_request import SafetyAnswers
from booking.appointments.screening import earliest_start
from booking.appointments.selection import Selection, read_day, selection_from
from booking.models import Service
from booking.scheduling import schedule
from booking.scheduling.schedule import FreeTime, FreeTimes
from booking.website.common import (
    add_ons_url,
    answers_in_session,
    offered_service,
    progress_step,
    redirect_to_step,
    required_step,
    time_zone_note,
)
from booking.website.month import day_groups, last_day_of, month_view, read_month
from booking.website.unavailable import handles_gone_service
from clinic.models import Practice
from clinic.web.http import HttpRequest


@dataclass(frozen=True)
class MonthWindow:
    """The month looked at and the day chosen in it, if any; `until` is the last day that can be booked."""

    month: dt.date
    day: dt.date | None
    until: dt.date


def month_window(request: HttpRequest, service: Service, practice: Practice) -> MonthWindow | None:
    """What month and day the address asks for, kept within what can be booked; None where it cannot be read."""
    today = timezone.localdate()
    until = today + service.horizon_in(practice)
    asked_day, asked_month = request.GET.get("day", ""), request.GET.get("month", "")
    day = read_day(asked_day) if asked_day else None
    month = read_month(asked_month) if asked_month else None
    if (asked_day and day is None) or (asked_month and month is None):
        return None
    month = month or (day or today).replace(day=1)
    month = min(max(month, today.replace(day=1)), until.replace(day=1))
    return MonthWindow(month, day, until)


@login_not_required
@require_safe
@handles_gone_service
def times_page(request: HttpRequest, slug: str) -> HttpResponse:
    """The free times of a month, for one therapist or any, those of one day as links to the details."""
    selection = selection_from(request.GET, offered_service(slug)).at_any_time
    elsewhere = required_step(request, selection)
    if elsewhere is not None:
        return elsewhere
    practice, service, order = request.practice, selection.service, selection.order
    window = month_window(request, service, practice)
    if window is None:
        messages.warning(request, _("We could not read that day. Here are the next free times."))
        return redirect_to_step("booking:times", selection)
    here = reverse("booking:times", args=[service.slug])
    since = earliest_start(order, answers_in_session(request, selection) or SafetyAnswers(), practice=practice)
    first, last = window.month, last_day_of(window.month)
    free = schedule.month_of(order, first=first, last=last, therapist=selection.therapist)
    free = offers_after_passing(free, since)
    context = {
        "service": service,
        "order": order,
        "adding_url": add_ons_url(selection),
        "therapists": therapist_choices(selection, window, here),
        **month_context(
            free,
            window,
            address=lambda **query: selection.url("booking:times", **query),
            time_url=lambda each: replace(selection, start=each.start).url("booking:details"),
        ),
        "since": since,
        "next_free": next_free_link(selection, since, practice) if not free.offers else None,
        "zone_words": time_zone_note(practice),
        "waitlist_url": selection.url("booking:waitlist-join"),
        "progress": progress_step(3, _("Day and time")),
        "back_url": selection.with_anyone.url("booking:service"),
    }
    return render(request, "booking/website/times.html", context)


def offers_after_passing(free: FreeTimes, since: dt.datetime | None) -> FreeTimes:
    """The times that what the client told us has passed by: only these can be booked."""
    return free if since is None else FreeTimes(free.zone, [each for each in free.offers if each.start >= since])


def month_context(
    free: FreeTimes,
    window: MonthWindow,
    *,
    address: Callable[..., str],
    time_url: Callable[[FreeTime], str],
) -> dict[str, object]:
    """The month, the day and its times for the template; without a chosen day the first that has any."""
    in_month = sorted(free.by_day)
    day = window.day if window.day in free.by_day else next(iter(in_month), None)
    if window.day is not None and window.day.replace(day=1) == window.month:
        day = window.day
    return {
        "month": month_view(
            free,
            window.month,
            selected=day,
            until=window.until,
            day_url=lambda each: address(day=each.isoformat()) + "#times",
            month_url=lambda each: address(month=f"{each:%Y-%m}"),
        ),
        "day": day,
        "groups": day_groups(free.by_day.get(day, []) if day else [], time_url),
        "is_empty": not free.offers,
        "is_day_empty": day is not None and day not in free.by_day,
    }


def therapist_choices(selection: Selection, window: MonthWindow, here: str) -> list[dict[str, object]]:
    """ "Any available" and each therapist of the service, as links that keep the day or month and what is added."""
    kept = {"day": window.day.isoformat()} if window.day else {"month": f"{window.month:%Y-%m}"}
    choices: list[dict[str, object]] = [
        {
            "name": _("Any available"),
            "url": here + selection.with_anyone.query(**kept),
            "selected": selection.therapist is None,
        }
    ]
    choices += [
        {
            "name": each.name,
            "url": here + replace(selection, therapist=each).query(**kept),
            "selected": selection.therapist is not None and each.pk == selection.therapist.pk,
        }
        for each in selection.service.therapists.at_work()
    ]
    return choices


def next_free_link(selection: Selection, since: dt.datetime | None, practice: Practice) -> dict[str, object] | None:
    """The next free time after an empty month, as a link to its day; None where there is none up to the horizon."""
    coming = schedule.upcoming_times(selection.order, therapist=selection.therapist)
    found = next((each for each in coming if since is None or each.start >= since), None)
    if found is None:
        return None
    day = timezone.localtime(found.start).date()
    return {"start": found.start, "url": selection.url("booking:times", day=day.isoformat()) + "#times"}
