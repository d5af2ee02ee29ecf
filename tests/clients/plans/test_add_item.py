"""What a therapist adds to a plan: all that is on offer, with every reason against it; the client's once approved."""

from __future__ import annotations

import pytest

from clients.care import shipped
from clients.intake.actions import submit_intake
from clients.models import CarePlan, CarePlanItem, IntakeRequest
from clients.plans.add_item import add_plan_item, items_on_offer, search_items
from clients.plans.review import approve_plan
from clinic.errors import Refusal
from clinic.models import AccessEvent, Practice, User
from tests.clients.answers import signs
from tests.clients.plans.test_plans import planned
from tests.clients.steps import fill, plan_page

pytestmark = pytest.mark.django_db
State = CarePlanItem.State


@pytest.fixture
def therapist(db: None) -> User:
    return User.objects.create_user("mira@example.org", name="Mira")


def absent(care_plan: CarePlan, kind: str = "home-care") -> str:
    """The slug of a tip or oil on offer that the engine did not think of."""
    there = set(care_plan.items.values_list("slug", flat=True))
    items = shipped().home_care if kind == "home-care" else shipped().oils
    bare = (each for each in items if each.slug not in there and not each.never_when and not each.never_with)
    return next(each.slug for each in bare if not each.is_off("EU"))


def refused(care_plan: CarePlan, slug: str, therapist: User) -> str:
    with pytest.raises(Refusal) as refusal:
        add_plan_item(care_plan, slug=slug, by=therapist)
    return str(refusal.value.code)


def test_an_added_tip_is_the_clients_only_after_approval(asked: IntakeRequest, therapist: User) -> None:
    care_plan = planned(asked)
    item = add_plan_item(care_plan, slug=absent(care_plan), by=therapist)
    assert item.added
    assert item.name not in plan_page(care_plan.intake)
    approve_plan(care_plan, by=therapist, keep=[item.pk])
    page = plan_page(care_plan.intake)
    assert item.name in page
    assert "your therapist chose it for you" in page
    assert AccessEvent.objects.filter(user=therapist, noun="care plan", action="change").count() == 2


def test_what_is_added_twice_stands_there_once(asked: IntakeRequest, therapist: User) -> None:
    care_plan = planned(asked)
    slug = absent(care_plan)
    assert add_plan_item(care_plan, slug=slug, by=therapist) == add_plan_item(care_plan, slug=slug, by=therapist)
    proposed = care_plan.items.filter(state=State.RELEASED)[0]
    assert add_plan_item(care_plan, slug=proposed.slug, by=therapist) == proposed
    proposed.refresh_from_db()
    assert (proposed.state, proposed.added) == (State.RELEASED, False)


@pytest.mark.invariant("I6")
def test_an_added_item_that_a_rule_forbids_is_given_only_with_a_written_reason(
    asked: IntakeRequest, therapist: User
) -> None:
    care_plan = planned(asked, "transdermal-patch")
    care_plan.items.filter(slug="heat-pack").delete()
    item = add_plan_item(care_plan, slug="heat-pack", by=therapist)
    assert [why["condition"] for why in item.withheld_because] == ["transdermal-patch"]
    with pytest.raises(Refusal) as refusal:
        approve_plan(care_plan, by=therapist, keep=[item.pk])
    assert refusal.value.code == "reason_needed"
    approve_plan(care_plan, by=therapist, keep=[item.pk], overrides={item.pk: "Patch is on the arm, heat on the foot"})
    item.refresh_from_db()
    assert (item.state, item.override_reason) == (State.RELEASED, "Patch is on the arm, heat on the foot")
    page = plan_page(care_plan.intake)
    assert "Patch is on the arm" not in page
    assert item.name in page
    assert item.withheld_because[0]["name"] in page


def test_what_was_added_and_not_kept_is_no_news_to_the_client(asked: IntakeRequest, therapist: User) -> None:
    care_plan = planned(asked, "transdermal-patch")
    care_plan.items.filter(slug="heat-pack").delete()
    item = add_plan_item(care_plan, slug="heat-pack", by=therapist)
    approve_plan(care_plan, by=therapist, keep=[])
    item.refresh_from_db()
    assert item.state == State.DROPPED
    assert item.name not in plan_page(care_plan.intake)


