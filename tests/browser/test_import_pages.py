"""Moving in, in a browser: every page of it in both themes and three widths, by keyboard, and without JavaScript."""

from collections.abc import Callable, Iterator

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, Locator, Page, expect

from booking.imports.work import work_off_imports
from booking.models import Appointment
from clients.models import Client, ImportRun
from tests.booking.imports.conftest import Mover
from tests.browser.axe import wrong_at
from tests.browser.hands import Keys
from tests.browser.story import walk
from tests.fixtures.cast import Cast
from tests.fixtures.pages import PATIENCE_MS

pytestmark = [pytest.mark.browser, pytest.mark.slow]
OWNER = "owner@stillwater.example"
PHONE = 360
CLIENTS = (
    "First Name,Last Name,Email,Birthday,A heading that is longer than any program would ever write it down\n"
    "Mia,Novak,mia@example.org,03/04/1980,a_word_that_goes_on_without_a_single_space_to_break_it_anywhere_at_all\n"
    "Ben,Haas,,05/06/1990,\n"
    "Ana,Lind,ana@example.org,,\n"
    ",,x@example.org,,\n"
)


def appointments(cast: Cast) -> str:
    """One line with names of ours and one with names that mean nothing here."""
    start = cast.at(10).astimezone(cast.zone)
    lines = ("Regular massage,Mira Feld,Rosa,Keller", "Relax and let go,M. F.,Ben,Haas")
    return "Starts,Minutes,Service,Therapist,First name,Last name\n" + "".join(
        f"{start:%Y-%m-%d} {10 + number}:00,60,{line}\n" for number, line in enumerate(lines)
    )


@pytest.fixture
def desk(live_gunicorn: str, page: Page, cast: Cast) -> Page:
    """The owner's browser, at the page of moving in."""
    walk.be_signed_in(page, live_gunicorn, OWNER)
    page.goto(live_gunicorn + reverse("booking:desk-import"))
    return page


@pytest.fixture
def plain(live_gunicorn: str, browser: Browser, cast: Cast) -> Iterator[Page]:
    """The owner's browser without JavaScript."""
    context = browser.new_context(java_script_enabled=False, locale="en-GB", viewport={"width": PHONE, "height": 800})
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    walk.be_signed_in(page, live_gunicorn, OWNER)
    page.goto(live_gunicorn + reverse("booking:desk-import"))
    yield page
    context.close()


def choose_file(page: Page, content: str, name: str = "clients.csv") -> None:
    """Choose a file and have it read."""
    file = {"name": name, "mimeType": "text/csv", "buffer": content.encode()}
    page.locator("input[type=file]").set_input_files(files=[file])  # type: ignore[arg-type] # as documented
    page.get_by_role("button", name="Look at the file").click()
    expect(page.get_by_role("heading", name="What is in each column?")).to_be_visible()


@pytest.mark.slow(seconds=20)
def test_every_page_of_it_is_fit_for_everybody(desk: Page, live_gunicorn: str, cast: Cast) -> None:
    choose_file(desk, CLIENTS)
    columns = desk.url
    desk.get_by_role("button", name="Look through the lines").click()
    expect(desk.get_by_role("group", name="How are the dates written?")).to_be_visible()
    found: dict[str, list[str]] = {}
    look_at(desk, "dates", found)
    desk.get_by_text("Day first:").click()
    desk.get_by_role("button", name="Look through the lines").click()
    expect(desk.locator("progress")).to_be_visible()
    look_at(desk, "working", found)
    work_off_imports()
    coming = Mover().look(appointments(cast).encode(), "old.csv")
    at = live_gunicorn + reverse("booking:desk-import-run", args=[coming.public_id])
    addresses = {
        "index": live_gunicorn + reverse("booking:desk-import"),
        "columns": f"{columns}?columns=1",
        "columns of appointments": f"{at}?columns=1",
        "names": f"{at}?names=1",
        "lines": at,
        **{each: f"{columns}?show={each}" for each in ("new", "matched", "ask", "refused")},
        "one line": f"{columns}?line=2",
    }
    for name, address in addresses.items():
        desk.goto(address)
        look_at(desk, name, found)
    Mover().take_over(ImportRun.objects.get(file_name="clients.csv"))
    desk.goto(columns)
    look_at(desk, "done", found)
    desk.goto(live_gunicorn + reverse("booking:desk-client", args=[Client.objects.get(first_name="Mia").public_id]))
    look_at(desk, "file", found)
    assert found == {}


def look_at(page: Page, name: str, found: dict[str, list[str]]) -> None:
    """Write down what is wrong with the page as it stands, at each width."""
    if wrong := wrong_at(page, PHONE, 820, 1280):
        found[name] = wrong


def move_in(page: Page, press: Callable[[Locator], None], choose: Callable[[Locator, str], object]) -> None:
    """From the columns of a file of appointments to its appointments, and back."""

    def press_and_wait(name: str) -> None:
        press(page.get_by_role("button", name=name, exact=True))
        expect(page.locator("progress")).to_be_visible()
        work_off_imports()
        # The page loads itself anew, with scripts and without.
        expect(page.locator("progress")).to_have_count(0)

    press_and_wait("Look through the lines")
    press(page.get_by_role("link", name="Say what they mean"))
    expect(page.get_by_role("heading", name="Services in the file")).to_be_visible()
    choose(page.get_by_label("Relax and let go · 60 min", exact=True), "Regular massage, 60 min")
    choose(page.get_by_label("M. F.", exact=True), "Mira Feld")
    press_and_wait("Look through the lines")
    press_and_wait("Take over 1 line")
    expect(page.get_by_text("1 appointment was made.")).to_be_visible()
    assert Appointment.objects.count() == 1
    press_and_wait("Undo this import")
    expect(page.get_by_text("All that this import made is gone.")).to_be_visible()


def test_by_keyboard_alone_a_file_is_brought_and_taken_back(desk: Page, cast: Cast) -> None:
    keys = Keys(desk)
    choose_file(desk, appointments(cast), "old.csv")

    def choose(field: Locator, value: str) -> None:
        keys.go_to("", field)
        for _press in range(field.locator("option").count()):
            if field.locator("option:checked").inner_text() == value:
                return
            desk.keyboard.press("ArrowDown")
        expect(field.locator("option:checked")).to_have_text(value)

    move_in(desk, keys.press, choose)
    assert not Appointment.objects.exists()


def test_without_javascript_a_file_is_brought_and_taken_back(plain: Page, cast: Cast) -> None:
    choose_file(plain, appointments(cast), "old.csv")
    move_in(plain, lambda link: link.click(), lambda field, value: field.select_option(label=value))
    assert not Appointment.objects.exists()
