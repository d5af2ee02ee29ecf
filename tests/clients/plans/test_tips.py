"""What a mail around a session may say: the engine's texts for that massage and client, and one thing of their plan."""

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clients.care import Level, Triage, parse_catalogue, shipped, shipped_data
from clients.care.bars import verdict
from clients.care.case import make_case
from clients.catalogue import with_edits
from clients.models import CarePlan, CarePlanItem, Client, Consent, Intake, Screening
from clients.plans.knowledge import ClientKnowledge, load_client_knowledge
from clients.plans.tips import AFTER, BEFORE, NEXT_DAY, REBOOK, OneThing, Session, SessionAdvice
from clinic.models import Practice

pytestmark = pytest.mark.django_db
TECHNIQUES = ("regular-massage", "deep-tissue", "hot-stone")
MOMENTS = (BEFORE, AFTER, NEXT_DAY, REBOOK)
STARTS = dt.datetime(2027, 3, 3, 15, tzinfo=dt.UTC)
ENDS = STARTS + dt.timedelta(hours=1)
NOTE_FIRST = "recent-surgery"
TOLD = STARTS - dt.timedelta(days=3)


@pytest.fixture
def ana(practice: Practice) -> Client:
    """A client without a file, of a practice in Berlin."""
    assert practice.country == "DE"
    return Client.objects.create(first_name="Ana", last_name="Lind", email="ana@example.org")


def told(client: Client, *conditions: str, at: dt.datetime = TOLD, **more: object) -> Intake:
    """An intake with these answers."""
    return Intake.objects.create(
        client=client, catalogue_version="2", conditions=list(conditions), triage="ok", given_at=at, **more
    )


def session(technique: str, *items: str, **more: object) -> Session:
    """A session of an hour."""
    return replace(
        Session(technique=technique, items=(technique, *items), starts_at=STARTS, ends_at=ENDS),
        **more,  # type: ignore[arg-type] # named by the tests
    )


def advice(client: Client, technique: str = "regular-massage", *items: str, **more: object) -> SessionAdvice:
    """What is known of the client today, for such a session."""
    return SessionAdvice(load_client_knowledge(client), session(technique, *items, **more))


def slugs(found: SessionAdvice, moment: str, *, at: dt.datetime = ENDS) -> list[str]:
    """The texts for a moment."""
    return [tip.slug for tip in found.texts(moment, at=at)]


@pytest.mark.parametrize("technique", TECHNIQUES)
@pytest.mark.parametrize("moment", MOMENTS)
def test_each_massage_has_its_own_texts_three_at_most_and_one_for_a_topic(
    ana: Client, technique: str, moment: str
) -> None:
    known = shipped().index.texts
    found = [known[slug] for slug in slugs(advice(ana, technique), moment, at=ENDS + dt.timedelta(days=2))]
    assert 1 <= len(found) <= 3
    assert all(text.moment == moment and (not text.techniques or technique in text.techniques) for text in found)
    assert len({text.topic for text in found}) == len(found)


@pytest.mark.parametrize("technique", TECHNIQUES)
def test_one_line_says_when_to_call_with_the_number_of_the_country(ana: Client, technique: str) -> None:
    call = advice(ana, technique).call()
    assert call is not None
    assert "112" in call.text
    assert "{emergency}" not in call.text


CONDITIONS = st.sets(st.sampled_from(sorted(shipped().index.conditions)), max_size=6)


@pytest.mark.invariant("I6")
@settings(max_examples=60)
@given(
    technique=st.sampled_from(TECHNIQUES),
    add_ons=st.sets(st.sampled_from(["warm-towels", "heated-table", "hot-stone"]), max_size=2),
    conditions=CONDITIONS,
    symptoms=st.sets(st.sampled_from(sorted(shipped().index.symptoms)), max_size=3),
    hours=st.integers(0, 60),
)
def test_no_text_carries_a_danger_that_is_barred_nor_medicines_nor_warmth_upon_warmth(
    practice: Practice, technique: str, add_ons: set[str], conditions: set[str], symptoms: set[str], hours: int
) -> None:
    intake = Intake(conditions=sorted(conditions), symptoms=sorted(symptoms), given_at=TOLD, pk=1)
    intake._prefetched_objects_cache = {"marks": Intake.objects.none()}  # type: ignore[attr-defined]
    found = SessionAdvice(ClientKnowledge(shipped(), practice, intake=intake), session(technique, *sorted(add_ons)))
    index, at = shipped().index, ENDS + dt.timedelta(hours=hours)
    health = make_case(index, found.answers).health
    ready = {each.item.id: each for each in index.ready_texts}
    warm = any("heat" in index.judged[slug].tags for slug in (technique, *add_ons))
    for moment in MOMENTS:
        for slug in slugs(found, moment, at=at):
            assert verdict(ready[slug], health).level in (Level.OK, Level.CAUTION)
            assert "drug" not in ready[slug].tags
            assert not (warm and hours < 24 and "heat" in ready[slug].tags)
    if not found.plan.triage.action.allows_massage or found.plan.triage.provisional:
        assert not any(slugs(found, moment, at=at) for moment in MOMENTS)


