"""The session screen in a real browser: from the note to rebooked in four taps, by mouse, touch and keyboard."""

import re
from dataclasses import dataclass, field

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Locator, Page, expect

from booking.models import Appointment, Payment, SessionNote, Status
from clients.models import PainScore
from clients.plans.actions import make_plan
from clinic.models import Practice
from tests.booking.desk.test_appointment import begun, in_pain
from tests.browser.axe import complaints_elsewhere, complaints_in_both
from tests.browser.counting import documented
from tests.browser.story import walk
from tests.browser.test_intake import fits, tab_to
from tests.fixtures.cast import Cast
from tests.fixtures.pages import PATIENCE_MS, watch
from tests.fixtures.processes import wait_until

pytestmark = [pytest.mark.browser, pytest.mark.slow]
MIRA = "mira@stillwater.example"
PORTRAIT, LANDSCAPE = {"width": 820, "height": 1180}, {"width": 1180, "height": 820}


@pytest.fixture
def appointment(cast: Cast) -> Appointment:
    """Ana's session with Mira, which began an hour ago; she has a stiff neck, a plan, and a note of last time."""
    before = cast.appointment(cast.at(10, ahead=-14), status=Status.COMPLETED)
    SessionNote.objects.create(appointment=before, objective="Left side tight", plan="Heat")
    made = begun(cast)
    make_plan(
        in_pain(cast, goals="Turn my head again"),
        technique_slug="regular-massage",
        appointment=made.public_id,
        practice=Practice.current(),
    )
    return made


@dataclass
class Counted:
    """What a person did: taps, and how often another page was loaded."""

    page: Page
    taps: int = 0
    loads: int = 0
    by_touch: bool = False
    said: list[str] = field(default_factory=list)

    def begin(self) -> None:
        """Count page loads from now on."""
        self.page.on("domcontentloaded", lambda _page: setattr(self, "loads", self.loads + 1))

    def tap(self, what: Locator) -> None:
        """One tap, by finger or mouse."""
        self.taps += 1
        if self.by_touch:
            what.tap()
        else:
            what.click()


def open_screen(page: Page, site: str, appointment: Appointment) -> None:
    """Mira at the screen of the session."""
    walk.be_signed_in(page, site, MIRA)
    page.goto(f"{site}/desk/appointments/{appointment.public_id}/")
    expect(page.get_by_role("heading", name="Session note")).to_be_visible()


def saved(page: Page) -> None:
    """Wait until the page says that the note is saved."""
    expect(page.get_by_role("status").filter(has_text=re.compile(r"^Saved \d"))).to_be_visible()


def must_be_finished(appointment: Appointment) -> None:
    """Signed, completed, paid, asked, and booked again with the same therapist."""
    appointment.refresh_from_db()
    assert appointment.status == Status.COMPLETED
    assert SessionNote.objects.get(appointment=appointment).is_locked
    assert PainScore.objects.get(moment="after").value == 2
    assert Payment.objects.get().method == "card"
    booked = Appointment.objects.get(client=appointment.client, starts_at__gt=timezone.now())
    assert (booked.therapist_id, booked.service_id) == (appointment.therapist_id, appointment.service_id)


@pytest.mark.parametrize(("by_touch", "screen"), [(False, LANDSCAPE), (True, PORTRAIT)])
def test_four_taps_from_note_to_rebooked(
    live_gunicorn: str, browser: Browser, appointment: Appointment, by_touch: bool, screen: dict[str, int]
) -> None:
    errors: list[str] = []
    context = browser.new_context(viewport=screen, has_touch=by_touch, locale="en-GB")  # type: ignore[arg-type]
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    watch(page, errors)
    open_screen(page, live_gunicorn, appointment)
    page.get_by_label("Subjective").fill("Neck stiff since Tuesday")
    did = Counted(page, by_touch=by_touch)
    did.begin()
    did.tap(page.get_by_role("button", name="Complete and rebook"))
    sheet = page.get_by_role("dialog", name="Finish the session")
    did.tap(sheet.locator("label", has_text=re.compile("^2$")))
    did.tap(sheet.locator("label", has_text="card terminal"))
    did.tap(sheet.get_by_role("button", name="Complete and book"))
    expect(page.get_by_text("Signed. Completed.")).to_be_visible()
    page.wait_for_load_state()
    told = documented("sign a note, complete, take the money and rebook")
    assert (did.taps, did.loads) == (told.taps, told.loads) == (4, 1)
    must_be_finished(appointment)
    context.close()
    assert errors == []


