"""Numbered receipts: one after the other without a gap, never changed; a wrong one is cancelled by another number."""

import datetime as dt
from collections.abc import Iterable, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, QuerySet
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from booking.appointments.locking import transactional
from booking.appointments.move import lock_appointment
from booking.errors import NotPossible
from booking.models import (
    Appointment,
    AppointmentQuerySet,
    Payment,
    PaymentMethod,
    PriceAdjustment,
    Receipt,
    ReceiptCounter,
    ReceiptPayment,
    ReceiptQuerySet,
)
from booking.payments.actions import log_money, must_say_why
from booking.payments.balances import NO_MONEY, Balance, balance_of
from booking.payments.card_numbers import refuse_card_number
from clinic.country.locale import decimals_of, exact_amount
from clinic.models import Practice, User


def receipts_to_show(appointment: Appointment) -> ReceiptQuerySet:
    """What a client sees of the receipts of an appointment: those that count, in their order."""
    return Receipt.objects.standing().filter(appointment=appointment).order_by("number")


def with_receipts(rows: AppointmentQuerySet) -> AppointmentQuerySet:
    """Appointments, each with `receipts_given`: those receipts that a client sees, in one more query."""
    given = Receipt.objects.standing().order_by("number")
    return rows.prefetch_related(Prefetch("receipts", given, to_attr="receipts_given"))


def without_receipt(appointment: Appointment) -> QuerySet[Payment]:
    """The payments of an appointment that stand on no receipt that counts, the oldest first."""
    given = Receipt.objects.standing().filter(lines__payment=OuterRef("pk"))
    return Payment.objects.standing().filter(~Exists(given), appointment=appointment).order_by("received_at", "pk")


@transactional
def issue_receipt(
    appointment: Appointment, *, practice: Practice, by: User | None, client_address: str = ""
) -> Receipt:
    """Issue the receipt about the payments that have none yet.

    Where all have one, the last receipt is the answer, so that a second click writes nothing. Raises NotPossible where
    nothing was paid, Refusal where the address holds a card's number, Busy.
    """
    current = lock_appointment(appointment)
    payments = list(without_receipt(current))
    if not payments:
        last = current.receipts.standing().last()
        if last is None:
            raise NotPossible(_("Nothing was paid yet, so there is nothing to write a receipt about."))
        return last
    address = refuse_card_number(client_address, field="client_address")
    amount = sum((each.amount for each in payments), NO_MONEY)
    receipt = Receipt(
        number=take_number(),
        appointment=current,
        amount=amount,
        currency=current.currency,
        client_name=str(current.client),
        client_address=address,
        content=content_of(current, payments, amount=amount, balance=balance_of(current), practice=practice),
        issued_by=by,
    )
    return write_receipt(receipt, payments)


@transactional
def cancel_receipt(receipt: Receipt, *, reason: str, practice: Practice, by: User | None) -> Receipt:
    """Take a receipt back by another one with a number of its own; its payments may then be on a new receipt.

    A second time returns the first cancellation. Raises Refusal without a reason, NotPossible for a cancellation, Busy.
    """
    lock_appointment(receipt.appointment)
    before = Receipt.objects.filter(cancels=receipt).first()
    if before is not None:
        return before
    if receipt.cancels_id is not None:
        raise NotPossible(_("This one cancels another. Issue a new receipt instead."))
    reason = must_say_why(reason, _("Please write what was wrong with it."))
    taken_back = Receipt(
        number=take_number(),
        appointment=receipt.appointment,
        cancels=receipt,
        amount=-receipt.amount,
        currency=receipt.currency,
        client_name=receipt.client_name,
        client_address=receipt.client_address,
        reason=reason,
        content={
            **receipt.content,
            "issued_on": practice.date_of(timezone.now()).isoformat(),
            "cancels": receipt.number,
        },
        issued_by=by,
    )
    return write_receipt(taken_back, [line.payment for line in receipt.lines.select_related("payment")])


