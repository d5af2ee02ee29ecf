"""From saved answers to an intake: whole, once, and never by halves."""

import datetime as dt
import threading
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from clients.catalogue import current_catalogue
from clients.intake.actions import request_intake, save_step, submit_intake
from clients.intake.checks import practice_day, years_old
from clients.intake.consent import answers_with_consent
from clients.models import CarePlan, Client, Consent, Intake, IntakeRequest, PainScore
from clinic.errors import Refusal
from clinic.models import AccessEvent, Practice
from tests.clients.answers import BORN_ON, SORE_BACK, conditions, consented, signs
from tests.clients.steps import fill

pytestmark = pytest.mark.django_db


def test_the_same_appointment_is_asked_for_one_intake(ana: Client) -> None:
    appointment = ana.public_id
    first = request_intake(ana, technique_slug="hot-stone", appointment=appointment)
    again = request_intake(ana, technique_slug="regular-massage", appointment=appointment)
    assert again.pk == first.pk
    assert again.technique == "hot-stone"


def test_every_answer_arrives_in_the_intake(asked: IntakeRequest) -> None:
    intake = submit_intake(fill(asked))
    intake.refresh_from_db()
    assert intake.symptoms == ["dull-ache", "stiffness"]
    assert intake.onset == ["chronic", "recurrent-flare"]
    assert intake.causes == ["computer-work"]
    assert intake.aggravating == ["agg-sitting"]
    assert intake.medicines == "Vitamin D"
    assert intake.surgery == "Left knee, 2015"
    assert intake.goals == "Sleep through"
    assert (intake.pressure, intake.massage_before) == ("medium", "felt-good")
    assert (intake.focus, intake.areas_to_avoid) == (["lower-back"], "Feet")
    assert (intake.emergency_contact, intake.physician) == ("Max Berg, 030 555", "Dr Lind")
    assert (intake.occupation, intake.positions) == ("sitting", ["front", "back", "side"])
    assert (intake.aids, intake.communication, intake.room) == (["contact-lenses"], ["speech"], ["quiet"])
    assert (intake.triage, intake.red_flags) == ("ok", [])
    assert "ces-saddle-numbness" in intake.denied
    assert intake.catalogue_version
    assert set(intake.marks.values_list("area", "side")) == {("lower-back", "both"), ("neck", "centre")}
    assert intake.pain == 5
    assert dict(intake.scores.values_list("moment", "value")) == {"now": 5}
    assert intake.client.born_on == dt.date.fromisoformat(BORN_ON)
    assert intake.age == years_old(intake.client.born_on, practice_day())


def test_the_consent_keeps_the_words_as_they_stood(asked: IntakeRequest) -> None:
    intake = submit_intake(fill(asked))
    text = Practice.current().consent_text
    Practice.objects.update(consent_text="Other words", consent_version=2)
    consent = Consent.objects.get()
    assert intake.consent == consent
    assert (consent.version, consent.text, consent.text_hash) == (1, text, Consent.hash_of(text))
    assert (consent.treatment, consent.hot_stone, consent.personal_tips, consent.statistics) == (
        True,
        False,
        True,
        False,
    )
    assert consent.signature == "Ana Berg"


@pytest.mark.parametrize("wanted", [True, False])
def test_personal_tips_go_by_mail_only_where_ticked(asked: IntakeRequest, wanted: bool) -> None:
    intake = submit_intake(fill(asked, goal={"goals": "", "tips_by_mail": wanted}))
    assert intake.consent is not None
    assert intake.consent.personal_tips is wanted
    assert Client.objects.get().personal_tips_wanted is wanted


def test_an_intake_sent_twice_is_one_intake(asked: IntakeRequest) -> None:
    stale = IntakeRequest.objects.get(pk=fill(asked).pk)
    first, again = submit_intake(asked), submit_intake(stale)
    assert first == again
    assert (Intake.objects.count(), CarePlan.objects.count(), Consent.objects.count()) == (1, 1, 1)


@pytest.mark.django_db(transaction=True)
def test_two_tabs_that_send_at_once_make_one_intake(asked: IntakeRequest) -> None:
    fill(asked)
    sent: list[int] = []
    ready = threading.Barrier(2)

    def send() -> None:
        ready.wait()
        sent.append(submit_intake(IntakeRequest.objects.get(pk=asked.pk)).pk)
        connection.close()

    tabs = [threading.Thread(target=send) for _ in range(2)]
    for tab in tabs:
        tab.start()
    for tab in tabs:
        tab.join()
    assert len(set(sent)) == 1
    assert Intake.objects.count() == CarePlan.objects.count() == 1


def test_answers_so_far_are_not_kept_twice_and_no_step_can_follow(asked: IntakeRequest) -> None:
    submit_intake(fill(asked))
    asked.refresh_from_db()
    assert asked.answers == {}
    with pytest.raises(Refusal) as refused:
        save_step(asked, step="goal", data={"goals": "More"})
    assert refused.value.code == "already_given"


