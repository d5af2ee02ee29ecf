"""What only a browser knows of the booking: keyboard alone, no JavaScript, focus, the smallest screen, 200 % zoom.

The intake is walked by keyboard and without JavaScript in test_intake.py; here the booking leads into it.
"""

import pytest
from playwright.sync_api import Browser, Page, expect

from booking.models import Appointment
from tests.browser.story import walk
from tests.browser.story.walk import Guest, heading
from tests.fixtures.cast import Cast
from tests.fixtures.pages import PATIENCE_MS

pytestmark = [pytest.mark.browser, pytest.mark.slow]
PIA = Guest("Pia", "Lund", "pia@example.org", "+49 30 5550 204", "With a dog.")
# Whoever has the focus shows a ring: the element itself, or the card around a box or circle.
IS_MARKED = """() => {
  const it = document.activeElement;
  const marked = [it, ...(it.labels || []), it.closest('.form-check')].filter(Boolean);
  return marked.some(each => {
    const look = getComputedStyle(each);
    return look.outlineStyle !== 'none' && parseFloat(look.outlineWidth) >= 2;
  });
}"""
MOST_TABS = 200


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until the element has the focus; it must be seen to have it."""
    for _press in range(MOST_TABS):
        page.keyboard.press("Tab")
        if page.evaluate("(it) => document.activeElement.matches(it)", selector):
            assert page.evaluate(IS_MARKED), f"the focus on {selector} cannot be seen"
            return
    pytest.fail(f"Tab never reaches {selector}")


def press(page: Page, selector: str, key: str = "Enter") -> None:
    """Reach something by keyboard, and press it."""
    tab_to(page, selector)
    page.keyboard.press(key)


def test_by_keyboard_alone_an_appointment_is_booked(live_gunicorn: str, cast: Cast, page: Page) -> None:
    page.goto(live_gunicorn)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    press(page, "main a[href$='/book/']")
    heading(page, "Which massage would you like?")
    press(page, "a[href*='/book/regular-60/']")
    heading(page, "Is it safe for you?")
    press(page, "[name=comes][value=relax]", "Space")
    press(page, "main button[type=submit]")
    heading(page, "When would you like to come?")
    press(page, ".day-times a")
    heading(page, "Who is coming?")
    for field, words in (("first_name", PIA.first_name), ("last_name", PIA.last_name), ("email", PIA.email)):
        tab_to(page, f"[name={field}]")
        page.keyboard.type(words)
    press(page, "[name=policy]", "Space")
    press(page, "main button[type=submit]")
    heading(page, "You are booked")
    assert Appointment.objects.get().client.email == PIA.email
    press(page, "main .btn-primary")
    heading(page, "Welcome, Pia")


def test_after_a_day_the_next_tab_is_its_first_time_and_the_waitlist_knows_the_day(
    live_gunicorn: str, cast: Cast, page: Page
) -> None:
    page.goto(f"{live_gunicorn}/book/regular-60/")
    walk.say_none_is_true(page)
    heading(page, "When would you like to come?")
    page.wait_for_load_state("load")
    days = page.locator("a.weeks-day:not([aria-current])")
    chosen = days.nth(1).get_attribute("id") or ""
    page.locator(f"#{chosen}").press("Enter")
    expect(page.locator(f"#{chosen}")).to_have_attribute("aria-current", "true", timeout=PATIENCE_MS)
    expect(page.locator("#day-title")).to_be_focused(timeout=PATIENCE_MS)
    page.keyboard.press("Tab")
    expect(page.locator(".day-times a").first).to_be_focused()
    day = chosen.removeprefix("day-")
    page.get_by_role("link", name="Join the waitlist").click()
    expect(page.locator("[name=first_date]")).to_have_value(day, timeout=PATIENCE_MS)


def test_what_is_missing_gets_the_focus_and_leads_to_its_field(live_gunicorn: str, cast: Cast, page: Page) -> None:
    page.goto(f"{live_gunicorn}/book/regular-60/")
    page.get_by_text("To relax", exact=True).click()
    walk.tick(page, "Anything on your skin")
    page.get_by_role("button", name="Continue").click()
    summary = page.locator("[data-error-summary]")
    expect(summary).to_be_focused()
    page.get_by_role("group", name="Skin").get_by_text("Something else").click()
    page.get_by_role("button", name="Continue").click()
    page.locator(".day-times a").first.click()
    page.get_by_label("First name").fill(PIA.first_name)
    walk.send_booking(page)
    expect(summary).to_be_focused()
    expect(page.get_by_label("First name")).to_have_value(PIA.first_name)
    summary.get_by_role("link", name="E-mail").click()
    expect(page.get_by_label("E-mail")).to_be_focused()


def test_without_javascript_an_appointment_is_booked(
    live_gunicorn: str, cast: Cast, browser: Browser, page_errors: list[str]
) -> None:
    context = walk.phone(browser, page_errors, scripts=False)
    page = context.new_page()
    walk.choose_service(page, live_gunicorn, 60, "Regular massage")
    walk.say_none_is_true(page)
    walk.choose_time(page, cast, cast.at(11), therapist="Mira Feld")
    page.get_by_label("First name").fill(PIA.first_name)
    walk.send_booking(page)
    expect(page.locator("[data-error-summary]")).to_contain_text("E-mail")
    assert page.get_by_label("First name").input_value() == PIA.first_name
    walk.type_details(page, PIA)
    walk.send_booking(page)
    heading(page, "You are booked")
    assert Appointment.objects.get().starts_at == cast.at(11)
    page.get_by_role("button", name="Fill in the health form now").click()
    heading(page, "Welcome, Pia")
    context.close()


def test_without_javascript_the_desk_books(live_gunicorn: str, cast: Cast, browser: Browser) -> None:
    walk.let_staff_sign_in()
    context = browser.new_context(java_script_enabled=False, locale="en-GB")
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    walk.sign_in(page, live_gunicorn, "mira@stillwater.example")
    page.get_by_role("link", name="Book", exact=True).click()
    page.get_by_label("Name, phone or e-mail").fill("ben")
    page.get_by_role("button", name="Search").click()
    page.get_by_role("button", name="Ben Haas").click()
    walk.choose_at_the_desk(page, "Regular massage, 60 min")
    page.get_by_label("Therapist").select_option(label="Jonas Weber")
    page.locator("[name=day]").fill(cast.day().isoformat())
    page.get_by_role("button", name="Show free times").click()
    page.get_by_role("radio", name="16:00", exact=True).check(force=True)
    walk.tick(page, "Asked: none of these is true")
    page.get_by_role("button", name="Book", exact=True).click()
    heading(page, "Ben Haas")
    assert Appointment.objects.get(client=cast.ben).starts_at == cast.at(16)
    context.close()
