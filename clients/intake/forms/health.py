"""The health questions: a yes or no for each group, and what of it is so after a yes; then what own words suggest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from clients.care import Catalogue
from clients.care.case import make_case
from clients.care.entries import Condition, Slugs
from clients.care.gates import is_open
from clients.care.screening import GroupQuestion
from clients.intake.answers import IntakeAnswers
from clients.intake.checks import whole_number
from clients.intake.common_answers import CONDITIONS, common_first
from clients.intake.forms.steps import StepBoundField, StepForm, TickField, choices_of, text_area, with_note, yes_no
from clients.intake.steps import MOST_WEEKS, PREGNANCY, TEXTS_OF_GROUP, groups_here
from clinic.errors import Refusal


def asked_here(catalogue: Catalogue, given: IntakeAnswers) -> tuple[GroupQuestion, ...]:
    """The groups with the conditions to ask; one that was ticked stays, so that it can be taken back."""
    open_gates = conditions_with_open_gate(catalogue, given)
    groups = groups_here(catalogue)
    asked = (
        replace(
            group,
            conditions=tuple(
                each for each in group.conditions if not each.ask_when or each.id in open_gates or each.id in given.told
            ),
        )
        for group in groups
    )
    return tuple(group for group in asked if group.conditions)


def conditions_with_open_gate(catalogue: Catalogue, given: IntakeAnswers) -> Slugs:
    """The conditions with an `ask_when` that holds. It may name tips: those that are switched on and would be given."""
    case = make_case(catalogue.index, given.for_engine(catalogue))
    case.facts.slugs["tips"] = frozenset(
        tip.id for tip in catalogue.home_care if tip.id not in case.off and is_open(tip.when, case.facts)
    )
    gated = (each for each in catalogue.conditions if each.ask_when)
    return frozenset(each.id for each in gated if is_open(each.ask_when, case.facts))


# Own words: the question of the catalogue, by the group that it stands under.
TEXT_QUESTIONS = {"medicines": "medicine-list", "surgery": "operations", "allergies": "allergies-free"}
# Asked of everybody, also after a no.
ALWAYS_SEEN = ("allergies", "other_care")


class HealthForm(StepForm):
    """One yes or no for each group; the lists open after a yes."""

    def build(self) -> None:
        self.asked = asked_here(self.catalogue, self.given)
        asking = self.asking
        for group in self.asked:
            self.fields[f"gate-{group.group.id}"] = yes_no(asking.words(group.group.gate))
        conditions = [each for group in self.asked for each in group.conditions]
        add_conditions(self, conditions)
        if any(each.id == PREGNANCY for each in conditions):
            attrs = {"min": 0, "max": MOST_WEEKS, "class": "form-control", "inputmode": "numeric"}
            self.fields["weeks"] = forms.IntegerField(
                required=False, label=asking.label("pregnancy-weeks"), widget=forms.NumberInput(attrs=attrs)
            )
        for name, question in TEXT_QUESTIONS.items():
            if asking.asks(question):
                self.fields[name] = text_area(asking.label(question))
        if asking.asks("other-care") and self.given.has_complaint:
            self.fields["other_care"] = text_area(asking.label("other-care"))

    @property
    def texts(self) -> list[StepBoundField]:
        """The places for own words that stand below the groups."""
        return [self[name] for name in ALWAYS_SEEN if name in self.fields]  # type: ignore[misc]

    @property
    def groups(self) -> list[dict[str, Any]]:
        """Each group as the page draws it: its gate, the common conditions, the rest, and the place for own words."""
        options = {each.data["value"]: each for each in self["conditions"].subwidgets}
        return [self.drawn(group, options) for group in self.asked]

    def drawn(self, group: GroupQuestion, options: Mapping[str, Any]) -> dict[str, Any]:
        """One group."""
        slug = group.group.id
        gate, slugs = self[f"gate-{slug}"], [each.id for each in group.conditions]
        parts = common_first(slugs, CONDITIONS.get(slug, ()))
        first, more = ([condition_row(self, options[each]) for each in part] for part in parts)
        text = TEXTS_OF_GROUP.get(slug, "")
        ticked = [each for each in slugs if options[each].data["selected"]]
        named = self.catalogue.index.conditions
        return {
            "slug": slug,
            "name": self.asking.words(group.group.name),
            "gate": gate,
            "first": first,
            "more": more,
            "more_open": any(row["option"].data["selected"] for row in more),
            "text": self[text] if text in self.fields and text not in ALWAYS_SEEN else None,
            "is_settled": self.asking.from_last and not self.is_bound and bool(gate.value()),
            "ticked": ", ".join(self.asking.words(named[each].name) for each in ticked),
        }

    @staticmethod
    def shown(saved: Mapping[str, Any]) -> dict[str, Any]:
        gates = {f"gate-{group}": answer for group, answer in (saved.get("gates") or {}).items()}
        places = {f"where-{slug}": areas for slug, areas in (saved.get("where") or {}).items()}
        return {**saved, **gates, **places}

    def clean(self) -> dict[str, Any]:
        """Name every gate that lacks its answer at once: the rule of the step stops at the first."""
        for group in self.asked:
            if self.cleaned_data.get(name := f"gate-{group.group.id}") is None:
                self.refuse(name, _("Please answer yes or no."))
        if self.cleaned_data.get("weeks") is not None:
            try:
                whole_number(self.cleaned_data, "weeks", most=MOST_WEEKS)
            except Refusal as error:
                self.refuse("weeks", error.message)
        return self.cleaned_data

    def answers(self) -> dict[str, Any]:
        found = self.cleaned_data
        gates = {group.group.id: found[f"gate-{group.group.id}"] for group in self.asked}
        own: dict[str, Any] = {
            name: found[name] for name in ("medicines", "surgery", "allergies", "other_care") if name in found
        }
        return {
            **self.saved,
            **own,
            "gates": gates,
            "conditions": found["conditions"],
            "where": places_in(found),
            "weeks": found.get("weeks"),
        }


class ConfirmForm(StepForm):
    """What the client's own words suggest, each to be confirmed."""

    def build(self) -> None:
        known = self.catalogue.index.conditions
        proposed = {each.condition: each for each in self.given.proposals}
        add_conditions(self, [known[slug] for slug in proposed])
        self.fields["asked"] = forms.CharField(required=False, widget=forms.HiddenInput)
        self.initial["asked"] = " ".join(proposed)
        if "conditions" not in self.saved:
            self.initial["conditions"] = [slug for slug, each in proposed.items() if each.ticked]

    @property
    def rows(self) -> list[dict[str, Any]]:
        """Each proposal with the word behind it."""
        words = {each.condition: each.word for each in self.given.proposals}
        rows = [condition_row(self, each) for each in self["conditions"].subwidgets]
        return [{**row, "word": words[row["option"].data["value"]]} for row in rows]

    @staticmethod
    def shown(saved: Mapping[str, Any]) -> dict[str, Any]:
        return {**saved, **{f"where-{slug}": areas for slug, areas in (saved.get("where") or {}).items()}}

    def answers(self) -> dict[str, Any]:
        found, known = self.cleaned_data, self.catalogue.index.conditions
        asked = [slug for slug in found["asked"].split() if slug in known]
        return {"asked": asked, "conditions": found["conditions"], "where": places_in(found)}