def test_an_added_item_that_must_not_meet_another_says_so_and_one_of_the_two_is_chosen(
    asked: IntakeRequest, therapist: User
) -> None:
    care_plan = planned(asked)
    heat = care_plan.items.get(slug="heat-pack") if care_plan.items.filter(slug="heat-pack") else None
    heat = heat or add_plan_item(care_plan, slug="heat-pack", by=therapist)
    care_plan.items.filter(slug="peppermint").delete()
    mint = add_plan_item(care_plan, slug="peppermint", by=therapist)
    assert "heat-pack" in {other["slug"] for other in mint.not_with}
    with pytest.raises(Refusal) as refusal:
        approve_plan(care_plan, by=therapist, keep=[heat.pk, mint.pk])
    assert refusal.value.code == "pair"
    approve_plan(care_plan, by=therapist, keep=[mint.pk])


def test_hot_stones_hold_back_an_added_oil_that_must_not_be_warmed(
    asked_for_stones: IntakeRequest, therapist: User
) -> None:
    care_plan = planned(asked_for_stones)
    care_plan.items.filter(slug="eucalyptus").delete()
    item = add_plan_item(care_plan, slug="eucalyptus", by=therapist)
    assert [why["with"] for why in item.withheld_because] == ["hot-stone"]


def test_after_a_doctor_first_sign_whatever_is_added_needs_a_reason(asked: IntakeRequest, therapist: User) -> None:
    care_plan = submit_intake(fill(asked, signs=signs("weight-loss"))).plans.get()
    item = add_plan_item(care_plan, slug="lavender", by=therapist)
    assert [why["name"] for why in item.withheld_because] == ["Doctor first"]
    marked = next(tip.slug for tip in shipped().home_care if tip.show_with_red_flags)
    care_plan.items.filter(slug=marked).delete()
    assert add_plan_item(care_plan, slug=marked, by=therapist).withheld_because == []


@pytest.mark.invariant("I7")
def test_after_an_emergency_nothing_is_added(asked: IntakeRequest, therapist: User) -> None:
    care_plan = submit_intake(fill(asked, signs=signs("ces-saddle-numbness"))).plans.get()
    assert refused(care_plan, "lavender", therapist) == "emergency"


def test_what_is_off_or_against_the_law_here_cannot_be_added(asked: IntakeRequest, therapist: User) -> None:
    Practice.objects.update(country="DE")
    care_plan = planned(asked)
    for slug in ("panaway", "wintergreen", "no-such-thing", "<script>"):
        assert refused(care_plan, slug, therapist) == "not_offered"
    assert not {"panaway", "wintergreen"} & {item.slug for item in items_on_offer(shipped())}


def test_a_search_finds_by_every_word_and_an_exact_name_alone(db: None, practice: Practice) -> None:
    assert [item.slug for item in search_items("  LAVENDER ")] == ["lavender"]
    assert {item.slug for item in search_items("pack")} == {"heat-pack", "cold-pack"}
    assert [item.slug for item in search_items("pack heat")] == ["heat-pack"]
    assert search_items("") == search_items("zzz") == search_items("<script>") == []


def test_the_client_reads_the_plan_in_the_therapists_order(asked: IntakeRequest, therapist: User) -> None:
    care_plan = planned(asked)
    tips = list(care_plan.items.filter(kind="home-care", state=State.RELEASED))
    assert len(tips) > 2
    backwards = [item.pk for item in reversed(tips)]
    approve_plan(care_plan, by=therapist, keep=backwards, order=backwards)
    page = plan_page(care_plan.intake)
    places = [page.index(f"<h3>{item.name}</h3>") for item in reversed(tips)]
    assert places == sorted(places)


def test_what_is_given_against_a_rule_comes_behind_what_was_put_in_order(asked: IntakeRequest, therapist: User) -> None:
    care_plan = planned(asked, "transdermal-patch")
    held = care_plan.items.get(slug="heat-pack")
    tips = [item.pk for item in care_plan.items.filter(kind="home-care", state=State.RELEASED)]
    approve_plan(
        care_plan, by=therapist, keep=[*tips, held.pk], overrides={held.pk: "Only ever on the foot"}, order=tips
    )
    given = care_plan.items.filter(kind="home-care", state=State.RELEASED).order_by("position")
    assert [item.pk for item in given] == [*tips, held.pk]


def test_an_order_with_an_item_of_another_plan_is_refused(
    asked: IntakeRequest, asked_for_stones: IntakeRequest, therapist: User
) -> None:
    mine, other = planned(asked), planned(asked_for_stones)
    with pytest.raises(Refusal) as refusal:
        approve_plan(mine, by=therapist, keep=[], order=[other.items.all()[0].pk])
    assert refusal.value.code == "not_of_plan"
