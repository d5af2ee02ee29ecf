"""Taking money, giving it back, changing a price with a reason. Every action adds a row; none edits or deletes one.

Each locks the appointment's row, so that two who take the same payment at once find out; the same submission twice
(`key`) is one row.
"""

import datetime as dt
from decimal import Decimal
from typing import Any, TypeVar

from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from booking.appointments.locking import transactional
from booking.appointments.move import lock_appointment
from booking.errors import IdempotencyKeyReused, NotPossible
from booking.models import Appointment, Payment, PaymentMethod, PriceAdjustment, Receipt
from booking.payments.balances import NO_MONEY, balance_of
from booking.payments.card_numbers import refuse_card_number
from clients.record.access_log import note_access
from clinic.country.locale import current_formats, decimals_of
from clinic.errors import Refusal
from clinic.models import AccessEvent, User

# As many as the column of an adjustment takes.
MOST_REASON_LETTERS = 120
# Later a wrong payment is given back, with a reason.
MISTAKE_WITHIN = dt.timedelta(minutes=10)
Row = TypeVar("Row", Payment, PriceAdjustment)


@transactional
def record_payment(
    appointment: Appointment, *, amount: Decimal, method: str, by: User | None, reference: str = "", key: str = ""
) -> Payment:
    """Note that money came for an appointment, all of what is open or a part.

    `amount` is in the appointment's currency, `method` a PaymentMethod, `reference` the voucher's number or what the
    transfer is known by, `key` what tells this submission from another. Raises Refusal with the `field` it is about:
    too much, too fine for the currency, a voucher without its number, a card's number; Busy.
    """
    current = lock_appointment(appointment)
    if given := row_of_key(Payment, current, key, amount):
        return given
    must_be_payable(amount, current.currency)
    must_be_known(method)
    reference = refuse_card_number(reference, field="reference")
    if method == PaymentMethod.VOUCHER and not reference:
        raise Refusal(_("Please write the voucher's number."), code="number_needed", field="reference")
    left = balance_of(current).outstanding
    if amount > left:
        said = _("Only %(left)s is open. Add an extra first, for example a tip, where more was paid.")
        if left <= 0:
            said = _("Nothing is open here. Add an extra first, for example a tip, where more was paid.")
        shown = current_formats().money(max(left, NO_MONEY), current.currency)
        raise Refusal(said % {"left": shown}, code="too_much", field="amount")
    return write_payment(
        current, amount=amount, method=method, reference=reference, received_by=by, idempotency_key=key
    )


@transactional
def refund_payment(
    payment: Payment,
    *,
    amount: Decimal,
    reason: str,
    by: User | None,
    method: str = "",
    lowers_price: bool = False,
    key: str = "",
) -> Payment:
    """Note that money of a payment went back, by the way it came or by another.

    `amount` is above zero; the row holds it below. `lowers_price`: the appointment costs so much less, for the same
    reason; else so much is open again. Raises Refusal with the `field` it is about; Busy.
    """
    current = lock_appointment(payment.appointment)
    if given := row_of_key(Payment, current, key, -amount):
        return given
    if payment.is_refund:
        raise NotPossible(_("Money that went back cannot go back again."))
    must_be_payable(amount, current.currency)
    method = method or payment.method
    must_be_known(method)
    reason = must_say_why(reason, _("Please write why money goes back."))
    left = payment.amount + (payment.refunds.aggregate(sum=Sum("amount"))["sum"] or NO_MONEY)
    if amount > left:
        shown = current_formats().money(left, current.currency)
        raise Refusal(_("At most %(left)s of this payment can go back.") % {"left": shown}, field="amount")
    if lowers_price:
        add_adjustment(current, amount=-amount, reason=reason[:MOST_REASON_LETTERS], by=by)
    return write_payment(
        current,
        amount=-amount,
        method=method,
        reference=payment.reference if method == payment.method else "",
        refund_of=payment,
        reason=reason,
        received_by=by,
        idempotency_key=key,
    )


