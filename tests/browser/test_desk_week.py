"""The week at the desk on a wide screen: seven narrow days, and nothing of one lies over the next."""

import pytest
from playwright.sync_api import Page, expect

from booking.models import Status
from tests.browser.story import walk
from tests.fixtures.cast import Cast

pytestmark = [pytest.mark.browser, pytest.mark.slow]
STICKS_OUT = """days => days.flatMap(day => [...day.querySelectorAll("*")].filter(
    each => each.getBoundingClientRect().right > day.getBoundingClientRect().right)).map(each => each.textContent)"""


def test_what_waits_for_a_yes_stays_inside_its_day(live_gunicorn: str, cast: Cast, page: Page) -> None:
    cast.appointment(cast.at(10), status=Status.REQUESTED)
    cast.appointment(cast.at(14), client=cast.ben)
    walk.be_signed_in(page, live_gunicorn, "mira@stillwater.example")
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto(f"{live_gunicorn}/desk/week/?day={cast.day().isoformat()}&who=all&show=list")
    expect(page.get_by_text("one waits for a yes")).to_be_visible()
    assert page.locator(".week-day").evaluate_all(STICKS_OUT) == []
