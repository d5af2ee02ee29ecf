"""Taking a payment with its receipt: by mouse, touch and keyboard, without JavaScript; and the paper it prints."""

import datetime as dt
import re
from decimal import Decimal

import pytest
from playwright.sync_api import Browser, Page, expect

from booking.models import Appointment, Payment, Status
from booking.payments.actions import adjust_price, record_payment
from booking.payments.receipts import issue_receipt
from tests.browser.axe import wrong_at
from tests.browser.story import walk
from tests.browser.test_print import sheets
from tests.fixtures.cast import Cast
from tests.fixtures.pages import PATIENCE_MS

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def over(cast: Cast) -> Appointment:
    """Ana's session with Mira, which nobody has paid for."""
    return cast.appointment(cast.at(9) - dt.timedelta(days=21), status=Status.COMPLETED)


def at_the_appointment(page: Page, site: str, appointment: Appointment) -> None:
    """Mira, at the appointment."""
    walk.be_signed_in(page, site, "mira@stillwater.example")
    page.goto(f"{site}/desk/appointments/{appointment.public_id}/")


def test_by_touch_on_a_phone_a_voucher_asks_for_its_number(
    live_gunicorn: str, over: Appointment, browser: Browser, page_errors: list[str]
) -> None:
    context = walk.phone(browser, page_errors)
    page = context.new_page()
    at_the_appointment(page, live_gunicorn, over)
    page.get_by_role("link", name=re.compile("Payment")).tap()
    number = page.get_by_label("Number")
    expect(number).to_be_hidden()
    page.get_by_text("Voucher", exact=True).tap()
    expect(number).to_be_visible()
    page.get_by_role("button", name="Take payment").tap()
    expect(page.get_by_text("Please write the voucher").first).to_be_visible()
    number.fill("G-117")
    page.get_by_role("button", name="Take payment").tap()
    expect(page.get_by_text("taken.")).to_be_visible()
    assert Payment.objects.get().reference == "G-117"
    context.close()


@pytest.mark.parametrize("scripts", [True, False])
def test_by_keyboard_alone_with_and_without_javascript(
    live_gunicorn: str, over: Appointment, browser: Browser, scripts: bool
) -> None:
    context = browser.new_context(java_script_enabled=scripts)
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    at_the_appointment(page, live_gunicorn, over)
    page.goto(f"{live_gunicorn}/desk/appointments/{over.public_id}/payment/")
    cash = page.get_by_role("radio", name="Cash")
    while not cash.evaluate("it => it === document.activeElement"):
        page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Tab")
    page.keyboard.type("20")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_text("taken.")).to_be_visible()
    paid = Payment.objects.get()
    assert (paid.amount, paid.method) == (Decimal(20), "card")
    context.close()


def test_a_receipt_with_everything_on_it_prints_on_one_sheet(
    live_gunicorn: str, over: Appointment, cast: Cast, page: Page
) -> None:
    cast.practice.tax_line = "Steuerfrei nach § 4 Nr. 14 UStG"
    cast.practice.tax_name, cast.practice.tax_rate, cast.practice.tax_number = "VAT", Decimal(19), "27/123/45678"
    cast.practice.save()
    for place in range(8):
        adjust_price(over, amount=Decimal(place + 1), reason=f"Something more, number {place}", by=cast.owner)
        record_payment(over, amount=Decimal(place + 1), method="cash", by=cast.owner)
    receipt = issue_receipt(over, practice=cast.practice, by=cast.owner, client_address="Torstr. 1, 10119 Berlin")
    at_the_appointment(page, live_gunicorn, over)
    page.goto(f"{live_gunicorn}/desk/receipts/{receipt.public_id}/")
    for paper in ("A4", "Letter"):
        assert sheets(page, paper) == 1
    page.emulate_media(media="print")
    expect(page.get_by_role("button", name="Print")).to_be_hidden()
    expect(page.get_by_text("Torstr. 1")).to_be_visible()


def test_nothing_to_complain_of_at_any_width(live_gunicorn: str, over: Appointment, cast: Cast, page: Page) -> None:
    record_payment(over, amount=Decimal(20), method="cash", by=cast.owner)
    receipt = issue_receipt(over, practice=cast.practice, by=cast.owner)
    at_the_appointment(page, live_gunicorn, over)
    found = {}
    for path in (f"appointments/{over.public_id}/payment/", f"receipts/{receipt.public_id}/", "takings/"):
        page.goto(f"{live_gunicorn}/desk/{path}")
        for summary in page.locator("details.more > summary").all():
            summary.click()
        if wrong := wrong_at(page, 360, 820, 1280):
            found[path] = wrong
    assert found == {}
