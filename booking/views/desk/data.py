"""The practice's data, for its owners: everything in one download, held mail, erased clients."""

import tempfile

from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from booking.access import note_list, owner_only
from booking.actions.erasing import closed_files
from booking.actions.releasing import held, release_mail
from booking.practice_export import write_practice
from booking.views.desk.banners import banners
from clinic.fresh import fresh_proof
from clinic.http import StaffRequest
from clinic.posting import post_only
from clinic.throttle import Throttled, hold_back

# A larger download waits in a file that has no name.
IN_MEMORY = 8 * 1024 * 1024


@owner_only
@require_safe
def data(request: StaffRequest) -> HttpResponse:
    """What can be done with all of it."""
    note_list(request.user, "erased clients")
    waiting = held()
    # The page itself says at length what the banner would.
    context = {
        "section": "data",
        "held": waiting,
        "closed": closed_files(),
        "banners": [] if waiting else banners(request.user),
    }
    return render(request, "booking/desk/data.html", context)


@owner_only
@post_only("booking:desk-data")
@fresh_proof
def export(request: StaffRequest) -> HttpResponseBase:
    """The whole practice, from a file that is gone once it has been sent."""
    try:
        hold_back(request, scope="export")
    except Throttled as error:
        return HttpResponse(error.for_team, status=429, headers={"Retry-After": str(error.retry_after)})
    target = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - the response closes it
    write_practice(target, by=request.user)
    target.seek(0)
    return FileResponse(target, as_attachment=True, filename=f"practice-{timezone.localdate():%Y-%m-%d}.zip")


@owner_only
@post_only("booking:desk-data")
def release(request: StaffRequest) -> HttpResponse:
    """Let mail go again after a restore."""
    if release_mail(send_old=request.POST.get("old") == "send", by=request.user):
        messages.success(request, _("Mail goes out again. What is too late or no longer true stays."))
    return redirect("booking:desk-data")
