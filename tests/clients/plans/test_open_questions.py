"""Open safety questions, answered on the page of the plan: new answers, a new plan, and no way around them."""

import datetime as dt
from typing import Any

import pytest

from clients.models import CarePlan, Client, Intake, IntakeRequest, TipAnswer
from clients.plans.in_force import plan_in_force
from tests.clients.plans.people import persona, plan_of, reader_of
from tests.fixtures.actions import practice_day

pytestmark = pytest.mark.django_db


def answers(plan: CarePlan, value: str = "no", **changed: str) -> dict[str, str]:
    return {**{each["slug"]: value for each in plan.questions}, **changed}


def posted(plan: CarePlan, data: dict[str, Any]) -> Any:
    browser = reader_of(plan)
    return browser.post(f"/care/{plan.public_id}/questions/", data)


def test_no_to_all_makes_a_plan_that_is_shown_behind_the_same_link(ana: Client) -> None:
    plan = plan_of(ana, persona("clot-past-calf"), triage="doctor-before-massage")
    before = Intake.objects.get()
    browser = reader_of(plan)
    assert browser.post(f"/care/{plan.public_id}/questions/", answers(plan)).status_code == 302
    page = browser.get(f"/care/{plan.public_id}/").content.decode()
    assert "This week, one thing" in page
    assert "questions" not in page
    newer = plan_in_force(plan)
    assert newer != plan
    # The newer plan is answered behind the link of the old one, the only one that this browser opened.
    tips = f"/care/{plan.public_id}/tips/{newer.one_thing}/"
    assert tips in page
    assert browser.post(tips, {"answer": "did"}).status_code == 302
    assert TipAnswer.objects.get().item.plan == newer
    assert not newer.provisional
    assert newer.intake.areas == before.areas
    assert set(newer.intake.denied) >= {each["slug"] for each in plan.questions}
    before.refresh_from_db()
    assert before.denied == []


@pytest.mark.invariant("I7")
def test_yes_to_an_emergency_sign_shows_the_number_and_nothing_else(ana: Client) -> None:
    plan = plan_of(ana, persona("heat-rub-bath"))
    sign = "ces-saddle-numbness"
    assert sign in {each["slug"] for each in plan.questions}
    browser = reader_of(plan)
    browser.post(f"/care/{plan.public_id}/questions/", answers(plan, **{sign: "yes"}))
    page = browser.get(f"/care/{plan.public_id}/").content.decode()
    assert "Please get medical help now" in page
    assert "Also good" not in page
    newest = Intake.objects.latest_of(ana)
    assert newest is not None
    assert newest.triage == "emergency"
    assert newest in Intake.objects.needing_call()


@pytest.mark.parametrize(("change", "wrong"), [({}, "dvt-signs"), ({"dvt-signs": "perhaps"}, "dvt-signs")])
def test_a_missing_answer_is_asked_for_beside_its_question_and_the_others_stay(
    ana: Client, change: dict[str, str], wrong: str
) -> None:
    plan = plan_of(ana, persona("clot-past-calf"))
    given = {slug: value for slug, value in answers(plan).items() if slug != wrong}
    answer = posted(plan, {**given, **change})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert f'id="error-{wrong}"' in page
    assert page.count('id="error-') == 1
    assert page.count('value="no" checked') == len(given)
    assert Intake.objects.count() == 1


def looked_at(day: dt.date) -> dict[str, str]:
    return {"dvt-signs": "checked", "dvt-signs-on": day.isoformat()}


@pytest.mark.parametrize(("ago", "status"), [(3, 302), (800, 422), (-1, 422)])
def test_a_doctors_look_counts_since_it_began(ana: Client, ago: int, status: int) -> None:
    plan = plan_of(ana, persona("clot-past-calf"))
    day = practice_day() - dt.timedelta(days=ago)
    assert posted(plan, answers(plan, **looked_at(day))).status_code == status
    newest = plan_in_force(plan)
    if status == 302:
        assert newest.intake.checked == {"dvt-signs": day.isoformat()}
        assert newest.triage == "caution"
    else:
        assert newest == plan


def test_a_sign_of_today_is_not_downgraded_by_a_doctors_look(ana: Client) -> None:
    plan = plan_of(ana, persona("heat-rub-bath"))
    sign = "ces-saddle-numbness"
    given = answers(plan, **{sign: "checked", f"{sign}-on": practice_day().isoformat()})
    assert posted(plan, given).status_code == 422
    assert Intake.objects.count() == 1


def test_answered_twice_is_answered_once(ana: Client) -> None:
    plan = plan_of(ana, persona("clot-past-calf"))
    first, second = reader_of(plan), reader_of(plan)
    for browser in (first, second):
        assert browser.post(f"/care/{plan.public_id}/questions/", answers(plan)).status_code == 302
    assert Intake.objects.count() == 2


def test_a_get_changes_nothing(ana: Client) -> None:
    plan = plan_of(ana, persona("clot-past-calf"))
    answer = reader_of(plan).get(f"/care/{plan.public_id}/questions/", answers(plan))
    assert answer.status_code == 302
    assert Intake.objects.count() == 1


def test_a_stranger_cannot_answer(ana: Client) -> None:
    plan, other = plan_of(ana, persona("clot-past-calf")), plan_of(ana, persona("heat-rub-bath"))
    answer = reader_of(other).post(f"/care/{plan.public_id}/questions/", answers(plan))
    assert answer.status_code == 404
    assert Intake.objects.count() == 2


def test_a_stop_that_was_only_assumed_asks_nobody_to_call_once_it_is_denied(ana: Client) -> None:
    plan = plan_of(ana, persona("clot-past-calf"), triage="doctor-before-massage")
    IntakeRequest.objects.create(client=ana, technique="regular-massage", intake=plan.intake)
    assert plan.intake in Intake.objects.needing_call()
    posted(plan, answers(plan))
    assert not Intake.objects.needing_call().exists()
    assert IntakeRequest.objects.get().intake == plan_in_force(plan).intake
