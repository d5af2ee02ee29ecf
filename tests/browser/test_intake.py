"""The intake on a phone: by touch of the list without JavaScript, by keyboard alone with it."""

import datetime as dt
import re

import pytest
from playwright.sync_api import Browser, Page, expect

from clients.intake.actions import request_intake, submit_intake
from clients.models import CarePlan, Intake, IntakeRequest
from clients.record.find_or_create import find_or_create_client
from clinic.models.links import LinkPurpose
from clinic.web.links import mint_link
from tests.browser.axe import complaints, complaints_in_both
from tests.clients.answers import consented
from tests.clients.steps import fill

pytestmark = [pytest.mark.browser, pytest.mark.slow]
PHONE = {"width": 360, "height": 780}
A_DAY = dt.timedelta(days=1)
STEPS = (
    "where",
    "feel",
    "since",
    "life",
    "cause",
    "signs",
    "today",
    "body",
    "long-term",
    "words",
    "wishes",
    "consent",
)


@pytest.fixture
def asked(transactional_db: None) -> IntakeRequest:
    """Ana was asked for an intake before hot stones."""
    ana, _ = find_or_create_client(first_name="Ana", last_name="Berg", email="ana@example.org", phone="")
    return request_intake(ana, technique_slug="hot-stone")


def link(site: str, row: IntakeRequest) -> str:
    """The address of the intake as a mail would carry it."""
    return f"{site}/intake/{mint_link(purpose=LinkPurpose.INTAKE, subject=row.public_id, lasts=A_DAY)}/"


def care_link(site: str, plan: CarePlan) -> str:
    """The address of the plan as a mail would carry it."""
    return f"{site}/care/{mint_link(purpose=LinkPurpose.CARE, subject=plan.public_id, lasts=A_DAY)}/"


def fits(page: Page) -> bool:
    """Whether nothing hangs over the right edge."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


def go_on(page: Page) -> None:
    """Press the button, and wait for the page it leads to."""
    here = page.url
    page.get_by_role("button", name="Save and continue").click()
    page.wait_for_url(lambda url: url != here)


def none_of_these(page: Page) -> None:
    """Tick every “none of these” of the page."""
    for label in page.get_by_text("None of these", exact=True).all():
        label.click()


def test_without_javascript_a_phone_gets_from_the_mail_to_the_plan(
    live_gunicorn: str, browser: Browser, asked: IntakeRequest
) -> None:
    context = browser.new_context(viewport=PHONE, java_script_enabled=False)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(link(live_gunicorn, asked))
    assert "/intake/" + str(asked.public_id) in page.url
    page.get_by_role("link", name="Begin").click()
    page.locator("label[for='area-lower-back-left']").click()
    go_on(page)
    page.get_by_text("Dull or aching pain").click()
    go_on(page)
    page.get_by_text("More than 12 weeks", exact=True).click()
    for name, score in (("now", 5), ("average", 4), ("worst", 8)):
        page.locator(f"#div_id_{name} label", has_text=re.compile(rf"^\s*{score}\s*$")).click()
    go_on(page)
    page.locator("#div_id_enjoyment label", has_text=re.compile(r"^\s*6\s*$")).click()
    go_on(page)
    page.get_by_text("Computer work").click()
    go_on(page)
    none_of_these(page)
    go_on(page)
    for _page in ("today", "body", "long-term"):
        none_of_these(page)
        go_on(page)
    page.get_by_label("Medicines and supplements").fill("💊 דבר")
    go_on(page)
    go_on(page)
    page.get_by_text("I agree to the treatment as described above").click()
    page.get_by_text("I agree to hot stones").click()
    page.get_by_label("Your first and last name").fill("Ana Berg")
    go_on(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Is this right?")
    expect(page.get_by_text("💊 דבר")).to_be_visible()
    page.get_by_role("button", name="Send to my therapist").click()
    page.get_by_role("button", name="Read my care plan").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your care plan")
    expect(page.get_by_text("“Computer work”").or_(page.locator("q", has_text="Computer work")).first).to_be_visible()
    assert Intake.objects.get().medicines == "💊 דבר"
    context.close()


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until the element has the focus."""
    for _press in range(150):
        page.keyboard.press("Tab")
        if page.evaluate("(it) => document.activeElement.matches(it)", selector):
            return
    pytest.fail(f"Tab never reaches {selector}")


