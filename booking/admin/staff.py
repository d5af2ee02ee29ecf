"""Therapists with their hours and services, and time off."""

import datetime as dt

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from booking import availability
from booking.actions.blocking import conflicts
from booking.actions.closing import add_holidays
from booking.admin.holiday_year import ClosedForm, YearForm, next_to_add
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
    raw_id_fields = ("user",)
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


@admin.register(Holiday)
class HolidayAdmin(Admin[Holiday]):
    """Public holidays: tick those on which the practice is closed."""

    list_display = ("date", "name", "closed")
    list_editable = ("closed",)
    list_filter = ("closed",)
    search_fields = ("name",)
    date_hierarchy = "date"
    change_list_template = "booking/admin/holidays.html"

    def get_urls(self) -> list[URLPattern]:
        """The page for a whole year, beside the usual pages."""
        wrapped = self.admin_site.admin_view(require_http_methods(["GET", "HEAD", "POST"])(self.year))
        return [path("year/", wrapped, name="booking_holiday_year"), *super().get_urls()]

    def year(self, request: HttpRequest) -> HttpResponse:
        """Show the public holidays of a year to tick; on POST add those that are not there yet."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        country = Practice.current().country
        asked = YearForm(request.GET or {"year": next_to_add()}, country=country)
        days = asked.days() if asked.is_valid() else {}
        ticks = ClosedForm(request.POST if request.method == "POST" else None, days=days)
        if request.method == "POST" and ticks.is_valid():
            added = add_holidays(days, closed=ticks.ticked())
            said = ngettext("%(number)d day was added.", "%(number)d days were added.", len(added))
            messages.success(request, said % {"number": len(added)})
            for each in added:
                self.say_conflicts_on(request, each)
            return redirect("admin:booking_holiday_changelist")
        context = {
            **self.admin_site.each_context(request),
            "title": _("Public holidays of a year"),
            "opts": self.opts,
            "asked": asked,
            "ticks": ticks,
            "days": days,
            "country": country,
        }
        return render(request, "booking/admin/holiday_year.html", context, status=422 if ticks.errors else 200)

    def say_conflicts_on(self, request: HttpRequest, holiday: Holiday) -> None:
        """Say how many visits are in the way of a closed day."""
        if holiday.closed:
            begin, end = availability.day_span(Practice.current().zone, holiday.date)
            say_conflicts(request, None, availability.as_datetime(begin), availability.as_datetime(end))

    def save_model(self, request: HttpRequest, obj: Holiday, form: object, change: bool) -> None:
        """Save, and say how many visits are in the way of a closed day."""
        super().save_model(request, obj, form, change)
        self.say_conflicts_on(request, obj)


@admin.register(TimeOff)
class TimeOffAdmin(Admin[TimeOff]):
    """Leave and closed days. Visits in the way stay; how many is said after saving."""

    list_display = ("who", "starts_at", "ends_at", "reason")
    list_filter = ("therapist", "starts_at")
    list_select_related = ("therapist",)
    search_fields = ("therapist__name", "reason")
    date_hierarchy = "starts_at"

    @admin.display(description=_("who"), ordering="therapist")
    def who(self, off: TimeOff) -> str:
        """The therapist, or everyone."""
        return off.therapist.name if off.therapist else str(_("Everyone"))

    def save_model(self, request: HttpRequest, obj: TimeOff, form: object, change: bool) -> None:
        """Save, and say how many visits are in the way; none is cancelled by itself."""
        super().save_model(request, obj, form, change)
        say_conflicts(request, obj.therapist, obj.starts_at, obj.ends_at)
