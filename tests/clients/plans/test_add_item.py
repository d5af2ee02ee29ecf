"""What a therapist adds to a plan: all that is on offer, with every reason against it; the client's once approved."""

import pytest
from django.utils import timezone

from clients.care import shipped
from clients.models import CarePlan, CarePlanItem, Client
from clients.plans.add_item import add_plan_item, items_on_offer, search_items
from clients.plans.page import plan_page
from clients.plans.review import approve_plan
from clinic.errors import Refusal
from clinic.models import AccessEvent, Practice, User
from tests.clients.plans.given import DESK_NECK, given, item, released

pytestmark = pytest.mark.django_db
State = CarePlanItem.State
SENTENCE = "Her doctor is content with a short lukewarm bath."


@pytest.fixture
def therapist(db: None) -> User:
    return User.objects.create_user("mira@example.org", name="Mira")


def refused(care_plan: CarePlan, slug: str, therapist: User) -> str:
    with pytest.raises(Refusal) as refusal:
        add_plan_item(care_plan, slug=slug, by=therapist, practice=Practice.current())
    return str(refusal.value.code)


def test_an_added_tip_is_the_clients_only_after_approval(ana: Client, therapist: User) -> None:
    plan = given(ana)
    added = add_plan_item(plan, slug="shoulder-blade-squeeze", by=therapist, practice=Practice.current())
    assert (added.added, added.added_by) == (True, therapist)
    assert added.slug not in released(plan)
    approve_plan(plan, by=therapist, keep=[added.pk], practice=Practice.current())
    assert released(plan) == {added.slug}
    assert AccessEvent.objects.filter(user=therapist, noun="care plan", action="change").count() == 2


def test_an_added_tip_has_everything_that_its_page_shows(ana: Client, therapist: User) -> None:
    row = add_plan_item(given(ana), slug="cat-cow", by=therapist, practice=Practice.current())
    entry = shipped().index.home_care["cat-cow"]
    assert (row.role, row.picture, len(row.steps)) == (entry.role, entry.picture, len(entry.steps))
    assert [each["slug"] for each in row.because["areas"]] == ["lower-back"]
    assert row.tags == list(entry.tags)


def test_a_tip_that_no_answer_calls_for_is_the_therapists_choice(ana: Client, therapist: User) -> None:
    plan = given(ana)
    added = add_plan_item(plan, slug="jaw-relax", by=therapist, practice=Practice.current())
    kept = [added.pk, *plan.items.filter(state=State.RELEASED).values_list("pk", flat=True)]
    approve_plan(plan, by=therapist, keep=kept, practice=Practice.current())
    shown = plan_page(plan, Practice.current(), now=timezone.now()).tips
    assert [tip.brief_why for tip in shown if tip.item == added] == [tip.why for tip in shown if tip.item.added]
    assert not added.because


def test_what_is_added_twice_stands_there_once(ana: Client, therapist: User) -> None:
    plan = given(ana)
    first = add_plan_item(plan, slug="walking", by=therapist, practice=Practice.current())
    assert add_plan_item(plan, slug="walking", by=therapist, practice=Practice.current()) == first
    proposed = add_plan_item(plan, slug="stay-active", by=therapist, practice=Practice.current())
    assert (proposed.state, proposed.added) == (State.RELEASED, False)


@pytest.mark.invariant("I6")
def test_an_added_item_that_asks_for_a_doctors_word_is_given_only_with_a_written_reason(
    ana: Client, therapist: User
) -> None:
    plan = given(ana, "anticoagulants")
    row = add_plan_item(plan, slug="warm-bath", by=therapist, practice=Practice.current())
    assert {(why["condition"], why["level"]) for why in row.withheld_because} == {("anticoagulants", "clearance")}
    with pytest.raises(Refusal) as refusal:
        approve_plan(plan, by=therapist, keep=[row.pk], practice=Practice.current())
    assert (refusal.value.code, refusal.value.field) == ("reason_needed", str(row.pk))
    approve_plan(plan, by=therapist, keep=[row.pk], overrides={row.pk: SENTENCE}, practice=Practice.current())
    row.refresh_from_db()
    assert (row.state, row.override_reason) == (State.RELEASED, SENTENCE)


