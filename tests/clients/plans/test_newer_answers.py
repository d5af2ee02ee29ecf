"""Answers that came after a plan was made or approved bar, ask and lower what it gives, whatever was said before."""

import datetime as dt
import re

import pytest
from django.utils import timezone

from clients.care import Level, Triage
from clients.care.weighing import suitability
from clients.catalogue import current_catalogue
from clients.models import CarePlan, CarePlanItem, Client, Intake, Screening
from clients.plans.answers import engine_answers
from clients.plans.in_force import newest_plan
from clients.plans.page import plan_page
from clients.plans.review import approve_plan
from clinic.errors import Refusal
from clinic.models import Practice, User
from tests.clients.plans.given import DESK_NECK, given, item, told
from tests.clients.plans.people import page_of, persona, plan_of, reader_of

pytestmark = pytest.mark.django_db
SENTENCE = "Her doctor agreed on the phone this morning."
SIGN = "dvt-signs"
CHECKED = {SIGN: "2026-11-01"}


@pytest.fixture
def therapist(db: None) -> User:
    return User.objects.create_user("mira@example.org", name="Mira")


def told_at_booking(client: Client, *conditions: str, **columns: object) -> Screening:
    """Safety answers of a booking."""
    return Screening.objects.create(
        **{
            "client": client,
            "technique": "regular-massage",
            "level": "ok",
            "triage": "ok",
            "conditions": list(conditions),
            **columns,
        }
    )


def triage_now(intake: Intake) -> Triage:
    """The triage of everything known of a client."""
    catalogue = current_catalogue()
    return suitability(
        catalogue, engine_answers(intake, catalogue, "regular-massage", region=Practice.current().country), ()
    ).triage.action


@pytest.mark.invariant("I6")
def test_a_yes_since_counts_though_a_doctor_had_looked_at_an_earlier_one(ana: Client) -> None:
    month = timezone.now() - dt.timedelta(days=30)
    told_at_booking(ana, checked=CHECKED, given_at=month)
    assert triage_now(told(ana, red_flags=[SIGN])) is Triage.DOCTOR


@pytest.mark.invariant("I6")
def test_a_yes_at_a_later_booking_counts_though_the_health_form_said_looked_at(ana: Client) -> None:
    intake = told(ana, checked=CHECKED, given_at=timezone.now() - dt.timedelta(days=30))
    assert triage_now(intake) is Triage.CAUTION
    told_at_booking(ana, red_flags=[SIGN])
    assert triage_now(intake) is Triage.DOCTOR


def test_a_doctors_look_since_counts_for_an_earlier_yes(ana: Client) -> None:
    told_at_booking(ana, red_flags=[SIGN], given_at=timezone.now() - dt.timedelta(days=30))
    assert triage_now(told(ana, checked=CHECKED)) is Triage.CAUTION


@pytest.mark.invariant("I6")
def test_what_turns_never_since_is_not_given_though_the_therapist_lifted_less(ana: Client, therapist: User) -> None:
    plan = given(ana, **DESK_NECK)
    row = item(plan, "heat-pack")
    approve_plan(plan, by=therapist, keep=[row.pk], practice=Practice.current())
    row.refresh_from_db()
    row.override_reason = SENTENCE
    row.withheld_because = [{"condition": "recent-topical-heat-rub", "name": "x", "reason": "x", "level": "clearance"}]
    row.save()
    told_at_booking(ana, "recent-topical-heat-rub")
    assert 'id="heat-pack"' not in page_of(plan)


@pytest.mark.invariant("I6")
def test_an_item_that_the_catalogue_lost_is_still_held_against_newer_answers(ana: Client, therapist: User) -> None:
    plan = given(ana, **DESK_NECK)
    row = item(plan, "heat-pack")
    approve_plan(plan, by=therapist, keep=[row.pk], practice=Practice.current())
    CarePlanItem.objects.filter(pk=row.pk).update(slug="own-heat")
    CarePlan.objects.filter(pk=plan.pk).update(one_thing="own-heat")
    assert row.name in page_of(plan)
    told_at_booking(ana, "recent-topical-heat-rub")
    assert 'id="own-heat"' not in page_of(plan)
    with pytest.raises(Refusal, match="cannot be given"):
        approve_plan(plan, by=therapist, keep=[row.pk], overrides={row.pk: SENTENCE}, practice=Practice.current())


@pytest.mark.invariant("I6")
def test_a_massage_that_newer_answers_hold_back_is_recommended_no_more(ana: Client) -> None:
    plan = given(ana, technique="", **DESK_NECK)
    assert plan.recommended is not None
    plan.recommended = {**plan.recommended, "technique": "hot-stone", "because": "Warm stones do you good."}
    plan.save()
    assert "Warm stones do you good." in page_of(plan)
    told_at_booking(ana, "recent-topical-heat-rub")
    assert "Warm stones do you good." not in page_of(plan)
    shown = plan_page(plan, Practice.current(), now=timezone.now())
    assert {each.slug: each.level for each in shown.services}["hot-stone"] is Level.NEVER


@pytest.mark.invariant("I6")
def test_newer_answers_lower_the_strength_of_the_blend(ana: Client, therapist: User) -> None:
    plan = given(ana)
    oils = [each for each in plan.items.for_client() if each.kind == "oil"]
    assert sum(each.percent or 0 for each in oils) > 1
    told_at_booking(ana, "older-frail")
    assert not any(f'id="{each.slug}"' in page_of(plan) or each.name in page_of(plan, "label/") for each in oils)
    tips = [each.pk for each in plan.items.for_client()]
    approve_plan(plan, by=therapist, keep=tips, overrides=dict.fromkeys(tips, SENTENCE), practice=Practice.current())
    assert sum(each.percent or 0 for each in plan.items.for_client() if each.kind == "oil") <= 1


def test_questions_that_newer_answers_open_can_be_answered_from_the_approved_plan(ana: Client, therapist: User) -> None:
    old = given(ana)
    approve_plan(old, by=therapist, keep=[each.pk for each in old.items.for_client()], practice=Practice.current())
    plan_of(ana, persona("clot-past-calf"), triage="doctor-before-massage")
    shown = newest_plan(ana)
    assert shown is not None
    browser = reader_of(shown)
    address = f"/care/{shown.public_id}/"
    page = browser.get(address).content.decode()
    assert SIGN in page
    names = set(re.findall(r'name="([a-z-]+)"[^>]*value="no"|', page)) - {""}
    assert names
    browser.post(f"{address}questions/", dict.fromkeys(names, "no"))
    page = browser.get(address).content.decode()
    assert SIGN not in page


@pytest.mark.invariant("I6")
def test_a_condition_of_version_1_bars_by_its_name_of_today(ana: Client) -> None:
    intake = told(ana, "cognitive-communication", "severe-obesity", "nobody-knows")
    catalogue = current_catalogue()
    answers = engine_answers(intake, catalogue, "regular-massage", region=Practice.current().country)
    assert answers.conditions == {"cannot-report"}
