"""Last time's answers, for a client who comes back: what they said, and what of it the pages may show again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils import timezone

from clients.care import Catalogue, Triage
from clients.care.screening import lasting_conditions
from clients.intake.answers import PLAIN_COLUMNS, TOUCH_TRAUMA, IntakeAnswers
from clients.intake.checks.complaint import PAIN, TO_RELAX
from clients.intake.checks.health import TEXTS_OF_GROUP, groups_here
from clients.intake.renamed import conditions_today, groups_to_ask_again
from clients.intake.steps import SIGNS_STEPS
from clients.models import Client, Intake

# How somebody is today is asked afresh each time; nothing of it is filled in.
CONDITIONS_OF_TODAY = "today"
# Pages that a client who says “nothing has changed” need not see again.
CONFIRMED_AT_ONCE = ("you", "where", "since", "comfort")


def earlier_intake(client: Client) -> Intake | None:
    """The newest finished intake; one that ended with an emergency answer was never finished."""
    finished = client.intakes.exclude(triage=Triage.EMERGENCY).prefetch_related("marks")
    return finished.order_by("-given_at", "-id").first()


def known_to_vocabulary(vocabulary: Iterable[str], slugs: Iterable[str]) -> tuple[str, ...]:
    """Those slugs that the catalogue still has."""
    held = frozenset(vocabulary)
    return tuple(slug for slug in slugs if slug in held)


def answers_from_intake(intake: Intake, catalogue: Catalogue) -> IntakeAnswers:
    """An intake as answers; what the catalogue has lost since is left out, and what has passed by now."""
    index = catalogue.index
    told = conditions_today(catalogue, intake.conditions)
    still = lasting_conditions(catalogue, told, told_at=intake.given_at, at=timezone.now())
    marks = tuple((mark.area, mark.side) for mark in intake.marks.all() if mark.area in index.areas)
    columns = (name for names in PLAIN_COLUMNS.values() for name in names)
    return IntakeAnswers(
        brings="" if marks or intake.symptoms else TO_RELAX,
        born_on=intake.client.born_on,
        marks=marks,
        symptoms=known_to_vocabulary(index.symptoms, intake.symptoms),
        onset=known_to_vocabulary(index.onsets, intake.onset),
        causes=known_to_vocabulary(index.causes, intake.causes),
        aggravating=known_to_vocabulary(index.aggravating, intake.aggravating),
        relieving=known_to_vocabulary(index.relieving, intake.relieving),
        red_flags=known_to_vocabulary(index.red_flags, intake.red_flags),
        checked={slug: day for slug, day in intake.checked.items() if slug in index.red_flags},
        conditions=tuple(slug for slug in told if slug in still),
        where={slug: known_to_vocabulary(index.areas, areas) for slug, areas in intake.where.items() if slug in still},
        plain={name: getattr(intake, name) for name in columns},
    )


def prefilled_step(
    intake: Intake, catalogue: Catalogue, *, step: str, edition: str, now: IntakeAnswers | None = None
) -> Mapping[str, Any]:
    """Last time's answers to one page, as `save_step` would have kept them; empty where it is asked afresh.

    A “no” counts as said again only where the catalogue is the `edition` they answered: a later one may ask more.
    Numbers of pain, today's state and the consent are never filled in; of the warning signs only those that a doctor
    looked at, where the complaint (`now`) is the same.
    """
    before = answers_from_intake(intake, catalogue)
    same = intake.catalogue_version == edition
    if step == "health":
        ask_again = groups_to_ask_again(catalogue, intake.conditions, intake.catalogue_version)
        return prefilled_health(before, catalogue, same=same, ask_again=ask_again)
    plain = {name: before.plain[name] for name in PLAIN_COLUMNS.get(step, ())}
    pages: dict[str, dict[str, Any]] = {
        "you": {"born_on": before.born_on.isoformat() if before.born_on else "", **plain},
        "complaint": {
            "brings": before.brings or PAIN,
            "symptoms": list(before.symptoms),
        },
        "where": {
            "areas": [f"{area}:{side}" for area, side in before.marks],
            "avoid": list(before.where.get(TOUCH_TRAUMA, ())),
            **plain,
        },
        "since": {name: list(getattr(before, name)) for name in ("onset", "causes", "aggravating", "relieving")},
        "comfort": {**plain, "table": True if "mobility-help" in before.conditions else None},
        "goal": plain,
    }
    if step in SIGNS_STEPS and before.checked and now is not None and now.about == before.about:
        return {"checked": dict(before.checked), "about": sorted(before.about)}
    return pages.get(step, {})


def prefilled_health(
    before: IntakeAnswers, catalogue: Catalogue, *, same: bool, ask_again: frozenset[str]
) -> dict[str, Any]:
    """The health page without what is about today, and without what version 1 asked less exactly."""
    groups = [group for group in groups_here(catalogue) if group.group.id != CONDITIONS_OF_TODAY]
    on_page = {each.id for group in groups for each in group.conditions}
    ticked = [slug for slug in before.conditions if slug in on_page]
    busy = {catalogue.index.conditions[slug].group for slug in ticked}
    busy |= {group for group, text in TEXTS_OF_GROUP.items() if before.plain.get(text)}
    gates = {
        group.group.id: group.group.id in busy
        for group in groups
        if group.group.id not in ask_again and (same or group.group.id in busy)
    }
    return {
        "gates": gates,
        "conditions": ticked,
        "where": {slug: list(areas) for slug, areas in before.where.items() if slug in ticked},
        **{name: before.plain[name] for name in PLAIN_COLUMNS["health"]},
    }