def take_number() -> int:
    """The next number. Its row stays locked until the transaction ends, so a number is given exactly once, and one
    that is rolled back is given again."""
    ReceiptCounter.objects.get_or_create(pk=ReceiptCounter.ONLY)
    counter = ReceiptCounter.objects.select_for_update().get(pk=ReceiptCounter.ONLY)
    counter.last += 1
    counter.save(update_fields=["last"])
    return counter.last


def write_receipt(receipt: Receipt, payments: Iterable[Payment]) -> Receipt:
    """Save a receipt with what it is about, and note it in the access log."""
    receipt.save(force_insert=True)
    ReceiptPayment.objects.bulk_create(ReceiptPayment(receipt=receipt, payment=each) for each in payments)
    log_money(receipt.appointment, receipt.issued_by)
    return receipt


def content_of(
    appointment: Appointment, payments: Sequence[Payment], *, amount: Decimal, balance: Balance, practice: Practice
) -> dict[str, Any]:
    """What a receipt says besides number, amount and client: plain values as JSON keeps them, amounts as text."""

    def money(value: Decimal) -> str:
        return str(exact_amount(value, appointment.currency))

    adjustments = PriceAdjustment.objects.filter(appointment=appointment).order_by("pk")
    lines = [{"text": appointment.parts, "amount": money(balance.price)}] if balance.price else []
    return {
        "practice": practice.name,
        "street": practice.street,
        "city": practice.city,
        "phone": practice.phone,
        "email": practice.email,
        "tax_number": practice.tax_number,
        "tax_line": practice.tax_line,
        **tax_of(amount, currency=appointment.currency, practice=practice),
        "provider": appointment.therapist.name,
        "licence": appointment.therapist.licence,
        "date": practice.date_of(appointment.starts_at).isoformat(),
        "service": appointment.service_with_parts,
        "minutes": appointment.minutes,
        "code": appointment.service.billing_code,
        "issued_on": practice.date_of(timezone.now()).isoformat(),
        "lines": [*lines, *({"text": each.reason, "amount": money(each.amount)} for each in adjustments)],
        "owed": money(balance.owed),
        "payments": [
            {"on": practice.date_of(each.received_at).isoformat(), "method": each.method, "amount": money(each.amount)}
            for each in payments
        ],
        "earlier": money(balance.paid - amount),
        "outstanding": money(balance.outstanding),
    }


def tax_of(amount: Decimal, *, currency: str, practice: Practice) -> dict[str, str]:
    """The tax within an amount, by the practice's rate; nothing where it names none."""
    if practice.tax_rate is None or not practice.tax_rate:
        return {}
    share = amount * practice.tax_rate / (100 + practice.tax_rate)
    rounded = share.quantize(Decimal(1).scaleb(-decimals_of(currency)), ROUND_HALF_UP)
    return {
        "tax_name": practice.tax_name or _("tax"),
        "tax_rate": f"{practice.tax_rate.normalize():f}",
        "tax_amount": str(rounded),
    }


def receipt_page(receipt: Receipt) -> dict[str, Any]:
    """What a receipt says as values for a template: read from the receipt itself, so that it says today what it said
    then. `said` has the texts; `tax` is None where it names none."""
    said = receipt.content
    payments = [
        {
            "on": dt.date.fromisoformat(each["on"]),
            "method": capfirst(str(PaymentMethod(each["method"]).label)),
            "amount": Decimal(each["amount"]),
        }
        for each in said["payments"]
    ]
    return {
        "receipt": receipt,
        "said": said,
        "day": dt.date.fromisoformat(said["date"]),
        "issued_on": dt.date.fromisoformat(said["issued_on"]),
        "lines": [{"text": each["text"], "amount": Decimal(each["amount"])} for each in said["lines"]],
        "paid": payments,
        **{name: Decimal(said[name]) for name in ("owed", "earlier", "outstanding")},
        "tax": Decimal(said["tax_amount"]) if "tax_amount" in said else None,
    }
