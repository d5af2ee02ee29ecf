"""The settings in a browser: a week painted by mouse, touch, keys and without scripts; a colleague who is invited and
comes in; a passkey; a mail's words looked at before they are kept."""

import datetime as dt
import re
from collections.abc import Iterator
from uuid import UUID

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from booking.models import DeliveryState, MessageText, Therapist, WebhookEvent, WorkingHours
from booking.webhooks.actions import add_endpoint
from clinic.accounts import factor
from clinic.accounts.pins import set_pin
from clinic.models import ApiKey, OutgoingMail, Practice, Scope, SecurityEvent, User
from clinic.programs.keys import make_api_key, revoke_api_key
from tests.browser.axe import complaints_in_both, wrong_at
from tests.browser.hands import Keys
from tests.browser.story import walk
from tests.fixtures.cast import PASSWORD, Cast
from tests.fixtures.pages import PATIENCE_MS

pytestmark = [pytest.mark.browser, pytest.mark.slow]
OWNER = "owner@stillwater.example"
NEW = "words that only Nora puts together"
TABLET, DESK, PHONE = 820, 1280, 360
PAGES = (
    *(
        "",
        "practice/",
        "rules/",
        "quiet/",
        "safety/",
        "services/",
        "services/new/",
        "add-ons/new/",
        "rooms/",
        "rooms/new/",
    ),
    *(
        "team/",
        "team/new/",
        "closed/",
        "closed/year/",
        "mails/",
        "mails/confirmation/",
        "care/",
        "people/",
        "people/invite/",
    ),
    *("programs/", "programs/new/", "webhooks/", "webhooks/new/"),
)


@pytest.fixture
def lena(cast: Cast) -> Therapist:
    """Lena, who has no hours yet."""
    return Therapist.objects.create(name="Lena")


@pytest.fixture
def touch(browser: Browser) -> Iterator[Page]:
    """An owner on a tablet."""
    context = browser.new_context(viewport={"width": TABLET, "height": 1180}, has_touch=True, locale="en-GB")
    context.set_default_timeout(PATIENCE_MS)
    yield context.new_page()
    context.close()


def hours_address(site: str, therapist: Therapist) -> str:
    """The page of a therapist's week."""
    return site + reverse("booking:desk-settings-hours", args=[therapist.pk])


def cell(page: Page, day: str, clock: str) -> tuple[float, float]:
    """The middle of a quarter of the week, scrolled to where it can be seen."""
    found = page.get_by_role("gridcell", name=f"{day} {clock}", exact=True)
    found.scroll_into_view_if_needed()
    box = found.bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def week_of(therapist: Therapist) -> list[tuple[int, dt.time, dt.time]]:
    """The hours on file."""
    rows = WorkingHours.objects.filter(therapist=therapist).order_by("weekday", "starts")
    return [(row.weekday, row.starts, row.ends) for row in rows]


def save_week(page: Page) -> None:
    """Press the button, and wait for the answer."""
    page.get_by_role("button", name="Save this week").click()
    expect(page.get_by_text("Saved.")).to_be_visible()


def test_a_week_is_painted_by_mouse(live_gunicorn: str, page: Page, page_errors: list[str], lena: Therapist) -> None:
    walk.be_signed_in(page, live_gunicorn, OWNER)
    page.goto(hours_address(live_gunicorn, lena))
    start = cell(page, "Monday", "09:00")
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move(*cell(page, "Wednesday", "12:45"), steps=8)
    page.mouse.up()
    page.mouse.click(*cell(page, "Tuesday", "09:00"))
    save_week(page)
    assert week_of(lena) == [
        (0, dt.time(9), dt.time(13)),
        (1, dt.time(9, 15), dt.time(13)),
        (2, dt.time(9), dt.time(13)),
    ]
    assert page_errors == []


