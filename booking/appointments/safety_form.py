"""The safety question as a client answers it before booking: one screen, and details only where something fits."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django import forms
from django.forms.boundfield import BoundField, BoundWidget
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from booking.appointments.safety_questions import SafetyQuestions
from booking.appointments.screening import SafetyAnswers
from clients.care.screening import GroupQuestion
from clients.care.words import about_them
from clients.catalogue import current_catalogue
from clients.catalogue.texts import client_text
from clients.plans.questions import CHECKED_WITHIN
from clinic.models import Practice

PAIN, RELAX = "pain", "relax"
PLACE_FIELD, CHECKED_FIELD = "where-", "checked-"
LAST_WEEK = 45
UNKNOWN = {"invalid_choice": _("One of these answers is not known here. Please answer again.")}
TICK = {"class": "form-check-input"}


def tick_list(label: Any, choices: Iterable[tuple[str, Any]]) -> forms.MultipleChoiceField:
    """Boxes to tick, none of them needed. A value that was never offered is refused without being repeated."""
    boxes = forms.CheckboxSelectMultiple(attrs=TICK)
    return forms.MultipleChoiceField(
        label=label, choices=list(choices), required=False, widget=boxes, error_messages=UNKNOWN
    )


def day_field(label: Any) -> forms.DateField:
    """A day within the last 12 months, if one is named."""
    today = timezone.localdate()
    bounds = {"min": (today - CHECKED_WITHIN).isoformat(), "max": today.isoformat()}
    widget = forms.DateInput(attrs={"type": "date", "class": "form-control", **bounds}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=False, widget=widget)


@dataclass(frozen=True)
class Line:
    """One thing to tick, with what is asked of whoever ticks it: a place, the weeks, or when a doctor looked."""

    box: BoundWidget
    more: BoundField | None = None

    @property
    def is_list(self) -> bool:
        """Whether what else is asked is a list to tick."""
        return self.more is not None and isinstance(self.more.field, forms.MultipleChoiceField)


@dataclass(frozen=True)
class Gate:
    """One question about a group, and what opens after a yes."""

    name: str
    gate: BoundField
    lines: list[Line]
    nothing: BoundWidget


class AsksDetails(forms.Form):
    """Mixed in where conditions and warning signs are ticked: what is asked of whoever ticks one, a place where that
    decides, the weeks, or the day on which a doctor looked at what is known."""

    weeks: Any
    questions: SafetyQuestions

    def ask_details(self, questions: SafetyQuestions) -> None:
        """Add the fields."""
        self.questions = questions
        areas = [(each.id, each.name) for each in current_catalogue().areas]
        for slug in questions.with_place & {each.id for each in questions.conditions}:
            self.fields[place_name(slug)] = tick_list(_("Where? Nothing ticked: we take it as everywhere."), areas)
        for flag in questions.red_flags:
            if flag.checked is not None:
                self.fields[checked_name(flag.id)] = day_field(_("I know this; a doctor looked at it on"))

    @property
    def detail_names(self) -> list[str]:
        """The names of these fields."""
        return [name for name in self.fields if name.startswith((PLACE_FIELD, CHECKED_FIELD))]

    def condition_line(self, slug: str, box: BoundWidget) -> Line:
        """A condition to draw, with what else is asked about it."""
        name = "weeks" if slug in self.questions.by_weeks else place_name(slug)
        return Line(box, self[name] if name in self.fields else None)

    def flag_lines(self) -> list[Line]:
        """The warning signs to draw; those that may be known ask when a doctor looked."""
        boxes = boxes_of(self["red_flags"])
        names = {each.id: checked_name(each.id) for each in self.questions.red_flags}
        return [Line(boxes[slug], self[name] if name in self.fields else None) for slug, name in names.items()]

    def clean_days(self, flags: Iterable[str]) -> None:
        """A day on which a doctor looked at one of these is within the last year."""
        for slug in flags:
            day = self.cleaned_data.get(checked_name(slug))
            if day is not None and not is_within_last_year(day):
                self.add_error(checked_name(slug), _("Please give a day within the last 12 months."))

    def told(self) -> SafetyAnswers:
        """What is ticked, with its details, once valid."""
        typed = self.cleaned_data
        conditions = frozenset(typed["conditions"])
        days = {slug: typed.get(checked_name(slug)) for slug in typed["red_flags"]}
        return SafetyAnswers(
            conditions=conditions,
            red_flags=frozenset(slug for slug, day in days.items() if day is None),
            checked={slug: day.isoformat() for slug, day in days.items() if day is not None},
            where={slug: frozenset(places) for slug in conditions if (places := typed.get(place_name(slug)))},
            weeks=typed["weeks"] if conditions & self.questions.by_weeks else None,
        )


class SafetyForm(AsksDetails):
    """What can rule out the massage that is chosen: what is not ticked is a no.

    Why they come is asked of everybody: the warning signs are for who comes with pain, and silence answers none.
    `for_other`: it is asked about somebody else than who fills it in.
    """

    comes = forms.ChoiceField(
        label=_("I come"),
        choices=[(RELAX, _("To relax")), (PAIN, _("With pain or an injury"))],
        widget=forms.RadioSelect(attrs=TICK),
        error_messages={"required": _("Please choose one of the two.")},
    )
    no_flags = forms.BooleanField(
        label=_("None of these, in the last two weeks"), required=False, widget=forms.CheckboxInput(attrs=TICK)
    )
    weeks = forms.IntegerField(
        label=_("How many weeks? A guess will do."),
        min_value=0,
        max_value=LAST_WEEK,
        required=False,
        widget=forms.NumberInput(attrs={"class": "form-control", "inputmode": "numeric"}),
    )

    def __init__(
        self, *args: Any, questions: SafetyQuestions, practice: Practice, for_other: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)

        def words(text: str) -> str:
            return about_them(client_text(text, practice)) if for_other else client_text(text, practice)

        if for_other:
            self.fields["comes"].label = _("They come")

        for each in questions.groups:
            self.fields[gate_name(each)] = forms.BooleanField(
                label=words(each.group.gate), required=False, widget=forms.CheckboxInput(attrs=TICK)
            )
        conditions = [(each.id, words(each.ask)) for each in questions.conditions]
        self.fields["conditions"] = tick_list(_("Is any of this true?"), conditions)
        self.fields["nothing"] = tick_list("", [(each.group.id, _("Something else")) for each in questions.groups])
        flags = [(each.id, words(each.question)) for each in questions.red_flags]
        self.fields["red_flags"] = tick_list(_("Any of these?"), flags)
        self.ask_details(questions)
        if not questions.red_flags:
            del self.fields["comes"]

    def gates(self) -> list[Gate]:
        """The groups to draw, each with its lines."""
        boxes = boxes_of(self["conditions"])
        nothing = boxes_of(self["nothing"])
        return [
            Gate(
                each.group.name,
                self[gate_name(each)],
                [self.condition_line(one.id, boxes[one.id]) for one in each.conditions],
                nothing[each.group.id],
            )
            for each in self.questions.groups
        ]

    def clean(self) -> dict[str, Any]:
        """What is ticked and what was said must not contradict each other, and a yes says to what."""
        cleaned = super().clean() or {}
        ticked, nothing = set(cleaned.get("conditions", ())), set(cleaned.get("nothing", ()))
        for each in self.questions.groups:
            inside = ticked & {one.id for one in each.conditions}
            if inside and each.group.id in nothing:
                self.add_error(gate_name(each), _("You ticked something here as well. Please untick one of the two."))
            elif cleaned.get(gate_name(each)) and not inside and each.group.id not in nothing:
                self.add_error(gate_name(each), _("Please tick what fits, or “Something else”."))
        if ticked & self.questions.by_weeks and cleaned.get("weeks") is None and "weeks" not in self.errors:
            self.add_error("weeks", _("Please say how many weeks. A guess will do."))
        self.clean_flags(cleaned)
        return cleaned

    def clean_flags(self, cleaned: Mapping[str, Any]) -> None:
        """Who comes with pain answers the warning signs; a day on which a doctor looked is within the last year."""
        flags, none = cleaned.get("red_flags", ()), cleaned.get("no_flags")
        if "red_flags" in self.errors:
            return
        if flags and none:
            self.add_error("no_flags", _("You ticked something above as well. Please untick one of the two."))
        elif self.questions.red_flags and cleaned.get("comes") == PAIN and not flags and not none:
            self.add_error("red_flags", _("Please tick what is so, or “None of these”."))
        self.clean_days(flags)

    def answers(self) -> SafetyAnswers:
        """The answers, once valid: what got no yes is a no."""
        with_pain = self.cleaned_data.get("comes") == PAIN
        return replace(self.told(), with_pain=with_pain).with_the_rest_denied()


def is_within_last_year(day: dt.date) -> bool:
    """Whether a day is not ahead and at most 12 months ago: what a doctor saw then still says something."""
    today = timezone.localdate()
    return today - CHECKED_WITHIN <= day <= today


def boxes_of(field: BoundField) -> dict[str, BoundWidget]:
    """The boxes of a list by their values."""
    return {str(box.data["value"]): box for box in field.subwidgets}


def initial_from(answers: SafetyAnswers, questions: SafetyQuestions) -> dict[str, Any]:
    """Answers as the form shows them again, to whoever wants to change them."""
    told = answers.red_flags | answers.checked.keys()
    return {
        "comes": PAIN if answers.with_pain else RELAX,
        "conditions": sorted(answers.conditions),
        "red_flags": sorted(told),
        "no_flags": answers.with_pain and not told,
        "weeks": answers.weeks,
        **{gate_name(group): True for group in questions.groups if any_of(group, answers.conditions)},
        **{place_name(slug): sorted(places) for slug, places in answers.where.items()},
        **{checked_name(slug): day for slug, day in answers.checked.items()},
    }


def any_of(group: GroupQuestion, conditions: frozenset[str]) -> bool:
    """Whether one of a group's conditions is among these."""
    return any(each.id in conditions for each in group.conditions)


def gate_name(group: GroupQuestion) -> str:
    """The name of a group's field."""
    return f"group-{group.group.id}"


def place_name(condition: str) -> str:
    """The name of the field for a condition's places."""
    return f"{PLACE_FIELD}{condition}"


def checked_name(flag: str) -> str:
    """The name of the field for the day on which a doctor looked at a warning sign."""
    return f"{CHECKED_FIELD}{flag}"
