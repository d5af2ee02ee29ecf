"""A care plan on paper: whatever it holds, one sheet; and the handout and the label beside it."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.plan_links import care_link
from tests.clients.plans.people import persona, plan_of
from tests.fixtures.cast import Cast

pytestmark = [pytest.mark.browser, pytest.mark.slow]
# The people whose plans say the most.
FULL = ("insulin-pump", "many-reasons", "seed-gardener", "post-partum")


def sheets(page: Page, paper: str) -> int:
    """How many sheets the page prints on."""
    return len(re.findall(rb"/Type\s*/Page[^s]", page.pdf(format=paper)))


def test_a_full_plan_prints_on_one_sheet(live_gunicorn: str, cast: Cast, page: Page) -> None:
    for who in FULL:
        page.goto(care_link(live_gunicorn, plan_of(cast.ana, persona(who))))
        assert page.locator(".care-item").count() > 2, who
        assert (who, sheets(page, "A4"), sheets(page, "Letter")) == (who, 1, 1)


def test_a_plan_is_printed_in_letters_that_can_be_read(live_gunicorn: str, cast: Cast, page: Page) -> None:
    page.goto(care_link(live_gunicorn, plan_of(cast.ana, persona("insulin-pump"))))
    page.emulate_media(media="print")
    sizes = page.locator("main p").evaluate_all(
        "all => all.filter(it => it.offsetParent).map(it => parseFloat(getComputedStyle(it).fontSize) * 0.75)"
    )
    assert min(sizes) >= 8.5


def test_a_handout_shows_a_drawing_for_each_move(live_gunicorn: str, cast: Cast, page: Page) -> None:
    plan = plan_of(cast.ana, persona("warm-helps"))
    page.goto(care_link(live_gunicorn, plan))
    page.get_by_role("link", name="Handout").click()
    drawings = page.locator("main .drawing svg")
    expect(drawings.first).to_be_visible()
    page.wait_for_load_state()
    assert drawings.count() == page.locator("main .handout-move").count() > 1
    # A drawing whose file were missing would have no size of its own.
    boxes = drawings.locator("use").evaluate_all("all => all.map(it => it.getBBox().width)")
    assert min(boxes) > 40
    assert sheets(page, "A4") == 1
