"""The stored plan: the engine's answer in words, with nothing added, nothing lost and nothing unsafe."""

import html
import random
from typing import Any

import pytest

from clients.care import make_care_plan, shipped
from clients.care.levels import closed_conditions
from clients.intake.actions import submit_intake
from clients.models import CarePlan, CarePlanItem, IntakeRequest
from clients.plans.actions import engine_answers
from clients.plans.review import approve_plan
from clinic.errors import Refusal
from clinic.models import AccessEvent, Practice, User
from tests.clients.answers import SORE_BACK, conditions, consented, signs
from tests.clients.steps import fill, plan_page

pytestmark = pytest.mark.django_db
State = CarePlanItem.State
# A new ache, for which medicines rank among the first five; they wait for the therapist.
NEW_ACHE: dict[str, Any] = {
    "feel": {"symptoms": ["dull-ache", "muscle-ache"], "none": False},
    "since": {**SORE_BACK["since"], "onset": ["acute"]},
    "cause": {"causes": []},
}


def planned(row: IntakeRequest, *ticked: str, **pages: Any) -> CarePlan:
    """The plan of Ana's sore back with these conditions."""
    health = {step.replace("-", "_"): data for step, data in conditions(ticked).items()}
    consent = consented(hot_stone=True, guardian="Eva Berg")
    return submit_intake(fill(row, consent=consent, **health, **pages)).plans.get()


def slugs(care_plan: CarePlan, *states: str) -> set[str]:
    return set(care_plan.items.filter(state__in=states).values_list("slug", flat=True))


@pytest.fixture
def therapist(db: None) -> User:
    return User.objects.create_user("mira@example.org", name="Mira")


def test_a_plan_says_what_the_engine_said(asked: IntakeRequest) -> None:
    care_plan = planned(asked, "asthma")
    found = make_care_plan(shipped(), engine_answers(care_plan.intake, shipped(), "regular-massage"))
    stored = care_plan.items.exclude(state=State.WITHHELD)
    assert [item.slug for item in stored.filter(kind="oil")] == [each.slug for each in found.oils]
    assert [item.slug for item in stored.filter(kind="home-care")] == [each.slug for each in found.home_care]
    assert [item.slug for item in stored.filter(kind="carrier")] == [found.carrier]
    held = {each.slug for each in (*found.withheld_oils, *found.withheld_home_care)}
    assert slugs(care_plan, State.WITHHELD) == held
    assert {service["slug"]: service["level"] for service in care_plan.services} == {
        slug: str(level.level) for slug, level in found.services.items()
    }


def test_every_reason_names_something_the_client_said(asked: IntakeRequest) -> None:
    care_plan = planned(asked)
    intake = care_plan.intake
    said = {*intake.symptoms, *intake.causes, *intake.onset, *intake.areas}
    reasons = [answer for item in care_plan.items.all() for kind in item.because.values() for answer in kind]
    assert reasons
    assert {reason["slug"] for reason in reasons} <= said
    assert "“" not in plan_page(intake)
    assert "<q>Computer work</q>" in plan_page(intake)


def test_a_withheld_item_names_the_condition_and_the_answer_behind_it(asked: IntakeRequest) -> None:
    feel = {"symptoms": ["dull-ache", "numbness-tingling"], "none": False}
    care_plan = planned(asked, feel=feel)
    heat = care_plan.items.get(slug="heat-pack")
    assert heat.state == State.WITHHELD
    assert heat.withheld_because == [
        {
            "condition": "reduced-sensation",
            "name": "Numb areas or reduced feeling",
            "reason": "You could be burned without feeling it.",
            "from": ["Numbness or pins and needles"],
            "for_good": True,
        }
    ]
    page = plan_page(care_plan.intake)
    assert "You could be burned without feeling it." in page
    assert heat.text not in page


def test_when_a_doctor_comes_first_the_therapist_sees_what_is_held_back_and_the_client_one_thing(
    asked: IntakeRequest,
) -> None:
    care_plan = planned(asked, "reduced-sensation", "pregnancy", signs=signs("weight-loss"))
    held = care_plan.items.filter(state=State.WITHHELD)
    assert {"heat-pack", "peppermint"} <= slugs(care_plan, State.WITHHELD)
    assert all(item.withheld_because[-1]["name"] == "Doctor first" for item in held)
    assert all("condition" in item.withheld_because[0] for item in held)
    page = plan_page(care_plan.intake)
    assert "Please see a doctor before your massage" in page
    assert "What we left out" not in page
    assert not [item.name for item in held if item.name in page]
    # There was no massage to be sore from.
    assert "soreness" not in page


