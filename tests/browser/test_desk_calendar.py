"""The desk's day and week as a picture: by mouse, finger and keyboard, whatever zone the browser is in."""

import datetime as dt
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page, expect

from booking.models import Appointment
from tests.browser.axe import complaints_in_both
from tests.browser.story import walk
from tests.browser.test_desk_panel import health_form
from tests.fixtures.cast import Cast
from tests.fixtures.pages import PATIENCE_MS, watch

pytestmark = [pytest.mark.browser, pytest.mark.slow]
# What is said on the calendar is kept on the page, before anybody acts on it.
LISTEN = """() => {
  window.told = [];
  for (const name of ["select", "move", "open"]) {
    window.addEventListener(`calendar:${name}`, (event) => {
      const { revert, ...rest } = event.detail;
      window.told.push({ name, ...rest });
      event.preventDefault();
      event.stopImmediatePropagation();
    }, true);
  }
}"""
Box = dict[str, float]


@pytest.fixture
def desk(live_gunicorn: str, cast: Cast, browser: Browser) -> Iterator[Page]:
    """A therapist at the desk, with a browser on the other side of the world; errors and reports fail the test."""
    context = browser.new_context(
        viewport={"width": 1280, "height": 1000},
        locale="en-GB",
        timezone_id="Pacific/Auckland",
        reduced_motion="reduce",
    )
    yield from signed_in(context, live_gunicorn)


@pytest.fixture
def tablet(live_gunicorn: str, cast: Cast, browser: Browser) -> Iterator[Page]:
    """The same on an upright tablet that is touched."""
    context = browser.new_context(
        viewport={"width": 820, "height": 1180}, locale="en-GB", has_touch=True, reduced_motion="reduce"
    )
    yield from signed_in(context, live_gunicorn)


def signed_in(context: BrowserContext, site: str) -> Iterator[Page]:
    """A page of the context, of someone at the desk."""
    errors: list[str] = []
    context.set_default_timeout(PATIENCE_MS)
    context.on("page", lambda page: watch(page, errors))
    page = context.new_page()
    walk.be_signed_in(page, site, "mira@stillwater.example")
    yield page
    context.close()
    assert errors == []


def open_day(page: Page, site: str, cast: Cast, view: str = "", **asked: str) -> None:
    """The cast's Tuesday, drawn."""
    query = "".join(f"&{name}={value}" for name, value in asked.items())
    page.goto(f"{site}/desk/{view}?day={cast.day().isoformat()}&who=all{query}")
    expect(page.locator(".ec-main")).to_be_visible()
    page.evaluate(LISTEN)


def told(page: Page) -> list[dict[str, Any]]:
    """What the calendar has said so far."""
    found: list[dict[str, Any]] = json.loads(page.evaluate("JSON.stringify(window.told)"))
    return found


def card(page: Page, appointment: Appointment) -> Box:
    """Where the card of an appointment stands."""
    box = page.locator(".card-drawn").filter(has_text=str(appointment.client)).bounding_box()
    assert box
    return {"x": box["x"], "y": box["y"], "height": box["height"]}


def column(page: Page, name: str) -> float:
    """The middle of a column, from the left."""
    box = page.locator(".ec-col-head").filter(has_text=name).bounding_box()
    assert box
    return box["x"] + box["width"] / 2


def height_of(page: Page, hour: int) -> float:
    """Where an hour stands on the axis, from above."""
    box = page.locator(f".ec-sidebar time[datetime*='{hour:02}:00']").bounding_box()
    assert box
    return box["y"] + box["height"] / 2


def test_a_card_is_to_scale_and_opens_its_appointment(live_gunicorn: str, cast: Cast, desk: Page) -> None:
    long, short = cast.appointment(cast.at(10), service=cast.regular_90), cast.appointment(cast.at(14), client=cast.ben)
    open_day(desk, live_gunicorn, cast)
    assert card(desk, long)["height"] / card(desk, short)["height"] == pytest.approx(1.5, abs=0.1)
    assert card(desk, short)["y"] == pytest.approx(height_of(desk, 14), abs=3)
    desk.get_by_role("link", name="Ana Lind").click()
    assert told(desk) == [{"name": "open", "id": str(long.public_id)}]
    desk.reload()
    desk.get_by_role("link", name="Ana Lind").click()
    desk.wait_for_url(f"**/desk/appointments/{long.public_id}/")


