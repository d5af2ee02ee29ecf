"""The therapist's own calendar for the phone: its secret address is made here and shown once."""

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from booking.appointments.access import team_only
from booking.appointments.feed import create_feed, delete_feed
from booking.models import Therapist
from clinic.web.http import StaffRequest, redirect_saying
from clinic.web.post_only import post_only


@team_only
@require_safe
def feed_settings(request: StaffRequest) -> HttpResponse:
    """Whether there is a calendar address, and the buttons to make, replace or stop it."""
    context = {"therapist": getattr(request.user, "therapist", None), "address": None}
    return render(request, "booking/desk/feed.html", context)


@team_only
@post_only("booking:desk-feed")
def create_feed_address(request: StaffRequest) -> HttpResponse:
    """Make a new address and show it, once: the answer itself holds it, nothing stores it."""
    therapist = signed_in_therapist(request)
    address = settings.SITE_URL + reverse("booking:feed", args=[create_feed(therapist)])
    context = {"therapist": therapist, "address": address}
    return render(request, "booking/desk/feed.html", context)


@team_only
@post_only("booking:desk-feed")
def delete_feed_address(request: StaffRequest) -> HttpResponse:
    """Take the address away."""
    delete_feed(signed_in_therapist(request))
    return redirect_saying(request, _("Stopped. The old address opens nothing any more."), "booking:desk-feed")


def signed_in_therapist(request: StaffRequest) -> Therapist:
    """The therapist who is signed in. Raises Http404 for anyone else of the team."""
    therapist: Therapist | None = getattr(request.user, "therapist", None)
    if therapist is None:
        raise Http404
    return therapist
