"""Mails in Chromium: what only a browser knows."""

import pytest
from django.template.loader import render_to_string
from playwright.sync_api import Page

from booking.wording import Filled

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("width", [320, 760])
def test_a_word_without_end_fits_the_screen(page: Page, width: int) -> None:
    own = Filled(opening=("Donaudampfschifffahrt" * 8,), closing=("x" * 300,))
    words = {
        "own": own,
        "service": "Massage" * 30,
        "button_url": "https://example.org/" + "y" * 200,
        "button_label": "Go",
    }
    page.set_viewport_size({"width": width, "height": 700})
    page.set_content(render_to_string("emails/moved/body.html", words))
    assert page.evaluate("document.documentElement.scrollWidth") == width
