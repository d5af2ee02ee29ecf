"""The practice's data, for its owners: everything in one download, held mail, erased clients."""

from django.contrib import messages
from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from booking.appointments.access import clients_for, log_list_access, owner_only
from booking.desk.banners import banners
from booking.records.erasure import closed_files
from booking.records.held_mail import held_mail, release_held_mail
from booking.records.practice_export import practice_zip_stream
from clinic.accounts.fresh_proof import requires_recent_sign_in
from clinic.web.http import StaffRequest
from clinic.web.post_only import post_only
from clinic.web.throttle import Throttled, throttle_request


@owner_only
@require_safe
def practice_data(request: StaffRequest) -> HttpResponse:
    """What can be done with all of it."""
    log_list_access(request.user, "erased clients")
    waiting = held_mail()
    # The page itself says at length what the banner would.
    context = {
        "held": waiting,
        "asking": clients_for(request.user).awaiting_data(),
        "closed": closed_files(request.practice),
        "banners": [] if waiting else banners(request.user),
    }
    return render(request, "booking/desk/data.html", context)


@owner_only
@post_only("booking:desk-data")
@requires_recent_sign_in
def export_practice(request: StaffRequest) -> HttpResponseBase:
    """The whole practice, sent as it is packed: nobody waits for the last year before the first byte comes."""
    try:
        throttle_request(request, scope="export")
    except Throttled as error:
        return HttpResponse(error.for_team, status=429, headers={"Retry-After": str(error.retry_after)})
    name = f"practice-{timezone.localdate():%Y-%m-%d}.zip"
    headers = {"Content-Type": "application/zip", "Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingHttpResponse(practice_zip_stream(by=request.user), headers=headers)


@owner_only
@post_only("booking:desk-data")
def release_mail_page(request: StaffRequest) -> HttpResponse:
    """Let mail go again after a restore."""
    if release_held_mail(send_old=request.POST.get("old") == "send", by=request.user):
        messages.success(request, _("Mail goes out again. What is too late or no longer true stays."))
    return redirect("booking:desk-data")
