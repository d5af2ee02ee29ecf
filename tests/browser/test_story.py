"""The main job from end to end: one practice, one day's story, nothing stood in for.

Chromium, gunicorn, Celery's worker and beat, an SMTP server: all real. Every wait is for a state, none for a time.
"""

import datetime as dt
import re

import pytest
from django.db.models import F
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from booking.models import Appointment, Reminder, ReminderState, Status
from clients.models import Client
from clinic.models import Practice
from tests.browser.story import walk
from tests.browser.story.mails import mail_for
from tests.browser.story.walk import Guest, heading
from tests.fixtures.cast import Cast
from tests.fixtures.processes import Processes
from tests.fixtures.services import SmtpServer

pytestmark = [pytest.mark.browser, pytest.mark.slow]

LEA = Guest("Lea", "Winter", "lea@example.org", "+49 30 5550 201", "I come with a pram.")
NOOR = Guest("Noor", "Salem", "noor@example.org")
KAI = Guest("Kai", "Ôzgür", "kai@example.org", "+49 30 5550 202", "Second floor?")
IDA = Guest("Ida", "Moreau", "ida@example.org", "+49 30 5550 203", "Please knock.")


@pytest.fixture
def site(cast: Cast, processes: Processes, smtp_server: SmtpServer) -> str:
    """The practice, open: web server, worker and beat. Confirmations go at once and at any hour."""
    practice = cast.practice
    practice.confirmation_delay_minutes = 0
    practice.quiet_from = practice.quiet_until = dt.time(3)
    practice.save()
    walk.let_staff_sign_in()
    url, _server = processes.gunicorn()
    processes.worker()
    processes.beat()
    return url


@pytest.mark.slow(seconds=35)
@pytest.mark.invariant("I1", "I2")
def test_from_first_appointment_to_aftercare_mail_read(
    site: str, cast: Cast, smtp_server: SmtpServer, browser: Browser, page: Page, page_errors: list[str]
) -> None:
    lea = walk.phone(browser, page_errors).new_page()
    a_new_client_books(lea, site, cast)
    the_confirmation_brings_her_to_the_intake(lea, cast, smtp_server)
    she_reads_her_care_plan(lea)
    lea_appointment = Appointment.objects.get(client__email=LEA.email)
    the_reminder_falls_due(lea_appointment)

    noor = walk.phone(browser, page_errors).new_page()
    hot_stones_are_refused_kindly(noor, site)
    two_race_for_one_time(browser, page_errors, site, cast)

    the_therapist_books_at_the_desk(page, site, cast)
    the_reminder_prepares_her(lea, cast, smtp_server)
    the_appointment_comes_to_pass(lea_appointment)
    the_therapist_closes_the_appointment(page, lea_appointment, site)
    the_aftercare_is_read(lea, smtp_server, lea_appointment)

    page.locator(".desk-person summary").click()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url(re.compile(r"/$"))
    the_owner_finds_everything(page, site)
    lea_appointment.refresh_from_db()
    assert lea_appointment.status == Status.COMPLETED
    assert page_errors == []


def a_new_client_books(page: Page, site: str, cast: Cast) -> None:
    """Service, safety question, time, details, done: no account and no password."""
    walk.choose_service(page, site, 60, "Regular massage")
    walk.say_none_is_true(page)
    walk.choose_time(page, cast, cast.at(10), therapist="Mira Feld")
    walk.type_details(page, LEA)
    walk.send_booking(page)
    heading(page, "You are booked")
    expect(page.get_by_text(f"{cast.day():%A} {cast.day().day} {cast.day():%B %Y}, 10:00")).to_be_visible()
    booked = Appointment.objects.get(client__email=LEA.email)
    assert (booked.starts_at, booked.therapist, booked.status) == (cast.at(10), cast.mira, Status.CONFIRMED)


def the_confirmation_brings_her_to_the_intake(page: Page, cast: Cast, smtp_server: SmtpServer) -> None:
    """The worker's mail carries a calendar file and the link; the intake is filled step by step."""
    mail = mail_for(smtp_server, LEA.email, "Your appointment is booked")
    (event,) = mail.calendar.walk("VEVENT")
    assert event.decoded("DTSTART") == cast.at(10)
    assert event.decoded("DTEND") == cast.at(11)
    assert mail.link("appointment") in mail.text
    assert "10:00" in mail.read_by(page.context)
    page.goto(mail.link("intake"))
    heading(page, "Welcome, Lea")
    walk.fill_intake(page, name="Lea Winter")
    heading(page, "Thank you, Lea")


