"""The steps of the story, as a person takes them: by what is written on the page, never by its address."""

import datetime as dt
import re
from dataclasses import dataclass
from functools import cache

from django.conf import settings
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, expect

from clinic.models import User
from tests.fixtures.cast import PASSWORD, Cast
from tests.fixtures.pages import PATIENCE_MS, watch

PHONE_WIDTH, PHONE_HEIGHT = 390, 844


@dataclass(frozen=True)
class Guest:
    """A client as they type themselves."""

    first_name: str
    last_name: str
    email: str
    phone: str = ""
    note: str = ""


def phone(browser: Browser, errors: list[str], *, scripts: bool = True) -> BrowserContext:
    """Someone else on a phone, with cookies of their own."""
    context = browser.new_context(
        viewport={"width": PHONE_WIDTH, "height": PHONE_HEIGHT},
        has_touch=True,
        locale="en-GB",
        java_script_enabled=scripts,
    )
    context.set_default_timeout(PATIENCE_MS)
    context.on("page", lambda page: watch(page, errors))
    return context


def tick(page: Page, words: str) -> None:
    """Tap the words beside a box or circle; on cards they cover it. It is on afterwards."""
    page.locator("label", has_text=words).first.click()
    expect(page.get_by_label(words).first).to_be_checked()


def heading(page: Page, words: str) -> None:
    """Wait until the page says so in its `h1`, and is there with its scripts: a key or tap finds who listens to it."""
    expect(page.get_by_role("heading", level=1)).to_contain_text(words)
    page.wait_for_load_state()


def choose_service(page: Page, site: str, minutes: int, name: str) -> None:
    """From the practice's door to the safety question of one service."""
    page.goto(site)
    page.get_by_role("link", name="Book an appointment").click()
    page.get_by_role("link", name=re.compile(rf"{minutes} minutes.*{name}")).click()
    heading(page, "Is it safe for you?")


def say_none_is_true(page: Page) -> None:
    """Answer the safety question: to relax, and the button itself says that none is true."""
    page.get_by_text("To relax", exact=True).click()
    page.get_by_role("button", name="None of these: show me times").click()


def choose_day(page: Page, day: dt.date) -> None:
    """Turn to the weeks of the day and tap it."""
    link = page.get_by_role("link", name=re.compile(rf"^{day:%A} {day.day} {day:%B}\b.*free time"))
    title = page.locator("#weeks-title")
    while not link.count():
        before = title.inner_text()
        page.get_by_role("link", name="Later weeks").click()
        expect(title).not_to_have_text(before)
    link.click()
    expect(page.get_by_role("heading", name=f"{day:%A} {day.day} {day:%B}")).to_be_visible()


def choose_time(page: Page, cast: Cast, start: dt.datetime, therapist: str = "") -> None:
    """Perhaps a therapist, then the day and the time."""
    heading(page, "When would you like to come?")
    if therapist:
        page.get_by_role("link", name=therapist, exact=True).click()
        expect(page.get_by_role("link", name=therapist, exact=True)).to_have_attribute("aria-current", "true")
    local = start.astimezone(cast.zone)
    choose_day(page, local.date())
    page.get_by_role("link", name=f"{local:%H:%M}", exact=True).click()
    heading(page, "Who is coming?")


def type_details(page: Page, guest: Guest) -> None:
    """Who comes, and the tick under the policy; not sent yet."""
    page.get_by_label("First name").fill(guest.first_name)
    page.get_by_label("Last name").fill(guest.last_name)
    page.get_by_label("E-mail").fill(guest.email)
    page.get_by_label("Phone").fill(guest.phone)
    page.get_by_label("A note for us").fill(guest.note)
    tick(page, "I accept the booking policy")


def typed(page: Page) -> Guest:
    """What stands in the fields now. The policy must be ticked too."""
    expect(page.get_by_label("I accept the booking policy")).to_be_checked()
    return Guest(
        first_name=page.get_by_label("First name").input_value(),
        last_name=page.get_by_label("Last name").input_value(),
        email=page.get_by_label("E-mail").input_value(),
        phone=page.get_by_label("Phone").input_value(),
        note=page.get_by_label("A note for us").input_value(),
    )


def send_booking(page: Page) -> None:
    """Tap the one button."""
    page.get_by_role("button", name="Book this appointment").click()


