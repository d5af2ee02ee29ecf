"""A client's first page: the next appointment, booking the same again, what was, and where everything else is."""

import datetime as dt
import uuid
from dataclasses import replace

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from booking.appointments.rebooking import day_to_come_again, last_order_of, times_to_come_again
from booking.appointments.selection import Selection
from booking.models import Appointment, Status
from booking.payments.receipts import with_receipts
from booking.website.appointment import ClientAppointment
from booking.website.me.access import appointments_of_own_file, signed_in_only
from clients.models import Client
from clients.plans.in_force import newest_plan
from clients.record.access import mailbox_of, own_files
from clinic.models import Practice
from clinic.web.http import HttpRequest

# How many appointments stand open on the page; the others unfold.
LATER_AT_ONCE, PAST_AT_ONCE = 3, 4
MOST_PAST_SHOWN = 20


@signed_in_only
@require_safe
def client_home(request: HttpRequest) -> HttpResponse:
    """The client's page; where a family shares the address, the choice of whose; a word where there is no file.

    People for whom the client books stand on that page.
    """
    files = list(own_files(request))
    own = [each for each in files if not each.mailbox_is_anothers]
    if len(own) == 1 or len(files) == 1:
        return render_client_home(request, (own or files)[0])
    return render(request, "booking/website/me/choose_client.html", {"files": files, "address": mailbox_of(request)})


@appointments_of_own_file
@require_safe
def client_home_of_file(request: HttpRequest, client: Client) -> HttpResponse:
    """The page of one of those who share the address."""
    return render_client_home(request, client)


def render_client_home(request: HttpRequest, client: Client) -> HttpResponse:
    """Appointments with their times, and the way to the rest: no health answer stands here, so nothing is logged."""
    appointments = Appointment.objects.with_people().filter(client=client).exclude(status=Status.OFFERED)
    ahead = list(appointments.upcoming().order_by("starts_at"))
    before = with_receipts(appointments.filter(starts_at__lte=timezone.now()))
    past = list(before.order_by("-starts_at")[:MOST_PAST_SHOWN])
    others = [each for each in own_files(request) if each.pk != client.pk]
    hidden = client.hides_health
    context = {
        "client": client,
        "shared": client.mailbox_is_anothers or any(not each.mailbox_is_anothers for each in others),
        "booked_for": [] if client.mailbox_is_anothers else [each for each in others if each.mailbox_is_anothers],
        "hidden": hidden,
        "next": ClientAppointment(ahead[0], request.practice) if ahead else None,
        "soon": ahead[1 : 1 + LATER_AT_ONCE],
        "later": ahead[1 + LATER_AT_ONCE :],
        "recent": past[:PAST_AT_ONCE],
        "earlier": past[PAST_AT_ONCE:],
        "again": None if hidden else rebook_times(client, request.practice),
        "plan": None if hidden else newest_plan(client),
        "awaited": None
        if hidden
        else client.intake_requests.filter(intake=None, requested_at__gt=timezone.now() - dt.timedelta(days=90))
        .order_by("-requested_at")
        .first(),
    }
    return render(request, "booking/website/me/home.html", context)


def rebook_times(client: Client, practice: Practice) -> dict[str, object] | None:
    """What they had last, with the first times at the interval that the therapist named, else the soonest: one tap
    leads to the page that books it."""
    usual = last_order_of(client)
    if usual is None:
        return None
    wanted = day_to_come_again(usual, practice)
    free, therapist = times_to_come_again(usual, wanted, practice)
    here = rebook_url(client.public_id, usual.order.service.slug)
    selection = Selection(usual.order.service, None, therapist, usual.order.add_ons, wanted)
    return {
        "order": usual.order,
        "therapist": therapist,
        "wanted": wanted,
        "times": [{"start": each.start, "url": here + replace(selection, start=each.start).query()} for each in free],
        "more_url": selection.url("booking:service"),
    }


def rebook_url(public_id: uuid.UUID, slug: str) -> str:
    """Where a time of a service is booked by a client who is signed in."""
    return reverse("booking:me-rebook", args=[public_id, slug])
