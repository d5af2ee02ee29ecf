"""Every main page, light and dark, from the smallest phone to a desk: fit for everybody, and nothing hangs over."""

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.axe import TOO_WIDE, wrong_at
from tests.browser.pages import CLIENT_PAGES, DESK_PAGES, OWNER_PAGES, SitePages, open_page, world
from tests.browser.story import walk
from tests.fixtures.cast import Cast
from tests.fixtures.pages import PATIENCE_MS

pytestmark = [pytest.mark.browser, pytest.mark.slow]
PHONE, DESK = 320, 1280
# What zooming to 200 % leaves of a desk.
ZOOMED = 640
REFUSED_PICTURES = """() => [...document.querySelectorAll("*")].filter(
    (each) => getComputedStyle(each).backgroundImage.includes("url(\\"data:")).map((each) => each.outerHTML)"""
WAYS = (("", CLIENT_PAGES), ("mira", DESK_PAGES), ("owner", OWNER_PAGES))


@pytest.fixture
def practice_world(live_gunicorn: str, cast: Cast) -> SitePages:
    """A practice in which every page has something to show."""
    return world(live_gunicorn, cast)


@pytest.mark.slow(seconds=30)
def test_no_page_has_a_violation_or_hangs_over_the_edge(practice_world: SitePages, browser: Browser) -> None:
    context = browser.new_context(reduced_motion="reduce", locale="en-GB")
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    found = {}
    for account, names in WAYS:
        if account:
            walk.be_signed_in(page, practice_world.site, f"{account}@stillwater.example")
        for name in names:
            open_page(page, name, practice_world)
            page.wait_for_load_state()
            if wrong := wrong_with(page):
                found[name] = wrong
    context.close()
    assert found == {}


def wrong_with(page: Page) -> list[str]:
    """What is wrong with the page as it stands."""
    refused = [f"a picture that the policy refuses: {each}" for each in page.evaluate(REFUSED_PICTURES)]
    wrong = wrong_at(page, PHONE, DESK)
    page.set_viewport_size({"width": ZOOMED, "height": 450})
    return [*refused, *wrong, *(["too wide when zoomed"] if page.evaluate(TOO_WIDE) > 0 else [])]


TOO_SMALL = """<!doctype html><html lang="en"><title>Small</title><style>
  button { width: 12px; height: 12px; padding: 0; border: 0; overflow: hidden }
  @media (max-width: 500px) { button { width: 44px; height: 44px } }
</style><main><h1>Small</h1><button>A</button><button>B</button></main></html>"""


def test_a_target_that_is_too_small_on_one_screen_alone_is_found(page: Page) -> None:
    page.route("**/*", lambda route: route.fulfill(content_type="text/html", body=TOO_SMALL))
    page.goto("http://small.example/")
    small = "target-size: [['button:nth-child(2)'], ['button:nth-child(3)']]"
    assert wrong_at(page, DESK, PHONE) == [f"at {DESK}: {small}"]
    assert wrong_at(page, PHONE, DESK) == [f"at {DESK}: {small}"]


POORLY_MADE = """<!doctype html><html lang="en"><title>Poor</title><style>
  body { background: white; color: black }
  .small { color: #ddd; display: none }
  @media (max-width: 500px) { .small { display: block } }
  @media (prefers-color-scheme: dark) { body { background: black; color: white } .dim { color: #333 } }
</style><main><h1>Poor</h1><p class="dim">Too dim at night</p><p class="small">Too pale, and on a phone alone</p>
<button class="small"></button></main></html>"""


def test_what_is_wrong_on_one_screen_or_in_one_scheme_alone_is_found(page: Page) -> None:
    page.route("**/*", lambda route: route.fulfill(content_type="text/html", body=POORLY_MADE))
    page.goto("http://poor.example/")
    assert wrong_at(page, DESK, PHONE) == [
        "at 1280: in dark, color-contrast: [['.dim']]",
        "at 320: button-name: [['button']]",
        "at 320: color-contrast: [['p:nth-child(3)']]",
    ]
