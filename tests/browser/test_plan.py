"""The plan on a phone: open questions answered, then one thing first, answered back by tap, by key, without scripts."""

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from clients.models import TipAnswer
from tests.browser.axe import complaints_in_both
from tests.browser.plan_links import care_link
from tests.clients.plans.people import persona, plan_of
from tests.fixtures.cast import Cast
from tests.fixtures.pages import PATIENCE_MS

pytestmark = [pytest.mark.browser, pytest.mark.slow]
PHONE = {"width": 360, "height": 760}
NARROW = {"width": 320, "height": 700}


def phone(browser: Browser, *, scripts: bool = True) -> BrowserContext:
    """A phone, with or without JavaScript."""
    context = browser.new_context(
        viewport=PHONE,  # type: ignore[arg-type] # Playwright's own mapping
        locale="en-GB",
        reduced_motion="reduce",
        java_script_enabled=scripts,
    )
    context.set_default_timeout(PATIENCE_MS)
    return context


def fits(page: Page) -> bool:
    """Whether nothing hangs over the right edge on the narrowest phone."""
    page.set_viewport_size(NARROW)  # type: ignore[arg-type]
    fitting = bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    return fitting


def test_questions_then_the_plan_then_the_diary_without_scripts(
    live_gunicorn: str, cast: Cast, browser: Browser
) -> None:
    plan = plan_of(cast.ana, persona("clot-past-calf"))
    context = phone(browser, scripts=False)
    page = context.new_page()
    page.goto(care_link(live_gunicorn, plan))
    expect(page.get_by_role("heading", level=1)).to_have_text("First, a few questions")
    page.get_by_role("button", name="Send my answers").click()
    expect(page.get_by_text("Please answer with yes or no.").first).to_be_visible()
    page.wait_for_load_state()
    for each in page.get_by_label("No", exact=True).all():
        each.check(force=True)
    page.get_by_role("button", name="Send my answers").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("This week, one thing")
    page.get_by_role("button", name="Did it").first.click()
    expect(page.get_by_text("Done today")).to_be_visible()
    expect(page.get_by_text("1 of 7 days")).to_be_visible()
    page.get_by_role("button", name="Helped", exact=True).first.click()
    expect(page.get_by_text("Helped today")).to_be_visible()
    assert TipAnswer.objects.get().helped is True
    context.close()


def test_the_diary_is_kept_by_keyboard_alone(live_gunicorn: str, cast: Cast, page: Page) -> None:
    page.goto(care_link(live_gunicorn, plan_of(cast.ana, persona("warm-helps"))))
    button = page.get_by_role("button", name="Did it").first
    for _press in range(20):
        page.keyboard.press("Tab")
        if button.evaluate("it => it === document.activeElement"):
            break
    page.keyboard.press("Enter")
    expect(page.get_by_text("Done today")).to_be_visible()
    how = page.locator("summary", has_text="How").first
    how.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Where we read it:").first).to_be_attached()


def test_everybody_can_use_the_page_of_a_plan_and_those_beside_it(
    live_gunicorn: str, cast: Cast, browser: Browser
) -> None:
    context = phone(browser)
    page = context.new_page()
    for who in ("many-reasons", "clot-now", "clot-past-calf", "whiplash", "warm-helps"):
        page.goto(care_link(live_gunicorn, plan_of(cast.ana, persona(who))))
        page.locator("details").evaluate_all("all => all.forEach(each => { each.open = true; })")
        assert (who, complaints_in_both(page), fits(page)) == (who, [], True)
    plan = page.url
    for part in ("handout/", "label/"):
        page.goto(f"{plan}{part}")
        assert (part, complaints_in_both(page), fits(page)) == (part, [], True)
    context.close()
