"""The answers of an intake as a person reads them."""

from collections.abc import Collection
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from clients.care import Catalogue
from clients.intake.answers import FACTORS, PLAIN_COLUMNS, IntakeAnswers, steps_for
from clients.intake.changes import AnswerChange, answers_so_far
from clients.intake.fields import field_of, option_in_words, options_of
from clients.intake.pages import STEP_PAGES
from clients.intake.questions import LABELS, in_words
from clients.intake.steps import INTAKE_STEPS, SIGNS_STEPS
from clients.models import BodyMark, IntakeRequest
from clinic.country import locale

Facts = list[tuple[str, list[str]]]

TICKED_ON_STEP = {
    "complaint": ("symptoms",),
    "where": ("marks",),
    "since": FACTORS,
    **dict.fromkeys(SIGNS_STEPS, ("red_flags", "checked")),
    "health": ("conditions", "where", "weeks"),
}
# The answers of each page by their columns.
QUESTIONS_OF_STEP = {step: (*TICKED_ON_STEP.get(step, ()), *PLAIN_COLUMNS.get(step, ())) for step in INTAKE_STEPS}
# An empty answer to these was given as such; the others were left open.
SAID_WHEN_EMPTY = frozenset({"red_flags", "conditions"})


def chart_areas(catalogue: Catalogue, ticked: Collection[str], named: Collection[str] = ()) -> list[dict[str, Any]]:
    """What the body chart draws: areas with their sides, the name of each and whether it is ticked, and at the desk
    those that the client `named`."""
    return [
        {
            "slug": area.id,
            "name": area.name,
            "text": area.text,
            "sides": [(side, BodyMark.Side(side).label, f"{area.id}:{side}" in ticked) for side in area.sides],
            "named": [side for side in area.sides if f"{area.id}:{side}" in named],
        }
        for area in catalogue.areas
    ]


def summary_of(
    given: IntakeAnswers, catalogue: Catalogue, row: IntakeRequest, changes: Collection[AnswerChange] = ()
) -> list[dict[str, Any]]:
    """One block per page: its heading, where to change it, (question, answers) pairs, and whether it changed."""
    blocks = [
        {
            "label": STEP_PAGES[step].label,
            "url": reverse("clients:intake-step", args=[row.public_id, step]),
            "facts": step_facts(step, given, catalogue),
            "changed": any(change.field in QUESTIONS_OF_STEP[step] for change in changes),
        }
        for step in steps_for(given, catalogue)
    ]
    return [block for block in blocks if block["facts"]]


def last_answers(given: IntakeAnswers, catalogue: Catalogue) -> list[dict[str, Any]]:
    """Everything said last time, a block for each page, for the client who said it; what was empty is left out."""
    blocks = [
        {
            "step": step,
            "label": STEP_PAGES[step].label,
            "facts": [(question, said) for question, said in step_facts(step, given, catalogue) if said],
        }
        for step in QUESTIONS_OF_STEP
        if step not in SIGNS_STEPS
    ]
    return [block for block in blocks if block["facts"]]


def step_facts(step: str, given: IntakeAnswers, catalogue: Catalogue) -> Facts:
    """The answers of one page in words; an empty list says that nothing was ticked, a question left open is absent."""
    said = {**answers_so_far(given)}
    if step in SIGNS_STEPS:
        asked = set(given.asked.get(step, ()))
        said = {name: tuple(each for each in said[name] if each.partition(":")[0] in asked) for name in said}
    if set(said["positions"]) == set(dict(options_of(catalogue, "lie"))):
        said["positions"] = ()  # nothing is hard for them
    found = [
        (str(LABELS[name]), [in_words(name, each, catalogue) for each in said[name]])
        for name in QUESTIONS_OF_STEP[step]
        if said[name] or name in SAID_WHEN_EMPTY
    ]
    return [*BESIDE[step](given, catalogue), *found] if step in BESIDE else found


def birthday_fact(given: IntakeAnswers, _catalogue: Catalogue) -> Facts:
    """The date of birth."""
    return [(_("Date of birth"), [locale.current_formats().full_date(given.born_on)])] if given.born_on else []


def complaint_facts(given: IntakeAnswers, catalogue: Catalogue) -> Facts:
    """What brings them, and how strong it is."""
    found: Facts = []
    if given.brings:
        asked = field_of(catalogue, "what-brings-you").ask
        found.append((asked, [option_in_words(catalogue, "what-brings-you", given.brings)]))
    if given.pain is not None:
        found.append((_("Pain now"), [_("%(pain)s of 10") % {"pain": given.pain}]))
    return found


def tips_fact(given: IntakeAnswers, _catalogue: Catalogue) -> Facts:
    """Whether tips may come by mail."""
    if given.tips_by_mail is None:
        return []
    return [(_("Your tips"), [_("by mail") if given.tips_by_mail else _("not by mail")])]


BESIDE = {"you": birthday_fact, "complaint": complaint_facts, "goal": tips_fact}
