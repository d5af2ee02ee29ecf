"""The files of a doctor's note at the desk: what came, looked at, added, taken out."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from booking.appointments.access import appointment_for, clients_for, health_only
from booking.appointments.doctor_note import NoteFileForm, notes_on_file, take_note
from booking.appointments.known_health import suitability_of_booking
from clients.models import Attachment, Intake
from clients.record.access_log import note_access
from clients.record.attachments import NOUN, open_attachment, remove_attachment
from clinic.models import AccessEvent
from clinic.records.sealed import SealedUnreadable
from clinic.web.http import StaffRequest
from clinic.web.post_only import post_only


@health_only
@require_http_methods(["GET", "HEAD", "POST"])
def doctor_note_page(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Why a note is asked for, what came, and a file to add."""
    appointment = appointment_for(request.user, public_id)
    form, status = NoteFileForm(), 200
    if request.method == "POST":
        form = NoteFileForm(request.POST, request.FILES)
        if take_note(appointment, form, practice=request.practice, by=request.user):
            messages.success(request, _("The file is in the record."))
            return redirect("booking:desk-appointment-doctor-note", public_id=public_id)
        status = 422
    note_access(appointment.client, noun=NOUN, action=AccessEvent.Action.VIEW, user=request.user)
    intake = Intake.objects.latest_of(appointment.client)
    context = {
        "appointment": appointment,
        "client": appointment.client,
        "judged": suitability_of_booking(appointment, intake, request.practice),
        "files": notes_on_file(appointment),
        "form": form,
        "today": timezone.localdate(),
    }
    return render(request, "booking/desk/doctor_note.html", context, status=status)


def attachment_for(request: StaffRequest, public_id: uuid.UUID) -> Attachment:
    """One file with its client. Raises Http404 where it is not this person's to see."""
    files = Attachment.objects.select_related("client").filter(client__in=clients_for(request.user))
    return get_object_or_404(files, public_id=public_id)


@health_only
@require_safe
def open_file(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """The file itself, to save or to look at; no program runs in it. Noted in the access log."""
    attachment = attachment_for(request, public_id)
    try:
        content = open_attachment(attachment, by=request.user)
    except SealedUnreadable:
        context = {"client": attachment.client}
        return render(request, "booking/desk/file_unreadable.html", context, status=410)
    response = HttpResponse(content, content_type=attachment.media_type)
    response["Content-Disposition"] = f'attachment; filename="{attachment.file_name}"'
    response["Cache-Control"] = "no-store"
    return response


@health_only
@post_only("booking:desk-file", "public_id")
def remove_file(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Take a file out of the record."""
    attachment = attachment_for(request, public_id)
    remove_attachment(attachment, by=request.user)
    messages.success(request, _("The file is deleted."))
    if attachment.appointment is not None and request.POST.get("from") != "file":
        return redirect("booking:desk-appointment-doctor-note", public_id=attachment.appointment)
    return redirect("booking:desk-client-documents", public_id=attachment.client.public_id)
