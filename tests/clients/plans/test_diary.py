"""A plan that answers back: a tap for each tip, a small diary, and counts that betray nobody."""

import datetime as dt
import uuid

import pytest
from django.utils import timezone

from clients.models import CarePlan, CarePlanItem, Client, Consent, PainScore, TipAnswer
from clients.pain.follow_up import store_pain
from clients.plans.diary import plan_progress, store_tip_answer
from clients.plans.progress import Why
from clients.plans.tip_statistics import tip_counts
from clients.record.self_service import withdraw_purpose
from clinic.errors import Refusal
from clinic.models import ClientLink, Practice
from clinic.models.links import LinkPurpose
from clinic.web.links import mint_link
from tests.clients.plans.given import DESK_NECK, given
from tests.clients.plans.people import reader_of
from tests.fixtures.browser import Browser
from tests.fixtures.cast import Cast

pytestmark = pytest.mark.django_db


def tip(plan: CarePlan, slug: str = "heat-pack") -> CarePlanItem:
    return plan.items.select_related("plan__client").get(slug=slug)


def agreed(client: Client, practice: Practice, **ticks: bool) -> Consent:
    return Consent.objects.create(
        client=client,
        version=practice.consent_version,
        text="words",
        signature=str(client),
        **{"treatment": True, "statistics": True, **ticks},
    )


def test_did_it_and_helped_are_a_tap_each_and_one_answer_a_day(ana: Client) -> None:
    plan = given(ana, **DESK_NECK)
    browser, path = reader_of(plan), f"/care/{plan.public_id}/"
    for said in ("did", "helped"):
        assert browser.post(f"{path}tips/heat-pack/", {"answer": said}).status_code == 302
    answer = TipAnswer.objects.get()
    assert (answer.item.slug, answer.client, answer.did, answer.helped) == ("heat-pack", ana, True, True)
    page = browser.get(path).content.decode()
    assert "Helped today" in page
    assert "1 of 7 days" in page
    browser.post(f"{path}tips/heat-pack/", {"answer": "undo"})
    assert not TipAnswer.objects.exists()


def test_a_word_of_their_own_is_kept_beside_it_and_stays_with_the_next_tap(ana: Client) -> None:
    plan = given(ana, **DESK_NECK)
    browser, path = reader_of(plan), f"/care/{plan.public_id}/tips/heat-pack/"
    browser.post(path, {"answer": "note", "note": "Good in the evening"})
    browser.post(path, {"answer": "helped"})
    answer = TipAnswer.objects.get()
    assert (answer.note, answer.helped) == ("Good in the evening", True)
    assert "Good in the evening" in browser.get(f"/care/{plan.public_id}/").content.decode()
    browser.post(path, {"answer": "note", "note": "x" * 301})
    answer.refresh_from_db()
    assert answer.note == "Good in the evening"


@pytest.mark.parametrize("slug", ["lavender", "carrier-jojoba", "no-such-tip"])
def test_only_a_tip_of_the_plan_is_answered(ana: Client, slug: str) -> None:
    plan = given(ana, **DESK_NECK)
    assert reader_of(plan).post(f"/care/{plan.public_id}/tips/{slug}/", {"answer": "did"}).status_code == 404


def test_what_waits_or_was_dropped_and_words_of_no_meaning_are_refused(ana: Client) -> None:
    item = tip(given(ana, **DESK_NECK))
    with pytest.raises(Refusal) as refused:
        store_tip_answer(item, "often")
    assert refused.value.code == "unknown_answer"
    item.state = CarePlanItem.State.DROPPED
    item.save()
    with pytest.raises(Refusal) as refused:
        store_tip_answer(item, "did")
    assert refused.value.code == "not_given"


def test_a_stranger_answers_nothing(ana: Client) -> None:
    plan, other = given(ana, **DESK_NECK), given(ana, **DESK_NECK)
    assert reader_of(other).post(f"/care/{plan.public_id}/tips/heat-pack/", {"answer": "did"}).status_code == 404
    assert not TipAnswer.objects.exists()


def pain_reader(client: Client, appointment: uuid.UUID) -> Browser:
    token = mint_link(purpose=LinkPurpose.PAIN, subject=appointment, lasts=dt.timedelta(days=1))
    ClientLink.objects.filter(subject=appointment).update(client=client.public_id)
    browser = Browser()
    assert browser.get(f"/pain/{token}/").status_code == 302
    return browser


def test_the_page_of_the_pain_asks_after_the_tips_once_it_has_its_number(cast: Cast) -> None:
    subject = cast.appointment(cast.at(10)).public_id
    plan = given(cast.ana, **DESK_NECK)
    browser = pain_reader(cast.ana, subject)
    assert "And your tips?" not in browser.get(f"/pain/{subject}/").content.decode()
    browser.post(f"/pain/{subject}/", {"n": "4"})
    assert "And your tips?" in browser.get(f"/pain/{subject}/").content.decode()
    browser.post(f"/pain/{subject}/tips/heat-pack/", {"answer": "not-helped"})
    assert TipAnswer.objects.get().item == tip(plan)
    assert TipAnswer.objects.get().helped is False


