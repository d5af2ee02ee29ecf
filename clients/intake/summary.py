"""The answers of an intake as a person reads them."""

from collections.abc import Collection
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from clients.care import Catalogue
from clients.intake.answers import IntakeAnswers, steps_for
from clients.intake.changes import AnswerChange, answers_so_far
from clients.intake.page_texts import STEP_PAGES
from clients.intake.questions import LABELS, in_words
from clients.intake.steps import HEALTH_STEPS, LIFE_STEP, condition_groups
from clients.models import IntakeRequest

# The answers of each page by their columns; health pages share one.
QUESTIONS_OF_STEP = {
    "where": ("marks",),
    "feel": ("symptoms",),
    "since": ("onset",),
    "life": (),
    "cause": ("causes", "aggravating", "relieving"),
    "signs": ("red_flags",),
    "words": ("medicines", "allergies", "surgery"),
    "wishes": ("goals", "pressure", "areas_to_avoid"),
}
# On these pages nothing need be said; on the others an empty answer was given as such: "none of these".
OPTIONAL_STEPS = frozenset({"life", "cause", "words", "wishes"})


def chart_areas(catalogue: Catalogue, ticked: Collection[str]) -> list[dict[str, Any]]:
    """What the body chart draws: areas with their sides, and the sides that are ticked."""
    return [
        {
            "slug": area.slug,
            "name": area.name,
            "text": area.text,
            "sides": area.sides,
            "checked": [side for side in area.sides if f"{area.slug}:{side}" in ticked],
        }
        for area in catalogue.areas
        if not area.switched_off
    ]


def summary_of(
    given: IntakeAnswers, catalogue: Catalogue, row: IntakeRequest, changes: Collection[AnswerChange] = ()
) -> list[dict[str, Any]]:
    """One block per page: its heading, where to change it, (question, answers) pairs, whether an empty answer was given
    as such or the question left open, and whether it changed."""
    return [
        {
            "label": STEP_PAGES[step].label,
            "url": reverse("clients:intake-step", args=[row.public_id, step]),
            "facts": step_facts(step, given, catalogue),
            "may_stay_open": step in OPTIONAL_STEPS,
            "changed": any(is_question_of(step, change, catalogue) for change in changes),
        }
        for step in steps_for(given)
        if step != "consent"
    ]


def is_question_of(step: str, change: AnswerChange, catalogue: Catalogue) -> bool:
    """Whether a changed answer stands on this page."""
    if step in HEALTH_STEPS:
        groups, named = condition_groups(step, catalogue), catalogue.index.conditions
        slugs = [slug for slug in (*change.added, *change.gone) if slug in named]
        return change.field == "conditions" and any(named[slug].group in groups for slug in slugs)
    return change.field in QUESTIONS_OF_STEP.get(step, ())


def last_answers(given: IntakeAnswers, catalogue: Catalogue) -> list[tuple[str, list[str]]]:
    """Everything said last time, question by question, for the client who said it; what was empty is left out."""
    pages = [
        (step, step_facts(step, given, catalogue)) for step in steps_for(given) if step not in ("signs", "consent")
    ]
    return [
        (str(STEP_PAGES[step].label) if step in HEALTH_STEPS else question, answers)
        for step, found in pages
        for question, answers in found
        if any(answers)
    ]


def step_facts(step: str, given: IntakeAnswers, catalogue: Catalogue) -> list[tuple[str, list[str]]]:
    """The answers of one page in words; an empty list says that nothing was ticked."""
    if step not in QUESTIONS_OF_STEP:
        return health_facts(step, given, catalogue)
    said = answers_so_far(given)
    found = [
        (str(LABELS[field]), [in_words(field, each, catalogue) for each in said[field]])
        for field in QUESTIONS_OF_STEP[step]
    ]
    if step == "since":
        found.append((_("Pain now, on average, at worst"), [" · ".join(str(score) for score in given.pain.values())]))
    return found if step != "life" else life_facts(given, catalogue)


def life_facts(given: IntakeAnswers, catalogue: Catalogue) -> list[tuple[str, list[str]]]:
    """How much it gets in the way, and the number of each place."""
    places = [
        f"{catalogue.index.areas[area].name}: {given.area_pain[area]}"
        for area in given.areas
        if area in given.area_pain and len(given.areas) > 1
    ]
    enjoyment, activity = ([str(given.life[name])] if name in given.life else [] for name in LIFE_STEP)
    asked = [(_("Interferes with enjoyment of life"), enjoyment), (_("Interferes with activity"), activity)]
    return [*asked, (_("Pain now, place by place"), places)] if places else asked


def health_facts(step: str, given: IntakeAnswers, catalogue: Catalogue) -> list[tuple[str, list[str]]]:
    """The ticked conditions of one health page."""
    groups = condition_groups(step, catalogue)
    ticked = [slug for slug in given.conditions if catalogue.index.conditions[slug].group in groups]
    return [(_("Ticked"), [catalogue.index.conditions[slug].name for slug in ticked])]
