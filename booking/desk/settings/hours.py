"""Team and hours: everybody's week, painted or as a list, over the same rows and the same rules."""

import datetime as dt
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from booking.appointments.access import owner_only
from booking.appointments.forms import DATE
from booking.desk.settings.frame import confirms_conflicts, log_edit, sent
from booking.desk.settings.painting import (
    QUARTERS_A_DAY,
    Validity,
    is_paintable,
    ranges_painted,
    time_of_quarter,
    validity_of,
    week_of_hours,
)
from booking.models import HoursOverride, Therapist, WorkingHours
from booking.scheduling.admin.therapists import RangesFormSet, overlap_message
from booking.scheduling.overlapping_hours import first_overlap
from clinic.admin.concurrent_edits import MergedForm
from clinic.country import locale
from clinic.country.wall_time_input import WallTimeInput
from clinic.web.http import StaffRequest, redirect_saying


class HoursRowForm(MergedForm):
    """One range in the plain list."""

    class Meta:
        model = WorkingHours
        fields = ("weekday", "starts", "ends", "over_midnight", "valid_from", "valid_until")
        widgets = {"starts": WallTimeInput(), "ends": WallTimeInput(), "valid_from": DATE, "valid_until": DATE}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        weekday: Any = self.fields["weekday"]
        weekday.choices = [("", "---------"), *locale.current_formats().weekdays()]


HoursFormSet = forms.inlineformset_factory(
    Therapist, WorkingHours, form=HoursRowForm, formset=RangesFormSet, extra=2, can_delete=True
)


class PaintForm(forms.Form):
    """The painted week as the page sends it, with the dates on which it counts."""

    valid_from = forms.DateField(label=gettext_lazy("Valid from"), required=False, widget=DATE)
    valid_until = forms.DateField(label=gettext_lazy("Valid until"), required=False, widget=DATE)

    def clean(self) -> dict[str, Any]:
        """Seven days of quarters, and dates in order."""
        typed = super().clean() or {}
        try:
            typed["ranges"] = ranges_painted([self.data.get(f"day-{day}", "") for day in range(7)])
        except ValueError as error:
            raise ValidationError(_("The painted week did not arrive whole. Please use the list below.")) from error
        since, until = typed.get("valid_from"), typed.get("valid_until")
        if since and until and until < since:
            self.add_error("valid_until", _("“Valid until” lies before “valid from”."))
        return typed

    @property
    def validity(self) -> Validity:
        """The dates, once valid."""
        return self.cleaned_data.get("valid_from"), self.cleaned_data.get("valid_until")

    @property
    def week(self) -> list[str]:
        """The quarters as they were sent."""
        return [self.data.get(f"day-{day}", "") for day in range(7)]


@owner_only
@require_safe
def team_page(request: StaffRequest) -> HttpResponse:
    """Everybody who gives massages, and when."""
    people = Therapist.objects.select_related("user").prefetch_related("hours", "services")
    today = timezone.localdate(timezone=request.practice.zone)
    lines = [(each, week_in_words(list(each.hours.all()), today)) for each in people]
    return render(request, "booking/desk/settings/team.html", {"lines": lines})


def week_in_words(rows: list[WorkingHours], today: dt.date) -> str:
    """The hours that count today or later, day by day, those of equal days only once."""
    formats = locale.current_formats()
    ahead = [row for row in rows if row.valid_until is None or row.valid_until >= today]
    by_day: dict[str, list[str]] = {}
    for number, name in formats.weekdays():
        said = ", ".join(
            f"{formats.clock(row.starts)}–{formats.clock(row.ends)}"
            for row in sorted(ahead, key=lambda row: row.starts)
            if row.weekday == number
        )
        if said:
            by_day.setdefault(said, []).append(name[:3])
    return "; ".join(f"{', '.join(days)} {said}" for said, days in by_day.items())


@owner_only
@confirms_conflicts
@require_http_methods(["GET", "HEAD", "POST"])
def hours_page(request: StaffRequest, key: int) -> HttpResponse:
    """One therapist's week. On POST it is saved as painted, or as listed."""
    therapist = get_object_or_404(Therapist, pk=key)
    if request.method == "POST" and "paint" in request.POST:
        return save_painted(request, therapist)
    data = sent(request)
    with transaction.atomic():
        rows = HoursFormSet(data, instance=therapist, prefix="rows")
        if data:
            list(WorkingHours.objects.select_for_update(no_key=True).filter(therapist=therapist).order_by("pk"))
            if rows.is_valid():
                rows.save()
                log_edit(request, therapist)
                return redirect_saying(request, _("Saved."), "booking:desk-settings-hours", key=key)
    return render_hours(request, therapist, shown_validity(request, therapist), rows=rows)


