"""Which warning signs a client is asked for."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from clients.care import Answers, UnknownSlugError, red_flags_to_ask, shipped
from tests.clients.care.answers import INDEX, anyone

CATALOGUE = shipped()
EMERGENCIES = {slug for slug, flag in INDEX.red_flags.items() if flag.action == "emergency"}


def asked(**answers: str) -> set[str]:
    given_answers = {key: frozenset(value.split()) for key, value in answers.items()}
    return {flag.slug for flag in red_flags_to_ask(CATALOGUE, Answers(**given_answers))}  # type: ignore[arg-type]


def test_someone_without_a_complaint_is_asked_nothing() -> None:
    assert asked() == set()
    assert asked(conditions="pregnancy") == set()


@pytest.mark.parametrize("answers", [{"symptoms": "poor-sleep"}, {"areas": "forearm-hand"}, {"onset": "acute"}])
def test_any_complaint_asks_all_emergency_signs(answers: dict[str, str]) -> None:
    assert asked(**answers) == EMERGENCIES


def test_a_symptom_calls_for_its_own_signs() -> None:
    assert asked(symptoms="swelling") == EMERGENCIES | {"dvt-signs"}


def test_an_area_calls_for_the_signs_that_live_there() -> None:
    assert asked(areas="calf-shin") == EMERGENCIES | {"dvt-signs"}


@pytest.mark.parametrize("onset", ["subacute", "chronic"])
def test_a_lasting_complaint_asks_everything(onset: str) -> None:
    assert asked(onset=onset) == set(INDEX.red_flags)


def test_a_flare_that_comes_and_goes_is_not_lasting() -> None:
    assert asked(onset="recurrent-flare") == EMERGENCIES


@settings(max_examples=50, deadline=None)
@given(anyone())
def test_signs_come_in_the_order_of_the_file(answers: Answers) -> None:
    slugs = [flag.slug for flag in red_flags_to_ask(CATALOGUE, answers)]
    assert slugs == [slug for slug in INDEX.red_flags if slug in slugs]


def test_an_unknown_slug_is_named() -> None:
    with pytest.raises(UnknownSlugError, match='unknown area "elbow-grease"'):
        red_flags_to_ask(CATALOGUE, Answers(areas=frozenset({"elbow-grease"})))
