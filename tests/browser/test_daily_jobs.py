"""The jobs of every day, done as a person does them and counted: the guide's table says the same numbers.

The eighth, from the note to rebooked, is counted in tests/browser/test_session_screen.py.
"""

import datetime as dt
import re

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from booking.models import Appointment, Payment, Receipt, Reminder, ReminderState, Status, TimeOff
from clients.models import Client
from tests.browser.axe import complaints_in_both
from tests.browser.counting import Counter, documented
from tests.browser.story import walk
from tests.browser.test_desk_panel import card, drag, health_form, open_day, place
from tests.browser.test_tablet import PIN, fill_in
from tests.fixtures.cast import Cast

pytestmark = [pytest.mark.browser, pytest.mark.slow]
MIRA = "mira@stillwater.example"


@pytest.fixture
def counter(page: Page) -> Counter:
    """Counts what is done on the page."""
    return Counter(page)


def test_book_a_known_client(live_gunicorn: str, cast: Cast, page: Page, counter: Counter) -> None:
    health_form(cast.ana)
    open_day(page, live_gunicorn, cast)
    counter.begin()
    began = timezone.now()
    page.mouse.click(*place(page, cast, "Mira Feld", 14.1))
    expect(page.get_by_label("Name, phone or e-mail")).to_be_focused()
    page.keyboard.type("lin")
    page.get_by_role("button", name=re.compile("Ana Lind")).click()
    expect(page.get_by_text("Known from the health form")).to_be_visible()
    page.locator("dialog").get_by_role("button", name="Book", exact=True).click()
    expect(page.get_by_text("Booked.")).to_be_visible()
    assert timezone.now() - began < dt.timedelta(seconds=20)
    made = Appointment.objects.get()
    assert (made.client, made.therapist, made.starts_at) == (cast.ana, cast.mira, cast.at(14))
    expect(card(page, made)).to_be_visible()
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert counter.cost == documented("book a known client")


def test_a_walk_in(live_gunicorn: str, cast: Cast, page: Page, counter: Counter) -> None:
    open_day(page, live_gunicorn, cast)
    counter.begin()
    page.mouse.click(*place(page, cast, "Mira Feld", 14.1))
    page.get_by_text("A new client").click()
    page.get_by_label("First name").fill("Omar")
    page.get_by_label("Last name").fill("Reyes")
    page.locator("dialog").get_by_label("Phone", exact=True).fill("030 5550 288")
    page.get_by_text("Asked: none of these is true").click()
    page.locator("dialog").get_by_role("button", name="Book", exact=True).click()
    expect(page.get_by_text("Booked.")).to_be_visible()
    assert Appointment.objects.get().client.last_name == "Reyes"
    assert counter.cost == documented("book a walk-in")


@pytest.mark.invariant("I2", "I5")
def test_move(live_gunicorn: str, cast: Cast, page: Page, counter: Counter) -> None:
    appointment = cast.appointment(cast.at(10))
    open_day(page, live_gunicorn, cast)
    counter.begin()
    drag(page, appointment, cast, "Jonas Weber", 16)
    expect(page.locator("[data-drag-word]")).to_have_text("Free")
    page.mouse.up()
    expect(page.get_by_role("heading", name="Move Ana Lind?")).to_be_visible()
    appointment.refresh_from_db()
    assert appointment.starts_at == cast.at(10), "a drop asks and moves nothing"
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Moved.")).to_be_visible()
    appointment.refresh_from_db()
    assert (appointment.starts_at, appointment.therapist) == (cast.at(16), cast.jonas)
    assert counter.cost == documented("move to another time and therapist")
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("It stands where it stood.")).to_be_visible()
    appointment.refresh_from_db()
    assert (appointment.starts_at, appointment.therapist) == (cast.at(10), cast.mira)
    assert not Reminder.objects.filter(kind="moved", state=ReminderState.DUE).exists()
    assert counter.loads == 0


def test_block_an_afternoon(live_gunicorn: str, cast: Cast, page: Page, counter: Counter) -> None:
    open_day(page, live_gunicorn, cast)
    counter.begin()
    x, begin = place(page, cast, "Mira Feld", 14)
    page.mouse.move(x, begin + 3)
    page.mouse.down()
    page.mouse.move(x, place(page, cast, "Mira Feld", 17)[1] - 3, steps=8)
    page.mouse.up()
    page.locator("dialog").get_by_role("link", name="Block time").click()
    page.get_by_role("button", name="Block this time").click()
    expect(page.get_by_text("Blocked.")).to_be_visible()
    off = TimeOff.objects.get()
    assert (off.therapist, off.starts_at, off.ends_at) == (cast.mira, cast.at(14), cast.at(17))
    assert counter.cost == documented("block time")
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("Open again.")).to_be_visible()
    assert not TimeOff.objects.exists()


