"""The admin's own pages in a browser: the content policy holds, and every field has a name."""

import pytest
from django.urls import reverse
from playwright.sync_api import Page

from clients.models import catalogue as models
from tests.browser.axe import WCAG, complaints_in_both
from tests.browser.story import walk
from tests.fixtures.cast import Cast

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def pages(cast: Cast) -> list[str]:
    """The fullest page of each kind: entries with lists and rules, and forms that once drew their lists by script."""
    entries = (
        models.Oil.objects.get(slug="peppermint"),
        models.HomeCareTip.objects.get(slug="inversion-table"),
        models.Technique.objects.get(slug="hot-stone"),
        models.HealthCondition.objects.get(slug="pregnancy"),
        models.RedFlag.objects.get(slug="weight-loss"),
        cast.ana,
    )
    changed = [reverse(f"admin:clients_{each._meta.model_name}_change", args=[each.pk]) for each in entries]
    added = [reverse(f"admin:booking_{name}_add") for name in ("appointment", "timeoff", "service")]
    return [*changed, *added, reverse("admin:clients_oil_changelist")]


def test_every_field_has_a_name_and_nothing_breaks_the_content_policy(
    live_gunicorn: str, page: Page, page_errors: list[str], cast: Cast
) -> None:
    walk.let_staff_sign_in()
    walk.sign_in(page, live_gunicorn, "owner@stillwater.example")
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
