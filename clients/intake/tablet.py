"""`/tablet/`: what a device that was handed over shows besides the form, and the code by which another one opens it."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_http_methods, require_safe

from clients.care import Triage
from clients.models import IntakeRequest
from clinic.accounts.handover import TABLET, handover_of, use_code
from clinic.accounts.second_factor import is_team_member
from clinic.models import ClientLink, Handover, LinkPurpose, User
from clinic.web.http import HttpRequest


@login_not_required
@require_safe
def tablet_page(request: HttpRequest) -> HttpResponse:
    """The form that was handed over; once it is sent, the thanks; once its time is over, that it is closed. Neither of
    the two shows anything of the answers, or whose they are."""
    held = handover_of(request)
    if held is None:
        if isinstance(request.user, User) and is_team_member(request.user):
            return redirect("booking:desk")
        raise Http404
    row = IntakeRequest.objects.select_related("intake").filter(public_id=held.subject).first()
    sent = row.intake if row is not None else None
    if row is not None and held.is_live() and (sent is None or sent.triage == Triage.EMERGENCY):
        return redirect("clients:intake", key=held.subject)
    return render(request, "clients/intake/tablet.html", {"held": held, "sent": sent is not None})


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def tablet_code(request: HttpRequest, key: str) -> HttpResponse:
    """The page that a scanned code opens: a button, which uses the code up. Whose form it is, it says only then."""
    held = handover_of_code(key)
    mine = handover_of(request)
    if held is not None and mine is not None and mine.pk == held.pk:
        return redirect(TABLET)
    usable = held is not None and held.awaits_scan
    if held is not None and usable and request.method == "POST" and use_code(request, held):
        response: HttpResponse = redirect(TABLET)
    else:
        usable = usable and request.method != "POST"
        context = {"usable": usable}
        response = render(request, "clients/intake/tablet_code.html", context, status=200 if usable else 404)
    # No "no-referrer" here: the browser would send the form as from nowhere, which the CSRF check refuses. The address
    # goes to nobody but us, and once it is used it opens nothing.
    patch_cache_control(response, no_store=True)
    return response


def handover_of_code(token: str) -> Handover | None:
    """What a code stands for; None for one that was never ours, or has expired."""
    link = ClientLink.objects.opened_by(token, LinkPurpose.HANDOVER)
    return Handover.objects.filter(public_id=link.subject).first() if link is not None else None
