"""Mails in Chromium: what only a browser knows."""

import pytest
from playwright.sync_api import Page

from booking.models import MessageText
from booking.reminders.kind import worded_kinds
from booking.reminders.sample import sample_mail
from booking.reminders.wording import FilledText
from clinic.mail.rendering import rendered_mail
from clinic.models import Practice
from tests.browser.axe import COLOURS, violations
from tests.fixtures.cast import Cast

pytestmark = [pytest.mark.browser, pytest.mark.slow]
# A mail is read inside a mail program, which has the landmarks.
NO_PAGE = frozenset({"region", "landmark-one-main"})


def test_a_word_without_end_fits_the_screen(page: Page) -> None:
    own = FilledText(opening=("Donaudampfschifffahrt" * 8,), closing=("x" * 300,))
    words = {
        "practice": Practice(),
        "own": own,
        "service": "Massage" * 30,
        "button_url": "https://example.org/" + "y" * 200,
        "button_label": "Go",
    }
    page.set_content(rendered_mail("moved", words)["html"])
    for width in (320, 760):
        page.set_viewport_size({"width": width, "height": 700})
        assert page.evaluate("document.documentElement.scrollWidth") == width


@pytest.mark.django_db
def test_every_kind_fits_a_small_phone_fetches_nothing_and_can_be_read_in_light_and_dark(
    cast: Cast, page: Page
) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.set_viewport_size({"width": 320, "height": 700})
    for kind in (each.code for each in worded_kinds()):
        page.set_content(sample_mail(MessageText(kind=kind), Practice.current()).html)
        assert page.evaluate("document.documentElement.scrollWidth") == 320, kind
        found = violations(page)
        page.emulate_media(color_scheme="dark")
        found += violations(page, COLOURS)
        page.emulate_media(color_scheme="light")
        assert [each["id"] for each in found if each["id"] not in NO_PAGE] == [], kind
    assert [url for url in asked if not url.startswith("about:")] == []
