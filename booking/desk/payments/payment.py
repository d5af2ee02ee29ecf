"""The money of one appointment: what it costs, what was paid, what is open; each thing done is a POST of its own."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from booking.appointments.access import team_only
from booking.desk.booking.undo import PAID, undo_url, with_undo
from booking.models import Appointment, Receipt
from booking.payments.access import appointment_to_pay, may_take_payment
from booking.payments.actions import may_undo_payment
from booking.payments.balances import balance_of
from booking.payments.forms import AdjustmentForm, MoneyForm, PaymentForm, ReceiptForm, RefundForm
from booking.payments.receipts import issue_receipt, without_receipt
from clients.record.access_log import note_access
from clinic.country.locale import current_formats
from clinic.models import AccessEvent
from clinic.web.http import StaffRequest, redirect_saying, refusals_in
from clinic.web.post_only import post_only


@team_only
@require_safe
def payment_page(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """What an appointment costs and what was paid, with the forms."""
    return render_payment(request, appointment_to_pay(request.user, public_id))


@team_only
@post_only("booking:desk-payment", "public_id")
def take_payment(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Take money; where asked, write the receipt in the same step."""
    appointment = payable(request, public_id)
    form = PaymentForm(request.POST, appointment=appointment)
    if form.is_valid():
        with refusals_in(form):
            paid = form.save(by=request.user)
            receipt = write_asked_receipt(request, appointment)
            if receipt is not None:
                return redirect("booking:desk-receipt", public_id=receipt.public_id)
            if paid is not None:
                amount = current_formats().money(paid.amount, paid.currency)
                said = _("%(amount)s taken.") % {"amount": amount}
                messages.success(request, with_undo(said, undo_url(PAID, paid.public_id)))
            return redirect("booking:desk-payment", public_id=public_id)
    return render_payment(request, appointment, form=form, status=422)


def write_asked_receipt(request: StaffRequest, appointment: Appointment) -> Receipt | None:
    """The receipt, where the button that also writes it was pressed. Raises Refusal."""
    if "with_receipt" not in request.POST:
        return None
    address = last_address(appointment)
    return issue_receipt(appointment, practice=request.practice, by=request.user, client_address=address)


@team_only
@post_only("booking:desk-payment", "public_id")
def add_line(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Add an extra or a discount."""
    appointment = payable(request, public_id)
    form = AdjustmentForm(request.POST, appointment=appointment)
    return saved(request, appointment, form, _("Added."), adjustment_form=form)


@team_only
@post_only("booking:desk-payment", "public_id")
def give_back(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Note that money went back."""
    appointment = payable(request, public_id)
    form = RefundForm(request.POST, appointment=appointment)
    return saved(request, appointment, form, _("Noted as given back."), refund_form=form)


def saved(
    request: StaffRequest, appointment: Appointment, form: AdjustmentForm | RefundForm, said: str, **shown: Any
) -> HttpResponse:
    """Save a form and go back to the page, or show it with what is wrong."""
    if form.is_valid():
        with refusals_in(form):
            form.save(by=request.user)
            return redirect_saying(request, said, "booking:desk-payment", public_id=appointment.public_id)
    return render_payment(request, appointment, status=422, **shown)


def payable(request: StaffRequest, public_id: uuid.UUID) -> Appointment:
    """The appointment, where this person takes money for it. Raises Http404."""
    appointment = appointment_to_pay(request.user, public_id)
    if not may_take_payment(request.user, appointment):
        raise Http404
    return appointment


def last_address(appointment: Appointment) -> str:
    """The address on the client's last receipt."""
    last = Receipt.objects.filter(appointment__client=appointment.client).order_by("number").last()
    return last.client_address if last else ""


def render_payment(
    request: StaffRequest,
    appointment: Appointment,
    *,
    form: PaymentForm | None = None,
    adjustment_form: AdjustmentForm | None = None,
    refund_form: RefundForm | None = None,
    receipt_form: ReceiptForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page, with the form that was refused, where one was, as it was typed."""
    note_access(appointment.client, noun="payment", action=AccessEvent.Action.VIEW, user=request.user)
    refused: list[MoneyForm | ReceiptForm | None] = [form, adjustment_form, refund_form, receipt_form]
    payments = list(appointment.payments.select_related("received_by", "refund_of"))
    address = {"client_address": last_address(appointment)}
    context = {
        "appointment": appointment,
        "client": appointment.client,
        "balance": balance_of(appointment),
        "adjustments": appointment.price_adjustments.all(),
        "payments": [(each, undo_url(PAID, each.public_id) if may_undo_payment(each) else "") for each in payments],
        "receipts": appointment.receipts.select_related("cancels", "cancelled_by").order_by("-number"),
        "without_receipt": without_receipt(appointment).exists(),
        "may_take": may_take_payment(request.user, appointment),
        "refused": next((each for each in refused if each is not None and each.errors), None),
        "form": form or PaymentForm(appointment=appointment),
        "adjustment_form": adjustment_form or AdjustmentForm(appointment=appointment, practice=request.practice),
        "refund_form": refund_form or RefundForm(appointment=appointment),
        "receipt_form": receipt_form or ReceiptForm(initial=address),
    }
    return render(request, "booking/desk/payments/payment.html", context, status=status)
