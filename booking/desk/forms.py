"""The forms of the desk: an appointment's note, its time and place, time off, a client's contact."""

import datetime as dt
from decimal import Decimal
from typing import Any, cast
from zoneinfo import ZoneInfo

from crispy_forms.layout import Div
from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from booking.appointments.booking_request import RuleOverride, WantedResources
from booking.appointments.forms import DATE, LaidOut, check_plausible_dates, form_helper
from booking.appointments.length_price import price_for_length
from booking.appointments.move import LONGEST_SESSION, SHORTEST_SESSION
from booking.models import Appointment, Room, StoneKit, Therapist
from booking.reminders.change_news import ChangeNews
from booking.scheduling import availability
from booking.scheduling.order import order_as_booked
from clinic.country.wall_time_input import WallTimeInput, moment_of_fields
from clinic.records.written_reason import is_sufficient_reason, reason_too_short
from clinic.web.edits import MergesEdits

TIME = WallTimeInput()


def whichever_free(label: Any, rows: QuerySet[Any]) -> "forms.ModelChoiceField[Any]":
    """A choice of a room or a kit; without one it becomes whichever is free."""
    return forms.ModelChoiceField(label=label, queryset=rows, required=False, empty_label=_("Whichever is free"))


class OverrideForm(forms.Form):
    """Two fields for setting a rule aside: a tick, and why."""

    override = forms.BooleanField(
        label=_("Book outside hours, notice and limits"),
        required=False,
        help_text=_("Two appointments at once stay impossible."),
    )
    override_reason = forms.CharField(
        label=_("Why"), required=False, max_length=300, widget=forms.TextInput(attrs={"maxlength": 300})
    )

    def clean(self) -> dict[str, Any]:
        """A rule is set aside only with a reason."""
        cleaned = super().clean() or {}
        if cleaned.get("override") and not is_sufficient_reason(cleaned.get("override_reason", "")):
            self.add_error("override_reason", reason_too_short())
        return cleaned

    def wish(self) -> RuleOverride | None:
        """The override, once valid and wished."""
        typed = self.cleaned_data
        return RuleOverride(reason=typed["override_reason"]) if typed.get("override") else None


class MomentForm(OverrideForm):
    """Where something moves to: a day and a time, as one instant."""

    day = forms.DateField(label=_("Day"), widget=DATE)
    time = forms.TimeField(label=_("Starts at"), widget=TIME)

    start: dt.datetime | None = None

    def clean(self) -> dict[str, Any]:
        """Day and time become one instant."""
        cleaned = super().clean()
        check_plausible_dates(self, "day")
        self.start = moment_of_fields(self, "day", "time")
        return cleaned


class ReasonForm(forms.Form):
    """Why an appointment is cancelled."""

    reason = forms.CharField(
        label=_("Why is it cancelled?"),
        max_length=300,
        help_text=_("Kept with the appointment. The client is told that it is cancelled, not why."),
    )


class AcceptForm(forms.Form):
    """Why a request is accepted although the answers speak against it."""

    reason = forms.CharField(
        label=_("Why is it given all the same?"),
        max_length=300,
        required=False,
        help_text=_("The answers speak against this massage. Your reason is kept with the appointment."),
    )

    # The page, which is one form, also asks why an appointment is cancelled.
    prefix = "accept"
    use_required_attribute = False


class PlaceForm(LaidOut, MergesEdits, forms.Form):
    """Room and kit of an appointment."""

    shown_as = "place_shown"

    room = forms.ModelChoiceField(label=_("Room"), queryset=Room.objects.filter(active=True), required=False)
    kit = forms.ModelChoiceField(label=_("Stone kit"), queryset=StoneKit.objects.filter(active=True), required=False)

    def __init__(self, *args: Any, appointment: Appointment, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"room": appointment.room_id, "kit": appointment.kit_id})
        super().__init__(*args, **kwargs)
        if not order_as_booked(appointment).needs_kit:
            del self.fields["kit"]


class TellForm(forms.Form):
    """Whether the client is told by mail: ticked, and asked only where mail reaches them."""

    tell = forms.BooleanField(label=_("Tell the client by mail"), required=False, initial=True)
    # A box that is not ticked is not sent; only where it was shown does that mean no.
    tell_shown = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        """Told, unless somebody took the tick away."""
        cleaned = super().clean() or {}
        if not cleaned.get("tell_shown"):
            cleaned["tell"] = True
        return cleaned


