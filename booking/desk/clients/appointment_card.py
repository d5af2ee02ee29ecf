"""The appointment card: what a client without e-mail takes home, on paper."""

import datetime as dt
import uuid

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from booking.appointments.access import appointments_for, client_for, team_only
from booking.models import BOOKED
from clients.record.access_log import note_access
from clinic.models import AccessEvent
from clinic.web.http import StaffRequest

# As many as fit on a card of the size of a postcard.
MOST_ON_CARD = 8
HOUR = dt.timedelta(hours=1)


@team_only
@require_safe
def appointment_card(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """When and with whom the next appointments are, where, and until when they are cancelled; nothing of why."""
    client = client_for(request.user, public_id)
    note_access(client, noun="appointment", action=AccessEvent.Action.VIEW, user=request.user)
    ahead = appointments_for(request.user).filter(client=client, status__in=BOOKED, starts_at__gt=timezone.now())
    appointments = list(ahead.with_people().order_by("starts_at")[:MOST_ON_CARD])
    context = {
        "client": client,
        "appointments": appointments,
        # Where services differ, the longest time is right for all.
        "hours": max((each.service.cutoff_in(request.practice) // HOUR for each in appointments), default=0),
    }
    return render(request, "booking/desk/file/card.html", context)
