"""The service that suits, in place of one that newer answers speak against: taken at the desk in one tap."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from booking.appointments.access import health_only
from booking.appointments.rescreening import accept_swap
from booking.desk.practice.appointment_mails import change_notice
from booking.desk.session.note_kept import saves_note_first
from booking.desk.session.page import appointment_with_history
from booking.errors import NotPossible
from booking.models import Appointment, Service
from booking.scheduling.terms import terms_in_form
from clinic.web.http import StaffRequest, refusals_said
from clinic.web.post_only import post_only


@health_only
@post_only("booking:desk-appointment", "public_id")
@saves_note_first
def desk_swap(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Change to the service that was offered, at the same time; the client is told by the confirmation."""
    appointment = appointment_with_history(request.user, public_id)
    service = Service.objects.filter(slug=request.POST.get("service", "")).first()
    with refusals_said(request):
        if service is None:
            raise NotPossible(_("That is not on offer any more."))
        shown = terms_in_form(request.POST)
        accept_swap(
            appointment,
            service=service,
            practice=request.practice,
            via=Appointment.Via.DESK,
            by=request.user,
            shown=shown,
        )
        messages.success(request, change_notice([appointment], _("Changed."), _("The client is told.")))
    return redirect("booking:desk-appointment", public_id=public_id)
