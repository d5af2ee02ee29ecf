"""A client sends the doctor's note: a photo or a file, seen by the team alone."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from booking.appointments.doctor_note import NoteFileForm, take_note
from booking.website.appointment import appointment_of_link, opened_by_appointment_link
from clients.models import Attachment
from clinic.errors import Refusal
from clinic.web.http import HttpRequest
from clinic.web.throttle import throttle_request


@opened_by_appointment_link
@require_http_methods(["GET", "HEAD", "POST"])
def send_note(request: HttpRequest, subject: uuid.UUID) -> HttpResponse:
    """Choose a file and send it. What was sent is never shown here: whoever booked need not be the client (I10)."""
    shown = appointment_of_link(subject, request.practice)
    form = NoteFileForm()
    status = 200 if request.method != "POST" else 422
    if request.method == "POST" and shown.appointment.is_ahead:
        form = NoteFileForm(request.POST, request.FILES)
        if form.is_valid():
            try:
                throttle_request(request, scope="file")
            except Refusal as refusal:
                form.add_error("file", refusal.message)
        if form.is_valid() and take_note(shown.appointment, form, practice=request.practice):
            messages.success(request, _("Thank you, your note is here. Only your therapist and the team can open it."))
            return redirect("booking:appointment-note", key=str(subject))
    context = {
        "shown": shown,
        "form": form,
        "sent": Attachment.objects.filter(client=shown.appointment.client, appointment=subject).count(),
        "back_url": reverse("booking:appointment", args=[str(subject)]),
    }
    return render(request, "booking/website/doctor_note.html", context, status=status)
