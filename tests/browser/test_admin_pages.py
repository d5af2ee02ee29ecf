"""The admin's own pages in a browser: the content policy holds, and every field has a name."""

import pytest
from django.urls import reverse
from playwright.sync_api import Page

from tests.browser.axe import WCAG, complaints_in_both
from tests.browser.story import walk
from tests.fixtures.cast import Cast

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def pages(cast: Cast) -> list[str]:
    """The fullest page of each kind: entries with lists and rules, and forms that once drew their lists by script."""
    kinds = {"oils": "peppermint", "home_care": "inversion-table", "techniques": "hot-stone"}
    kinds |= {"conditions": "pregnancy", "red_flags": "weight-loss", "sources": "acp-2017"}
    entries = [reverse("admin:catalogue-entry", args=each) for each in kinds.items()]
    entries += [reverse("admin:catalogue-add", args=["oils"]), reverse("admin:catalogue-kind", args=["home_care"])]
    changed = [*entries, reverse("admin:clients_client_change", args=[cast.ana.pk])]
    # Who signs in as a therapist is found by search, in a list that a script draws.
    changed += [reverse("admin:booking_therapist_change", args=[cast.mira.pk]), reverse("admin:index")]
    added = [reverse(f"admin:booking_{name}_add") for name in ("appointment", "timeoff", "service")]
    return [*changed, *added, reverse("admin:clients_catalogueedit_changelist")]


@pytest.mark.slow(seconds=25)
def test_every_field_has_a_name_and_nothing_breaks_the_content_policy(
    live_gunicorn: str, page: Page, page_errors: list[str], cast: Cast
) -> None:
    walk.be_signed_in(page, live_gunicorn, "owner@stillwater.example")
    found = {}
    for path in pages(cast):
        page.goto(live_gunicorn + path)
        assert page_errors == [], path
        # Django leaves some headings of its tables empty; that is a matter of taste for axe, and no rule of WCAG.
        if wrong := complaints_in_both(page, WCAG):
            found[path] = wrong
        # To measure, axe sets styles of its own, which the policy refuses.
        page_errors.clear()
    assert found == {}
