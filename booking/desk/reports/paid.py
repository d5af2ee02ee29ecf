"""Income as paid: the money that came in, less what went back, by way of paying and by therapist."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import BooleanField, Case, F, Q, Sum, Value, When
from django.db.models.functions import TruncDate
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from booking.desk.reports.charts import BarChart, Series, bar_chart, round_top
from booking.desk.reports.counts import NOTHING
from booking.desk.reports.period import DateRange
from booking.desk.reports.period_form import instants_of
from booking.desk.reports.rights import ReportScope
from booking.desk.reports.sections import CsvFile, ReportNumbers, ReportSection, ReportTable, TableRow, compared
from booking.desk.reports.words import change_of_amount
from booking.models import Payment, PaymentMethod
from clinic.country.locale import exact_amount
from clinic.models import Practice


@dataclass(frozen=True)
class PaidAmount:
    """What came in on one local date by one way for the sessions of one therapist; below zero where more went back."""

    is_former: bool
    day: dt.date
    therapist: int
    method: str
    amount: Decimal


def paid_amounts(scope: ReportScope, numbers: ReportNumbers, practice: Practice) -> list[PaidAmount]:
    """All of it in one query; only what was paid in the practice's currency of today."""
    now, before = (received_in(dates, practice) for dates in (numbers.period.counted, numbers.period.before))
    begins = instants_of(numbers.period.counted, practice)[0]
    former = Case(When(received_at__lt=begins, then=True), default=Value(False), output_field=BooleanField())
    payments = Payment.objects.filter(now | before, currency=practice.currency)
    if scope.therapist:
        payments = payments.filter(appointment__therapist=scope.therapist)
    rows = payments.annotate(
        is_former=former, day=TruncDate("received_at", tzinfo=practice.zone), whose=F("appointment__therapist_id")
    ).order_by()
    sums = rows.values("is_former", "day", "whose", "method").annotate(total=Sum("amount"))
    return [
        PaidAmount(row["is_former"], row["day"], row["whose"], row["method"], row["total"] or NOTHING) for row in sums
    ]


def received_in(dates: DateRange, practice: Practice) -> Q:
    """The condition that a payment came in on one of these local dates."""
    begin, end = instants_of(dates, practice)
    return Q(received_at__gte=begin, received_at__lt=end)


def added(rows: Iterable[PaidAmount]) -> tuple[Decimal, Decimal]:
    """What these come to, in the period and in the one before."""
    sums = {False: NOTHING, True: NOTHING}
    for each in rows:
        sums[each.is_former] += each.amount
    return sums[False], sums[True]


def paid_section(scope: ReportScope, numbers: ReportNumbers, practice: Practice) -> ReportSection:
    """Income as paid."""
    rows = paid_amounts(scope, numbers, practice)
    by_method: defaultdict[str, list[PaidAmount]] = defaultdict(list)
    by_therapist: defaultdict[int, list[PaidAmount]] = defaultdict(list)
    for each in rows:
        by_method[each.method].append(each)
        by_therapist[each.therapist].append(each)

    def line(name: str, some: Iterable[PaidAmount]) -> TableRow:
        now, before = added(some)
        money = [practice.formats.money(amount, practice.currency) for amount in (now, before)]
        return TableRow(name, [*money, compared(change_of_amount(now, before))])

    methods = [line(capfirst(str(each.label)), by_method[each]) for each in PaymentMethod if by_method[each]]
    therapists = [line(name, by_therapist[key]) for key, name in numbers.names.items() if by_therapist[key]]
    head, every = [_("Paid"), _("Before"), _("Change")], line(_("All"), rows)
    title = _("Income as paid")
    chart, behind = chart_of_paid(title, rows, numbers, practice)
    return ReportSection(
        slug="paid",
        title=title,
        about=_("Money on the day it came in, less what went back, whenever the session was."),
        csv=paid_csv(numbers, rows, practice),
        tables=[
            ReportTable(_("By way of paying"), [_("Way of paying"), *head], methods, every),
            ReportTable(_("By therapist"), [_("Therapist"), *head], therapists, every),
        ],
        chart=chart,
        behind=behind,
        empty="" if rows else _("No payment was taken in either period."),
    )


def chart_of_paid(
    title: str, rows: Iterable[PaidAmount], numbers: ReportNumbers, practice: Practice
) -> tuple[BarChart, ReportTable]:
    """Bars over the parts of the period, and their table; a part in which more went back than came in has no bar."""
    parts = numbers.period.parts()
    labels = [numbers.period.part_label(each) for each in parts]
    sums = [sum((each.amount for each in rows if not each.is_former and each.day in part), NOTHING) for part in parts]
    money = [practice.formats.money(amount, practice.currency) for amount in sums]
    top = round_top(float(max(sums)) or 1)
    chart = bar_chart(
        title,
        [f"{label}: {amount}" for label, amount in zip(labels, money, strict=True)],
        [Series(_("paid"), "sage", [float(amount) for amount in sums])],
        top=top,
        top_label=practice.formats.money(Decimal(round(top)), practice.currency),
        ends=(labels[0], labels[-1]),
        stacked=True,
    )
    lines = [TableRow(label, [amount]) for label, amount in zip(labels, money, strict=True)]
    return chart, ReportTable(_("The numbers of the chart"), [_("When"), _("Paid")], lines)


def paid_csv(numbers: ReportNumbers, rows: Iterable[PaidAmount], practice: Practice) -> CsvFile:
    """A line for each day, therapist and way of paying."""
    names = dict(PaymentMethod.choices)
    lines = [
        [
            *(each.day, numbers.names.get(each.therapist, ""), str(names[each.method])),
            *(exact_amount(each.amount, practice.currency), practice.currency),
        ]
        for each in sorted(rows, key=lambda each: (each.day, each.therapist, each.method))
    ]
    return CsvFile([_("day"), _("therapist"), _("way of paying"), _("paid"), _("currency")], lines)
