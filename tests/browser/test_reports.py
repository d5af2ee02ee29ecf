"""The reports: another period by mouse, touch and keys; the list of who is asked back; nothing wrong for anybody."""

import datetime as dt
import re

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from booking.models import Status
from clients.models import Client
from clinic.models import OutgoingMail
from tests.browser.axe import wrong_at
from tests.browser.story import walk
from tests.fixtures.cast import Cast
from tests.fixtures.pages import PATIENCE_MS

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def busy(live_gunicorn: str, cast: Cast) -> str:
    """A practice with a session ahead and two clients who have not come for long; its address."""
    cast.appointment(cast.at(10))
    now = timezone.now().replace(minute=0, second=0, microsecond=0)
    for number, name in enumerate(("Clara", "Dora")):
        client = Client.objects.create(first_name=name, email=f"{name.lower()}@example.org")
        cast.appointment(now - dt.timedelta(weeks=20 + number), client=client, status=Status.COMPLETED)
    return live_gunicorn


def chosen(page: Page, name: str) -> None:
    """Wait until the page shows periods of this length."""
    expect(page.get_by_role("navigation", name="How long").locator("[aria-current]")).to_have_text(name)


def test_another_period_by_mouse_and_by_keys(busy: str, page: Page) -> None:
    walk.be_signed_in(page, busy, "owner@stillwater.example")
    page.goto(f"{busy}/desk/")
    page.get_by_role("link", name="Reports").click()
    walk.heading(page, "Reports")
    chosen(page, "Month")
    page.get_by_role("link", name="Year").click()
    chosen(page, "Year")
    page.get_by_role("link", name="Week", exact=True).focus()
    page.keyboard.press("Enter")
    chosen(page, "Week")
    before = page.locator(".report-when strong").inner_text()
    page.get_by_role("link", name="Before", exact=True).focus()
    page.keyboard.press("Enter")
    expect(page.locator(".report-when strong")).not_to_have_text(before)
    page.locator("summary", has_text="Own dates").focus()
    page.keyboard.press("Enter")
    page.get_by_label("From").fill("2026-02-10")
    page.get_by_label("Until").fill("2026-02-01")
    page.keyboard.press("Enter")
    expect(page.locator("#id_until_error")).to_be_visible()
    expect(page.get_by_label("From")).to_have_value("2026-02-10")
    page.get_by_label("Until").fill("2026-02-20")
    page.keyboard.press("Enter")
    expect(page.locator(".report-when strong")).to_have_text("10 Feb – 20 Feb 2026")
    # A number leads to the report that says more, and from there a chart's numbers open by keys.
    page.get_by_role("link", name="New clients").focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("#clients$"))
    expect(page.locator("#clients")).to_be_in_viewport()
    page.locator("#clients summary").press("Enter")
    expect(page.locator("#clients details table")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name=re.compile("Spreadsheet.*Hours open")).click()
    assert download.value.suggested_filename == "hours-2026-02-10-2026-02-20.csv"


def test_another_period_by_touch_without_scripts(busy: str, browser: Browser, page_errors: list[str]) -> None:
    context = walk.phone(browser, page_errors, scripts=False)
    page = context.new_page()
    walk.be_signed_in(page, busy, "mira@stillwater.example")
    page.goto(f"{busy}/desk/reports/")
    page.get_by_role("link", name="Quarter").tap()
    chosen(page, "Quarter")
    page.locator("summary", has_text="Own dates").tap()
    expect(page.get_by_role("button", name="Show these dates")).to_be_visible()
    context.close()
    assert page_errors == []


def test_clients_are_ticked_and_asked_with_one_tap(busy: str, page: Page) -> None:
    walk.be_signed_in(page, busy, "owner@stillwater.example")
    page.goto(f"{busy}/desk/reports/")
    page.get_by_role("link", name="See them, ask them back").click()
    walk.tick(page, "All who may be asked on this page")
    send = page.get_by_role("button", name=re.compile("Send the mail"))
    expect(send).to_have_text(re.compile(r"\(2\)"))
    page.locator("label", has_text="Dora").click()
    expect(send).to_have_text(re.compile(r"\(1\)"))
    send.click()
    expect(page.get_by_text("One mail goes out")).to_be_visible()
    assert [mail.to_email for mail in OutgoingMail.objects.filter(kind="recall")] == ["clara@example.org"]
    page.get_by_role("button", name="Take back").click()
    expect(page.get_by_text("Taken back: one mail")).to_be_visible()


def test_no_page_of_theirs_has_a_violation_at_any_width(busy: str, browser: Browser) -> None:
    context = browser.new_context(reduced_motion="reduce", locale="en-GB")
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    walk.be_signed_in(page, busy, "owner@stillwater.example")
    found = {}
    for path in (
        "/desk/reports/",
        "/desk/reports/?period=own&from=2026-02-10&until=2026-02-01",
        "/desk/reports/recall/",
    ):
        page.goto(f"{busy}{path}")
        if wrong := wrong_at(page, 360, 820, 1280):
            found[path] = wrong
    context.close()
    assert found == {}