def test_a_week_is_painted_by_touch(live_gunicorn: str, touch: Page, lena: Therapist) -> None:
    walk.be_signed_in(touch, live_gunicorn, OWNER)
    touch.goto(hours_address(live_gunicorn, lena))
    x, y = cell(touch, "Friday", "08:00")
    to_x, to_y = cell(touch, "Saturday", "09:45")
    fingers = touch.context.new_cdp_session(touch)
    fingers.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": x, "y": y}]})
    for step in range(1, 6):
        point = {"x": x + (to_x - x) * step / 5, "y": y + (to_y - y) * step / 5}
        fingers.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [point]})
    fingers.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    save_week(touch)
    assert week_of(lena) == [(4, dt.time(8), dt.time(10)), (5, dt.time(8), dt.time(10))]


def test_a_week_is_painted_by_keys_alone(live_gunicorn: str, page: Page, lena: Therapist) -> None:
    walk.be_signed_in(page, live_gunicorn, OWNER)
    page.goto(hours_address(live_gunicorn, lena))
    page.get_by_role("gridcell", name="Monday 09:00", exact=True).focus()
    page.keyboard.press("Space")
    for _quarter in range(3):
        page.keyboard.press("Shift+ArrowDown")
    page.keyboard.press("Shift+ArrowRight")
    expect(page.get_by_role("gridcell", name="Tuesday 09:45", exact=True)).to_have_attribute("aria-selected", "true")
    expect(page.locator("[data-told]")).to_contain_text("Tuesday")
    while page.evaluate("document.activeElement.textContent.trim()") != "Save this week":
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Saved.")).to_be_visible()
    assert week_of(lena) == [(0, dt.time(9), dt.time(10)), (1, dt.time(9, 45), dt.time(10))]


def test_hours_are_listed_and_kept_without_scripts(live_gunicorn: str, browser: Browser, lena: Therapist) -> None:
    context = browser.new_context(java_script_enabled=False, locale="en-GB")
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    walk.be_signed_in(page, live_gunicorn, OWNER)
    page.goto(hours_address(live_gunicorn, lena))
    expect(page.get_by_role("grid")).to_have_count(0)
    row = page.get_by_role("group", name="More hours").first
    row.get_by_label(re.compile(r"^\s*Weekday")).select_option(label="Thursday")
    row.get_by_label(re.compile(r"^\s*From")).fill("10:10")
    row.get_by_label(re.compile(r"^\s*To")).fill("12:00")
    page.get_by_role("button", name="Save the list").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    assert week_of(lena) == [(3, dt.time(10, 10), dt.time(12))]
    context.close()


def test_a_colleague_is_invited_chooses_a_password_and_a_second_factor_and_is_at_the_desk(
    live_gunicorn: str, page: Page, browser: Browser, cast: Cast
) -> None:
    walk.be_signed_in(page, live_gunicorn, OWNER)
    page.goto(f"{live_gunicorn}/desk/settings/people/")
    page.get_by_role("link", name="Invite a colleague").click()
    page.get_by_label("Name").fill("Nora Quist")
    page.get_by_label(re.compile("E-mail")).fill("nora@stillwater.example")
    page.locator("label", has_text="Front desk").click()
    page.get_by_role("button", name="Send the invitation").click()
    expect(page.get_by_text("Nora Quist").first).to_be_visible()
    mail = OutgoingMail.objects.get(kind="invitation")
    link = re.search(r"/invitation/\S+/", mail.text)
    assert link is not None
    Practice.objects.update(second_factor_required=True)
    context = browser.new_context(locale="en-GB")
    context.set_default_timeout(PATIENCE_MS)
    nora = context.new_page()
    nora.goto(live_gunicorn + link[0])
    walk.heading(nora, "Welcome, Nora Quist")
    assert complaints_in_both(nora) == []
    nora.get_by_label("Your password").fill(NEW)
    nora.get_by_label("The same again").fill(NEW)
    nora.get_by_role("button", name="Come in").click()
    walk.heading(nora, "Set up your second factor")
    secret = nora.locator("code.key").inner_text()
    nora.locator("#id_code").fill(factor.totp(secret, factor.step_now()))
    nora.get_by_role("button", name="Switch it on").click()
    walk.heading(nora, "ecovery codes")
    nora.goto(f"{live_gunicorn}/desk/")
    expect(nora.get_by_role("link", name="Book", exact=True)).to_be_visible()
    expect(nora.get_by_role("link", name="Settings")).to_have_count(0)
    context.close()


