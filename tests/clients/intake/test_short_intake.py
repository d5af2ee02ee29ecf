"""A short intake: safety, consent and where it hurts, on fewer pages; every safety question of the whole one stays."""

import pytest

from clients.catalogue import current_catalogue
from clients.intake.actions import request_intake, save_step, submit_intake
from clients.intake.answers import steps_for, warning_signs_to_ask
from clients.intake.consent import answers_with_consent
from clients.models import Client, IntakeRequest, PainScore
from clinic.errors import Refusal
from clinic.models import Practice
from tests.clients.answers import SORE_BACK, consented
from tests.clients.steps import opened

PAGES = ["where", "feel", "signs", "today", "body", "long-term", "words", "consent"]


@pytest.fixture
def short(catalogue: None, ana: Client, practice: Practice) -> IntakeRequest:
    """Ana was asked for a short intake."""
    return request_intake(ana, technique_slug="regular-massage", short=True)


def filled(row: IntakeRequest) -> IntakeRequest:
    """The short intake with Ana's sore back."""
    for step in PAGES:
        if step == "signs":
            asked = warning_signs_to_ask(answers_with_consent(row, current_catalogue()), current_catalogue())
            save_step(row, step=step, data={"red_flags": [], "none": True, "asked": asked})
        else:
            save_step(row, step=step, data=consented() if step == "consent" else SORE_BACK[step])
    return row


def test_goals_causes_and_scores_are_not_asked(short: IntakeRequest) -> None:
    assert steps_for(answers_with_consent(short, current_catalogue())) == PAGES


def test_its_pages_lead_from_one_to_the_next_and_the_others_are_not_there(short: IntakeRequest) -> None:
    browser = opened(short)
    page = browser.get(f"/intake/{short.public_id}/where/")
    assert "Step 1 of 9" in " ".join(page.content.decode().replace("<strong>", "").replace("</strong>", "").split())
    for step in ("since", "life", "cause", "wishes"):
        assert browser.get(f"/intake/{short.public_id}/{step}/").status_code == 404


def test_it_asks_every_warning_sign_because_it_asks_not_since_when(short: IntakeRequest) -> None:
    for step in ("where", "feel"):
        save_step(short, step=step, data=SORE_BACK[step])
    asked = set(warning_signs_to_ask(answers_with_consent(short, current_catalogue()), current_catalogue()))
    assert asked == {each.slug for each in current_catalogue().red_flags if not each.switched_off}


def test_it_is_sent_without_scores_and_makes_a_plan(short: IntakeRequest) -> None:
    intake = submit_intake(filled(short))
    assert set(intake.areas) == {mark.partition(":")[0] for mark in SORE_BACK["where"]["areas"]}
    assert not PainScore.objects.exists()
    assert intake.plans.get().technique == "regular-massage"
    assert intake.consent is not None


@pytest.mark.parametrize("step", ["where", "signs", "today", "consent"])
def test_it_is_not_sent_while_a_page_is_open(short: IntakeRequest, step: str) -> None:
    filled(short)
    del short.answers[step]
    short.save(update_fields=["answers"])
    with pytest.raises(Refusal):
        submit_intake(short)


def test_who_comes_to_relax_is_asked_no_signs(short: IntakeRequest) -> None:
    save_step(short, step="where", data={"areas": [], "none": True})
    save_step(short, step="feel", data={"symptoms": [], "none": True})
    assert "signs" not in steps_for(answers_with_consent(short, current_catalogue()))


@pytest.mark.parametrize(("is_short", "minutes"), [(True, "about three minutes"), (False, "about ten minutes")])
def test_the_welcome_says_how_long_it_takes(short: IntakeRequest, is_short: bool, minutes: str) -> None:
    IntakeRequest.objects.update(short=is_short)
    page = opened(short).get(f"/intake/{short.public_id}/").content.decode()
    assert [each for each in ("about three minutes", "about ten minutes") if each in page] == [minutes]