def test_what_lowers_a_dose_stands_right_behind_it(asked: IntakeRequest) -> None:
    page = plan_page(planned(asked, "pregnancy").intake)
    lavender = page[page.index('id="oil-lavender"') :]
    how, care, why = (lavender.index(words) for words in ("1 to 3% in plain oil", "at no more than 1%", "Why:"))
    assert how < care < why


def test_items_for_review_wait_and_show_their_name_only(asked: IntakeRequest) -> None:
    care_plan = planned(asked, **NEW_ACHE)
    waiting = list(care_plan.items.filter(state=State.WAITING))
    assert waiting
    page = plan_page(care_plan.intake)
    for item in waiting:
        assert item.name in page
        assert item.text not in page
        assert item.dose not in page or not item.dose


def test_medicines_never_go_by_mail_even_when_approved(asked: IntakeRequest, therapist: User) -> None:
    care_plan = planned(asked, **NEW_ACHE)
    medicines = care_plan.items.filter(slug__in=["otc-aspirin", "otc-acetaminophen"])
    assert {item.state for item in medicines} == {State.WAITING}
    approve_plan(care_plan, by=therapist, keep=[item.pk for item in medicines])
    items = CarePlanItem.objects.filter(plan=care_plan)
    assert items.for_client().filter(slug="otc-aspirin").exists()
    assert not items.for_mail().exists()


def test_oils_that_must_not_be_warmed_say_so(asked: IntakeRequest) -> None:
    care_plan = planned(asked)
    cold = {oil.slug for oil in shipped().oils if not oil.heat_ok}
    marked = set(care_plan.items.filter(avoid_heat=True).values_list("slug", flat=True))
    assert marked == cold & slugs(care_plan, State.RELEASED, State.WAITING, State.WITHHELD)
    assert "Do not warm skin treated with it" in plan_page(care_plan.intake)


@pytest.mark.parametrize("country", ["DE", "GB"])
def test_the_law_of_the_country_switches_oils_off(asked: IntakeRequest, country: str) -> None:
    Practice.objects.update(country=country)
    feel = {"symptoms": ["muscle-ache", "joint-ache", "tension-headache", "stress-tension"], "none": False}
    care_plan = planned(asked, feel=feel)
    assert not care_plan.items.filter(slug__in=["panaway", "wintergreen"]).exists()


def test_in_the_us_panaway_waits_for_the_therapist(asked: IntakeRequest) -> None:
    Practice.objects.update(country="US")
    feel = {"symptoms": ["muscle-ache", "joint-ache", "tension-headache", "stress-tension"], "none": False}
    assert planned(asked, feel=feel).items.get(slug="panaway").state == State.WAITING


@pytest.mark.invariant("I6")
@pytest.mark.parametrize("seed", range(12))
def test_nothing_stored_for_the_client_breaks_a_never_when(asked_for_stones: IntakeRequest, seed: int) -> None:
    chance, catalogue = random.Random(seed), shipped()
    ticked = [each.slug for each in catalogue.conditions if chance.random() < 0.15]
    feel = {"symptoms": [each.slug for each in catalogue.symptoms if chance.random() < 0.4] or ["dull-ache"]}
    cause = {"causes": [each.slug for each in catalogue.causes if chance.random() < 0.3]}
    care_plan = planned(asked_for_stones, *ticked, feel=feel, cause=cause)
    present = set(closed_conditions(catalogue, engine_answers(care_plan.intake, catalogue, "hot-stone")))
    items = {**catalogue.index.oils, **catalogue.index.home_care}
    for slug in slugs(care_plan, State.RELEASED, State.WAITING):
        assert not present & {rule.condition for rule in items[slug].never_when}, slug
        assert getattr(items[slug], "heat_ok", True), slug
    page = plan_page(care_plan.intake)
    for item in care_plan.items.filter(state=State.WITHHELD):
        assert item.text not in page


def test_a_later_change_of_the_catalogue_changes_no_plan(asked: IntakeRequest) -> None:
    care_plan = planned(asked)
    assert care_plan.catalogue_version == care_plan.intake.catalogue_version
    assert all(item.text and item.name and item.evidence_grade for item in care_plan.items.all())


