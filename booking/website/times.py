"""Therapist, day and time: five weeks of free times, read from one look at the schedule; no script is needed."""

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from booking.appointments.screening import SafetyAnswers, earliest_start
from booking.appointments.selection import Selection, read_day, selection_from
from booking.models import Service, Therapist
from booking.scheduling import schedule
from booking.scheduling.configuration import current_configuration
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
from booking.website.unavailable import handles_gone_service
from booking.website.weeks import WeekWindow, day_groups, weeks_view, window_from
from clinic.models import Practice
from clinic.web.http import HttpRequest

ANYONE = "any"
"""How an address names "Any available" where leaving the therapist out means somebody: a move."""


def window_asked_for(
    request: HttpRequest,
    service: Service,
    practice: Practice,
    *,
    since: dt.datetime | None = None,
    near: dt.date | None = None,
) -> WeekWindow | None:
    """The weeks and the day that the address asks for, kept within what can be booked; None where it cannot be read.

    `since` is the first moment at which what the client told us has passed by; `near` the day to begin at.
    """
    now = timezone.now()
    bookable = max(now + service.notice_in(practice), since or now)
    until = timezone.localtime(now).date() + service.horizon_in(practice)
    asked = {name: request.GET.get(name, "") for name in ("day", "week")}
    read = {name: read_day(text) if text else None for name, text in asked.items()}
    if any(text and read[name] is None for name, text in asked.items()):
        return None
    return window_from(
        bookable=timezone.localtime(bookable).date(), until=until, day=read["day"], week=read["week"], near=near
    )


@login_not_required
@require_safe
@handles_gone_service
def times_page(request: HttpRequest, slug: str) -> HttpResponse:
    """The free times of five weeks, for one therapist or any, those of one day as links to the details."""
    selection = selection_from(request.GET, offered_service(slug)).at_any_time
    answers = answers_in_session(request, selection)
    elsewhere = required_step(request, selection, answers)
    if elsewhere is not None:
        return elsewhere
    practice, service, order = request.practice, selection.service, selection.order
    since = earliest_start(order, answers or SafetyAnswers(), practice=practice)
    window = window_asked_for(request, service, practice, since=since)
    if window is None:
        messages.warning(request, _("We could not read that day. Here are the next free times."))
        return redirect_to_step("booking:times", selection)
    free = free_times_in(window, selection, since)
    ahead = None if free.offers else next_free_time(selection, since)
    if ahead is not None and not window.is_asked:
        window, ahead = window.around(timezone.localtime(ahead.start).date()), None
        free = free_times_in(window, selection, since)
    shown = weeks_context(
        free,
        window,
        address=lambda **query: replace(selection, day=None).url("booking:times", **query),
        time_url=lambda each: replace(selection, start=each.start).url("booking:details"),
    )
    here = reverse("booking:times", args=[service.slug])
    context = {
        "service": service,
        "order": order,
        "adding_url": add_ons_url(replace(selection, day=shown["day"])),
        "therapists": therapist_choices(selection, window, here),
        **shown,
        "since": since,
        "next_free": day_link(selection, ahead) if ahead else None,
        "zone_words": time_zone_note(practice),
        "waitlist_url": selection.url("booking:waitlist-join"),
        "progress": progress_step(3, _("Day and time")),
        "back_url": selection.with_anyone.url("booking:service"),
    }
    return render(request, "booking/website/times.html", context)


def free_times_in(window: WeekWindow, selection: Selection, since: dt.datetime | None) -> FreeTimes:
    """The free times of these weeks that what the client told us has passed by: only these can be booked."""
    first = max(window.first, timezone.localdate())
    found = schedule.month_of(selection.order, first=first, last=window.last, therapist=selection.therapist)
    return found if since is None else FreeTimes(found.zone, [each for each in found.offers if each.start >= since])


def weeks_context(
    free: FreeTimes,
    window: WeekWindow,
    *,
    address: Callable[..., str],
    time_url: Callable[[FreeTime], str],
    own_therapist: Therapist | None = None,
) -> dict[str, Any]:
    """The weeks, the day and its times for the template. Where an appointment has its `own_therapist`, a time with
    somebody else says so."""
    day = window.day_to_show(free)
    # Days stay in the weeks that are looked at; where these are the first they need not be named.
    kept = {"week": window.first.isoformat()} if window.first != window.base else {}
    return {
        "calendar": weeks_view(
            free,
            window,
            selected=day,
            day_url=lambda each: address(day=each.isoformat(), **kept) + "#times",
            week_url=lambda each: address(week=each.isoformat()),
        ),
        "day": day,
        "missed_day": window.missed_day(free),
        "groups": day_groups(free.by_day.get(day, []) if day else [], time_url, own_therapist),
        "is_empty": not free.offers,
    }


def therapist_choices(
    selection: Selection, window: WeekWindow, here: str, *, anyone: str = ""
) -> list[dict[str, object]]:
    """ "Any available" and each therapist of the service, as links that keep the day, the weeks and what is added.

    `anyone` is how the address says "any" where to leave it out means somebody.
    """
    kept = {"week": window.first.isoformat()} if window.is_asked or window.first != window.base else {}
    known, kinds = current_configuration(), selection.order.techniques
    bookable = {key for key, each in known.therapists.items() if each.can_be_chosen and known.gives_all(key, kinds)}
    choices: list[dict[str, object]] = [
        {
            "key": ANYONE,
            "name": _("Any available"),
            "url": here + selection.with_anyone.query(**kept, **({"therapist": anyone} if anyone else {})),
            "selected": selection.therapist is None,
        }
    ]
    choices += [
        {
            "key": each.public_id,
            "name": each.name,
            "url": here + replace(selection, therapist=each).query(**kept),
            "selected": selection.therapist is not None and each.pk == selection.therapist.pk,
        }
        for each in selection.service.therapists.at_work()
        if each == selection.therapist or each.pk in bookable
    ]
    return choices


def next_free_time(selection: Selection, since: dt.datetime | None) -> FreeTime | None:
    """The next free time up to the horizon; None where there is none."""
    coming = schedule.upcoming_times(selection.order, therapist=selection.therapist)
    return next((each for each in coming if since is None or each.start >= since), None)


def day_link(selection: Selection, time: FreeTime) -> dict[str, object]:
    """A free time with a link to its day."""
    there = replace(selection, day=timezone.localtime(time.start).date())
    return {"start": time.start, "url": there.url("booking:times") + "#times"}