def she_reads_her_care_plan(page: Page) -> None:
    """One thing this week with its reason, more behind a tap; what was left out, and why."""
    page.get_by_role("button", name="Read my care plan").click()
    heading(page, "This week, one thing")
    one = page.locator(".one-thing")
    expect(one.locator(".why")).not_to_be_empty()
    one.locator("details.how > summary").click()
    expect(one.locator("details.how p").first).to_be_visible()
    expect(page.get_by_role("region", name="Also good").get_by_role("article").first).to_be_visible()
    left_out = page.locator("details", has_text="Left out:")
    left_out.locator("summary").click()
    expect(left_out).to_contain_text("Blood thinners")


def the_reminder_falls_due(appointment: Appointment) -> None:
    """The day-before reminder is due now: its row moves, as the product's clock is never faked. Beat will find it."""
    moved = Reminder.objects.filter(appointment=appointment, kind="reminder-24h", state=ReminderState.DUE)
    assert moved.update(due_at=timezone.now()) == 1


def hot_stones_are_refused_kindly(page: Page, site: str) -> None:
    """A patch forbids heat: she learns why, and takes the regular massage at the very same time in one tap."""
    page.goto(site)
    time = page.get_by_role("list", name="Hot stone massage").get_by_role("link").first
    start = time.locator("time").get_attribute("datetime")
    time.click()
    page.get_by_text("To relax", exact=True).click()
    walk.tick(page, "Do you take medicines")
    walk.tick(page, "Do you wear a medicine patch")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_text("Heat can release", exact=False).first).to_be_visible()
    expect(page.get_by_role("heading", name="Regular massage")).to_be_visible()
    page.get_by_role("link", name="Take this at the same time").click()
    heading(page, "Who is coming?")
    walk.type_details(page, NOOR)
    walk.send_booking(page)
    heading(page, "You are booked")
    booked = Appointment.objects.get(client__email=NOOR.email)
    assert start is not None
    assert (booked.starts_at, booked.service.slug) == (dt.datetime.fromisoformat(start), "regular-90")


def two_race_for_one_time(browser: Browser, errors: list[str], site: str, cast: Cast) -> None:
    """One gets it; the other is offered times that are free, keeps what was typed, and books one of them."""
    pages = {guest: walk.phone(browser, errors).new_page() for guest in (KAI, IDA)}
    for guest, page in pages.items():
        walk.choose_service(page, site, 60, "Regular massage")
        walk.say_none_is_true(page)
        walk.choose_time(page, cast, cast.at(14), therapist="Mira Feld")
        walk.type_details(page, guest)
    for page in pages.values():
        # Returns at once, so that both requests are under way together.
        page.evaluate("document.querySelector('main form').requestSubmit()")
    for page in pages.values():
        expect(page.get_by_role("heading", level=1)).to_have_text(
            re.compile("You are booked|Please choose another time")
        )
    lost = [guest for guest, page in pages.items() if "choose another" in page.inner_text("h1")]
    assert len(lost) == 1
    page = pages[lost[0]]
    expect(page.get_by_text("What you typed is kept.")).to_be_visible()
    page.locator("main .times a").first.click()
    heading(page, "Who is coming?")
    assert walk.typed(page) == lost[0]
    walk.send_booking(page)
    heading(page, "You are booked")
    at_two = Appointment.objects.filter(therapist=cast.mira, starts_at=cast.at(14))
    assert at_two.count() == 1
    assert Appointment.objects.filter(client__email__in=[KAI.email, IDA.email]).count() == 2


def the_therapist_books_at_the_desk(page: Page, site: str, cast: Cast) -> None:
    """Signs in, sees the day, books for a client with a file and for a new one."""
    walk.sign_in(page, site, "mira@stillwater.example")
    page.get_by_label("Go to a date").fill(cast.day().isoformat())
    heading(page, f"{cast.day():%A} {cast.day().day} {cast.day():%B}")
    expect(page.get_by_role("link", name="Lea Winter")).to_be_visible()

    page.get_by_role("link", name="Book", exact=True).click()
    page.get_by_label("Name, phone or e-mail").fill("ana")
    page.get_by_role("button", name=re.compile("Ana Lind")).click()
    expect(page.get_by_text("ana@example.org")).to_be_visible()
    walk.book_at_the_desk(page, cast, cast.at(16), service="Regular massage, 60 min", therapist="Jonas Weber")
    ana = Appointment.objects.get(client=cast.ana)
    assert (ana.starts_at, ana.therapist, ana.via) == (cast.at(16), cast.jonas, Appointment.Via.DESK)

    # On Ana's appointment the button means her next one.
    page.get_by_role("link", name="Calendar").click()
    page.get_by_role("link", name="Book", exact=True).click()
    page.get_by_text("A new client", exact=True).click()
    page.get_by_label("First name").fill("Omar")
    page.get_by_label("Last name").fill("Reyes")
    page.get_by_label("E-mail", exact=True).fill("omar@example.org")
    walk.book_at_the_desk(page, cast, cast.at(9), service="Back relief massage, 25 min", therapist="Tess Okafor")
    omar = Appointment.objects.get(client__email="omar@example.org")
    assert (omar.starts_at, omar.therapist) == (cast.at(9), cast.tess)


