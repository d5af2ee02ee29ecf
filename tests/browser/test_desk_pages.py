"""The pages and panels of the desk that no other test looks at: in both themes, from a small phone to a desk."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from booking.models import Appointment
from clients.models import Client
from tests.browser.axe import wrong_at
from tests.browser.story import walk
from tests.browser.test_desk_panel import STILL, health_form
from tests.fixtures.cast import Cast

pytestmark = [pytest.mark.browser, pytest.mark.slow]
OWNER = "owner@stillwater.example"
DESK = 1280
PAGES = (
    "month/?day={day}&who=all",
    "?day={day}&who=all",
    "?day={day}&by=room",
    "week/?day={day}&by=kit",
    "week/?day={day}&who=all&service=regular-60",
    "next-free/",
    "calendar/",
    "waitlist/",
    "clients/doubles/",
    "clients/{ana}/merge/?with={twin}",
    "appointments/{appointment}/move/",
    "appointments/{appointment}/move/?start={start}&minutes=90",
    "appointments/{appointment}/repeat/",
    "data/",
    "settings/branding/",
    "settings/mail-server/",
    "settings/legal/",
    "settings/legal/privacy/",
)


@pytest.fixture
def owner(live_gunicorn: str, cast: Cast, page: Page) -> Page:
    """The owner, signed in."""
    walk.be_signed_in(page, live_gunicorn, OWNER)
    return page


@pytest.fixture
def appointment(cast: Cast) -> Appointment:
    """Ana's, with hot stones, beside somebody else's."""
    health_form(cast.ana)
    cast.appointment(cast.at(13), client=cast.ben, therapist=cast.jonas, room=cast.blue_room)
    return cast.appointment(cast.at(10), service=cast.hot_stone)


def wrong_with(page: Page, errors: list[str]) -> list[str]:
    """What is wrong with the page as it stands, and what the console said until then."""
    found = [*errors, *wrong_at(page, 360, 820, DESK)]
    # To measure, axe sets styles of its own, which the policy refuses.
    errors.clear()
    return found


@pytest.mark.slow(seconds=35)
def test_no_page_has_a_violation_or_says_an_error(
    owner: Page, live_gunicorn: str, cast: Cast, appointment: Appointment, page_errors: list[str]
) -> None:
    twin = Client.objects.create(first_name="Aña", last_name="Lind", phone="+49 30 5550 111")
    known = {
        "day": cast.day().isoformat(),
        "ana": cast.ana.public_id,
        "twin": twin.public_id,
        "appointment": appointment.public_id,
        "start": f"{cast.day()}T10:30",
    }
    found = {}
    for path in PAGES:
        answer = owner.goto(f"{live_gunicorn}/desk/{path.format(**known)}")
        assert answer is not None
        assert answer.ok, path
        if owner.locator("[data-calendar]").count():
            expect(owner.locator(".ec-main")).to_be_visible()
        if wrong := wrong_with(owner, page_errors):
            found[path] = wrong
    assert found == {}


def test_no_panel_has_a_violation_or_says_an_error(
    owner: Page, live_gunicorn: str, cast: Cast, appointment: Appointment, page_errors: list[str]
) -> None:
    free = owner.locator(f".free-link[data-start='{cast.day()}T11:15'][data-column='therapist-{cast.tess.pk}']")
    mine = owner.locator(f".card-link[data-id='{appointment.public_id}']")
    dialog = owner.get_by_role("dialog")

    def book() -> None:
        free.focus()
        owner.keyboard.press("Enter")
        expect(dialog.get_by_label("Name, phone or e-mail")).to_be_focused()

    def block() -> None:
        book()
        dialog.get_by_role("link", name="Block time").click()
        expect(dialog.get_by_role("button", name="Block this time")).to_be_visible()

    def who_is_free() -> None:
        owner.get_by_role("link", name="Who is free?").click()
        expect(dialog.locator(".free-day").first).to_be_visible()

    def stretch() -> None:
        mine.focus()
        for key in ("Space", "Shift+ArrowDown", "Enter"):
            owner.keyboard.press(key)
        expect(dialog.get_by_role("radio", name="it stays")).to_be_checked()

    cast.appointment(cast.at(10), client=cast.ben, therapist=cast.tess, room=cast.blue_room)
    found = {}
    acts: tuple[Callable[[], None], ...] = (book, block, who_is_free, stretch)
    for act in acts:
        owner.set_viewport_size({"width": DESK, "height": 1100})
        owner.goto(f"{live_gunicorn}/desk/week/?day={cast.day()}&who=all")
        expect(mine).to_be_visible()
        act()
        expect(owner.locator(".htmx-request")).to_have_count(0)
        owner.evaluate(STILL)
        if wrong := wrong_with(owner, page_errors):
            found[act.__name__] = wrong
    assert found == {}


@pytest.mark.parametrize("width", [360, 820, 1100, DESK])
def test_the_header_cuts_neither_the_name_of_the_practice_nor_the_last_way_in(
    owner: Page, live_gunicorn: str, width: int
) -> None:
    owner.set_viewport_size({"width": width, "height": 800})
    owner.goto(f"{live_gunicorn}/desk/clients/")
    name = owner.locator(".desk-header .brand span")
    assert name.evaluate("it => it.scrollWidth <= it.clientWidth && it.scrollHeight <= it.clientHeight + 1")
    menu = owner.locator(".desk-person summary").bounding_box()
    assert menu is not None
    assert menu["x"] + menu["width"] <= width
