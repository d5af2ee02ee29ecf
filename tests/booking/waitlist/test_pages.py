"""The page behind the mailed link: yes, no, other days, leave; and one tap for whoever came too late."""

import datetime as dt
import re
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone

from booking.appointments.screening import SafetyAnswers
from booking.errors import TemporarilyBusy
from booking.models import Appointment, Service, Status, WaitlistEndReason, WaitlistEntry, WaitlistOffer, WaitlistState
from booking.waitlist.upkeep import end_entry
from clients.models import Screening
from clinic.models import OutgoingMail, Practice
from tests.booking.waitlist.conftest import Waits, offered_now, opens, runs_out
from tests.booking.waitlist.test_joining import typed
from tests.booking.website.visitor import database, page_text
from tests.fixtures.browser import Browser
from tests.fixtures.cast import Cast
from tests.fixtures.sweeps import offer_free_times, sweep_reminders

LINK = re.compile(r"https?://[^\s\"<>]+/waitlist/[^\s\"<>]+/")


@pytest.fixture
def held(full: Cast, waits: Waits) -> WaitlistOffer:
    """Nine o'clock is held for Ana, and her mail is written."""
    entry = waits()
    opens(full, 9)
    offer = offered_now(entry)
    sweep_reminders()
    return offer


def opened(entry: WaitlistEntry) -> tuple[Browser, str]:
    """A browser that opened the newest mail's link, and the address without the token."""
    mail = OutgoingMail.objects.filter(to_email=entry.client.email).latest("created_at")
    (link,) = set(LINK.findall(mail.text))
    browser = Browser()
    answer = browser.get(link.removeprefix(settings.SITE_URL))
    assert answer["Location"] == f"/waitlist/{entry.public_id}/"
    return browser, answer["Location"]


def buttons(page: Any) -> list[str]:
    """The words on the buttons."""
    return re.findall(r"<button[^>]*>\s*(?:<[^>]+>)*([^<]+)", page.content.decode().partition("<main")[2])


@pytest.mark.invariant("I9")
def test_the_mails_link_shows_yes_and_no_and_does_neither(held: WaitlistOffer) -> None:
    before = database()
    browser, address = opened(held.entry)
    page = browser.get(address)
    assert browser.head(address).status_code == 200
    assert database() == before
    assert {"Yes, book it", "No, thank you"} <= set(buttons(page))
    assert "We hold it for you until" in page_text(page)
    assert "half of the price is due" in page_text(page)
    for acting in ("decline", "leave"):
        assert browser.get(f"{address}{acting}/").status_code == 302
    for acting in ("accept", "take"):  # where a refusal stands, which a phone may load anew
        assert browser.get(f"{address}{acting}/")["Location"] == address
    assert database() == before


def test_an_offer_past_its_cutoff_says_so_before_the_yes(full: Cast, held: WaitlistOffer) -> None:
    browser, address = opened(held.entry)
    soon = "cannot be moved or cancelled online any more"
    assert soon not in page_text(browser.get(address))
    full.regular.cancel_cutoff_hours = 24 * 60
    full.regular.save(update_fields=["cancel_cutoff_hours"])
    assert soon in page_text(browser.get(address))


def test_yes_books_and_leads_to_the_appointment(held: WaitlistOffer) -> None:
    browser, address = opened(held.entry)
    page = browser.post(f"{address}accept/", follow=True)
    assert "You are booked" in page_text(page)
    assert Appointment.objects.get(pk=held.appointment_id).status == Status.CONFIRMED
    assert "You are booked" in page_text(browser.get(address))


def test_no_lets_them_wait_on(held: WaitlistOffer) -> None:
    browser, address = opened(held.entry)
    page = browser.post(f"{address}decline/", follow=True)
    assert "You stay on the list" in page.content.decode()
    assert "You are on the waitlist" in page_text(page)
    assert Appointment.objects.get(pk=held.appointment_id).status == Status.CANCELLED


