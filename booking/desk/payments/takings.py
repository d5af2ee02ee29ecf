"""The takings of a day or of any period: by way of paying, by therapist, what is open; to print and as CSV."""

import csv
import datetime as dt
import io
from dataclasses import dataclass

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from booking.appointments.access import log_list_access, team_only
from booking.models import Payment, PaymentMethod
from booking.payments.access import may_see_all_money, money_appointments_for, payments_for
from booking.payments.balances import balance
from booking.payments.takings import MOST_PAYMENTS_SHOWN, open_appointments, payments_of_days, takings_of
from booking.records.practice_export import FOR_EXCEL, csv_cell
from clinic.country.locale import exact_amount
from clinic.models import Practice, User
from clinic.web.http import StaffRequest

LONGEST_PERIOD = dt.timedelta(days=366)
CSV_COLUMNS = (
    *("received", "client", "appointment", "service", "therapist", "way_of_paying", "number", "amount", "currency"),
    *("refund", "reason", "received_by", "receipts"),
)


@dataclass(frozen=True)
class Period:
    """Some days, both included, and what they are called where they have a name."""

    first: dt.date
    last: dt.date
    name: str = ""

    @property
    def query(self) -> str:
        """The period in an address."""
        return f"from={self.first:%Y-%m-%d}&to={self.last:%Y-%m-%d}"

    @property
    def is_one_day(self) -> bool:
        """Whether it is a single day."""
        return self.first == self.last


def named_periods(today: dt.date, practice: Practice) -> list[Period]:
    """The periods that are asked for most."""
    yesterday = today - dt.timedelta(days=1)
    month = today.replace(day=1)
    before = month - dt.timedelta(days=1)
    return [
        Period(today, today, _("Today")),
        Period(yesterday, yesterday, _("Yesterday")),
        Period(practice.formats.week_of(today)[0], today, _("This week")),
        Period(month, today, _("This month")),
        Period(before.replace(day=1), before, _("Last month")),
    ]


def period_asked(request: StaffRequest, today: dt.date) -> Period:
    """The period in the address; today where there is none, or none that makes sense; a year at most."""
    try:
        first = dt.date.fromisoformat(request.GET.get("from", ""))
        last = dt.date.fromisoformat(request.GET.get("to", ""))
    except ValueError:
        return Period(today, today)
    if not dt.date(1900, 1, 1) <= first <= last <= dt.date(9000, 1, 1):
        return Period(today, today)
    return Period(max(first, last - LONGEST_PERIOD), last)


@team_only
@require_safe
def takings_page(request: StaffRequest) -> HttpResponse:
    """What came in, and what is open."""
    must_see_takings(request.user)
    log_list_access(request.user, "takings")
    practice, today = request.practice, timezone.localdate()
    period = period_asked(request, today)
    found = payments_of_days(payments_for(request.user), period.first, period.last, practice.zone)
    payments = list(found[:MOST_PAYMENTS_SHOWN])
    still_open = open_appointments(money_appointments_for(request.user), period.last, practice.zone)
    context = {
        "period": period,
        "periods": named_periods(today, practice),
        "payments": payments,
        "more_payments": len(payments) == MOST_PAYMENTS_SHOWN,
        "takings": takings_of(found),
        "method_names": [method.label for method in PaymentMethod],
        "still_open": [(row, balance(row)) for row in still_open],
        "own_only": not may_see_all_money(request.user),
    }
    return render(request, "booking/desk/payments/takings.html", context)


def must_see_takings(user: User) -> None:
    """Let in owners, those with the permission, and therapists, who see their own. Raises Http404."""
    if not may_see_all_money(user) and not hasattr(user, "therapist"):
        raise Http404


@team_only
@require_safe
def takings_csv(request: StaffRequest) -> HttpResponse:
    """The payments of a period as a table for spreadsheets."""
    must_see_takings(request.user)
    log_list_access(request.user, "takings")
    period, zone = period_asked(request, timezone.localdate()), request.practice.zone
    found = payments_of_days(payments_for(request.user), period.first, period.last, zone)
    rows = found.select_related("appointment__service").prefetch_related("receipts")
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(CSV_COLUMNS)
    writer.writerows([csv_cell(value) for value in csv_row(payment, request.practice)] for payment in rows)
    name = f"takings-{period.first:%Y-%m-%d}-{period.last:%Y-%m-%d}.csv"
    return HttpResponse(
        text.getvalue().encode(FOR_EXCEL),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def csv_row(payment: Payment, practice: Practice) -> list[object]:
    """One payment for a spreadsheet; times are the practice's wall time."""
    appointment = payment.appointment
    return [
        f"{payment.received_at.astimezone(practice.zone):%Y-%m-%d %H:%M}",
        str(appointment.client),
        f"{appointment.starts_at.astimezone(practice.zone):%Y-%m-%d %H:%M}",
        appointment.service.name,
        appointment.therapist.name,
        capfirst(payment.get_method_display()),
        payment.reference,
        exact_amount(payment.amount, payment.currency),
        payment.currency,
        _("yes") if payment.is_refund else "",
        payment.reason,
        str(payment.received_by or ""),
        " ".join(str(receipt.number) for receipt in payment.receipts.all()),
    ]
