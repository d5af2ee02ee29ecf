"""The health form at the practice, on a tablet in portrait: handed over, by a code on a phone, and entered together."""

import re
from contextlib import suppress

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Error, Page, expect

from booking.models import Appointment
from clients.intake.actions import request_intake, save_step
from clients.models import Intake, IntakeRequest
from clinic.accounts.handover import code_address
from clinic.models import Handover
from tests.browser.axe import complaints_in_both
from tests.browser.story import walk
from tests.browser.test_intake import fits, go_on, say_no
from tests.clients.answers import BORN_ON, SORE_BACK
from tests.fixtures.cast import Cast
from tests.fixtures.pages import PATIENCE_MS, watch

pytestmark = [pytest.mark.browser, pytest.mark.slow]
TABLET = {"width": 820, "height": 1180}
PIN = "740218"
MIRA = "mira@stillwater.example"


@pytest.fixture
def tablet(live_gunicorn: str, cast: Cast, browser: Browser, page_errors: list[str]) -> Page:
    """Mira's tablet, signed in."""
    context = browser.new_context(viewport=TABLET, has_touch=True, locale="en-GB")  # type: ignore[arg-type]
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    watch(page, page_errors)
    walk.be_signed_in(page, live_gunicorn, MIRA)
    return page


@pytest.fixture
def appointment(cast: Cast, tablet: Page) -> Appointment:
    """Ana's next appointment, for which a form is asked."""
    made = cast.appointment(cast.at(10))
    request_intake(cast.ana, technique_slug="regular-massage", appointment=made.public_id)
    return made


def fill_in(page: Page, name: str) -> None:
    """The client taps through the form, signs with their name, and sends it."""
    page.get_by_role("link", name="Begin").click()
    page.get_by_label("Date of birth").fill(BORN_ON)
    go_on(page)
    page.get_by_text("Pain or tightness", exact=True).click()
    page.get_by_text("Dull or aching pain").click()
    page.locator("#div_id_pain label", has_text=re.compile(r"^\s*5\s*$")).click()
    go_on(page)
    page.get_by_text("Whole lower back", exact=True).click()
    go_on(page)
    page.get_by_text("More than 12 weeks", exact=True).click()
    page.get_by_text("Computer work").click()
    go_on(page)
    page.get_by_text("None of these", exact=True).click()
    go_on(page)
    say_no(page)
    go_on(page)
    page.get_by_text("Medium", exact=True).click()
    go_on(page)
    page.get_by_text("No", exact=True).click()
    go_on(page)
    page.get_by_text("I agree to the treatment as described above").click()
    page.get_by_label("Your first and last name").fill(name)
    go_on(page)
    page.get_by_role("button", name="Send to my therapist").click()


def set_pin_and_hand_over(page: Page) -> None:
    """The first time somebody hands over, they choose their PIN on the way."""
    page.get_by_label("A PIN of your own").fill(PIN)
    page.get_by_label("The PIN again").fill(PIN)
    page.get_by_role("button", name="Hand over the tablet").click()


def test_handed_over_filled_signed_and_taken_back(
    tablet: Page, live_gunicorn: str, appointment: Appointment, page_errors: list[str]
) -> None:
    """Nothing on the way out of the form opens the desk: not Back, not an address, not another tab."""
    desk = f"{live_gunicorn}/desk/appointments/{appointment.public_id}/"
    other_tab = tablet.context.new_page()
    other_tab.goto(f"{live_gunicorn}/desk/clients/")
    tablet.goto(desk)
    tablet.get_by_role("button", name="Hand over the tablet").click()
    set_pin_and_hand_over(tablet)
    walk.heading(tablet, "Welcome, Ana")
    # The desk that was open in another tab has gone by itself.
    expect(other_tab.get_by_role("heading", level=1)).to_contain_text("Welcome, Ana")
    other_tab.close()
    assert complaints_in_both(tablet) == []
    for _turn in range(3):
        # The page before was the answer to a form, and is kept nowhere.
        with suppress(Error):
            tablet.go_back()
        expect(tablet.locator("body")).not_to_contain_text("Session note")
        assert "/desk/" not in tablet.url
    tablet.goto(desk)
    walk.heading(tablet, "Welcome, Ana")
    fill_in(tablet, "Ana Lind")
    walk.heading(tablet, "Thank you")
    expect(tablet.get_by_text("Please give the tablet back.")).to_be_visible()
    expect(tablet.locator("body")).not_to_contain_text("Ana")
    assert complaints_in_both(tablet) == []
    tablet.go_back()
    expect(tablet.locator("body")).not_to_contain_text("Dull or aching")
    tablet.goto(f"{live_gunicorn}/tablet/leave/")
    assert complaints_in_both(tablet) == []
    tablet.get_by_label("Your PIN").fill("111333")
    tablet.get_by_role("button", name="Open the desk").click()
    expect(tablet.get_by_text("That is not right.")).to_be_visible()
    expect(tablet.get_by_label("Your PIN")).to_have_value("")
    tablet.get_by_label("Your PIN").fill(PIN)
    tablet.get_by_role("button", name="Open the desk").click()
    tablet.wait_for_url(desk)
    expect(tablet.locator("body")).to_contain_text("Dull or aching")
    assert Intake.objects.get().entered_by is None
    assert page_errors == []


