"""A therapist's private calendars: paste an address, see what it would block, take it into use, pause, remove."""

import datetime as dt
import itertools
import uuid
from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_safe

from booking.appointments.access import (
    private_calendar_for,
    private_calendars_for,
    team_only,
    therapists_with_calendars,
)
from booking.appointments.forms import LaidOut
from booking.appointments.time_off import appointments_in_private_time
from booking.models import PrivateCalendar, Therapist
from booking.scheduling.private_calendars import actions
from booking.scheduling.private_calendars.reading.outcome import ReadingFailed
from booking.scheduling.private_calendars.words import trouble_in_words
from clinic.country.locale import Formats
from clinic.web.http import StaffRequest
from clinic.web.post_only import post_only
from clinic.web.throttle import Throttled, throttle_request


class CalendarAddressForm(LaidOut, forms.Form):
    """Whose calendar it is, and its address; a therapist who may set only their own is not asked."""

    therapist = forms.ModelChoiceField(
        label=gettext_lazy("Whose"), queryset=Therapist.objects.none(), to_field_name="public_id", empty_label=None
    )
    address = forms.CharField(
        label=gettext_lazy("Secret address in iCal format"),
        max_length=2000,
        widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "off", "spellcheck": "false"}),
        help_text=gettext_lazy("It begins with https:// or webcal://. It is kept encrypted and not shown again."),
    )

    def __init__(self, *args: Any, therapists: QuerySet[Therapist], me: Therapist | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice: Any = self.fields["therapist"]
        choice.queryset = therapists
        choice.initial = me.public_id if me else None
        self.only = list(therapists[:2])
        if len(self.only) == 1:
            del self.fields["therapist"]

    def clean_address(self) -> str:
        """The address as it is asked for. What it is not is said beside it."""
        try:
            return actions.plain_address(self.cleaned_data["address"])
        except ReadingFailed as failed:
            raise ValidationError(trouble_in_words(failed.trouble)) from failed

    @property
    def whose(self) -> Therapist:
        """Whose calendar it is, once valid."""
        chosen: Therapist = self.cleaned_data["therapist"] if "therapist" in self.fields else self.only[0]
        return chosen

    def add_calendar(self) -> PrivateCalendar:
        """Add the calendar of a valid form. Raises ReadingFailed, TooManyCalendars."""
        return actions.add_feed(self.whose, self.cleaned_data["address"])


class AccountForm(CalendarAddressForm):
    """An account that opens with a name and a password."""

    user = forms.CharField(
        label=gettext_lazy("Name or e-mail of the account"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    password = forms.CharField(
        label=gettext_lazy("App password"),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text=gettext_lazy("Make one for Warmstone alone in the settings of your account. It is kept encrypted."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        address = self.fields["address"]
        address.label, address.help_text = (
            gettext_lazy("Address of the server"),
            gettext_lazy("Such as https://caldav.icloud.com."),
        )

    def clean_user(self) -> str:
        """A colon would end the name where the password begins (RFC 7617)."""
        user: str = self.cleaned_data["user"]
        if ":" in user:
            raise ValidationError(gettext_lazy("A name with a colon in it cannot be sent."))
        return user

    def add_calendar(self) -> PrivateCalendar:
        """Add the account of a valid form, its calendars still to be chosen. Raises ReadingFailed, TooManyCalendars."""
        typed = self.cleaned_data
        return actions.add_account(self.whose, typed["address"], user=typed["user"], password=typed["password"])


class ChoiceForm(LaidOut, forms.Form):
    """Which calendars of an account."""

    chosen = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Which of these block your times?"),
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Please choose at least one, or remove the account.")},
    )

    def __init__(self, *args: Any, choices: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen: Any = self.fields["chosen"]
        chosen.choices = [(place, name) for place, (_address, name) in enumerate(choices)]


# How far ahead the page shows what is blocked.
PREVIEW = dt.timedelta(days=14)


@team_only
@require_http_methods(["GET", "HEAD", "POST"])
def calendars_page(request: StaffRequest) -> HttpResponse:
    """The calendars there are, and the form for an address. On POST: read it, and show what it would block."""
    form = address_form(request, CalendarAddressForm)
    if made := added_calendar(request, form):
        return redirect("booking:desk-private-calendar", made.public_id)
    context = {
        "form": form,
        "may_add": therapists_with_calendars(request.user).exists(),
        "calendars": [(each, trouble_in_words(each.trouble)) for each in private_calendars_for(request.user)],
        "in_private_time": appointments_in_private_time()
        .filter(therapist__in=therapists_with_calendars(request.user))
        .with_people()[:20],
    }
    return render(request, "booking/desk/private_calendars/list.html", context, status=422 if form.errors else 200)


@team_only
@require_http_methods(["GET", "HEAD", "POST"])
def account_page(request: StaffRequest) -> HttpResponse:
    """The form for an account with a password (CalDAV). On POST: look for its calendars."""
    if not therapists_with_calendars(request.user).exists():
        raise Http404
    form = address_form(request, AccountForm)
    if made := added_calendar(request, form):
        return redirect("booking:desk-private-calendar", made.public_id)
    context = {"form": form}
    return render(request, "booking/desk/private_calendars/account.html", context, status=422 if form.errors else 200)


def address_form(request: StaffRequest, kind: type[CalendarAddressForm]) -> CalendarAddressForm:
    """The form with what was sent, or empty. Raises Http404 for a post of somebody who may set no calendar."""
    therapists, me = therapists_with_calendars(request.user), getattr(request.user, "therapist", None)
    if request.method != "POST":
        return kind(therapists=therapists, me=me)
    if not therapists.exists():
        raise Http404
    return kind(request.POST, therapists=therapists, me=me)


def added_calendar(request: StaffRequest, form: CalendarAddressForm) -> PrivateCalendar | None:
    """What a form that was sent adds; None where nothing was, or it cannot be read, which the form then says."""
    if request.method != "POST" or not form.is_valid():
        return None
    try:
        throttle_request(request, scope="private-calendar")
        return form.add_calendar()
    except ReadingFailed as failed:
        form.add_error("address", trouble_in_words(failed.trouble))
    except actions.TooManyCalendars:
        said = _("More than %(number)d calendars cannot be read. Please remove one first.")
        form.add_error(None, said % {"number": actions.MOST_CALENDARS})
    except Throttled as error:
        form.add_error(None, error.for_team)
    return None


@team_only
@require_safe
def calendar_page(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """How one calendar stands, and what it blocks in the next two weeks: times, and nothing else."""
    calendar = private_calendar_for(request.user, public_id)
    choices = actions.calendar_choices(calendar)
    return render_calendar(request, calendar, ChoiceForm(choices=choices) if choices else None)


def render_calendar(
    request: StaffRequest, calendar: PrivateCalendar, form: ChoiceForm | None, status: int = 200
) -> HttpResponse:
    """The page of one calendar; with a `form` where one of an account's is to be chosen first."""
    now = timezone.now()
    spans = calendar.busy.filter(ends_at__gt=now, starts_at__lt=now + PREVIEW).values_list("starts_at", "ends_at")
    context = {
        "calendar": calendar,
        "form": form,
        "days": busy_days(list(spans), request.practice.zone, request.practice.formats),
        "trouble": trouble_in_words(calendar.trouble),
        "skipped": skipped_in_words(calendar.skipped),
    }
    return render(request, "booking/desk/private_calendars/calendar.html", context, status=status)


@team_only
@post_only("booking:desk-private-calendar", "public_id")
def choose(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Read those of an account's calendars that were ticked."""
    calendar = private_calendar_for(request.user, public_id)
    choices = actions.calendar_choices(calendar)
    form = ChoiceForm(request.POST, choices=choices)
    if not choices:
        return redirect("booking:desk-private-calendar", public_id)
    if form.is_valid():
        try:
            made = actions.choose_collections(calendar, form.cleaned_data["chosen"])
        except ReadingFailed as failed:
            form.add_error("chosen", trouble_in_words(failed.trouble))
        except actions.TooManyCalendars:
            form.add_error("chosen", _("These are more calendars than can be read. Please choose fewer."))
        else:
            if len(made) == 1:
                return redirect("booking:desk-private-calendar", made[0].public_id)
            return redirect("booking:desk-private-calendars")
    return render_calendar(request, calendar, form, status=422)


@team_only
@post_only("booking:desk-private-calendar", "public_id")
def use(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Take a calendar into use."""
    calendar = private_calendar_for(request.user, public_id)
    if calendar.tried_at:
        actions.use_calendar(calendar)
        messages.success(request, _("These times are not offered any more. They are read anew every 15 minutes."))
    return redirect("booking:desk-private-calendar", public_id)


@team_only
@post_only("booking:desk-private-calendar", "public_id")
def pause(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Let a calendar block nothing."""
    actions.pause_calendar(private_calendar_for(request.user, public_id))
    messages.success(request, _("Paused. It blocks nothing until you take it into use again."))
    return redirect("booking:desk-private-calendar", public_id)


@team_only
@post_only("booking:desk-private-calendar", "public_id")
def forget_calendar(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Forget a calendar with its address."""
    actions.remove_calendar(private_calendar_for(request.user, public_id))
    messages.success(request, _("Removed. Its address and its times are forgotten."))
    return redirect("booking:desk-private-calendars")


def busy_days(
    spans: Sequence[tuple[dt.datetime, dt.datetime]], zone: ZoneInfo, formats: Formats
) -> list[tuple[str, list[str]]]:
    """Each local date on which busy times begin, with those, in words and in order."""
    local = [(start.astimezone(zone), end.astimezone(zone)) for start, end in sorted(spans)]
    days = itertools.groupby(local, key=lambda span: span[0].date())
    return [(formats.short_day(day), [span_in_words(start, end, formats) for start, end in each]) for day, each in days]


def span_in_words(start: dt.datetime, end: dt.datetime, formats: Formats) -> str:
    """“10:00 to 11:00”, “all day”, or with the date on which it ends where that is another one."""
    is_whole = start.time() == end.time() == dt.time()
    if is_whole and end.date() - start.date() == dt.timedelta(days=1):
        return _("all day")
    last = (end - dt.timedelta(minutes=1)).date()
    if is_whole:
        return _("all day, until %(day)s") % {"day": formats.short_day(last)}
    times = {"start": formats.clock(start), "end": formats.clock(end), "day": formats.short_day(end)}
    if last == start.date():
        return _("%(start)s to %(end)s") % times
    return _("%(start)s to %(day)s, %(end)s") % times


def skipped_in_words(number: int) -> str:
    """How many entries could not be read; empty for none."""
    if not number:
        return ""
    words = ngettext(
        "%(number)d entry could not be read and blocks nothing.",
        "%(number)d entries could not be read and block nothing.",
        number,
    )
    return words % {"number": number}