def test_an_arrival_is_one_tap_on_the_card_and_is_taken_back(live_gunicorn: str, cast: Cast, desk: Page) -> None:
    start = timezone.now().replace(second=0, microsecond=0) - dt.timedelta(minutes=5)
    appointment = cast.appointment(start)
    desk.goto(f"{live_gunicorn}/desk/?day={start.astimezone(cast.zone):%Y-%m-%d}&who=all")
    arrived = desk.get_by_role("button", name="Arrived Ana Lind")
    expect(arrived).to_be_visible()
    assert complaints_in_both(desk) == []
    arrived.click()
    expect(desk.locator("[data-toast-words]")).to_have_text("Ana Lind is here.")
    expect(arrived).to_have_count(0)
    appointment.refresh_from_db()
    assert appointment.has_arrived
    desk.locator("[data-toast-undo]").click()
    expect(arrived).to_be_visible()


def test_an_empty_time_that_is_clicked_is_told_in_the_practices_zone(
    live_gunicorn: str, cast: Cast, desk: Page
) -> None:
    open_day(desk, live_gunicorn, cast)
    desk.mouse.click(column(desk, "Jonas Weber"), height_of(desk, 15) + 2)
    start = cast.at(15).astimezone(cast.zone).isoformat()
    expected = {"name": "select", "resource": f"therapist-{cast.jonas.pk}", "start": start, "end": ""}
    assert told(desk) == [expected]


def test_a_time_before_and_after_a_clock_change_carries_the_offset_of_its_day(
    live_gunicorn: str, cast: Cast, desk: Page
) -> None:
    """Berlin goes forward on 28 March 2027."""
    desk.goto(f"{live_gunicorn}/desk/?day=2027-03-27&who=all")
    expect(desk.locator(".ec-main")).to_be_visible()
    desk.evaluate(LISTEN)
    for _ in range(3):
        desk.mouse.click(column(desk, "Mira Feld"), height_of(desk, 15) + 2)
        before = desk.url
        desk.get_by_role("link", name="Day after").click()
        expect(desk).not_to_have_url(before)
    starts = [each["start"] for each in told(desk)]
    assert starts == [f"2027-03-{day}T15:00:00+0{hours}:00" for day, hours in ((27, 1), (28, 2), (29, 2))]


def test_a_stretch_that_is_dragged_over_is_told_from_start_to_end(live_gunicorn: str, cast: Cast, desk: Page) -> None:
    open_day(desk, live_gunicorn, cast)
    across = column(desk, "Mira Feld")
    desk.mouse.move(across, height_of(desk, 13) + 2)
    desk.mouse.down()
    desk.mouse.move(across, height_of(desk, 14), steps=4)
    desk.mouse.move(across, height_of(desk, 15) - 3, steps=4)
    desk.mouse.up()
    (said,) = [each for each in told(desk) if each["end"]]
    assert (said["start"], said["end"]) == tuple(cast.at(hour).astimezone(cast.zone).isoformat() for hour in (13, 15))


def test_a_card_that_is_dragged_is_told_and_nothing_is_moved_yet(live_gunicorn: str, cast: Cast, desk: Page) -> None:
    appointment = cast.appointment(cast.at(10))
    open_day(desk, live_gunicorn, cast)
    here = card(desk, appointment)
    desk.mouse.move(here["x"] + 60, here["y"] + 8)
    desk.mouse.down()
    desk.mouse.move(column(desk, "Jonas Weber"), height_of(desk, 14), steps=5)
    desk.mouse.move(column(desk, "Jonas Weber"), height_of(desk, 15) + 8, steps=5)
    desk.mouse.up()
    start = cast.at(15).astimezone(cast.zone).isoformat()
    said = told(desk)[0]
    assert (said["id"], said["from"]) == (str(appointment.public_id), f"therapist-{cast.mira.pk}")
    assert (said["resource"], said["start"]) == (f"therapist-{cast.jonas.pk}", start)
    appointment.refresh_from_db()
    assert appointment.starts_at == cast.at(10), "a drop asks and moves nothing"