@transactional
def undo_payment(payment: Payment, *, by: User | None) -> Payment:
    """Take back a payment that was entered wrongly, some minutes ago: a row of its own, so that both can be read.

    A second tap changes nothing. Raises NotPossible where it is too late, or stands on a receipt, or some of it went
    back; Busy.
    """
    current = lock_appointment(payment.appointment)
    if done := payment.refunds.filter(entered_wrongly=True).first():
        return done
    if not may_undo_payment(payment):
        raise NotPossible(_("This can be undone for ten minutes and before its receipt. Give the money back instead."))
    return write_payment(
        current,
        amount=-payment.amount,
        method=payment.method,
        reference=payment.reference,
        refund_of=payment,
        entered_wrongly=True,
        reason=_("entered by mistake"),
        received_by=by,
    )


def write_payment(current: Appointment, *, received_by: User | None, **columns: Any) -> Payment:
    """Write a row of money for a locked appointment, in its currency, and note it in the access log."""
    row = Payment.objects.create(appointment=current, currency=current.currency, received_by=received_by, **columns)
    log_money(current, received_by)
    return row


def may_undo_payment(payment: Payment) -> bool:
    """Whether a payment may still be called a mistake: entered just now, on no receipt that counts, none of it given
    back."""
    if payment.is_refund or timezone.now() - payment.received_at > MISTAKE_WITHIN:
        return False
    return not payment.refunds.exists() and not Receipt.objects.standing().filter(lines__payment=payment).exists()


@transactional
def adjust_price(
    appointment: Appointment, *, amount: Decimal, reason: str, by: User | None, key: str = ""
) -> PriceAdjustment:
    """Add an extra to what an appointment costs, or a discount (below zero), with the reason for the receipt.

    Raises Refusal with the `field` it is about, also where a discount is more than what the appointment costs; Busy.
    """
    current = lock_appointment(appointment)
    if given := row_of_key(PriceAdjustment, current, key, amount):
        return given
    must_be_payable(abs(amount), current.currency)
    reason = must_say_why(reason, _("Please write what it is for. It stands on the receipt."))
    line = add_adjustment(current, amount=amount, reason=reason, by=by, key=key)
    log_money(current, by)
    return line


def add_adjustment(
    current: Appointment, *, amount: Decimal, reason: str, by: User | None, key: str = ""
) -> PriceAdjustment:
    """Write an adjustment of a locked appointment. Raises Refusal where it would cost less than nothing."""
    known = balance_of(current)
    if known.price + known.adjusted + amount < 0:
        shown = current_formats().money(known.owed, current.currency)
        raise Refusal(_("A discount is at most the price: %(owed)s.") % {"owed": shown}, field="amount")
    return PriceAdjustment.objects.create(
        appointment=current, amount=amount, currency=current.currency, reason=reason, made_by=by, idempotency_key=key
    )


def row_of_key(model: type[Row], appointment: Appointment, key: str, amount: Decimal) -> Row | None:
    """The row that this submission wrote before, if it did. Raises IdempotencyKeyReused where it said another sum."""
    if not key:
        return None
    found = model._default_manager.filter(appointment=appointment, idempotency_key=key).first()
    if found is not None and found.amount != amount:
        raise IdempotencyKeyReused(_("This form was sent before, with another amount. Please look at what was saved."))
    return found


def must_be_payable(amount: Decimal, currency: str) -> None:
    """Refuse an amount that nobody can hand over: nothing, or finer than the currency. Raises Refusal."""
    if not amount.is_finite() or amount <= 0:
        raise Refusal(_("Please give an amount above zero."), code="invalid", field="amount")
    digits = decimals_of(currency)
    if amount != round(amount, digits):
        said = _("Amounts in %(currency)s have at most %(digits)d decimals.")
        if not digits:
            said = _("Amounts in %(currency)s have no decimals.")
        raise Refusal(said % {"currency": currency, "digits": digits}, code="invalid", field="amount")


def must_say_why(reason: str, said: str) -> str:
    """The reason without the spaces around it. Raises Refusal for none, as `said`, and for a card's number."""
    reason = refuse_card_number(reason, field="reason")
    if not reason:
        raise Refusal(said, code="reason_needed", field="reason")
    return reason


def must_be_known(method: str) -> None:
    """Refuse a way of paying that there is not. Raises Refusal."""
    if method not in PaymentMethod.values:
        raise Refusal(_("Please choose how it was paid."), code="invalid", field="method")


def log_money(appointment: Appointment, by: User | None) -> None:
    """Add a line to the access log: money of this client's appointment was noted."""
    note_access(appointment.client, noun="payment", action=AccessEvent.Action.CHANGE, user=by, actor="system")
