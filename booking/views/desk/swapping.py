"""The service that suits, in place of one that newer answers speak against: taken at the desk in one tap."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from booking.access import health_only
from booking.actions.rescreening import take_offer
from booking.errors import NotPossible
from booking.models import Appointment, Service
from booking.terms import terms_in
from booking.views.desk.keeping import keeps_note
from booking.views.desk.mails import telling
from booking.views.desk.visit import visit_for
from clinic.errors import Refusal
from clinic.http import StaffRequest
from clinic.posting import post_only


@health_only
@post_only("booking:desk-visit", "public_id")
@keeps_note
def swap(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Change to the service that was offered, at the same time; the client is told by the confirmation."""
    appointment = visit_for(request.user, public_id)
    service = Service.objects.filter(slug=request.POST.get("service", "")).first()
    try:
        if service is None:
            raise NotPossible(_("That is not on offer any more."))
        shown = terms_in(request.POST)
        take_offer(appointment, service=service, via=Appointment.Via.DESK, by=request.user, shown=shown)
    except Refusal as refusal:
        messages.error(request, refusal.for_team)
    else:
        messages.success(request, telling([appointment], _("Changed."), _("The client is told.")))
    return redirect("booking:desk-visit", public_id=public_id)
