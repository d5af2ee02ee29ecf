"""The doctor's note at the desk: ticked as seen, with its day."""

import uuid

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from booking.access import health_only
from booking.actions.clearance import see_clearance
from booking.views.desk.keeping import keeps_note
from booking.views.desk.visit import visit_for
from clinic.errors import Refusal
from clinic.http import StaffRequest
from clinic.posting import post_only


class SeenForm(forms.Form):
    """When the note was seen."""

    on = forms.DateField(
        label=gettext_lazy("Seen on"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )


@health_only
@post_only("booking:desk-visit", "public_id")
@keeps_note
def clearance(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Keep that the doctor's note was seen, by whom and when; a day left empty is today."""
    appointment = visit_for(request.user, public_id)
    form = SeenForm({"on": request.POST.get("on") or timezone.localdate()})
    if not form.is_valid():
        messages.error(request, _("We could not read that day."))
        return redirect("booking:desk-visit", public_id=public_id)
    try:
        see_clearance(appointment, on=form.cleaned_data["on"], by=request.user)
    except Refusal as refusal:
        messages.error(request, refusal.for_team)
    else:
        messages.success(request, _("Noted: you have seen the doctor's note."))
    return redirect("booking:desk-visit", public_id=public_id)
