"""The pages of care at the desk and the doctor's note: axe, the small phone, and the note sent without JavaScript."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from booking.appointments.links import mint_appointment_link
from booking.models import Appointment
from clients.models import Attachment
from clients.plans.actions import make_plan
from clinic.models import Practice
from tests.browser.axe import wrong_at
from tests.browser.story import walk
from tests.clients.plans.given import DESK_NECK, told
from tests.fixtures.cast import Cast
from tests.fixtures.pages import PATIENCE_MS

pytestmark = [pytest.mark.browser, pytest.mark.slow]
WIDTHS = (320, 1280)
PDF = b"%PDF-1.7\nfit for massage\n%%EOF"


@pytest.fixture
def appointment(cast: Cast) -> Appointment:
    """Ana's appointment with a plan that holds something back, and asks for a doctor's note."""
    made = cast.appointment(cast.at(10))
    intake = told(cast.ana, "anticoagulants", "pregnancy-first-trimester", allergies="Beeswax", **DESK_NECK)
    make_plan(intake, technique_slug="regular-massage", appointment=made.public_id, practice=Practice.current())
    return made


@pytest.fixture
def questioned(cast: Cast) -> Appointment:
    """Ben's appointment, whose answers leave questions open."""
    made = cast.appointment(cast.at(14), client=cast.ben)
    intake = told(cast.ben, open_signs=True, **{**DESK_NECK, "areas": ["lower-back"]})
    make_plan(intake, technique_slug="regular-massage", appointment=made.public_id, practice=Practice.current())
    return made


def picture(page: Page, name: str, width: int) -> None:
    """A picture for whoever looks, where SHOTS names a folder."""
    if folder := os.environ.get("SHOTS"):
        page.set_viewport_size({"width": width, "height": 900})
        page.screenshot(path=Path(folder) / f"{name}-{width}.png", full_page=True)


def test_the_pages_of_care_at_the_desk_are_fit_for_all(
    live_gunicorn: str, page: Page, appointment: Appointment, questioned: Appointment
) -> None:
    walk.be_signed_in(page, live_gunicorn, "mira@stillwater.example")
    desk = f"{live_gunicorn}/desk/appointments"
    pages = {
        "session": f"{desk}/{appointment.public_id}/",
        "session-questions": f"{desk}/{questioned.public_id}/",
        "questions": f"{desk}/{questioned.public_id}/questions/",
        "note-at-the-desk": f"{desk}/{appointment.public_id}/doctor-note/",
        "note-of-the-client": f"{live_gunicorn}/appointment/{mint_appointment_link(appointment)}/note/",
    }
    wrong = {}
    for name, address in pages.items():
        page.goto(address)
        if found := wrong_at(page, *WIDTHS):
            wrong[name] = found
        for width in WIDTHS:
            picture(page, name, width)
    assert wrong == {}


def test_a_note_is_sent_and_opened_without_javascript(
    live_gunicorn: str, browser: Browser, appointment: Appointment, tmp_path: Path
) -> None:
    photo = tmp_path / "note.pdf"
    photo.write_bytes(PDF)
    context = browser.new_context(java_script_enabled=False)
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    page.goto(f"{live_gunicorn}/appointment/{mint_appointment_link(appointment)}/note/")
    page.get_by_label("Photo or file of the note").set_input_files(photo)
    page.get_by_role("button", name="Send the note").click()
    expect(page.get_by_text("Thank you, your note is here.")).to_be_visible()
    assert Attachment.objects.get().unsealed() == PDF
    walk.be_signed_in(page, live_gunicorn, "mira@stillwater.example")
    page.goto(f"{live_gunicorn}/desk/appointments/{appointment.public_id}/")
    page.get_by_role("link", name="One file is here: look at it").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="PDF").click()
    assert Path(download.value.path()).read_bytes() == PDF
    page.get_by_role("button", name="I have seen the note").click()
    expect(page.get_by_text("Noted: you have seen the doctor's note.")).to_be_visible()
    context.close()