def test_a_finger_opens_a_card_and_an_empty_time(live_gunicorn: str, cast: Cast, tablet: Page) -> None:
    appointment = cast.appointment(cast.at(10))
    open_day(tablet, live_gunicorn, cast)
    here = card(tablet, appointment)
    tablet.touchscreen.tap(here["x"] + 40, here["y"] + 10)
    tablet.touchscreen.tap(column(tablet, "Tess Okafor"), height_of(tablet, 11) + 4)
    opened, chosen = told(tablet)
    assert (opened["name"], opened["id"]) == ("open", str(appointment.public_id))
    assert (chosen["resource"], chosen["end"]) == (f"therapist-{cast.tess.pk}", "")
    assert chosen["start"] == cast.at(11).astimezone(cast.zone).isoformat()


def test_the_keyboard_reaches_every_card_in_order_and_every_free_time(
    live_gunicorn: str, cast: Cast, desk: Page
) -> None:
    cast.appointment(cast.at(10))
    cast.appointment(cast.at(14))
    cast.appointment(cast.at(9), client=cast.ben, therapist=cast.jonas, room=cast.blue_room)
    open_day(desk, live_gunicorn, cast)
    expect(desk.locator(".card-drawn")).to_have_count(3)
    links = desk.locator("[data-calendar] a")
    words = links.evaluate_all("all => all.map(each => each.textContent)")
    assert [text.split("–")[0].strip() for text in words[:3]] == ["10:00", "14:00", "9:00".zfill(5)]
    assert sum("book" in text for text in words) >= 5
    links.first.focus()
    desk.keyboard.press("ArrowRight")
    expect(desk.locator("[data-calendar] a:focus")).to_contain_text("book Jonas Weber 10:15")
    desk.keyboard.press("ArrowUp")
    expect(desk.locator("[data-calendar] a:focus")).to_contain_text("Ben")
    desk.keyboard.press("Enter")
    assert told(desk)[-1]["name"] == "open"
    desk.locator("[data-calendar] .free-link").filter(has_text="Mira").first.focus()
    desk.keyboard.press("Enter")
    assert told(desk)[-1] | {"end": ""} == {
        "name": "select",
        "resource": f"therapist-{cast.mira.pk}",
        "start": cast.at(9).astimezone(cast.zone).isoformat(),
        "end": "",
    }


def test_a_week_is_booked_moved_and_stretched_by_keyboard(live_gunicorn: str, cast: Cast, desk: Page) -> None:
    appointment = cast.appointment(cast.at(10))
    cast.appointment(cast.at(13), client=cast.ben)
    desk.goto(f"{live_gunicorn}/desk/week/?day={cast.day().isoformat()}&who=all")
    card = desk.locator(f".card-link[data-id='{appointment.public_id}']")
    expect(card).to_be_visible()
    desk.evaluate(LISTEN)
    free = desk.locator(f".free-link[data-start='{cast.day()}T14:15'][data-column='therapist-{cast.mira.pk}']")
    free.focus()
    for key in ("Space", "ArrowDown", "ArrowDown", "Enter"):
        desk.keyboard.press(key)
    (chosen,) = told(desk)
    assert (chosen["name"], chosen["start"]) == ("select", cast.at(14, 45).astimezone(cast.zone).isoformat())
    card.focus()
    word = desk.locator("[data-drag-word]")
    desk.keyboard.press("Space")
    expect(word).to_contain_text("10:00 – 11:00, Mira Feld. Free")
    for key in ("ArrowRight", "Shift+ArrowDown", "ArrowDown"):
        desk.keyboard.press(key)
    expect(word).to_contain_text("10:15 – 11:30, Jonas Weber.")
    expect(card).to_be_focused()
    desk.keyboard.press("Enter")
    moved = told(desk)[-1]
    assert (moved["name"], moved["resource"]) == ("move", f"therapist-{cast.jonas.pk}")
    times = [cast.at(10, 15), cast.at(11, 30)]
    assert [moved["start"], moved["end"]] == [each.astimezone(cast.zone).isoformat() for each in times]
    # Over Ben's appointment nothing is asked, and Escape puts the card back where it was taken up.
    desk.keyboard.press("Space")
    for key in ("ArrowLeft", *["ArrowDown"] * 9):
        desk.keyboard.press(key)
    expect(word).to_contain_text("Mira Feld has another appointment then")
    desk.keyboard.press("Enter")
    assert len(told(desk)) == 2
    desk.keyboard.press("Escape")
    expect(word).to_be_hidden()
    expect(card).to_be_focused()


