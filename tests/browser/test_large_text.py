"""Text at twice its size on a phone: nothing hangs over the edge, and what is hidden casts no shadow."""

import pytest
from playwright.sync_api import Page

from tests.browser.test_intake import PHONE, fits
from tests.fixtures.cast import Cast

pytestmark = [pytest.mark.browser, pytest.mark.slow]
PAGES = ("", "book/", "book/regular-60/", "me/", "how-we-advise/", "accounts/login/")


def test_twice_the_text_fits_a_phone(live_gunicorn: str, cast: Cast, page: Page) -> None:
    """WCAG 1.4.4, on the pages that strangers see."""
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    wide = []
    for path in PAGES:
        page.goto(f"{live_gunicorn}/{path}")
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        if not fits(page):
            wide.append(path)
    assert wide == []


def test_the_hidden_skip_link_casts_no_shadow(live_gunicorn: str, cast: Cast, page: Page) -> None:
    """Its shadow would hang into the page from above."""
    page.goto(live_gunicorn)
    link = page.locator(".skip-link")
    assert link.evaluate("each => getComputedStyle(each).boxShadow") == "none"
    link.focus()
    assert link.evaluate("each => getComputedStyle(each).boxShadow") != "none"