def test_a_late_yes_is_refused_kindly_with_times_one_tap_away(full: Cast, held: WaitlistOffer) -> None:
    browser, address = opened(held.entry)
    runs_out(held)
    start = opens(full, 14)
    page = browser.post(f"{address}accept/")
    assert page.status_code == 409
    assert "went on to the next in line" in page_text(page)
    value, *_later = re.findall(r'name="start" value="([^"]+)"', page.content.decode())
    done = browser.post(f"{address}take/", {"start": value}, follow=True)
    assert "You are booked" in page_text(done)
    appointment = Appointment.objects.get(status=Status.CONFIRMED)
    assert (appointment.starts_at, appointment.client) == (start, full.ana)


def test_a_page_opened_late_says_so_and_shows_what_is_free(full: Cast, held: WaitlistOffer) -> None:
    browser, address = opened(held.entry)
    runs_out(held)
    offer_free_times()
    opens(full, 14)
    page = browser.get(address)
    assert "That time went on to the next" in page_text(page)
    assert "14:00" in page_text(page)
    assert "Yes, book it" not in buttons(page)


def test_among_the_free_times_those_too_near_to_be_changed_are_named_before_the_tap(
    full: Cast, held: WaitlistOffer
) -> None:
    browser, address = opened(held.entry)
    runs_out(held)
    offer_free_times()
    opens(full, 14)
    soon, policy = "cannot be moved or cancelled online any more", "Come five minutes early."
    Practice.objects.update(policy_text=policy)
    page = browser.get(address)
    assert soon not in page_text(page)
    html = page.content.decode()
    assert html.index(policy) < html.index('name="start"'), "what the tap accepts stands before it"
    full.regular.cancel_cutoff_hours = 24 * 60
    full.regular.save(update_fields=["cancel_cutoff_hours"])
    late = browser.get(address)
    assert soon in page_text(late)
    assert late.context["changeable_from"] - timezone.now() > dt.timedelta(days=59)


def test_a_start_that_nobody_can_read_is_no_fault(held: WaitlistOffer) -> None:
    browser, address = opened(held.entry)
    for start in ("", "nonsense", "0001-01-01T00:00:00+00:00"):
        assert browser.post(f"{address}take/", {"start": start}).status_code == 302, start
    assert not Appointment.objects.filter(status=Status.CONFIRMED).exists()


def test_a_time_that_is_not_free_is_not_taken(full: Cast, held: WaitlistOffer) -> None:
    browser, address = opened(held.entry)
    page = browser.post(f"{address}take/", {"start": full.at(15).isoformat()})
    assert page.status_code == 409


@pytest.mark.invariant("I10")
def test_a_yes_that_is_not_safe_any_more_says_only_to_call(full: Cast, held: WaitlistOffer) -> None:
    told = Screening.objects.create(
        client=full.ana, technique="regular-massage", conditions=["dvt-current"], triage="ok", level="ok"
    )
    WaitlistEntry.objects.update(screening=told)
    browser, address = opened(held.entry)
    page = browser.post(f"{address}accept/")
    assert page.status_code == 422
    assert "Please call us" in page_text(page)
    assert "dvt" not in page.content.decode().lower()


def test_days_and_hours_can_be_changed(awake: Cast, waits: Waits) -> None:
    entry = waits()
    browser, address = opened(entry)
    assert browser.get(f"{address}change/").status_code == 200
    assert browser.post(f"{address}change/", typed(weekdays=[])).status_code == 422
    page = browser.post(f"{address}change/", typed(weekdays=["5"]), follow=True)
    assert "Saturday" in page_text(page)
    entry.refresh_from_db()
    assert entry.weekdays == [5]


def test_leaving_is_one_tap(awake: Cast, waits: Waits) -> None:
    entry = waits()
    browser, address = opened(entry)
    page = browser.post(f"{address}leave/", follow=True)
    assert "You are off the waitlist" in page_text(page)
    entry.refresh_from_db()
    assert (entry.state, entry.end_reason) == (WaitlistState.ENDED, WaitlistEndReason.LEFT)
    assert browser.get(f"{address}change/").status_code == 302


