"""Every main page, light and dark, on a phone and on a desk: axe finds nothing to complain of."""

from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.browser.pages import CLIENT_PAGES, DESK_PAGES, OWNER_PAGES, World, open_page, world
from tests.browser.story import walk
from tests.fixtures.cast import House
from tests.fixtures.pages import PATIENCE_MS

pytestmark = [pytest.mark.browser, pytest.mark.slow]
LOOKS: list[tuple[int, Literal["light", "dark"]]] = [(390, "light"), (390, "dark"), (1280, "dark"), (1280, "light")]
# Colours that fade from one scheme to the other are judged once they have.
SETTLED = "() => Promise.allSettled(document.getAnimations().map(each => each.finished)).then(() => null)"
WAYS = {"client": (CLIENT_PAGES, ""), "therapist": (DESK_PAGES, "mira"), "owner": (OWNER_PAGES, "owner")}


@pytest.fixture
def practice_world(live_gunicorn: str, house: House) -> World:
    """A practice in which every page has something to show."""
    return world(live_gunicorn, house)


def complaints(page: Page) -> list[str]:
    """What axe finds wrong with the page."""
    found = Axe().run(page).response["violations"]
    return [f"{each['id']}: {[node['target'] for node in each['nodes'][:4]]}" for each in found]


@pytest.mark.parametrize("who", WAYS)
def test_no_page_has_a_violation(practice_world: World, browser: Browser, who: str) -> None:
    names, account = WAYS[who]
    context = browser.new_context(reduced_motion="reduce", locale="en-GB")
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    if account:
        walk.sign_in(page, practice_world.site, f"{account}@stillwater.example")
    found = {}
    for name in names:
        open_page(page, name, practice_world)
        for width, scheme in LOOKS:
            page.set_viewport_size({"width": width, "height": 900})
            page.emulate_media(color_scheme=scheme)
            page.evaluate(SETTLED)
            if wrong := complaints(page):
                found[f"{name} at {width}, {scheme}"] = wrong
    context.close()
    assert found == {}