def test_a_passkey_is_made_and_opens_the_desk_without_password_and_code(
    live_gunicorn: str, page: Page, page_errors: list[str], cast: Cast
) -> None:
    walk.let_staff_sign_in()
    # A passkey belongs to a name; browsers give none to an address of numbers.
    site = live_gunicorn.replace("127.0.0.1", "localhost")
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    device.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    walk.sign_in(page, site, OWNER)
    page.goto(f"{site}/accounts/2fa/")
    page.get_by_role("link", name="Add a passkey").click()
    expect(page.get_by_role("button", name="Make the passkey")).to_be_visible()
    look_at(page, page_errors)
    page.get_by_label("What to call it").fill("The tablet")
    page.get_by_role("button", name="Make the passkey").click()
    walk.heading(page, "ecovery codes")
    owner = User.objects.get(email=OWNER)
    assert SecurityEvent.objects.filter(user=owner, kind="passkey-on").exists()
    for path in ("/accounts/2fa/", "/accounts/2fa/webauthn/"):
        page.goto(site + path)
        expect(page.get_by_text("The tablet").first).to_be_visible()
        look_at(page, page_errors)
    page.context.clear_cookies()
    page.goto(f"{site}/accounts/login/?next=/desk/settings/")
    look_at(page, page_errors)
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url(re.compile("[0-9]/desk/"))
    page.context.clear_cookies()
    page.goto(f"{site}/accounts/login/")
    page.get_by_label(re.compile("E-mail")).fill(OWNER)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    walk.heading(page, "Your code")
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url(re.compile("[0-9]/desk/"))
    # It shows once more who one is, before something that guards the sign-in.
    page.goto(f"{site}/accounts/2fa/webauthn/reauthenticate/?next=/desk/settings/")
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url(re.compile("[0-9]/desk/settings/"))
    # It also takes back a device that was handed over, whose PIN and password are forgotten.
    set_pin(owner, "740218")
    page.goto(f"{site}/desk/appointments/{cast.appointment(cast.at(10)).public_id}/")
    page.get_by_role("button", name="Hand over the tablet").click()
    page.get_by_role("link", name="For the team").first.click()
    expect(page.get_by_role("button", name="Use a passkey")).to_be_visible()
    look_at(page, page_errors)
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url(re.compile("[0-9]/desk/"))
    assert page_errors == []


def look_at(page: Page, page_errors: list[str]) -> None:
    """Nothing is wrong with the page as it stands. To measure, axe sets styles of its own, which the policy refuses."""
    assert page_errors == []
    assert complaints_in_both(page) == []
    page_errors.clear()


def test_a_mails_words_are_changed_looked_at_and_kept(live_gunicorn: str, page: Page, cast: Cast) -> None:
    walk.be_signed_in(page, live_gunicorn, OWNER)
    page.goto(f"{live_gunicorn}/desk/settings/mails/")
    page.get_by_role("link", name="Confirmation").click()
    opening = page.get_by_label("Opening")
    assert "Thank you for booking" in opening.input_value()
    opening.fill("Lovely that you come, {first_name}.")
    page.get_by_role("button", name="Preview").click()
    expect(page.locator(".settings-preview")).to_contain_text("Lovely that you come, Alex.")
    assert not MessageText.objects.exists()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    assert MessageText.objects.get().opening == "Lovely that you come, {first_name}."


