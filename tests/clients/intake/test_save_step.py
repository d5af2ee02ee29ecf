"""What a step takes and what it refuses, whatever sends it."""

from typing import Any

import pytest

from clients.intake.actions import save_step
from clients.models import IntakeRequest
from clinic.errors import Refusal
from tests.clients.answers import SORE_BACK, consented, health, signs

pytestmark = pytest.mark.django_db

SIX_SYMPTOMS = ["dull-ache", "stiffness", "spasm", "night-pain", "muscle-ache", "tight-spot"]
LONG_AGO = "2020-01-01"
REFUSED: list[tuple[str, dict[str, Any], str, str]] = [
    ("you", {"born_on": "04.05.1980"}, "born_on", "invalid"),
    ("you", {"born_on": "1780-01-01"}, "born_on", "invalid"),
    ("you", {"born_on": "2999-01-01"}, "born_on", "invalid"),
    ("you", {"born_on": 1980}, "born_on", "invalid"),
    ("you", {"emergency_contact": "x" * 201}, "emergency_contact", "too_long"),
    ("you", {"occupation": "flying"}, "occupation", "unknown_slug"),
    ("complaint", {}, "brings", "missing"),
    ("complaint", {"brings": "money"}, "brings", "unknown_slug"),
    ("complaint", {"brings": ["to-relax"]}, "brings", "unknown_slug"),
    ("complaint", {**SORE_BACK["complaint"], "symptoms": ["love-sick"]}, "symptoms", "unknown_slug"),
    ("complaint", {**SORE_BACK["complaint"], "none": True}, "symptoms", "contradiction"),
    ("complaint", {**SORE_BACK["complaint"], "symptoms": SIX_SYMPTOMS}, "symptoms", "too_many"),
    ("complaint", {**SORE_BACK["complaint"], "pain": 11}, "pain", "invalid"),
    ("complaint", {**SORE_BACK["complaint"], "pain": "5"}, "pain", "invalid"),
    ("complaint", {**SORE_BACK["complaint"], "pain": True}, "pain", "invalid"),
    ("complaint", {**SORE_BACK["complaint"], "pain": None}, "pain", "invalid"),
    ("where", {"areas": ["tail:left"]}, "areas", "unknown_slug"),
    ("where", {"areas": ["knee:centre"]}, "areas", "unknown_slug"),
    ("where", {"areas": "knee:left"}, "areas", "invalid"),
    ("where", {"areas": [["knee"]]}, "areas", "invalid"),
    ("where", {"avoid": ["wing"]}, "avoid", "unknown_slug"),
    ("since", {**SORE_BACK["since"], "onset": []}, "onset", "missing"),
    ("since", {**SORE_BACK["since"], "onset": ["acute", "chronic"]}, "onset", "contradiction"),
    ("since", {**SORE_BACK["since"], "causes": ["witchcraft"]}, "causes", "unknown_slug"),
    ("since", {**SORE_BACK["since"], "causes": ["sport", "driving", "stress", "lifting"]}, "causes", "too_many"),
    ("since", {**SORE_BACK["since"], "aggravating": ["rel-heat-helps"]}, "aggravating", "unknown_slug"),
    ("signs", {**signs("fever-unwell"), "none": True}, "red_flags", "contradiction"),
    ("signs", {"red_flags": [], "none": False}, "red_flags", "missing"),
    ("signs", {"red_flags": ["hot-flushes"]}, "red_flags", "unknown_slug"),
    ("signs", {"checked": {"weight-loss": ""}}, "checked-weight-loss", "missing"),
    ("signs", {"checked": {"weight-loss": LONG_AGO}}, "checked-weight-loss", "invalid"),
    ("signs", {"checked": {"weight-loss": "2999-01-01"}}, "checked-weight-loss", "invalid"),
    ("signs", {"checked": ["weight-loss"]}, "red_flags", "invalid"),
    ("health", {**health("sunburn"), "gates": {}}, "gate-today", "missing"),
    ("health", {**health(), "gates": {**health()["gates"], "skin": True}}, "gate-skin", "missing"),
    ("health", {**health("sunburn"), "gates": health()["gates"]}, "gate-today", "contradiction"),
    ("health", {**health("sunburn"), "where": {"sunburn": ["wing"]}}, "sunburn", "unknown_slug"),
    ("health", health("pregnancy", weeks=46), "weeks", "invalid"),
    ("health", health("pregnancy"), "weeks", "missing"),
    ("health", health("witchcraft-of-old"), "conditions", "unknown_slug"),
    ("health", health(medicines="x" * 5000), "medicines", "too_long"),
    ("health", health(medicines="a\x00b"), "medicines", "invalid"),
    ("health", health(allergies=["nuts"]), "allergies", "invalid"),
    ("comfort", {"pressure": "crushing"}, "pressure", "unknown_slug"),
    ("comfort", {"positions": ["head"]}, "positions", "unknown_slug"),
    ("comfort", {"table": "yes"}, "table", "invalid"),
    ("goal", {"tips_by_mail": "on"}, "tips_by_mail", "invalid"),
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
        save_step(asked, step="complaint", data={**SORE_BACK["complaint"], "symptoms": ["dull-ache", "love-sick"]})


def test_a_step_that_does_not_exist_is_refused(asked: IntakeRequest) -> None:
    with pytest.raises(Refusal):
        save_step(asked, step="__class__", data={})


def test_steps_saved_in_two_tabs_do_not_overwrite_each_other(asked: IntakeRequest) -> None:
    other_tab = IntakeRequest.objects.get(pk=asked.pk)
    save_step(asked, step="where", data=SORE_BACK["where"])
    save_step(other_tab, step="complaint", data=SORE_BACK["complaint"])
    asked.refresh_from_db()
    assert set(asked.answers) == {"where", "complaint"}
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
    save_step(asked, step="health", data=health(medicines=text))
    asked.refresh_from_db()
    assert asked.answers["health"]["medicines"] == text


def test_nothing_but_the_answers_of_a_step_is_kept(asked: IntakeRequest) -> None:
    clean = save_step(asked, step="consent", data={**consented(), "is_staff": True})
    assert "is_staff" not in clean