@pytest.mark.invariant("I6")
def test_the_client_reads_the_caution_of_what_is_given_against_a_rule_and_never_the_teams_words(
    ana: Client, therapist: User, practice: Practice
) -> None:
    plan = given(ana, "anticoagulants")
    row = add_plan_item(plan, slug="warm-bath", by=therapist, practice=Practice.current())
    approve_plan(plan, by=therapist, keep=[row.pk], overrides={row.pk: SENTENCE}, practice=Practice.current())
    plan.refresh_from_db()
    page = plan_page(plan, practice, now=timezone.now())
    shown = [each for each in (page.one, *page.tips) if each and each.item.slug == "warm-bath"]
    assert shown
    assert set(shown[0].cares) & {why["reason"] for why in row.withheld_because}
    assert SENTENCE not in str(page)


def test_what_was_added_and_not_kept_is_no_news_to_the_client(ana: Client, therapist: User) -> None:
    plan = given(ana, "anticoagulants")
    row = add_plan_item(plan, slug="warm-bath", by=therapist, practice=Practice.current())
    approve_plan(plan, by=therapist, keep=[], practice=Practice.current())
    row.refresh_from_db()
    assert row.state == State.DROPPED


@pytest.mark.parametrize("slug", ["helichrysum", "panaway"])
def test_two_oils_of_which_one_is_in_the_other_are_not_both_given(ana: Client, therapist: User, slug: str) -> None:
    Practice.objects.update(country="US")
    plan = given(ana)
    rows = {
        name: add_plan_item(plan, slug=name, by=therapist, practice=Practice.current()).pk
        for name in ("helichrysum", "panaway")
    }
    with pytest.raises(Refusal) as refusal:
        approve_plan(plan, by=therapist, keep=rows.values(), practice=Practice.current())
    assert refusal.value.code == "pair"
    approve_plan(plan, by=therapist, keep=[rows[slug]], practice=Practice.current())
    assert released(plan) == {slug}


def test_at_most_two_scented_oils_make_a_blend(ana: Client, therapist: User) -> None:
    plan = given(ana, **DESK_NECK)
    third = add_plan_item(plan, slug="peppermint", by=therapist, practice=Practice.current())
    oils = [row.pk for row in plan.items.filter(kind="oil")]
    assert len(oils) == 3
    with pytest.raises(Refusal) as refusal:
        approve_plan(plan, by=therapist, keep=oils, practice=Practice.current())
    assert (refusal.value.code, refusal.value.field) == ("too_many", str(third.pk))


def test_after_a_doctor_first_sign_whatever_is_added_needs_a_reason(ana: Client, therapist: User) -> None:
    plan = given(ana, red_flags=["weight-loss"])
    assert plan.triage == "doctor-before-massage"
    row = add_plan_item(plan, slug="lavender", by=therapist, practice=Practice.current())
    assert row.withheld_because[0]["level"] == "clearance"
    with pytest.raises(Refusal) as refusal:
        approve_plan(plan, by=therapist, keep=[row.pk], practice=Practice.current())
    assert refusal.value.code == "reason_needed"


@pytest.mark.invariant("I7")
def test_after_an_emergency_nothing_is_added(ana: Client, therapist: User) -> None:
    assert refused(given(ana, red_flags=["ces-saddle-numbness"]), "lavender", therapist) == "emergency"


@pytest.mark.invariant("I6")
def test_while_a_question_is_open_nothing_is_added(ana: Client, therapist: User) -> None:
    assert refused(given(ana, open_signs=True), "lavender", therapist) == "questions_open"


def test_what_is_off_or_against_the_law_here_cannot_be_added(ana: Client, therapist: User, practice: Practice) -> None:
    Practice.objects.update(country="DE")
    plan = given(ana)
    for slug in ("panaway", "wintergreen", "no-such-thing", "<script>"):
        assert refused(plan, slug, therapist) == "not_offered"
    assert not {"panaway", "wintergreen"} & {each.id for each in items_on_offer(shipped(), "DE")}