class MoveForm(TellForm, MomentForm):
    """A new time for an appointment, with whom, how long and where."""

    therapist = forms.ModelChoiceField(
        label=_("Therapist"), queryset=Therapist.objects.none(), to_field_name="public_id", empty_label=None
    )
    minutes = forms.IntegerField(
        label=_("Minutes"), required=False, min_value=SHORTEST_SESSION, max_value=LONGEST_SESSION
    )
    price = forms.DecimalField(label=_("Price"), required=False, max_digits=11, decimal_places=3)
    room = whichever_free(_("Room"), Room.objects.filter(active=True))
    kit = forms.ModelChoiceField(
        queryset=StoneKit.objects.filter(active=True), required=False, widget=forms.HiddenInput
    )

    field_order = ("therapist", "day", "time", "minutes", "room", "override", "override_reason", "tell")

    def __init__(self, *args: Any, appointment: Appointment, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        therapists = cast("forms.ModelChoiceField[Therapist]", self.fields["therapist"])
        therapists.queryset = appointment.service.therapists.at_work().distinct()
        self.appointment = appointment
        # Who cannot be reached by mail is told by a person, and the page says so.
        asked = ["tell", "tell_shown"] if appointment.client.is_mailable else []
        self.initial.setdefault("tell_shown", bool(asked))
        self.helper = form_helper(
            "therapist",
            Div("day", "time", css_class="side-by-side"),
            Div("minutes", "room", css_class="side-by-side"),
            "override",
            "override_reason",
            *asked,
        )

    def clean(self) -> dict[str, Any]:
        """Whoever changes the length says what it costs then."""
        cleaned = super().clean()
        changes = "minutes" in cleaned and self.length != self.appointment.minutes
        if changes and "price" in cleaned and cleaned["price"] not in {self.appointment.price, self.new_price}:
            self.add_error("price", _("Say what it costs at the new length."))
        return cleaned

    @property
    def new_price(self) -> Decimal:
        """What it would cost at the length that it is to take, once valid."""
        return price_for_length(self.appointment, self.length).price

    @property
    def length(self) -> int:
        """The minutes that it is to take, once valid: as they are where none are named."""
        return self.cleaned_data.get("minutes") or self.appointment.minutes

    @property
    def resources(self) -> WantedResources | None:
        """The room or kit that it must have, once valid; None where any will do."""
        room, kit = self.cleaned_data.get("room"), self.cleaned_data.get("kit")
        if room is None and kit is None:
            return None
        return WantedResources.exactly(room, kit)

    @property
    def news(self) -> ChangeNews:
        """How the client hears of it, once valid."""
        return ChangeNews(wanted=self.cleaned_data["tell"], waits=True)


class TimeOffForm(LaidOut, forms.Form):
    """Who is away, from when until when. The whole practice is chosen on purpose: nobody is proposed for everybody."""

    EVERYONE = "all"
    therapist = forms.ChoiceField(label=_("Who"))
    all_day = forms.BooleanField(label=_("All day"), required=False)
    first_day = forms.DateField(label=_("From"), widget=DATE)
    from_time = forms.TimeField(label=_("From what time"), widget=TIME, required=False)
    last_day = forms.DateField(label=_("Until"), widget=DATE)
    until_time = forms.TimeField(label=_("Until what time"), widget=TIME, required=False)
    reason = forms.CharField(label=_("Reason"), max_length=120, required=False, help_text=_("For the team only."))
    layout = (
        "therapist",
        "all_day",
        Div("first_day", Div("from_time", css_class="part-of-day"), css_class="side-by-side"),
        Div("last_day", Div("until_time", css_class="part-of-day"), css_class="side-by-side"),
        "reason",
    )

    def __init__(self, *args: Any, zone: ZoneInfo, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zone = zone
        self.therapists = {str(each.public_id): each for each in Therapist.objects.at_work()}
        cast("forms.ChoiceField", self.fields["therapist"]).choices = [
            ("", _("Please choose")),
            *((key, each.name) for key, each in self.therapists.items()),
            (self.EVERYONE, _("The whole practice")),
        ]
        self.starts_at: dt.datetime | None = None
        self.ends_at: dt.datetime | None = None

    def whose(self) -> Therapist | None:
        """Who is away, once valid; None for the whole practice."""
        return self.therapists.get(self.cleaned_data["therapist"])

    def clean(self) -> dict[str, Any]:
        """Both ends as instants, in order. A whole last day ends where the next one begins."""
        cleaned = super().clean() or {}
        check_plausible_dates(self, "first_day", "last_day")
        if cleaned.get("all_day"):
            # Times that stand there from a tap in the calendar mean nothing then.
            for name in ("from_time", "until_time"):
                cleaned[name] = None
                self.errors.pop(name, None)
        else:
            for name in ("from_time", "until_time"):
                if name not in self.errors and cleaned.get(name) is None:
                    self.add_error(name, _("Say what time, or tick “All day”."))
        if self.errors:
            return cleaned
        begin, end = availability.dates_as_moments(self.zone, cleaned["first_day"], cleaned["last_day"])
        at, until = cleaned.get("from_time"), cleaned.get("until_time")
        self.starts_at = moment_of_fields(self, "first_day", "from_time") if at else begin
        self.ends_at = moment_of_fields(self, "last_day", "until_time") if until else end
        if self.starts_at and self.ends_at and self.ends_at <= self.starts_at:
            self.add_error("until_time" if until else "last_day", _("The end must come after the start."))
        return cleaned
