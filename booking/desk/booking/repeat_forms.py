"""Repeating at the desk: how often, what becomes of each date, and moving several appointments as one."""

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Any, ClassVar

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from booking.appointments.forms import DATE
from booking.appointments.series_change import SeriesScope
from booking.appointments.series_preview import SeriesSlot
from booking.desk.booking.forms import PRICES, DeskBookForm
from booking.desk.forms import MomentForm, OverrideForm, ReasonForm
from booking.models import Appointment, Series
from booking.scheduling.availability import OVERRIDABLE, Unavailable
from booking.scheduling.terms import FIELD_NAMES

LEFT_OUT_VALUE = "out"
DATE_FIELD = "turn-"
# What the page of a series shows to be changed; everything else that was typed before travels along unseen.
OPEN_FIELDS = ("every_weeks", "times", "safety", "conditions", "red_flags", "weeks", "override", "override_reason")
SHOWN_FIELDS = "shown"
SUBMIT_BUTTONS = (
    SHOWN_FIELDS,
    *FIELD_NAMES,
    PRICES,
    "csrfmiddlewaretoken",
    "show",
    "repeat",
    "book",
    "pick",
    "q",
    "instead",
    "move",
)


def slot_as_value(pick: SeriesSlot) -> str:
    """A pick as the value of a radio button: instant, rules set aside, revision."""
    return "|".join([pick.start.astimezone(dt.UTC).isoformat(), ",".join(sorted(pick.aside)), str(pick.revision)])


def slot_from_value(value: str, position: int) -> SeriesSlot | None:
    """The pick of such a value; None for anything else."""
    try:
        start, aside, revision = value.split("|")
        moment = dt.datetime.fromisoformat(start)
        rules = frozenset(Unavailable(each) for each in aside.split(",") if each)
        number = int(revision)
    except ValueError:
        return None
    if moment.tzinfo is None or not rules <= OVERRIDABLE or not 1970 <= moment.year <= 2200 or not 0 <= number < 2**31:
        return None
    return SeriesSlot(position=position, start=moment.astimezone(dt.UTC), aside=rules, revision=number)


def choices_from_post(data: QueryDict) -> dict[int, SeriesSlot | None]:
    """What was decided of each date, by place in the series; None leaves it out. What makes no sense is undecided."""
    found: dict[int, SeriesSlot | None] = {}
    for name, value in data.items():
        place = name.removeprefix(DATE_FIELD)
        if not name.startswith(DATE_FIELD) or not place.isascii() or not place.isdigit() or len(place) > 3:
            continue
        if value == LEFT_OUT_VALUE:
            found[int(place)] = None
        elif pick := slot_from_value(str(value), int(place)):
            found[int(place)] = pick
    return found


def preview_fingerprint(data: QueryDict, *names: str) -> str:
    """What a preview was made for. Decisions about its dates mean nothing once one of these fields has changed."""
    return "|".join(data.get(name, "").strip() for name in names)


def carried_fields(data: QueryDict, shown: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Name and value of everything that was typed on another page, to travel along as hidden fields."""
    left_out = {*shown, *SUBMIT_BUTTONS}
    for name, values in data.lists():
        if name not in left_out and not name.startswith(DATE_FIELD):
            yield from ((name, str(value)) for value in values)


def decisions_from_post(data: QueryDict, *names: str) -> dict[int, SeriesSlot | None]:
    """The decisions, where they were made about a preview of just this."""
    return choices_from_post(data) if data.get(SHOWN_FIELDS) == preview_fingerprint(data, *names) else {}


class ForSeveralDates(OverrideForm):
    """What is asked of several dates at once. While somebody only looks, what is `still_open` need not be answered."""

    still_open: ClassVar[tuple[str, ...]] = ("override_reason",)

    def __init__(self, *args: Any, looking: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.looking = looking
        self.fields["override"].label = _("Set hours, notice and limits aside")
        self.fields["override"].help_text = _("For every date that needs it. Days off are decided one by one.")

    def clean(self) -> dict[str, Any]:
        """Whoever only looks hears nothing of what is still to be answered."""
        cleaned = super().clean()
        for name in self.still_open if self.looking else ():
            self.errors.pop(name, None)
        return cleaned


class RepeatForm(ForSeveralDates, DeskBookForm):
    """A whole booking, and how often. While somebody only looks, the safety question may still be open."""

    still_open = ("safety", "weeks", "override_reason")

    every_weeks = forms.IntegerField(
        label=_("Every how many weeks"),
        min_value=Series.WEEKS[0],
        max_value=Series.WEEKS[1],
        widget=forms.NumberInput(attrs={"class": "narrow"}),
    )
    times = forms.IntegerField(
        label=_("How many times in all"),
        min_value=Series.TIMES[0],
        max_value=Series.TIMES[1],
        widget=forms.NumberInput(attrs={"class": "narrow"}),
    )
    after = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["safety"].required = not self.looking


class MoveSeriesForm(ForSeveralDates, MomentForm):
    """How much of a series moves, and where this appointment goes; the others go as far."""

    scope = forms.ChoiceField(
        label=_("Which appointments"),
        choices=[(each.value, each.label) for each in (SeriesScope.FOLLOWING, SeriesScope.ALL)],
        widget=forms.RadioSelect,
    )
    day = forms.DateField(label=_("This appointment moves to"), widget=DATE)


class DeskCancelForm(ReasonForm):
    """Who cancels an appointment, and why; where it is one of a series, how much of the series with it."""

    CLIENT, PRACTICE = "client", "practice"
    who = forms.ChoiceField(
        label=_("Who cancels?"),
        choices=[(CLIENT, _("The client asked for it")), (PRACTICE, _("We cancel, and offer other times"))],
        initial=CLIENT,
        widget=forms.RadioSelect,
        help_text=_("The mail says so. Only the client's own can be late cancellations."),
    )

    scope = forms.ChoiceField(
        label=_("Which appointments"), choices=SeriesScope.choices, initial=SeriesScope.ONE, widget=forms.RadioSelect
    )
    field_order = ("scope", "who", "reason")
    # The page is one form: what must be filled here need not be for another button.
    use_required_attribute = False

    def __init__(self, *args: Any, appointment: Appointment, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if getattr(appointment, "in_time_off", False):  # annotated
            # Who is ill cancels, and the client has not asked for it.
            self.initial.setdefault("who", self.PRACTICE)
        if appointment.series_id is None:
            del self.fields["scope"]
        self.fields["reason"].required = False

    def clean(self) -> dict[str, Any]:
        """What the practice cancels has a reason; the client need give none."""
        cleaned = super().clean() or {}
        if cleaned.get("who") == self.PRACTICE and not cleaned.get("reason") and "reason" not in self.errors:
            self.add_error("reason", _("Say why: it is kept with the appointment."))
        return cleaned

    @property
    def client_asked(self) -> bool:
        """Whether it is the client's wish, once valid."""
        return bool(self.cleaned_data["who"] == self.CLIENT)

    @property
    def chosen_scope(self) -> str:
        """How much of the series, once valid."""
        scope: str = self.cleaned_data.get("scope", SeriesScope.ONE)
        return scope
