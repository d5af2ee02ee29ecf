"""The free times at the desk while those of another choice are on their way."""

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.story import walk
from tests.fixtures.cast import House

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_times_of_an_earlier_choice_cannot_be_chosen_while_others_load(
    live_gunicorn: str, house: House, page: Page
) -> None:
    walk.let_staff_sign_in()
    walk.sign_in(page, live_gunicorn, "mira@stillwater.example")
    page.goto(f"{live_gunicorn}/desk/book/?service={house.regular.slug}&day={house.day().isoformat()}")
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
