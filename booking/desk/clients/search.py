"""Clients found by any part of a name, phone or e-mail: the page, and what drops down while somebody types."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from booking.appointments.access import appointments_for, clients_for, log_list_access, team_only
from booking.desk.clients.duplicates import likely_pairs
from booking.models import AHEAD, Appointment
from clients.models import Client
from clinic.models import User
from clinic.web.http import StaffRequest

MOST_CLIENTS_SHOWN = 50
# As many as stand under the search box of a phone without scrolling.
MOST_CLIENTS_DROPPED = 8
LONGEST_SEARCH = 200


def search_clients(request: StaffRequest, words: str, limit: int = MOST_CLIENTS_SHOWN) -> list[Client]:
    """The clients that match a search, at most `limit`."""
    return list(clients_for(request.user).matching(words[:LONGEST_SEARCH])[:limit])


def with_next_appointments(user: User, people: list[Client]) -> list[tuple[Client, Appointment | None]]:
    """Clients, each with the next appointment that is booked: whoever answers the phone needs no other page. In one
    query for all."""
    rows = appointments_for(user).filter(client__in=people, status__in=AHEAD, starts_at__gt=timezone.now())
    rows = rows.select_related("service", "therapist").order_by("client_id", "starts_at").distinct("client_id")
    coming = {each.client_id: each for each in rows} if people else {}
    return [(each, coming.get(each.pk)) for each in people]


@team_only
@require_safe
def client_search(request: StaffRequest) -> HttpResponse:
    """Search. The list alone for htmx, the whole page for everyone else."""
    words = request.GET.get("q", "").strip()
    people = search_clients(request, words)
    log_list_access(request.user, "clients")
    context = {
        "q": words,
        "people": with_next_appointments(request.user, people),
        "more": len(people) == MOST_CLIENTS_SHOWN,
    }
    if request.htmx:
        return render(request, "booking/desk/includes/client_list.html", context)
    return render(request, "booking/desk/clients.html", {**context, "pairs": len(likely_pairs(request.user))})


@team_only
@require_safe
def client_drop_down(request: StaffRequest) -> HttpResponse:
    """What drops down under the search box at the head of the desk; nothing where nothing is typed."""
    words = request.GET.get("q", "").strip()
    people = search_clients(request, words, MOST_CLIENTS_DROPPED) if words else []
    if people:
        log_list_access(request.user, "clients")
    context = {"q": words, "people": with_next_appointments(request.user, people)}
    return render(request, "booking/desk/includes/client_drop_down.html", context)
