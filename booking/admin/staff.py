"""Therapists with their hours and services, and time off."""

import datetime as dt

from django.contrib import admin, messages
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from booking import availability
from booking.actions.blocking import conflicts
from booking.models import Holiday, HoursOverride, Therapist, TimeOff, WorkingHours
from clinic.admin.base import Admin, Inline
from clinic.models import Practice


def say_conflicts(
    request: HttpRequest, therapist: Therapist | None, starts_at: dt.datetime, ends_at: dt.datetime
) -> None:
    """Tell how many visits are in the way of a time off that was just saved."""
    found = conflicts(therapist=therapist, starts_at=starts_at, ends_at=ends_at)
    if found:
        said = ngettext(
            "%(number)d visit is in the way. It was not cancelled: move or cancel it yourself.",
            "%(number)d visits are in the way. None was cancelled: move or cancel each yourself.",
            len(found),
        )
        messages.warning(request, said % {"number": len(found)})


class HoursInline(Inline[WorkingHours, Therapist]):
    """Several ranges a weekday make a split day."""

    model = WorkingHours
    extra = 1


class OverrideInline(Inline[HoursOverride, Therapist]):
    """Dates on which the weekly hours do not count."""

    model = HoursOverride
    extra = 1


@admin.register(Therapist)
class TherapistAdmin(Admin[Therapist]):
    """Who gives massages: what they do, when they work, how they sign in."""

    list_display = ("name", "user", "active", "max_visits_a_day", "position")
    list_editable = ("position",)
    list_filter = ("active", "services")
    list_select_related = ("user",)
    search_fields = ("name", "user__email")
    autocomplete_fields = ("user",)
    filter_horizontal = ("services",)
    inlines = (HoursInline, OverrideInline)
    fieldsets = (
        (None, {"fields": ("name", "user", "about", ("active", "position"), "colour")}),
        (_("Services"), {"fields": ("services",)}),
        (
            _("Limits"),
            {"fields": (("max_visits_a_day", "max_minutes_a_day"), "beside_only", "shortest_gap")},
        ),
    )


@admin.register(WorkingHours)
class WorkingHoursAdmin(Admin[WorkingHours]):
    """All hours of all therapists, for a change of season."""

    list_display = ("therapist", "weekday", "starts", "ends", "valid_from", "valid_until")
    list_filter = ("therapist", "weekday")
    list_select_related = ("therapist",)
    search_fields = ("therapist__name",)
    autocomplete_fields = ("therapist",)


@admin.register(Holiday)
class HolidayAdmin(Admin[Holiday]):
    """Public holidays: tick those on which the practice is closed."""

    list_display = ("date", "name", "closed")
    list_editable = ("closed",)
    list_filter = ("closed",)
    search_fields = ("name",)
    date_hierarchy = "date"

    def save_model(self, request: HttpRequest, obj: Holiday, form: object, change: bool) -> None:
        """Save, and say how many visits are in the way of a closed day."""
        super().save_model(request, obj, form, change)
        if obj.closed:
            begin, end = availability.day_span(Practice.current().zone, obj.date)
            say_conflicts(request, None, availability.as_datetime(begin), availability.as_datetime(end))


@admin.register(TimeOff)
class TimeOffAdmin(Admin[TimeOff]):
    """Leave and closed days. Visits in the way stay; how many is said after saving."""

    list_display = ("who", "starts_at", "ends_at", "reason")
    list_filter = ("therapist", "starts_at")
    list_select_related = ("therapist",)
    search_fields = ("therapist__name", "reason")
    autocomplete_fields = ("therapist",)
    date_hierarchy = "starts_at"

    @admin.display(description=_("who"), ordering="therapist")
    def who(self, off: TimeOff) -> str:
        """The therapist, or everyone."""
        return off.therapist.name if off.therapist else str(_("Everyone"))

    def save_model(self, request: HttpRequest, obj: TimeOff, form: object, change: bool) -> None:
        """Save, and say how many visits are in the way; none is cancelled by itself."""
        super().save_model(request, obj, form, change)
        say_conflicts(request, obj.therapist, obj.starts_at, obj.ends_at)