def test_the_code_opens_the_form_on_the_clients_phone(
    tablet: Page, live_gunicorn: str, appointment: Appointment, cast: Cast, browser: Browser, page_errors: list[str]
) -> None:
    """Without JavaScript on the phone; the desk sees how far it is."""
    tablet.goto(f"{live_gunicorn}/desk/clients/{cast.ana.public_id}/health-form/?appointment={appointment.public_id}")
    assert complaints_in_both(tablet) == []
    tablet.get_by_role("button", name="Show the code").click()
    expect(tablet.locator(".qr svg")).to_be_visible()
    assert complaints_in_both(tablet) == []
    held = Handover.objects.get()
    phone: BrowserContext = browser.new_context(viewport={"width": 360, "height": 780}, java_script_enabled=False)
    page = phone.new_page()
    page.goto(code_address(held).replace("http://localhost:8000", live_gunicorn))
    page.get_by_role("button", name="Open the form").click()
    expect(tablet.get_by_text("The client is filling it in.")).to_be_visible()
    fill_in(page, "Ana Lind")
    expect(page.get_by_text("You can close this page.")).to_be_visible()
    assert fits(page)
    expect(tablet.get_by_text("The form is sent.")).to_be_visible()
    phone.close()
    assert page_errors == []


def test_the_team_fills_it_in_with_the_client(
    tablet: Page, live_gunicorn: str, appointment: Appointment, cast: Cast, page_errors: list[str]
) -> None:
    """The same pages with a line that says so, and the file says who typed; signed, the desk waits for the PIN."""
    ways = f"{live_gunicorn}/desk/clients/{cast.ana.public_id}/health-form/?appointment={appointment.public_id}"
    tablet.goto(ways)
    set_pin_and_hand_over(tablet)
    walk.heading(tablet, "Welcome, Ana")
    tablet.goto(f"{live_gunicorn}/tablet/leave/")
    tablet.get_by_label("Your PIN").fill(PIN)
    tablet.get_by_role("button", name="Open the desk").click()
    tablet.wait_for_url(f"**/desk/appointments/{appointment.public_id}/")
    tablet.goto(ways)
    tablet.get_by_role("button", name="Fill it in together").click()
    expect(tablet.get_by_text("You are filling this in with Ana Lind.")).to_be_visible()
    fill_in(tablet, "Ana Lind")
    expect(tablet.get_by_text("Please give the tablet back.")).to_be_visible()
    tablet.get_by_role("link", name="For the team").click()
    tablet.get_by_label("Your PIN").fill(PIN)
    tablet.get_by_role("button", name="Open the desk").click()
    tablet.wait_for_url(f"**/desk/appointments/{appointment.public_id}/")
    tablet.goto(f"{live_gunicorn}/desk/clients/{cast.ana.public_id}/health/")
    expect(tablet.get_by_text("entered by Mira Feld with the client")).to_be_visible()
    assert page_errors == []


def test_what_is_typed_when_the_form_closes_is_there_when_it_goes_on(
    tablet: Page, live_gunicorn: str, appointment: Appointment, cast: Cast
) -> None:
    """The time runs out on a page; it is sent, and found again by the team."""
    row = IntakeRequest.objects.get(appointment=appointment.public_id)
    for step in ("you", "complaint", "where", "since", "signs", "health", "comfort"):
        save_step(row, step=step, data=SORE_BACK[step])
    tablet.goto(f"{live_gunicorn}/desk/clients/{cast.ana.public_id}/health-form/?appointment={appointment.public_id}")
    set_pin_and_hand_over(tablet)
    tablet.get_by_role("link", name="Continue").click()
    tablet.locator("#id_goals").fill("Carry the baby")
    Handover.objects.update(expires_at=timezone.now())
    tablet.get_by_text("No", exact=True).click()
    tablet.get_by_role("button", name="Continue").click()
    walk.heading(tablet, "This form is closed")
    row.refresh_from_db()
    assert row.answers["goal"]["goals"] == "Carry the baby"
