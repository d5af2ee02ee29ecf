"""The pages about health: warning signs, conditions group by group, and medicines in own words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from clients.care import Catalogue
from clients.care.terms import Action
from clients.intake.forms.steps import (
    CARDS,
    NONE_OF_THESE,
    StepForm,
    TickField,
    card_label,
    choices_in_groups,
    split_none,
    with_none_ticked,
)
from clients.intake.questions import group_name
from clients.intake.steps import condition_groups, must_tick_or_decline
from clients.plans.wording import wording_for_clients
from clinic.errors import Refusal

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

WARNING_SIGNS_FIELD: dict[str, StrOrPromise] = {
    Action.EMERGENCY: _("Signs that need help at once"),
    Action.DOCTOR: _("Signs that a doctor should see"),
    Action.CAUTION: _("Good for us to know"),
}


class SignsForm(StepForm):
    """The warning signs that the answers so far call for."""

    wrappers = {"red_flags": CARDS}

    def build(self, catalogue: Catalogue, **more: Any) -> None:
        self.asked: list[str] = list(more["asked"])
        flags = [catalogue.index.red_flags[slug] for slug in self.asked]
        self.fields["red_flags"] = TickField(
            terms=[
                *choices_in_groups(
                    WARNING_SIGNS_FIELD, ((flag.action, (flag.slug, card_label(flag.question))) for flag in flags)
                ),
                (_("Otherwise"), [(NONE_OF_THESE, card_label(_("None of these")))]),
            ],
            label=_("Tick anything that is true for you"),
        )

    @staticmethod
    def shown(saved: Mapping[str, Any]) -> dict[str, Any]:
        return {"red_flags": with_none_ticked(saved, "red_flags")}

    def answers(self) -> dict[str, Any]:
        ticked, none = split_none(self.cleaned_data["red_flags"])
        return {"red_flags": ticked, "none": none, "asked": self.asked}


class HealthForm(StepForm):
    """Health questions, group by group, each with its own “none of these”."""

    def build(self, catalogue: Catalogue, **more: Any) -> None:
        self.groups = condition_groups(more["step"], catalogue)
        self.wrappers = dict.fromkeys(self.groups, CARDS)
        saved: Mapping[str, Any] = self.initial
        for group in self.groups:
            asked = [each for each in catalogue.conditions if each.group == group and not each.switched_off]
            terms = [
                (each.slug, card_label(each.ask, wording_for_clients(each.text, catalogue.claims))) for each in asked
            ]
            self.fields[group] = TickField(terms=terms, none=_("None of these"), label=group_name(group))
            ticked = [each.slug for each in asked if each.slug in saved.get("conditions", [])]
            self.initial[group] = ticked or ([NONE_OF_THESE] if group in saved.get("none", []) else [])

    def clean(self) -> dict[str, Any]:
        """Name every group that lacks its answer at once: the rule of the step stops at the first."""
        for group in self.groups:
            try:
                must_tick_or_decline(*split_none(self.cleaned_data.get(group, [NONE_OF_THESE])), where=group)
            except Refusal as error:
                self.refuse(error.field, error.message)
        return self.cleaned_data

    def answers(self) -> dict[str, Any]:
        split = {group: split_none(self.cleaned_data[group]) for group in self.groups}
        return {
            "conditions": [slug for ticked, _none in split.values() for slug in ticked],
            "none": [group for group, (_ticked, none) in split.items() if none],
        }
