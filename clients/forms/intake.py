"""The pages of the intake, one thought each. They help to answer well; clients/actions/answers.py decides."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Protocol

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Field, Layout
from django import forms
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from clients.actions.answers import LIFE, PAIN, factors, groups_of
from clients.care import Catalogue
from clients.care.terms import Action
from clients.models import Intake
from clients.wording import for_clients

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

Choice = tuple[str, SafeString]
Group = tuple["_StrPromise", list[Choice]]
NONE = "none"
CARDS, CARDS_TWO = "choice-cards", "choice-cards choice-cards-two"
SCALE = [(score, str(score)) for score in range(11)]
OTHER = _("Anything else")
CAUSES = {"activity": _("Something you did"), "habit": _("Something you often do"), "lifestyle": _("How life is")}
SIGNS: dict[str, _StrPromise] = {
    Action.EMERGENCY: _("Signs that need help at once"),
    Action.DOCTOR: _("Signs that a doctor should see"),
    Action.CAUTION: _("Good for us to know"),
}
# Krebs 2009, `outcome_measures` of the catalogue; its first question is the average pain of the page before.
LIFE_QUESTIONS = {
    "enjoyment": _("In the past week, how much has pain interfered with your enjoyment of life?"),
    "activity": _("In the past week, how much has pain interfered with your general activity?"),
}
GROUPS = {
    "today": _("Today"),
    "skin": _("Your skin"),
    "allergies": _("Allergies"),
    "heart-and-circulation": _("Heart and circulation"),
    "nerves-and-feeling": _("Nerves and feeling"),
    "bones-joints-and-surgery": _("Bones, joints and operations"),
    "long-term-health": _("Long-term health"),
    "pregnancy-and-age": _("Pregnancy and age"),
}


class Term(Protocol):
    """What a choice needs of a word of the catalogue."""

    @property
    def slug(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def switched_off(self) -> bool: ...


def card(name: str | _StrPromise, note: str = "") -> SafeString:
    """The label of one choice: its name, and a quieter line below. Both are escaped."""
    if not note:
        return format_html("{}", name)
    return format_html('<strong>{}</strong><span class="choice-note">{}</span>', name, note)


def choices(terms: Iterable[Term], *, notes: bool = True) -> list[tuple[str, SafeString]]:
    """What can be ticked: every term that the practice has not switched off."""
    return [
        (term.slug, card(term.name, getattr(term, "text", "") if notes else ""))
        for term in terms
        if not term.switched_off
    ]


def in_groups(titles: Mapping[str, _StrPromise], found: Iterable[tuple[str, Choice]]) -> list[Group]:
    """Choices under the titles of their groups, in the order of `titles`; groups with one title are one."""
    groups: dict[_StrPromise, list[Choice]] = {}
    for group, choice in found:
        groups.setdefault(titles.get(group, OTHER), []).append(choice)
    return [(title, groups[title]) for title in dict.fromkeys([*titles.values(), OTHER]) if title in groups]


class Ticks(forms.MultipleChoiceField):
    """As many as fit, as cards. `none` adds a true “none of these” at the end."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, *, terms: Iterable[Choice | Group], none: str | _StrPromise = "", **options: Any) -> None:
        ends = [(NONE, card(none))] if none else []
        super().__init__(choices=[*terms, *ends], required=False, **options)


class StepForm(forms.Form):
    """One page. `saved` are the answers already given on it; nothing else is ever filled in."""

    wrappers: Mapping[str, str] = {}

    def __init__(self, data: Any = None, *, catalogue: Catalogue, saved: Mapping[str, Any], **more: Any) -> None:
        super().__init__(data, initial=self.shown(saved), label_suffix="")
        self.catalogue = catalogue
        self.build(catalogue, **more)

    def build(self, catalogue: Catalogue, **more: Any) -> None:
        """Add the fields that depend on the catalogue or on earlier answers."""

    @staticmethod
    def shown(saved: Mapping[str, Any]) -> dict[str, Any]:
        """The saved answers as this page's fields show them."""
        return dict(saved)

    def answers(self) -> dict[str, Any]:
        """The page's answers, for `save_step`."""
        return dict(self.cleaned_data)

    def refuse(self, field: str | None, message: str) -> None:
        """Put a refusal beside the question it is about."""
        self.add_error(field if field in self.fields else None, message)

    @property
    def helper(self) -> FormHelper:
        """The crispy layout; the wrapper classes carry the looks."""
        helper = FormHelper()
        helper.form_tag = False
        helper.disable_csrf = True
        helper.layout = Layout(*(Field(name, wrapper_class=self.wrappers.get(name, "")) for name in self.fields))
        return helper


