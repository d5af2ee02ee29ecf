"""From the intake to the client's page over the therapist's desk: by keyboard, without JavaScript, on a small phone."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from booking.models import Appointment
from clients.intake.actions import request_intake, submit_intake
from clients.models import CarePlan, CarePlanItem, Intake
from tests.browser.axe import complaints, complaints_in_both
from tests.browser.story import walk
from tests.browser.test_intake import care_link, fits, tab_to
from tests.clients.steps import fill
from tests.fixtures.cast import Cast
from tests.fixtures.pages import PATIENCE_MS

pytestmark = [pytest.mark.browser, pytest.mark.slow]
PHONE = {"width": 360, "height": 780}


@pytest.fixture
def planned(cast: Cast) -> tuple[Appointment, CarePlan]:
    """Ana's appointment, and the plan made from her intake."""
    appointment = cast.appointment(cast.at(10))
    row = fill(request_intake(cast.ana, technique_slug="regular-massage", appointment=appointment.public_id))
    return appointment, submit_intake(row).plans.get()


def tips(plan: CarePlan) -> list[str]:
    """The names of the tips that are the client's, in order."""
    released = plan.items.filter(kind="home-care", state=CarePlanItem.State.RELEASED)
    return list(released.values_list("name", flat=True))


def test_by_keyboard_a_therapist_orders_swaps_stars_adds_and_approves(
    live_gunicorn: str, page: Page, planned: tuple[Appointment, CarePlan]
) -> None:
    appointment, plan = planned
    first, second, *_others = tips(plan)
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    walk.be_signed_in(page, live_gunicorn, "mira@stillwater.example")
    page.goto(f"{live_gunicorn}/desk/appointments/{appointment.public_id}/")
    tab_to(page, "[data-unfold]")
    page.keyboard.press("Enter")
    up = page.get_by_role("button", name=f"Up: {second}")
    up.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name=f"Up: {second}")).to_be_disabled()
    expect(page.get_by_role("button", name=f"Down: {second}")).to_be_focused()
    assert tips(plan)[:2] == [first, second]
    swap = page.locator("button[name=swap]").first
    name = swap.inner_text()
    swap.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("checkbox", name=name)).to_be_checked()
    expect(page.get_by_role("checkbox", name=name)).to_be_focused()
    page.get_by_role("radio", name=re.compile(f"The one thing this week.*{re.escape(name)}")).focus()
    page.keyboard.press("Space")
    tab_to(page, "#plan-find")
    page.keyboard.type("cat and cow")
    page.keyboard.press("Enter")
    expect(page.get_by_role("checkbox", name="Cat and cow")).to_be_checked()
    assert (complaints(page), fits(page)) == ([], True)
    tab_to(page, "#plan .actions .btn-primary")
    page.keyboard.press("Enter")
    expect(page.get_by_text("The plan is approved.")).to_be_visible()
    assert name in tips(plan)
    plan.refresh_from_db()
    assert plan.starred
    assert plan.items.get(slug=plan.one_thing).name == name
    page.goto(care_link(live_gunicorn, plan))
    expect(page.get_by_role("heading", level=1)).to_have_text("This week, one thing")
    expect(page.get_by_role("main")).to_contain_text(name)
    assert (complaints(page), fits(page)) == ([], True)


def test_without_javascript_it_is_the_same(
    live_gunicorn: str, browser: Browser, planned: tuple[Appointment, CarePlan]
) -> None:
    appointment, plan = planned
    first, second, *_others = tips(plan)
    context = browser.new_context(viewport=PHONE, java_script_enabled=False)  # type: ignore[arg-type]
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    walk.be_signed_in(page, live_gunicorn, "mira@stillwater.example")
    page.goto(f"{live_gunicorn}/desk/appointments/{appointment.public_id}/")
    page.get_by_role("button", name=f"Down: {first}").click()
    expect(page.get_by_role("button", name=f"Up: {second}")).to_be_disabled()
    page.get_by_label("Add an oil or a tip").fill("pack")
    page.get_by_role("button", name="Search").last.click()
    page.get_by_role("button", name="Cold pack").click()
    expect(page.get_by_role("checkbox", name="Cold pack")).to_be_checked()
    page.get_by_role("button", name="Approve for the client").click()
    expect(page.get_by_text("The plan is approved.")).to_be_visible()
    assert tips(plan)[:2] == [second, first]
    assert "Cold pack" in tips(plan)
    context.close()


def test_an_emergency_at_the_desk_is_clean_fits_and_goes_when_it_is_seen_to(
    live_gunicorn: str, page: Page, cast: Cast, planned: tuple[Appointment, CarePlan]
) -> None:
    Intake.objects.create(client=cast.ana, catalogue_version="1", red_flags=["ces-saddle-numbness"], triage="emergency")
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    walk.be_signed_in(page, live_gunicorn, "mira@stillwater.example")
    for path in ("desk/", f"desk/appointments/{planned[0].public_id}/", f"desk/clients/{cast.ana.public_id}/"):
        page.goto(f"{live_gunicorn}/{path}")
        expect(page.get_by_role("region", name="Emergency answer")).to_be_visible()
        assert (path, complaints_in_both(page), fits(page)) == (path, [], True)
    page.get_by_role("button", name="I have seen to it").click()
    expect(page.get_by_text("Noted: you see to it.")).to_be_visible()
    expect(page.get_by_role("region", name="Emergency answer")).to_have_count(0)
