"""A short intake: fewer questions, and every one about safety that the whole one has."""

import re

import pytest

from clients.catalogue import current_catalogue
from clients.intake.actions import request_intake, save_step, submit_intake
from clients.intake.answers import steps_for
from clients.intake.consent import answers_with_consent
from clients.models import Client, IntakeRequest
from clinic.errors import Refusal
from clinic.models import Practice
from tests.clients.answers import SORE_BACK
from tests.clients.steps import fill, opened

PAGES = ["you", "complaint", "where", "since", "signs", "health", "comfort", "goal", "consent"]


@pytest.fixture
def short(ana: Client, practice: Practice) -> IntakeRequest:
    """Ana was asked for a short intake."""
    return request_intake(ana, technique_slug="regular-massage", short=True)


def names_on(row: IntakeRequest, step: str) -> set[str]:
    """The names of what a page asks."""
    page = opened(row).get(f"/intake/{row.public_id}/{step}/").content.decode()
    return set(re.findall(r'<(?:input|textarea|select)[^>]* name="([^"]+)"', page))


def test_it_has_every_page_and_fewer_questions(short: IntakeRequest) -> None:
    fill(short)
    assert steps_for(answers_with_consent(short, current_catalogue(), Practice.current()), current_catalogue()) == PAGES
    asked = {name for step in PAGES for name in names_on(short, step)}
    for name in ("physician", "occupation", "focus", "avoid", "aggravating", "goals", "room", "aids", "massage_before"):
        assert name not in asked, name
    for name in ("born_on", "symptoms", "pain", "areas", "onset", "causes", "red_flags", "gate-today", "allergies"):
        assert name in asked, name


def test_it_asks_every_condition_that_the_whole_one_asks(short: IntakeRequest) -> None:
    fill(short)
    page = opened(short).get(f"/intake/{short.public_id}/health/").content.decode()
    asked = set(re.findall(r'name="conditions"\s+value="([^"]+)"', page))
    IntakeRequest.objects.update(short=False)
    page = opened(short).get(f"/intake/{short.public_id}/health/").content.decode()
    assert asked == set(re.findall(r'name="conditions"\s+value="([^"]+)"', page))
    assert len(asked) > 90


def test_it_is_sent_and_makes_a_plan(short: IntakeRequest) -> None:
    intake = submit_intake(fill(short))
    assert set(intake.areas) == {mark.partition(":")[0] for mark in SORE_BACK["where"]["areas"]}
    assert intake.plans.get().technique == "regular-massage"
    assert intake.consent is not None


@pytest.mark.parametrize("step", ["where", "signs", "health", "consent"])
def test_it_is_not_sent_while_a_page_is_open(short: IntakeRequest, step: str) -> None:
    fill(short)
    del short.answers[step]
    short.save(update_fields=["answers"])
    with pytest.raises(Refusal):
        submit_intake(short)


def test_who_comes_to_relax_sees_no_chart_and_no_signs(short: IntakeRequest) -> None:
    save_step(short, step="complaint", data={"brings": "to-relax"})
    steps = steps_for(answers_with_consent(short, current_catalogue(), Practice.current()), current_catalogue())
    assert steps == ["you", "complaint", "health", "comfort", "goal", "consent"]


@pytest.mark.parametrize(("is_short", "minutes"), [(True, "About two minutes"), (False, "About seven minutes")])
def test_the_welcome_says_how_long_it_takes(short: IntakeRequest, is_short: bool, minutes: str) -> None:
    IntakeRequest.objects.update(short=is_short)
    page = opened(short).get(f"/intake/{short.public_id}/").content.decode()
    assert [each for each in ("About two minutes", "About seven minutes") if each in page] == [minutes]
