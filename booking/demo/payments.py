"""What the demo's clients paid: most of it at once, some open, one in part, one given back; receipts for the newest."""

import datetime as dt
import random
from decimal import ROUND_HALF_UP, Decimal

from django.utils import timezone

from booking.models import Appointment, Payment, PaymentMethod, PriceAdjustment, Status, Therapist
from booking.payments.receipts import issue_receipt
from clinic.models import Practice

WAYS = (PaymentMethod.CARD, PaymentMethod.CARD, PaymentMethod.CARD, PaymentMethod.CASH, PaymentMethod.TRANSFER)
# Of the newest sessions: which are open and which is paid in part, counted from the newest.
OPEN, PARTLY, REFUNDED = (2, 5), 3, 6
RECEIPTS = 8


def create_payments(practice: Practice) -> int:
    """Pay for the completed appointments, by the same dice each time; return how many payments were written."""
    dice = random.Random(21)  # noqa: S311 - a demo, not a secret
    for place, therapist in enumerate(Therapist.objects.order_by("position")):
        therapist.licence = f"OR LMT {20417 + 311 * place}"
        therapist.save(update_fields=["licence"])
    completed = Appointment.objects.filter(status=Status.COMPLETED).select_related("therapist")
    rows = list(completed.order_by("-starts_at", "pk"))
    late = {*OPEN, PARTLY, REFUNDED}
    for place, appointment in enumerate(rows):
        if place not in late:
            pay(appointment, appointment.price, dice)
    if len(rows) > max(late):
        half = (rows[PARTLY].price / 2).quantize(Decimal("0.01"), ROUND_HALF_UP)
        pay(rows[PARTLY], half, dice)
        refund(pay(rows[REFUNDED], rows[REFUNDED].price, dice))
    for appointment in reversed(rows[:RECEIPTS]):
        if appointment.payments.exists():
            issue_receipt(appointment, practice=practice, by=appointment.therapist.user)
    return Payment.objects.count()


def pay(appointment: Appointment, amount: Decimal, dice: random.Random) -> Payment:
    """A payment a few minutes after the session, sometimes with a tip, sometimes less for a regular."""
    luck, by = dice.random(), appointment.therapist.user
    change = Decimal(10) if luck < 0.15 else Decimal(-5) if luck > 0.95 else Decimal(0)
    if change and amount == appointment.price:
        PriceAdjustment.objects.create(
            appointment=appointment,
            amount=change,
            currency=appointment.currency,
            reason="Tip" if change > 0 else "Regular client",
            made_at=appointment.ends_at,
            made_by=by,
        )
        amount += change
    method = PaymentMethod.VOUCHER if luck > 0.9 else dice.choice(WAYS)
    return Payment.objects.create(
        appointment=appointment,
        amount=amount,
        currency=appointment.currency,
        method=method,
        reference=f"SW-{appointment.pk:04}" if method == PaymentMethod.VOUCHER else "",
        received_at=min(appointment.ends_at + dt.timedelta(minutes=5), timezone.now()),
        received_by=by,
    )


def refund(payment: Payment) -> Payment:
    """A part of a payment goes back, and so much less was owed."""
    PriceAdjustment.objects.create(
        appointment=payment.appointment,
        amount=Decimal(-15),
        currency=payment.currency,
        reason="Session was cut short",
        made_at=payment.received_at,
        made_by=payment.received_by,
    )
    return Payment.objects.create(
        appointment=payment.appointment,
        amount=Decimal(-15),
        currency=payment.currency,
        method=payment.method,
        refund_of=payment,
        reason="Session was cut short",
        received_at=payment.received_at + dt.timedelta(minutes=3),
        received_by=payment.received_by,
    )