def test_a_new_client_without_e_mail_whose_form_is_signed(
    live_gunicorn: str, cast: Cast, page: Page, counter: Counter
) -> None:
    """With a PIN that is set already. What the client does on the tablet is theirs and not counted."""
    open_day(page, live_gunicorn, cast)
    set_pin(page, live_gunicorn, cast)
    open_day_again(page, live_gunicorn, cast)
    counter.begin()
    page.mouse.click(*place(page, cast, "Mira Feld", 14.1))
    page.get_by_text("A new client").click()
    page.get_by_label("First name").fill("Cleo")
    page.get_by_label("Last name").fill("Ng")
    page.get_by_text("Asked: none of these is true").click()
    page.locator("dialog").get_by_role("button", name="Book", exact=True).click()
    page.locator(".card-drawn", has_text="Cleo Ng").click()
    page.get_by_role("button", name="Hand over the tablet").click()
    walk.heading(page, "Welcome, Cleo")
    before = counter.cost
    fill_in(page, "Cleo Ng")
    expect(page.get_by_text("Please give the tablet back.")).to_be_visible()
    by_client = counter.cost
    page.get_by_role("link", name="For the team").click()
    page.get_by_label("Your PIN").fill(PIN)
    page.get_by_role("button", name="Open the desk").click()
    page.wait_for_url("**/desk/appointments/**")
    cleo = Client.objects.get(first_name="Cleo")
    assert cleo.valid_consent(version=cast.practice.consent_version) is not None
    now, told = counter.cost, documented("a new client without e-mail, health form signed")
    ours = (
        now.taps - by_client.taps + before.taps,
        now.fields - by_client.fields + before.fields,
        now.loads - by_client.loads + before.loads,
    )
    assert ours == (told.taps, told.fields, told.loads)
    page.goto(f"{live_gunicorn}/desk/clients/{cleo.public_id}/card/")
    assert complaints_in_both(page) == []
    page.emulate_media(media="print")
    expect(page.locator(".appointment-card")).to_be_visible()
    expect(page.get_by_role("link", name="Calendar")).to_be_hidden()


def set_pin(page: Page, site: str, cast: Cast) -> None:
    """Mira has handed over before: her PIN is set."""
    made = cast.appointment(cast.at(9), client=cast.ben)
    page.goto(f"{site}/desk/appointments/{made.public_id}/")
    page.get_by_role("button", name="Hand over the tablet").click()
    page.get_by_label("A PIN of your own").fill(PIN)
    page.get_by_label("The PIN again").fill(PIN)
    page.get_by_role("button", name="Hand over the tablet").click()
    page.get_by_role("link", name="For the team").first.click()
    page.get_by_label("Your PIN").fill(PIN)
    page.get_by_role("button", name="Open the desk").click()
    page.wait_for_url("**/desk/appointments/**")


def open_day_again(page: Page, site: str, cast: Cast) -> None:
    """The day of the cast, drawn."""
    page.goto(f"{site}/desk/?day={cast.day().isoformat()}&who=all")
    expect(page.locator(".ec-main")).to_be_visible()


def test_take_a_payment_with_its_receipt(live_gunicorn: str, cast: Cast, page: Page, counter: Counter) -> None:
    over = cast.appointment(cast.at(9) - dt.timedelta(days=21), status=Status.COMPLETED)
    walk.be_signed_in(page, live_gunicorn, MIRA)
    page.goto(f"{live_gunicorn}/desk/appointments/{over.public_id}/")
    counter.begin()
    page.get_by_role("link", name=re.compile("Payment")).click()
    page.get_by_text("Cash", exact=True).click()
    page.get_by_role("button", name="Take it and write the receipt").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Receipt no. 1")
    paid = Payment.objects.get()
    assert (paid.amount, paid.method, Receipt.objects.get().amount) == (over.price, "cash", over.price)
    assert counter.cost == documented("take a payment, with its receipt")


def test_find_a_free_hour_next_week(live_gunicorn: str, cast: Cast, page: Page, counter: Counter) -> None:
    open_day(page, live_gunicorn, cast)
    counter.begin()
    page.get_by_role("link", name="Who is free?").click()
    page.get_by_role("link", name="Next week").click()
    expect(page.get_by_role("link", name="Next week")).to_have_attribute("aria-current", "true")
    expect(page.locator(".free-day a").first).to_be_visible()
    assert counter.cost == documented("find a free hour next week")
    page.locator(".free-day dd > a", has_text="15:00").first.click()
    expect(page.get_by_role("heading", name="Book an appointment")).to_be_visible()
    expect(page.locator(".when summary strong")).to_contain_text("15:00")
    expect(page.get_by_label("Therapist")).not_to_have_value("")
