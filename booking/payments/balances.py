"""What an appointment costs, what was paid and what is open: asked for one, or for many in one query."""

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import models
from django.db.models import Case, F, OuterRef, Q, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce, Greatest
from django.db.models.lookups import Exact as IsEqual
from django.utils.translation import gettext_lazy as _

from booking.models import BOOKED, Appointment, AppointmentQuerySet, Payment, PriceAdjustment, Status
from clinic.country.money import PriceField

NO_MONEY = Decimal(0)


class PaymentState(models.TextChoices):
    """Where the money for an appointment stands."""

    NOTHING_OWED = "", ""
    OPEN = "open", _("not paid")
    PARTLY = "partly", _("partly paid")
    PAID = "paid", _("paid")
    TO_REFUND = "to-refund", _("to give back")

    @property
    def pill(self) -> str:
        """Its colour, as status pills have it."""
        return {"paid": "ok", "": "info"}.get(self.value, "caution")


@dataclass(frozen=True)
class Balance:
    """The money of one appointment, in its currency as booked. `price` is nothing where it did not take place."""

    price: Decimal
    adjusted: Decimal
    owed: Decimal
    paid: Decimal
    currency: str

    @property
    def outstanding(self) -> Decimal:
        """What is still to be paid; below zero where more was paid than is owed."""
        return self.owed - self.paid

    @property
    def open_amount(self) -> Decimal:
        """What is to be paid or given back, as people say it: never below zero."""
        return abs(self.outstanding)

    @property
    def state(self) -> PaymentState:
        """Paid, open, or between."""
        if self.outstanding < 0:
            return PaymentState.TO_REFUND
        if self.outstanding > 0:
            return PaymentState.PARTLY if self.paid > 0 else PaymentState.OPEN
        return PaymentState.PAID if self.owed > 0 else PaymentState.NOTHING_OWED

    @property
    def pill(self) -> str:
        """The colour of its state, as status pills have it."""
        return self.state.pill


def sum_of(rows: "models.QuerySet[Any]") -> Coalesce:
    """The sum of `amount` of an appointment's rows; nothing where it has none."""
    own = rows.filter(appointment=OuterRef("pk")).order_by().values("appointment")
    return Coalesce(Subquery(own.annotate(total=Sum("amount")).values("total")), Value(NO_MONEY), output_field=PRICE)


PRICE: PriceField = PriceField()


def with_balance(rows: AppointmentQuerySet) -> AppointmentQuerySet:
    """Appointments with `price_owed`, `adjusted`, `owed` and `paid`, for filtering and for `balance`.

    One that was cancelled or missed does not owe its price, only what was charged for it with a reason.
    """
    price = Case(When(status__in=BOOKED, then=F("price")), default=Value(NO_MONEY), output_field=PRICE)
    known = rows.annotate(
        price_owed=price, adjusted=sum_of(PriceAdjustment.objects.all()), paid=sum_of(Payment.objects.all())
    )
    return known.annotate(owed=Greatest(Value(NO_MONEY, output_field=PRICE), F("price_owed") + F("adjusted")))


def balance(row: Appointment) -> Balance:
    """The balance of an appointment that was read `with_balance`."""
    known: Any = row
    return Balance(known.price_owed, known.adjusted, known.owed, known.paid, row.currency)


def balances_of(keys: Collection[int]) -> dict[int, Balance]:
    """The balances of appointments by their primary keys, in one query."""
    rows = with_balance(Appointment.objects.filter(pk__in=keys).order_by())
    return {row.pk: balance(row) for row in rows.only("pk", "currency", "status")}


def balance_of(appointment: Appointment) -> Balance:
    """What one appointment owes, and what was paid."""
    return balances_of([appointment.pk])[appointment.pk]


def with_money_open(rows: AppointmentQuerySet) -> AppointmentQuerySet:
    """Those that took place, or were charged for, and are not paid in full; and those to which money is owed back."""
    due = Q(status=Status.COMPLETED) | Q(status__in=[Status.NO_SHOW, Status.CANCELLED])
    return with_balance(rows).filter(due).exclude(IsEqual(F("owed"), F("paid")))
