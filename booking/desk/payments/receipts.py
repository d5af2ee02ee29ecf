"""Receipts at the desk: written, shown and printed, mailed, cancelled."""

import uuid

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from booking.appointments.access import team_only
from booking.desk.payments.payment import payable, render_payment
from booking.models import Receipt
from booking.payments.access import may_take_payment, receipt_for
from booking.payments.forms import CancelReceiptForm, ReceiptForm
from booking.payments.mails import mail_of_receipt, mail_receipt
from booking.payments.receipts import cancel_receipt, issue_receipt, receipt_page
from clients.record.access_log import note_access
from clinic.models import AccessEvent
from clinic.web.http import StaffRequest, redirect_saying, refusals_in, refusals_said
from clinic.web.post_only import post_only


@team_only
@post_only("booking:desk-payment", "public_id")
def write_receipt_page(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Write the receipt about what was paid and has none yet."""
    appointment = payable(request, public_id)
    form = ReceiptForm(request.POST)
    if form.is_valid():
        address = form.cleaned_data["client_address"]
        with refusals_in(form):
            receipt = issue_receipt(appointment, practice=request.practice, by=request.user, client_address=address)
            return redirect("booking:desk-receipt", public_id=receipt.public_id)
    return render_payment(request, appointment, receipt_form=form, status=422)


@team_only
@require_safe
def receipt_sheet(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """One receipt, to read, print, mail."""
    return render_receipt(request, receipt_for(request.user, public_id))


@team_only
@post_only("booking:desk-receipt", "public_id")
def cancel_receipt_page(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Cancel a receipt by another one."""
    receipt = changeable(request, public_id)
    form = CancelReceiptForm(request.POST)
    if form.is_valid():
        with refusals_in(form, "reason"):
            reason = form.cleaned_data["reason"]
            other = cancel_receipt(receipt, reason=reason, practice=request.practice, by=request.user)
            said = _("Cancelled by no. %(number)s. You can write a new one.") % {"number": other.number}
            return redirect_saying(request, said, "booking:desk-payment", public_id=receipt.appointment.public_id)
    return render_receipt(request, receipt, form=form, status=422)


@team_only
@post_only("booking:desk-receipt", "public_id")
def mail_receipt_page(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Mail the client the way to a receipt."""
    receipt = changeable(request, public_id)
    with refusals_said(request):
        mail_receipt(receipt, request.practice)
        messages.success(request, _("The receipt is on its way to %(who)s.") % {"who": receipt.appointment.client})
    return redirect("booking:desk-receipt", public_id=public_id)


def changeable(request: StaffRequest, public_id: uuid.UUID) -> Receipt:
    """The receipt, where this person may do something about it. Raises Http404."""
    receipt = receipt_for(request.user, public_id)
    if not may_take_payment(request.user, receipt.appointment):
        raise Http404
    return receipt


def render_receipt(
    request: StaffRequest, receipt: Receipt, *, form: CancelReceiptForm | None = None, status: int = 200
) -> HttpResponse:
    """The sheet with what can be done."""
    client = receipt.appointment.client
    note_access(client, noun="receipt", action=AccessEvent.Action.VIEW, user=request.user)
    context = {
        "receipt": receipt,
        "page": receipt_page(receipt),
        "client": client,
        "mail": mail_of_receipt(receipt),
        "may_take": may_take_payment(request.user, receipt.appointment),
        "form": form or CancelReceiptForm(),
    }
    return render(request, "booking/desk/payments/receipt.html", context, status=status)
