"""Acting on the desk's calendar: booking in the panel, dragging, telling or not, undo, blocking, and who is free."""

import datetime as dt
import re
from collections.abc import Iterator

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, FloatRect, Locator, Page, Request, Route, expect

from booking.models import Appointment, AppointmentChange
from clients.catalogue import current_edition
from clients.models import Client, Intake
from tests.browser.story import walk
from tests.fixtures.cast import Cast
from tests.fixtures.pages import PATIENCE_MS, watch

pytestmark = [pytest.mark.browser, pytest.mark.slow]


# What is half faded in has half its contrast.
STILL = "() => Promise.all(document.getAnimations().map((each) => each.finished.catch(() => null)))"

ALIKE = "**/desk/book/alike/"


def health_form(client: Client) -> None:
    """A whole health form of today that says nothing is wrong, under the catalogue in force."""
    Intake.objects.create(client=client, catalogue_version=current_edition().label, triage="ok")


def open_day(page: Page, site: str, cast: Cast) -> None:
    """Mira, at the day of the cast, everybody's columns, drawn."""
    page.set_viewport_size({"width": 1280, "height": 1100})
    walk.be_signed_in(page, site, "mira@stillwater.example")
    page.goto(f"{site}/desk/?day={cast.day().isoformat()}&who=all")
    expect(page.locator(".ec-main")).to_be_visible()


def place(page: Page, cast: Cast, name: str, hour: float) -> tuple[float, float]:
    """Where on the screen a time of somebody's column is: measured between the lines of two hours."""
    column = page.locator(".ec-col-head", has_text=name).first.bounding_box()
    assert column is not None
    one, two = (slot_top(page, each) for each in (9, 11))
    return column["x"] + column["width"] / 2, one + (two - one) / 2 * (hour - 9)


def slot_top(page: Page, hour: int) -> float:
    """How far down the screen an hour begins."""
    box = page.locator(f".ec-sidebar time[datetime*='{hour:02}:00']").bounding_box()
    assert box is not None
    return box["y"] + box["height"] / 2


def card(page: Page, appointment: Appointment) -> Locator:
    """The card of an appointment in the drawn calendar."""
    return page.locator(".card-drawn", has_text=str(appointment.client))


def box_of(card: Locator) -> FloatRect:
    """Where a card is. The calendar draws its cards anew when it has asked again: then it is looked for once more."""
    for _again in range(20):
        card.wait_for()
        if (box := card.bounding_box()) is not None:
            return box
    raise AssertionError("the card does not stay")


def drag(page: Page, appointment: Appointment, cast: Cast, name: str, hour: float) -> None:
    """Take a card by its head to a time of somebody's column, and let it go there."""
    box = box_of(card(page, appointment))
    local = appointment.starts_at.astimezone(cast.zone)
    own = place(page, cast, appointment.therapist.name, local.hour + local.minute / 60)
    grip_x, grip_y = box["x"] + box["width"] / 2, box["y"] + 8
    to_x, to_y = place(page, cast, name, hour)
    with page.expect_response(re.compile("/places/")):
        page.mouse.move(grip_x, grip_y)
        page.mouse.down()
        page.mouse.move(grip_x, grip_y + 12, steps=3)
    page.mouse.move(to_x, to_y + (grip_y - own[1]), steps=8)


@pytest.fixture
def loads(page: Page) -> Iterator[list[str]]:
    """The pages that are loaded from now on."""
    seen: list[str] = []

    def note(request: Request) -> None:
        if request.is_navigation_request() and request.frame == page.main_frame:
            seen.append(request.url)

    page.on("request", note)
    yield seen
    page.remove_listener("request", note)


# -- Booking ----------------------------------------------------------------------------------------------------------


def test_a_known_client_is_booked_by_keyboard_alone(
    live_gunicorn: str, cast: Cast, page: Page, loads: list[str]
) -> None:
    health_form(cast.ana)
    open_day(page, live_gunicorn, cast)
    loads.clear()
    page.locator("[data-calendar] .free-link").filter(has_text="Jonas").first.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Name, phone or e-mail")).to_be_focused()
    page.keyboard.type("lin")
    expect(page.get_by_role("button", name=re.compile("Ana Lind"))).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.locator("dialog").get_by_role("button", name="Book", exact=True)).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Booked.")).to_be_visible()
    appointment = Appointment.objects.get()
    assert (appointment.client, appointment.therapist) == (cast.ana, cast.jonas)
    assert loads == []


