"""Which oils and tips the practice offers; their words are edited in the admin."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from booking.appointments.access import owner_only
from clients.care.catalogue import CatalogueError
from clients.catalogue.switches import SWITCHED_KINDS, entries_to_switch, switch_entry
from clinic.web.http import StaffRequest, redirect_saying
from clinic.web.post_only import post_only


@owner_only
@require_safe
def care_settings(request: StaffRequest) -> HttpResponse:
    """Each kind of entry that can be switched, with its entries."""
    context = {"kinds": entries_to_switch(request.practice)}
    return render(request, "booking/desk/settings/care.html", context)


@owner_only
@post_only("booking:desk-settings-care")
def switch_care(request: StaffRequest, kind: str, slug: str) -> HttpResponse:
    """Offer an entry, or offer it no more. Plans already given keep it."""
    if kind not in SWITCHED_KINDS:
        raise Http404
    turns_on = request.POST.get("on") == "1"
    try:
        name = switch_entry(kind, slug, on=turns_on, by=request.user)
    except KeyError as error:
        raise Http404 from error
    except CatalogueError as error:
        messages.error(request, _("It must stay: %(problem)s") % {"problem": error.problems[0]})
        return redirect("booking:desk-settings-care")
    said = _("%(name)s is proposed again.") if turns_on else _("%(name)s is proposed no more.")
    return redirect_saying(request, said % {"name": name}, "booking:desk-settings-care")
