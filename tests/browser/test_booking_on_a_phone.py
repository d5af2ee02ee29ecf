"""From the practice's door to the booking on a phone, done as a new client does it and counted: taps, fields, pages.

The clients' guide says the same numbers.
"""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, FloatRect, Page, expect

from booking.models import Appointment
from tests.browser.counting import CLIENTS_GUIDE, Counter, documented, most_words, words_on
from tests.browser.story import walk
from tests.fixtures.cast import Cast

pytestmark = [pytest.mark.browser, pytest.mark.slow]
NORA = walk.Guest("Nora", "Blum", "nora@example.org")


@pytest.fixture
def counter(browser: Browser) -> Iterator[Counter]:
    """Counts what a client does on a phone; at the end nothing went wrong in the browser."""
    errors: list[str] = []
    context = walk.phone(browser, errors)
    yield Counter(context.new_page())
    context.close()
    assert not errors


def open_times(page: Page, site: str, counter: Counter) -> int:
    """From the door to the times of the regular massage, counted from the door on. How many words stood between."""
    page.goto(site)
    counter.begin()
    page.get_by_role("link", name="Book an appointment").click()
    walk.heading(page, "Which massage")
    words = words_on(page)
    page.get_by_role("link", name=re.compile(r"60 minutes.*Regular massage")).click()
    walk.heading(page, "Is it safe for you?")
    words += words_on(page)
    walk.say_none_is_true(page)
    walk.heading(page, "When would you like to come?")
    return words


def book(page: Page) -> Appointment:
    """Say who comes, as little as will do, and book. What was booked."""
    page.get_by_label("First name").fill(NORA.first_name)
    page.get_by_label("Last name").fill(NORA.last_name)
    page.get_by_label("E-mail").fill(NORA.email)
    walk.tick(page, "I accept the booking policy")
    walk.send_booking(page)
    walk.heading(page, "You are booked")
    return Appointment.objects.get()


def test_the_first_free_time(live_gunicorn: str, cast: Cast, counter: Counter) -> None:
    page, job = counter.page, "book for the first time"
    words = open_times(page, live_gunicorn, counter) + words_on(page)
    page.locator("#times a.time").first.click()
    walk.heading(page, "Who is coming?")
    words += words_on(page)
    assert book(page).client.first_name == NORA.first_name
    assert counter.cost == documented(job, CLIENTS_GUIDE)
    assert 0 < words + words_on(page) <= most_words(job, CLIENTS_GUIDE)


def test_a_therapist_three_weeks_ahead(live_gunicorn: str, cast: Cast, counter: Counter) -> None:
    page, start = counter.page, cast.at(10, ahead=21)
    open_times(page, live_gunicorn, counter)
    walk.choose_time(page, cast, start, therapist="Mira Feld")
    booked = book(page)
    assert (booked.therapist, booked.starts_at) == (cast.mira, start)
    assert counter.cost == documented("book with a therapist three weeks ahead", CLIENTS_GUIDE)


def test_a_day_by_the_keyboard_gives_its_heading_the_focus(live_gunicorn: str, cast: Cast, counter: Counter) -> None:
    page, day = counter.page, cast.day()
    open_times(page, live_gunicorn, counter)
    link = page.get_by_role("link", name=re.compile(rf"^{day:%A} {day.day} {day:%B}\b"))
    link.focus()
    loads = counter.loads
    page.keyboard.press("Enter")
    expect(page.locator("#day-title")).to_have_text(f"{day:%A} {day.day} {day:%B}")
    expect(page.locator("#day-title")).to_be_focused()
    expect(link).to_have_attribute("aria-current", "true")
    assert counter.loads == loads, "the calendar alone is replaced"
    page.go_back()
    expect(link).not_to_have_attribute("aria-current", "true")


def test_who_lost_their_answers_is_led_to_them_as_a_page(live_gunicorn: str, cast: Cast, counter: Counter) -> None:
    page = counter.page
    open_times(page, live_gunicorn, counter)
    page.context.clear_cookies()
    page.get_by_role("link", name="Tess Okafor").click()
    walk.heading(page, "Is it safe for you?")
    expect(page.get_by_role("heading", level=1)).to_have_count(1)


def test_the_times_stand_beside_the_weeks_where_there_is_room(live_gunicorn: str, cast: Cast, counter: Counter) -> None:
    page = counter.page
    open_times(page, live_gunicorn, counter)
    for width in (320, 360, 820, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        weeks, times, frame = (box_of(page, part) for part in (".weeks table", "#times", "main > .frame"))
        assert weeks["x"] >= frame["x"] + 16, "nothing hangs over the margin"
        assert weeks["x"] + weeks["width"] <= frame["x"] + frame["width"] - 16
        is_beside = times["x"] >= weeks["x"] + weeks["width"]
        assert is_beside == (width >= 768)
        assert is_beside or times["y"] >= weeks["y"] + weeks["height"]
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def box_of(page: Page, part: str) -> FloatRect:
    """Where a part of the page stands."""
    box = page.locator(part).bounding_box()
    assert box is not None, part
    return box
