"""A massage that went off the list while somebody was booking it: what they typed is kept, and another is offered."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from booking.appointments.forms import DetailsForm
from booking.models import Service
from booking.website import booking_session
from booking.website.common import ServiceGone, progress_step
from booking.website.home import service_groups
from clinic.web.http import HttpRequest

PREFERENCE_FIELDS = ("from_time", "until_time", "first_date", "last_date")


def handles_gone_service(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Lead on who was booking a service that is gone meanwhile; an address that never was stays a 404."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except ServiceGone as gone:
            if request.method != "POST" and not booking_session.booking_started(request):
                raise
            return redirect_renamed(request, gone.slug) or service_gone_page(request)

    return wrapped


def redirect_renamed(request: HttpRequest, slug: str) -> HttpResponse | None:
    """On to the same step under the new address, with what was typed; None where the service is not offered at all."""
    key = booking_session.stored_service(request, slug)
    service = Service.objects.on_offer().filter(pk=key).first() if key is not None else None
    if service is None or request.resolver_match is None:
        return None
    if typed := typed_in_booking(request):
        booking_session.store_details_draft(request, typed)
    messages.info(request, _("This massage was changed meanwhile. Please look once more; what you typed is kept."))
    response = redirect(request.resolver_match.view_name, slug=service.slug)
    response["Location"] += f"?{request.GET.urlencode()}" if request.GET else ""
    return response


def service_gone_page(request: HttpRequest) -> HttpResponse:
    """The page that says so and lists what is offered; what was typed stands in the details of whatever is chosen."""
    typed = typed_in_booking(request)
    if typed:
        booking_session.store_interruption(request, typed, onward="booking:times")
    context = {
        "kinds": service_groups(request.practice),
        "is_kept": bool(typed or booking_session.details_draft(request)),
        "progress": progress_step(1, ""),
        "back_url": reverse("booking:home"),
    }
    return render(request, "booking/website/not_offered.html", context, status=410)


def typed_in_booking(request: HttpRequest) -> dict[str, Any]:
    """What was typed into the details, or into the form of the waitlist."""
    if request.method != "POST":
        return {}
    typed: dict[str, Any] = {**DetailsForm(request.POST).typed}
    typed |= {name: request.POST[name][:20] for name in PREFERENCE_FIELDS if request.POST.get(name)}
    days = [day for day in request.POST.getlist("weekdays") if len(day) == 1]
    return {**typed, "weekdays": days} if days else typed
