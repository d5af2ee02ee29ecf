"""An emergency or doctor-first answer at the desk: ticked as seen by whoever sees to it."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_list_or_404, get_object_or_404, redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from booking.appointments.access import clients_for, health_only
from booking.desk.session.note_kept import saves_note_first
from clients.intake.acknowledgement import acknowledge_intake
from clients.models import Intake, PainScore
from clients.pain.follow_up import acknowledge_pain
from clinic.web.http import StaffRequest
from clinic.web.post_only import post_only


@health_only
@post_only("booking:desk")
@saves_note_first
def acknowledge_answers(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Note who saw to it, and go back to the page it was ticked on."""
    rows = Intake.objects.select_related("client").filter(client__in=clients_for(request.user))
    intake = get_object_or_404(rows, public_id=public_id)
    acknowledge_intake(intake, by=request.user)
    messages.success(request, _("Noted: you see to it. Reminders go on once the appointment may take place."))
    return return_url(request) or redirect("booking:desk-client", public_id=intake.client.public_id)


@health_only
@post_only("booking:desk")
def acknowledge_pain_score(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Note who calls about the pain after this appointment, and go back to the page it was ticked on."""
    scores = PainScore.objects.select_related("client").filter(client__in=clients_for(request.user), needs_call=True)
    for score in get_list_or_404(scores, appointment=public_id):
        acknowledge_pain(score, by=request.user)
    messages.success(request, _("Noted: you see to it."))
    return return_url(request) or redirect("booking:desk-appointment", public_id=public_id)


def return_url(request: StaffRequest) -> HttpResponse | None:
    """The page on which something was ticked, where it is one of ours."""
    back = request.POST.get("next", "")
    ours = url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    return redirect(back) if ours else None
