"""A client's receipt, opened by the mail about it or by whoever is signed in: to read, print and keep."""

import uuid

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from booking.models import Receipt
from booking.payments.receipts import receipt_page
from booking.website.appointment import appointment_url, is_of_reader, opened_by_appointment_link
from clinic.web.http import HttpRequest
from clinic.web.links import NotByThisLink


@opened_by_appointment_link
@require_safe
def client_receipt(request: HttpRequest, subject: uuid.UUID, public_id: uuid.UUID) -> HttpResponse:
    """One receipt of an appointment. Name and address stand on it: a link that was shown on a page does not open it."""
    if not is_of_reader(request, subject):
        raise NotByThisLink
    rows = Receipt.objects.standing().select_related("cancels")
    receipt = get_object_or_404(rows, appointment__public_id=subject, public_id=public_id)
    context = {"page": receipt_page(receipt), "back_url": appointment_url(subject)}
    return render(request, "booking/website/receipt.html", context)