def test_strong_pain_is_answered_with_see_a_doctor_and_not_with_tips(cast: Cast) -> None:
    subject = cast.appointment(cast.at(10)).public_id
    given(cast.ana, **DESK_NECK)
    browser = pain_reader(cast.ana, subject)
    browser.post(f"/pain/{subject}/", {"n": "8"})
    page = browser.get(f"/pain/{subject}/").content.decode()
    assert "Strong pain always belongs with a doctor" in page
    assert "And your tips?" not in page
    assert PainScore.objects.get(moment="later").needs_call


def session(client: Client, before: int, later: int) -> PainScore:
    appointment = uuid.uuid4()
    PainScore.objects.create(client=client, appointment=appointment, moment="before", value=before)
    return store_pain(client, appointment, later)


def test_worse_after_two_sessions_in_a_row_asks_for_a_call(ana: Client) -> None:
    assert not session(ana, 3, 4).needs_call
    assert session(ana, 3, 4).needs_call
    assert not session(ana, 4, 4).needs_call


def test_the_therapist_reads_the_diary_with_a_proposed_change(ana: Client) -> None:
    plan = given(ana, **DESK_NECK)
    CarePlan.objects.filter(pk=plan.pk).update(also=["walking", *plan.also])
    for number in (6, 4):
        session(ana, number, number - 2)
    store_tip_answer(tip(plan, "movement-breaks"), "not-helped")
    progress = plan_progress(CarePlan.objects.get(pk=plan.pk))
    assert [answer.item.slug for answer in progress.answers] == ["movement-breaks"]
    whys = {change.leave: change.why for change in progress.changes}
    assert whys["heat-pack"] == Why.BETTER_TWICE
    assert whys["movement-breaks"] == Why.DID_NOT_HELP
    assert next(change.take for change in progress.changes if change.leave == "heat-pack") == "walking"


def test_withdrawing_the_treatment_deletes_the_diary(ana: Client, practice: Practice) -> None:
    agreed(ana, practice)
    store_tip_answer(tip(given(ana, **DESK_NECK)), "did")
    withdraw_purpose(ana, purpose="statistics")
    assert TipAnswer.objects.exists()
    withdraw_purpose(ana, purpose="treatment")
    assert not TipAnswer.objects.exists()


def answered(client: Client, times: int, *, helped: int = 0) -> None:
    item = tip(given(client, **DESK_NECK))
    today = timezone.localdate()
    TipAnswer.objects.bulk_create(
        TipAnswer(item=item, client=client, did=True, helped=day < helped or None, on=today - dt.timedelta(days=day))
        for day in range(times)
    )


def test_counts_are_shown_from_ten_answers_on(ana: Client, practice: Practice) -> None:
    agreed(ana, practice)
    answered(ana, 9)
    assert tip_counts() == []
    answered(ana, 1)
    found = tip_counts()
    assert [(each.slug, each.done, each.helped) for each in found] == [("heat-pack", 10, None)]


def test_how_often_a_tip_helps_takes_ten_who_said_so(ana: Client, practice: Practice) -> None:
    agreed(ana, practice)
    answered(ana, 12, helped=10)
    assert [each.helped for each in tip_counts()] == [100]


@pytest.mark.parametrize("purpose", ["statistics", "treatment"])
def test_who_did_not_agree_or_withdrew_is_not_counted(ana: Client, practice: Practice, purpose: str) -> None:
    agreed(ana, practice, statistics=False)
    answered(ana, 12)
    assert tip_counts() == []
    Consent.objects.update(statistics=True)
    assert len(tip_counts()) == 1
    withdraw_purpose(ana, purpose=purpose)
    assert tip_counts() == []


@pytest.mark.parametrize(("sheet", "says"), [("label", "Lavandula"), ("handout", "img/moves/")])
def test_the_desk_prints_the_sheets_of_a_plan(cast: Cast, sheet: str, says: str) -> None:
    appointment = cast.appointment(cast.at(10))
    plan = given(cast.ana, **DESK_NECK)
    browser, path = Browser(), f"/desk/appointments/{appointment.public_id}/plans/{plan.public_id}/{sheet}/"
    browser.force_login(cast.owner)
    assert says in browser.get(path).content.decode()
    other = given(cast.ben, **DESK_NECK)
    assert browser.get(path.replace(str(plan.public_id), str(other.public_id))).status_code == 404
    assert Browser().get(path).status_code in (302, 404)


def test_the_practice_sees_the_counts_in_the_admin_and_no_single_answer(cast: Cast) -> None:
    agreed(cast.ana, cast.practice)
    answered(cast.ana, 12, helped=10)
    browser = Browser()
    browser.force_login(cast.owner)
    page = browser.get("/admin/clients/tipanswer/").content.decode()
    assert "Heat pack" in page
    assert "100 %" in page
    assert str(cast.ana) not in page
    one = TipAnswer.objects.first()
    assert one is not None
    assert browser.get(f"/admin/clients/tipanswer/{one.pk}/change/").status_code in (302, 403)
