"""Bookings of one network: perhaps one person in many names. Looked at together, cancelled together."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from booking.appointments.access import appointment_for, appointments_for, log_list_access, team_only
from booking.appointments.networks import cancel_network_bookings, from_the_same_network
from booking.desk.forms import ReasonForm
from booking.models import Appointment
from clinic.web.http import StaffRequest


@team_only
@require_http_methods(["GET", "HEAD", "POST"])
def network_bookings(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """List what the network of this appointment booked about then; on POST cancel what is ticked, with one reason."""
    appointment = appointment_for(request.user, public_id)
    rows = list(from_the_same_network(appointment, appointments_for(request.user)).with_people())
    if request.method != "POST":
        return render_network(request, appointment, rows, ReasonForm(), ticked=rows)
    form = ReasonForm(request.POST)
    ticked = [each for each in rows if str(each.public_id) in request.POST.getlist("ticked")]
    if not ticked:
        form.add_error(None, _("Tick at least one appointment."))
    if not form.is_valid():
        return render_network(request, appointment, rows, form, ticked=ticked, status=422)
    done, refused = cancel_network_bookings(
        ticked, reason=form.cleaned_data["reason"], by=request.user, practice=request.practice
    )
    if done:
        said = ngettext("Cancelled: %(count)d appointment.", "Cancelled: %(count)d appointments.", len(done))
        messages.success(request, said % {"count": len(done)})
    for refusal in refused:
        messages.error(request, refusal.for_team)
    return redirect("booking:desk-appointment", public_id=public_id)


def render_network(
    request: StaffRequest,
    appointment: Appointment,
    rows: list[Appointment],
    form: ReasonForm,
    *,
    ticked: list[Appointment],
    status: int = 200,
) -> HttpResponse:
    """The list, everything ticked at first."""
    log_list_access(request.user, "appointments of one network")
    context = {"appointment": appointment, "rows": rows, "ticked": ticked, "form": form}
    return render(request, "booking/desk/network.html", context, status=status)
