"""The stored plan: the engine's answer in words, nothing added or lost, and nothing while a question is open."""

import datetime as dt

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import given as for_all
from hypothesis import strategies as st

from clients.care import Level, make_care_plan, shipped
from clients.care.bars import verdict
from clients.care.case import make_case
from clients.models import CarePlan, CarePlanItem, Client, Screening
from clients.plans.actions import make_plan
from clients.plans.answers import engine_answers
from clients.plans.page import plan_page
from clients.plans.review import approve_plan
from clients.plans.sessions import session_context
from clients.plans.wording import ClientWords
from clinic.errors import Refusal
from clinic.models import Practice
from tests.clients.plans.given import DESK_NECK, SORE_BACK, given, released, told
from tests.clients.plans.people import persona, personas, plan_of
from tests.fixtures.actions import practice_day, see_clearance
from tests.fixtures.cast import Cast

pytestmark = pytest.mark.django_db
State = CarePlanItem.State
CATALOGUE = shipped()


def slugs(plan: CarePlan, *states: str) -> set[str]:
    return set(plan.items.filter(state__in=states).values_list("slug", flat=True))


def test_a_plan_says_what_the_engine_said(ana: Client, practice: Practice) -> None:
    plan = given(ana, **DESK_NECK)
    found = make_care_plan(
        CATALOGUE,
        engine_answers(
            plan.intake,
            CATALOGUE,
            "regular-massage",
            sessions=session_context(ana, Practice.current()),
            region=Practice.current().country,
        ),
    )
    stored = plan.items.exclude(state=State.WITHHELD)
    assert [item.slug for item in stored.filter(kind="oil")] == [each.slug for each in found.oils]
    assert [item.slug for item in stored.filter(kind="home-care")] == [each.slug for each in found.home_care]
    assert [item.slug for item in stored.filter(kind="carrier")] == [found.carrier]
    held = {each.slug for each in (*found.withheld_oils, *found.withheld_home_care)}
    assert slugs(plan, State.WITHHELD) == held
    assert plan.one_thing == found.one_thing
    levels = {each["slug"]: each["level"] for each in plan.services if each["kind"] == "technique"}
    assert levels == {slug: str(each.level) for slug, each in found.services.items()}


@pytest.mark.invariant("I6")
@pytest.mark.parametrize("who", [each["id"] for each in personas()])
def test_while_a_question_is_open_a_plan_holds_nothing_that_could_be_released(ana: Client, who: str) -> None:
    plan = plan_of(ana, persona(who))
    if not plan.provisional:
        assert plan.questions == []
        return
    assert plan.questions
    assert set(plan.items.values_list("slug", flat=True)) <= {"see-physician"}
    assert (plan.recommended, plan.blend, plan.also, plan.one_thing) == (None, None, [], "")
    assert {each["level"] for each in plan.services} <= {"never", "clearance"}


def test_a_sign_that_is_only_assumed_is_asked_and_not_said(ana: Client) -> None:
    plan = plan_of(ana, persona("clot-past-calf"))
    assert "dvt-signs" in {each["slug"] for each in plan.questions}
    assert "dvt-signs" not in {each["slug"] for each in plan.warnings}
    assert not plan.items.exists()
    assert plan.doctor_note == ""


def test_under_a_stop_by_a_yes_the_plan_sends_to_a_doctor_at_once(ana: Client) -> None:
    plan = given(ana, red_flags=["weight-loss"])
    assert released(plan) == {"see-physician"}
    assert "before any massage" in plan.items.get(slug="see-physician").text
    assert [each["slug"] for each in plan.warnings] == ["weight-loss"]
    assert "Regular" in plan.doctor_note
    assert plan.warnings[0]["name"] not in plan.doctor_note


def test_an_emergency_makes_an_empty_plan(ana: Client) -> None:
    plan = given(ana, red_flags=["ces-saddle-numbness"])
    assert not plan.items.exists()
    assert plan.services == []
    assert [each["action"] for each in plan.warnings] == ["emergency"]


def test_a_sign_that_asks_for_care_has_the_plan_wait_for_the_therapist(ana: Client) -> None:
    plan = given(ana, red_flags=["not-improving"])
    assert released(plan) == set()
    assert slugs(plan, State.WAITING)


def test_a_condition_for_which_a_note_was_seen_has_the_plan_wait_for_the_therapist(cast: Cast) -> None:
    appointment = cast.appointment(cast.at(10))
    before = given(cast.ana, "cancer-current")
    assert released(before)
    see_clearance(appointment, on=practice_day(), by=cast.owner)
    plan = make_plan(before.intake, technique_slug="regular-massage", practice=Practice.current())
    assert released(plan) == set()
    assert slugs(plan, State.WAITING)


def test_what_a_therapist_must_look_at_waits_alone(ana: Client) -> None:
    Practice.objects.update(country="US")
    plan = plan_of(ana, persona("seed-gardener"))
    assert slugs(plan, State.WAITING) == {"panaway"}
    assert {"lavender", "carrier-grapeseed", "stay-active"} <= released(plan)