def press_continue(page: Page) -> None:
    """Save an intake page and see the next."""
    here = page.url
    page.get_by_role("button", name="Continue").click()
    page.wait_for_url(lambda url: url != here)


def fill_intake(page: Page, *, name: str) -> None:
    """The intake of someone with a stiff lower back from desk work, who takes a blood thinner."""
    page.get_by_role("link", name="Begin").click()
    page.get_by_label("Date of birth").fill("1980-05-17")
    press_continue(page)
    page.get_by_text("Pain or tightness", exact=True).click()
    page.get_by_text("Dull or aching pain").click()
    page.locator("input[value=stiffness] + label").click()
    page.locator("#div_id_pain label", has_text=re.compile(r"^\s*5\s*$")).click()
    press_continue(page)
    # On the chart, by touch: the picture is there for those who see it, the list below for everyone.
    page.locator("figure[data-view=back] [data-area^='lower-back']").first.click()
    expect(page.locator("[data-chart-said]")).to_contain_text("You marked:")
    press_continue(page)
    page.get_by_text("More than 12 weeks", exact=True).click()
    page.get_by_text("Computer work").click()
    press_continue(page)
    page.get_by_text("None of these", exact=True).click()
    press_continue(page)
    for gate in page.locator(".gate").all():
        gate.get_by_text("No", exact=True).click()
    medicines = page.locator("#div_id_gate-medicines")
    medicines.get_by_text("Yes", exact=True).click()
    medicines.get_by_text("Do you take a blood thinner").click()
    page.get_by_label("Your medicines").fill("Apixaban 5 mg, 2 × a day")
    press_continue(page)
    page.get_by_text("Medium", exact=True).click()
    press_continue(page)
    page.get_by_text("Yes", exact=True).click()
    press_continue(page)
    page.get_by_text("I agree to the treatment as described above").click()
    page.get_by_label("Your first and last name").fill(name)
    press_continue(page)
    heading(page, "Is this right?")
    expect(page.get_by_text("Apixaban 5 mg, 2 × a day")).to_be_visible()
    page.get_by_role("button", name="Send to my therapist").click()


def let_staff_sign_in() -> None:
    """Hash the team's passwords as the product does: the tests' own quick hash is unknown to a real server."""
    User.objects.update(password=real_hash())


@cache
def real_hash() -> str:
    """The password of the tests as the product keeps it: that this is slow is the point of it, so once for the run."""
    hasher = Argon2PasswordHasher()
    return hasher.encode(PASSWORD, hasher.salt())


def sign_in(page: Page, site: str, email: str, password: str = PASSWORD) -> None:
    """Someone of the team, by the page's own link."""
    page.goto(site)
    page.get_by_role("link", name="Sign in").click()
    page.get_by_label(re.compile(r"^\s*E-?mail")).fill(email)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("link", name="Book", exact=True).wait_for()
    page.wait_for_load_state()


def be_signed_in(page: Page, site: str, email: str) -> None:
    """Someone of the team who has signed in: by the cookie alone, where the form is not what a test is about."""
    browser = Client()
    browser.force_login(User.objects.get(email=email))
    cookie = browser.cookies[settings.SESSION_COOKIE_NAME]
    page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": site, "httpOnly": True}])


def choose_at_the_desk(page: Page, name: str) -> None:
    """Choose a service by its name and length; behind them stands the price."""
    option = page.get_by_label("Service").locator("option", has_text=name).first
    page.get_by_label("Service").select_option(value=option.get_attribute("value"))


def book_at_the_desk(page: Page, cast: Cast, start: dt.datetime, *, service: str, therapist: str) -> None:
    """What, when, and that the safety question was asked; then the booking. The client is chosen already."""
    local = start.astimezone(cast.zone)
    choose_at_the_desk(page, service)
    page.get_by_label("Therapist").select_option(label=therapist)
    day = page.get_by_role("textbox", name=re.compile("^Day"))
    day.fill(local.date().isoformat())
    day.press("Tab")
    # The times of the day before stand there until the new ones have come.
    expect(page.locator(f"#times input[value^='{local.date()}']").first).to_be_enabled()
    # Circle and label lie on each other, and which of the two takes the tap is the style's business.
    page.get_by_role("radio", name=f"{local:%H:%M}", exact=True).check(force=True)
    tick(page, "Asked: none of these is true")
    page.get_by_role("button", name="Book", exact=True).click()
    expect(page.get_by_role("heading", name="Book an appointment")).to_have_count(0)
