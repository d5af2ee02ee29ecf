"""The session notes of a client, the newest first: signed ones, and those that wait for a signature."""

import uuid

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.views.decorators.http import require_safe

from booking.appointments.access import client_for, health_only, notes_for
from booking.desk.clients.head import render_file
from booking.models import SessionNoteDraft
from clients.record.access_log import note_access
from clinic.models import AccessEvent
from clinic.web.http import StaffRequest

NOTES_PER_PAGE = 15


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
