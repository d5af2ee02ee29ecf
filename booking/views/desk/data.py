"""The practice's data, for its owners: everything in one download, held mail, erased clients."""

from django.contrib import messages
from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from booking.access import note_list, owner_only
from booking.actions.erasing import closed_files
from booking.actions.releasing import held, release_mail
from booking.practice_export import practice_in_pieces
from booking.views.desk.banners import banners
from clinic.fresh import fresh_proof
from clinic.http import StaffRequest
from clinic.posting import post_only
from clinic.throttle import Throttled, hold_back


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
    """The whole practice, sent as it is packed: nobody waits for the last year before the first byte comes."""
    try:
        hold_back(request, scope="export")
    except Throttled as error:
        return HttpResponse(error.for_team, status=429, headers={"Retry-After": str(error.retry_after)})
    name = f"practice-{timezone.localdate():%Y-%m-%d}.zip"
    headers = {"Content-Type": "application/zip", "Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingHttpResponse(practice_in_pieces(by=request.user), headers=headers)


@owner_only
@post_only("booking:desk-data")
def release(request: StaffRequest) -> HttpResponse:
    """Let mail go again after a restore."""
    if release_mail(send_old=request.POST.get("old") == "send", by=request.user):
        messages.success(request, _("Mail goes out again. What is too late or no longer true stays."))
    return redirect("booking:desk-data")
