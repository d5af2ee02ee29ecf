"""Days on which nobody works: the practice's own, and public holidays."""

import datetime as dt
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from booking.appointments.access import owner_only
from booking.appointments.forms import DATE, LaidOut, check_plausible_dates
from booking.appointments.time_off import block_time, delete_time_off
from booking.desk.settings.frame import confirms_conflicts, log_edit, page_after_saving, sent
from booking.models import Holiday, TimeOff
from booking.scheduling.public_holidays import HOLIDAY_YEARS, HolidayNames, add_holidays, public_holidays, regions_of
from clinic.country import locale
from clinic.web.edits import locked_row
from clinic.web.http import StaffRequest, redirect_saying
from clinic.web.post_only import post_only


class YearForm(forms.Form):
    """Which year, and in which state or region where the country has some."""

    year = forms.IntegerField(
        label=gettext_lazy("Year"), min_value=HOLIDAY_YEARS.start, max_value=HOLIDAY_YEARS.stop - 1
    )
    region = forms.ChoiceField(label=gettext_lazy("State or region"), required=False)

    def __init__(self, *args: Any, country: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.country = country
        regions = regions_of(country)
        cast("forms.ChoiceField", self.fields["region"]).choices = [("", _("Whole country")), *regions]
        if not regions:
            del self.fields["region"]

    def days(self) -> HolidayNames:
        """The holidays, once valid."""
        typed = self.cleaned_data
        return public_holidays(self.country, typed["year"], typed.get("region", ""))


class ClosedForm(forms.Form):
    """On which of the days the practice is closed. Days that are there already are shown and left as they are."""

    closed = forms.MultipleChoiceField(
        label=gettext_lazy("Closed on"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, days: HolidayNames, **kwargs: Any) -> None:
        self.there = Holiday.objects.in_bulk(list(days), field_name="date")
        fresh = [day for day in days if day not in self.there]
        kwargs.setdefault("initial", {"closed": [day.isoformat() for day in fresh]})
        super().__init__(*args, **kwargs)
        choices = [(day.isoformat(), f"{locale.current_formats().day(day)}: {days[day]}") for day in fresh]
        cast("forms.MultipleChoiceField", self.fields["closed"]).choices = choices
        self.is_empty = not fresh

    def ticked(self) -> set[dt.date]:
        """The ticked dates, once valid."""
        return {dt.date.fromisoformat(each) for each in self.cleaned_data["closed"]}


def next_to_add() -> int:
    """The year that is offered first: this one, or, once it has its holidays, from September on the next."""
    today = timezone.localdate()
    return today.year + (today.month >= 9 and Holiday.objects.filter(date__year=today.year).exists())


class CloseForm(LaidOut, forms.Form):
    """From which day to which the practice is closed."""

    first_day = forms.DateField(label=gettext_lazy("First day"), widget=DATE)
    last_day = forms.DateField(label=gettext_lazy("Last day"), widget=DATE)
    reason = forms.CharField(
        label=gettext_lazy("Reason"), max_length=120, required=False, help_text=gettext_lazy("For the team only.")
    )

    def clean(self) -> dict[str, Any]:
        """The last day does not lie before the first."""
        typed = super().clean() or {}
        check_plausible_dates(self, "first_day", "last_day")
        first, last = typed.get("first_day"), typed.get("last_day")
        if first and last and last < first:
            self.add_error("last_day", _("The last day lies before the first."))
        return typed


@owner_only
@confirms_conflicts
@require_http_methods(["GET", "HEAD", "POST"])
def closed_page(request: StaffRequest) -> HttpResponse:
    """What is closed from today on. On POST more days are."""
    form = CloseForm(sent(request))
    zone = request.practice.zone
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        starts_at = dt.datetime.combine(typed["first_day"], dt.time.min, zone)
        ends_at = dt.datetime.combine(typed["last_day"] + dt.timedelta(days=1), dt.time.min, zone)
        off, _conflicts = block_time(therapist=None, starts_at=starts_at, ends_at=ends_at, reason=typed["reason"])
        log_edit(request, off, is_new=True)
        return redirect_saying(request, _("Closed. No time is offered then."), "booking:desk-settings-closed")
    today = timezone.localdate(timezone=zone)
    context = {
        "form": form,
        "button": _("Close these days"),
        "closed": TimeOff.objects.filter(therapist=None, ends_at__gt=timezone.now()).order_by("starts_at"),
        "holidays": Holiday.objects.filter(date__gte=today),
        "year": next_to_add(),
    }
    return render(request, "booking/desk/settings/closed.html", context, status=422 if form.errors else 200)


@owner_only
@post_only("booking:desk-settings-closed")
def open_again(request: StaffRequest, key: int) -> HttpResponse:
    """Take closed days away: their times are offered again."""
    delete_time_off(get_object_or_404(TimeOff, pk=key, therapist=None))
    return redirect_saying(request, _("Open again."), "booking:desk-settings-closed")


@owner_only
@confirms_conflicts
@post_only("booking:desk-settings-closed")
def switch_holiday(request: StaffRequest, key: int) -> HttpResponse:
    """Work on a public holiday, or close on it."""
    day = get_object_or_404(Holiday, pk=key)
    with transaction.atomic():
        day = locked_row(day)
        day.closed = request.POST.get("closed") == "1"
        day.save(update_fields=["closed"])
        log_edit(request, day)
    return redirect_saying(request, _("Saved."), "booking:desk-settings-closed")


@owner_only
@confirms_conflicts
@require_http_methods(["GET", "HEAD", "POST"])
def holiday_year_page(request: StaffRequest) -> HttpResponse:
    """The public holidays of a year to tick; on POST those that are not there yet are added."""
    asked = YearForm(
        request.GET if "year" in request.GET else {"year": next_to_add()}, country=request.practice.country
    )
    days = asked.days() if asked.is_valid() else {}
    ticks = ClosedForm(sent(request), days=days)
    if request.method == "POST" and ticks.is_valid():
        added = add_holidays(days, closed=ticks.ticked())
        said = ngettext("%(number)d day was added.", "%(number)d days were added.", len(added))
        messages.success(request, said % {"number": len(added)})
        return redirect(page_after_saving(request, "booking:desk-settings-closed"))
    context = {"asked": asked, "ticks": ticks, "days": days}
    return render(request, "booking/desk/settings/holidays.html", context, status=422 if ticks.errors else 200)