def with_none(saved: Mapping[str, Any], name: str) -> list[str]:
    """Saved ticks, or the tick at “none of these”."""
    return list(saved.get(name, [])) or ([NONE] if saved.get("none") is True else [])


def split_none(ticked: list[str]) -> tuple[list[str], bool]:
    """The ticks without “none of these”, and whether that was ticked."""
    return [slug for slug in ticked if slug != NONE], NONE in ticked


class WhereForm(StepForm):
    """The body chart; the template draws it."""

    def build(self, catalogue: Catalogue, **more: Any) -> None:
        marks = [(f"{area.slug}:{side}", area.name) for area in catalogue.areas for side in area.sides]
        self.fields["areas"] = forms.MultipleChoiceField(
            choices=marks, required=False, label=_("Where"), widget=forms.CheckboxSelectMultiple
        )
        self.fields["none"] = forms.BooleanField(required=False, label=_("Nothing hurts. I come to relax."))


class FeelForm(StepForm):
    """What it feels like."""

    wrappers = {"symptoms": CARDS_TWO}

    def build(self, catalogue: Catalogue, **more: Any) -> None:
        self.fields["symptoms"] = Ticks(
            terms=choices(catalogue.symptoms),
            none=_("None of these"),
            label=_("Tick all that fit"),
        )

    @staticmethod
    def shown(saved: Mapping[str, Any]) -> dict[str, Any]:
        return {"symptoms": with_none(saved, "symptoms")}

    def answers(self) -> dict[str, Any]:
        ticked, none = split_none(self.cleaned_data["symptoms"])
        return {"symptoms": ticked, "none": none}


class SinceForm(StepForm):
    """How long, and how strong."""

    wrappers = {"onset": CARDS, "pattern": CARDS, **dict.fromkeys(PAIN, "pain-scale")}

    def build(self, catalogue: Catalogue, **more: Any) -> None:
        spans = [onset for onset in catalogue.onsets if not onset.modifier]
        patterns = [onset for onset in catalogue.onsets if onset.modifier]
        self.fields["onset"] = forms.ChoiceField(
            choices=choices(spans), widget=forms.RadioSelect, label=_("When did it begin?")
        )
        self.fields["pattern"] = Ticks(terms=choices(patterns), label=_("And does it…"))
        for name, label in zip(
            PAIN,
            (_("How strong is it now?"), _("On average in the past week?"), _("At its worst in the past week?")),
            strict=True,
        ):
            self.fields[name] = forms.TypedChoiceField(choices=SCALE, coerce=int, widget=forms.RadioSelect, label=label)
        self.fields["now"].help_text = _("0 is no pain, 10 the worst you can think of.")

    @staticmethod
    def shown(saved: Mapping[str, Any]) -> dict[str, Any]:
        onset = saved.get("onset", [])
        # A slug among the wrong choices ticks nothing, so the same list serves both questions.
        return {**saved, "onset": onset[0] if onset else "", "pattern": onset}

    def answers(self) -> dict[str, Any]:
        onset = [self.cleaned_data["onset"], *self.cleaned_data["pattern"]]
        return {"onset": onset, **{name: self.cleaned_data[name] for name in PAIN}}


