"""A client's first page: the next appointment, booking the same again, what was, and where everything else is."""

import datetime as dt
import uuid
from dataclasses import replace

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from booking.appointments.rebooking import last_order_of, soonest_times
from booking.appointments.selection import Selection
from booking.models import Appointment, Status
from booking.website.appointment import ClientAppointment
from booking.website.me.access import own_file_only, signed_in_only
from clients.models import CarePlan, Client
from clients.record.access import mailbox_of, own_files
from clinic.models import Practice
from clinic.web.http import HttpRequest

MOST_PAST_SHOWN = 20


@signed_in_only
@require_safe
def client_home(request: HttpRequest) -> HttpResponse:
    """The client's page; where a family shares the address, the choice of whose; a word where there is no file."""
    files = list(own_files(request))
    if len(files) == 1:
        return render_client_home(request, files[0])
    return render(request, "booking/website/me/choose_client.html", {"files": files, "address": mailbox_of(request)})


@own_file_only
@require_safe
def client_home_of_file(request: HttpRequest, client: Client) -> HttpResponse:
    """The page of one of those who share the address."""
    return render_client_home(request, client)


def render_client_home(request: HttpRequest, client: Client) -> HttpResponse:
    """Appointments with their times, and the way to the rest: no health answer stands here, so nothing is logged."""
    appointments = Appointment.objects.with_people().filter(client=client).exclude(status=Status.OFFERED)
    ahead = list(appointments.upcoming().order_by("starts_at"))
    context = {
        "client": client,
        "shared": len(own_files(request)) > 1,
        "next": ClientAppointment(ahead[0], request.practice) if ahead else None,
        "later": ahead[1:],
        "past": list(appointments.filter(starts_at__lte=timezone.now()).order_by("-starts_at")[:MOST_PAST_SHOWN]),
        "again": rebook_times(client, request.practice),
        "plan": newest_plan(client),
        "awaited": client.intake_requests.filter(intake=None, requested_at__gt=awaited_since())
        .order_by("-requested_at")
        .first(),
    }
    return render(request, "booking/website/me/home.html", context)


def awaited_since() -> dt.datetime:
    """An intake that was asked for longer ago is not asked for any more."""
    return timezone.now() - dt.timedelta(days=90)


def newest_plan(client: Client) -> CarePlan | None:
    """The newest plan that a therapist approved; before the first approval the newest there is."""
    plans = client.plans.select_related("approved_by").order_by("-made_at")
    return plans.filter(state=CarePlan.State.APPROVED).first() or plans.first()


def rebook_times(client: Client, practice: Practice) -> dict[str, object] | None:
    """What they had last, with the soonest times: one tap leads to the page that books it."""
    usual = last_order_of(client)
    if usual is None:
        return None
    free, therapist = soonest_times(usual, practice)
    here = rebook_url(client.public_id, usual.order.service.slug)
    selection = Selection(usual.order.service, None, therapist, usual.order.add_ons)
    return {
        "order": usual.order,
        "therapist": therapist,
        "times": [{"start": each.start, "url": here + replace(selection, start=each.start).query()} for each in free],
        "more_url": selection.url("booking:service"),
    }


def rebook_url(public_id: uuid.UUID, slug: str) -> str:
    """Where a time of a service is booked by a client who is signed in."""
    return reverse("booking:me-rebook", args=[public_id, slug])
