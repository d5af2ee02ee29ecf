"""The numbers of an intake: the pain as a whole, at each of several places, and the PEG-3."""

from decimal import Decimal
from typing import Any

import pytest

from clients.intake.actions import save_step, submit_intake
from clients.models import IntakeRequest, PainScore
from clients.pain.outcomes import PEG
from clinic.errors import Refusal
from tests.clients.steps import fill, opened

LIFE: dict[str, Any] = {"enjoyment": 6, "activity": 3, "areas": {"neck": 2, "lower-back": 7}}


def peg(row: IntakeRequest, life: dict[str, Any]) -> list[tuple[Decimal, bool]]:
    """The PEG of an intake with these answers, and whether it is partial."""
    intake = submit_intake(fill(row, life=life))
    return list(intake.scores.filter(measure=PEG).values_list("value", "partial"))


def test_an_intake_has_its_peg(asked: IntakeRequest) -> None:
    assert peg(asked, LIFE) == [(Decimal("4.3"), False)]


def test_one_open_question_makes_it_partial(asked: IntakeRequest) -> None:
    assert peg(asked, {"enjoyment": 6}) == [(Decimal("5.0"), True)]


def test_two_open_questions_make_none(asked: IntakeRequest) -> None:
    assert peg(asked, {}) == []


def test_each_of_several_places_has_its_number(asked: IntakeRequest) -> None:
    intake = submit_intake(fill(asked, life=LIFE))
    by_place = dict(intake.scores.exclude(complaint="").values_list("complaint", "value"))
    assert by_place == {"neck": Decimal(2), "lower-back": Decimal(7)}
    assert set(intake.scores.exclude(complaint="").values_list("moment", flat=True)) == {"now"}


def test_a_single_place_is_the_pain_as_a_whole(asked: IntakeRequest) -> None:
    submit_intake(fill(asked, where={"areas": ["neck:left"], "none": False}, life={"areas": {"neck": 2}}))
    assert not PainScore.objects.exclude(complaint="").exists()


def test_a_place_that_was_taken_back_has_no_number(asked: IntakeRequest) -> None:
    marks = {"areas": ["knee:left", "neck:left"], "none": False}
    submit_intake(fill(asked, where=marks, life=LIFE))
    assert set(PainScore.objects.exclude(complaint="").values_list("complaint", flat=True)) == {"neck"}


def test_whoever_comes_to_relax_has_no_numbers(asked: IntakeRequest) -> None:
    none = {"areas": [], "none": True}
    submit_intake(fill(asked, where=none, feel={"symptoms": [], "none": True}, life=LIFE))
    assert not PainScore.objects.exists()


@pytest.mark.parametrize(
    ("life", "field"),
    [
        ({"enjoyment": 11}, "enjoyment"),
        ({"activity": "5"}, "activity"),
        ({"areas": {"tail": 3}}, "areas"),
        ({"areas": {"neck": True}}, "neck"),
        ({"areas": ["neck"]}, "areas"),
    ],
)
def test_what_is_no_number_is_refused(asked: IntakeRequest, life: dict[str, Any], field: str) -> None:
    with pytest.raises(Refusal) as refused:
        save_step(asked, step="life", data=life)
    assert refused.value.field == field


def test_the_page_asks_place_by_place_and_keeps_what_was_said(asked: IntakeRequest) -> None:
    browser = opened(asked)
    browser.post(f"/intake/{asked.public_id}/where/", {"areas": ["neck:left", "knee:left"]})
    browser.post(f"/intake/{asked.public_id}/life/", {"enjoyment": "6", "area-neck": "2"})
    page = browser.get(f"/intake/{asked.public_id}/life/").content.decode()
    assert "Neck: how strong is it now?" in page
    assert "Knee: how strong is it now?" in page
    assert page.count(" checked") == 2
