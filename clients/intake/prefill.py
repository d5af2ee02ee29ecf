"""Last time's answers, for a client who comes back: what they said, and what of it the pages may show again."""

from collections.abc import Iterable, Mapping
from typing import Any

from clients.care import Catalogue, Triage
from clients.intake.answers import IntakeAnswers
from clients.intake.steps import HEALTH_STEPS, condition_groups
from clients.models import Client, Intake

# How somebody is today, and whether a warning sign is there, is asked afresh each time; nothing is filled in.
CONDITIONS_OF_TODAY = "today"
PREFILLED_TEXTS = ("medicines", "allergies", "surgery", "goals", "pressure", "areas_to_avoid")


def earlier_intake(client: Client) -> Intake | None:
    """The newest finished intake; one that ended with an emergency answer was never finished."""
    finished = client.intakes.exclude(triage=Triage.EMERGENCY).prefetch_related("marks")
    return finished.order_by("-given_at", "-id").first()


def known_to_vocabulary(vocabulary: Iterable[str], slugs: Iterable[str]) -> list[str]:
    """Those slugs that the catalogue still has."""
    held = frozenset(vocabulary)
    return [slug for slug in slugs if slug in held]


def answers_from_intake(intake: Intake, catalogue: Catalogue) -> IntakeAnswers:
    """An intake as answers; what the catalogue has lost since is left out."""
    index = catalogue.index
    factors = [factor.slug for factor in catalogue.factors]
    return IntakeAnswers(
        marks=tuple((mark.area, mark.side) for mark in intake.marks.all() if mark.area in index.areas),
        symptoms=tuple(known_to_vocabulary(index.symptoms, intake.symptoms)),
        onset=tuple(known_to_vocabulary(index.onsets, intake.onset)),
        causes=tuple(known_to_vocabulary(index.causes, intake.causes)),
        aggravating=tuple(known_to_vocabulary(factors, intake.aggravating)),
        relieving=tuple(known_to_vocabulary(factors, intake.relieving)),
        red_flags=tuple(known_to_vocabulary(index.red_flags, intake.red_flags)),
        conditions=tuple(known_to_vocabulary(index.conditions, intake.conditions)),
        texts={name: getattr(intake, name) for name in PREFILLED_TEXTS},
        done=("where", "feel"),
    )


def prefilled_step(intake: Intake, catalogue: Catalogue, *, step: str, edition: str) -> Mapping[str, Any]:
    """Last time's answers to one page, as `save_step` would have kept them; empty where it is asked afresh.

    “None of these” counts as said again only where the catalogue is the `edition` they answered: a later one may ask
    more. Numbers of pain, warning signs, today's state and the consent are never filled in.
    """
    before = answers_from_intake(intake, catalogue)
    same = intake.catalogue_version == edition
    if step in HEALTH_STEPS:
        return prefilled_health_step(before, catalogue, step=step, same=same)
    pages: dict[str, dict[str, Any]] = {
        "where": {
            "areas": [f"{area}:{side}" for area, side in before.marks],
            "none": same and not before.marks,
        },
        "feel": {"symptoms": list(before.symptoms), "none": same and not before.symptoms},
        "since": {"onset": list(before.onset)},
        "cause": {name: list(getattr(before, name)) for name in ("causes", "aggravating", "relieving")},
        "words": {name: before.texts[name] for name in ("medicines", "allergies", "surgery")},
        "wishes": {name: before.texts[name] for name in ("goals", "pressure", "areas_to_avoid")},
    }
    return pages.get(step, {})


def prefilled_health_step(before: IntakeAnswers, catalogue: Catalogue, *, step: str, same: bool) -> dict[str, Any]:
    """One page of health questions, without those about today."""
    groups = [group for group in condition_groups(step, catalogue) if group != CONDITIONS_OF_TODAY]
    named = catalogue.index.conditions
    ticked = [slug for slug in before.conditions if named[slug].group in groups]
    busy = {named[slug].group for slug in ticked}
    return {"conditions": ticked, "none": [group for group in groups if same and group not in busy]}
