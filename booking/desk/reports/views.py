"""The reports: one page at a glance, and each report as a table for spreadsheets."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from booking.appointments.access import log_list_access, team_only
from booking.appointments.recall import lapsed
from booking.desk.reports.charts import sparkline
from booking.desk.reports.clientele import NowAndBefore, Returning, clients_section, returning_clients
from booking.desk.reports.counts import (
    Counts,
    PeriodCounts,
    count_period,
    newcomers,
    planned_for_the_dates,
    reported_appointments,
)
from booking.desk.reports.income import earned_amounts, income_section
from booking.desk.reports.open_hours import open_minutes
from booking.desk.reports.paid import paid_section
from booking.desk.reports.pain_change import pain_section
from booking.desk.reports.period import DateRange, PeriodKind, ReportPeriod
from booking.desk.reports.period_form import read_period
from booking.desk.reports.recall import USUAL_WEEKS, number_chosen
from booking.desk.reports.rights import ReportScope, report_scope
from booking.desk.reports.sections import (
    ReportNumbers,
    ReportSection,
    hours_section,
    missed_section,
    rebooking_section,
)
from booking.desk.reports.words import ValueChange, change_of_amount, change_of_share, number, percent
from booking.models import BEFORE_LEAVING
from booking.records.practice_export import csv_response
from booking.scheduling.configuration import current_configuration
from clinic.models import Practice
from clinic.web.http import StaffRequest

PERIODS = {
    PeriodKind.WEEK: gettext_lazy("Week"),
    PeriodKind.MONTH: gettext_lazy("Month"),
    PeriodKind.QUARTER: gettext_lazy("Quarter"),
    PeriodKind.YEAR: gettext_lazy("Year"),
}
# Within how many days of a session the next appointment must be booked; 0: before they leave.
REBOOKED_WITHIN = {
    0: gettext_lazy("before they left"),
    7: gettext_lazy("within 7 days"),
    14: gettext_lazy("within 14 days"),
    30: gettext_lazy("within 30 days"),
}
USUAL_REBOOKING = 7


@dataclass(frozen=True)
class ReportRequest:
    """What an address asks for, and what this person is shown of it."""

    period: ReportPeriod
    scope: ReportScope
    rebooked: int

    @property
    def rebooked_within(self) -> dt.timedelta:
        """How soon a client must have booked again."""
        return dt.timedelta(days=self.rebooked) or BEFORE_LEAVING

    @property
    def query(self) -> dict[str, str]:
        """The same for another address."""
        more = {"rebooked": str(self.rebooked)} if self.rebooked != USUAL_REBOOKING else {}
        if self.scope.may_choose and self.scope.therapist:
            more["therapist"] = str(self.scope.therapist.public_id)
        return more


def count_for(asked: ReportRequest, practice: Practice) -> tuple[ReportNumbers, Returning]:
    """The counts of a period, for whoever asks, and who came again."""
    configuration = current_configuration()
    whose = asked.scope.therapist
    keys = [key for key in configuration.therapists if whose is None or key == whose.pk]
    dates = DateRange(min(asked.period.before.first, asked.period.counted.first), asked.period.counted.last)
    new = newcomers(asked.period, practice)
    counts: PeriodCounts = count_period(
        asked.scope.appointments(),
        asked.period,
        practice,
        rebooked_within=asked.rebooked_within,
        opened=open_minutes(configuration, keys, dates),
        new=[each for each in new if each.place[1] in keys],
    )
    names = {key: configuration.therapist(key).name for key in keys}
    returning = returning_clients(asked.scope.appointments(), asked.period, practice, new)
    return ReportNumbers(asked.period, counts, names), returning


def sections_of(
    asked: ReportRequest, numbers: ReportNumbers, returning: Returning, practice: Practice
) -> list[ReportSection]:
    """The reports that this person is shown."""
    found = [
        hours_section(numbers),
        missed_section(numbers),
        rebooking_section(numbers, str(REBOOKED_WITHIN[asked.rebooked])),
        clients_section(numbers, returning),
    ]
    if asked.scope.income:
        earned = earned_amounts(asked.scope.appointments(), asked.period, practice)
        found += [income_section(numbers, earned, practice), paid_section(asked.scope, numbers, practice)]
    if asked.scope.health:
        found.append(pain_section(asked.scope, asked.period, practice))
    return found


def read_asked(request: StaffRequest) -> tuple[ReportRequest, Any]:
    """What the address asks for, and the form of one's own dates."""
    period, form = read_period(request.GET, request.practice)
    scope = report_scope(request.user, request.GET.get("therapist", ""))
    rebooked = number_chosen(request.GET.get("rebooked", ""), REBOOKED_WITHIN, USUAL_REBOOKING)
    return ReportRequest(period, scope, rebooked), form


