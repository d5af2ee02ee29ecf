"""The forms over one row: a service, an add-on, a room, a stone kit, a therapist. The models say what is wrong."""

from typing import Any

from crispy_forms.layout import HTML, Div, Field, Fieldset
from django import forms
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from booking.appointments.forms import LaidOut
from booking.models import AddOn, Room, Service, StoneKit, Therapist
from clients.catalogue.choices import add_on_choices, technique_choices
from clinic.country.wall_time_input import WallTimeInput
from clinic.web.edits import MergedRowForm

TICKS = forms.CheckboxSelectMultiple


def group(title: Any, *rows: Any) -> Fieldset:
    """Some fields under a heading; a tuple is one line."""
    placed = [Div(*row, css_class="side-by-side") if isinstance(row, tuple) else row for row in rows]
    return Fieldset(title, *placed, css_class="settings-group")


def folded_fields(title: Any, *rows: Any) -> Div:
    """Some fields that few ever need, behind a line that opens them."""
    placed = [Div(*row, css_class="side-by-side") if isinstance(row, tuple) else row for row in rows]
    return Div(
        HTML('<details class="more"><summary>'), HTML(str(title)), HTML("</summary>"), *placed, HTML("</details>")
    )


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

    technique = forms.ChoiceField(label=_("Kind of massage"), choices=technique_choices)

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
        group(_("What it is"), "name", "technique", "description", ("minutes", "price"), "active"),
        group(
            _("Around the session"), ("buffer_before", "buffer_after"), "needs_kit", "kit_buffer_after", "rooms", "kits"
        ),
        folded_fields(
            _("Rules of its own"),
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
        label=_("Kind of massage"),
        choices=technique_choices,
        required=False,
        help_text=AddOn._meta.get_field("technique").help_text,
    )
    kind = forms.ChoiceField(
        label=_("What it is"),
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
        group(_("What it is"), "name", "description", ("minutes", "price"), "active"),
        group(_("Offered with"), "services"),
        group(_("Warm stones and the like"), ("technique", "kind"), "needs_kit", "kit_buffer_after"),
        folded_fields(_("Web address"), "slug"),
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
            _("Who"),
            "name",
            "about",
            ("good_at", "languages"),
            "active",
            Field("colour", css_class="form-control-color"),
        ),
        group(_("What they give"), "services"),
        folded_fields(
            _("Limits of a day"), ("max_appointments_a_day", "max_minutes_a_day"), "adjacent_only", "minimum_gap"
        ),
    )
