"""A plan that was given keeps its words, its reasons and its edition, whatever the practice does to the catalogue."""

from typing import Any

import pytest
from django.utils.html import escape

from clients.catalogue import current_edition, shipped_entry
from clients.catalogue.edits import save_edit
from clients.models import CarePlan, CarePlanItem, Client, EntryKind
from clients.plans.actions import make_plan
from clients.plans.review import approve_plan
from clinic.models import Practice, User
from tests.clients.plans.given import DESK_NECK, given, item
from tests.clients.plans.people import page_of

pytestmark = pytest.mark.django_db
OTHER = {"name": "Something else", "text": "Other words.", "dose": "Ten of them."}


def edit(kind: EntryKind, slug: str, **changed: Any) -> None:
    """Change a shipped entry."""
    entry = shipped_entry(kind, slug)
    assert entry is not None
    save_edit(kind, slug, {**entry, **changed}, by=None)


def overturn() -> None:
    """Change what a plan speaks of: words, doses, names of answers."""
    for slug in ("heat-pack", "movement-breaks", "neck-strength-band"):
        edit(EntryKind.TIP, slug, **OTHER)
    edit(EntryKind.OIL, "lavender", **OTHER)
    edit(EntryKind.SYMPTOM, "tight-spot", name="Another word")


def kept(plan: CarePlan) -> tuple[Any, ...]:
    """Everything that is stored of a plan."""
    items = CarePlanItem.objects.filter(plan=plan).order_by("pk").values()
    return (*CarePlan.objects.filter(pk=plan.pk).values(), *items)


def test_a_plan_knows_the_edition_it_was_made_under(ana: Client) -> None:
    assert given(ana).catalogue_version == current_edition().label


def test_a_plan_that_was_given_never_changes(ana: Client) -> None:
    plan = given(ana, **DESK_NECK)
    label, before = current_edition().label, kept(plan)
    assert item(plan, "heat-pack").text in page_of(plan)
    overturn()
    assert current_edition().label != label
    assert kept(plan) == before
    page = page_of(plan)
    assert item(plan, "heat-pack").text in page
    for words in ("Something else", "Other words.", "Ten of them.", "Another word"):
        assert words not in page


def test_the_next_plan_from_the_same_answers_follows_the_new_edition(ana: Client) -> None:
    old = given(ana, **DESK_NECK)
    overturn()
    new = make_plan(old.intake, technique_slug=old.technique, practice=Practice.current())
    assert new.catalogue_version != old.catalogue_version
    assert item(new, "heat-pack").dose == "Ten of them."
    assert item(old, "heat-pack").dose != "Ten of them."


def test_approving_an_old_plan_releases_the_words_it_was_given_with(ana: Client) -> None:
    plan = given(ana, **DESK_NECK)
    words = item(plan, "heat-pack").text
    overturn()
    therapist = User.objects.create_user("mira@example.org", name="Mira")
    approve_plan(plan, by=therapist, keep=[item(plan, "heat-pack").pk], practice=Practice.current())
    assert item(plan, "heat-pack").text == words
    assert "Mira went through it" in page_of(plan)


@pytest.mark.parametrize(("sign", "note"), [("weight-loss", True), ("ces-saddle-numbness", False)])
def test_what_was_said_about_a_warning_sign_stays_as_it_was_said(ana: Client, sign: str, note: bool) -> None:
    plan = given(ana, red_flags=[sign])
    said = plan.warnings[0]["text"]
    assert bool(plan.doctor_note) is note
    edit(EntryKind.RED_FLAG, sign, text="Never mind.", name="A trifle")
    page = page_of(plan)
    assert escape(said) in page
    assert "Never mind." not in page


@pytest.mark.invariant("I6")
def test_a_danger_that_the_practice_adds_since_takes_an_item_off_an_old_plan(ana: Client) -> None:
    plan = given(ana, "allergy-daisy", **DESK_NECK)
    assert 'id="lavender"' in page_of(plan)
    edit(EntryKind.OIL, "lavender", tags=["scent", "topical", "daisy"])
    assert 'id="lavender"' not in page_of(plan)
