"""Today at a glance, and a week of it."""

import datetime as dt
from collections import defaultdict

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from booking.appointments.access import appointments_for, clients_for, log_list_access, team_only
from booking.desk.banners import banners, intakes_to_acknowledge, pain_scores_to_acknowledge, private_notice
from booking.desk.calendar.bar import DAY, WEEK, Whose, bar_from_request
from booking.desk.calendar.blocked import blocked_notice
from booking.desk.calendar.board import build_board, counts_in_words
from booking.desk.calendar.dates import day_url
from booking.desk.setup.lines import open_lines
from booking.models import BOOKED, Appointment, Status
from booking.payments.access import with_payment_state
from booking.scheduling.availability import dates_as_moments
from booking.scheduling.readiness import owner_checklist
from clinic.accounts.rights import may_read_health
from clinic.country import locale
from clinic.models import Practice, User
from clinic.web.http import StaffRequest


@team_only
@require_safe
def day_page(request: StaffRequest) -> HttpResponse:
    """One day: a column per therapist, or only one."""
    practice, bar = request.practice, bar_from_request(request, DAY)
    visible = with_payment_state(appointments_for(request.user), request.user)
    health = may_read_health(request.user)
    columns = build_board(visible, bar.day, practice, only=bar.only, health=health, service=bar.service)
    log_list_access(request.user, "day")
    # Whoever neither works nor has an appointment that day leaves the room to the others.
    begins = request.user.is_superuser and "day" not in request.GET
    present = [column for column in columns if column.works or column.appointments]
    context = {
        "bar": bar,
        "columns": present,
        "away": [column.therapist for column in columns if column not in present],
        "summary": counts_in_words(sum(each.count for each in present), sum(each.offered for each in present)),
        "banners": banners(request.user),
        # Where an owner begins; turning over the days costs no more than it did.
        "set_up_lines": open_lines(practice) if begins else [],
        "checklist": owner_checklist() if begins else None,
        "asking": clients_for(request.user).awaiting_data().count() if begins else 0,
        "private_notice": private_notice(request.user),
        "blocked_notice": blocked_notice(request.user),
        "intakes_to_acknowledge": intakes_to_acknowledge(request.user),
        "pain_scores_to_acknowledge": pain_scores_to_acknowledge(request.user),
        "next_day": None
        if any(column.appointments for column in present)
        else next_busy_day(request.user, bar.day, practice, bar.chosen),
    }
    return render(request, "booking/desk/day.html", context)


def next_busy_day(user: User, shown: dt.date, practice: Practice, whose: Whose) -> dict[str, str] | None:
    """The next day with appointments after one without: its name and address, or None where nothing is booked."""
    _begin, over = dates_as_moments(practice.zone, shown, shown)
    appointments = appointments_for(user).active().filter(starts_at__gte=over)
    following = appointments.of_therapist(whose.only).order_by("starts_at").values_list("starts_at", flat=True).first()
    if following is None:
        return None
    day = following.astimezone(practice.zone).date()
    return {"label": locale.current_formats().day(day), "url": day_url(day, whose.who)}


@team_only
@require_safe
def week_page(request: StaffRequest) -> HttpResponse:
    """Seven days, the country's first one first: who sees how many, and what waits for a yes."""
    bar = bar_from_request(request, WEEK)
    rows = appointments_for(request.user).active().touching(*bar.frame.moments).of_therapist(bar.only)
    rows = rows.with_people().order_by("starts_at")
    by_day: defaultdict[dt.date, list[Appointment]] = defaultdict(list)
    for each in rows:
        by_day[each.starts_at.astimezone(request.practice.zone).date()].append(each)
    log_list_access(request.user, "week")
    context = {
        "blocked_notice": blocked_notice(request.user),
        "bar": bar,
        "summary": counts_in_words(sum(each.status in BOOKED for each in rows), sum(each.is_offered for each in rows)),
        "days": [
            week_day(each, by_day[each], who=bar.chosen.who, today=bar.today) for each in bar.formats.week_of(bar.day)
        ],
    }
    return render(request, "booking/desk/week.html", context)


def week_day(day: dt.date, appointments: list[Appointment], *, who: str, today: dt.date) -> dict[str, object]:
    """One day of the week: the appointments of each therapist, how many they have, and how many wait for a yes."""
    of: defaultdict[str, list[Appointment]] = defaultdict(list)
    for each in appointments:
        of[each.therapist.name].append(each)
    return {
        "date": day,
        "url": day_url(day, who),
        "today": day == today,
        "ahead": day >= today,
        "therapists": [
            {"name": name, "appointments": theirs, "count": sum(not each.is_offered for each in theirs)}
            for name, theirs in sorted(of.items())
        ],
        "requested": sum(each.status == Status.REQUESTED for each in appointments),
    }
