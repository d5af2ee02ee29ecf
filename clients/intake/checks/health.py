"""The health questions: one yes or no for each group, and after a yes what of it is so, and where."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from clients.care import Catalogue
from clients.care.screening import GroupQuestion, health_questions
from clients.intake.checks.basics import (
    StepData,
    field_refusal,
    places_of_conditions,
    ticked_slugs,
    typed_text,
    whole_number,
)
from clinic.models import Practice

PREGNANCY = "pregnancy"
MOST_WEEKS = 45
# The own words under a group: who writes something there has answered the yes.
TEXTS_OF_GROUP = {"medicines": "medicines", "bones-surgery": "surgery", "allergies": "allergies"}


def groups_here(catalogue: Catalogue) -> tuple[GroupQuestion, ...]:
    """The groups of health questions that make a difference in the practice's country."""
    return health_questions(catalogue, region=Practice.current().country)


def check_health(data: StepData, catalogue: Catalogue) -> dict[str, Any]:
    """An answer to every gate, ticks behind each yes, their places, the weeks of a pregnancy, and own words."""
    groups = groups_here(catalogue)
    on_page = [each.id for group in groups for each in group.conditions]
    ticked = ticked_slugs(data, "conditions", on_page)
    texts = {name: typed_text(data, name) for name in ("medicines", "surgery", "allergies", "other_care")}
    gates = data.get("gates") or {}
    if not isinstance(gates, dict):
        raise field_refusal(_("Please choose from the list."), where="gates")
    answers = {}
    for group in groups:
        here = [each.id for each in group.conditions if each.id in ticked]
        words = texts.get(TEXTS_OF_GROUP.get(group.group.id, ""), "")
        answers[group.group.id] = gate_answer(gates, group.group.id, ticked=bool(here), words=bool(words))
    weeks = whole_number(data, "weeks", most=MOST_WEEKS) if data.get("weeks") is not None else None
    if PREGNANCY in ticked and weeks is None:
        # What is safe before the thirteenth week differs from what is safe after it.
        raise field_refusal(_("Please say how many weeks. A guess will do."), where="weeks", code="missing")
    return {
        "gates": answers,
        "conditions": ticked,
        "where": places_of_conditions(data, ticked, catalogue.index.areas),
        "weeks": weeks if PREGNANCY in ticked else None,
        **texts,
    }


def gate_answer(gates: StepData, group: str, *, ticked: bool, words: bool) -> bool:
    """The yes or no of one group. Raises Refusal where it is missing, or not what the ticks behind it say."""
    where, given = f"gate-{group}", gates.get(group)
    if not isinstance(given, bool):
        raise field_refusal(_("Please answer yes or no."), where=where, code="missing")
    if given and not ticked and not words:
        raise field_refusal(
            _("Please tick what fits. If nothing in this list does, answer no."), where=where, code="missing"
        )
    if not given and ticked:
        message = _("You answered no, and something below is ticked. Please answer yes, or take the tick away.")
        raise field_refusal(message, where=where, code="contradiction")
    return given


def check_confirm(data: StepData, catalogue: Catalogue) -> dict[str, Any]:
    """What was proposed from the client's own words, and what of it they say is so."""
    asked = ticked_slugs(data, "asked", catalogue.index.conditions)
    ticked = ticked_slugs(data, "conditions", asked)
    return {
        "asked": asked,
        "conditions": ticked,
        "where": places_of_conditions(data, ticked, catalogue.index.areas),
    }