def test_no_warmth_is_advised_within_a_day_of_warm_towels(ana: Client) -> None:
    plain, warm = advice(ana, "regular-massage"), advice(ana, "regular-massage", "warm-towels")
    assert "post-warmth-for-soreness" in slugs(plain, NEXT_DAY)
    assert "post-warmth-for-soreness" not in slugs(warm, NEXT_DAY, at=ENDS + dt.timedelta(hours=23))
    assert "post-warmth-for-soreness" in slugs(warm, NEXT_DAY, at=ENDS + dt.timedelta(hours=24))


def test_a_condition_told_at_booking_counts_like_one_in_the_intake(ana: Client) -> None:
    Screening.objects.create(
        client=ana,
        technique="regular-massage",
        conditions=["heart-disease"],
        triage="ok",
        level="ok",
        catalogue_version="2",
        given_at=TOLD,
    )
    assert "heart-disease" in advice(ana).plan.conditions
    assert "heart-disease" not in advice(Client.objects.create(first_name="Ben")).plan.conditions


def test_what_has_passed_by_the_session_counts_no_more(ana: Client) -> None:
    told(ana, "sunburn", at=STARTS - dt.timedelta(days=3))
    assert "sunburn" in advice(ana, "hot-stone").plan.conditions
    later = session("hot-stone", starts_at=STARTS + dt.timedelta(days=9), ends_at=ENDS + dt.timedelta(days=9))
    assert "sunburn" not in SessionAdvice(load_client_knowledge(ana), later).plan.conditions


def test_the_weeks_of_a_pregnancy_count_on_to_the_session(ana: Client) -> None:
    told(ana, weeks=18, at=STARTS - dt.timedelta(days=15))
    assert "pregnancy-from-20-weeks" in advice(ana).plan.conditions


def test_the_age_is_that_of_the_birthday_on_file(ana: Client) -> None:
    ana.born_on = dt.date(2010, 1, 1)
    ana.save()
    assert "minor-under-18" in advice(ana).plan.conditions


@pytest.mark.invariant("I7")
@pytest.mark.parametrize("action", [Triage.EMERGENCY, Triage.DOCTOR])
def test_where_help_or_a_doctor_comes_first_nothing_is_said(ana: Client, action: Triage) -> None:
    flag = next(flag.id for flag in shipped().red_flags if flag.action is action)
    told(ana, red_flags=[flag])
    found = advice(ana)
    assert not found.allows_massage
    assert found.call() is None
    assert not any(slugs(found, moment) for moment in MOMENTS)


@pytest.mark.invariant("I6")
def test_while_a_safety_question_is_open_only_the_line_about_calling_is_said(ana: Client) -> None:
    intake = told(ana, symptoms=["dull-ache"])
    intake.marks.create(area="lower-back", side="both")
    found = advice(ana)
    assert found.plan.triage.provisional, "the signs of a backache were not asked"
    assert not any(slugs(found, moment) for moment in MOMENTS)
    assert found.call() is not None


def test_the_note_is_asked_for_until_it_was_seen(ana: Client) -> None:
    told(ana, NOTE_FIRST)
    assert advice(ana).plan.services["regular-massage"].level is Level.CLEARANCE
    assert "pre-bring-note" in slugs(advice(ana), BEFORE)
    assert "pre-bring-note" not in slugs(advice(ana, note_seen=True), BEFORE)


def test_slugs_that_the_practice_has_deleted_bind_nobody(ana: Client) -> None:
    told(ana, "no-such-condition")
    assert slugs(advice(ana), AFTER)


def test_an_unknown_technique_has_no_advice(ana: Client) -> None:
    assert slugs(advice(ana, "no-such-thing"), AFTER) == []
    assert advice(ana, "no-such-thing").call() is None


def test_the_newest_intake_counts(ana: Client) -> None:
    told(ana, "heart-disease")
    told(ana, at=TOLD + dt.timedelta(hours=1))
    assert "heart-disease" not in advice(ana).plan.conditions