def shown_validity(request: StaffRequest, therapist: Therapist) -> Validity:
    """The dates of the week that is looked at: those asked for, else those of the hours that count today."""
    if "from" in request.GET or "until" in request.GET:
        return date_in_address(request.GET.get("from", "")), date_in_address(request.GET.get("until", ""))
    today = timezone.localdate(timezone=request.practice.zone)
    counts = [
        validity_of(row)
        for row in therapist.hours.all()
        if (row.valid_from or dt.date.min) <= today <= (row.valid_until or dt.date.max)
    ]
    return max(counts, key=counts.count) if counts else (None, None)


def date_in_address(text: str) -> dt.date | None:
    """A date of an address; None for nothing, and for what is none."""
    try:
        return parse_date(text)
    except ValueError:
        return None


def save_painted(request: StaffRequest, therapist: Therapist) -> HttpResponse:
    """Write the painted week; what cannot be comes back with every stroke kept."""
    form = PaintForm(request.POST)
    before = date_in_address(request.POST.get("was_from", "")), date_in_address(request.POST.get("was_until", ""))
    if not form.is_valid():
        return render_hours(request, therapist, before, form=form)
    with transaction.atomic():
        rows = list(WorkingHours.objects.select_for_update(no_key=True).filter(therapist=therapist).order_by("pk"))
        painted = [row for row in rows if is_paintable(row, before)]
        stands = week_of_hours(painted)
        if request.POST.get("shown", "") != ",".join(stands) and stands != form.week:
            form.add_error(
                None,
                _(
                    "Somebody changed these hours while your page was open. Yours are still painted: save again to "
                    "keep them."
                ),
            )
            return render_hours(request, therapist, before, form=form)
        if problem := write_painted(therapist, form, painted, [row for row in rows if row not in painted]):
            form.add_error(None, problem)
            return render_hours(request, therapist, before, form=form)
        log_edit(request, therapist)
    return redirect_saying(request, _("Saved."), "booking:desk-settings-hours", key=therapist.pk)


def write_painted(
    therapist: Therapist, form: PaintForm, painted: list[WorkingHours], others: list[WorkingHours]
) -> str:
    """Let the painted rows be the ranges of the form: equal ones stay, the rest go or come. Return what is wrong."""
    since, until = form.validity
    wanted = [
        WorkingHours(
            therapist=therapist,
            weekday=each.weekday,
            starts=each.starts,
            ends=each.stops,
            valid_from=since,
            valid_until=until,
        )
        for each in form.cleaned_data["ranges"]
    ]
    for row in wanted:
        if other := first_overlap(row, others):
            return overlap_message(other)
    there = {identity_of_hours(row): row for row in painted}
    keep = {identity_of_hours(row) for row in wanted}
    for what, row in there.items():
        if what not in keep:
            row.delete()
    WorkingHours.objects.bulk_create([row for row in wanted if identity_of_hours(row) not in there])
    return ""


def identity_of_hours(row: WorkingHours) -> tuple[Any, ...]:
    """What makes two rows of one therapist the same hours."""
    return row.weekday, row.starts, row.ends, row.over_midnight, *validity_of(row)


def render_hours(
    request: StaffRequest, therapist: Therapist, validity: Validity, *, form: PaintForm | None = None, rows: Any = None
) -> HttpResponse:
    """The grid of one validity, the others to go to, and the whole list."""
    hours = list(WorkingHours.objects.filter(therapist=therapist))
    painted = [row for row in hours if is_paintable(row, validity)]
    stands = week_of_hours(painted)
    week = form.week if form is not None and not form.errors.get("ranges") and "ranges" in form.cleaned_data else stands
    formats = locale.current_formats()
    listed = rows if rows is not None else HoursFormSet(instance=therapist, prefix="rows")
    if form is None:
        form = PaintForm(initial={"valid_from": validity[0], "valid_until": validity[1]})
    context = {
        "therapist": therapist,
        "form": form,
        "rows": listed,
        "validity": validity,
        "validities": sorted({validity_of(row) for row in hours} | {validity}, key=lambda pair: pair[0] or dt.date.min),
        "days": [(number, name, week[number]) for number, name in formats.weekdays()],
        "painter_words": {
            "clocks": [formats.clock(time_of_quarter(quarter)) for quarter in range(QUARTERS_A_DAY)],
            "days": formats.weekdays(),
            "words": {"free": _("free")},
        },
        "shown": ",".join(stands),
        "beside": [row for row in hours if row not in painted and validity_of(row) == validity],
        "overrides": HoursOverride.objects.filter(
            therapist=therapist, date__gte=timezone.localdate(timezone=request.practice.zone)
        ),
    }
    wrong = form.errors or any(listed.errors) or listed.non_form_errors()
    return render(request, "booking/desk/settings/hours.html", context, status=422 if wrong else 200)