def test_a_known_client_is_booked_by_touch(
    live_gunicorn: str, cast: Cast, browser: Browser, page_errors: list[str]
) -> None:
    health_form(cast.ana)
    cast.appointment(timezone.now() - dt.timedelta(days=2), client=cast.ana)
    context = browser.new_context(has_touch=True, locale="en-GB")
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    watch(page, page_errors)
    open_day(page, live_gunicorn, cast)
    page.set_viewport_size({"width": 820, "height": 1180})
    page.touchscreen.tap(*place(page, cast, "Jonas Weber", 16.1))
    page.get_by_role("button", name="Ana Lind").tap()
    expect(page.get_by_text("Known from the health form")).to_be_visible()
    page.locator("dialog").get_by_role("button", name="Book", exact=True).tap()
    expect(page.get_by_text("Booked.")).to_be_visible()
    appointment = Appointment.objects.upcoming().get()
    assert (appointment.therapist, appointment.starts_at) == (cast.jonas, cast.at(16))
    assert page_errors == []
    context.close()


def test_what_is_wrong_stands_beside_its_field_and_a_time_just_taken_comes_with_a_colleague(
    live_gunicorn: str, cast: Cast, page: Page
) -> None:
    health_form(cast.ana)
    open_day(page, live_gunicorn, cast)
    page.mouse.click(*place(page, cast, "Mira Feld", 11.1))
    page.locator("dialog").get_by_role("button", name="Book", exact=True).click()
    expect(page.locator("dialog [data-error-summary]")).to_be_visible()
    page.get_by_label("Name, phone or e-mail").fill("lind")
    page.get_by_role("button", name=re.compile("Ana Lind")).click()
    expect(page.get_by_role("button", name="Someone else")).to_be_visible()
    page.get_by_text("A note", exact=True).click()
    page.get_by_label("Note").fill("rings twice")
    cast.appointment(cast.at(11), client=cast.ben)
    page.locator("dialog").get_by_role("button", name="Book", exact=True).click()
    instead = page.get_by_role("group", name=re.compile("Free instead"))
    expect(instead).to_be_visible()
    expect(page.get_by_label("Note")).to_have_value("rings twice")
    instead.get_by_role("button", name=re.compile("with")).first.click()
    expect(page.get_by_text("Booked.")).to_be_visible()
    booked = Appointment.objects.get(client=cast.ana)
    assert booked.starts_at == cast.at(11)
    assert booked.therapist != cast.mira
    assert booked.client_note == "rings twice"


def test_a_panel_that_is_closed_by_mistake_keeps_what_was_typed(live_gunicorn: str, cast: Cast, page: Page) -> None:
    open_day(page, live_gunicorn, cast)
    page.mouse.click(*place(page, cast, "Mira Feld", 11.1))
    page.get_by_text("A new client").click()
    page.get_by_label("First name").fill("Cleo")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Go on with it").click()
    expect(page.get_by_label("First name")).to_have_value("Cleo")


def test_another_service_says_at_once_what_it_comes_to_and_lets_a_time_go_that_it_does_not_have(
    live_gunicorn: str, cast: Cast, page: Page
) -> None:
    Intake.objects.create(
        client=cast.ana, catalogue_version=current_edition().label, triage="ok", conditions=["heat-intolerance"]
    )
    cast.appointment(cast.at(11, 30), client=cast.ben)
    open_day(page, live_gunicorn, cast)
    page.mouse.click(*place(page, cast, "Mira Feld", 10.1))
    page.get_by_label("Name, phone or e-mail").fill("lind")
    page.get_by_role("button", name=re.compile("Ana Lind")).click()
    panel = page.locator("dialog")
    expect(panel.locator("#foresight .notice-ok")).to_contain_text("May be booked")
    expect(panel.locator("#chosen-time strong")).to_contain_text("10:00")
    panel.locator("[name=service]").select_option("regular-90")
    expect(panel.locator("#time-note")).to_contain_text("not free any more")
    expect(panel.locator("#chosen-time strong")).to_have_count(0)
    panel.locator("[name=service]").select_option(cast.hot_stone.slug)
    expect(panel.locator("#foresight .notice-stop")).to_contain_text("Not this massage")
    panel.get_by_role("button", name="Choose that").click()
    expect(panel.locator("#foresight .notice-ok")).to_contain_text("May be booked")
    assert not Appointment.objects.filter(client=cast.ana).exists()


def test_while_a_new_client_is_typed_the_file_with_that_phone_is_one_tap_away(
    live_gunicorn: str, cast: Cast, page: Page
) -> None:
    health_form(cast.ana)
    open_day(page, live_gunicorn, cast)
    page.mouse.click(*place(page, cast, "Mira Feld", 10.1))
    expect(page.get_by_label("Name, phone or e-mail")).to_be_focused()
    page.get_by_text("A new client").click()
    page.get_by_label("First name").fill("Annie")
    page.get_by_label("Phone", exact=True).press_sequentially("+49 30 5550 111")
    known = page.get_by_role("button", name=re.compile("Is this Ana Lind"))
    expect(known).to_be_visible()
    under_way: list[Route] = []

    def hold(route: Route) -> None:
        under_way.append(route)

    page.route(ALIKE, hold, times=1)
    with page.expect_request(ALIKE):
        page.get_by_label("Last name").press_sequentially("Li")
    known.click()
    expect(page.get_by_role("button", name="Someone else")).to_be_visible()
    with page.expect_response(ALIKE):
        under_way[0].continue_()
    expect(page.locator("#foresight .notice-ok")).to_be_visible()


