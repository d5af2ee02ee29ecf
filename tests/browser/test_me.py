"""A client who comes back.

A code out of a real mail, two taps to the next appointment, and pages that everybody can use.
"""

import datetime as dt
import email
import email.policy
from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import Browser, BrowserContext, Page, expect

from booking.models import Appointment, Status
from clients.intake.actions import request_intake, submit_intake
from clinic.mail.sender import send_due
from tests.booking.website.me.conftest import CODE
from tests.browser.axe import wrong_at
from tests.browser.story import walk
from tests.browser.story.walk import heading
from tests.browser.test_keyboard_and_nojs import press, tab_to
from tests.clients.steps import fill
from tests.fixtures.cast import Cast
from tests.fixtures.pages import PATIENCE_MS

pytestmark = [pytest.mark.browser, pytest.mark.slow]
ANA = "ana@example.org"
PAGES = ("", "care/", "answers/", "consent/", "mails/", "data/", "data/seen/")


@pytest.fixture
def been(cast: Cast) -> Appointment:
    """Ana filled an intake and had a massage with Mira."""
    submit_intake(fill(request_intake(cast.ana, technique_slug="regular-massage")))
    return cast.appointment(cast.at(10) - dt.timedelta(days=21), status=Status.COMPLETED)


def code_in_mailbox() -> str:
    """The code as it stands in the file that the mail became."""
    send_due()
    newest = max(Path(settings.MAIL_DIR).glob("*sign-in*"), key=lambda path: path.name)
    letter = email.message_from_bytes(newest.read_bytes(), policy=email.policy.default)
    assert CODE.search(str(letter["Subject"])) is None
    body = letter.get_body(("plain",))
    assert body is not None
    found = CODE.search(body.get_content())
    assert found is not None
    return found[1]


def sign_in(page: Page, site: str) -> None:
    """From the practice's door to Ana's page."""
    page.goto(site)
    page.get_by_role("link", name="Your appointments").click()
    page.get_by_label("Your e-mail").fill(ANA)
    page.get_by_role("button", name="Send me a code").click()
    heading(page, "Check your mail")
    page.get_by_label("The code from the mail").fill(code_in_mailbox())
    page.get_by_role("button", name="Sign in").click()
    heading(page, "Good to see you, Ana")


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_two_taps_on_a_phone_book_the_same_again(
    live_gunicorn: str, cast: Cast, been: Appointment, browser: Browser, page_errors: list[str], scripts: bool
) -> None:
    context = walk.phone(browser, page_errors, scripts=scripts)
    page = context.new_page()
    sign_in(page, live_gunicorn)
    taps = 0
    for tap in (page.locator(".ahead-time").first, page.get_by_role("button", name="None of this is true: book it")):
        tap.tap()
        taps += 1
    heading(page, "You are booked")
    assert taps == 2
    new = Appointment.objects.exclude(pk=been.pk).get()
    assert (new.client, new.service, new.therapist, new.status) == (
        cast.ana,
        cast.regular,
        cast.mira,
        Status.CONFIRMED,
    )
    context.close()


def test_by_keyboard_alone_a_client_signs_in_and_books(
    live_gunicorn: str, cast: Cast, been: Appointment, page: Page
) -> None:
    page.goto(f"{live_gunicorn}/me/")
    tab_to(page, "[name=email]")
    page.keyboard.type(ANA)
    page.keyboard.press("Enter")
    heading(page, "Check your mail")
    tab_to(page, "[name=code]")
    page.keyboard.type(code_in_mailbox())
    page.keyboard.press("Enter")
    heading(page, "Good to see you, Ana")
    press(page, ".ahead-time")
    expect(page.get_by_role("button", name="None of this is true: book it")).to_be_visible()
    press(page, "main button.btn-primary")
    heading(page, "You are booked")


def signed_in_context(browser: Browser, site: str) -> BrowserContext:
    """Ana at 360 px."""
    context = browser.new_context(
        viewport={"width": 360, "height": 760},
        reduced_motion="reduce",
        locale="en-GB",
    )
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    sign_in(page, site)
    return context


def test_no_page_of_a_client_has_a_violation_or_is_too_wide(
    live_gunicorn: str, cast: Cast, been: Appointment, browser: Browser
) -> None:
    cast.appointment(cast.at(10))
    context = signed_in_context(browser, live_gunicorn)
    page = context.pages[0]
    again = page.locator(".ahead-time").first.get_attribute("href")
    wrong = {}
    addresses = [f"/me/{cast.ana.public_id}/{name}" for name in PAGES]
    for address in [*addresses, str(again)]:
        page.goto(f"{live_gunicorn}{address}")
        if found := wrong_at(page, 320, 1280):
            wrong[address] = found
    context.close()
    assert wrong == {}
