"""The takings of a day or of any period: by way of paying, by therapist, what is open; to print and as CSV."""

import datetime as dt
from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from booking.appointments.access import AnyView, P, StaffView, log_list_access, only_those
from booking.models import Payment, PaymentMethod
from booking.payments.access import (
    may_see_all_money,
    may_see_income,
    may_see_takings,
    money_appointments_for,
    payments_for,
)
from booking.payments.balances import balance
from booking.payments.takings import MOST_PAYMENTS_SHOWN, open_appointments, payments_of_days, takings_of
from booking.records.practice_export import csv_response
from clinic.country.locale import exact_amount
from clinic.models import Practice, User
from clinic.web.http import StaffRequest

LONGEST_PERIOD = dt.timedelta(days=366)
CSV_COLUMNS = (
    *("received", "client", "appointment", "service", "therapist", "way_of_paying", "number", "amount", "currency"),
    *("refund", "reason", "received_by", "receipts"),
)


def takings_only(view: StaffView[P]) -> AnyView[P]:
    """Let in whoever has takings to look at."""
    return only_those(may_see_takings, view)


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


def named_periods(user: User, today: dt.date, practice: Practice) -> list[Period]:
    """The periods that are asked for most; a day at a time for whoever counts the till."""
    yesterday = today - dt.timedelta(days=1)
    days = [Period(today, today, _("Today")), Period(yesterday, yesterday, _("Yesterday"))]
    if only_days(user):
        return days
    month = today.replace(day=1)
    before = month - dt.timedelta(days=1)
    return [
        *days,
        Period(practice.formats.week_of(today)[0], today, _("This week")),
        Period(month, today, _("This month")),
        Period(before.replace(day=1), before, _("Last month")),
    ]


def only_days(user: User) -> bool:
    """Whether this person sees everybody's takings a day at a time: what lies in the till, and not the income."""
    return may_see_all_money(user) and not may_see_income(user)


def period_asked(request: StaffRequest, today: dt.date) -> Period:
    """The period in the address; today where there is none, or none that makes sense; a year at most."""
    try:
        first = dt.date.fromisoformat(request.GET.get("from", ""))
        last = dt.date.fromisoformat(request.GET.get("to", "") or first.isoformat())
    except ValueError:
        return Period(today, today)
    if not dt.date(1900, 1, 1) <= first <= last <= dt.date(9000, 1, 1):
        return Period(today, today)
    return Period(first, first) if only_days(request.user) else Period(max(first, last - LONGEST_PERIOD), last)


@takings_only
@require_safe
def takings_page(request: StaffRequest) -> HttpResponse:
    """What came in, and what is open."""
    log_list_access(request.user, "takings")
    practice, today = request.practice, timezone.localdate()
    period = period_asked(request, today)
    found = payments_of_days(payments_for(request.user), period.first, period.last, practice.zone)
    payments = list(found[:MOST_PAYMENTS_SHOWN])
    still_open = open_appointments(money_appointments_for(request.user), period.last, practice.zone)
    context = {
        "period": period,
        "periods": named_periods(request.user, today, practice),
        "payments": payments,
        "more_payments": len(payments) == MOST_PAYMENTS_SHOWN,
        "takings": takings_of(found),
        "method_names": [method.label for method in PaymentMethod],
        "still_open": [(row, balance(row)) for row in still_open],
        "only_days": only_days(request.user),
        "own_only": not may_see_all_money(request.user),
    }
    return render(request, "booking/desk/payments/takings.html", context)


@takings_only
@require_safe
def takings_csv(request: StaffRequest) -> HttpResponse:
    """The payments of a period as a table for spreadsheets."""
    log_list_access(request.user, "takings")
    period, zone = period_asked(request, timezone.localdate()), request.practice.zone
    found = payments_of_days(payments_for(request.user), period.first, period.last, zone)
    rows = found.select_related("appointment__service").prefetch_related("receipts")
    name = f"takings-{period.first:%Y-%m-%d}-{period.last:%Y-%m-%d}"
    return csv_response(name, CSV_COLUMNS, (csv_row(payment, request.practice) for payment in rows))


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
