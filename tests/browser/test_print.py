"""A care plan on paper: whatever it holds, one sheet."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page

from clients.intake.actions import request_intake, submit_intake
from clients.models import CarePlan
from clients.plans.add_item import add_plan_item
from clients.plans.review import approve_plan
from tests.browser.test_intake import care_link
from tests.clients.answers import SORE_BACK, conditions, consented
from tests.clients.steps import fill
from tests.fixtures.cast import Cast

pytestmark = [pytest.mark.browser, pytest.mark.slow]
# A frail client of eighty with a long list, whose therapist adds to the plan and gives three things against a rule.
ILL = (
    "anticoagulants",
    "transdermal-patch",
    "osteoporosis",
    "hypertension",
    "heart-disease",
    "diabetes",
    "diabetes-neuropathy",
    "asthma",
    "kidney-disease",
    "glaucoma",
    "hiatal-hernia-reflux",
    "older-frail",
    "varicose-veins",
    "metal-implant",
    "allergy-fragrance",
)
COMPLAINTS = (
    "dull-ache",
    "stiffness",
    "muscle-ache",
    "numbness-tingling",
    "stress-tension",
    "tension-headache",
    "poor-sleep",
    "tight-spot",
)
MORE = ("warm-bath", "track-pain", "sleep-position")


def longest(cast: Cast, *ill: str) -> CarePlan:
    """The fullest plan that somebody real would be given."""
    pages: dict[str, Any] = {step.replace("-", "_"): data for step, data in conditions(ill).items()}
    row = fill(
        request_intake(cast.ana, technique_slug="hot-stone"),
        where={"areas": [f"{area}:both" for area in ("neck", "shoulder", "lower-back", "knee")], "none": False},
        feel={"symptoms": list(COMPLAINTS), "none": False},
        cause={**SORE_BACK["cause"], "causes": ["computer-work", "driving", "lack-of-exercise"]},
        consent=consented(hot_stone=True),
        **pages,
    )
    plan = submit_intake(row).plans.get()
    for slug in MORE:
        add_plan_item(plan, slug=slug, by=cast.owner)
    return plan


def given(cast: Cast, plan: CarePlan) -> None:
    """The therapist keeps all that may be kept together, and writes why for three that a rule holds back."""
    free = [item.pk for item in plan.items.all() if not item.withheld_because and not item.not_with]
    against = [item for item in plan.items.all() if item.withheld_because and item.kind == "home-care"]
    held = [item.pk for item in against if not item.is_barred_for_good][:3]
    why = "Talked over with her and with her doctor on the telephone; under these conditions we both think it is fine."
    approve_plan(plan, by=cast.owner, keep=[*free, *held], overrides=dict.fromkeys(held, why))


@pytest.mark.parametrize("paper", ["A4", "Letter"])
@pytest.mark.parametrize("approved", [False, True])
def test_the_longest_plan_prints_on_one_sheet(
    live_gunicorn: str, cast: Cast, page: Page, paper: str, approved: bool
) -> None:
    plan = longest(cast, *ILL)
    if approved:
        given(cast, plan)
    assert plan.items.count() > 15
    page.goto(care_link(live_gunicorn, plan))
    assert len(re.findall(rb"/Type\s*/Page[^s]", page.pdf(format=paper))) == 1


def test_a_short_plan_is_printed_in_letters_that_can_be_read(live_gunicorn: str, cast: Cast, page: Page) -> None:
    plan = longest(cast)
    page.goto(care_link(live_gunicorn, plan))
    page.emulate_media(media="print")
    sizes = page.locator("main .care-item p").evaluate_all(
        "all => all.filter(it => it.offsetParent).map(it => parseFloat(getComputedStyle(it).fontSize) * 0.75)"
    )
    assert min(sizes) >= 7.4
    assert len(re.findall(rb"/Type\s*/Page[^s]", page.pdf(format="A4"))) == 1
