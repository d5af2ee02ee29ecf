"""A session note in real browsers: it saves itself, outlives the sign-in, and two on one note lose nothing."""

import re

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import Browser, Page, expect

from booking.models import Appointment, SessionNote
from tests.booking.desk.test_appointment import begun
from tests.browser.story import walk
from tests.fixtures.cast import Cast
from tests.fixtures.pages import PATIENCE_MS

pytestmark = [pytest.mark.browser, pytest.mark.slow]
MIRA = "mira@stillwater.example"


@pytest.fixture
def appointment(cast: Cast) -> Appointment:
    """Ana's session with Mira, an hour ago."""
    walk.let_staff_sign_in()
    return begun(cast)


def open_appointment(page: Page, site: str, appointment: Appointment) -> None:
    """The page on which the note is typed."""
    page.goto(f"{site}/desk/appointments/{appointment.public_id}/")
    expect(page.get_by_role("heading", name="Session note")).to_be_visible()


def saved(page: Page) -> None:
    """Wait until the page says that the note is saved."""
    expect(page.get_by_role("status").filter(has_text=re.compile(r"^Saved \d"))).to_be_visible()


def test_a_note_outlives_the_end_of_the_sign_in(live_gunicorn: str, page: Page, appointment: Appointment) -> None:
    walk.be_signed_in(page, live_gunicorn, MIRA)
    open_appointment(page, live_gunicorn, appointment)
    page.get_by_label("Subjective").fill("Neck stiff since Tuesday")
    saved(page)
    Session.objects.all().delete()
    page.get_by_label("Objective").fill("Shoulder high on the left")
    expect(page.get_by_role("status").filter(has_text="Not saved: you are signed out")).to_be_visible()
    expect(page.get_by_label("Objective")).to_have_value("Shoulder high on the left")
    # In another tab; this one then saves what it held.
    other = page.context.new_page()
    walk.sign_in(other, live_gunicorn, MIRA)
    saved(page)
    open_appointment(other, live_gunicorn, appointment)
    expect(other.get_by_label("Subjective")).to_have_value("Neck stiff since Tuesday")
    expect(other.get_by_label("Objective")).to_have_value("Shoulder high on the left")


def test_a_note_survives_the_network_and_the_closing_of_the_tab(
    live_gunicorn: str, page: Page, appointment: Appointment
) -> None:
    walk.be_signed_in(page, live_gunicorn, MIRA)
    open_appointment(page, live_gunicorn, appointment)
    page.context.set_offline(True)
    page.get_by_label("Plan").fill("Heat in the evening")
    expect(page.get_by_role("status").filter(has_text="no connection")).to_be_visible()
    page.context.set_offline(False)
    saved(page)
    page.close()
    assert SessionNote.objects.get(appointment=appointment).plan == "Heat in the evening"


def test_two_browsers_on_one_note_lose_nothing(
    live_gunicorn: str, page: Page, browser: Browser, appointment: Appointment
) -> None:
    context = browser.new_context()
    context.set_default_timeout(PATIENCE_MS)
    tablet = context.new_page()
    for each in (page, tablet):
        walk.be_signed_in(each, live_gunicorn, MIRA)
        open_appointment(each, live_gunicorn, appointment)
    page.get_by_label("Subjective").fill("slept badly")
    page.get_by_label("Objective").fill("left side")
    saved(page)
    tablet.get_by_label("Objective").fill("right side")
    tablet.get_by_label("Plan").fill("walk daily")
    expect(tablet.get_by_role("status").filter(has_text="wrote there too")).to_be_visible()
    tablet.get_by_role("button", name="Save", exact=True).click()
    expect(tablet.get_by_text("Yours is still in the field").first).to_be_visible()
    expect(tablet.get_by_label("Objective")).to_have_value("right side")
    expect(tablet.locator(".theirs", has_text="left side").first).to_be_visible()
    tablet.get_by_role("button", name="Save", exact=True).click()
    expect(tablet.get_by_text("Note saved.")).to_be_visible()
    note = SessionNote.objects.get(appointment=appointment)
    assert (note.subjective, note.objective, note.plan) == ("slept badly", "right side", "walk daily")
    context.close()


def test_without_javascript_another_button_keeps_the_note(
    live_gunicorn: str, browser: Browser, appointment: Appointment
) -> None:
    context = browser.new_context(java_script_enabled=False)
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    walk.be_signed_in(page, live_gunicorn, MIRA)
    open_appointment(page, live_gunicorn, appointment)
    page.get_by_label("Assessment").fill("eased by half")
    page.get_by_text("More", exact=True).click()
    page.get_by_role("button", name="Completed").click()
    expect(page.get_by_text("Completed.", exact=False).first).to_be_visible()
    expect(page.get_by_label("Assessment")).to_have_value("eased by half")
    context.close()