def the_reminder_prepares_her(page: Page, cast: Cast, smtp_server: SmtpServer) -> None:
    """Beat's tick found the reminder; it says how to prepare, in both bodies."""
    mail = mail_for(smtp_server, LEA.email, "Still well?")
    assert "look forward to seeing you" in mail.text
    assert "Still well?" in mail.read_by(page.context)
    page.goto(mail.link("appointment"))
    heading(page, "Your appointment")
    page.get_by_role("button", name="Yes, I will come").click()
    expect(page.get_by_text("You told us that you will come.")).to_be_visible()


def the_appointment_comes_to_pass(appointment: Appointment) -> None:
    """An appointment can be closed only once it has begun.

    The product's clock is never faked, so the rows move instead.

    All of the appointment's instants, and those of the reminders that are still due, go back by the same span.
    """
    back = appointment.ends_at - (timezone.now() - dt.timedelta(hours=3))
    Appointment.objects.filter(pk=appointment.pk).update(
        **{
            name: F(name) - back
            for name in ("starts_at", "ends_at", "blocked_from", "blocked_until", "kit_blocked_until")
        }
    )
    Reminder.objects.filter(appointment=appointment, state=ReminderState.DUE).update(
        due_at=F("due_at") - back, not_after=F("not_after") - back
    )


def the_therapist_closes_the_appointment(page: Page, appointment: Appointment, site: str) -> None:
    """Alerts first, then the plan; approved with a tap; closed as completed."""
    page.get_by_role("link", name="Clients").click()
    page.get_by_role("link", name="Winter, Lea").click()
    page.get_by_role("link", name=re.compile("Regular massage")).click()
    heading(page, "Lea Winter")
    alert = page.get_by_text("Blood thinners").first
    plan = page.get_by_role("button", name="Approve for the client")
    expect(alert).to_be_in_viewport()
    above, below = alert.bounding_box(), plan.bounding_box()
    assert above is not None
    assert below is not None
    assert above["y"] < below["y"]
    plan.click()
    expect(page.get_by_text("approved by Mira Feld")).to_be_visible()
    page.get_by_text("More", exact=True).click()
    page.get_by_role("button", name="Completed").click()
    expect(page.locator(".appointment-state").get_by_text("completed", exact=False).first).to_be_visible()
    appointment.refresh_from_db()
    assert appointment.status == Status.COMPLETED


def the_aftercare_is_read(page: Page, smtp_server: SmtpServer, appointment: Appointment) -> None:
    """The mail after the session: tips for this massage and for her, when to call, in both bodies."""
    mail = mail_for(smtp_server, LEA.email, "After your massage")
    read = mail.read_by(page.context)
    for words in ("Thank you for coming", "Call us if"):
        assert words in mail.text
        assert words in read
    tips = re.findall(r"^- (.+)$", mail.text, re.MULTILINE)
    # What is meant for the day of the session is not said on the next: past midnight the one thing is left.
    appointment.refresh_from_db()
    zone = Practice.current().zone
    assert bool(tips) == (appointment.ends_at.astimezone(zone).date() == timezone.localdate(timezone=zone))
    flat = " ".join(read.split())
    assert [tip for tip in tips if tip.strip() not in flat] == []
    # What she takes is nobody's business but hers and her therapist's (I10).
    assert "Apixaban" not in mail.text + mail.html
    page.goto(mail.link("stop"))
    expect(page.get_by_role("button", name="Send me no more")).to_be_visible()


def the_owner_finds_everything(page: Page, site: str) -> None:
    """Client, appointment and mail, in the admin."""
    walk.sign_in(page, site, "owner@stillwater.example")
    page.locator(".desk-person summary").click()
    page.get_by_role("link", name="Admin").click()
    for noun, search, found in (
        ("Clients", "lea@example.org", "Winter"),
        ("Appointments", "Winter", "completed"),
        ("Outgoing mail", "lea@example.org", "aftercare"),
    ):
        page.goto(f"{site}/admin/")
        page.locator("#content-main th a", has_text=re.compile(rf"^{noun}$")).first.click()
        page.locator("#searchbar").fill(search)
        page.get_by_role("button", name="Search").click()
        row = page.locator("#result_list tbody tr", has_text=re.compile(found, re.IGNORECASE)).first
        row.get_by_role("link").first.click()
        heading(page, "")
        expect(page.locator("#content")).to_contain_text(re.compile("Winter|lea@example.org"))
    assert Client.objects.filter(email=LEA.email).count() == 1
