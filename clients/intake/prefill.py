"""Earlier answers, those of last time and those given at booking: what of them the pages may show again."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from django.utils import timezone

from clients.care import Catalogue, Triage
from clients.care.screening import lasting_conditions
from clients.intake.answers import FACTORS, LIST_COLUMNS, PLAIN_COLUMNS, TOUCH_TRAUMA, IntakeAnswers
from clients.intake.checks import practice_day
from clients.intake.questions import vocabularies
from clients.intake.renamed import conditions_today, groups_to_ask_again
from clients.intake.screening import weeks_on
from clients.intake.steps import PAIN, SIGNS_STEPS, TEXTS_OF_GROUP, TO_RELAX, groups_here
from clients.models import Client, Intake, Screening
from clients.plans.answers import DENIALS_LAST

# How somebody is today is asked afresh each time; nothing of it is filled in.
CONDITIONS_OF_TODAY = "today"
# Pages that a client who says “nothing has changed” need not see again.
CONFIRMED_AT_ONCE = ("you", "where", "since", "comfort")


def earlier_intake(client: Client) -> Intake | None:
    """The newest finished intake; one that ended with an emergency answer was never finished."""
    finished = client.intakes.exclude(triage=Triage.EMERGENCY).prefetch_related("marks")
    return finished.order_by("-given_at", "-id").first()


def answers_from_intake(intake: Intake, catalogue: Catalogue) -> IntakeAnswers:
    """An intake as answers; what the catalogue has lost since is left out, and what has passed by now."""
    index = catalogue.index
    told = conditions_today(catalogue, intake.conditions)
    still = lasting_conditions(catalogue, told, told_at=intake.given_at, at=timezone.now())
    marks = tuple((mark.area, mark.side) for mark in intake.marks.all() if mark.area in index.areas)
    known: dict[str, Collection[str]] = {**vocabularies(catalogue), "conditions": still}
    lists = {**{name: getattr(intake, name) for name in LIST_COLUMNS}, "conditions": told}
    kept: dict[str, Any] = {name: tuple(s for s in slugs if s in known[name]) for name, slugs in lists.items()}
    columns = (name for names in PLAIN_COLUMNS.values() for name in names)
    return IntakeAnswers(
        brings=intake.brings or ("" if marks or intake.symptoms else TO_RELAX),
        born_on=intake.client.born_on,
        marks=marks,
        **kept,
        checked={slug: day for slug, day in intake.checked.items() if slug in index.red_flags},
        where={
            slug: tuple(each for each in areas if each in index.areas)
            for slug, areas in intake.where.items()
            if slug in still
        },
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
        "complaint": {"brings": before.brings, "symptoms": list(before.symptoms)},
        "where": {
            "areas": [f"{area}:{side}" for area, side in before.marks],
            "avoid": list(before.where.get(TOUCH_TRAUMA, ())),
            **plain,
        },
        "since": {name: list(getattr(before, name)) for name in FACTORS},
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


def with_booking(
    before: Mapping[str, Any],
    told: Screening,
    catalogue: Catalogue,
    *,
    step: str,
    signs: Collection[str],
    asked_why: bool = True,
) -> dict[str, Any]:
    """What a page is filled in with, and on top of it what was answered before the booking, for the client to confirm.

    `signs`: the warning signs that the page asks. Those denied at booking, of late, are `settled`: they need no new no.
    `asked_why`: whether the client was asked then why they come; the desk does not ask.
    """
    if step == "complaint":
        if not asked_why and not told.with_pain:
            return dict(before)
        last = before.get("brings", "")
        # Pain and an injury were one answer at booking: which of the two is as they said it last.
        with_complaint = PAIN if last in ("", TO_RELAX) else last
        return {**before, "brings": with_complaint if told.with_pain else TO_RELAX}
    if step == "health":
        return with_told_health(before, told, catalogue)
    if step not in SIGNS_STEPS or not told.with_pain or told.given_at < timezone.now() - DENIALS_LAST:
        return dict(before)
    checked = {**before.get("checked", {}), **told.checked}
    yes = [slug for slug in signs if slug in told.red_flags]
    settled = [slug for slug in signs if slug in told.denied and slug not in checked]
    return {
        **before,
        "red_flags": yes,
        "checked": {slug: day for slug, day in checked.items() if slug in signs},
        "settled": settled,
        "none": len(settled) == len(signs),
    }


def is_of_today(intake: Intake) -> bool:
    """Whether it was given on this day in the practice: what was true for the day is true still."""
    return practice_day(intake.given_at) == practice_day()


def answered_today(intake: Intake, catalogue: Catalogue, *, step: str, edition: str) -> dict[str, Any]:
    """One page of an intake of today, as `save_step` would have kept it, with what counts for the day alone: who
    corrects an answer is asked none of it again."""
    before = answers_from_intake(intake, catalogue)
    data = dict(prefilled_step(intake, catalogue, step=step, edition=edition, now=before))
    if step == "complaint":
        return {**data, "brings": data["brings"] or PAIN, "none": not before.symptoms, "pain": intake.pain}
    if step == SIGNS_STEPS[0]:
        yes = [*before.red_flags, *before.checked]
        asked = [slug for slug in (*yes, *intake.denied) if slug in catalogue.index.red_flags]
        said = {"red_flags": list(before.red_flags), "checked": dict(before.checked), "none": not yes}
        return {**said, "asked": asked, "about": sorted(before.about)}
    if step == "health":
        gates = {CONDITIONS_OF_TODAY: False, **data["gates"]}
        return with_told_health({**data, "gates": gates}, intake, catalogue)
    return {**data, "tips_by_mail": intake.client.personal_tips_wanted} if step == "goal" else data


def with_told_health(before: Mapping[str, Any], told: Screening | Intake, catalogue: Catalogue) -> dict[str, Any]:
    """The health page with the conditions told that have not passed; a no at booking was no no to all of this."""
    now = timezone.now()
    still = lasting_conditions(catalogue, told.conditions, told_at=told.given_at, at=now)
    groups = groups_here(catalogue)
    ticked = [
        each.id for group in groups for each in group.conditions if each.id in {*before.get("conditions", ()), *still}
    ]
    opened = {group.group.id: True for group in groups if any(each.id in still for each in group.conditions)}
    weeks = weeks_on(told.weeks, told_at=told.given_at, at=now)
    return {
        **before,
        "gates": {**before.get("gates", {}), **opened},
        "conditions": ticked,
        "where": {**before.get("where", {}), **{slug: areas for slug, areas in told.where.items() if slug in ticked}},
        **({"weeks": weeks} if weeks is not None else {}),
    }
