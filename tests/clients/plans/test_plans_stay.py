"""A plan that was given keeps its words, its reasons and its edition, whatever the practice does to the catalogue."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.management import call_command
from django.utils.html import escape

from clients.catalogue import catalogue_edit, current_edition, mark_changed
from clients.intake.actions import submit_intake
from clients.models import CarePlan, CarePlanItem, IntakeRequest
from clients.models import catalogue as models
from clients.plans.actions import make_plan
from clients.plans.review import approve_plan
from clinic.models import User
from tests.clients.answers import signs
from tests.clients.plans.test_plans import planned
from tests.clients.steps import fill, opened, plan_page

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("catalogue")]


def overturn() -> None:
    """Change everything that a plan speaks of: words, doses, grades, rules, switches, names of answers, levels."""
    with catalogue_edit():
        for table in (models.Oil, models.HomeCareTip):
            table.objects.update(
                name="Something else", text="Other words.", dose="Ten of them.", grade="against", switched_off=True
            )
            table.objects.update(evidence_note="We changed our minds.", needs_therapist_review=True)
        models.Technique.objects.update(name="Another massage")
        for rules in (models.OilRule, models.HomeCareRule, models.TechniqueRule):
            rules.objects.update(reason="For another reason.", level="never_when")
        for words in (models.Symptom, models.Cause, models.BodyArea, models.Onset, models.HealthCondition):
            words.objects.update(name="Another word")
        models.EvidenceSource.objects.update(citation="Another source")
        mark_changed()


def kept(care_plan: CarePlan) -> tuple[Any, ...]:
    """Everything that is stored of a plan."""
    items = CarePlanItem.objects.filter(plan=care_plan).order_by("pk").values()
    return (*CarePlan.objects.filter(pk=care_plan.pk).values(), *items)


def text_of(page: str) -> str:
    """A page without the token of its forms, which is another each time."""
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", page)


def test_a_plan_knows_the_edition_it_was_made_under(asked: IntakeRequest) -> None:
    care_plan = planned(asked, "asthma")
    assert care_plan.catalogue_version == current_edition().label == care_plan.intake.catalogue_version


def test_a_plan_that_was_given_never_changes(asked: IntakeRequest) -> None:
    care_plan = planned(asked, "asthma", "transdermal-patch")
    label, before, page = current_edition().label, kept(care_plan), plan_page(care_plan.intake)
    overturn()
    assert kept(care_plan) == before
    assert plan_page(care_plan.intake) == page
    assert current_edition().label != label
    assert "Another" not in page
    assert "Something else" not in page


def test_a_new_load_of_the_catalogue_leaves_it_too(asked: IntakeRequest) -> None:
    care_plan = planned(asked, "asthma")
    before, page = kept(care_plan), plan_page(care_plan.intake)
    models.Oil.objects.update(shipped_hash="", dose="Out of date.")
    call_command("load_catalogue", verbosity=0)
    assert (kept(care_plan), plan_page(care_plan.intake)) == (before, page)


def test_the_next_plan_from_the_same_answers_follows_the_new_edition(asked: IntakeRequest) -> None:
    old = planned(asked, "asthma")
    with catalogue_edit():
        models.HomeCareTip.objects.update(dose="Ten of them.")
        mark_changed()
    new = make_plan(old.intake, technique_slug=old.technique)
    assert new.catalogue_version != old.catalogue_version
    assert {item.dose for item in new.items.filter(kind="home-care")} == {"Ten of them."}
    assert "Ten of them." not in {item.dose for item in old.items.all()}


def test_approving_an_old_plan_releases_the_words_it_was_given_with(asked: IntakeRequest) -> None:
    care_plan = planned(asked)
    words = dict(care_plan.items.values_list("slug", "text"))
    overturn()
    therapist = User.objects.create_user("mira@example.org", name="Mira")
    item = care_plan.items.filter(kind="home-care", state="released")[0]
    approve_plan(care_plan, by=therapist, keep=[item.pk])
    item.refresh_from_db()
    assert item.text == words[item.slug]
    assert item.state == CarePlanItem.State.RELEASED


@pytest.mark.parametrize(("sign", "note"), [("weight-loss", True), ("ces-saddle-numbness", False)])
def test_what_was_said_about_a_warning_sign_stays_as_it_was_said(asked: IntakeRequest, sign: str, note: bool) -> None:
    care_plan = submit_intake(fill(asked, signs=signs(sign))).plans.get()
    said = models.RedFlag.objects.get(slug=sign).text
    assert care_plan.warnings == [{"slug": sign, "name": models.RedFlag.objects.get(slug=sign).name, "text": said}]
    assert bool(care_plan.doctor_note) is note
    browser = opened(asked)
    before = plan_page(care_plan.intake), browser.get(f"/intake/{asked.public_id}/").content.decode()
    with catalogue_edit():
        models.RedFlag.objects.filter(slug=sign).update(text="Never mind.", name="A trifle", action="caution")
        models.Technique.objects.update(name="Another massage")
        mark_changed()
    after = plan_page(care_plan.intake), browser.get(f"/intake/{asked.public_id}/").content.decode()
    assert all(escape(said) in page for page in before)
    for old, new in zip(before, after, strict=True):
        assert escape(said) in new
        assert "Never mind." not in new
        assert (escape(care_plan.doctor_note) in new) is True
        assert text_of(old) == text_of(new)


def test_a_doctor_first_names_no_answer_in_the_note_to_take_along(asked: IntakeRequest) -> None:
    care_plan = submit_intake(fill(asked, signs=signs("weight-loss"))).plans.get()
    assert "Regular" in care_plan.doctor_note
    assert care_plan.warnings[0]["name"] not in care_plan.doctor_note
    page = plan_page(care_plan.intake)
    assert "For your doctor" in page
    assert "Book later" in page
