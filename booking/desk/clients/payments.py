"""The money of a client: what is open, what was paid and how, and the receipts; as far as this person sees it."""

import uuid

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.views.decorators.http import require_safe

from booking.appointments.access import client_for, team_only
from booking.desk.clients.head import render_file
from booking.models import Receipt
from booking.payments.access import money_appointments_for, payments_for
from booking.payments.balances import balance, with_money_open
from clients.record.access_log import note_access
from clinic.models import AccessEvent
from clinic.web.http import StaffRequest

PAYMENTS_PER_PAGE = 30
MOST_OPEN = 20
MOST_RECEIPTS = 30


@team_only
@require_safe
def client_payments(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """What is open first, then payments and receipts, the newest first."""
    client = client_for(request.user, public_id)
    note_access(client, noun="payment", action=AccessEvent.Action.LIST, user=request.user)
    own = money_appointments_for(request.user).filter(client=client)
    due = with_money_open(own.select_related("service", "therapist")).order_by("-starts_at")[:MOST_OPEN]
    payments = payments_for(request.user).filter(appointment__client=client)
    payments = payments.select_related("appointment__service", "received_by").order_by("-received_at", "-pk")
    receipts = Receipt.objects.filter(appointment__in=own).select_related("cancels", "cancelled_by")
    context = {
        "due": [(each, balance(each)) for each in due],
        "page": Paginator(payments, PAYMENTS_PER_PAGE).get_page(request.GET.get("page")),
        "receipts": receipts.order_by("-number")[:MOST_RECEIPTS],
    }
    return render_file(request, client, "desk-client-payments", context, template="payments")