def test_words_and_law_are_those_of_the_country(ana: Client) -> None:
    Practice.objects.update(country="US")
    american = plan_of(ana, persona("seed-gardener")).items
    Practice.objects.update(country="GB")
    british = plan_of(ana, persona("seed-gardener")).items
    assert "acetaminophen" in american.get(slug="ask-pharmacist").text
    assert "paracetamol" in british.get(slug="ask-pharmacist").text
    assert not british.filter(slug="panaway").exists()
    for item in [*american.all(), *british.all()]:
        assert not {"[[", "]]", "{emergency}"} & set(item.text.split())
        assert "[[" not in item.text + item.dose + item.evidence_note + item.name


def test_no_shipped_text_is_emptied(ana: Client, practice: Practice) -> None:
    words = ClientWords(CATALOGUE, practice)
    for item in (*CATALOGUE.home_care, *CATALOGUE.oils, *CATALOGUE.techniques, *CATALOGUE.aftercare):
        assert words.advise(item.text) == words.say(item.text) != ""


def test_what_the_practice_wrote_itself_is_said_without_its_overclaims(practice: Practice) -> None:
    words = ClientWords(CATALOGUE, practice)
    assert words.advise("A warm stone. It cures back pain and speeds healing. Rest well.") == "A warm stone. Rest well."
    assert words.say("It cures back pain.") == "It cures back pain."


@pytest.mark.parametrize(("days", "level"), [(1, "never"), (20, "ok")])
def test_a_plan_is_judged_for_the_day_of_the_appointment(cast: Cast, days: int, level: str) -> None:
    # A heat rub is over by then: it bars stones tomorrow, not in three weeks.
    cast.appointment(timezone.now() + dt.timedelta(days=days))
    plan = given(cast.ana, "recent-topical-heat-rub", technique="hot-stone")
    assert next(each["level"] for each in plan.services if each["slug"] == "hot-stone") == level


@pytest.mark.invariant("I6")
def test_what_was_told_at_a_booking_counts_for_the_plan(ana: Client) -> None:
    Screening.objects.create(
        client=ana, technique="regular-massage", level="ok", triage="ok", conditions=["allergy-fragrance"]
    )
    plan = given(ana, **DESK_NECK)
    assert "lavender" not in released(plan)
    assert "lavender" in slugs(plan, State.WITHHELD)


def booked_before(client: Client, days: int, **columns: object) -> Screening:
    """Safety answers of a booking so many days ago."""
    told_at = timezone.now() - dt.timedelta(days=days)
    return Screening.objects.create(
        client=client, technique="regular-massage", level="ok", triage="ok", given_at=told_at, **columns
    )


def test_a_health_form_takes_the_place_of_what_was_told_long_before_it(ana: Client) -> None:
    booked_before(ana, 60, conditions=["allergy-fragrance"])
    assert "lavender" in released(given(ana, **DESK_NECK))


@pytest.mark.parametrize(("days", "denied", "stops"), [(60, True, False), (60, False, True), (2, True, True)])
def test_a_sign_told_at_a_booking_stands_until_a_later_form_denies_it(
    ana: Client, days: int, denied: bool, stops: bool
) -> None:
    booked_before(ana, days, red_flags=["weight-loss"])
    plan = given(ana, open_signs=not denied)
    assert (plan.triage == "doctor-before-massage") is stops


def test_the_weeks_of_a_pregnancy_go_on_until_the_day_that_is_judged(ana: Client) -> None:
    intake = told(ana, weeks=11)
    moment = timezone.now() + dt.timedelta(weeks=4, days=1)
    answers = engine_answers(intake, CATALOGUE, "regular-massage", at=moment, region=Practice.current().country)
    assert answers.weeks == 15
    assert {"pregnancy", "pregnancy-first-trimester"} & make_case(CATALOGUE.index, answers).present.conditions == {
        "pregnancy"
    }


def test_completed_sessions_and_techniques_that_are_sold_are_known(cast: Cast) -> None:
    cast.appointment(cast.at(10))
    known = session_context(cast.ana, Practice.current())
    assert known.visits == 0
    assert known.sold == {"regular-massage", "hot-stone"}
    assert known.booked is not None
    assert known.booked.technique == "regular-massage"


@pytest.mark.invariant("I6")
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@for_all(
    conditions=st.lists(st.sampled_from(sorted(CATALOGUE.index.conditions)), max_size=5, unique=True),
    symptoms=st.lists(st.sampled_from(sorted(CATALOGUE.index.symptoms)), max_size=5, unique=True),
    causes=st.lists(st.sampled_from(sorted(CATALOGUE.index.causes)), max_size=4, unique=True),
)
def test_nothing_stored_for_the_client_carries_what_their_answers_bar(
    ana: Client, conditions: list[str], symptoms: list[str], causes: list[str]
) -> None:
    plan = given(ana, *conditions, symptoms=symptoms, causes=causes, technique="hot-stone")
    index = CATALOGUE.index
    health = make_case(
        index, engine_answers(plan.intake, CATALOGUE, "hot-stone", region=Practice.current().country)
    ).health
    for item in plan.items.filter(state__in=[State.RELEASED, State.WAITING]):
        ready = index.tips_by_slug.get(item.slug) or index.oils_by_slug[item.slug]
        level = verdict(ready, health).level
        assert not level.holds_back, item.slug
        assert item.kind != "home-care" or level is not Level.LOCAL, item.slug
    plan.delete()