def test_by_keyboard_alone(live_gunicorn: str, page: Page, appointment: Appointment) -> None:
    page.set_viewport_size(LANDSCAPE)  # type: ignore[arg-type]
    open_screen(page, live_gunicorn, appointment)
    page.get_by_label("Subjective").focus()
    page.keyboard.type("Slept badly. /desk")
    expect(page.get_by_role("option", name="Long hours at a desk.")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Subjective")).to_have_value("Slept badly. Long hours at a desk.")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("dialog", name="Finish the session")).to_be_visible()
    page.keyboard.press("2")
    expect(page.locator("#finish [data-scale-said]").first).to_contain_text("Saved")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("radio", name="card terminal")).to_be_checked()
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("Signed. Completed.")).to_be_visible()
    assert SessionNote.objects.get(appointment=appointment).subjective == "Slept badly. Long hours at a desk."
    must_be_finished(appointment)


def test_without_javascript_it_is_the_same(live_gunicorn: str, browser: Browser, appointment: Appointment) -> None:
    context = browser.new_context(viewport=PORTRAIT, java_script_enabled=False, locale="en-GB")  # type: ignore[arg-type]
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    open_screen(page, live_gunicorn, appointment)
    page.get_by_role("button", name="Arrived").click()
    expect(page.locator("#session-head").get_by_text("Arrived")).to_be_visible()
    page.locator(".session-client").locator("label", has_text=re.compile("^6$")).click()
    page.get_by_role("button", name="Save the numbers").click()
    expect(page.locator(".session-client").get_by_role("radio", name="6", exact=True)).to_be_checked()
    page.get_by_role("button", name="Copy last").click()
    expect(page.get_by_label("Objective")).to_have_value("Left side tight")
    page.locator("label[for=area-neck-left]").click()
    page.get_by_role("button", name="Complete and rebook").click()
    sheet = page.locator("#finish")
    sheet.locator("label", has_text=re.compile("^2$")).click()
    sheet.locator("label", has_text="card terminal").click()
    sheet.get_by_role("button", name="Complete and book").click()
    expect(page.get_by_text("Signed. Completed.")).to_be_visible()
    assert SessionNote.objects.get(appointment=appointment).worked_on != ""
    must_be_finished(appointment)
    context.close()


def test_arrived_is_a_tap_that_can_be_taken_back(live_gunicorn: str, page: Page, appointment: Appointment) -> None:
    open_screen(page, live_gunicorn, appointment)
    page.get_by_label("Subjective").fill("half a sent")
    did = Counted(page)
    did.begin()
    arrived = page.get_by_role("button", name="Arrived")
    arrived.click()
    expect(arrived).to_have_attribute("aria-pressed", "true")
    said = page.locator("#session-head").get_by_text("Arrived")
    expect(said).to_be_visible()
    expect(page.get_by_label("Subjective")).to_have_value("half a sent")
    arrived.click()
    expect(arrived).to_have_attribute("aria-pressed", "false")
    expect(said).to_have_count(0)
    assert did.loads == 0


def test_pain_is_kept_at_a_tap(live_gunicorn: str, page: Page, appointment: Appointment) -> None:
    open_screen(page, live_gunicorn, appointment)
    column = page.locator(".session-client")
    column.locator("label", has_text=re.compile("^7$")).click()
    expect(column.locator("[data-scale-said]").first).to_contain_text("Saved")
    page.keyboard.press("1")
    page.keyboard.press("0")
    expect(column.get_by_role("radio", name="10")).to_be_checked()
    # What says "Saved" may still be about the seven.
    tens = PainScore.objects.filter(appointment=appointment.public_id, moment="before", value=10)
    wait_until(tens.exists, "the ten is kept")
    expect(column.locator("[data-scale-said]").first).to_contain_text("Saved")


def test_what_was_worked_on_is_marked_in_the_figure_and_saved_by_itself(
    live_gunicorn: str, page: Page, appointment: Appointment
) -> None:
    page.set_viewport_size(LANDSCAPE)  # type: ignore[arg-type]
    open_screen(page, live_gunicorn, appointment)
    page.get_by_role("checkbox", name="Lower back, left").first.dispatch_event("click")
    saved(page)
    page.get_by_text("Choose from a list").click()
    page.locator("#area-neck-right").focus()
    page.keyboard.press("Space")
    expect(page.get_by_role("status").filter(has_text="Not saved yet")).to_be_visible()
    saved(page)
    assert set(SessionNote.objects.get(appointment=appointment).worked_on.split()) == {"lower-back:left", "neck:right"}