@pytest.mark.parametrize(("step", "action"), [("decline", "decline_offer"), ("leave", "end_entry")])
def test_at_a_bad_moment_they_are_asked_to_try_again(
    held: WaitlistOffer, monkeypatch: pytest.MonkeyPatch, step: str, action: str
) -> None:
    def busy(*_args: object, **_more: object) -> None:
        raise TemporarilyBusy("Please try again in a moment.")

    browser, address = opened(held.entry)
    monkeypatch.setattr(f"booking.waitlist.pages.{action}", busy)
    page = browser.post(f"{address}{step}/", follow=True)
    assert "try again in a moment" in page.content.decode()
    assert "Yes, book it" in buttons(page)


@pytest.mark.parametrize("why", WaitlistEndReason.values)
def test_however_it_ended_the_page_says_it_and_offers_the_way_back(awake: Cast, waits: Waits, why: str) -> None:
    entry = waits()
    browser, address = opened(entry)
    end_entry(entry, why=WaitlistEndReason(why))
    page = browser.get(address)
    assert "You are off the waitlist" in page_text(page)
    assert "/book/regular-60/" in page.content.decode()


@pytest.mark.invariant("I8")
def test_without_the_link_there_is_nothing(held: WaitlistOffer) -> None:
    stranger, address = Browser(), f"/waitlist/{held.entry.public_id}/"
    before = database()
    for each in ("", "change/"):
        assert stranger.get(address + each).status_code == 404
    for each in ("accept/", "decline/", "take/", "leave/", "change/"):
        assert stranger.post(address + each).status_code == 404
    assert database() == before


@pytest.mark.invariant("I8")
def test_the_link_of_an_erased_file_opens_nothing(full: Cast, held: WaitlistOffer) -> None:
    browser, address = opened(held.entry)
    full.ana.erased_at = timezone.now()
    full.ana.save(update_fields=["erased_at"])
    assert browser.get(address).status_code == 404


@pytest.mark.invariant("I10")
def test_no_page_or_mail_holds_an_answer(full: Cast, waits: Waits) -> None:
    entry = waits(answers=SafetyAnswers(conditions=frozenset({"epilepsy", "multiple-sclerosis"})))
    opens(full, 9)
    offered_now(entry)
    sweep_reminders()
    browser, address = opened(entry)
    pages = [browser.get(address).content.decode(), browser.get(f"{address}change/").content.decode()]
    mails = [mail.subject + mail.text + mail.html for mail in OutgoingMail.objects.all()]
    assert mails
    for text in pages + mails:
        assert "epilepsy" not in text.lower()
        assert "sclerosis" not in text.lower()


def terms_of(page: Any) -> dict[str, str]:
    """The terms that a page carries through its form."""
    return dict(re.findall(r'name="(shown_\w+)" value="([^"]*)"', page.content.decode()))


def test_a_yes_books_at_the_price_that_was_offered_and_asks_again_about_another_policy(held: WaitlistOffer) -> None:
    browser, address = opened(held.entry)
    page = browser.get(address)
    Service.objects.filter(pk=held.entry.service_id).update(price=89)
    Practice.objects.update(policy_text="Whoever comes late is massaged for less long.")
    again = browser.post(f"{address}accept/", terms_of(page))
    assert again.status_code == 409
    assert "massaged for less long" in page_text(again)
    assert "Yes, book it" in buttons(again)
    held.refresh_from_db()
    assert held.outcome == WaitlistOffer.Outcome.OPEN
    assert browser.post(f"{address}accept/", terms_of(again)).status_code == 302
    appointment = Appointment.objects.get(pk=held.appointment_id)
    assert appointment.status == Status.CONFIRMED
    assert appointment.price == 72
    assert "massaged for less long" in appointment.policy_text


def test_one_tap_on_another_time_books_at_the_price_that_stands_there(full: Cast, held: WaitlistOffer) -> None:
    opens(full, 14)
    runs_out(held)
    browser, address = opened(held.entry)
    page = browser.get(address)
    assert "60 minutes, €72" in page_text(page)
    Service.objects.filter(pk=held.entry.service_id).update(price=89)
    start = full.at(14).isoformat()
    again = browser.post(f"{address}take/", {"start": start, **terms_of(page)})
    assert again.status_code == 409
    assert "60 minutes, €89" in page_text(again)
    assert browser.post(f"{address}take/", {"start": start, **terms_of(again)}).status_code == 302
    assert Appointment.objects.get(status=Status.CONFIRMED).price == 89
