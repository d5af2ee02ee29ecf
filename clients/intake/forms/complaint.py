"""The pages about the complaint: what brings the client, where, since when, and the warning signs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from clients.intake import common_answers
from clients.intake.fields import options_of
from clients.intake.forms.steps import (
    NONE_OF_THESE,
    PAIN_SCALE,
    StepForm,
    TickField,
    choices_of,
    line,
    pick,
    split_none,
    with_none_ticked,
)
from clients.intake.proposals import causes_of_work
from clients.intake.steps import MOST_CAUSES, MOST_SYMPTOMS, TO_RELAX, WHOLE_PLACES

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

WHOLE_NAMES: dict[str, StrOrPromise] = {
    "whole-lower-back": _("Whole lower back"),
    "whole-neck-and-shoulders": _("Whole neck and shoulders"),
}


class ComplaintForm(StepForm):
    """What brings the client; what follows is asked unless they come to relax."""

    def build(self) -> None:
        asking = self.asking
        self.fields["brings"] = pick(
            asking.label("what-brings-you"), options_of(self.catalogue, "what-brings-you"), required=True
        )
        self.fields["symptoms"] = TickField(
            terms=choices_of(self.catalogue.symptoms, asking.words, notes=True),
            common=common_answers.SYMPTOMS,
            none=_("None of these"),
            label=asking.label("symptoms"),
        )
        self.fields["pain"] = pick(
            asking.label("pain-now"),
            PAIN_SCALE,
            kind=forms.TypedChoiceField,
            coerce=int,
            empty_value=None,
            help_text=_("10 is the worst that you can think of."),
        )

    @staticmethod
    def shown(saved: Mapping[str, Any]) -> dict[str, Any]:
        return {**saved, "symptoms": with_none_ticked(saved, "symptoms")}

    def clean(self) -> dict[str, Any]:
        """Ask for what is missing, unless they come to relax; the rule of the step stops at the first."""
        brings, found = self.cleaned_data.get("brings"), self.cleaned_data
        if brings and brings != TO_RELAX:
            if found.get("pain") is None:
                self.refuse("pain", _("Please choose one."))
            if not found.get("symptoms"):
                self.refuse("symptoms", _("Please tick what fits, or “None of these”."))
            if len(split_none(found.get("symptoms", []))[0]) > MOST_SYMPTOMS:
                self.refuse("symptoms", _("Please choose at most 5: those that matter most to you."))
        return found

    def answers(self) -> dict[str, Any]:
        ticked, none = split_none(self.cleaned_data["symptoms"])
        found = {name: self.cleaned_data.get(name) for name in ("brings", "pain")}
        return {**found, "symptoms": ticked, "none": none}


class WhereForm(StepForm):
    """The body chart, and where to work most or not at all; the template draws it."""

    def build(self) -> None:
        areas = self.catalogue.areas
        marks = [(f"{area.id}:{side}", area.name) for area in areas for side in area.sides]
        if self.given.has_complaint:
            self.fields["areas"] = TickField(terms=marks, label=self.asking.label("body-chart"))
            known = dict(marks)
            wholes = [(slug, name) for slug, name in WHOLE_NAMES.items() if set(WHOLE_PLACES[slug]) <= known.keys()]
            self.fields["whole"] = TickField(terms=wholes, label=_("In one tap"))
        if self.asking.asks("focus-avoid"):
            self.fields["focus"] = TickField(terms=choices_of(areas, self.asking.words), label=_("Work most on"))
            self.fields["avoid"] = TickField(terms=choices_of(areas, self.asking.words), label=_("Leave out"))
            self.fields["areas_to_avoid"] = line(_("Anything else to leave alone?"))

    @property
    def wholes(self) -> list[dict[str, Any]]:
        """What marks several places in one tap. Saved marks show in the list, not here."""
        choices = dict(self.fields["whole"].choices) if "whole" in self.fields else {}  # type: ignore[attr-defined]
        ticked = self["whole"].value() or [] if self.is_bound and choices else []
        return [
            {"slug": slug, "name": name, "marks": " ".join(WHOLE_PLACES[slug]), "ticked": slug in ticked}
            for slug, name in choices.items()
        ]

    @property
    def focus_avoid(self) -> dict[str, Any]:
        """The question about where to work, and whether it stands open."""
        names = [name for name in ("focus", "avoid", "areas_to_avoid") if name in self.fields]
        given = any(self[name].value() or self[name].errors for name in names)
        return {
            "label": self.asking.label("focus-avoid") if names else "",
            "fields": [self[name] for name in names],
            "open": given or not self.given.has_complaint,
        }

    def clean(self) -> dict[str, Any]:
        """A complaint has a place."""
        found = self.cleaned_data
        if "areas" in self.fields and "areas" not in self.errors and not (found.get("areas") or found.get("whole")):
            self.refuse("areas", _("Please mark where it is."))
        return found

    def answers(self) -> dict[str, Any]:
        found = {name: value for name, value in self.cleaned_data.items() if name != "whole"}
        if "areas" in found:
            whole = [mark for slug in self.cleaned_data.get("whole", []) for mark in WHOLE_PLACES[slug]]
            found["areas"] = [*found["areas"], *whole]
        return {**self.saved, **found}


class SinceForm(StepForm):
    """Since when, from what, and what makes it better or worse."""

    def build(self) -> None:
        asking, catalogue = self.asking, self.catalogue
        spans = [onset for onset in catalogue.onset if not onset.modifier]
        patterns = [onset for onset in catalogue.onset if onset.modifier]
        self.fields["onset"] = pick(asking.label("onset"), choices_of(spans, asking.words), required=True)
        self.fields["pattern"] = TickField(terms=choices_of(patterns, asking.words), label=_("Does it come and go?"))
        offered = causes_of_work(self.given.plain.get("occupation", ""), catalogue)
        self.fields["causes"] = TickField(
            terms=choices_of(catalogue.causes, asking.words, notes=True),
            common=tuple(dict.fromkeys((*offered, *common_answers.CAUSES))),
            label=asking.label("causes"),
        )
        if asking.asks("factors"):
            worse, better = catalogue.aggravating_factors, catalogue.relieving_factors
            self.fields["aggravating"] = TickField(terms=choices_of(worse, asking.words), label=_("Worse with"))
            self.fields["relieving"] = TickField(terms=choices_of(better, asking.words), label=_("Better with"))

    @property
    def factors_label(self) -> str:
        """The question over what makes it better or worse."""
        return self.asking.label("factors")

    @staticmethod
    def shown(saved: Mapping[str, Any]) -> dict[str, Any]:
        onset = saved.get("onset", [])
        return {**saved, "onset": next(iter(onset), ""), "pattern": onset}

    def clean_causes(self) -> list[str]:
        """At most three."""
        found: list[str] = self.cleaned_data["causes"]
        if len(found) > MOST_CAUSES:
            raise forms.ValidationError(_("Please choose at most 3: those that matter most to you."))
        return found

    def answers(self) -> dict[str, Any]:
        found = {name: value for name, value in self.cleaned_data.items() if name != "pattern"}
        onset = [self.cleaned_data["onset"], *self.cleaned_data["pattern"]]
        return {**self.saved, **found, "onset": onset}


class SignsForm(StepForm):
    """The warning signs that the answers so far call for; of some it can be said that a doctor has looked."""

    def build(self) -> None:
        flags = [self.catalogue.index.red_flags[slug] for slug in self.asking.signs]
        self.fields["red_flags"] = TickField(
            terms=[(flag.id, self.asking.words(flag.question)) for flag in flags],
            none=_("None of these"),
            label=_("Tick what is so"),
        )
        attrs = {"type": "date", "class": "form-control"}
        for flag in flags:
            if flag.checked:
                self.fields[f"checked-{flag.id}"] = forms.DateField(
                    required=False,
                    label=_("I know this; a doctor looked at it on"),
                    widget=forms.DateInput(format="%Y-%m-%d", attrs=attrs),
                )
        self.fields["asked"] = forms.CharField(required=False, widget=forms.HiddenInput)
        self.initial["asked"] = " ".join(self.asking.signs)

    @property
    def rows(self) -> list[dict[str, Any]]:
        """Each sign that is asked with its date, where one can be given; and none of them."""
        return self.drawn(settled=False)

    @property
    def settled_rows(self) -> list[dict[str, Any]]:
        """The signs that were denied at booking: there to be ticked, should one be so after all."""
        return self.drawn(settled=True)

    def drawn(self, *, settled: bool) -> list[dict[str, Any]]:
        """The signs as the page draws them."""
        dates = {name: self[name] for name in self.fields if name.startswith("checked-")}
        known = self.saved.get("settled", ())
        ticks = [each for each in self["red_flags"].subwidgets if (each.data["value"] in known) is settled]
        return [{"option": each, "date": dates.get(f"checked-{each.data['value']}")} for each in ticks]

    @staticmethod
    def shown(saved: Mapping[str, Any]) -> dict[str, Any]:
        checked = saved.get("checked") or {}
        ticked = [*saved.get("red_flags", []), *checked] or ([NONE_OF_THESE] if saved.get("none") is True else [])
        return {"red_flags": ticked, **{f"checked-{slug}": day for slug, day in checked.items()}}

    def answers(self) -> dict[str, Any]:
        ticked, none = split_none(self.cleaned_data["red_flags"])
        days = {slug: self.cleaned_data.get(f"checked-{slug}") for slug in ticked}
        known = self.catalogue.index.red_flags
        return {
            "red_flags": [slug for slug in ticked if not days[slug]],
            "checked": {slug: day.isoformat() for slug, day in days.items() if day},
            "none": none,
            "asked": [slug for slug in self.cleaned_data["asked"].split() if slug in known],
            "about": sorted(self.given.about),
        }
