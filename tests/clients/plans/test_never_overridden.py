"""What no reason lifts: refused by the action whatever is typed, and not offered at the desk (I6)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clients.care import shipped
from clients.care.bars import bars_for_good, conditions_barring_item, conditions_barring_technique
from clients.models import Intake, IntakeRequest, Screening
from clients.plans.add_item import add_plan_item
from clients.plans.review import approve_plan
from clinic.errors import Refusal
from clinic.models import User
from clinic.records.written_reason import is_sufficient_reason
from tests.clients.plans.test_plans import planned

INDEX = shipped().index
SENTENCE = "Her doctor agreed on the phone this morning."


@pytest.fixture
def therapist(db: None) -> User:
    return User.objects.create_user("mira@example.org", name="Mira")


@pytest.mark.django_db
@pytest.mark.invariant("I6")
@pytest.mark.parametrize(
    ("told", "slug"),
    [
        ("anticoagulants", "otc-aspirin"),
        ("antiplatelet-aspirin", "otc-nsaid-ask-pharmacist"),
        ("bleeding-disorder", "otc-acetaminophen"),
        ("reduced-sensation", "heat-pack"),
        ("diabetes-neuropathy", "warm-bath"),
        ("reduced-sensation", "cold-pack"),
        ("allergy-daisy", "arnica-oil"),
        ("dvt-current", "self-massage-tool"),
    ],
)
def test_no_reason_gives_it(asked: IntakeRequest, therapist: User, told: str, slug: str) -> None:
    plan = planned(asked, told)
    item = plan.items.filter(slug=slug).first() or add_plan_item(plan, slug=slug, by=therapist)
    assert item.is_barred_for_good
    with pytest.raises(Refusal) as refused:
        approve_plan(plan, by=therapist, keep=[item.pk], overrides={item.pk: SENTENCE})
    assert (refused.value.code, refused.value.field) == ("for_good", str(item.pk))
    item.refresh_from_db()
    assert item.state != item.State.RELEASED


@pytest.mark.django_db
@pytest.mark.invariant("I6")
@pytest.mark.parametrize("where", ["at booking", "in a newer health form"])
def test_what_was_told_elsewhere_bars_as_well(asked: IntakeRequest, therapist: User, where: str) -> None:
    plan = planned(asked)
    aspirin = plan.items.filter(slug="otc-aspirin").first() or add_plan_item(plan, slug="otc-aspirin", by=therapist)
    assert not aspirin.withheld_because
    answers = {"client": plan.client, "catalogue_version": "1", "triage": "ok", "conditions": ["anticoagulants"]}
    if where == "at booking":
        Screening.objects.create(technique="regular-massage", level="caution_when", **answers)
    else:
        Intake.objects.create(**answers)
    with pytest.raises(Refusal, match="Blood thinners") as refused:
        approve_plan(plan, by=therapist, keep=[aspirin.pk], overrides={aspirin.pk: SENTENCE})
    assert refused.value.code == "for_good"


@given(conditions=st.sets(st.sampled_from(sorted(INDEX.conditions)), max_size=6))
def test_for_any_mix_no_medicine_barred_by_a_rule_is_ours_to_give(conditions: set[str]) -> None:
    present = frozenset().union(*(INDEX.closed[slug] for slug in conditions))
    for tip in shipped().home_care:
        held = {rule.condition for rule in tip.never_when} & present
        if held and tip.category == "medicine":
            assert set(conditions_barring_item(shipped(), tip, present)) == held
        assert set(conditions_barring_item(shipped(), tip, present)) <= held
    if {"reduced-sensation", "dvt-current"} & present:
        assert conditions_barring_technique(shipped(), "hot-stone", present)


def test_what_a_therapist_may_weigh_stays_theirs() -> None:
    heat, oil = INDEX.home_care["heat-pack"], INDEX.oils["lavender"]
    assert not bars_for_good(shipped(), heat, "transdermal-patch")
    assert not bars_for_good(shipped(), oil, "pregnancy-high-risk")
    assert conditions_barring_technique(shipped(), "regular-massage", {"reduced-sensation"}) == ()


@pytest.mark.parametrize("text", ["", "asdfg", "asdfghjklmnop", "ok ok ok ok ok ok", "12 34 56 78 90 12", "her doctor"])
def test_what_is_no_sentence(text: str) -> None:
    assert not is_sufficient_reason(text)


@pytest.mark.parametrize(
    "text", ["her doctor agreed", "Der Arzt stimmt zu", "医生 已经 同意 这个 治疗 方案 了吗", " Patch is on the arm "]
)
def test_what_is_one(text: str) -> None:
    assert is_sufficient_reason(text)
