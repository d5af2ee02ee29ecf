"""Appointments in the admin: searched and filtered here, changed only through the booking actions."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from booking.appointments.admin.appointment_form import AppointmentForm
from booking.models import Appointment, AppointmentChange, Series, Status
from booking.reminders.admin.reminders import ReminderInline
from clients.imports.tracing import lines_as_html, lines_of_appointment, with_reader
from clients.record.admin.search import FoundByClient
from clinic.accounts.rights import may_read_health
from clinic.admin.base import Admin, Inline, NeverDeleted, ReadOnlyAdmin
from clinic.country import locale
from clinic.web.http import practice_of

NEW_FIELDS = ("client", "service", "therapist", "starts_at", "add_ons", "client_note", "asked", "override", "why")
# What booking, moving and the clock decide; shown, never typed.
KEPT_FIELDS = (
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
    "brought",
    "client_note",
    "created_at",
    "changed_at",
    "changed_by",
)
EDITED_FIELDS = ("therapist", "starts_at", "room", "kit", "status")


def without_field(names: tuple[str, ...], left_out: str) -> tuple[str, ...]:
    """Names of fields but one."""
    return tuple(name for name in names if name != left_out)


class ChangeInWordsMixin:
    """A line of the history, with times on the practice's clock."""

    @admin.display(description=_("from and to"))
    def told(self, change: AppointmentChange) -> str:
        """The change in words: what stood before and what stands after."""
        return change.told


class ChangeInline(ChangeInWordsMixin, ReadOnlyAdmin, Inline[AppointmentChange, Appointment]):
    """The history, as it was written."""

    model = AppointmentChange
    fields = ("at", "by", "via", "what", "told", "reason")
    readonly_fields = fields

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Why something was done may speak of the client's health."""
        return self.fields if may_read_health(request.user) else without_field(self.fields, "reason")


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
    inlines = (ChangeInline, ReminderInline)

    def get_fieldsets(self, request: HttpRequest, obj: Appointment | None = None) -> Any:
        """A new one asks who, what, when; an old one shows what may change first."""
        if obj is None:
            return ((None, {"fields": NEW_FIELDS}),)
        return (
            (_("What may change"), {"fields": (*EDITED_FIELDS, "override", "why")}),
            (
                _("As booked"),
                {"fields": KEPT_FIELDS if may_read_health(request.user) else without_field(KEPT_FIELDS, "reason")},
            ),
        )

    def get_readonly_fields(self, request: HttpRequest, obj: Appointment | None = None) -> Any:
        """Time and place are over once it is; the status keeps the steps that the model allows."""
        if obj is None:
            return ()
        movable = obj.status in (Status.REQUESTED, Status.CONFIRMED)
        return KEPT_FIELDS if movable else (*KEPT_FIELDS, "therapist", "starts_at", "room", "kit")

    def get_form(
        self, request: HttpRequest, obj: Appointment | None = None, change: bool = False, **kwargs: Any
    ) -> Any:
        """The form, knowing who acts; without what only a new appointment is asked where it is booked already."""
        made = super().get_form(request, obj, change, **kwargs)
        left_out = {"asked": None, "add_ons": None} if obj is not None else {}
        return type("ActingForm", (made,), {"by": request.user, "practice": practice_of(request), **left_out})

    def get_inlines(self, request: HttpRequest, obj: Appointment | None) -> Any:
        """History and reminders belong to what exists."""
        return self.inlines if obj is not None else ()

    @admin.display(description=_("with what was added"))
    def parts(self, appointment: Appointment) -> str:
        """The service and its add-ons as they were booked."""
        return appointment.parts

    def get_queryset(self, request: HttpRequest) -> QuerySet[Appointment]:
        """All of them, for this reader."""
        return with_reader(super().get_queryset(request), request)

    @admin.display(description=_("brought with"))
    def brought(self, appointment: Appointment) -> str:
        """The line of an imported file that made it."""
        return lines_as_html(appointment, lines_of_appointment(appointment.public_id))

    @admin.display(description=_("price as booked"))
    def in_money(self, appointment: Appointment) -> str:
        """The price in the currency it was booked in."""
        return locale.current_formats().money(appointment.price, appointment.currency)

    def save_model(self, request: HttpRequest, obj: Appointment, form: Any, change: bool) -> None:
        """Nothing: the form has acted."""


@admin.register(AppointmentChange)
class AppointmentChangeAdmin(FoundByClient, ChangeInWordsMixin, ReadOnlyAdmin, Admin[AppointmentChange]):
    """Everything that happened to appointments, for looking up."""

    list_display = ("at", "appointment", "what", "told", "by", "via")
    list_filter = ("what", "via", "at")
    list_select_related = ("appointment__therapist", "by")
    search_fields = ("=appointment__public_id",)
    client_path = "appointment__client"
    date_hierarchy = "at"

    def get_exclude(self, request: HttpRequest, obj: AppointmentChange | None = None) -> Any:
        """Why something was done may speak of the client's health."""
        return () if may_read_health(request.user) else ("reason",)


@admin.register(Series)
class SeriesAdmin(FoundByClient, ReadOnlyAdmin, Admin[Series]):
    """Who comes how often, with whom."""

    list_display = ("made_at", "client", "service", "therapist", "every_weeks", "times", "made_by")
    list_filter = ("therapist", "service", "made_at")
    list_select_related = ("client", "service", "therapist", "made_by")
    search_fields = ("therapist__name", "=public_id")
    date_hierarchy = "made_at"