class LifeForm(StepForm):
    """How much it gets in the way (the PEG's other two questions), and how strong it is at each of several places."""

    def build(self, catalogue: Catalogue, **more: Any) -> None:
        self.areas: list[str] = more["areas"] if len(more["areas"]) > 1 else []
        questions = {name: str(label) for name, label in LIFE_QUESTIONS.items()} | {
            f"area-{slug}": _("%(area)s: how strong is it now?") % {"area": catalogue.index.areas[slug].name}
            for slug in self.areas
        }
        self.wrappers = dict.fromkeys(questions, "pain-scale")
        for name, label in questions.items():
            self.fields[name] = forms.TypedChoiceField(
                choices=SCALE, coerce=int, empty_value=None, required=False, widget=forms.RadioSelect, label=label
            )
        self.fields["enjoyment"].help_text = _("0 is not at all, 10 completely.")

    @staticmethod
    def shown(saved: Mapping[str, Any]) -> dict[str, Any]:
        by_area = {f"area-{slug}": value for slug, value in (saved.get("areas") or {}).items()}
        return {**{name: saved.get(name) for name in LIFE}, **by_area}

    def answers(self) -> dict[str, Any]:
        areas = {slug: self.cleaned_data[f"area-{slug}"] for slug in self.areas}
        return {**{name: self.cleaned_data[name] for name in LIFE}, "areas": areas}


class CauseForm(StepForm):
    """What set it off, what makes it worse, what helps."""

    wrappers = dict.fromkeys(("causes", "aggravating", "relieving"), CARDS_TWO)

    def build(self, catalogue: Catalogue, **more: Any) -> None:
        causes = [each for each in catalogue.causes if not each.switched_off]
        named = {factor.slug: factor for factor in catalogue.factors}
        worse = [named[slug] for slug in factors(catalogue, "aggravating")]
        better = [named[slug] for slug in factors(catalogue, "relieving")]
        self.fields["causes"] = Ticks(
            terms=in_groups(CAUSES, zip((each.group for each in causes), choices(causes, notes=False), strict=True)),
            label=_("What may have set it off?"),
        )
        self.fields["aggravating"] = Ticks(terms=choices(worse), label=_("What makes it worse?"))
        self.fields["relieving"] = Ticks(terms=choices(better), label=_("What makes it better?"))


class SignsForm(StepForm):
    """The warning signs that the answers so far call for."""

    wrappers = {"red_flags": CARDS}

    def build(self, catalogue: Catalogue, **more: Any) -> None:
        self.asked: list[str] = list(more["asked"])
        flags = [catalogue.index.red_flags[slug] for slug in self.asked]
        self.fields["red_flags"] = Ticks(
            terms=[
                *in_groups(SIGNS, ((flag.action, (flag.slug, card(flag.question))) for flag in flags)),
                (_("Otherwise"), [(NONE, card(_("None of these")))]),
            ],
            label=_("Tick anything that is true for you"),
        )

    @staticmethod
    def shown(saved: Mapping[str, Any]) -> dict[str, Any]:
        return {"red_flags": with_none(saved, "red_flags")}

    def answers(self) -> dict[str, Any]:
        ticked, none = split_none(self.cleaned_data["red_flags"])
        return {"red_flags": ticked, "none": none, "asked": self.asked}


class HealthForm(StepForm):
    """Health questions, group by group, each with its own “none of these”."""

    def build(self, catalogue: Catalogue, **more: Any) -> None:
        self.groups = groups_of(more["step"], catalogue)
        self.wrappers = dict.fromkeys(self.groups, CARDS)
        saved: Mapping[str, Any] = self.initial
        for group in self.groups:
            asked = [each for each in catalogue.conditions if each.group == group and not each.switched_off]
            terms = [(each.slug, card(each.ask, for_clients(each.text, catalogue.claims))) for each in asked]
            self.fields[group] = Ticks(
                terms=terms, none=_("None of these"), label=GROUPS.get(group, group.replace("-", " ").capitalize())
            )
            ticked = [each.slug for each in asked if each.slug in saved.get("conditions", [])]
            self.initial[group] = ticked or ([NONE] if group in saved.get("none", []) else [])

    def answers(self) -> dict[str, Any]:
        split = {group: split_none(self.cleaned_data[group]) for group in self.groups}
        return {
            "conditions": [slug for ticked, _none in split.values() for slug in ticked],
            "none": [group for group, (_ticked, none) in split.items() if none],
        }


def text_area(label: _StrPromise, help_text: _StrPromise, rows: int = 3) -> forms.CharField:
    """Own words. No `maxlength`: it would cut a pasted text in silence; a text too long is refused and kept."""
    return forms.CharField(
        label=label, help_text=help_text, required=False, widget=forms.Textarea(attrs={"rows": rows})
    )