def add_conditions(form: StepForm, conditions: list[Condition]) -> None:
    """The ticks of these conditions, and for those that have a place the areas of the body."""
    words, areas = form.asking.words, choices_of(form.catalogue.areas, form.asking.words)
    terms = [(each.id, with_note(words(each.ask), words(each.text))) for each in conditions]
    form.fields["conditions"] = TickField(terms=terms, label=_("What is so?"))
    for each in conditions:
        if each.where:
            form.fields[f"where-{each.id}"] = TickField(terms=areas, label=_("Where?"))


def condition_row(form: StepForm, option: Any) -> dict[str, Any]:
    """One condition as the page draws it: its tick, its places, its weeks."""
    slug = option.data["value"]
    weeks = form["weeks"] if slug == PREGNANCY and "weeks" in form.fields else None
    return {"option": option, "place": place_question(form, f"where-{slug}"), "weeks": weeks}


def place_question(form: StepForm, name: str) -> dict[str, Any] | None:
    """The places of a condition, and which of them are ticked; None where it has none."""
    if name not in form.fields:
        return None
    field = form[name]
    ticked = field.value() or []
    areas = [(area.id, form.asking.words(area.name), area.id in ticked) for area in form.catalogue.areas]
    return {"name": name, "areas": areas, "errors": field.errors}


def places_in(found: Mapping[str, Any]) -> dict[str, list[str]]:
    """The places that were ticked, by condition."""
    return {name.removeprefix("where-"): areas for name, areas in found.items() if name.startswith("where-") and areas}
