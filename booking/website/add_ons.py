"""What may be added to a service: chosen before the times, because it may take time and ask for an answer more."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from booking.appointments.forms import AddOnsForm
from booking.appointments.selection import has_unoffered_add_on, selection_from, start_as_text
from booking.models import AddOn
from booking.website.common import offered_service, progress_step
from booking.website.unavailable import handles_gone_service
from clinic.models import Practice


@login_not_required
@require_safe
@handles_gone_service
def choose_add_ons(request: HttpRequest, slug: str) -> HttpResponse:
    """The list to tick. The form leads on by GET: the choice stands in the address, and going back changes it."""
    service = offered_service(slug)
    chosen = selection_from(request.GET, service)
    found = AddOn.objects.offered_with(service)
    onward = reverse("booking:times" if chosen.start is None else "booking:details", args=[slug])
    lost = ""
    if has_unoffered_add_on(request.GET, chosen):
        lost = _("Something you chose is not offered with this massage any more. Please choose again.")
    if not found and not lost:
        return redirect(onward + chosen.query())
    form = AddOnsForm(
        offered=found,
        currency=Practice.current().currency,
        initial={
            "add_ons": [each.slug for each in chosen.add_ons],
            "start": start_as_text(chosen.start) if chosen.start else "",
            "therapist": chosen.therapist.public_id if chosen.therapist else "",
        },
    )
    context = {
        "service": service,
        "form": form,
        "lost": lost,
        "onward_url": onward,
        "progress": progress_step(1, _("Anything added?")),
        "back_url": reverse("booking:book"),
    }
    return render(request, "booking/website/add_ons.html", context, status=422 if lost else 200)
