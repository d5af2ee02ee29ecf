"""Preview beside Save in the admin, by keyboard: what was typed stays, and nothing is saved."""

import pytest
from django.conf import settings
from django.urls import reverse
from playwright.sync_api import Page, expect

from clients.catalogue import current_catalogue
from clients.models import CatalogueEdit, Client, Intake
from clinic.models import Practice, User
from tests.browser.axe import violations
from tests.fixtures.browser import Browser

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def admin(transactional_db: None, live_gunicorn: str, page: Page) -> Page:
    """Someone who owns the practice, signed in, and three intakes to try an edit on."""
    practice = Practice.current()
    # The second step of signing in is for other tests.
    practice.second_factor_required = False
    practice.save()
    visitor = Browser()
    visitor.force_login(User.objects.create_superuser("owner@example.org", "a long test password", name="Olga"))
    cookie = visitor.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_gunicorn}])
    for number in range(3):
        ana = Client.objects.create(first_name="Ana", last_name=f"Berg {number}")
        Intake.objects.create(
            client=ana, technique="regular-massage", causes=["stress"], triage="ok", catalogue_version="2.0.0"
        )
    return page


@pytest.mark.parametrize("width", [1280, 390])
def test_an_edit_is_tried_by_keyboard_and_then_saved(
    admin: Page, live_gunicorn: str, page_errors: list[str], width: int
) -> None:
    admin.set_viewport_size({"width": width, "height": 900})
    admin.goto(live_gunicorn + reverse("admin:catalogue-entry", args=["oils", "lavender"]))
    admin.locator("#id_dose").fill("One drop.")
    admin.locator("#id_off_by_default").check()
    button = admin.get_by_role("button", name="What would change?")
    button.focus()
    admin.keyboard.press("Enter")
    found = admin.get_by_role("status").filter(has_text="Nothing is saved yet")
    expect(found).to_contain_text("3 of the latest 3 plans would be different")
    expect(found.get_by_role("row", name="Lavender")).to_contain_text("3")
    expect(admin.locator("#id_dose")).to_have_value("One drop.")
    assert not CatalogueEdit.objects.exists()
    assert not violations(admin, inside="#preview")
    admin.get_by_role("button", name="Save", exact=True).first.click()
    expect(admin.get_by_text("Plans from now on follow it")).to_be_visible()
    saved = current_catalogue().index.oils["lavender"]
    assert saved.off_by_default
    assert saved.dose == "One drop."
    # To measure, axe sets styles of its own, which the content policy refuses.
    page_errors[:] = [error for error in page_errors if "inline style" not in error]
