"""Tips in mails: for that massage and that client; never what a condition forbids (I6), nor what tells on them."""

import random

import pytest

from clients.care import shipped
from clients.models import CarePlan, CarePlanItem, Client, Consent, Intake, Screening
from clients.plans.tips import (
    Tip,
    aftercare_tips,
    load_knowledge,
    personal_tips,
    plan_behind_tips,
    preparation_tips,
    rebook_tips,
    warnings,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("catalogue")]
TECHNIQUES = ("regular-massage", "deep-tissue", "hot-stone")


@pytest.fixture
def ana() -> Client:
    """A client without a file."""
    return Client.objects.create(first_name="Ana", last_name="Lind", email="ana@example.org")


def told(client: Client, *conditions: str, red_flags: tuple[str, ...] = ()) -> Intake:
    """An intake with these answers."""
    return Intake.objects.create(
        client=client, catalogue_version="1", conditions=list(conditions), red_flags=list(red_flags), triage="ok"
    )


def slugs(tips: list[object]) -> set[str]:
    """The items named."""
    return {tip.slug for tip in tips}  # type: ignore[attr-defined]


@pytest.mark.parametrize("technique", TECHNIQUES)
def test_each_massage_has_its_own_advice(ana: Client, technique: str) -> None:
    offered = {tip.slug: tip.techniques for tip in shipped().aftercare}
    for tips in (preparation_tips(technique, ana), aftercare_tips(technique, ana), warnings(technique, ana)):
        assert tips
        assert all(technique in offered[slug] for slug in slugs(list(tips)))


@pytest.mark.invariant("I6")
@pytest.mark.parametrize("technique", TECHNIQUES)
def test_nothing_that_a_condition_forbids_is_advised_for_any_mix_of_conditions(technique: str) -> None:
    catalogue = shipped()
    dice = random.Random(technique)
    never = {tip.slug: {rule.condition for rule in tip.never_when} for tip in catalogue.aftercare}
    assert any(never.values())
    for number in range(25):
        ticked = dice.sample([condition.slug for condition in catalogue.conditions], dice.randint(1, 8))
        ana = Client.objects.create(first_name=f"Ana {number}", last_name="Lind")  # intakes only grow
        told(ana, *ticked)
        present = frozenset().union(*(catalogue.index.closed[slug] for slug in ticked))
        advised = [*preparation_tips(technique, ana), *aftercare_tips(technique, ana), *warnings(technique, ana)]
        assert not [tip.slug for tip in advised if never[tip.slug] & present]


def test_a_condition_told_at_booking_counts_like_one_in_the_intake(ana: Client) -> None:
    assert "post-cold-for-tender" in slugs(list(aftercare_tips("regular-massage", ana)))
    Screening.objects.create(
        client=ana,
        technique="hot-stone",
        conditions=["cold-sensitivity"],
        triage="ok",
        level="ok",
        catalogue_version="1",
    )
    assert "post-cold-for-tender" not in slugs(list(aftercare_tips("regular-massage", ana)))


def test_a_caution_would_tell_so_without_consent_its_tip_is_left_out_but_no_warning_is(ana: Client) -> None:
    told(ana, "heart-disease", "anticoagulants")
    assert "post-water" not in slugs(list(aftercare_tips("regular-massage", ana)))
    bruising = next(tip for tip in warnings("deep-tissue", ana) if tip.slug == "post-bruising")
    assert "same day" not in bruising.text


def test_with_consent_the_caution_is_said(ana: Client) -> None:
    told(ana, "heart-disease")
    ana.personal_tips_wanted = True
    ana.save()
    Consent.objects.create(client=ana, version=1, text="t", text_hash="h", personal_tips=True, signature="Ana")
    water = next(tip for tip in aftercare_tips("regular-massage", ana) if tip.slug == "post-water")
    assert "fluid limit" in water.text


