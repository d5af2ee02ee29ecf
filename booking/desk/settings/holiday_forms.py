"""The forms on which the public holidays of a whole year are ticked."""

import datetime as dt
from typing import Any, cast

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from booking.models import Holiday
from booking.scheduling.public_holidays import HOLIDAY_YEARS, HolidayNames, public_holidays, regions_of
from clinic.country import locale


class YearForm(forms.Form):
    """Which year, and in which state or region where the country has some."""

    year = forms.IntegerField(label=_("Year"), min_value=HOLIDAY_YEARS.start, max_value=HOLIDAY_YEARS.stop - 1)
    region = forms.ChoiceField(label=_("State or region"), required=False)

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

    closed = forms.MultipleChoiceField(label=_("Closed on"), required=False, widget=forms.CheckboxSelectMultiple)

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
