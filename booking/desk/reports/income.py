"""Income by service and by therapist, as booked."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, F, Sum
from django.utils.translation import gettext as _

from booking.desk.reports.counts import NOTHING, in_dates
from booking.desk.reports.period import ReportPeriod
from booking.desk.reports.sections import CsvFile, ReportNumbers, ReportSection, ReportTable, TableRow, compared
from booking.desk.reports.words import change_of_amount, number
from booking.models import AppointmentQuerySet, took_place
from clinic.country.locale import exact_amount
from clinic.models import Practice


@dataclass(frozen=True)
class Earned:
    """What the sessions of one service with one therapist were booked for, in a period and in the one before."""

    therapist: int
    service: str
    sessions: int
    amount: Decimal
    former_sessions: int
    former: Decimal


def earned_amounts(appointments: AppointmentQuerySet, period: ReportPeriod, practice: Practice) -> list[Earned]:
    """By therapist and service, in one query. Only what was booked in the practice's currency of today."""
    now, before = in_dates(period.counted, practice), in_dates(period.before, practice)
    rows = (
        appointments.filter(now | before, took_place(), currency=practice.currency)
        .values("therapist_id", name=F("service__name"), length=F("service__minutes"))
        .annotate(
            sessions=Count("pk", filter=now),
            amount=Sum("price", filter=now),
            former_sessions=Count("pk", filter=before),
            former=Sum("price", filter=before),
        )
        .order_by("service__position", "service__name", "service__minutes")
    )
    return [
        Earned(
            therapist=row["therapist_id"],
            service=_("%(service)s, %(minutes)d min") % {"service": row["name"], "minutes": row["length"]},
            sessions=row["sessions"],
            amount=row["amount"] or NOTHING,
            former_sessions=row["former_sessions"],
            former=row["former"] or NOTHING,
        )
        for row in rows
    ]


def income_section(numbers: ReportNumbers, earned: Iterable[Earned], practice: Practice) -> ReportSection:
    """Income by service and by therapist."""
    rows = list(earned)
    by_service: defaultdict[str, list[Earned]] = defaultdict(list)
    by_therapist: defaultdict[int, list[Earned]] = defaultdict(list)
    for each in rows:
        by_service[each.service].append(each)
        by_therapist[each.therapist].append(each)
    services = [earned_line(name, some, practice) for name, some in by_service.items()]
    therapists = [
        earned_line(name, by_therapist[key], practice) for key, name in numbers.names.items() if by_therapist[key]
    ]
    every = earned_line(_("All"), rows, practice)
    rest = [_("Sessions"), _("Income"), _("Before"), _("Change")]

    def in_money(amount: Decimal) -> str:
        return practice.formats.money(amount, practice.currency)

    return ReportSection(
        slug="income",
        title=_("Income as booked"),
        about=_("The price as booked, add-ons included, of sessions that took place or are still to in these days."),
        csv=income_csv(numbers, rows, practice),
        tables=[
            ReportTable(_("By service"), [_("Service"), *rest], services, every),
            ReportTable(_("By therapist"), [_("Therapist"), *rest], therapists, every),
        ],
        chart=numbers.chart(
            _("Income as booked"),
            [(_("income"), "basalt", lambda each: float(each.income))],
            told=lambda each: (
                _("%(amount)s of %(sessions)d sessions") % {"amount": in_money(each.income), "sessions": each.sessions}
            ),
            written=lambda top: in_money(Decimal(round(top))),
        ),
        behind=numbers.behind(
            [_("Sessions"), _("Income")], lambda each: [number(each.sessions), in_money(each.income)]
        ),
    )


def earned_line(name: str, rows: Iterable[Earned], practice: Practice) -> TableRow:
    """Some of it added up."""
    some = list(rows)
    now, before = sum((each.amount for each in some), NOTHING), sum((each.former for each in some), NOTHING)
    in_money = [practice.formats.money(amount, practice.currency) for amount in (now, before)]
    sessions = number(sum(each.sessions for each in some))
    return TableRow(name, [sessions, *in_money, compared(change_of_amount(now, before))])


def income_csv(numbers: ReportNumbers, rows: Iterable[Earned], practice: Practice) -> CsvFile:
    """A line for each therapist, service and period."""
    lines = []
    now, before = numbers.period.counted, numbers.period.before
    for each in rows:
        name = numbers.names.get(each.therapist, "")
        for dates, sessions, amount in ((now, each.sessions, each.amount), (before, each.former_sessions, each.former)):
            if sessions:
                exact = exact_amount(amount, practice.currency)
                lines.append([dates.first, dates.last, name, each.service, sessions, exact, practice.currency])
    head = [_("from"), _("until"), _("therapist"), _("service"), _("sessions"), _("income"), _("currency")]
    return CsvFile(head, lines)
