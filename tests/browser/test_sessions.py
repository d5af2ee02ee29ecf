"""What only a browser knows of a sign-in that ends: the word before, the tap that keeps it, a note that is found."""

import datetime as dt
import os
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from playwright.sync_api import Page, Response, expect

from booking.models import SessionNote
from clinic.models import Device
from tests.browser.axe import complaints_in_both
from tests.browser.story import walk
from tests.fixtures.cast import PASSWORD, Cast

pytestmark = [pytest.mark.browser, pytest.mark.slow]
NOTE = "Left shoulder, since the move."
SHOTS = os.environ.get("SESSION_SHOTS", "")


def put_back(minutes: int) -> None:
    """Let every sign-in be so many minutes older, with nothing done since."""
    store = import_module(settings.SESSION_ENGINE).SessionStore
    for row in Session.objects.all():
        session = store(row.session_key)
        if "seen" in session:
            for name in ("began", "seen"):
                session[name] = (dt.datetime.fromisoformat(session[name]) - dt.timedelta(minutes=minutes)).isoformat()
            session.save()


def posted(address: str) -> Callable[[Response], bool]:
    """Whether something answers a POST to that address."""
    return lambda answer: answer.request.method == "POST" and answer.url.endswith(address)


def shot(page: Page, name: str) -> None:
    if SHOTS:
        for width in (360, 1280):
            for scheme in ("light", "dark"):
                page.set_viewport_size({"width": width, "height": 760})
                page.emulate_media(color_scheme=scheme)
                page.screenshot(path=Path(SHOTS) / f"{name}-{width}-{scheme}.png")
        page.set_viewport_size({"width": 320, "height": 760})
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, name
        page.set_viewport_size({"width": 1280, "height": 900})
        page.emulate_media(color_scheme="light")


@pytest.mark.invariant("I11")
def test_a_note_typed_when_the_sign_in_had_ended_is_found_and_sent(live_gunicorn: str, cast: Cast, page: Page) -> None:
    appointment = cast.appointment(dt.datetime.now(dt.UTC) - dt.timedelta(hours=1))
    walk.let_staff_sign_in()
    walk.sign_in(page, live_gunicorn, "mira@stillwater.example")
    page.goto(f"{live_gunicorn}/desk/appointments/{appointment.public_id}/")
    # Before anything is typed: a note that saves itself meanwhile would keep the sign-in.
    put_back(31)
    page.fill("[name=subjective]", NOTE)
    page.get_by_role("button", name="Save", exact=True).first.click()
    walk.heading(page, "Sign in")
    shot(page, "sign-in")
    page.get_by_label("E-mail").fill("mira@stillwater.example")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    walk.heading(page, "Not sent yet")
    expect(page.get_by_role("definition").filter(has_text=NOTE)).to_be_visible()
    shot(page, "unsent")
    assert not complaints_in_both(page)
    page.get_by_role("button", name="Send it now").click()
    expect(page.locator("[name=subjective]")).to_have_value(NOTE)
    assert SessionNote.objects.get().subjective == NOTE


def test_the_page_says_before_the_end_and_one_tap_or_typing_keeps_it(
    live_gunicorn: str, cast: Cast, page: Page
) -> None:
    appointment = cast.appointment(dt.datetime.now(dt.UTC) - dt.timedelta(hours=1))
    walk.let_staff_sign_in()
    walk.sign_in(page, live_gunicorn, "mira@stillwater.example")
    page.clock.install()
    page.goto(f"{live_gunicorn}/desk/appointments/{appointment.public_id}/")
    soon = page.get_by_text("You will be signed out soon")
    expect(soon).to_be_hidden()
    put_back(26)
    page.clock.fast_forward("26:00")
    expect(soon).to_be_visible()
    expect(page.locator(".session-end")).to_have_attribute("role", "status")
    shot(page, "warning")
    assert not complaints_in_both(page)
    page.get_by_role("button", name="Stay signed in").click()
    expect(soon).to_be_hidden()
    put_back(26)
    # Both must have been answered before the sign-in is put back: a request that still writes it would undo that.
    with page.expect_response(posted("/note/autosave/")), page.expect_response(posted("/accounts/session/")):
        page.locator("[name=subjective]").press_sequentially("a")
        page.clock.fast_forward("02:00")
    put_back(20)
    page.clock.fast_forward("20:00")
    expect(soon).to_be_hidden()
    page.goto(f"{live_gunicorn}/accounts/2fa/")
    shot(page, "account")
    assert not complaints_in_both(page)
    page.get_by_role("button", name="It stays at the practice").click()
    expect(page.get_by_text("marked as the practice's own").first).to_be_visible()
    assert Device.objects.get().is_practice_device
    put_back(241)
    page.goto(f"{live_gunicorn}/desk/week/")
    walk.heading(page, "Welcome back, Mira Feld")
    shot(page, "unlock")
    assert not complaints_in_both(page)
    page.get_by_label("Your password, or a code from the app").fill(PASSWORD)
    page.get_by_role("button", name="Open").click()
    page.wait_for_url("**/desk/week/")
