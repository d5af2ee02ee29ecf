"""Which period an address asks for, read forgivingly; one's own dates with a message beside what is wrong."""

import datetime as dt
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from booking.appointments.forms import DATE
from booking.desk.calendar.dates import day_from_query, practice_today
from booking.desk.reports.period import (
    LONGEST_PERIOD,
    DateRange,
    PeriodKind,
    ReportPeriod,
    calendar_period,
    own_period,
)
from booking.scheduling import availability
from clinic.models import Practice


class OwnDatesForm(forms.Form):
    """From when until when."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["from"] = forms.DateField(label=gettext_lazy("From"), widget=DATE)
        self.fields["until"] = forms.DateField(label=gettext_lazy("Until"), widget=DATE)

    def clean(self) -> dict[str, Any]:
        """In order, near our time, and not too long."""
        cleaned = super().clean() or {}
        for name in ("from", "until"):
            if name in cleaned and not 1970 <= cleaned[name].year <= 2200:
                self.add_error(name, _("Please choose a date near our time."))
        first, last = cleaned.get("from"), cleaned.get("until")
        if first and last and last < first:
            self.add_error("until", _("This lies before the first day."))
        elif first and last and last - first > LONGEST_PERIOD:
            self.add_error("until", _("Five years at most."))
        return cleaned

    def dates(self) -> DateRange:
        """The dates, once valid."""
        return DateRange(self.cleaned_data["from"], self.cleaned_data["until"])


def read_period(query: QueryDict, practice: Practice) -> tuple[ReportPeriod, OwnDatesForm]:
    """The period that an address asks for, this month where it names none, and the form of one's own dates.

    Where those are wrong the form says so, and the period is this month.
    """
    today, formats = practice_today(practice), practice.formats
    kind = query.get("period", "")
    if kind == PeriodKind.OWN:
        form = OwnDatesForm(query)
        if form.is_valid():
            return own_period(form.dates(), today=today, formats=formats), form
        return calendar_period(PeriodKind.MONTH, today, today=today, formats=formats), form
    chosen = PeriodKind(kind) if kind in set(PeriodKind) else PeriodKind.MONTH
    period = calendar_period(chosen, day_from_query(query, practice), today=today, formats=formats)
    initial = {"from": period.whole.first, "until": min(period.whole.last, max(today, period.whole.first))}
    return period, OwnDatesForm(initial=initial)


def instants_of(dates: DateRange, practice: Practice) -> tuple[dt.datetime, dt.datetime]:
    """Local dates as two instants, half-open: a day of 23 or 25 hours where the clock changes."""
    return availability.dates_as_moments(practice.zone, dates.first, dates.last)
