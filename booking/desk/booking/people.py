"""Whom somebody books for: found as one types, and before that who was here last."""

from django.utils import timezone

from booking.appointments.access import appointments_for, clients_for
from booking.desk.clients.search import search_clients
from booking.models import BOOKED
from clients.models import Client
from clinic.web.http import StaffRequest

# How many clients a search on this page offers to pick from.
MOST_PICKS = 8
MOST_RECENT = 6
# How many appointments are looked through for them: some clients come twice a week.
LOOKED_THROUGH = 40


def people_to_pick(request: StaffRequest, words: str) -> list[Client]:
    """The clients that a search finds; without words, who was here last, the latest first."""
    return search_clients(request, words, MOST_PICKS) if words else recent_clients(request)


def recent_clients(request: StaffRequest) -> list[Client]:
    """Who was here last: they stand at the counter, or have just called."""
    latest = appointments_for(request.user).filter(status__in=BOOKED, starts_at__lt=timezone.now())
    keys = latest.order_by("-starts_at").values_list("client_id", flat=True)[:LOOKED_THROUGH]
    found = clients_for(request.user).in_bulk(dict.fromkeys(keys))
    return [found[key] for key in dict.fromkeys(keys) if key in found][:MOST_RECENT]
