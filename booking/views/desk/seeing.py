"""An emergency or doctor-first answer at the desk: ticked as seen by whoever sees to it."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from booking.access import clients_for, health_only
from booking.views.desk.keeping import keeps_note
from clients.actions import see_intake
from clients.models import Intake
from clinic.http import StaffRequest
from clinic.posting import post_only


@health_only
@post_only("booking:desk")
@keeps_note
def seen(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Note who saw to it, and go back to the page it was ticked on."""
    rows = Intake.objects.select_related("client").filter(client__in=clients_for(request.user))
    intake = get_object_or_404(rows, public_id=public_id)
    see_intake(intake, by=request.user)
    messages.success(request, _("Noted: you see to it. Reminders go on once the visit may take place."))
    back = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}, require_https=request.is_secure()):
        return redirect(back)
    return redirect("booking:desk-client", public_id=intake.client.public_id)