def test_the_articles_we_began_from_are_not_quoted_to_clients(asked: IntakeRequest) -> None:
    care_plan = planned(asked)
    assert care_plan.items.exists()
    for item in care_plan.items.all():
        assert "eed " not in item.evidence_note
        assert not [source for source in item.sources if "Seed article" in source["title"]]


# Approval


def pair_of(row: IntakeRequest) -> CarePlan:
    """A plan in which a menthol oil and a heat pack must not meet."""
    Practice.objects.update(country="US")
    feel = {"symptoms": ["muscle-ache", "tension-headache", "stress-tension", "tight-spot"], "none": False}
    return planned(row, feel=feel)


def test_both_of_a_pair_wait_and_name_each_other(asked: IntakeRequest) -> None:
    care_plan = pair_of(asked)
    paired = [item for item in care_plan.items.all() if item.not_with]
    assert len(paired) >= 2
    assert {item.state for item in paired} == {State.WAITING}
    assert "not together with" in plan_page(care_plan.intake)


def test_approval_refuses_both_of_a_pair(asked: IntakeRequest, therapist: User) -> None:
    care_plan = pair_of(asked)
    one = next(item for item in care_plan.items.all() if item.not_with)
    other = care_plan.items.get(slug=one.not_with[0]["slug"])
    with pytest.raises(Refusal) as refused:
        approve_plan(care_plan, by=therapist, keep=[one.pk, other.pk])
    assert refused.value.code == "pair"
    care_plan.refresh_from_db()
    assert care_plan.state == CarePlan.State.DRAFT


def test_approval_releases_what_is_kept_and_drops_the_rest(asked: IntakeRequest, therapist: User) -> None:
    care_plan = pair_of(asked)
    kept = next(item for item in care_plan.items.all() if item.not_with)
    approve_plan(care_plan, by=therapist, keep=[kept.pk])
    care_plan.refresh_from_db()
    assert slugs(care_plan, State.RELEASED) == {kept.slug}
    assert not slugs(care_plan, State.WAITING)
    assert (care_plan.state, care_plan.approved_by) == (CarePlan.State.APPROVED, therapist)
    page = plan_page(care_plan.intake)
    assert kept.text in page
    assert "Mira went through it" in page
    assert AccessEvent.objects.filter(user=therapist, noun="care plan", action="change").exists()


def test_a_block_is_overridden_only_with_a_written_reason(asked: IntakeRequest, therapist: User) -> None:
    care_plan = planned(asked, "transdermal-patch")
    held = care_plan.items.get(slug="heat-pack")
    for reason in ({}, {held.pk: ""}, {held.pk: "asdfg"}, {held.pk: "because because"}):
        with pytest.raises(Refusal) as refused:
            approve_plan(care_plan, by=therapist, keep=[held.pk], overrides=reason)
        assert refused.value.code == "reason_needed"
    approve_plan(care_plan, by=therapist, keep=[held.pk], overrides={held.pk: "Patch is on the arm, heat on the foot"})
    held.refresh_from_db()
    assert (held.state, held.override_reason) == (State.RELEASED, "Patch is on the arm, heat on the foot")
    page = plan_page(care_plan.intake)
    assert "Patch is on the arm" not in page, "the reason is the team's"
    assert all(why["reason"] in html.unescape(page) for why in held.withheld_because), "the caution is the client's"


def test_a_withheld_item_not_kept_stays_withheld(asked: IntakeRequest, therapist: User) -> None:
    care_plan = planned(asked, "transdermal-patch")
    approve_plan(care_plan, by=therapist, keep=[])
    assert care_plan.items.get(slug="heat-pack").state == State.WITHHELD
    assert not slugs(care_plan, State.RELEASED, State.WAITING)


def test_an_item_of_another_plan_is_refused(
    asked: IntakeRequest, asked_for_stones: IntakeRequest, therapist: User
) -> None:
    mine, other = planned(asked), planned(asked_for_stones)
    foreign = other.items.first()
    assert foreign is not None
    with pytest.raises(Refusal) as refused:
        approve_plan(mine, by=therapist, keep=[foreign.pk])
    assert refused.value.code == "not_of_plan"


def test_a_dose_can_be_put_in_other_words(asked: IntakeRequest, therapist: User) -> None:
    care_plan = planned(asked)
    item = care_plan.items.filter(state=State.RELEASED).first()
    assert item is not None
    approve_plan(care_plan, by=therapist, keep=[item.pk], doses={item.pk: "Twice a day"})
    item.refresh_from_db()
    assert item.dose == "Twice a day"