@pytest.mark.slow(seconds=35)
def test_no_page_of_the_settings_has_a_violation_or_overflows(
    live_gunicorn: str, page: Page, page_errors: list[str], cast: Cast
) -> None:
    walk.be_signed_in(page, live_gunicorn, OWNER)
    rows = [reverse(f"booking:desk-settings-{noun}", args=[key]) for noun, key in rows_to_open(cast)]
    found = {}
    for path in [*(f"/desk/settings/{each}" for each in PAGES), *rows]:
        page.goto(live_gunicorn + path)
        assert page_errors == [], path
        if wrong := wrong_at(page, PHONE, TABLET, DESK):
            found[path] = wrong
        # To measure, axe sets styles of its own, which the policy refuses.
        page_errors.clear()
    assert found == {}


def rows_to_open(cast: Cast) -> list[tuple[str, int | UUID]]:
    """One row of each kind that has a page, by what stands in its address."""
    for name in ("Bookkeeping", "Old website"):
        key, _text = make_api_key(
            name=name,
            scopes=list(Scope.values),
            networks=["192.0.2.0/24"],
            expires_at=timezone.now() + dt.timedelta(days=90),
            by=cast.owner,
            request=None,
        )
    revoke_api_key(key, by=cast.owner, request=None)
    endpoint, _secret = add_endpoint(
        url=f"https://hooks.example/{'long' * 30}", events=list(WebhookEvent.values), by=cast.owner
    )
    for state, status in ((DeliveryState.DELIVERED, 200), (DeliveryState.RETRYING, 500), (DeliveryState.FAILED, 410)):
        endpoint.deliveries.create(
            event="appointment.booked", state=state, status=status, reply="word" * 60, attempts=2
        )
    return [
        ("service", cast.hot_stone.pk),
        ("room", cast.green_room.pk),
        ("kit", cast.kit.pk),
        ("therapist", cast.mira.pk),
        ("hours", cast.mira.pk),
        ("person", cast.owner.pk),
        ("webhook", endpoint.public_id),
    ]


def test_by_keyboard_alone_a_program_gets_its_key_and_a_webhook_its_secret(
    live_gunicorn: str, page: Page, cast: Cast
) -> None:
    walk.let_staff_sign_in()
    walk.sign_in(page, live_gunicorn, OWNER)
    keys = Keys(page)
    page.goto(f"{live_gunicorn}/desk/settings/programs/")
    keys.press(page.get_by_role("link", name="Make a key"))
    keys.write(page.get_by_label("Name of the program"), "Bookkeeping")
    keys.choose(page.get_by_label("read appointments", exact=False).first)
    keys.press(page.get_by_role("button", name="Make the key"))
    expect(page.get_by_role("heading", name="The key of Bookkeeping")).to_be_visible()
    assert wrong_at(page, PHONE, TABLET, DESK) == []
    keys.press(page.get_by_role("link", name="I have copied it"))
    keys.press(page.get_by_role("link", name="Webhooks", exact=True))
    keys.press(page.get_by_role("link", name="Add a webhook"))
    keys.write(page.get_by_label("Address"), "https://93.184.215.14/desk")
    keys.press(page.get_by_role("button", name="Add it"))
    expect(page.get_by_role("heading", name="The secret for 93.184.215.14")).to_be_visible()
    assert wrong_at(page, PHONE, TABLET, DESK) == []
    keys.press(page.get_by_role("link", name="I have copied it"))
    keys.press(page.get_by_role("button", name="Pause"))
    expect(page.get_by_role("button", name="Go on")).to_be_visible()
    keys.press(page.get_by_role("button", name="Remove"))
    expect(page.get_by_role("link", name="Add a webhook")).to_be_visible()
    page.goto(f"{live_gunicorn}/desk/settings/programs/")
    keys.press(page.get_by_role("button", name="Revoke Bookkeeping"))
    expect(page.get_by_role("heading", name="No longer in use")).to_be_visible()
    assert not ApiKey.objects.live().exists()
