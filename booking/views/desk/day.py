"""Today at a glance, and a week of it."""

import datetime as dt
from collections import defaultdict

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from booking.access import appointments_for, note_list, team_only
from booking.models import Appointment, Therapist
from booking.models.appointment import Status
from booking.readiness import checklist
from booking.views.desk.banners import answers_to_see, banners, pains_to_see
from booking.views.desk.board import board, bounds
from booking.views.desk.dates import day_in, day_nav, day_url, today
from clinic import locale
from clinic.http import StaffRequest
from clinic.models import Practice, User
from clinic.rights import reads_health


def own_column(user: User) -> Therapist | None:
    """The therapist that this person is, if they are one."""
    return getattr(user, "therapist", None)


def whose(request: StaffRequest) -> tuple[Therapist | None, str]:
    """The therapist that is signed in, if one is, and whose visits the address asks for: "me" or "all"."""
    me = own_column(request.user)
    return me, "all" if me is None or request.GET.get("who") == "all" else "me"


@team_only
@require_safe
def day(request: StaffRequest) -> HttpResponse:
    """One day: a column per therapist, or only my own."""
    practice = Practice.current()
    shown = day_in(request.GET, practice)
    me, who = whose(request)
    health, only = reads_health(request.user), me if who == "me" else None
    columns = board(appointments_for(request.user), shown, practice, only=only, health=health)
    note_list(request.user, "day")
    # Whoever neither works nor has a visit that day leaves the room to the others.
    present = [column for column in columns if column.works or column.visits]
    context = {
        "section": "day",
        "day": shown,
        "day_nav": day_nav(shown, practice, who=who),
        "columns": present,
        "away": [column.therapist for column in columns if column not in present],
        "visits": sum(column.count for column in present),
        "offered": sum(column.offered for column in present),
        "who": who,
        "me": me,
        "mine_url": day_url(shown, "me"),
        "all_url": day_url(shown, "all"),
        "banners": banners(request.user),
        # Where an owner begins; turning over the days costs no more than it did.
        "checklist": checklist() if request.user.is_superuser and "day" not in request.GET else None,
        "answers_to_see": answers_to_see(request.user),
        "pains_to_see": pains_to_see(request.user),
        "next_day": None if any(column.visits for column in present) else next_day(request.user, shown, practice, who),
    }
    return render(request, "booking/desk/day.html", context)


def next_day(user: User, shown: dt.date, practice: Practice, who: str) -> dict[str, str] | None:
    """The next day with visits after one without: its name and address, or None where nothing is booked."""
    visits = appointments_for(user).active().filter(starts_at__gte=bounds(shown, practice)[1])
    if who == "me":
        visits = visits.filter(therapist=own_column(user))
    following = visits.order_by("starts_at").values_list("starts_at", flat=True).first()
    if following is None:
        return None
    day = following.astimezone(practice.zone).date()
    return {"label": locale.current().day(day), "url": day_url(day, who)}


@team_only
@require_safe
def week(request: StaffRequest) -> HttpResponse:
    """Seven days, the country's first one first, mine or everyone's: who sees how many, and what waits for a yes."""
    practice, view = Practice.current(), "booking:desk-week"
    me, who = whose(request)
    shown = day_in(request.GET, practice)
    formats = practice.formats
    days = formats.week_of(shown)
    begin, end = bounds(days[0], practice)[0], bounds(days[-1], practice)[1]
    rows = appointments_for(request.user).active().touching(begin, end).with_people().order_by("starts_at")
    if who == "me":
        rows = rows.filter(therapist=me)
    by_day: defaultdict[dt.date, list[Appointment]] = defaultdict(list)
    for each in rows:
        by_day[each.starts_at.astimezone(practice.zone).date()].append(each)
    note_list(request.user, "week")
    context = {
        "section": "week",
        "label": f"{formats.month_day(days[0])} – {formats.full_date(days[-1])}",
        "previous_url": day_url(days[0] - dt.timedelta(days=7), who, view),
        "next_url": day_url(days[0] + dt.timedelta(days=7), who, view),
        "this_week_url": day_url(today(practice), who, view),
        "days": [week_day(each, by_day[each], who=who, today=each == today(practice)) for each in days],
        "who": who,
        "me": me,
        "mine_url": day_url(shown, "me", view),
        "all_url": day_url(shown, "all", view),
    }
    return render(request, "booking/desk/week.html", context)


def week_day(day: dt.date, visits: list[Appointment], *, who: str, today: bool) -> dict[str, object]:
    """One day of the week: the visits of each therapist, how many they have, and how many wait for a yes."""
    of: defaultdict[str, list[Appointment]] = defaultdict(list)
    for each in visits:
        of[each.therapist.name].append(each)
    return {
        "date": day,
        "url": day_url(day, who),
        "today": today,
        "therapists": [
            {"name": name, "visits": theirs, "count": sum(each.status != Status.OFFERED for each in theirs)}
            for name, theirs in sorted(of.items())
        ],
        "requested": sum(each.status == Status.REQUESTED for each in visits),
    }