def press_on(page: Page) -> None:
    """Reach the one button by keyboard, and press it."""
    here = page.url
    tab_to(page, "main .btn-primary")
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: url != here)


def tick(page: Page, *selectors: str) -> None:
    for selector in selectors:
        tab_to(page, selector)
        page.keyboard.press("Space")


def test_by_keyboard_alone_a_phone_gets_to_the_plan(live_gunicorn: str, page: Page, asked: IntakeRequest) -> None:
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    page.goto(link(live_gunicorn, asked))
    press_on(page)
    tick(page, "figure[data-view=back] [data-area]")
    expect(page.locator("[data-chart-said]")).to_contain_text("You marked:")
    press_on(page)
    tick(page, "input[value=dull-ache]")
    press_on(page)
    tab_to(page, "input[name=onset]")
    page.keyboard.press("ArrowDown")
    for name in ("now", "average", "worst"):
        tab_to(page, f"input[name={name}]")
        page.keyboard.press("ArrowRight")
    press_on(page)
    press_on(page)
    press_on(page)
    for fields in (
        ["red_flags"],
        ["today", "skin", "allergies"],
        ["heart-and-circulation", "nerves-and-feeling"],
        ["bones-joints-and-surgery", "long-term-health", "pregnancy-and-age"],
    ):
        tick(page, *(f"input[name='{name}'][value=none]" for name in fields))
        press_on(page)
    press_on(page)
    press_on(page)
    tick(page, "input[name=treatment]", "input[name=hot_stone]")
    tab_to(page, "input[name=signature]")
    page.keyboard.type("Ana Berg")
    press_on(page)
    press_on(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you, Ana")
    assert dict(Intake.objects.get().scores.values_list("moment", "value")) == {"now": 1, "average": 1, "worst": 1}


def test_none_of_these_and_its_neighbours_put_each_other_out(
    live_gunicorn: str, page: Page, asked: IntakeRequest
) -> None:
    page.goto(link(live_gunicorn, asked))
    page.goto(f"{live_gunicorn}/intake/{asked.public_id}/feel/")
    page.get_by_text("Stiffness", exact=True).click()
    page.get_by_text("None of these", exact=True).click()
    expect(page.locator("input[value=stiffness]")).not_to_be_checked()
    page.get_by_text("Stiffness", exact=True).click()
    expect(page.locator("input[value=none]")).not_to_be_checked()


def test_every_page_is_clean_and_fits_the_smallest_phone(live_gunicorn: str, page: Page, asked: IntakeRequest) -> None:
    fill(asked, consent=consented(hot_stone=True))
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto(link(live_gunicorn, asked))
    base = f"{live_gunicorn}/intake/{asked.public_id}/"
    for step in ["", *(f"{step}/" for step in (*STEPS, "check"))]:
        page.goto(base + step)
        assert (step, complaints_in_both(page), fits(page)) == (step, [], True)
    plan = submit_intake(asked).plans.get()
    for address in (base, care_link(live_gunicorn, plan), f"{live_gunicorn}/how-we-advise/"):
        page.goto(address)
        assert (address, complaints_in_both(page), fits(page)) == (address, [], True)


def test_a_refused_page_starts_at_what_to_put_right(live_gunicorn: str, page: Page, asked: IntakeRequest) -> None:
    page.goto(link(live_gunicorn, asked))
    page.goto(f"{live_gunicorn}/intake/{asked.public_id}/feel/")
    page.get_by_role("button", name="Save and continue").click()
    expect(page.locator("[data-error-summary]")).to_be_focused()
    assert complaints(page) == []
    page.locator("[data-error-summary] a").click()
    expect(page.locator("input[name=symptoms]").first).to_be_focused()
