"""The safety question in a browser: how much there is to read, what opens when, by keyboard and without scripts."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from clients.care import shipped
from tests.browser.axe import wrong_at
from tests.browser.story import walk
from tests.fixtures.cast import Cast
from tests.fixtures.pages import PATIENCE_MS

pytestmark = [pytest.mark.browser, pytest.mark.slow]
BUDGET = shipped().intake.word_budget


@pytest.fixture(params=[True, False], ids=["scripts", "no scripts"])
def page(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    """Somebody's phone."""
    context = browser.new_context(
        viewport={"width": 360, "height": 780}, java_script_enabled=request.param, reduced_motion="reduce"
    )
    context.set_default_timeout(PATIENCE_MS)
    yield context.new_page()
    context.close()


def words_of(page: Page) -> int:
    """How many words a person sees on the whole page, its head included; the link to skip it is seen by keyboard."""
    seen = page.locator("body").inner_text().removeprefix("Skip to the content")
    return len([word for word in seen.split() if any(map(str.isalnum, word))])


def test_there_is_little_to_read(live_gunicorn: str, cast: Cast, page: Page) -> None:
    for service, budget in (("regular-60", "booking_regular"), ("hot-stone-90", "booking_hot_stone")):
        page.goto(f"{live_gunicorn}/book/{service}/")
        assert 60 < words_of(page) <= BUDGET[budget], service


def test_a_group_opens_only_when_it_is_tapped(live_gunicorn: str, cast: Cast, page: Page) -> None:
    page.goto(f"{live_gunicorn}/book/hot-stone-90/")
    index = shipped().index
    clot = page.get_by_text(index.conditions["dvt-current"].ask)
    expect(clot).to_be_hidden()
    page.get_by_text("Anything with your heart").click()
    expect(clot).to_be_visible()
    expect(page.get_by_text(index.conditions["multiple-sclerosis"].ask)).to_be_hidden()
    expect(page.get_by_role("button", name="Continue")).to_be_visible()
    page.get_by_text("Anything with your heart").click()
    expect(clot).to_be_hidden()
    expect(page.get_by_role("button", name="None of these: show me times")).to_be_visible()


def test_a_place_is_asked_of_who_ticks_and_opens_the_stones(live_gunicorn: str, cast: Cast, page: Page) -> None:
    page.goto(f"{live_gunicorn}/book/hot-stone-90/")
    page.get_by_text("Today or this week").click()
    places = page.get_by_role("group", name="Where?")
    expect(places.first).to_be_hidden()
    page.get_by_text("Are you sunburned anywhere?").click()
    page.locator("label[for^=id_where-sunburn]", has_text="Foot").click()
    page.get_by_text("To relax").click()
    page.get_by_role("button", name="Continue").click()
    walk.heading(page, "When would you like to come?")


def test_with_pain_the_warning_signs_are_asked_and_a_no_is_said(live_gunicorn: str, cast: Cast, page: Page) -> None:
    page.goto(f"{live_gunicorn}/book/regular-60/")
    sign = page.get_by_text(shipped().index.red_flags["dvt-signs"].question)
    expect(sign).to_be_hidden()
    page.get_by_text("With pain or an injury").click()
    expect(sign).to_be_visible()
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_text("Please tick what is so").first).to_be_visible()
    page.get_by_text("None of these, in the last two weeks").click()
    page.get_by_role("button", name="Continue").click()
    walk.heading(page, "When would you like to come?")


def test_a_sign_that_a_doctor_looked_at_opens_a_day(live_gunicorn: str, cast: Cast, page: Page) -> None:
    page.goto(f"{live_gunicorn}/book/regular-60/")
    page.get_by_text("With pain or an injury").click()
    day = page.locator("#id_checked-dvt-signs")
    expect(day).to_be_hidden()
    page.get_by_text(shipped().index.red_flags["dvt-signs"].question).click()
    expect(day).to_be_visible()


def test_an_emergency_ticked_by_mistake_is_taken_back(live_gunicorn: str, cast: Cast, page: Page) -> None:
    page.goto(f"{live_gunicorn}/book/regular-60/")
    page.get_by_text("With pain or an injury").click()
    sign = shipped().index.red_flags["chest-pain-breathless"].question
    page.get_by_text(sign).click()
    page.get_by_role("button", name="Continue").click()
    walk.heading(page, "medical help now")
    page.get_by_role("link", name="I ticked this by mistake").click()
    walk.heading(page, "Is it safe for you?")
    expect(page.get_by_label(sign)).to_be_checked()
    page.get_by_text(sign).click()
    page.get_by_text("None of these, in the last two weeks").click()
    page.get_by_role("button", name="Continue").click()
    walk.heading(page, "When would you like to come?")


def test_it_is_answered_by_keyboard(live_gunicorn: str, cast: Cast, page: Page) -> None:
    page.goto(f"{live_gunicorn}/book/regular-60/")
    page.get_by_label("To relax").focus()
    page.keyboard.press("Space")
    page.get_by_label("Anything on your skin").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    expect(page.get_by_role("group", name="Skin").get_by_label("Something else")).to_be_checked()
    page.keyboard.press("Enter")
    walk.heading(page, "When would you like to come?")


def test_opened_it_has_no_violation_and_stays_inside(live_gunicorn: str, cast: Cast, browser: Browser) -> None:
    context = browser.new_context(reduced_motion="reduce")
    page = context.new_page()
    page.goto(f"{live_gunicorn}/book/hot-stone-90/")
    page.get_by_text("With pain or an injury").click()
    for words in ("Today or this week", "Are you sunburned", "Are you pregnant, did you", "Are you pregnant, or might"):
        page.get_by_text(words).click()
    page.get_by_text(shipped().index.red_flags["dvt-signs"].question).click()
    assert wrong_at(page, 320, 390, 1280) == []
    context.close()