@pytest.mark.parametrize("view", ["", "week/"])
def test_a_room_is_booked_and_changed_by_keyboard(live_gunicorn: str, cast: Cast, desk: Page, view: str) -> None:
    health_form(cast.ana)
    appointment = cast.appointment(cast.at(10), client=cast.ben)
    desk.goto(f"{live_gunicorn}/desk/{view}?day={cast.day()}&by=room")
    card = desk.locator(f".card-link[data-id='{appointment.public_id}']")
    expect(card).to_be_visible()
    card.focus()
    desk.keyboard.press("ArrowDown")
    free = desk.locator("[data-calendar] .free-link:focus")
    expect(free).to_have_attribute("data-column", f"room-{cast.green_room.pk}")
    expect(free).to_contain_text("book Green room")
    for key in ("Space", *["ArrowDown"] * 15, "Enter"):
        desk.keyboard.press(key)
    dialog = desk.get_by_role("dialog")
    expect(dialog.get_by_label("Name, phone or e-mail")).to_be_focused()
    desk.keyboard.type("lin")
    expect(dialog.get_by_role("button", name=re.compile("Ana Lind"))).to_be_visible()
    desk.keyboard.press("Enter")
    expect(dialog.get_by_label("Room")).to_have_value(str(cast.green_room.pk))
    expect(dialog.get_by_role("button", name="Book", exact=True)).to_be_focused()
    desk.keyboard.press("Enter")
    expect(desk.get_by_text("Booked.")).to_be_visible()
    booked = Appointment.objects.get(client=cast.ana)
    assert (booked.room, booked.starts_at) == (cast.green_room, cast.at(15))
    expect(desk.locator(f".card-link[data-id='{booked.public_id}']")).to_be_visible()
    card.focus()
    desk.keyboard.press("Space")
    expect(desk.locator("[data-drag-word]")).to_contain_text("Green room. Free")
    desk.keyboard.press("ArrowRight")
    expect(desk.locator("[data-drag-word]")).to_contain_text("Blue room. Free")
    desk.keyboard.press("Enter")
    expect(dialog.get_by_role("button", name="Save")).to_be_visible()
    expect(dialog).to_contain_text("Blue room")
    dialog.get_by_role("button", name="Save").press("Enter")
    expect(desk.get_by_text("Moved.")).to_be_visible()
    appointment.refresh_from_db()
    assert appointment.room == cast.blue_room
    expect(card).to_contain_text("Blue room")
    card.focus()
    for key in ("Space", "Shift+ArrowDown", "Enter"):
        desk.keyboard.press(key)
    expect(dialog.get_by_role("heading", name="Ben Haas: 75 minutes?")).to_be_visible()
    dialog.get_by_role("button", name="Save").press("Enter")
    expect(dialog).to_have_count(0)
    appointment.refresh_from_db()
    assert (appointment.room, appointment.minutes) == (cast.blue_room, 75)


def test_a_service_that_is_chosen_shows_where_it_fits_and_is_booked_there(
    live_gunicorn: str, cast: Cast, desk: Page
) -> None:
    cast.appointment(cast.at(9), client=cast.ben)
    cast.appointment(cast.at(10, 45), client=cast.ben)
    open_day(desk, live_gunicorn, cast, "week/")
    hole = desk.locator(f".free-link[data-start='{cast.day()}T10:15'][data-column='therapist-{cast.mira.pk}']")
    expect(hole).to_have_count(1)
    desk.get_by_label("Free for").focus()
    desk.get_by_label("Free for").select_option(label="Regular massage, 60 min")
    expect(hole).to_have_count(0)
    expect(desk.get_by_label("Free for")).to_be_focused()
    desk.get_by_role("link", name="Week after").click()
    expect(desk.locator(f".fits .free-link[data-start^='{cast.day() + dt.timedelta(days=7)}']").first).to_be_visible()
    desk.go_back()
    fits = desk.locator(f".fits .free-link[data-start='{cast.day()}T12:00'][data-column='therapist-{cast.mira.pk}']")
    expect(fits).to_be_visible()
    assert complaints_in_both(desk) == []
    box = fits.bounding_box()
    assert box is not None
    desk.mouse.click(box["x"] + 8, box["y"] + 6)
    said = told(desk)[-1]
    assert (said["start"], said["service"]) == (cast.at(12).astimezone(cast.zone).isoformat(), cast.regular.slug)
    desk.reload()
    fits.focus()
    desk.keyboard.press("Enter")
    expect(desk.get_by_role("dialog").get_by_label("Service")).to_have_value(cast.regular.slug)


