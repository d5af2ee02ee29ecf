"""An appointment dragged onto a free stretch of the day.

The drop asks, the button moves, by the rules of every other path.
"""

import pytest
from playwright.sync_api import Page, expect

from booking.models import Appointment
from tests.browser.story import walk
from tests.fixtures.cast import Cast

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def drag(page: Page, appointment: Appointment, onto: str) -> None:
    """Take an appointment on the board to the free stretch that begins then, in the column of that name."""
    name, begins = onto.split(", ")
    column = page.get_by_role("region", name=name)
    gap = column.locator("[data-drop]").filter(has_text=begins)
    page.locator(".appointment").filter(has_text=str(appointment.client)).drag_to(gap)


@pytest.mark.invariant("I2")
def test_an_appointment_is_dragged_to_a_free_stretch_of_somebody_else_and_moved_after_a_yes(
    live_gunicorn: str, cast: Cast, page: Page
) -> None:
    appointment = cast.appointment(cast.at(10))
    walk.be_signed_in(page, live_gunicorn, "mira@stillwater.example")
    page.goto(f"{live_gunicorn}/desk/?day={cast.day().isoformat()}&who=all&show=list")
    drag(page, appointment, "Jonas Weber, 15:00")
    expect(page.get_by_role("heading", name="15:00 with Jonas Weber?")).to_be_visible()
    appointment.refresh_from_db()
    assert appointment.starts_at == cast.at(10), "a drop asks and moves nothing"
    page.get_by_role("button", name="Yes, move it").click()
    expect(page.get_by_text("Moved. The client is told.")).to_be_visible()
    appointment.refresh_from_db()
    assert (appointment.starts_at, appointment.therapist) == (cast.at(15), cast.jonas)


@pytest.mark.invariant("I1", "I2")
def test_a_stretch_taken_meanwhile_refuses_the_drop_and_what_is_over_cannot_be_dragged(
    live_gunicorn: str, cast: Cast, page: Page
) -> None:
    appointment = cast.appointment(cast.at(10))
    over = cast.appointment(cast.at(12), client=cast.ben)
    Appointment.objects.filter(pk=over.pk).update(status="completed")
    walk.be_signed_in(page, live_gunicorn, "mira@stillwater.example")
    page.goto(f"{live_gunicorn}/desk/?day={cast.day().isoformat()}&who=all&show=list")
    expect(page.locator("[data-drag]")).to_have_count(1)
    drag(page, appointment, "Jonas Weber, 15:00")
    expect(page.get_by_role("heading", name="15:00 with Jonas Weber?")).to_be_visible()
    cast.appointment(cast.at(15), therapist=cast.jonas, client=cast.ben, room=cast.blue_room)
    page.get_by_role("button", name="Yes, move it").click()
    expect(page.get_by_role("alert").or_(page.locator("[data-error-summary]")).first).to_be_visible()
    appointment.refresh_from_db()
    assert appointment.starts_at == cast.at(10)
