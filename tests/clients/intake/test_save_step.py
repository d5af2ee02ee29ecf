"""What a step takes and what it refuses, whatever sends it."""

from typing import Any

import pytest

from clients.intake.actions import save_step
from clients.models import IntakeRequest
from clinic.errors import Refusal
from tests.clients.answers import SORE_BACK, consented, health, signs

pytestmark = pytest.mark.django_db

REFUSED: list[tuple[str, dict[str, Any], str, str]] = [
    ("where", {"areas": ["tail:left"]}, "areas", "unknown_slug"),
    ("where", {"areas": ["knee:centre"]}, "areas", "unknown_slug"),
    ("where", {"areas": ["knee:left"], "none": True}, "areas", "contradiction"),
    ("where", {"areas": []}, "areas", "missing"),
    ("where", {"areas": "knee:left"}, "areas", "invalid"),
    ("where", {"areas": [["knee"]]}, "areas", "invalid"),
    ("feel", {"symptoms": ["love-sick"]}, "symptoms", "unknown_slug"),
    ("feel", {"symptoms": ["dull-ache"], "none": True}, "symptoms", "contradiction"),
    ("since", {**SORE_BACK["since"], "onset": []}, "onset", "missing"),
    ("since", {**SORE_BACK["since"], "onset": ["acute", "chronic"]}, "onset", "contradiction"),
    ("since", {**SORE_BACK["since"], "now": 11}, "now", "invalid"),
    ("since", {**SORE_BACK["since"], "now": -1}, "now", "invalid"),
    ("since", {**SORE_BACK["since"], "worst": "8"}, "worst", "invalid"),
    ("since", {**SORE_BACK["since"], "average": True}, "average", "invalid"),
    ("since", {**SORE_BACK["since"], "average": 3.5}, "average", "invalid"),
    ("cause", {"causes": ["witchcraft"]}, "causes", "unknown_slug"),
    ("cause", {"aggravating": ["rel-rest"]}, "aggravating", "unknown_slug"),
    ("signs", {**signs("fever-unwell"), "none": True}, "red_flags", "contradiction"),
    ("signs", {"red_flags": [], "none": False}, "red_flags", "missing"),
    ("signs", {"red_flags": ["hot-flushes"]}, "red_flags", "unknown_slug"),
    ("today", {**health("today", "sunburn"), "none": ["today", "skin", "allergies"]}, "skin", "contradiction"),
    ("today", {"conditions": [], "none": ["today", "skin"]}, "allergies", "missing"),
    ("today", health("body", "diabetes"), "conditions", "unknown_slug"),
    ("words", {"medicines": "x" * 5000}, "medicines", "too_long"),
    ("words", {"medicines": "a\x00b"}, "medicines", "invalid"),
    ("words", {"allergies": ["nuts"]}, "allergies", "invalid"),
    ("wishes", {"pressure": "crushing"}, "pressure", "unknown_slug"),
    ("consent", {"treatment": False, "signature": "Ana"}, "treatment", "missing"),
    ("consent", {"treatment": "yes", "signature": "Ana"}, "treatment", "missing"),
    ("consent", {"treatment": True, "signature": "   "}, "signature", "missing"),
    ("consent", {"treatment": True, "signature": "A" * 200}, "signature", "too_long"),
]


@pytest.mark.parametrize(("step", "data", "field", "code"), REFUSED)
def test_a_bad_answer_is_refused_beside_its_question(
    asked: IntakeRequest, step: str, data: dict[str, Any], field: str, code: str
) -> None:
    with pytest.raises(Refusal) as refused:
        save_step(asked, step=step, data=data)
    assert (refused.value.field, refused.value.code) == (field, code)
    asked.refresh_from_db()
    assert asked.answers == {}


def test_an_unknown_slug_is_named(asked: IntakeRequest) -> None:
    with pytest.raises(Refusal, match="love-sick"):
        save_step(asked, step="feel", data={"symptoms": ["dull-ache", "love-sick"]})


def test_a_step_that_does_not_exist_is_refused(asked: IntakeRequest) -> None:
    with pytest.raises(Refusal):
        save_step(asked, step="__class__", data={})


def test_steps_saved_in_two_tabs_do_not_overwrite_each_other(asked: IntakeRequest) -> None:
    other_tab = IntakeRequest.objects.get(pk=asked.pk)
    save_step(asked, step="where", data=SORE_BACK["where"])
    save_step(other_tab, step="feel", data=SORE_BACK["feel"])
    asked.refresh_from_db()
    assert set(asked.answers) == {"where", "feel"}
    assert asked.saved_at is not None


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (["shoulder:left", "shoulder:right"], ["shoulder:both"]),
        (["shoulder:left", "shoulder:both"], ["shoulder:both"]),
        (["neck:centre", "neck:left", "neck:right"], ["neck:both", "neck:centre"]),
        (["knee:left", "knee:left"], ["knee:left"]),
    ],
)
def test_left_and_right_together_are_both(asked: IntakeRequest, given: list[str], kept: list[str]) -> None:
    assert save_step(asked, step="where", data={"areas": given})["areas"] == kept


def test_strange_letters_and_tags_are_kept_as_they_are(asked: IntakeRequest) -> None:
    text = "🦴 שלום <script>alert(1)</script> {{ settings.SECRET_KEY }} '; DROP TABLE--"
    save_step(asked, step="words", data={"medicines": text})
    asked.refresh_from_db()
    assert asked.answers["words"]["medicines"] == text


def test_nothing_but_the_answers_of_a_step_is_kept(asked: IntakeRequest) -> None:
    clean = save_step(asked, step="consent", data={**consented(), "is_staff": True})
    assert "is_staff" not in clean
