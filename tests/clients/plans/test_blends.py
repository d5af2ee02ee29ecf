"""The blend of a plan: the strength shared among the oils that are kept, and whole drops that never exceed it."""

from decimal import Decimal

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from clients.care import shipped
from clients.models import CarePlan, CarePlanItem, Client
from clients.plans.add_item import add_plan_item
from clients.plans.blends import (
    DROPS_PER_ML,
    BlendLimit,
    BlendTable,
    blend_limit_of,
    blend_table_of,
    drops_in,
    shares_of,
)
from clients.plans.review import approve_plan, weigh_today
from clients.plans.wording import ClientWords
from clinic.models import Practice, User
from tests.clients.plans.given import DESK_NECK, given, item, told

CATALOGUE = shipped()
OILS = sorted(CATALOGUE.index.oils)


def table(plan: CarePlan, *slugs: str) -> BlendTable | None:
    """The table for some oils of a plan."""
    rows = [item(plan, slug) for slug in slugs]
    today = weigh_today(plan, rows, ClientWords(CATALOGUE, Practice.current()))
    return blend_table_of(rows, blend_limit_of(plan, today.blend, CATALOGUE), CATALOGUE)


@pytest.fixture
def therapist(db: None) -> User:
    return User.objects.create_user("mira@example.org", name="Mira")


@pytest.mark.django_db
def test_two_oils_share_the_strength(ana: Client) -> None:
    found = table(given(ana, **DESK_NECK), "lavender", "sweet-marjoram")
    assert found is not None
    assert [(oil.name, oil.percent) for oil in found.oils] == [("Lavender", Decimal(1)), ("Sweet marjoram", Decimal(1))]
    assert (found.total, found.most) == (Decimal(2), Decimal(2))
    assert not found.lowered_by
    assert {row.carrier_ml: row.drops for row in found.rows}[30] == (6, 6)


@pytest.mark.django_db
def test_a_condition_lowers_the_whole_blend_and_is_named(ana: Client) -> None:
    found = table(given(ana, "older-frail", **DESK_NECK), "lavender", "sweet-marjoram")
    assert found is not None
    assert [oil.percent for oil in found.oils] == [Decimal("0.5"), Decimal("0.5")]
    assert found.total == Decimal(1)
    assert list(found.lowered_by) == [CATALOGUE.index.conditions["older-frail"].name]
    assert found.rows[0].drops == (0, 0), "a spoon is too little for one drop of each"
    assert found.smallest is not None
    assert (found.smallest.carrier_ml, found.smallest.drops) == (10, (1, 1))


@pytest.mark.django_db
@pytest.mark.invariant("I6")
def test_an_oil_gets_no_stronger_because_another_is_left_out(ana: Client, therapist: User) -> None:
    plan = given(ana, **DESK_NECK)
    lavender, marjoram = item(plan, "lavender"), item(plan, "sweet-marjoram")
    approve_plan(plan, by=therapist, keep=[lavender.pk], practice=Practice.current())
    assert item(plan, "lavender").percent == 1
    approve_plan(plan, by=therapist, keep=[lavender.pk], raised=[lavender.pk], practice=Practice.current())
    assert item(plan, "lavender").percent == 2, "the therapist's own choice, within the blend's limit"
    approve_plan(
        plan,
        by=therapist,
        keep=[lavender.pk, marjoram.pk],
        raised=[lavender.pk, marjoram.pk],
        practice=Practice.current(),
    )
    assert [item(plan, slug).percent for slug in ("lavender", "sweet-marjoram")] == [1, 1]
    approve_plan(plan, by=therapist, keep=[marjoram.pk], practice=Practice.current())
    assert item(plan, "sweet-marjoram").percent == 1


@pytest.mark.django_db
def test_after_a_swap_the_total_stays_at_or_below_the_limit(ana: Client, therapist: User) -> None:
    plan = given(ana, "older-frail", **DESK_NECK)
    mint = add_plan_item(plan, slug="eucalyptus", by=therapist, practice=Practice.current())
    approve_plan(plan, by=therapist, keep=[mint.pk, item(plan, "lavender").pk], practice=Practice.current())
    kept = plan.items.filter(kind="oil", state=CarePlanItem.State.RELEASED)
    assert sum(row.percent or 0 for row in kept) <= 1


@pytest.mark.django_db
def test_carriers_tips_and_what_the_catalogue_has_lost_are_in_no_table(ana: Client) -> None:
    plan = given(ana)
    limit = BlendLimit(Decimal(2))
    assert blend_table_of(plan.items.filter(kind="carrier"), limit, CATALOGUE) is None
    gone = item(plan, "lavender")
    gone.slug = "snake-oil"
    assert blend_table_of([gone], limit, CATALOGUE) is None


@pytest.mark.django_db
@pytest.mark.invariant("I6")
def test_what_was_told_since_lowers_the_blend_and_says_why(ana: Client, therapist: User) -> None:
    plan = given(ana, **DESK_NECK)
    told(ana, "older-frail", **DESK_NECK)
    approve_plan(plan, by=therapist, keep=[item(plan, "lavender").pk], practice=Practice.current())
    plan.refresh_from_db()
    assert item(plan, "lavender").percent == 1
    assert plan.blend is not None
    assert plan.blend["because"] == [CATALOGUE.index.conditions["older-frail"].name]


@pytest.mark.django_db
@pytest.mark.invariant("I6")
def test_a_scented_oil_that_a_therapist_adds_brings_limit_and_safety_text(ana: Client, therapist: User) -> None:
    plan = given(ana, "older-frail")
    plan.items.filter(kind="oil").delete()
    CarePlan.objects.update(blend=None)
    oil = add_plan_item(plan, slug="lavender", by=therapist, practice=Practice.current())
    approve_plan(plan, by=therapist, keep=[oil.pk], practice=Practice.current())
    plan.refresh_from_db()
    assert plan.blend is not None
    assert "Never swallow" in plan.blend["safety"]
    assert [part["percent"] for part in plan.blend["parts"]] == [1.0]


@for_all(
    slugs=st.sets(st.sampled_from(OILS), max_size=4), most=st.sampled_from([Decimal("0.5"), Decimal(1), Decimal(2)])
)
def test_shares_never_exceed_the_limit_or_an_oils_own(slugs: set[str], most: Decimal) -> None:
    shares = shares_of(sorted(slugs), most, CATALOGUE)
    assert sum(shares.values(), Decimal()) <= most
    for slug, percent in shares.items():
        assert 0 < percent <= Decimal(str(CATALOGUE.index.oils[slug].house_percent))


@for_all(ml=st.integers(1, 500), percent=st.decimals("0.01", "10", places=2))
def test_drops_are_whole_and_never_too_many(ml: int, percent: Decimal) -> None:
    drops = drops_in(percent, ml)
    assert Decimal(drops) <= ml * DROPS_PER_ML * percent / 100 < drops + 1
