"""From an empty database to a client's first booking and its mail, in a browser alone; and each new page looked at.

Chromium, gunicorn, Celery's worker and beat, an SMTP server: all real. Every wait is for a state, none for a time.
"""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from booking.models import Appointment, Service, Therapist
from clinic.models import Practice, User
from tests.browser.axe import wrong_at
from tests.browser.counting import Counter
from tests.browser.story import walk
from tests.browser.story.mails import mail_for
from tests.browser.story.walk import Guest, heading
from tests.clinic.accounts.test_accounts import code_now
from tests.clinic.setup.conftest import begin_anew
from tests.fixtures.cast import PASSWORD
from tests.fixtures.pages import PATIENCE_MS
from tests.fixtures.processes import ROOT, Child, Processes
from tests.fixtures.services import SmtpServer

pytestmark = [pytest.mark.browser, pytest.mark.slow]
OWNER, SECRET_WORDS = "rosa@example.org", "slow river, seven herons"
LEA = Guest("Lea", "Winter", "lea@example.org", "+43 1 5550 201")
GUIDE = ROOT / "docs" / "set-up.md"
DESK_PAGES = ("/desk/", "/desk/setup/", "/desk/setup/services/", "/desk/setup/hours/", "/desk/settings/mail-server/")
PHONE, WIDE = 320, 1280


@pytest.fixture
def nobodys_site(processes: Processes) -> tuple[str, Child]:
    """A web server on a database in which nobody has been, and its log."""
    begin_anew()
    return processes.gunicorn(workers=1)


def code_in_log(server: Child) -> str:
    """The set-up code, as an operator finds it."""
    found = re.findall(r"Set-up code: (\S+)", server.said())
    assert found, server.said()
    return str(found[-1])


def test_an_owner_sets_the_practice_up_and_a_client_books(
    nobodys_site: tuple[str, Child], processes: Processes, smtp_server: SmtpServer, browser: Browser, page: Page
) -> None:
    site, server = nobodys_site
    processes.worker()
    processes.beat()
    count = Counter(page)
    page.goto(site)
    count.begin()
    she_makes_it_hers(page, code_in_log(server))
    she_sets_a_second_factor(page)
    she_ticks_services_and_hours(page)
    she_names_a_room(page)
    she_tests_the_mail(page, smtp_server)
    cost = count.cost
    told = re.search(r"(\d+) pages, (\d+) taps and (\d+) typed fields", GUIDE.read_text("utf-8"))
    assert told is not None, "the guide tells what it costs"
    assert (cost.loads, cost.taps, cost.fields) == tuple(map(int, told.groups()))
    Practice.objects.update(quiet_from="03:00", quiet_until="03:00", confirmation_delay_minutes=0)

    lea = walk.phone(browser, []).new_page()
    a_client_books(lea, site)
    mail = mail_for(smtp_server, LEA.email, "Your appointment is booked")
    assert mail.message["From"].startswith("Linden Massage")
    assert mail.calendar.walk("VEVENT")
    page.goto(f"{site}/desk/setup/")
    line = page.locator("li", has_text="A first test booking")
    expect(line.get_by_text("done", exact=True)).to_be_visible()


def she_makes_it_hers(page: Page, code: str) -> None:
    """Two pages: the practice, and her."""
    heading(page, "Set up your practice")
    page.get_by_label("Set-up code").fill(code)
    page.get_by_label("Name of your practice").fill("Linden Massage")
    page.get_by_label("Country").select_option("AT")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_text("Europe/Vienna").first).to_be_visible()
    page.get_by_label("Your name").fill("Rosa Lind")
    page.get_by_label("Your e-mail").fill(OWNER)
    page.get_by_label("A password").fill(SECRET_WORDS)
    page.get_by_label("The same again").fill(SECRET_WORDS)
    page.get_by_role("button", name="Make it my practice").click()


def she_sets_a_second_factor(page: Page) -> None:
    """The picture or the key, six digits, recovery codes."""
    heading(page, "Set up your second factor")
    page.get_by_role("textbox").fill(code_now(page.locator("code.key").inner_text()))
    page.get_by_role("button", name="Switch it on").click()
    heading(page, "Recovery codes")
    page.get_by_role("link", name="I have kept them").click()
    expect(page.get_by_role("heading", name="Set-up: still to do")).to_be_visible()
    assert User.objects.get().is_superuser