def test_chips_and_the_last_note_are_a_start(live_gunicorn: str, page: Page, appointment: Appointment) -> None:
    open_screen(page, live_gunicorn, appointment)
    page.get_by_label("Plan", exact=True).fill("Rest.")
    page.get_by_role("button", name="Same areas next time.").click()
    page.get_by_role("button", name="Copy last").click()
    expect(page.get_by_label("Plan", exact=True)).to_have_value("Rest. Same areas next time.")
    expect(page.get_by_label("Objective")).to_have_value("Left side tight")
    saved(page)


def test_another_interval_proposes_other_times(live_gunicorn: str, page: Page, appointment: Appointment) -> None:
    open_screen(page, live_gunicorn, appointment)
    before = page.locator("#bar-next").inner_text()
    page.get_by_label("Again in (weeks)").fill("4")
    page.get_by_label("Again in (weeks)").press("Tab")
    expect(page.locator("#bar-next")).not_to_have_text(before)


def test_it_is_one_screen_and_fit_for_all(live_gunicorn: str, page: Page, appointment: Appointment) -> None:
    open_screen(page, live_gunicorn, appointment)
    wrong = {}
    for width in (360, 820, 1280):
        judge = complaints_in_both if width == 360 else complaints_elsewhere
        page.set_viewport_size({"width": width, "height": 900})
        if found := [*judge(page), *([] if fits(page) else ["wider than the screen"])]:
            wrong[f"screen at {width}"] = found
        page.get_by_role("button", name="Whole plan").click()
        page.get_by_role("button", name="Complete and rebook").click()
        if found := [*judge(page), *([] if fits(page) else ["wider than the screen"])]:
            wrong[f"sheet and whole plan at {width}"] = found
        page.keyboard.press("Escape")
        page.get_by_role("button", name="Whole plan").click()
        cell = page.locator(".session-client .scale-row > div").first.bounding_box()
        assert cell is not None
        assert cell["height"] >= 44
        assert width > 360 or cell["width"] >= 44, "as wide as a finger on a phone"
    assert wrong == {}
    page.set_viewport_size(LANDSCAPE)  # type: ignore[arg-type]
    # It was 3,600 px with the note last: now the note and all it is written from begin on the first screen.
    assert page.locator(".session-columns").bounding_box()["height"] < 1100  # type: ignore[index]
    for part in ("#note", "#plan", "#session-bar"):
        expect(page.locator(part)).to_be_in_viewport()


def test_the_figure_grows_and_shrinks_and_a_signed_note_says_what_is_open(
    live_gunicorn: str, page: Page, appointment: Appointment
) -> None:
    open_screen(page, live_gunicorn, appointment)
    page.get_by_role("button", name="Larger").click()
    page.get_by_role("button", name="Smaller").click()
    expect(page.get_by_role("button", name="Larger")).to_be_visible()
    page.get_by_label("Subjective").fill("Neck stiff")
    page.get_by_role("button", name="Sign", exact=True).click()
    expect(page.get_by_text("Still open: pain after, payment, next appointment.")).to_be_visible()
    page.locator("#note").get_by_role("button", name="Finish the session").click()
    expect(page.get_by_role("dialog", name="Finish the session")).to_be_visible()


def test_cancel_is_a_tap_away_before_the_session(live_gunicorn: str, cast: Cast, page: Page) -> None:
    appointment = cast.appointment(cast.at(10))
    open_screen(page, live_gunicorn, appointment)
    bar = page.locator("#session-bar")
    bar.get_by_role("link", name="Cancel").click()
    expect(page.get_by_label("Why is it cancelled?")).to_be_in_viewport()
    bar.get_by_role("link", name="Move").click()
    page.wait_for_url(f"**/{appointment.public_id}/move/")


def test_the_whole_plan_is_a_tap_away_by_keyboard(live_gunicorn: str, page: Page, appointment: Appointment) -> None:
    open_screen(page, live_gunicorn, appointment)
    expect(page.get_by_label("Add an oil or a tip")).to_be_hidden()
    tab_to(page, "[data-unfold]")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Add an oil or a tip")).to_be_visible()
