"""Therapists with their hours and services, and time off."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.db.models import F, QuerySet, Value
from django.db.models.functions import Mod
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from booking.models import Holiday, HoursOverride, Therapist, TimeOff, WorkingHours
from booking.scheduling.admin.conflicts import ConfirmsConflicts
from booking.scheduling.overlapping_hours import HoursRange, first_overlap
from clinic.admin.base import Admin, Inline
from clinic.admin.concurrent_edits import MergedForm
from clinic.country import locale

if TYPE_CHECKING:
    RangesBase = forms.BaseInlineFormSet[Any, Therapist, Any]
else:
    RangesBase = forms.BaseInlineFormSet


def overlap_message(other: HoursRange) -> str:
    """The message about hours that overlap others, which it names."""
    return _("This overlaps %(other)s. Please change one of the two.") % {"other": other}


class RangesFormSet(RangesBase):
    """Hours of one therapist, judged as they will stand together: two may swap their times in one save."""

    def clean(self) -> None:
        """Refuse a range that overlaps one above it."""
        super().clean()
        earlier: list[HoursRange] = []
        for form in self.forms:
            is_blank = not form.has_changed() and form.instance.pk is None
            if form.errors or is_blank or form.cleaned_data.get("DELETE"):
                continue
            if other := first_overlap(form.instance, earlier):
                form.add_error("starts", overlap_message(other))
            earlier.append(form.instance)


class InWeekOrder:
    """Rows of weekdays, in the order of the country's week."""

    def get_queryset(self, request: HttpRequest) -> "QuerySet[WorkingHours]":
        """Each therapist's week from its first day on."""
        rows: QuerySet[WorkingHours] = super().get_queryset(request)  # type: ignore[misc] # of the admin class
        place = Mod(F("weekday") + Value(7 - locale.current_formats().first_weekday), Value(7))
        return rows.order_by("therapist", place, "starts")

    def formfield_for_choice_field(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """The days to choose from, the first of the week first."""
        if db_field.name == "weekday":
            kwargs["choices"] = [("", "---------"), *locale.current_formats().weekdays()]
        return super().formfield_for_choice_field(db_field, request, **kwargs)  # type: ignore[misc] # of the admin class


class HoursInline(InWeekOrder, Inline[WorkingHours, Therapist]):
    """Several ranges a weekday make a split day."""

    model = WorkingHours
    formset = RangesFormSet
    extra = 1


class OverrideInline(Inline[HoursOverride, Therapist]):
    """Dates on which the weekly hours do not count."""

    model = HoursOverride
    formset = RangesFormSet
    extra = 1


class HoursForm(MergedForm):
    """One range by itself, held against the others of its therapist."""

    def clean(self) -> dict[str, Any]:
        """Refuse one that overlaps another."""
        typed = super().clean() or {}
        if self.errors or "therapist" not in typed:
            return typed
        written = WorkingHours(pk=self.instance.pk, **{name: typed[name] for name in self.fields if name in typed})
        try:
            written.clean()
        except forms.ValidationError:
            return typed  # the row says so itself, beside its field
        others = list(WorkingHours.objects.filter(therapist=typed["therapist"]).exclude(pk=self.instance.pk))
        if other := first_overlap(written, others):
            self.add_error("starts", overlap_message(other))
        return typed


@admin.register(Therapist)
class TherapistAdmin(ConfirmsConflicts, Admin[Therapist]):
    """Who gives massages: what they do, when they work, how they sign in."""

    list_display = ("name", "user", "offered", "max_appointments_a_day", "position")
    list_editable = ("position",)
    list_filter = ("active", "services")
    list_select_related = ("user",)
    search_fields = ("name", "user__email")
    autocomplete_fields = ("user",)
    inlines = (HoursInline, OverrideInline)
    fieldsets = (
        (
            None,
            {
                "fields": (
                    "name",
                    ("user", "offered"),
                    "about",
                    ("good_at", "languages"),
                    "licence",
                    ("active", "position"),
                    "colour",
                )
            },
        ),
        (_("Services"), {"fields": ("services",)}),
        (
            _("Limits"),
            {"fields": (("max_appointments_a_day", "max_minutes_a_day"), "adjacent_only", "minimum_gap")},
        ),
    )
    readonly_fields = ("offered",)

    def get_readonly_fields(self, request: HttpRequest, obj: Therapist | None = None) -> Any:
        """Therapists read health records, so that only an owner says who signs in as one."""
        own = super().get_readonly_fields(request, obj)
        return own if request.user.is_superuser else (*own, "user")

    @admin.display(description=_("offered to clients"))
    def offered(self, who: Therapist) -> str:
        """Whether they are, and if not, why not."""
        if who.is_at_work:
            return str(_("Yes"))
        return str(_("No: takes no appointments") if not who.active else _("No: their sign-in is switched off"))


@admin.register(WorkingHours)
class WorkingHoursAdmin(InWeekOrder, ConfirmsConflicts, Admin[WorkingHours]):
    """All hours of all therapists, for a change of season."""

    form = HoursForm
    list_display = ("therapist", "weekday", "starts", "ends", "over_midnight", "valid_from", "valid_until")
    list_filter = ("therapist", "weekday")
    list_select_related = ("therapist",)
    search_fields = ("therapist__name",)


@admin.register(Holiday)
class HolidayAdmin(ConfirmsConflicts, Admin[Holiday]):
    """Public holidays: tick those on which the practice is closed."""

    list_display = ("date", "name", "closed")
    list_editable = ("closed",)
    list_filter = ("closed",)
    search_fields = ("name",)
    date_hierarchy = "date"
    change_list_template = "booking/admin/holidays.html"


@admin.register(TimeOff)
class TimeOffAdmin(ConfirmsConflicts, Admin[TimeOff]):
    """Leave and closed days. Appointments in the way stay; which they are is shown before saving."""

    list_display = ("who", "starts_at", "ends_at", "reason")
    list_filter = ("therapist", "starts_at")
    list_select_related = ("therapist",)
    search_fields = ("therapist__name", "reason")
    date_hierarchy = "starts_at"

    @admin.display(description=_("who"), ordering="therapist")
    def who(self, off: TimeOff) -> str:
        """The therapist, or everyone."""
        return off.therapist.name if off.therapist else str(_("Everyone"))
