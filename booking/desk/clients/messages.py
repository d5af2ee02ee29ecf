"""The messages of a client: what was sent and what became of it, and what was not sent and why."""

import uuid

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse
from django.views.decorators.http import require_safe

from booking.appointments.access import client_for, mails_for, reminders_for, team_only
from booking.desk.clients.head import render_file
from booking.desk.practice.appointment_mails import mail_line, reminder_line
from booking.models import Reminder, ReminderState
from clients.models import Client
from clients.record.access_log import note_access
from clinic.identity import address_equals
from clinic.models import AccessEvent, OutgoingMail, User
from clinic.web.http import StaffRequest

MESSAGES_PER_PAGE = 30
MOST_UNSENT = 10


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
