"""The number of an intake: the pain as a whole, for who comes with a complaint."""

from decimal import Decimal

import pytest

from clients.intake.actions import submit_intake
from clients.models import IntakeRequest, PainScore
from tests.clients.answers import SORE_BACK
from tests.clients.steps import fill

pytestmark = pytest.mark.django_db
RELAX = {"brings": "to-relax", "symptoms": [], "none": True, "pain": None}


def test_an_intake_has_its_number(asked: IntakeRequest) -> None:
    intake = submit_intake(fill(asked))
    assert intake.pain == SORE_BACK["complaint"]["pain"]
    assert [(score.value, score.moment) for score in intake.scores.all()] == [(Decimal(5), "now")]


def test_whoever_comes_to_relax_has_no_number(asked: IntakeRequest) -> None:
    intake = submit_intake(fill(asked, complaint=RELAX, where={"areas": []}))
    assert intake.pain is None
    assert not PainScore.objects.exists()
