"""The doctor's note at the desk: ticked as seen, with its day."""

import uuid

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from booking.appointments.access import health_only
from booking.appointments.clearance import acknowledge_clearance
from booking.desk.session.note_kept import saves_note_first
from booking.desk.session.page import appointment_with_history
from clinic.web.http import StaffRequest, refusals_said
from clinic.web.post_only import post_only


class ClearanceSeenForm(forms.Form):
    """When the note was seen."""

    on = forms.DateField(
        label=gettext_lazy("Seen on"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )


@health_only
@post_only("booking:desk-appointment", "public_id")
@saves_note_first
def record_clearance(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Keep that the doctor's note was seen, by whom and when; a day left empty is today."""
    appointment = appointment_with_history(request.user, public_id)
    form = ClearanceSeenForm({"on": request.POST.get("on") or timezone.localdate()})
    if not form.is_valid():
        messages.error(request, _("We could not read that day."))
        return redirect("booking:desk-appointment", public_id=public_id)
    with refusals_said(request):
        acknowledge_clearance(appointment, on=form.cleaned_data["on"], by=request.user, practice=request.practice)
        messages.success(request, _("Noted: you have seen the doctor's note."))
    return redirect("booking:desk-appointment", public_id=public_id)