def agreed_with_a_plan(intake: Intake, slug: str, *more: str, **columns: object) -> CarePlanItem:
    """Consent to personal tips, and a plan with this one thing."""
    client = intake.client
    client.personal_tips_wanted = True
    client.save()
    Consent.objects.create(client=client, version=1, text="t", text_hash="h", personal_tips=True, signature="Ana")
    plan = CarePlan.objects.create(
        client=client, intake=intake, catalogue_version="2", triage="ok", state="approved", one_thing=slug
    )
    for place, other in enumerate(more):
        item_of(plan, other, position=place + 1)
    return item_of(plan, slug, **columns)


def item_of(plan: CarePlan, slug: str, **columns: object) -> CarePlanItem:
    """A released tip of a plan."""
    made = {"position": 0, "state": "released", "text": "Do this.", "dose": "Twice.", **columns}
    return CarePlanItem.objects.create(plan=plan, kind="home-care", slug=slug, name=slug, evidence_grade="weak", **made)


def one_thing(found: SessionAdvice, *, at: dt.datetime = ENDS) -> OneThing | None:
    """The one thing as a mail says it two hours after."""
    return found.one_thing(at=at)


def test_the_one_thing_alone_goes_by_mail(ana: Client) -> None:
    agreed_with_a_plan(told(ana), "walking", "relaxation-breathing")
    found = one_thing(advice(ana))
    assert found == OneThing("walking", "walking", "Do this.", "Twice.")


@pytest.mark.parametrize(
    "columns",
    [
        {"state": "waiting"},
        {"state": "dropped"},
        {"may_be_emailed": False},
        {"cautions": [{"condition": "pregnancy", "reason": "Gently."}]},
        {"tags": ["drug"]},
    ],
    ids=["waiting", "dropped", "not by mail", "with a caution", "a medicine"],
)
@pytest.mark.invariant("I6")
def test_nothing_takes_the_place_of_a_one_thing_that_may_not_go(ana: Client, columns: dict[str, object]) -> None:
    agreed_with_a_plan(told(ana), "walking", "relaxation-breathing", **columns)
    assert one_thing(advice(ana)) is None
    assert advice(ana).plan_link() == CarePlan.objects.get().public_id, "the rest stands on its page"


def test_without_consent_there_is_none_but_the_page_is_there(ana: Client) -> None:
    agreed_with_a_plan(told(ana), "walking")
    Consent.objects.update(withdrawn_at=ENDS)
    assert one_thing(advice(ana)) is None
    assert advice(ana).plan_link() is not None


@pytest.mark.invariant("I6")
def test_newer_answers_hold_the_one_thing_back(ana: Client) -> None:
    agreed_with_a_plan(told(ana), "heat-pack")
    assert one_thing(advice(ana)) is not None
    told(ana, "diabetes", at=TOLD + dt.timedelta(hours=1))
    assert one_thing(advice(ana)) is None


@pytest.mark.invariant("I6")
@pytest.mark.parametrize("items", [("hot-stone",), ("warm-towels",)])
def test_warmth_waits_a_day_after_a_session_with_warmth(ana: Client, items: tuple[str, ...]) -> None:
    agreed_with_a_plan(told(ana), "heat-pack")
    found = one_thing(advice(ana, "regular-massage", *items))
    assert found is not None
    assert found.from_then == ENDS + dt.timedelta(hours=24)
    assert one_thing(advice(ana, "regular-massage", *items), at=ENDS + dt.timedelta(hours=25)) is not None


def test_what_the_plan_lets_wait_waits_whatever_the_session(ana: Client) -> None:
    agreed_with_a_plan(told(ana), "warm-bath", wait_hours=24)
    found = one_thing(advice(ana))
    assert found is not None
    assert found.from_then == ENDS + dt.timedelta(hours=24)


@pytest.mark.invariant("I6")
def test_a_provisional_plan_is_neither_linked_nor_told(ana: Client) -> None:
    agreed_with_a_plan(told(ana), "walking")
    CarePlan.objects.update(provisional=True)
    assert one_thing(advice(ana)) is None
    assert advice(ana).plan_link() is None


def test_a_technique_of_the_practices_own_says_when_to_call_like_the_one_most_alike(practice: Practice) -> None:
    stones = next(each for each in shipped_data()["techniques"] if each["id"] == "hot-stone")
    shells = {**stones, "id": "warm-shells", "name": "Warm shells"}
    catalogue = parse_catalogue(with_edits(shipped_data(), [("techniques", "warm-shells", shells)]))
    found = SessionAdvice(ClientKnowledge(catalogue, practice), session("warm-shells"))
    call = found.call()
    assert call is not None
    assert call.slug == "call-hot"
    assert "post-no-heat-cream" in slugs(found, AFTER)
