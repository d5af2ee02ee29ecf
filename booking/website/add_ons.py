"""What may be added to a service: chosen before the times, because it may take time and ask for an answer more."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from booking.appointments.forms import AddOnsForm
from booking.appointments.selection import has_unoffered_add_on, selection_from, start_as_text
from booking.models import AddOn
from booking.website.common import offered_service, progress_step
from booking.website.unavailable import handles_gone_service
from clinic.web.http import HttpRequest


@login_not_required
@require_safe
@handles_gone_service
def choose_add_ons(request: HttpRequest, slug: str) -> HttpResponse:
    """The list to tick. The form leads on by GET: the choice stands in the address, and going back changes it."""
    selection = selection_from(request.GET, offered_service(slug))
    found = AddOn.objects.offered_with(selection.service)
    onward = "booking:times" if selection.start is None else "booking:details"
    lost = ""
    if has_unoffered_add_on(request.GET, selection):
        lost = _("Something you chose is not offered with this massage any more. Please choose again.")
    if not found and not lost:
        return redirect(selection.url(onward))
    form = AddOnsForm(
        offered=found,
        currency=request.practice.currency,
        initial={
            "add_ons": [each.slug for each in selection.add_ons],
            "start": start_as_text(selection.start) if selection.start else "",
            "therapist": selection.therapist.public_id if selection.therapist else "",
            "day": selection.day.isoformat() if selection.day and selection.start is None else "",
        },
    )
    context = {
        "service": selection.service,
        "form": form,
        "lost": lost,
        "onward_url": reverse(onward, args=[slug]),
        "progress": progress_step(1, _("Anything added?")),
        "back_url": reverse("booking:book"),
    }
    return render(request, "booking/website/add_ons.html", context, status=422 if lost else 200)
