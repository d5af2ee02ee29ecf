"""The lists of a client's file: session notes, payments, messages, and who looked; a page at a time."""

import uuid

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from booking.appointments.access import client_for, health_only, mails_for, notes_for, reminders_for, team_only
from booking.desk.clients.head import may_read_access_log, render_file
from booking.desk.practice.appointment_mails import mail_line, reminder_line
from booking.models import Receipt, Reminder, ReminderState, SessionNoteDraft
from booking.payments.access import money_appointments_for, payments_for
from booking.payments.balances import balance, with_money_open
from clients.models import Client
from clients.record.access_log import CLIENT_BY_LINK, access_events_of, note_access
from clients.record.export import BY_CLIENT
from clinic.identity import address_equals
from clinic.models import AccessEvent, OutgoingMail, User
from clinic.web.http import StaffRequest

NOTES_PER_PAGE, PAYMENTS_PER_PAGE, MESSAGES_PER_PAGE, LINES_PER_PAGE = 15, 30, 30, 50
# How much stands beside the list of a page.
MOST_OPEN, MOST_RECEIPTS, MOST_UNSENT = 20, 30, 10


@health_only
@require_safe
def client_notes(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """The notes that this person may read, and their own drafts that wait beside a note."""
    client = client_for(request.user, public_id)
    note_access(client, noun="session note", action=AccessEvent.Action.VIEW, user=request.user)
    notes = notes_for(request.user, request.practice).filter(appointment__client=client)
    notes = notes.select_related("appointment__service", "appointment__therapist", "signed_by")
    notes = notes.prefetch_related("addenda__by").order_by("-appointment__starts_at", "-pk")
    drafts = SessionNoteDraft.objects.filter(appointment__client=client, by=request.user)
    context = {
        "page": Paginator(notes, NOTES_PER_PAGE).get_page(request.GET.get("page")),
        "drafts": drafts.select_related("appointment").order_by("-appointment__starts_at"),
    }
    return render_file(request, client, "desk-client-notes", context, template="notes")


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


def client_mails(user: User, client: Client) -> QuerySet[OutgoingMail]:
    """The mails about a client's appointments, to whatever address, and those to them at the address on file."""
    found = Reminder.objects.filter(appointment__client=client, mail__isnull=False).values("mail_id")
    if client.email:
        to_them = OutgoingMail.objects.filter(address_equals(client.email, "to_email"), to_name=str(client))
        found = found.union(to_them.values("pk"))
    mails = mails_for(user).filter(pk__in=found).defer("html", "text", "calendar")
    return mails.select_related("reminder__appointment__service").order_by("-created_at", "-pk")


@team_only
@require_safe
def client_messages(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """The messages, the newest first."""
    client = client_for(request.user, public_id)
    note_access(client, noun="messages", action=AccessEvent.Action.LIST, user=request.user)
    page = Paginator(client_mails(request.user, client), MESSAGES_PER_PAGE).get_page(request.GET.get("page"))
    unsent = reminders_for(request.user).filter(appointment__client=client, state=ReminderState.SKIPPED, mail=None)
    unsent = unsent.select_related("appointment__service", "appointment__client").order_by("-settled_at", "-pk")
    context = {
        "page": page,
        # Each with the appointment that it is about, where it is about one.
        "lines": [(mail_line(each), each.reminder.appointment if hasattr(each, "reminder") else None) for each in page],
        "unsent": [(reminder_line(each), each.appointment) for each in unsent[:MOST_UNSENT]],
    }
    return render_file(request, client, "desk-client-messages", context, template="messages")


def reader_of(event: AccessEvent, client: Client) -> str:
    """Who it was: somebody of the team by name, the client, or the program itself."""
    if event.user is not None:
        return str(event.user)
    if event.actor == CLIENT_BY_LINK:
        return _("%(client)s, by a link in a mail") % {"client": client}
    return str(client) if event.actor == BY_CLIENT else _("Warmstone itself")


@team_only
@require_safe
def client_log(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """The access log of one file. Looking at it is itself noted."""
    if not may_read_access_log(request.user):
        raise Http404
    client = client_for(request.user, public_id)
    note_access(client, noun="access log", action=AccessEvent.Action.VIEW, user=request.user)
    events = access_events_of(client).select_related("user").order_by("-at", "-pk")
    page = Paginator(events, LINES_PER_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "lines": [(each, reader_of(each, client)) for each in page]}
    return render_file(request, client, "desk-client-log", context, template="log")
