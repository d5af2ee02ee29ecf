"""The answers of an intake as a person reads them."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from clients.care import Catalogue
from clients.intake.answers import IntakeAnswers, steps_for
from clients.intake.changes import AnswerChange
from clients.intake.forms.steps import Choosable
from clients.intake.page_texts import STEP_PAGES
from clients.intake.steps import HEALTH_STEPS, LIFE_STEP, condition_groups
from clients.models import BodyMark, Intake, IntakeRequest

# The answers of each page by their columns; health pages share one.
QUESTIONS_OF_STEP = {
    "where": ("marks",),
    "feel": ("symptoms",),
    "since": ("onset",),
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
    index = catalogue.index
    factors = {factor.slug: factor for factor in catalogue.factors}
    texts = {name: [text] if text else [] for name, text in given.texts.items()}
    pages: dict[str, list[tuple[str, list[str]]]] = {
        "where": [(_("Places"), [area_with_side(index.areas[area].name, side) for area, side in given.marks])],
        "feel": [(_("Feels like"), names_in_order(given.symptoms, index.symptoms))],
        "since": [
            (_("Since"), names_in_order(given.onset, index.onsets)),
            (_("Pain now, on average, at worst"), [" · ".join(str(score) for score in given.pain.values())]),
        ],
        "life": life_facts(given, catalogue),
        "cause": [
            (_("Set off by"), names_in_order(given.causes, index.causes)),
            (_("Worse with"), names_in_order(given.aggravating, factors)),
            (_("Better with"), names_in_order(given.relieving, factors)),
        ],
        "signs": [(_("Warning signs"), names_in_order(given.red_flags, index.red_flags))],
        "words": [
            (_("Medicines"), texts.get("medicines", [])),
            (_("Allergies"), texts.get("allergies", [])),
            (_("Operations, injuries"), texts.get("surgery", [])),
        ],
        "wishes": [
            (_("Should be better"), texts.get("goals", [])),
            (_("Pressure"), pressure_in_words(given.texts.get("pressure", ""))),
            (_("Leave alone"), texts.get("areas_to_avoid", [])),
        ],
    }
    if step in pages:
        return pages[step]
    return health_facts(step, given, catalogue)


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
    return [(_("Ticked"), names_in_order(ticked, catalogue.index.conditions))]


def names_in_order(slugs: Iterable[str], terms: Mapping[str, Choosable]) -> list[str]:
    """The names of slugs, in their order."""
    return [terms[slug].name for slug in slugs]


def pressure_in_words(value: str) -> list[str]:
    """The pressure liked in words, or nothing."""
    return [str(Intake.Pressure(value).label)] if value else []


def area_with_side(area: str, side: str) -> str:
    """An area with its side: “Shoulder (left)”."""
    return f"{area} ({BodyMark.Side(side).label})"
