"""One client's data: the appointment card, and for owners a copy of everything and erasure with a look before it."""

import datetime as dt
import uuid

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from booking.appointments.access import appointments_for, client_for, owner_only, team_only
from booking.models import BOOKED
from booking.records.client_export import FILE_NAME, record_zip
from booking.records.erasure import erase_client, erasure_report
from clients.models import Client
from clients.record.access_log import note_access
from clients.record.data_requests import DataRequest, request_data, settle_request
from clinic.accounts.fresh_proof import requires_recent_sign_in
from clinic.errors import Refusal
from clinic.identity import strict_key
from clinic.models import AccessEvent
from clinic.web.http import StaffRequest, redirect_saying
from clinic.web.post_only import post_only
from clinic.web.throttle import Throttled, throttle_request


@team_only
@post_only("booking:desk-client", "public_id")
def note_data_request(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """The client asked for a copy or for erasure: an owner finds it on their list, and answers."""
    client = client_for(request.user, public_id)
    request_data(client, request_in(request.POST), by=request.user)
    said = _("Noted. The owner finds it under Data and answers within a month; nothing is given or deleted before.")
    return redirect_saying(request, said, "booking:desk-client", public_id=client.public_id)


@owner_only
@post_only("booking:desk-client", "public_id")
def settle_data_request(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """It was answered, or the client does not want it any more."""
    client = client_for(request.user, public_id)
    settle_request(client, request_in(request.POST), by=request.user)
    return redirect_saying(request, _("Noted as answered."), "booking:desk-client", public_id=client.public_id)


def request_in(sent: QueryDict) -> DataRequest:
    """What a button says that the client asked for. Raises Http404 where it says nothing."""
    try:
        return DataRequest(sent.get("what", ""))
    except ValueError:
        raise Http404 from None


@owner_only
@post_only("booking:desk-client", "public_id")
@requires_recent_sign_in
def export_client(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """The client's copy of their record, to hand over."""
    client = client_for(request.user, public_id)
    try:
        throttle_request(request, scope="export")
    except Throttled as error:
        return HttpResponse(error.for_team, status=429, headers={"Retry-After": str(error.retry_after)})
    response = HttpResponse(
        record_zip(client, practice=request.practice, by=request.user), content_type="application/zip"
    )
    settle_request(client, DataRequest.COPY, by=request.user)
    response["Content-Disposition"] = f'attachment; filename="{FILE_NAME}"'
    return response


@owner_only
@require_http_methods(["GET", "HEAD", "POST"])
def erasure_page(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """What erasing would do; on POST, with the last name typed, it is done."""
    client = client_for(request.user, public_id)
    if request.method != "POST":
        return render_erasure(request, client)
    if strict_key("", request.POST.get("last_name", "")) != strict_key("", client.last_name or client.first_name):
        return render_erasure(request, client, error=_("Please type the last name as it is on file."), status=422)
    try:
        erase_client(client, by=request.user, practice=request.practice)
    except Refusal as refusal:
        messages.error(request, refusal.for_team)
    messages.success(request, _("The file is closed. Nobody sees it any more, and no mail goes to this client."))
    return redirect("booking:desk-clients")


def render_erasure(request: StaffRequest, client: Client, *, error: str = "", status: int = 200) -> HttpResponse:
    """The page with what an erasure would do."""
    note_access(client, noun="client", action=AccessEvent.Action.VIEW, user=request.user)
    context = {
        "client": client,
        "report": erasure_report(client, request.practice),
        "error": error,
    }
    return render(request, "booking/desk/erase.html", context, status=status)


# As many as fit on a card of the size of a postcard.
MOST_ON_CARD = 8
HOUR = dt.timedelta(hours=1)


@team_only
@require_safe
def appointment_card(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """When and with whom the next appointments are, where, and until when they are cancelled; nothing of why."""
    client = client_for(request.user, public_id)
    note_access(client, noun="appointment", action=AccessEvent.Action.VIEW, user=request.user)
    ahead = appointments_for(request.user).filter(client=client, status__in=BOOKED, starts_at__gt=timezone.now())
    appointments = list(ahead.with_people().order_by("starts_at")[:MOST_ON_CARD])
    context = {
        "client": client,
        "appointments": appointments,
        # Where services differ, the longest time is right for all.
        "hours": max((each.service.cutoff_in(request.practice) // HOUR for each in appointments), default=0),
    }
    return render(request, "booking/desk/file/card.html", context)
