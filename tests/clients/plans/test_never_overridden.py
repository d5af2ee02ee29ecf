"""What no written reason lifts: a bar of level never, whoever asks, wherever the client told it."""

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from clients.care import Answers, Level, shipped
from clients.care.weighing import weigh_items
from clients.models import Client, Screening
from clients.plans.add_item import add_plan_item
from clients.plans.review import approve_plan
from clinic.errors import Refusal
from clinic.models import Practice, User
from clinic.records.written_reason import is_sufficient_reason
from tests.clients.plans.given import DESK_NECK, given, item, released, told

CATALOGUE = shipped()
SENTENCE = "Her doctor agreed on the phone this morning."


@pytest.fixture
def therapist(db: None) -> User:
    return User.objects.create_user("mira@example.org", name="Mira")


@pytest.mark.django_db
@pytest.mark.invariant("I6")
@pytest.mark.parametrize(
    ("condition", "slug"),
    [
        ("recent-topical-heat-rub", "heat-pack"),
        ("recent-topical-heat-rub", "warm-bath"),
        ("cannot-report", "heat-pack"),
        ("allergy-daisy", "helichrysum"),
        ("allergy-fragrance", "lavender"),
    ],
)
def test_no_reason_gives_it(ana: Client, therapist: User, condition: str, slug: str) -> None:
    plan = given(ana, condition)
    row = plan.items.filter(slug=slug).first() or add_plan_item(
        plan, slug=slug, by=therapist, practice=Practice.current()
    )
    assert row.is_barred_for_good
    with pytest.raises(Refusal) as refused:
        approve_plan(plan, by=therapist, keep=[row.pk], overrides={row.pk: SENTENCE}, practice=Practice.current())
    assert (refused.value.code, refused.value.field) == ("for_good", str(row.pk))
    assert slug not in released(plan)


@pytest.mark.django_db
@pytest.mark.invariant("I6")
@pytest.mark.parametrize("where", ["at booking", "in a newer health form"])
def test_what_was_told_elsewhere_since_bars_as_well(ana: Client, therapist: User, where: str) -> None:
    plan = given(ana)
    oil = item(plan, "lavender")
    assert not oil.withheld_because
    if where == "at booking":
        Screening.objects.create(
            client=ana, technique="regular-massage", level="never", triage="ok", conditions=["allergy-fragrance"]
        )
    else:
        told(ana, "allergy-fragrance")
    with pytest.raises(Refusal, match="Allergy to perfume") as refused:
        approve_plan(plan, by=therapist, keep=[oil.pk], overrides={oil.pk: SENTENCE}, practice=Practice.current())
    assert refused.value.code == "for_good"


@pytest.mark.django_db
@pytest.mark.invariant("I6")
def test_a_stinging_oil_is_never_given_with_a_warm_massage(ana: Client, therapist: User) -> None:
    plan = given(ana, technique="hot-stone", **DESK_NECK)
    row = plan.items.filter(slug="peppermint").first() or add_plan_item(
        plan, slug="peppermint", by=therapist, practice=Practice.current()
    )
    with pytest.raises(Refusal) as refused:
        approve_plan(plan, by=therapist, keep=[row.pk], overrides={row.pk: SENTENCE}, practice=Practice.current())
    assert refused.value.code == "for_good"


@pytest.mark.django_db
@pytest.mark.invariant("I6")
@pytest.mark.parametrize("kept", ["something", "nothing"])
def test_nothing_is_released_while_a_question_is_open_whatever_the_reason(
    ana: Client, therapist: User, kept: str
) -> None:
    plan = given(ana, open_signs=True)
    assert plan.provisional
    rows = [each.pk for each in plan.items.all()] if kept == "something" else []
    with pytest.raises(Refusal) as refused:
        approve_plan(
            plan, by=therapist, keep=rows, overrides=dict.fromkeys(rows, SENTENCE), practice=Practice.current()
        )
    assert refused.value.code == "questions_open"
    plan.refresh_from_db()
    assert plan.state == plan.State.DRAFT


@pytest.mark.django_db
@pytest.mark.invariant("I6")
def test_a_question_that_opens_after_the_plan_was_made_stops_its_release(ana: Client, therapist: User) -> None:
    plan = given(ana)
    told(ana, **{**DESK_NECK, "open_signs": True})
    with pytest.raises(Refusal) as refused:
        approve_plan(plan, by=therapist, keep=[item(plan, "lavender").pk], practice=Practice.current())
    assert refused.value.code == "questions_open"


@for_all(
    conditions=st.sets(st.sampled_from(sorted(CATALOGUE.index.conditions)), max_size=5),
    technique=st.sampled_from(sorted(CATALOGUE.index.techniques)),
)
def test_for_any_mix_what_the_engine_calls_never_is_absolute_and_nothing_else_is(
    conditions: set[str], technique: str
) -> None:
    answers = Answers(conditions=frozenset(conditions), service=technique)
    everything = [each.id for each in (*CATALOGUE.oils, *CATALOGUE.home_care)]
    warm = "heat" in CATALOGUE.index.techniques[technique].tags
    for slug, found in weigh_items(CATALOGUE, answers, everything).verdicts.items():
        stings = slug in CATALOGUE.index.oils and "irritant" in CATALOGUE.index.oils[slug].tags
        never = any(each.level is Level.NEVER for each in found.against)
        assert found.is_absolute == (never or (warm and stings))
        assert not (found.is_absolute and not found.is_held_back)


@pytest.mark.parametrize("text", ["", "asdfg", "asdfghjklmnop", "ok ok ok ok ok ok", "12 34 56 78 90 12", "her doctor"])
def test_what_is_no_sentence(text: str) -> None:
    assert not is_sufficient_reason(text)


@pytest.mark.parametrize(
    "text", ["her doctor agreed", "Der Arzt stimmt zu", "医生 已经 同意 这个 治疗 方案 了吗", " Patch is on the arm "]
)
def test_what_is_one(text: str) -> None:
    assert is_sufficient_reason(text)
