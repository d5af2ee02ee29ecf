"""Preview beside Save in the admin, by keyboard: what was typed stays, and nothing is saved."""

import pytest
from django.conf import settings
from django.test import Client as Visitor
from django.urls import reverse
from playwright.sync_api import Page, expect

from clients.care import shipped
from clients.catalogue.load import load_catalogue
from clients.models import catalogue as models
from clinic.models import Practice, User
from tests.browser.axe import violations
from tests.clients.catalogue.test_preview import told

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def admin(transactional_db: None, live_gunicorn: str, page: Page) -> Page:
    """Someone who owns the practice, signed in; the shipped catalogue, and three intakes to try an edit on."""
    load_catalogue(shipped())
    practice = Practice.current()
    # The second step of signing in is for other tests.
    practice.second_factor_required = False
    practice.save()
    visitor = Visitor()
    visitor.force_login(User.objects.create_superuser("owner@example.org", "a long test password", name="Olga"))
    cookie = visitor.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_gunicorn}])
    told(3)
    return page


@pytest.mark.parametrize("width", [1280, 390])
def test_an_edit_is_tried_by_keyboard_and_then_saved(
    admin: Page, live_gunicorn: str, page_errors: list[str], width: int
) -> None:
    lavender = models.Oil.objects.get(slug="lavender")
    admin.set_viewport_size({"width": width, "height": 900})
    admin.goto(live_gunicorn + reverse("admin:clients_oil_change", args=[lavender.pk]))
    admin.locator("#id_dose").fill("One drop.")
    admin.locator("#id_switched_off").check()
    button = admin.get_by_role("button", name="Preview").first
    button.focus()
    admin.keyboard.press("Enter")
    found = admin.get_by_role("status").filter(has_text="Preview")
    expect(found).to_contain_text("Preview: nothing is saved yet")
    expect(found).to_contain_text("3 of the latest 3 plans would be different")
    expect(found.get_by_role("row", name="Lavender")).to_contain_text("3")
    expect(admin.locator("#id_dose")).to_have_value("One drop.")
    assert not models.Oil.objects.get(pk=lavender.pk).switched_off
    assert not violations(admin, inside="#preview")
    admin.get_by_role("button", name="Save", exact=True).first.click()
    expect(admin.get_by_text("was changed successfully")).to_be_visible()
    saved = models.Oil.objects.get(pk=lavender.pk)
    assert saved.switched_off
    assert saved.dose == "One drop."
    # To measure, axe sets styles of its own, which the content policy refuses.
    page_errors[:] = [error for error in page_errors if "inline style" not in error]
