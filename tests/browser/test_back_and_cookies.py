"""What only a browser knows: its Back button after booking, and a session cookie that is gone while a form is open."""

import pytest
from playwright.sync_api import Page, expect

from booking.models import Appointment
from tests.browser.pages import open_page, world
from tests.browser.story import walk
from tests.fixtures.cast import Cast

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_a_lost_cookie_costs_an_answer_and_no_typing_and_back_shows_what_is_booked(
    live_gunicorn: str, cast: Cast, page: Page
) -> None:
    open_page(page, "details", world(live_gunicorn, cast))
    page.fill("[name=first_name]", "Pia")
    page.fill("[name=last_name]", "Lund")
    page.fill("[name=email]", "pia@example.org")
    page.fill("[name=note]", "With a dog.")
    walk.tick(page, "I accept the booking policy")
    page.context.clear_cookies(name="sessionid")
    page.get_by_role("button", name="Book this appointment").click()
    walk.heading(page, "Is it safe for you?")
    assert Appointment.objects.filter(client__last_name="Lund").count() == 0
    walk.say_none_is_true(page)
    walk.heading(page, "Who is coming?")
    expect(page.locator("[name=last_name]")).to_have_value("Lund")
    expect(page.locator("[name=note]")).to_have_value("With a dog.")
    page.get_by_role("button", name="Book this appointment").click()
    walk.heading(page, "You are booked")
    page.go_back()
    walk.heading(page, "You are booked")
    assert Appointment.objects.filter(client__last_name="Lund").count() == 1
