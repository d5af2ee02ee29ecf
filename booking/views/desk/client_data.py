"""One client's data, for owners: a copy of everything, and erasure with a look before it."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from booking.access import client_for, owner_only
from booking.actions.erasing import erase, erasure_report
from booking.exporting import FILE_NAME, zip_of
from clients.actions import note_access
from clients.models import Client
from clinic.errors import Refusal
from clinic.fresh import fresh_proof
from clinic.http import StaffRequest
from clinic.identity import strict_key
from clinic.models import AccessEvent
from clinic.posting import post_only
from clinic.throttle import Throttled, hold_back


@owner_only
@post_only("booking:desk-client", "public_id")
@fresh_proof
def export(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """The client's copy of their record, to hand over."""
    client = client_for(request.user, public_id)
    try:
        hold_back(request, scope="export")
    except Throttled as error:
        return HttpResponse(error.for_team, status=429, headers={"Retry-After": str(error.retry_after)})
    response = HttpResponse(zip_of(client, by=request.user), content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="{FILE_NAME}"'
    return response


@owner_only
@require_http_methods(["GET", "HEAD", "POST"])
def erasure(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """What erasing would do; on POST, with the last name typed, it is done."""
    client = client_for(request.user, public_id)
    if request.method != "POST":
        return report_page(request, client)
    if strict_key("", request.POST.get("last_name", "")) != strict_key("", client.last_name or client.first_name):
        return report_page(request, client, error=_("Please type the last name as it is on file."), status=422)
    try:
        erase(client, by=request.user)
    except Refusal as refusal:
        messages.error(request, refusal.for_team)
    messages.success(request, _("The file is closed. Nobody sees it any more, and no mail goes to this client."))
    return redirect("booking:desk-clients")


def report_page(request: StaffRequest, client: Client, *, error: str = "", status: int = 200) -> HttpResponse:
    """The dry run."""
    note_access(client, noun="client", action=AccessEvent.Action.VIEW, user=request.user)
    context = {"section": "clients", "client": client, "report": erasure_report(client), "error": error}
    return render(request, "booking/desk/erase.html", context, status=status)