def test_turning_and_switching_load_no_page_and_back_leads_back(live_gunicorn: str, cast: Cast, desk: Page) -> None:
    cast.appointment(cast.at(10))
    open_day(desk, live_gunicorn, cast)
    first = desk.url
    desk.get_by_role("link", name="Day after").click()
    expect(desk.locator(".card-drawn")).to_have_count(0)
    expect(desk).not_to_have_url(first)
    expect(desk.get_by_role("link", name="Day after")).to_be_focused()
    desk.get_by_role("link", name="Week", exact=True).click()
    expect(desk.locator(".ec-week-view .card-drawn")).to_have_count(1)
    desk.get_by_role("link", name="Rooms").click()
    expect(desk.locator(".ec-col-head").filter(has_text="Green")).to_have_count(7)
    expect(desk).to_have_url(re.compile("by=room"))
    assert desk.evaluate("Array.isArray(window.told)"), "the page was never loaded anew"
    for _ in range(3):
        desk.go_back()
    expect(desk.locator(".ec-day-view .card-drawn")).to_have_count(1)
    expect(desk).to_have_url(first)
    assert desk.evaluate("Array.isArray(window.told)")


def test_a_full_day_prints_on_one_sheet_without_navigation(live_gunicorn: str, cast: Cast, desk: Page) -> None:
    for number in range(8):
        cast.appointment(cast.at(9 + number), service=cast.back, client=cast.ben)
        cast.appointment(cast.at(9 + number), service=cast.back, therapist=cast.jonas, room=cast.blue_room)
    open_day(desk, live_gunicorn, cast)
    for paper in ("A4", "Letter"):
        assert len(re.findall(rb"/Type\s*/Page[^s]", desk.pdf(format=paper))) == 1, paper
    desk.emulate_media(media="print")
    expect(desk.get_by_role("navigation")).to_have_count(0)
    expect(desk.get_by_role("region", name="Jonas Weber").get_by_text("Ana Lind").first).to_be_visible()


def test_what_is_asked_to_refresh_is_read_anew(live_gunicorn: str, cast: Cast, desk: Page) -> None:
    open_day(desk, live_gunicorn, cast)
    expect(desk.locator(".card-drawn")).to_have_count(0)
    cast.appointment(cast.at(10))
    desk.evaluate("document.querySelector('[data-calendar]').dispatchEvent(new CustomEvent('calendar:refresh'))")
    expect(desk.locator(".card-drawn")).to_have_count(1)


@pytest.mark.parametrize("scripts", [True, False])
def test_a_phone_and_a_browser_without_scripts_have_the_list(
    live_gunicorn: str, cast: Cast, desk: Page, browser: Browser, scripts: bool
) -> None:
    cast.appointment(cast.at(10))
    context = browser.new_context(
        storage_state=desk.context.storage_state(),
        viewport={"width": 390 if scripts else 1280, "height": 900},
        java_script_enabled=scripts,
    )
    page = context.new_page()
    page.goto(f"{live_gunicorn}/desk/?day={cast.day().isoformat()}&who=all")
    expect(page.get_by_role("region", name="Mira Feld").get_by_role("link", name="Ana Lind")).to_be_visible()
    expect(page.locator("[data-calendar]")).to_be_hidden()
    context.close()


def test_where_the_drawing_fails_the_list_stands(live_gunicorn: str, cast: Cast, desk: Page) -> None:
    cast.appointment(cast.at(10))
    desk.route("**/desk/calendar/events/**", lambda route: route.fulfill(status=200, body="{}"))
    desk.goto(f"{live_gunicorn}/desk/?day={cast.day().isoformat()}&who=all")
    expect(desk.get_by_role("region", name="Mira Feld").get_by_role("link", name="Ana Lind")).to_be_visible()