def she_ticks_services_and_hours(page: Page) -> None:
    """The usual three are ticked already; the usual week as well."""
    page.get_by_role("link", name="Services and prices").click()
    for service, price in (("Back relief massage, 25", "45"), ("massage, 60", "80"), ("Regular massage, 90", "110")):
        page.get_by_label(re.compile(rf"Price.*{service}")).fill(price)
    page.get_by_role("button", name="Put them on the price list").click()
    page.get_by_role("link", name="Who works when").click()
    page.get_by_role("button", name="These are my hours").click()
    heading(page, "Set-up")
    assert Service.objects.count() == 3
    assert Therapist.objects.get().hours.count() == 5


def she_names_a_room(page: Page) -> None:
    """By the page that settings have for it."""
    page.get_by_role("link", name="Rooms", exact=True).click()
    page.get_by_label("Name").fill("Garden room")
    page.get_by_role("button", name="Save").click()
    heading(page, "Set-up")


def she_tests_the_mail(page: Page, smtp_server: SmtpServer) -> None:
    """To her own address, which stands there; the answer comes at once."""
    page.get_by_role("link", name="Mail server").click()
    page.get_by_role("button", name="Send it").click()
    expect(page.get_by_text("The mail server took the mail.")).to_be_visible()
    assert mail_for(smtp_server, OWNER, "This is the test mail").subject == "A test mail"
    page.get_by_role("link", name="To the set-up list").click()
    expect(page.locator("li", has_text="Mail server").get_by_text("done", exact=True)).to_be_visible()


def a_client_books(page: Page, site: str) -> None:
    """As anybody does, at the first time that is free."""
    page.goto(site)
    page.get_by_role("list", name="Regular massage").get_by_role("link").first.click()
    walk.say_none_is_true(page)
    heading(page, "Who is coming?")
    walk.type_details(page, LEA)
    walk.send_booking(page)
    heading(page, "You are booked")
    assert Appointment.objects.get().client.email == LEA.email


@pytest.fixture
def owners_page(live_gunicorn: str, browser: Browser) -> Iterator[tuple[str, Page]]:
    """The desk of an owner who has just come in."""
    begin_anew()
    User.objects.create_superuser(OWNER, PASSWORD, name="Rosa Lind")
    Practice.objects.update(second_factor_required=False)
    context = browser.new_context(reduced_motion="reduce", locale="en-GB")
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    walk.be_signed_in(page, live_gunicorn, OWNER)
    yield live_gunicorn, page
    context.close()


def test_the_pages_of_the_list_suit_everybody(owners_page: tuple[str, Page]) -> None:
    site, page = owners_page
    for path in DESK_PAGES:
        page.goto(f"{site}{path}")
        assert wrong_at(page, PHONE, WIDE) == [], path


@pytest.mark.parametrize("scripts", [True, False])
def test_the_two_pages_suit_everybody_and_need_no_script(
    nobodys_site: tuple[str, Child], browser: Browser, scripts: bool
) -> None:
    site, server = nobodys_site
    context = browser.new_context(java_script_enabled=scripts, locale="en-US", timezone_id="America/Denver")
    page = context.new_page()
    page.goto(f"{site}/book/")
    heading(page, "Set up your practice")
    expect(page.get_by_label("Country")).to_have_value("US")
    assert not scripts or wrong_at(page, PHONE, WIDE) == []
    page.get_by_label("Set-up code").fill(code_in_log(server))
    page.get_by_label("Name of your practice").fill("Linden Massage")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_label("Time zone")).to_have_value("America/Denver" if scripts else "")
    assert not scripts or wrong_at(page, PHONE, WIDE) == []
    page.get_by_label("Time zone").select_option("America/New_York")
    for label, typed in (
        ("Your name", "Rosa"),
        ("Your e-mail", OWNER),
        ("A password", SECRET_WORDS),
        ("The same", SECRET_WORDS),
    ):
        page.get_by_label(label).fill(typed)
    page.get_by_role("button", name="Make it my practice").click()
    heading(page, "Set up your second factor")
    assert Practice.read().time_zone == "America/New_York"
    context.close()
