"""Appointments in the admin: searched and filtered here, changed only through the booking actions."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from booking.admin.appointment_form import AppointmentForm
from booking.admin.reminders import ReminderInline
from booking.models import Appointment, AppointmentChange
from booking.models.appointment import Status
from clients.admin.finding import FoundByClient
from clinic import locale
from clinic.admin.base import Admin, Inline, LookOnly, NeverDeleted
from clinic.rights import reads_health

NEW = ("client", "service", "therapist", "starts_at", "add_ons", "client_note", "asked", "override", "why")
# What booking, moving and the clock decide; shown, never typed.
KEPT = (
    "client",
    "service",
    "parts",
    "minutes",
    "in_money",
    "ends_at",
    "blocked_from",
    "blocked_until",
    "via",
    "revision",
    "confirmed_by_client_at",
    "reason",
    "client_note",
    "created_at",
    "changed_at",
    "changed_by",
)
EDITED = ("therapist", "starts_at", "room", "kit", "status")


def without(names: tuple[str, ...], left_out: str) -> tuple[str, ...]:
    """Names of fields but one."""
    return tuple(name for name in names if name != left_out)


class ToldInWords:
    """A line of the history, with times on the practice's clock."""

    @admin.display(description=_("from and to"))
    def told(self, change: AppointmentChange) -> str:
        """From what to what."""
        return change.told


class ChangeInline(ToldInWords, LookOnly, Inline[AppointmentChange, Appointment]):
    """The history, as it was written."""

    model = AppointmentChange
    fields = ("at", "by", "via", "what", "told", "why")
    readonly_fields = fields
    extra = 0

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Why something was done may speak of the client's health."""
        return self.fields if reads_health(request.user) else without(self.fields, "why")


@admin.register(Appointment)
class AppointmentAdmin(FoundByClient, NeverDeleted, Admin[Appointment]):
    """Booked times. Cancelling is a status; nothing is deleted."""

    form = AppointmentForm
    # The booking actions lock the therapist before the appointment.
    locks_first = False
    list_display = ("starts_at", "client", "service", "therapist", "room", "kit", "status", "via")
    list_filter = ("status", "therapist", "service", "room", "via", "starts_at")
    list_select_related = ("client", "service", "therapist", "room", "kit")
    search_fields = ("=public_id",)
    raw_id_fields = ("client",)
    date_hierarchy = "starts_at"
    ordering = ("-starts_at",)
    show_full_result_count = False
    list_per_page = 50
    inlines = (ChangeInline, ReminderInline)

    def get_fieldsets(self, request: HttpRequest, obj: Appointment | None = None) -> Any:
        """A new one asks who, what, when; an old one shows what may change first."""
        if obj is None:
            return ((None, {"fields": NEW}),)
        return (
            (_("What may change"), {"fields": (*EDITED, "override", "why")}),
            (_("As booked"), {"fields": KEPT if reads_health(request.user) else without(KEPT, "reason")}),
        )

    def get_readonly_fields(self, request: HttpRequest, obj: Appointment | None = None) -> Any:
        """Time and place are over once it is; the status keeps the steps that the model allows."""
        if obj is None:
            return ()
        movable = obj.status in (Status.REQUESTED, Status.CONFIRMED)
        return KEPT if movable else (*KEPT, "therapist", "starts_at", "room", "kit")

    def get_form(
        self, request: HttpRequest, obj: Appointment | None = None, change: bool = False, **kwargs: Any
    ) -> Any:
        """The form, knowing who acts; without what only a new visit is asked where it is booked already."""
        made = super().get_form(request, obj, change, **kwargs)
        left_out = {"asked": None, "add_ons": None} if obj is not None else {}
        return type("ActingForm", (made,), {"by": request.user, **left_out})

    def get_inlines(self, request: HttpRequest, obj: Appointment | None) -> Any:
        """History and reminders belong to what exists."""
        return self.inlines if obj is not None else ()

    @admin.display(description=_("with what was added"))
    def parts(self, visit: Appointment) -> str:
        """The service and its add-ons as they were booked."""
        return visit.parts

    @admin.display(description=_("price as booked"))
    def in_money(self, visit: Appointment) -> str:
        """The price in the currency it was booked in."""
        return locale.current().money(visit.price, visit.currency)

    def save_model(self, request: HttpRequest, obj: Appointment, form: Any, change: bool) -> None:
        """Nothing: the form has acted."""


@admin.register(AppointmentChange)
class AppointmentChangeAdmin(FoundByClient, ToldInWords, LookOnly, Admin[AppointmentChange]):
    """Everything that happened to appointments, for looking up."""

    list_display = ("at", "appointment", "what", "told", "by", "via")
    list_filter = ("what", "via", "at")
    list_select_related = ("appointment__therapist", "by")
    search_fields = ("=appointment__public_id",)
    client_path = "appointment__client"
    date_hierarchy = "at"
    show_full_result_count = False
    list_per_page = 50

    def get_exclude(self, request: HttpRequest, obj: AppointmentChange | None = None) -> Any:
        """Why something was done may speak of the client's health."""
        return () if reads_health(request.user) else ("why",)
