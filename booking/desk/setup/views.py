"""The pages of the set-up list, for owners."""

import datetime as dt
from collections.abc import Iterable
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from booking.appointments.access import appointments_for, owner_only
from booking.desk.settings.frame import log_edit, sent, status_of
from booking.desk.setup.lines import KEYS_TO_PUT_ASIDE, put_line_aside, set_up_lines
from booking.desk.setup.ready_services import ReadyServicesForm, add_services
from booking.models import Appointment, Service, Therapist, WorkingHours
from clinic.country import locale
from clinic.country.wall_time_input import WallTimeInput
from clinic.identity import address_equals
from clinic.models import User
from clinic.web.http import StaffRequest, redirect_saying
from clinic.web.post_only import post_only

OPENS, CLOSES = dt.time(9), dt.time(17)
MONDAY_TO_FRIDAY = ("0", "1", "2", "3", "4")


class FirstHoursForm(forms.Form):
    """Under which name, on which days, from when to when."""

    name = forms.CharField(label=gettext_lazy("Name that clients see"), max_length=80)
    weekdays = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Days"), coerce=int, widget=forms.CheckboxSelectMultiple
    )
    starts = forms.TimeField(label=gettext_lazy("From"), initial=OPENS, widget=WallTimeInput())
    ends = forms.TimeField(label=gettext_lazy("To"), initial=CLOSES, widget=WallTimeInput())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        days = [(str(number), name) for number, name in locale.current_formats().weekdays()]
        cast("forms.MultipleChoiceField", self.fields["weekdays"]).choices = days
        self.fields["weekdays"].initial = list(MONDAY_TO_FRIDAY)

    def clean(self) -> dict[str, Any]:
        """The end lies after the beginning; hours over midnight are painted on their own page."""
        typed = super().clean() or {}
        starts, ends = typed.get("starts"), typed.get("ends")
        if starts and ends and ends <= starts:
            self.add_error("ends", ValidationError(_("The end lies before the beginning.")))
        return typed


@transaction.atomic
def begin_to_work(user: User, *, name: str, weekdays: Iterable[int], starts: dt.time, ends: dt.time) -> Therapist:
    """Make this person a therapist who gives every service, with these hours; one who has hours keeps them."""
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    therapist, made = Therapist.objects.get_or_create(user=user, defaults={"name": name})
    if made or not therapist.services.exists():
        therapist.services.set(Service.objects.filter(active=True))
    if not therapist.hours.exists():
        WorkingHours.objects.bulk_create(
            WorkingHours(therapist=therapist, weekday=day, starts=starts, ends=ends) for day in weekdays
        )
    return therapist


@owner_only
@require_safe
def list_page(request: StaffRequest) -> HttpResponse:
    """Every line, and the test bookings that stand in the calendar."""
    lines = set_up_lines(request.practice)
    context = {
        "lines": lines,
        "done": sum(not line.is_open for line in lines),
        "test_bookings": own_bookings(request.user),
    }
    return render(request, "booking/desk/setup/list.html", context)


def own_bookings(user: User) -> list[Appointment]:
    """The appointments ahead that were booked with an owner's own address: tests, to be taken out again."""
    ahead = appointments_for(user).active().filter(starts_at__gt=timezone.now())
    return list(ahead.filter(address_equals(user.email, "client__email")).with_people().order_by("starts_at")[:5])


@owner_only
@post_only("booking:desk-setup")
def put_aside(request: StaffRequest, kind: str) -> HttpResponse:
    """Put a line aside, or take it back. Raises Http404 for one that clients cannot book without."""
    if kind not in KEYS_TO_PUT_ASIDE:
        raise Http404
    put_line_aside(kind, back="back" in request.POST)
    return redirect("booking:desk-setup")


@owner_only
@require_http_methods(["GET", "HEAD", "POST"])
def services_to_tick(request: StaffRequest) -> HttpResponse:
    """Ready services with a tick and a price; on POST those that were ticked are on the price list."""
    form = ReadyServicesForm(sent(request), currency=request.practice.currency)
    if request.method == "POST" and form.is_valid():
        for each in add_services(form.taken, given_by=form.cleaned_data.get("given_by", ())):
            log_edit(request, each, is_new=True)
        return redirect_saying(request, _("On the price list."), "booking:desk-setup")
    context = {"form": form}
    return render(request, "booking/desk/setup/services.html", context, status=status_of(form))


@owner_only
@require_http_methods(["GET", "HEAD", "POST"])
def first_hours(request: StaffRequest) -> HttpResponse:
    """Whether the owner gives sessions, and when; who does not invites somebody who does."""
    form = FirstHoursForm(sent(request), initial={"name": request.user.name})
    own = Therapist.objects.filter(user=request.user).first()
    if request.method == "POST" and form.is_valid():
        therapist = begin_to_work(request.user, **form.cleaned_data)
        log_edit(request, therapist, is_new=own is None)
        messages.success(request, _("Saved. Breaks and other hours are painted under Team and hours."))
        return redirect("booking:desk-setup")
    context = {"form": form, "own": own if own and own.hours.exists() else None}
    return render(request, "booking/desk/setup/hours.html", context, status=status_of(form))
