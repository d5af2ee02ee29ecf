"""A client's first page: the next visit, booking the same again, what was, and where everything else is."""

import datetime as dt
import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from booking.again import soonest, usual_of
from booking.models import Appointment
from booking.models.appointment import Status
from booking.views.me.common import own_page, signed_in_only
from booking.views.public.visit import Visit
from booking.views.public.wishes import Chosen
from clients.access import mailbox_of, own_files
from clients.models import CarePlan, Client
from clinic.models import Practice

PAST = 20


@signed_in_only
@require_safe
def me(request: HttpRequest) -> HttpResponse:
    """The client's page; where a family shares the address, the choice of whose; a word where there is no file."""
    files = list(own_files(request))
    if len(files) == 1:
        return front(request, files[0])
    return render(request, "booking/me/whose.html", {"files": files, "address": mailbox_of(request)})


@own_page
@require_safe
def file(request: HttpRequest, client: Client) -> HttpResponse:
    """The page of one of those who share the address."""
    return front(request, client)


def front(request: HttpRequest, client: Client) -> HttpResponse:
    """Visits with their times, and the way to the rest: no health answer stands here, so nothing is logged."""
    visits = Appointment.objects.with_people().filter(client=client).exclude(status=Status.OFFERED)
    ahead = list(visits.upcoming().order_by("starts_at"))
    context = {
        "client": client,
        "shared": len(own_files(request)) > 1,
        "next": Visit(ahead[0], Practice.current()) if ahead else None,
        "later": ahead[1:],
        "past": list(visits.filter(starts_at__lte=timezone.now()).order_by("-starts_at")[:PAST]),
        "again": again_lines(client),
        "plan": newest_plan(client),
        "awaited": client.intake_requests.filter(intake=None, asked_at__gt=recently()).order_by("-asked_at").first(),
    }
    return render(request, "booking/me/front.html", context)


def recently() -> dt.datetime:
    """An intake that was asked for longer ago is not asked for any more."""
    return timezone.now() - dt.timedelta(days=90)


def newest_plan(client: Client) -> CarePlan | None:
    """The newest plan that a therapist approved; before the first approval the newest there is."""
    plans = client.plans.select_related("approved_by").order_by("-made_at")
    return plans.filter(state=CarePlan.State.APPROVED).first() or plans.first()


def again_lines(client: Client) -> dict[str, object] | None:
    """What they had last, with the soonest times: one tap leads to the page that books it."""
    usual = usual_of(client)
    if usual is None:
        return None
    free, therapist = soonest(usual)
    here = again_url(client.public_id, usual.order.service.slug)
    service_url = reverse("booking:service", args=[usual.order.service.slug])
    chosen = Chosen(None, therapist, usual.order.add_ons)
    return {
        "order": usual.order,
        "therapist": therapist,
        "times": [
            {"start": each.start, "url": here + Chosen(each.start, therapist, usual.order.add_ons).query()}
            for each in free
        ],
        "more_url": service_url + chosen.query(),
    }


def again_url(public_id: uuid.UUID, slug: str) -> str:
    """Where a time of a service is booked by a client who is signed in."""
    return reverse("booking:me-again", args=[public_id, slug])