@pytest.mark.invariant("I7")
@pytest.mark.parametrize("action", ["emergency", "doctor-before-massage"])
def test_after_an_answer_that_needs_a_doctor_only_the_warnings_remain(ana: Client, action: str) -> None:
    flag = next(flag.slug for flag in shipped().red_flags if flag.action == action)
    told(ana, red_flags=(flag,))
    assert preparation_tips("regular-massage", ana) == aftercare_tips("regular-massage", ana) == []
    assert warnings("regular-massage", ana)


def test_slugs_that_the_practice_has_deleted_bind_nobody(ana: Client) -> None:
    told(ana, "no-such-condition")
    assert aftercare_tips("regular-massage", ana)


def test_an_unknown_technique_has_no_advice(ana: Client) -> None:
    assert aftercare_tips("no-such-thing", ana) == []


def test_the_words_about_coming_again_stand_in_the_rebook_mail_only(ana: Client) -> None:
    assert slugs(list(rebook_tips("regular-massage", ana))) == {"post-rebook"}
    assert "post-rebook" not in slugs(list(aftercare_tips("regular-massage", ana)))


def test_the_newest_intake_and_consent_count(ana: Client) -> None:
    told(ana, "cold-sensitivity")
    told(ana)
    assert load_knowledge([ana])[ana.pk].answers.conditions == frozenset()


def agreed_with_a_plan(intake: Intake, *slugs: str, cautions: tuple[dict[str, str], ...] = ()) -> None:
    """Consent to personal tips, and a plan with these items of home care."""
    client = intake.client
    client.personal_tips_wanted = True
    client.save()
    Consent.objects.create(client=client, version=1, text="t", text_hash="h", personal_tips=True, signature="Ana")
    plan = CarePlan.objects.create(client=client, intake=intake, catalogue_version="1", triage="ok", state="approved")
    for place, slug in enumerate(slugs):
        CarePlanItem.objects.create(
            plan=plan,
            kind="home-care",
            slug=slug,
            position=place,
            state="released",
            name=slug,
            text="Do this.",
            evidence_grade="weak",
            cautions=list(cautions),
        )


def test_own_tips_are_mailed_where_nothing_must_be_taken_care_with(ana: Client) -> None:
    agreed_with_a_plan(told(ana), "drink-water", "heat-pack")
    assert slugs(list(personal_tips(ana))) == {"drink-water", "heat-pack"}


@pytest.mark.invariant("I6")
def test_an_item_that_the_plan_cautions_about_is_left_to_its_page(ana: Client) -> None:
    agreed_with_a_plan(told(ana), "heat-pack", cautions=({"condition": "pregnancy", "reason": "Never on the tummy."},))
    assert personal_tips(ana) == []
    assert plan_behind_tips(load_knowledge([ana])[ana.pk]) == CarePlan.objects.get().public_id


@pytest.mark.invariant("I6")
def test_so_is_one_that_a_newer_answer_calls_for_care_with(ana: Client) -> None:
    agreed_with_a_plan(told(ana), "drink-water", "heat-pack", "walking")
    told(ana, "pregnancy", "kidney-disease")
    assert slugs(list(personal_tips(ana))) == {"walking"}


@pytest.mark.invariant("I6")
def test_no_warmth_is_advised_on_the_day_of_hot_stones_whatever_the_plan_was_made_for(ana: Client) -> None:
    agreed_with_a_plan(told(ana), "heat-pack", "warm-bath", "peppermint", "walking")
    after_stones = personal_tips(ana, techniques=["regular-massage", "hot-stone"])
    assert slugs(list(after_stones)) == {"walking"}
    assert {"heat-pack", "warm-bath"} <= slugs(list(personal_tips(ana, techniques=["regular-massage"])))


@pytest.mark.parametrize(
    ("name", "text", "text_after_name"),
    [
        ("Call us if", "Call us if soreness lasts.", " soreness lasts."),
        ("Swimming", "swimming is kind.", " is kind."),
        ("Pain", "Painful spots may stay.", ""),
        ("Move gently", "Take a short walk.", ""),
        ("Swimming", "Swimming", ""),
    ],
)
def test_a_text_that_begins_with_its_name_goes_on_from_it(name: str, text: str, text_after_name: str) -> None:
    assert Tip("tip", name, text).text_after_name == text_after_name
