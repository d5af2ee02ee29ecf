"""The service that suits, in place of one that newer answers speak against: taken by the client in one tap."""

import uuid

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from booking.access import owns_visit
from booking.actions.rescreening import take_offer
from booking.models import Service
from booking.terms import terms_in
from booking.views.public.visit import opened_visit, visit_of
from booking.visit_links import prolong
from clinic.errors import Refusal
from clinic.links import came_by_mail
from clinic.models import LinkPurpose
from clinic.posting import post_only


@opened_visit
@post_only("booking:visit", "key")
def swap(request: HttpRequest, subject: uuid.UUID) -> HttpResponse:
    """Change to the service that was offered, at the same time."""
    if not came_by_mail(request, LinkPurpose.VISIT, subject) and not owns_visit(request, subject):
        raise Http404
    shown = visit_of(subject)
    service = next((each for each in Service.objects.on_offer() if each.slug == request.POST.get("service")), None)
    try:
        if service is None:
            messages.warning(request, _("That is not on offer any more. Please call us."))
        else:
            prolong(take_offer(shown.appointment, service=service, shown=terms_in(request.POST)))
            messages.success(request, _("Changed. We look forward to seeing you."))
    except Refusal as error:
        messages.warning(request, error.message)
    return redirect("booking:visit", key=str(subject))
