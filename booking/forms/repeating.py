"""Repeating at the desk: how often, what becomes of each date, and moving several visits as one."""

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from booking.actions import Pick, Scope
from booking.availability import OVERRIDABLE, Reason
from booking.forms.desk import DATE, TIME, OverrideForm, ReasonForm, years_we_live_in
from booking.forms.desk_book import PRICES, DeskBookForm
from booking.models import Appointment, Series
from booking.terms import NAMES
from clinic.walls import on_the_wall

OUT = "out"
TURN = "turn-"
# What the page of a series shows to be changed; everything else that was typed before travels along unseen.
OPEN = ("every_weeks", "times", "safety", "conditions", "red_flags", "override", "override_reason")
SHOWN = "shown"
BUTTONS = (SHOWN, *NAMES, PRICES, "csrfmiddlewaretoken", "show", "repeat", "book", "pick", "q", "instead", "move")


def value_of(pick: Pick) -> str:
    """A pick as the value of a radio button: instant, rules set aside, revision."""
    return "|".join([pick.start.astimezone(dt.UTC).isoformat(), ",".join(sorted(pick.aside)), str(pick.revision)])


def pick_in(value: str, position: int) -> Pick | None:
    """The pick of such a value; None for anything else."""
    try:
        start, aside, revision = value.split("|")
        moment = dt.datetime.fromisoformat(start)
        rules = frozenset(Reason(each) for each in aside.split(",") if each)
        number = int(revision)
    except ValueError:
        return None
    if moment.tzinfo is None or not rules <= OVERRIDABLE or not 1970 <= moment.year <= 2200 or not 0 <= number < 2**31:
        return None
    return Pick(position=position, start=moment.astimezone(dt.UTC), aside=rules, revision=number)


def choices_in(data: QueryDict) -> dict[int, Pick | None]:
    """What was decided of each date, by place in the series; None leaves it out. What makes no sense is undecided."""
    found: dict[int, Pick | None] = {}
    for name, value in data.items():
        place = name.removeprefix(TURN)
        if not name.startswith(TURN) or not place.isascii() or not place.isdigit() or len(place) > 3:
            continue
        if value == OUT:
            found[int(place)] = None
        elif pick := pick_in(str(value), int(place)):
            found[int(place)] = pick
    return found


def mark_of(data: QueryDict, *names: str) -> str:
    """What a preview was made for. Decisions about its dates mean nothing once one of these fields has changed."""
    return "|".join(data.get(name, "").strip() for name in names)


def carried(data: QueryDict, shown: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Name and value of everything that was typed on another page, to travel along as hidden fields."""
    left_out = {*shown, *BUTTONS}
    for name, values in data.lists():
        if name not in left_out and not name.startswith(TURN):
            yield from ((name, str(value)) for value in values)


def decided_in(data: QueryDict, *names: str) -> dict[int, Pick | None]:
    """The decisions, where they were made about a preview of just this."""
    return choices_in(data) if data.get(SHOWN) == mark_of(data, *names) else {}


class RepeatForm(DeskBookForm):
    """A whole booking, and how often. While somebody only looks, the safety question may still be open."""

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

    def __init__(self, *args: Any, looking: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.looking = looking
        self.fields["override"].label = _("Set hours, notice and limits aside")
        self.fields["override"].help_text = _("For every date that needs it. Days off are decided one by one.")
        self.fields["safety"].required = not looking

    def clean(self) -> dict[str, Any]:
        """As for one visit. Whoever only looks hears nothing of what is still to be answered."""
        cleaned = super().clean()
        for name in ("safety", "override_reason") if self.looking else ():
            self.errors.pop(name, None)
        return cleaned


class MoveSeriesForm(OverrideForm):
    """How much of a series moves, and where this visit goes; the others go as far."""

    scope = forms.ChoiceField(
        label=_("Which visits"),
        choices=[(each.value, each.label) for each in (Scope.FOLLOWING, Scope.ALL)],
        widget=forms.RadioSelect,
    )
    day = forms.DateField(label=_("This visit moves to"), widget=DATE)
    time = forms.TimeField(label=_("Starts at"), widget=TIME)

    def __init__(self, *args: Any, looking: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.looking = looking
        self.start: dt.datetime | None = None
        self.fields["override"].label = _("Set hours, notice and limits aside")
        self.fields["override"].help_text = _("For every date that needs it. Days off are decided one by one.")

    def clean(self) -> dict[str, Any]:
        """Day and time become one instant."""
        cleaned = super().clean()
        if self.looking:
            self.errors.pop("override_reason", None)
        years_we_live_in(self, "day")
        self.start = on_the_wall(self, "day", "time")
        return cleaned


class CancelForm(ReasonForm):
    """Why a visit is cancelled; where it is one of a series, how much of the series with it."""

    scope = forms.ChoiceField(
        label=_("Which visits"), choices=Scope.choices, initial=Scope.ONE, widget=forms.RadioSelect
    )
    field_order = ("scope", "reason")
    # The page is one form: what must be filled here need not be for another button.
    use_required_attribute = False

    def __init__(self, *args: Any, appointment: Appointment, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if appointment.series_id is None:
            del self.fields["scope"]

    @property
    def chosen_scope(self) -> str:
        """How much of the series, once valid."""
        scope: str = self.cleaned_data.get("scope", Scope.ONE)
        return scope