@team_only
@require_safe
def reports_page(request: StaffRequest) -> HttpResponse:
    """Six numbers with their change, then each report with chart and table."""
    asked, form = read_asked(request)
    log_list_access(request.user, "reports")
    practice = request.practice
    context: dict[str, Any] = {
        "period": asked.period,
        "scope": asked.scope,
        "form": form,
        "periods": [
            {"label": label, "url": url_with(asked.query, {"period": kind}), "chosen": asked.period.kind is kind}
            for kind, label in PERIODS.items()
        ],
        "previous_url": url_with(asked.query, asked.period.neighbour(-1)),
        "next_url": url_with(asked.query, asked.period.neighbour(1)),
        "kept_choice": asked.query,
        "rebooked": asked.rebooked,
        "rebooked_choices": REBOOKED_WITHIN,
    }
    if not reported_appointments().exists():
        return render(request, "booking/desk/reports/empty.html", context)
    with planned_for_the_dates():
        numbers, returning = count_for(asked, practice)
        sections = sections_of(asked, numbers, returning, practice)
        gone = lapsed(USUAL_WEEKS, therapist=asked.scope.therapist).count()
    context |= {
        "lapsed": gone,
        "lapsed_weeks": USUAL_WEEKS,
        "tiles": report_tiles(numbers, returning.get(None, (0, 0)), practice, income=asked.scope.income),
        "sections": sections,
        "csv_query": urlencode({**asked.query, **asked.period.query}),
        "therapists": therapist_choices(asked),
    }
    return render(request, "booking/desk/reports/page.html", context, status=422 if form.errors else 200)


def url_with(kept: Mapping[str, str], more: Mapping[str, str]) -> str:
    """An address of this page."""
    return f"?{urlencode({**kept, **more})}"


def therapist_choices(asked: ReportRequest) -> list[dict[str, Any]]:
    """All, and each therapist, for those who may choose."""
    if not asked.scope.may_choose:
        return []
    configuration = current_configuration()
    people = [configuration.therapist(key) for key in configuration.therapists]
    chosen = asked.scope.therapist
    return [{"value": str(each.public_id), "name": each.name, "chosen": each == chosen} for each in people]


@team_only
@require_safe
def report_csv(request: StaffRequest, report: str) -> HttpResponse:
    """One report for a spreadsheet. One that this person is not shown does not exist."""
    asked, _form = read_asked(request)
    with planned_for_the_dates():
        numbers, returning = count_for(asked, request.practice)
        sections = sections_of(asked, numbers, returning, request.practice)
    section = next((each for each in sections if each.slug == report), None)
    if section is None:
        raise Http404
    log_list_access(request.user, "reports")
    dates = asked.period.counted
    return csv_response(f"{report}-{dates.first:%Y-%m-%d}-{dates.last:%Y-%m-%d}", section.csv.head, section.csv.rows)


@dataclass(frozen=True)
class ReportTile:
    """One number; `slug` is the report that says more, `line` a sparkline."""

    slug: str
    name: str
    value: str
    before: str
    change: ValueChange
    line: str


def report_tiles(
    numbers: ReportNumbers, returning: NowAndBefore, practice: Practice, *, income: bool
) -> list[ReportTile]:
    """The six: hours, sessions, missed, rebooked, new clients, and income, or returning clients without the right."""
    now, before = numbers.counts.all, numbers.counts.all_before

    def line(value: Callable[[Counts], float | Decimal | None]) -> str:
        return sparkline([float(value(counts) or 0) for _label, counts in numbers.parts])

    def share_tile(slug: str, name: str, value: Callable[[Counts], float | None]) -> ReportTile:
        change = change_of_share(value(now), value(before))
        return ReportTile(slug, name, percent(value(now)), percent(value(before)), change, line(value))

    def amount_tile(
        slug: str, name: str, value: Callable[[Counts], int | Decimal], written: Callable[[int | Decimal], str]
    ) -> ReportTile:
        change = change_of_amount(value(now), value(before))
        return ReportTile(slug, name, written(value(now)), written(value(before)), change, line(value))

    def in_money(amount: int | Decimal) -> str:
        return practice.formats.money(Decimal(amount), practice.currency)

    def in_digits(amount: int | Decimal) -> str:
        return number(int(amount))

    tiles = [
        share_tile("hours", _("Booked of open hours"), lambda each: each.booked_share),
        amount_tile("hours", _("Sessions"), lambda each: each.sessions, in_digits),
        amount_tile("missed", _("No-shows and late cancellations"), lambda each: each.missed, in_digits),
        share_tile("rebooking", _("Rebooked"), lambda each: each.rebooked_share),
        amount_tile("clients", _("New clients"), lambda each: each.new_clients, in_digits),
    ]
    if income:
        return [*tiles, amount_tile("income", _("Income as booked"), lambda each: each.income, in_money)]
    change = change_of_amount(*returning)
    came, came_before = map(number, returning)
    return [*tiles, ReportTile("clients", _("Returning clients"), came, came_before, change, "")]