@pytest.mark.parametrize("step", ["complaint", "where", "since", "health", "comfort", "goal", "consent"])
def test_an_intake_with_a_step_missing_is_refused_whole(asked: IntakeRequest, step: str) -> None:
    fill(asked)
    IntakeRequest.objects.update(answers={name: data for name, data in asked.answers.items() if name != step})
    with pytest.raises(Refusal) as refused:
        submit_intake(asked)
    assert (refused.value.code, refused.value.field) == ("incomplete", step)
    assert not Intake.objects.exists()
    assert not Consent.objects.exists()


def test_without_warning_signs_it_is_refused_and_asks_them_after_the_health(asked: IntakeRequest) -> None:
    fill(asked)
    IntakeRequest.objects.update(answers={name: data for name, data in asked.answers.items() if name != "signs"})
    with pytest.raises(Refusal) as refused:
        submit_intake(asked)
    assert (refused.value.code, refused.value.field) == ("incomplete", "more-signs")


def test_nobody_is_treated_without_an_age(asked: IntakeRequest) -> None:
    with pytest.raises(Refusal) as refused:
        submit_intake(fill(asked, you={**SORE_BACK["you"], "born_on": ""}))
    assert refused.value.field == "you"


def test_a_symptom_added_later_asks_its_warning_signs(asked: IntakeRequest) -> None:
    answered = {**signs(), "asked": ["ces-saddle-numbness"]}
    fill(asked, signs=answered)
    complaint = {**SORE_BACK["complaint"], "symptoms": ["dull-ache", "weakness"]}
    save_step(asked, step="complaint", data=complaint)
    with pytest.raises(Refusal) as refused:
        submit_intake(asked)
    assert refused.value.field == "more-signs"


TO_RELAX: dict[str, Any] = {"brings": "to-relax", "symptoms": [], "none": False, "pain": None}


def test_whoever_comes_to_relax_is_asked_nothing_about_pain(asked: IntakeRequest) -> None:
    for step, data in {**SORE_BACK, "complaint": TO_RELAX, "consent": consented()}.items():
        if step not in {"since", "signs"}:
            save_step(asked, step=step, data=data)
    intake = submit_intake(asked)
    assert (intake.symptoms, intake.onset, intake.areas, intake.pain) == ([], [], [], None)
    assert intake.focus == ["lower-back"]
    assert not PainScore.objects.exists()


def test_answers_about_a_pain_taken_back_are_left_out_and_come_back_with_it(asked: IntakeRequest) -> None:
    fill(asked)
    save_step(asked, step="complaint", data={**SORE_BACK["complaint"], "brings": "to-relax"})
    given = answers_with_consent(asked, current_catalogue(), Practice.current())
    assert (given.causes, given.onset, given.symptoms, given.marks, given.pain) == ((), (), (), (), None)
    save_step(asked, step="complaint", data={**asked.answers["complaint"], "brings": "an-injury"})
    intake = submit_intake(asked)
    assert (intake.causes, intake.symptoms) == (["computer-work"], ["dull-ache", "stiffness"])


@pytest.mark.invariant("I7")
def test_an_emergency_answer_is_taken_unfinished_and_unsigned(asked: IntakeRequest) -> None:
    save_step(asked, step="where", data=SORE_BACK["where"])
    save_step(asked, step="complaint", data=SORE_BACK["complaint"])
    save_step(asked, step="signs", data=signs("ces-saddle-numbness"))
    intake = submit_intake(asked)
    plan = intake.plans.get()
    assert (intake.triage, intake.consent) == ("emergency", None)
    assert intake.red_flags == ["ces-saddle-numbness"]
    assert (plan.triage, plan.items.count()) == ("emergency", 0)


def test_a_changed_consent_text_must_be_signed_anew(asked: IntakeRequest) -> None:
    fill(asked)
    Practice.objects.update(consent_text="New words", consent_version=2)
    with pytest.raises(Refusal) as refused:
        submit_intake(asked)
    assert (refused.value.code, refused.value.field) == ("consent_changed", "consent")


def test_hot_stones_need_a_consent_of_their_own(asked_for_stones: IntakeRequest) -> None:
    with pytest.raises(Refusal) as refused:
        submit_intake(fill(asked_for_stones))
    assert refused.value.field == "consent"
    assert submit_intake(fill(asked_for_stones, consent=consented(hot_stone=True))).consent.hot_stone  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "changed",
    [
        conditions(["minor-under-18"]),
        {"you": {"born_on": (timezone.now().date() - dt.timedelta(days=17 * 365)).isoformat()}},
    ],
    ids=["by answer", "by birth"],
)
def test_a_minor_needs_a_guardian(asked: IntakeRequest, changed: dict[str, Any]) -> None:
    with pytest.raises(Refusal) as refused:
        submit_intake(fill(asked, **changed))
    assert "guardian" in refused.value.message
    given = submit_intake(fill(asked, **changed, consent=consented(guardian="Eva Berg"))).consent
    assert given is not None
    assert given.guardian == "Eva Berg"


def test_the_access_log_notes_the_change_and_nothing_of_its_content(asked: IntakeRequest) -> None:
    submit_intake(fill(asked))
    event = AccessEvent.objects.get(action="change")
    assert (event.actor, event.noun, event.client) == ("client by link", "intake", asked.client.public_id)
