"""The blend table of a plan's oil, as the therapist reads it."""

from __future__ import annotations

import pytest
from django.template.loader import render_to_string

from clients.catalogue import catalogue_edit, mark_changed
from clients.models import CarePlan, CarePlanItem, IntakeRequest, Oil
from clients.plans.blends import blend_table_of
from tests.clients.plans.test_plans import planned

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("catalogue")]


def lavender(care_plan: CarePlan) -> CarePlanItem:
    """The lavender of a plan for stress."""
    return care_plan.items.get(slug="lavender")


def stressed(row: IntakeRequest, *ticked: str) -> CarePlan:
    """A plan that proposes lavender."""
    return planned(row, *ticked, feel={"symptoms": ["stress-tension", "poor-sleep", "dull-ache"], "none": False})


def page(item: CarePlanItem) -> str:
    """The include as a page shows it."""
    return " ".join(render_to_string("clients/includes/blend.html", {"blend": blend_table_of(item)}).split())


def test_the_table_starts_at_the_practices_maximum(asked: IntakeRequest) -> None:
    item = lavender(stressed(asked))
    table = blend_table_of(item)
    assert table is not None
    assert (table.oil, table.limit.percent, table.half_percent) == ("Lavender", 3, 1.5)
    read = page(item)
    assert "Lavender: drops in plain oil" in read
    assert "at most, 3 %" in read
    assert "half, 1.5 %" in read
    assert '<th scope="row">30 ml</th> <td>18</td> <td>9</td>' in read
    assert "The practice’s maximum; never more." in read


def test_a_caution_of_this_client_halves_it_and_is_quoted(asked: IntakeRequest) -> None:
    read = page(lavender(stressed(asked, "older-frail")))
    assert "at most, 1.5 %" in read
    assert "Less than usual for this client:</strong> Thin skin absorbs more; use half strength." in read


def test_a_maximum_that_the_practice_has_lowered_holds_for_older_plans(asked: IntakeRequest) -> None:
    item = lavender(stressed(asked))
    with catalogue_edit():
        Oil.objects.filter(slug="lavender").update(house_max_percent=0.5)
        mark_changed()
    table = blend_table_of(item)
    assert table is not None
    assert table.limit.percent == 0.5
    assert "too little to measure" in page(item)


def test_carriers_tips_and_what_the_catalogue_has_lost_have_no_table(asked: IntakeRequest) -> None:
    care_plan = stressed(asked)
    assert blend_table_of(care_plan.items.get(kind="carrier")) is None
    assert blend_table_of(care_plan.items.filter(kind="home-care")[0]) is None
    gone = lavender(care_plan)
    gone.slug = "snake-oil"
    assert blend_table_of(gone) is None
    assert page(gone) == ""
