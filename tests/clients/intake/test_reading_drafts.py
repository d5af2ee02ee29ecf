"""Whatever stands in a draft, reading it never breaks: what no longer passes counts as not answered."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clients.care import shipped
from clients.intake.answers import missing_steps, read_answers, steps_for, triage_so_far
from clients.intake.steps import INTAKE_STEPS
from tests.clients.answers import SORE_BACK, health, signs

pytestmark = pytest.mark.django_db
INDEX = shipped().index
SLUGS = st.lists(
    st.sampled_from([*INDEX.symptoms, *INDEX.conditions, *INDEX.red_flags, "lost", "neck:both"]), max_size=4
)
VALUES = st.one_of(st.none(), st.booleans(), st.integers(-1, 50), st.text(max_size=5), SLUGS)
NAMES = (
    "brings",
    "symptoms",
    "none",
    "pain",
    "areas",
    "onset",
    "causes",
    "red_flags",
    "checked",
    "asked",
    "about",
    "gates",
)
PAGES = st.dictionaries(st.sampled_from([*NAMES, "conditions", "where", "weeks", "born_on", "positions"]), VALUES)
QUICK = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@QUICK
@given(saved=st.dictionaries(st.sampled_from([*INTAKE_STEPS, "feel", "words"]), PAGES))
def test_a_draft_of_any_shape_is_read(practice: Any, saved: dict[str, dict[str, Any]]) -> None:
    read = read_answers(saved, shipped())
    assert set(read.done) <= set(INTAKE_STEPS)
    assert set(missing_steps(read, shipped())) <= set(steps_for(read, shipped()))


@QUICK
@given(
    told=st.lists(st.sampled_from([slug for slug, each in INDEX.conditions.items() if not each.asked_as]), unique=True),
    yes=st.lists(st.sampled_from(list(INDEX.red_flags)), unique=True, max_size=3),
)
def test_nothing_is_sent_with_a_safety_question_open(practice: Any, told: list[str], yes: list[str]) -> None:
    """With every page answered, either the engine has no question left, or a page still asks it."""
    saved = {**SORE_BACK, "health": health(*told), "signs": signs(*yes, asked=yes or ["ces-saddle-numbness"])}
    read = read_answers(saved, shipped())
    questions = triage_so_far(read, shipped()).questions
    assert bool(questions) == bool({"signs", "more-signs"} & set(missing_steps(read, shipped())))
