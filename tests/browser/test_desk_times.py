"""Times at the desk: the free ones while those of another choice are on their way, and those of a client's file."""

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.story import walk
from tests.fixtures.cast import Cast

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_times_of_an_earlier_choice_cannot_be_chosen_while_others_load(
    live_gunicorn: str, cast: Cast, page: Page
) -> None:
    walk.be_signed_in(page, live_gunicorn, "mira@stillwater.example")
    page.goto(f"{live_gunicorn}/desk/book/?service={cast.regular.slug}&day={cast.day().isoformat()}")
    times = page.get_by_role("group", name="Free times")
    a_time = times.get_by_role("radio").first
    expect(a_time).to_be_enabled()
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/desk/book/times/**", hold)
    with page.expect_request("**/desk/book/times/**"):
        page.get_by_label("Therapist").select_option(index=1)
    expect(a_time).to_be_disabled()
    held[0].continue_()
    expect(a_time).to_be_enabled()


def test_in_the_file_an_appointments_time_never_runs_into_its_name(live_gunicorn: str, cast: Cast, page: Page) -> None:
    cast.appointment(cast.at(10))
    walk.be_signed_in(page, live_gunicorn, "mira@stillwater.example")
    page.goto(f"{live_gunicorn}/desk/clients/{cast.ana.public_id}/")
    when = page.locator(".dated .line-time").first
    for width in (1280, 800, 390):
        page.set_viewport_size({"width": width, "height": 860})
        assert when.evaluate("each => each.scrollWidth <= each.clientWidth"), f"{width} px"
