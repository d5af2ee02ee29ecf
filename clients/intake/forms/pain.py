"""The pages about the pain: where, what it feels like, since when, how much it gets in the way, what set it off."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from clients.care import Catalogue
from clients.intake.forms.steps import (
    CARDS,
    CARDS_TWO,
    PAIN_SCALE,
    StepForm,
    TickField,
    choices_in_groups,
    split_none,
    term_choices,
    with_none_ticked,
)
from clients.intake.steps import LIFE_STEP, PAIN_STEPS, factor_slugs

CAUSES = {"activity": _("Something you did"), "habit": _("Something you often do"), "lifestyle": _("How life is")}
# Krebs 2009, `outcome_measures` of the catalogue; its first question is the average pain of the page before.
LIFE_QUESTIONS = {
    "enjoyment": _("In the past week, how much has pain interfered with your enjoyment of life?"),
    "activity": _("In the past week, how much has pain interfered with your general activity?"),
}


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
        self.fields["symptoms"] = TickField(
            terms=term_choices(catalogue.symptoms),
            none=_("None of these"),
            label=_("Tick all that fit"),
        )

    @staticmethod
    def shown(saved: Mapping[str, Any]) -> dict[str, Any]:
        return {"symptoms": with_none_ticked(saved, "symptoms")}

    def answers(self) -> dict[str, Any]:
        ticked, none = split_none(self.cleaned_data["symptoms"])
        return {"symptoms": ticked, "none": none}


class SinceForm(StepForm):
    """How long, and how strong."""

    wrappers = {"onset": CARDS, "pattern": CARDS, **dict.fromkeys(PAIN_STEPS, "pain-scale")}

    def build(self, catalogue: Catalogue, **more: Any) -> None:
        spans = [onset for onset in catalogue.onsets if not onset.modifier]
        patterns = [onset for onset in catalogue.onsets if onset.modifier]
        self.fields["onset"] = forms.ChoiceField(
            choices=term_choices(spans), widget=forms.RadioSelect, label=_("When did it begin?")
        )
        self.fields["pattern"] = TickField(terms=term_choices(patterns), label=_("And does it…"))
        for name, label in zip(
            PAIN_STEPS,
            (_("How strong is it now?"), _("On average in the past week?"), _("At its worst in the past week?")),
            strict=True,
        ):
            self.fields[name] = forms.TypedChoiceField(
                choices=PAIN_SCALE, coerce=int, widget=forms.RadioSelect, label=label
            )
        for name in ("onset", *PAIN_STEPS):
            self.fields[name].error_messages["required"] = _("Please choose one.")
        self.fields["now"].help_text = _("0 is no pain, 10 the worst you can think of.")

    @staticmethod
    def shown(saved: Mapping[str, Any]) -> dict[str, Any]:
        onset = saved.get("onset", [])
        # A slug among the wrong choices ticks nothing, so the same list serves both questions.
        return {**saved, "onset": onset[0] if onset else "", "pattern": onset}

    def answers(self) -> dict[str, Any]:
        onset = [self.cleaned_data["onset"], *self.cleaned_data["pattern"]]
        return {"onset": onset, **{name: self.cleaned_data[name] for name in PAIN_STEPS}}


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
                choices=PAIN_SCALE, coerce=int, empty_value=None, required=False, widget=forms.RadioSelect, label=label
            )
        self.fields["enjoyment"].help_text = _("0 is not at all, 10 completely.")

    @staticmethod
    def shown(saved: Mapping[str, Any]) -> dict[str, Any]:
        by_area = {f"area-{slug}": value for slug, value in (saved.get("areas") or {}).items()}
        return {**{name: saved.get(name) for name in LIFE_STEP}, **by_area}

    def answers(self) -> dict[str, Any]:
        areas = {slug: self.cleaned_data[f"area-{slug}"] for slug in self.areas}
        return {**{name: self.cleaned_data[name] for name in LIFE_STEP}, "areas": areas}


class CauseForm(StepForm):
    """What set it off, what makes it worse, what helps."""

    wrappers = dict.fromkeys(("causes", "aggravating", "relieving"), CARDS_TWO)

    def build(self, catalogue: Catalogue, **more: Any) -> None:
        causes = [each for each in catalogue.causes if not each.switched_off]
        named = {factor.slug: factor for factor in catalogue.factors}
        worse = [named[slug] for slug in factor_slugs(catalogue, "aggravating")]
        better = [named[slug] for slug in factor_slugs(catalogue, "relieving")]
        self.fields["causes"] = TickField(
            terms=choices_in_groups(
                CAUSES, zip((each.group for each in causes), term_choices(causes, notes=False), strict=True)
            ),
            label=_("What may have set it off?"),
        )
        self.fields["aggravating"] = TickField(terms=term_choices(worse), label=_("What makes it worse?"))
        self.fields["relieving"] = TickField(terms=term_choices(better), label=_("What makes it better?"))