def test_every_reason_names_something_the_client_said(ana: Client) -> None:
    plan = given(ana, **DESK_NECK)
    said = {*plan.intake.symptoms, *plan.intake.causes, *plan.intake.onset, *plan.intake.areas}
    reasons = {answer["slug"] for item in plan.items.all() for kind in item.because.values() for answer in kind}
    assert reasons
    assert reasons <= said


def test_sources_name_the_work_and_say_what_was_not_read(ana: Client) -> None:
    items = given(ana, **SORE_BACK).items.exclude(sources=[])
    assert items.exists()
    for item in items:
        for source in item.sources:
            assert source["title"]
            assert source["url"] == "" or source["url"].startswith("https://")
            assert source["checked"] == "2026-11"
            assert source["unverified"] in (True, False)


@pytest.mark.invariant("I6")
def test_an_allergy_in_own_words_leaves_scent_out_of_the_plan(ana: Client) -> None:
    plan = given(ana, "allergy-nut", **{**DESK_NECK, "allergies": "lavender"})
    assert slugs(plan, State.RELEASED) & {"lavender", "sweet-marjoram", "roman-chamomile"} == set()
    assert plan.items.get(slug="no-scent-no-oil").state == State.RELEASED


@pytest.mark.invariant("I6")
def test_an_allergy_written_anew_bars_what_the_therapist_had_lifted(ana: Client, cast: Cast) -> None:
    plan = given(ana, **{**DESK_NECK, "allergies": "kiwi"})
    lavender = plan.items.get(slug="lavender")
    approve_plan(
        plan,
        by=cast.owner,
        keep=[lavender.pk],
        overrides={lavender.pk: "Kiwi only, she uses lavender."},
        practice=Practice.current(),
    )
    assert "lavender" in shown_oils(plan)
    told(ana, **{**DESK_NECK, "allergies": "kiwi"})
    assert "lavender" in shown_oils(plan)
    told(ana, **{**DESK_NECK, "allergies": "kiwi and a new rash"})
    assert "lavender" not in shown_oils(plan)


@pytest.mark.invariant("I6")
@pytest.mark.parametrize("before", ["No deep pressure. Reacts to kiwi.", ""])
def test_an_alert_written_anew_bars_what_the_therapist_had_lifted(ana: Client, cast: Cast, before: str) -> None:
    Client.objects.filter(pk=ana.pk).update(alert=before)
    plan = given(Client.objects.get(pk=ana.pk), **{**DESK_NECK, "allergies": "kiwi"})
    lavender = plan.items.get(slug="lavender")
    why = {lavender.pk: "Kiwi only, she uses lavender."}
    approve_plan(plan, practice=cast.practice, by=cast.owner, keep=[lavender.pk], overrides=why)
    for alert, is_read in [
        (f"Rings twice. {before} ", True),
        ("Reacts to kiwi and to something in creams.", False),
        ("", before == ""),
        (before, True),
    ]:
        Client.objects.filter(pk=ana.pk).update(alert=alert)
        assert ("lavender" in shown_oils(CarePlan.objects.get(pk=plan.pk))) is is_read, alert
    Client.objects.filter(pk=ana.pk).update(alert="Reacts to kiwi and to something in creams.")
    approve_plan(plan, practice=cast.practice, by=cast.owner, keep=[lavender.pk], overrides=why)
    assert "lavender" in shown_oils(CarePlan.objects.get(pk=plan.pk))


@pytest.mark.invariant("I6")
def test_an_alert_on_the_file_bars_at_once_what_it_names_and_no_reason_lifts_it(ana: Client, cast: Cast) -> None:
    plan = given(ana, **DESK_NECK)
    lavender = plan.items.get(slug="lavender")
    assert "lavender" in shown_oils(plan)
    Client.objects.filter(pk=ana.pk).update(alert="No deep pressure. Reacts to lavender.")
    assert "lavender" not in shown_oils(plan)
    with pytest.raises(Refusal, match="whatever the reason"):
        approve_plan(
            plan,
            by=cast.owner,
            keep=[lavender.pk],
            overrides={lavender.pk: "She has used it since."},
            practice=Practice.current(),
        )
    anew = given(Client.objects.get(pk=ana.pk), **DESK_NECK)
    assert anew.items.get(slug="lavender").state == State.WITHHELD


def shown_oils(plan: CarePlan) -> set[str]:
    plan.refresh_from_db()
    blend = plan_page(plan, Practice.current(), now=timezone.now()).blend
    return {oil.item.slug for oil in blend.oils} if blend else set()