# -- Moving -----------------------------------------------------------------------------------------------------------


def test_a_drag_that_is_not_to_be_told_and_one_that_is_left(live_gunicorn: str, cast: Cast, page: Page) -> None:
    appointment = cast.appointment(cast.at(10))
    open_day(page, live_gunicorn, cast)
    before = box_of(card(page, appointment))
    drag(page, appointment, cast, "Mira Feld", 14)
    page.mouse.up()
    page.get_by_role("button", name="Leave it").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert box_of(card(page, appointment)) == before
    drag(page, appointment, cast, "Mira Feld", 14)
    page.mouse.up()
    page.locator("label", has_text="Tell the client by mail").click()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Moved.")).to_be_visible()
    assert AppointmentChange.objects.get(what="moved").reason == "not told by mail"
    appointment.refresh_from_db()
    assert appointment.starts_at == cast.at(14)


@pytest.mark.invariant("I1", "I2")
def test_while_it_is_dragged_the_calendar_says_what_speaks_against_the_place(
    live_gunicorn: str, cast: Cast, page: Page
) -> None:
    appointment = cast.appointment(cast.at(10))
    cast.appointment(cast.at(14), client=cast.ben, room=cast.blue_room)
    open_day(page, live_gunicorn, cast)
    drag(page, appointment, cast, "Mira Feld", 14)
    expect(page.locator("[data-drag-word]")).to_have_class(re.compile("drag-never"))
    x, y = place(page, cast, "Jonas Weber", 13)
    page.mouse.move(x, y + 8, steps=5)
    expect(page.locator("[data-drag-word]")).to_contain_text("Only with a reason.")
    page.mouse.up()
    page.get_by_role("button", name="Save").click()
    expect(page.locator("dialog .invalid-feedback").first).to_be_visible()
    page.get_by_label("Why").fill("she can only come at lunch")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Moved.")).to_be_visible()
    appointment.refresh_from_db()
    assert (appointment.starts_at, appointment.therapist) == (cast.at(13), cast.jonas)


def test_a_card_is_stretched_to_a_longer_appointment(live_gunicorn: str, cast: Cast, page: Page) -> None:
    appointment = cast.appointment(cast.at(10))
    open_day(page, live_gunicorn, cast)
    card(page, appointment).hover()
    box = box_of(card(page, appointment))
    _x, until = place(page, cast, "Mira Feld", 11.5)
    page.mouse.move(box["x"] + 30, box["y"] + box["height"] - 2)
    page.mouse.down()
    page.mouse.move(box["x"] + 30, until - 2, steps=8)
    page.mouse.up()
    expect(page.get_by_role("heading", name="Ana Lind: 90 minutes?")).to_be_visible()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Moved.")).to_be_visible()
    appointment.refresh_from_db()
    assert (appointment.minutes, appointment.price) == (90, cast.regular.price)


# -- Without scripts --------------------------------------------------------------------------------------------------


def test_without_scripts_the_same_is_done_by_pages(live_gunicorn: str, cast: Cast, browser: Browser) -> None:
    health_form(cast.ana)
    context = browser.new_context(java_script_enabled=False, locale="en-GB")
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    walk.be_signed_in(page, live_gunicorn, "mira@stillwater.example")
    page.goto(f"{live_gunicorn}/desk/next-free/?service=regular-60&day={cast.day().isoformat()}")
    page.locator(".free-day", has_text="Tuesday").locator("a", has_text="09:00").first.click()
    page.get_by_label("Name, phone or e-mail").fill("lind")
    page.get_by_role("button", name="Search").click()
    page.get_by_role("button", name=re.compile("Ana Lind")).click()
    page.locator("#book").get_by_role("button", name="Book", exact=True).click()
    page.get_by_role("link", name="Undo").wait_for()
    appointment = Appointment.objects.get()
    page.goto(f"{live_gunicorn}/desk/appointments/{appointment.public_id}/move/")
    page.get_by_label("Starts at").fill("14:00")
    page.get_by_label("Minutes").fill("75")
    page.locator("label", has_text="Tell the client by mail").click()
    page.get_by_role("button", name="Move it there").click()
    page.locator("label", has_text="As booked").click()
    page.get_by_role("button", name="Save").click()
    page.get_by_role("link", name="Undo").click()
    page.get_by_role("button", name="Yes, take it back").click()
    expect(page.get_by_text("It stands where it stood.")).to_be_visible()
    appointment.refresh_from_db()
    assert appointment.minutes == 60
    assert AppointmentChange.objects.filter(what="moved").count() == 2
    context.close()