def test_a_search_finds_by_every_word_and_an_exact_name_alone(db: None, practice: Practice) -> None:
    assert [each.id for each in search_items("  LAVENDER ", practice)] == ["lavender"]
    assert {each.id for each in search_items("pack", practice)} >= {"heat-pack", "cold-pack"}
    assert [each.id for each in search_items("pack heat", practice)] == ["heat-pack"]
    assert search_items("", practice) == search_items("zzz", practice) == search_items("<script>", practice) == []


def test_the_plan_is_kept_in_the_therapists_order(ana: Client, therapist: User) -> None:
    plan = given(ana)
    backwards = [row.pk for row in reversed(plan.items.filter(kind="home-care", state=State.RELEASED))]
    assert len(backwards) > 2
    approve_plan(plan, by=therapist, keep=backwards, order=backwards, practice=Practice.current())
    kept = plan.items.filter(kind="home-care", state=State.RELEASED).order_by("position")
    assert [row.pk for row in kept] == backwards


def test_an_order_with_an_item_of_another_plan_is_refused(ana: Client, therapist: User) -> None:
    mine, other = given(ana), given(ana, technique="hot-stone")
    with pytest.raises(Refusal) as refusal:
        approve_plan(mine, by=therapist, keep=[], order=[other.items.all()[0].pk], practice=Practice.current())
    assert refusal.value.code == "not_of_plan"


def test_the_one_thing_is_the_engines_until_the_therapist_stars_another(ana: Client, therapist: User) -> None:
    plan = given(ana)
    tips = [row.pk for row in plan.items.filter(kind="home-care", state=State.RELEASED)]
    approve_plan(plan, by=therapist, keep=tips, practice=Practice.current())
    plan.refresh_from_db()
    assert (plan.one_thing, plan.starred) == ("stay-active", False)
    approve_plan(plan, by=therapist, keep=tips, star=item(plan, "careful-lifting").pk, practice=Practice.current())
    plan.refresh_from_db()
    assert (plan.one_thing, plan.starred) == ("careful-lifting", True)


def test_a_star_that_is_not_kept_passes_to_the_first_tip_that_is(ana: Client, therapist: User) -> None:
    plan = given(ana)
    rest = [row.pk for row in plan.items.filter(kind="home-care", state=State.RELEASED).exclude(slug=plan.one_thing)]
    approve_plan(plan, by=therapist, keep=rest, practice=Practice.current())
    plan.refresh_from_db()
    assert plan.one_thing == CarePlanItem.objects.get(pk=rest[0]).slug


@pytest.mark.invariant("I6")
def test_a_swap_keeps_warmth_and_what_stings_a_day_apart(ana: Client, therapist: User) -> None:
    plan = given(ana, **DESK_NECK)
    heat = item(plan, "heat-pack")
    assert heat.wait_hours == 0
    mint = add_plan_item(plan, slug="peppermint", by=therapist, practice=Practice.current())
    approve_plan(plan, by=therapist, keep=[heat.pk, mint.pk], practice=Practice.current())
    assert (item(plan, "heat-pack").wait_hours, item(plan, "peppermint").session_only) == (24, True)
    approve_plan(plan, by=therapist, keep=[mint.pk], practice=Practice.current())
    assert not item(plan, "peppermint").session_only
    approve_plan(plan, by=therapist, keep=[heat.pk], practice=Practice.current())
    assert item(plan, "heat-pack").wait_hours == 0


def test_warmth_waits_a_day_after_a_warm_massage(ana: Client, therapist: User) -> None:
    plan = given(ana, technique="hot-stone", **DESK_NECK)
    approve_plan(plan, by=therapist, keep=[item(plan, "heat-pack").pk], practice=Practice.current())
    assert item(plan, "heat-pack").wait_hours == 24
