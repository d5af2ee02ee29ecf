"""Lists of the practice, and the page of each row: services with add-ons, rooms with kits, the team."""

from dataclasses import dataclass
from typing import Any

from crispy_forms.layout import HTML, Div, Field
from django import forms
from django.db import transaction
from django.db.models import Model
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.functional import Promise
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from booking.appointments.access import owner_only
from booking.appointments.forms import LaidOut
from booking.desk.settings.frame import Row, confirms_conflicts, group, page_after_saving, placed, saved_form, status_of
from booking.models import AddOn, Room, Service, StoneKit, Therapist
from booking.scheduling.configuration import current_configuration
from booking.scheduling.readiness import closed_services
from clients.catalogue.choices import add_on_choices, technique_choices
from clinic.country.wall_time_input import WallTimeInput
from clinic.models import Invitation
from clinic.web.edits import MergedRowForm
from clinic.web.http import StaffRequest, redirect_saying
from clinic.web.post_only import post_only

TICKS = forms.CheckboxSelectMultiple


def folded_fields(title: Any, *rows: Row) -> Div:
    """Some fields that few ever need, behind a line that opens them."""
    head = [HTML('<details class="more"><summary>'), HTML(str(title)), HTML("</summary>")]
    return Div(*head, *placed(rows), HTML("</details>"))


class RowForm(LaidOut, MergedRowForm):
    """One row. A web address that nobody typed is made from the name."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "slug" in self.fields:
            self.fields["slug"].required = False

    def clean_slug(self) -> str:
        """What was typed, or what the name gives, with a number where it is taken."""
        typed = str(self.cleaned_data.get("slug") or "")
        if typed:
            return typed
        base = slugify(str(self.data.get(self.add_prefix("name"), "")))[:50] or "service"
        rows = type(self.instance)._default_manager.exclude(pk=self.instance.pk)
        names = [base, *(f"{base}-{number}" for number in range(2, 100))]
        return next(name for name in names if not rows.filter(slug=name).exists())


class ServiceForm(RowForm):
    """A line of the price list."""

    technique = forms.ChoiceField(label=gettext_lazy("Kind of massage"), choices=technique_choices)

    class Meta:
        model = Service
        fields = (
            *(
                "name",
                "slug",
                "technique",
                "description",
                "minutes",
                "price",
                "active",
                "buffer_before",
                "buffer_after",
            ),
            *("needs_kit", "kit_buffer_after", "rooms", "kits", "audience", "form", "first_start", "last_start"),
            *("step_minutes", "notice_minutes", "horizon_days", "cancel_cutoff_hours", "moves_per_appointment"),
        )
        widgets = {
            "description": forms.Textarea(attrs={"rows": 3}),
            "rooms": TICKS,
            "kits": TICKS,
            "first_start": WallTimeInput(),
            "last_start": WallTimeInput(),
        }

    layout = (
        group(gettext_lazy("What it is"), "name", "technique", "description", ("minutes", "price"), "active"),
        group(
            gettext_lazy("Around the session"),
            ("buffer_before", "buffer_after"),
            "needs_kit",
            "kit_buffer_after",
            "rooms",
            "kits",
        ),
        folded_fields(
            gettext_lazy("Rules of its own"),
            "slug",
            ("audience", "form"),
            ("first_start", "last_start"),
            ("step_minutes", "notice_minutes", "horizon_days"),
            ("cancel_cutoff_hours", "moves_per_appointment"),
        ),
    )


class AddOnForm(RowForm):
    """What can be booked on top of a service."""

    technique = forms.ChoiceField(
        label=gettext_lazy("Kind of massage"),
        choices=technique_choices,
        required=False,
        help_text=AddOn._meta.get_field("technique").help_text,
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("What it is"),
        choices=add_on_choices,
        required=False,
        help_text=AddOn._meta.get_field("kind").help_text,
    )

    class Meta:
        model = AddOn
        fields = (
            *("name", "slug", "description", "minutes", "price", "active", "services", "technique", "kind"),
            *("needs_kit", "kit_buffer_after"),
        )
        widgets = {"services": TICKS}

    layout = (
        group(gettext_lazy("What it is"), "name", "description", ("minutes", "price"), "active"),
        group(gettext_lazy("Offered with"), "services"),
        group(gettext_lazy("Warm stones and the like"), ("technique", "kind"), "needs_kit", "kit_buffer_after"),
        folded_fields(gettext_lazy("Web address"), "slug"),
    )


class RoomForm(RowForm):
    """A treatment room."""

    class Meta:
        model = Room
        fields = ("name", "active")


class KitForm(RowForm):
    """A set of stones."""

    class Meta:
        model = StoneKit
        fields = ("name", "active")


class TherapistForm(RowForm):
    """Who gives massages: how clients see them, what they give, how much of it a day."""

    class Meta:
        model = Therapist
        fields = (
            *("name", "about", "good_at", "languages", "services", "active", "colour"),
            *("max_appointments_a_day", "max_minutes_a_day", "adjacent_only", "minimum_gap"),
        )
        widgets = {
            "about": forms.Textarea(attrs={"rows": 3}),
            "services": TICKS,
            "colour": forms.TextInput(attrs={"type": "color"}),
        }

    layout = (
        group(
            gettext_lazy("Who"),
            "name",
            "about",
            ("good_at", "languages"),
            "active",
            Field("colour", css_class="form-control-color"),
        ),
        group(gettext_lazy("What they give"), "services"),
        folded_fields(
            gettext_lazy("Limits of a day"),
            ("max_appointments_a_day", "max_minutes_a_day"),
            "adjacent_only",
            "minimum_gap",
        ),
    )


@dataclass(frozen=True)
class Noun:
    """One kind of row: its form, the page of its list, and what that is called."""

    model: type[Model]
    form: type[RowForm]
    list_page: str
    list_title: "str | Promise"
    new_title: "str | Promise"


SERVICES = "booking:desk-settings-services", gettext_lazy("Services")
ROOMS = "booking:desk-settings-rooms", gettext_lazy("Rooms and hot stones")
TEAM = "booking:desk-settings-team", gettext_lazy("Team and hours")
NOUNS = {
    "service": Noun(Service, ServiceForm, *SERVICES, gettext_lazy("A new service")),
    "add-on": Noun(AddOn, AddOnForm, *SERVICES, gettext_lazy("A new add-on")),
    "room": Noun(Room, RoomForm, *ROOMS, gettext_lazy("A new room")),
    "kit": Noun(StoneKit, KitForm, *ROOMS, gettext_lazy("A new stone kit")),
    "therapist": Noun(Therapist, TherapistForm, *TEAM, gettext_lazy("A new therapist")),
}


@owner_only
@require_safe
def services_settings(request: StaffRequest) -> HttpResponse:
    """The price list and what can be added; a service that clients cannot book says why."""
    closed, services = closed_services(current_configuration()), list(Service.objects.prefetch_related("therapists"))
    context = {
        "services": services,
        "lines": [(each, closed.get(each.pk, [])) for each in services],
        "add_ons": AddOn.objects.prefetch_related("services"),
    }
    return render(request, "booking/desk/settings/services.html", context)


@owner_only
@require_safe
def rooms_page(request: StaffRequest) -> HttpResponse:
    """What a session needs besides a therapist."""
    context = {"rooms": Room.objects.all(), "kits": StoneKit.objects.all()}
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
        return redirect_saying(request, _("Saved."), page_after_saving(request, kind.list_page))
    context = {
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
