"""The service that suits, in place of one that newer answers speak against: taken by the client in one tap."""

import uuid

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from booking.appointments.links import extend_links
from booking.appointments.rescreening import accept_swap
from booking.models import Service
from booking.scheduling.terms import terms_in_form
from booking.website.appointment import appointment_of_link, is_of_reader, opened_by_appointment_link
from clinic.web.http import HttpRequest, refusals_told
from clinic.web.post_only import post_only


@opened_by_appointment_link
@post_only("booking:appointment", "key")
def client_swap(request: HttpRequest, subject: uuid.UUID) -> HttpResponse:
    """Change to the service that was offered, at the same time."""
    shown = appointment_of_link(subject, request.practice)
    # What is offered instead tells of the health of who comes.
    if not is_of_reader(request, subject) or shown.appointment.client.hides_health:
        raise Http404
    service = next((each for each in Service.objects.on_offer() if each.slug == request.POST.get("service")), None)
    with refusals_told(request):
        if service is None:
            messages.warning(request, _("That is not on offer any more. Please call us."))
        else:
            terms = terms_in_form(request.POST)
            extend_links(accept_swap(shown.appointment, service=service, practice=shown.practice, shown=terms))
            messages.success(request, _("Changed. We look forward to seeing you."))
    return redirect("booking:appointment", key=str(subject))
