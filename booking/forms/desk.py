"""The forms of the desk: a visit's note, its time and place, time off, a client's contact."""

import datetime as dt
from typing import TYPE_CHECKING, Any, cast

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Field
from django import forms
from django.utils.translation import gettext_lazy as _

from booking import availability
from booking.actions import Override
from booking.forms.public import helper
from booking.models import Appointment, Room, StoneKit, Therapist
from booking.order import as_booked
from clients.forms.contact import MergesFiles
from clients.models import Client
from clinic.edits import MergesEdits
from clinic.models import Practice
from clinic.walls import WallTimeInput, on_the_wall
from clinic.why import says_why, too_short

if TYPE_CHECKING:
    ContactBase = forms.ModelForm[Client]
else:
    ContactBase = forms.ModelForm

DATE = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
TIME = WallTimeInput()


def years_we_live_in(form: forms.Form, *names: str) -> None:
    """Refuse dates so far away that no calendar reaches them."""
    for name in names:
        date = form.cleaned_data.get(name)
        if isinstance(date, dt.date) and not 1970 <= date.year <= 2200:
            form.add_error(name, _("That year is too far away."))


class OverrideForm(forms.Form):
    """Two fields for setting a rule aside: a tick, and why."""

    override = forms.BooleanField(
        label=_("Book outside hours, notice and limits"),
        required=False,
        help_text=_("Two visits at once stay impossible."),
    )
    override_reason = forms.CharField(
        label=_("Why"), required=False, max_length=300, widget=forms.TextInput(attrs={"maxlength": 300})
    )

    def clean(self) -> dict[str, Any]:
        """A rule is set aside only with a reason."""
        cleaned = super().clean() or {}
        if cleaned.get("override") and not says_why(cleaned.get("override_reason", "")):
            self.add_error("override_reason", too_short())
        return cleaned

    def wish(self) -> Override | None:
        """The override, once valid and wished."""
        typed = self.cleaned_data
        return Override(reason=typed["override_reason"]) if typed.get("override") else None


class ReasonForm(forms.Form):
    """Why a visit is cancelled."""

    reason = forms.CharField(
        label=_("Why is it cancelled?"),
        max_length=300,
        help_text=_("Kept with the visit. The client is told that it is cancelled, not why."),
    )


class AcceptForm(forms.Form):
    """Why a request is accepted although the answers speak against it."""

    reason = forms.CharField(
        label=_("Why is it given all the same?"),
        max_length=300,
        required=False,
        help_text=_("The answers speak against this massage. Your reason is kept with the visit."),
    )

    # The page, which is one form, also asks why a visit is cancelled.
    prefix = "accept"
    use_required_attribute = False


class PlaceForm(MergesEdits, forms.Form):
    """Room and kit of a visit."""

    shown_as = "place_shown"

    room = forms.ModelChoiceField(label=_("Room"), queryset=Room.objects.filter(active=True), required=False)
    kit = forms.ModelChoiceField(label=_("Stone kit"), queryset=StoneKit.objects.filter(active=True), required=False)

    def __init__(self, *args: Any, appointment: Appointment, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"room": appointment.room_id, "kit": appointment.kit_id})
        super().__init__(*args, **kwargs)
        if not as_booked(appointment).needs_kit:
            del self.fields["kit"]
        self.helper = helper(*self.fields)


class MoveForm(OverrideForm):
    """A new time for a visit, and with whom."""

    therapist = forms.ModelChoiceField(
        label=_("Therapist"), queryset=Therapist.objects.none(), to_field_name="public_id", empty_label=None
    )
    day = forms.DateField(label=_("Day"), widget=DATE)
    time = forms.TimeField(label=_("Starts at"), widget=TIME)

    field_order = ("therapist", "day", "time", "override", "override_reason")

    def __init__(self, *args: Any, appointment: Appointment, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        therapists = cast("forms.ModelChoiceField[Therapist]", self.fields["therapist"])
        therapists.queryset = appointment.service.therapists.at_work().distinct()
        self.start: dt.datetime | None = None
        self.helper = helper("therapist", Div("day", "time", css_class="side-by-side"), "override", "override_reason")

    def clean(self) -> dict[str, Any]:
        """Day and time become one instant."""
        cleaned = super().clean()
        years_we_live_in(self, "day")
        self.start = on_the_wall(self, "day", "time")
        return cleaned


class TimeOffForm(forms.Form):
    """Who is away, from when until when."""

    therapist = forms.ModelChoiceField(
        label=_("Who"),
        queryset=Therapist.objects.at_work(),
        to_field_name="public_id",
        required=False,
        empty_label=_("The whole practice"),
    )
    first_day = forms.DateField(label=_("From"), widget=DATE)
    from_time = forms.TimeField(label=_("From what time"), widget=TIME, required=False, help_text=_("Empty: all day."))
    last_day = forms.DateField(label=_("Until"), widget=DATE)
    until_time = forms.TimeField(
        label=_("Until what time"), widget=TIME, required=False, help_text=_("Empty: all day.")
    )
    reason = forms.CharField(label=_("Reason"), max_length=120, required=False, help_text=_("For the team only."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.starts_at: dt.datetime | None = None
        self.ends_at: dt.datetime | None = None
        self.helper: FormHelper = helper(
            "therapist",
            Div("first_day", "from_time", css_class="side-by-side"),
            Div("last_day", "until_time", css_class="side-by-side"),
            "reason",
        )

    def clean(self) -> dict[str, Any]:
        """Both ends as instants, in order. A whole last day ends where the next one begins."""
        cleaned = super().clean() or {}
        years_we_live_in(self, "first_day", "last_day")
        if self.errors:
            return cleaned
        zone = Practice.current().zone
        begin, _end = availability.day_span(zone, cleaned["first_day"])
        _begin, end = availability.day_span(zone, cleaned["last_day"])
        at, until = cleaned.get("from_time"), cleaned.get("until_time")
        self.starts_at = on_the_wall(self, "first_day", "from_time") if at else availability.as_datetime(begin)
        self.ends_at = on_the_wall(self, "last_day", "until_time") if until else availability.as_datetime(end)
        if self.starts_at and self.ends_at and self.ends_at <= self.starts_at:
            self.add_error("until_time" if until else "last_day", _("The end must come after the start."))
        return cleaned


class ContactForm(MergesFiles, ContactBase):
    """How to reach a client, and the note for the desk."""

    class Meta:
        model = Client
        fields = ("first_name", "last_name", "email", "phone", "desk_note")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = helper(
            Div("first_name", "last_name", css_class="side-by-side"),
            "email",
            "phone",
            Field("desk_note"),
        )
