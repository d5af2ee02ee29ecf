"""What came in on some days: by way of paying and by therapist, and what is still open."""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet, Sum

from booking.models import Appointment, AppointmentQuerySet, Payment, PaymentMethod
from booking.payments.balances import NO_MONEY, with_money_open
from booking.scheduling.availability import dates_as_moments

# Further back nobody looks for money at the end of a day.
OPEN_SINCE = dt.timedelta(days=366)
MOST_OPEN_SHOWN = 100
# The table for spreadsheets has all of them.
MOST_PAYMENTS_SHOWN = 300


@dataclass
class TherapistTakings:
    """What came in for one therapist's sessions, by way of paying."""

    name: str
    by_method: dict[str, Decimal] = field(default_factory=dict)

    def add(self, method: str, amount: Decimal) -> None:
        """Count an amount that came by one way."""
        self.by_method[method] = self.by_method.get(method, NO_MONEY) + amount

    @property
    def total(self) -> Decimal:
        """All ways together."""
        return sum(self.by_method.values(), NO_MONEY)

    @property
    def cells(self) -> list[Decimal]:
        """The ways of paying in their order, then the total."""
        return [*(self.by_method.get(method, NO_MONEY) for method in PaymentMethod.values), self.total]


@dataclass
class CurrencyTakings:
    """What came in in one currency. Refunds are taken off."""

    currency: str
    therapists: list[TherapistTakings]
    refunded: Decimal

    @property
    def all(self) -> TherapistTakings:
        """Everybody together."""
        sums = TherapistTakings("")
        for each in self.therapists:
            for method, amount in each.by_method.items():
                sums.add(method, amount)
        return sums

    @property
    def methods(self) -> list[tuple[str, Decimal]]:
        """Each way by which something came, with how much."""
        known = self.all.by_method
        return [(str(method.label), known[method]) for method in PaymentMethod if method in known]


def payments_of_days(payments: QuerySet[Payment], first: dt.date, last: dt.date, zone: ZoneInfo) -> QuerySet[Payment]:
    """The payments that came on some days, the earliest first, with what a list shows."""
    begin, end = dates_as_moments(zone, first, last)
    found = payments.filter(received_at__gte=begin, received_at__lt=end).order_by("received_at", "pk")
    return found.select_related("appointment__client", "appointment__therapist", "received_by")


def takings_of(payments: QuerySet[Payment]) -> list[CurrencyTakings]:
    """Payments added up by the database, a currency at a time; therapists by name."""
    by_currency: dict[str, dict[str, TherapistTakings]] = defaultdict(dict)
    refunded: dict[str, Decimal] = defaultdict(Decimal)
    went_back = Sum("amount", filter=Q(refund_of__isnull=False, entered_wrongly=False), default=NO_MONEY)
    groups = payments.order_by().values_list("currency", "appointment__therapist__name", "method")
    for currency, name, method, total, back in groups.annotate(total=Sum("amount"), back=went_back):
        by_currency[currency].setdefault(name, TherapistTakings(name)).add(method, total)
        refunded[currency] -= back
    return [
        CurrencyTakings(currency, sorted(sums.values(), key=lambda each: each.name), refunded[currency])
        for currency, sums in sorted(by_currency.items())
    ]


def open_appointments(rows: AppointmentQuerySet, last: dt.date, zone: ZoneInfo) -> list[Appointment]:
    """What took place up to a day and is not paid in full, the latest first, read with the balance; so many at most."""
    _begin, end = dates_as_moments(zone, last, last)
    due = with_money_open(rows.filter(starts_at__lt=end, starts_at__gte=end - OPEN_SINCE, client__erased_at=None))
    return list(due.select_related("client", "therapist").order_by("-starts_at")[:MOST_OPEN_SHOWN])
