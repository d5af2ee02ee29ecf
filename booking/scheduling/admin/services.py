"""The price list, and what a session needs besides a therapist."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from booking.models import AddOn, Room, Service, StoneKit
from booking.scheduling.admin.conflicts import ConfirmsConflicts
from clinic.admin.base import Admin
from clinic.country import locale
from clinic.models import Practice


class PricedAdmin:
    """A list of what has a price in the practice's currency."""

    @admin.display(description=_("price"), ordering="price")
    def in_money(self, row: Service | AddOn) -> str:
        """The price as clients see it."""
        return locale.current_formats().money(row.price, Practice.current().currency)


@admin.register(Service)
class ServiceAdmin(ConfirmsConflicts, PricedAdmin, Admin[Service]):
    """Services: length, price, buffers, and rules of their own where they differ from the practice's."""

    list_display = ("name", "minutes", "in_money", "technique", "needs_kit", "active", "position")
    list_editable = ("position",)
    list_filter = ("active", "technique", "needs_kit")
    list_select_related = ("technique",)
    search_fields = ("name", "slug", "description")
    prepopulated_fields = {"slug": ("name",)}
    fieldsets = (
        (None, {"fields": ("name", "slug", "technique", "description", ("minutes", "price"), ("active", "position"))}),
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
class AddOnAdmin(ConfirmsConflicts, PricedAdmin, Admin[AddOn]):
    """Add-ons: what can be booked on top of a service. Appointments that are booked keep theirs as it was."""

    list_display = ("name", "minutes", "in_money", "technique", "needs_kit", "active", "position")
    list_editable = ("position",)
    list_filter = ("active", "services", "needs_kit")
    list_select_related = ("technique",)
    search_fields = ("name", "slug", "description")
    prepopulated_fields = {"slug": ("name",)}
    fieldsets = (
        (None, {"fields": ("name", "slug", "description", ("minutes", "price"), ("active", "position"))}),
        (_("Offered with"), {"fields": ("services",)}),
        (_("Warm stones and the like"), {"fields": ("technique", ("needs_kit", "kit_buffer_after"))}),
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
