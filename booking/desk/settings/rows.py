"""Lists of the practice, and the page of each row: services with add-ons, rooms with kits, the team."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.db.models import Model
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from booking.appointments.access import owner_only
from booking.desk.settings.confirming import confirms_conflicts
from booking.desk.settings.frame import page_after_saving, saved_form, status_of
from booking.desk.settings.row_forms import AddOnForm, KitForm, RoomForm, RowForm, ServiceForm, TherapistForm
from booking.models import AddOn, Room, Service, StoneKit, Therapist
from booking.scheduling.readiness import closed_services
from clinic.models import Invitation
from clinic.web.http import StaffRequest
from clinic.web.post_only import post_only


@dataclass(frozen=True)
class Noun:
    """One kind of row: its form, the page of its list, and what that is called."""

    model: type[Model]
    form: type[RowForm]
    list_page: str
    list_title: "str | Promise"
    new_title: "str | Promise"


NOUNS = {
    "service": Noun(
        Service, ServiceForm, "booking:desk-settings-services", gettext_lazy("Services"), gettext_lazy("A new service")
    ),
    "add-on": Noun(
        AddOn, AddOnForm, "booking:desk-settings-services", gettext_lazy("Services"), gettext_lazy("A new add-on")
    ),
    "room": Noun(
        Room, RoomForm, "booking:desk-settings-rooms", gettext_lazy("Rooms and hot stones"), gettext_lazy("A new room")
    ),
    "kit": Noun(
        StoneKit,
        KitForm,
        "booking:desk-settings-rooms",
        gettext_lazy("Rooms and hot stones"),
        gettext_lazy("A new stone kit"),
    ),
    "therapist": Noun(
        Therapist,
        TherapistForm,
        "booking:desk-settings-team",
        gettext_lazy("Team and hours"),
        gettext_lazy("A new therapist"),
    ),
}


@owner_only
@require_safe
def services_settings(request: StaffRequest) -> HttpResponse:
    """The price list and what can be added; a service that clients cannot book says why."""
    closed, services = closed_services(), list(Service.objects.prefetch_related("therapists"))
    context = {
        "section": "settings",
        "services": services,
        "lines": [(each, closed.get(each.pk, [])) for each in services],
        "add_ons": AddOn.objects.prefetch_related("services"),
    }
    return render(request, "booking/desk/settings/services.html", context)


@owner_only
@require_safe
def rooms_page(request: StaffRequest) -> HttpResponse:
    """What a session needs besides a therapist."""
    context = {"section": "settings", "rooms": Room.objects.all(), "kits": StoneKit.objects.all()}
    return render(request, "booking/desk/settings/rooms.html", context)


@owner_only
@confirms_conflicts
@require_http_methods(["GET", "HEAD", "POST"])
def row_page(request: StaffRequest, noun: str, key: int | None = None) -> HttpResponse:
    """One row, or a new one. Appointments that a change does not fit are shown before it is kept."""
    kind = NOUNS[noun]
    row = kind.model() if key is None else get_object_or_404(kind.model._default_manager.all(), pk=key)
    form = saved_form(request, kind.form, row)
    if request.method == "POST" and not form.errors:
        messages.success(request, _("Saved."))
        return redirect(page_after_saving(request, kind.list_page))
    context = {
        "section": "settings",
        "form": form,
        "title": kind.new_title if key is None else str(getattr(row, "name", row)),
        "back_url": kind.list_page,
        "back_title": kind.list_title,
        "therapist": (therapist := row if isinstance(row, Therapist) and row.pk else None),
        "invitation": therapist and Invitation.objects.waiting().filter(therapist=therapist.public_id).first(),
    }
    template = "therapist" if noun == "therapist" else "form"
    return render(request, f"booking/desk/settings/{template}.html", context, status=status_of(form))


@owner_only
@post_only("booking:desk-settings")
def move_row(request: StaffRequest, noun: str, key: int) -> HttpResponse:
    """One place up or down in its list. Raises Http404 for a row that is not there."""
    kind, up = NOUNS[noun], request.POST.get("to") == "up"
    with transaction.atomic():
        rows: list[Any] = list(kind.model._default_manager.select_for_update(of=("self",), no_key=True))
        place = next((number for number, each in enumerate(rows) if each.pk == key), None)
        if place is None:
            raise Http404
        other = max(0, place - 1) if up else min(len(rows) - 1, place + 1)
        rows.insert(other, rows.pop(place))
        for number, each in enumerate(rows, start=1):
            if each.position != number:
                each.position = number
                each.save(update_fields=["position"])
    return redirect(kind.list_page)