class WordsForm(StepForm):
    """Medicines, allergies and operations in own words."""

    medicines = text_area(_("Medicines and supplements"), _("With the dose, if you know it. Patches and creams too."))
    allergies = text_area(_("Allergies"), _("Foods, plants, scents, latex, medicines."))
    surgery = text_area(_("Operations, injuries, implants"), _("What, where and about when."))


class WishesForm(StepForm):
    """What the session should be like."""

    wrappers = {"pressure": CARDS}

    goals = text_area(_("What would you like to be better?"), _("For example: turn my head while driving."))
    pressure = forms.ChoiceField(
        label=_("How much pressure do you like?"),
        required=False,
        choices=[("", _("I don’t know yet")), *Intake.Pressure.choices],
        widget=forms.RadioSelect,
    )
    leave_alone = text_area(_("Anything we should leave alone?"), _("Parts of the body, or anything else."))


class ConsentForm(StepForm):
    """What is agreed to, signed with the typed name. `text_hash` names the words that were read."""

    treatment = forms.BooleanField(
        label=_("I agree to the treatment as described above."),
        error_messages={"required": _("We can only treat you with your consent.")},
    )
    hot_stone = forms.BooleanField(
        label=_(
            "I agree to hot stones. I know that heat can burn, have answered the health questions carefully, "
            "and will say at once if it is too hot."
        ),
        error_messages={"required": _("Hot stones need a consent of their own.")},
    )
    personal_tips = forms.BooleanField(
        required=False, label=_("Send me my own care tips by e-mail."), help_text=_("E-mail is not private. Optional.")
    )
    statistics = forms.BooleanField(
        required=False,
        label=_("My scores may count in statistics without my name."),
        help_text=_("Optional."),
    )
    born_on = forms.DateField(
        required=False,
        label=_("Your date of birth"),
        help_text=_("Optional, unless you are under 18: then a parent or guardian agrees with you."),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "autocomplete": "bday"}),
    )
    guardian = forms.CharField(
        label=_("Parent or guardian: first and last name"),
        error_messages={"required": _("Under 18 we need the name of a parent or guardian as well.")},
    )
    signature = forms.CharField(
        label=_("Your first and last name"),
        help_text=_("Typed here, it is your signature."),
        error_messages={"required": _("Please type your name as your signature.")},
    )
    text_hash = forms.CharField(widget=forms.HiddenInput, required=False)

    def build(self, catalogue: Catalogue, **more: Any) -> None:
        if not more["hot_stone"]:
            del self.fields["hot_stone"]
        if not more["ask_birth"]:
            del self.fields["born_on"]
        if not more["minor"] and not more["ask_birth"]:
            del self.fields["guardian"]
        elif not more["minor"]:
            self.fields["guardian"].required = False
            self.fields["guardian"].help_text = _("Only if you are under 18.")
        # Whatever was read before, the page shows today's words, and a signature under other words does not count.
        self.current_hash: str = more["text_hash"]
        if self.initial.get("text_hash") != self.current_hash:
            self.initial = {}
        self.initial["text_hash"] = self.current_hash

    def answers(self) -> dict[str, Any]:
        born_on = self.cleaned_data.get("born_on")
        return {**self.cleaned_data, "born_on": born_on.isoformat() if born_on else ""}

    def clean(self) -> dict[str, Any]:
        """Refuse a signature under words that are no longer the practice's."""
        if self.cleaned_data.get("text_hash") != self.current_hash:
            # What was typed stays; only the hash of the words below becomes today's.
            self.data = {**{name: self.data.get(name) for name in self.data}, "text_hash": self.current_hash}
            self.add_error(
                None,
                _("Our consent text has changed since you read it. Please read it once more and sign again."),
            )
        return self.cleaned_data


FORMS: dict[str, type[StepForm]] = {
    "where": WhereForm,
    "feel": FeelForm,
    "since": SinceForm,
    "life": LifeForm,
    "cause": CauseForm,
    "signs": SignsForm,
    "today": HealthForm,
    "body": HealthForm,
    "long-term": HealthForm,
    "words": WordsForm,
    "wishes": WishesForm,
    "consent": ConsentForm,
}
