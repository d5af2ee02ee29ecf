"""The admin's own pages in a browser: the content policy holds, and every field has a name."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from playwright.sync_api import Page

from clients.models import catalogue as models
from tests.browser.story import walk
from tests.fixtures.cast import House

pytestmark = [pytest.mark.browser, pytest.mark.slow]
# Django leaves some headings of its tables empty; that is a matter of taste for axe, and no rule of WCAG.
RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]}}


def pages(house: House) -> list[str]:
    """The fullest page of each kind: entries with lists and rules, and forms that once drew their lists by script."""
    entries = (
        models.Oil.objects.get(slug="peppermint"),
        models.HomeCareTip.objects.get(slug="inversion-table"),
        models.Technique.objects.get(slug="hot-stone"),
        models.HealthCondition.objects.get(slug="pregnancy"),
        models.RedFlag.objects.get(slug="weight-loss"),
        house.ana,
    )
    changed = [reverse(f"admin:clients_{each._meta.model_name}_change", args=[each.pk]) for each in entries]
    added = [reverse(f"admin:booking_{name}_add") for name in ("appointment", "timeoff", "service")]
    return [*changed, *added, reverse("admin:clients_oil_changelist")]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_field_has_a_name_and_nothing_breaks_the_content_policy(
    live_gunicorn: str, page: Page, page_errors: list[str], house: House, scheme: str
) -> None:
    walk.let_staff_sign_in()
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    walk.sign_in(page, live_gunicorn, "owner@stillwater.example")
    found = {}
    for path in pages(house):
        page.goto(live_gunicorn + path)
        page.wait_for_load_state("networkidle")
        assert page_errors == [], path
        wrong = Axe().run(page, options=RULES).response["violations"]
        if wrong:
            found[path] = [f"{each['id']}: {[node['target'] for node in each['nodes'][:3]]}" for each in wrong]
        # To measure, axe sets styles of its own, which the policy refuses.
        page_errors.clear()
    assert found == {}
