"""The price list, and what a session needs besides a therapist."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.forms import TypedChoiceField
from django.utils.translation import gettext_lazy as _

from booking.models import AddOn, Room, Service, StoneKit
from booking.scheduling.admin.conflicts import ConfirmsConflicts
from clients.catalogue.choices import add_on_choices, technique_choices
from clinic.admin.base import Admin
from clinic.country import locale
from clinic.country.money import own_currency


class PricedAdmin:
    """A list of what has a price in the practice's currency."""

    @admin.display(description=_("price"), ordering="price")
    def in_money(self, row: Service | AddOn) -> str:
        """The price as clients see it."""
        return locale.current_formats().money(row.price, own_currency())


class OffersCatalogue:
    """Mixed into the admin of what is of a technique: chosen from the catalogue in force, not typed."""

    chosen: dict[str, Callable[[], list[tuple[str, str]]]] = {"technique": technique_choices, "kind": add_on_choices}

    def formfield_for_dbfield(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        """A list to choose from in place of a box for a slug."""
        offered = self.chosen.get(db_field.name)
        if offered is None:
            return super().formfield_for_dbfield(db_field, request, **kwargs)  # type: ignore[misc]  # mixed in
        return TypedChoiceField(
            label=db_field.verbose_name.capitalize(),
            required=not db_field.blank,
            help_text=db_field.help_text,
            choices=offered,
            empty_value="",
        )


@admin.register(Service)
class ServiceAdmin(OffersCatalogue, ConfirmsConflicts, PricedAdmin, Admin[Service]):
    """Services: length, price, buffers, and rules of their own where they differ from the practice's."""

    list_display = ("name", "minutes", "in_money", "technique", "needs_kit", "active", "position")
    list_editable = ("position",)
    list_filter = ("active", "technique", "needs_kit")
    search_fields = ("name", "slug", "description")
    prepopulated_fields = {"slug": ("name",)}
    fieldsets = (
        (None, {"fields": ("name", "slug", "technique", "description", ("minutes", "price"), ("active", "position"))}),
        (_("Receipts"), {"fields": ("billing_code",)}),
        (
            _("Around the session"),
            {
                "description": _("Appointments that are booked keep their length, price and buffers."),
                "fields": (("buffer_before", "buffer_after"), ("needs_kit", "kit_buffer_after"), "rooms", "kits"),
            },
        ),
        (
            _("Rules of its own"),
            {
                "classes": ("collapse",),
                "description": _("Empty: as in the practice."),
                "fields": (
                    ("audience", "form"),
                    ("first_start", "last_start"),
                    "step_minutes",
                    ("notice_minutes", "horizon_days"),
                    ("cancel_cutoff_hours", "moves_per_appointment"),
                ),
            },
        ),
    )


@admin.register(AddOn)
class AddOnAdmin(OffersCatalogue, ConfirmsConflicts, PricedAdmin, Admin[AddOn]):
    """Add-ons: what can be booked on top of a service. Appointments that are booked keep theirs as it was."""

    list_display = ("name", "minutes", "in_money", "technique", "needs_kit", "active", "position")
    list_editable = ("position",)
    list_filter = ("active", "services", "needs_kit")
    search_fields = ("name", "slug", "description")
    prepopulated_fields = {"slug": ("name",)}
    fieldsets = (
        (None, {"fields": ("name", "slug", "description", ("minutes", "price"), ("active", "position"))}),
        (_("Offered with"), {"fields": ("services",)}),
        (_("Warm stones and the like"), {"fields": ("technique", "kind", ("needs_kit", "kit_buffer_after"))}),
    )


@admin.register(Room)
class RoomAdmin(ConfirmsConflicts, Admin[Room]):
    """Rooms. One out of use is given to no new appointment."""

    list_display = ("name", "active", "position")
    list_editable = ("active", "position")
    list_filter = ("active",)
    search_fields = ("name",)


@admin.register(StoneKit)
class StoneKitAdmin(ConfirmsConflicts, Admin[StoneKit]):
    """Stone kits: one row for each, so that two rows allow two hot-stone sessions at once."""

    list_display = ("name", "active", "position")
    list_editable = ("active", "position")
    list_filter = ("active",)
    search_fields = ("name",)
