"""Today at a glance, and a week of it."""

import datetime as dt
from collections import defaultdict

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from booking.appointments.access import appointments_for, log_list_access, team_only
from booking.desk.banners import banners, intakes_to_acknowledge, pain_scores_to_acknowledge
from booking.desk.calendar.board import build_board, day_bounds
from booking.desk.calendar.dates import day_from_query, day_nav, day_url, practice_today
from booking.models import Appointment, Status, Therapist
from booking.scheduling.readiness import owner_checklist
from clinic.accounts.rights import may_read_health
from clinic.country import locale
from clinic.models import Practice, User
from clinic.web.http import StaffRequest


def own_therapist_of(user: User) -> Therapist | None:
    """The therapist that this person is, if they are one."""
    return getattr(user, "therapist", None)


def whose_appointments(request: StaffRequest) -> tuple[Therapist | None, str]:
    """The therapist that is signed in, if one is, and whose appointments the address asks for: "me" or "all"."""
    me = own_therapist_of(request.user)
    return me, "all" if me is None or request.GET.get("who") == "all" else "me"


@team_only
@require_safe
def day_page(request: StaffRequest) -> HttpResponse:
    """One day: a column per therapist, or only my own."""
    practice = request.practice
    shown = day_from_query(request.GET, practice)
    me, who = whose_appointments(request)
    health, only = may_read_health(request.user), me if who == "me" else None
    columns = build_board(appointments_for(request.user), shown, practice, only=only, health=health)
    log_list_access(request.user, "day")
    # Whoever neither works nor has an appointment that day leaves the room to the others.
    present = [column for column in columns if column.works or column.appointments]
    context = {
        "section": "day",
        "day": shown,
        "day_nav": day_nav(shown, practice, who=who),
        "columns": present,
        "away": [column.therapist for column in columns if column not in present],
        "appointments": sum(column.count for column in present),
        "offered": sum(column.offered for column in present),
        "who": who,
        "me": me,
        "mine_url": day_url(shown, "me"),
        "all_url": day_url(shown, "all"),
        "banners": banners(request.user),
        # Where an owner begins; turning over the days costs no more than it did.
        "checklist": owner_checklist() if request.user.is_superuser and "day" not in request.GET else None,
        "intakes_to_acknowledge": intakes_to_acknowledge(request.user),
        "pain_scores_to_acknowledge": pain_scores_to_acknowledge(request.user),
        "next_day": None
        if any(column.appointments for column in present)
        else next_busy_day(request.user, shown, practice, who),
    }
    return render(request, "booking/desk/day.html", context)


def next_busy_day(user: User, shown: dt.date, practice: Practice, who: str) -> dict[str, str] | None:
    """The next day with appointments after one without: its name and address, or None where nothing is booked."""
    appointments = appointments_for(user).active().filter(starts_at__gte=day_bounds(shown, practice)[1])
    if who == "me":
        appointments = appointments.filter(therapist=own_therapist_of(user))
    following = appointments.order_by("starts_at").values_list("starts_at", flat=True).first()
    if following is None:
        return None
    day = following.astimezone(practice.zone).date()
    return {"label": locale.current_formats().day(day), "url": day_url(day, who)}


@team_only
@require_safe
def week_page(request: StaffRequest) -> HttpResponse:
    """Seven days, the country's first one first, mine or everyone's: who sees how many, and what waits for a yes."""
    practice, view = request.practice, "booking:desk-week"
    me, who = whose_appointments(request)
    shown = day_from_query(request.GET, practice)
    formats = practice.formats
    days = formats.week_of(shown)
    begin, end = day_bounds(days[0], practice)[0], day_bounds(days[-1], practice)[1]
    rows = appointments_for(request.user).active().touching(begin, end).with_people().order_by("starts_at")
    if who == "me":
        rows = rows.filter(therapist=me)
    by_day: defaultdict[dt.date, list[Appointment]] = defaultdict(list)
    for each in rows:
        by_day[each.starts_at.astimezone(practice.zone).date()].append(each)
    log_list_access(request.user, "week")
    context = {
        "section": "week",
        "label": f"{formats.month_day(days[0])} – {formats.full_date(days[-1])}",
        "previous_url": day_url(days[0] - dt.timedelta(days=7), who, view),
        "next_url": day_url(days[0] + dt.timedelta(days=7), who, view),
        "this_week_url": day_url(practice_today(practice), who, view),
        "days": [week_day(each, by_day[each], who=who, today=each == practice_today(practice)) for each in days],
        "who": who,
        "me": me,
        "mine_url": day_url(shown, "me", view),
        "all_url": day_url(shown, "all", view),
    }
    return render(request, "booking/desk/week.html", context)


def week_day(day: dt.date, appointments: list[Appointment], *, who: str, today: bool) -> dict[str, object]:
    """One day of the week: the appointments of each therapist, how many they have, and how many wait for a yes."""
    of: defaultdict[str, list[Appointment]] = defaultdict(list)
    for each in appointments:
        of[each.therapist.name].append(each)
    return {
        "date": day,
        "url": day_url(day, who),
        "today": today,
        "therapists": [
            {"name": name, "appointments": theirs, "count": sum(each.status != Status.OFFERED for each in theirs)}
            for name, theirs in sorted(of.items())
        ],
        "requested": sum(each.status == Status.REQUESTED for each in appointments),
    }
