"""A practice in the United States: no page and no mail is left with a clock of twenty-four hours."""

import datetime as dt
import re
from dataclasses import replace
from html import unescape
from zoneinfo import ZoneInfo

import pytest
from django.urls import Resolver404, resolve, reverse
from django.utils import timezone

from booking.appointments.screening import SafetyAnswers
from booking.appointments.session_notes import NoteText, sign_note
from booking.appointments.time_off import block_time
from booking.models import Appointment, MessageText, Reminder, ReminderState, Service, TimeOff
from booking.reminders.kind import worded_kinds
from booking.reminders.sample import sample_mail
from booking.waitlist.matching import Preferences
from clinic.models import OutgoingMail, Practice
from tests.booking.appointments.series.cast import repeated
from tests.booking.records.people import ana_was_here
from tests.booking.website.me.conftest import ask_for_code
from tests.booking.website.visitor import Visitor
from tests.fixtures.actions import join_waitlist, move, save_note
from tests.fixtures.browser import Browser
from tests.fixtures.cast import Cast
from tests.sweeps.test_reading_changes_nothing import due_now

# A time of day that no AM or PM follows. In a citation the volume and page of a journal look alike, behind a semicolon.
OTHER_CLOCK = re.compile(
    r'(?<![\d:.;)€$"-])(?:[01]?\d|2[0-3])[:.][0-5]\d'
    r"(?::[0-5]\d)?(?![\d:%]|\s?(?:AM|PM|percent)\b)"
)
AFTERNOON = re.compile(r"\b(?:1[0-2]|[1-9]):[0-5]\d PM\b")
UNSEEN = re.compile(r"<(script|style|head)\b.*?</\1>|<!--.*?-->", re.DOTALL)
LINK = re.compile(r'href="(/[^"#]*)')
SPOKEN = re.compile(r'(?:aria-label|title|placeholder|alt)="([^"]*)"')
# A download is no page; signing out ends the walk; entries of the catalogue know no time.
LEFT_OUT = re.compile(
    r"\.ics|/logout|/sign-out|/static/|/calendar|/data/practice|/export|jsi18n|/feed|\.js|\.css|/history/"
)


@pytest.fixture
def american(cast: Cast) -> Cast:
    """The cast in New York, in dollars, with a full afternoon."""
    practice = cast.practice
    practice.country, practice.time_zone, practice.currency = "US", "America/New_York", "USD"
    practice.phone = "+1 212 555 0101"
    practice.save()
    there = replace(cast, practice=Practice.current())
    ana_was_here(there)
    repeated(there, start=there.at(14))
    later = there.appointment(there.at(15, 30, ahead=8), client=there.ben, therapist=there.jonas, room=there.blue_room)
    move(later, start=there.at(17, 30, ahead=8), therapist=there.jonas, via=Appointment.Via.DESK, by=there.owner)
    note = there.appointment(timezone.now() - dt.timedelta(days=3), client=there.ben)
    save_note(note, text=NoteText(subjective="Better"))
    sign_note(note, text=NoteText(subjective="Better"), by=there.owner)
    block_time(therapist=there.tess, starts_at=there.at(13, ahead=6), ends_at=there.at(18, ahead=6), reason="Course")
    return there


def seen(page: str) -> str:
    """What a page says to somebody who reads or hears it."""
    plain = UNSEEN.sub(" ", page)
    spoken = " | ".join(SPOKEN.findall(plain))
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", plain)) + " | " + spoken)


def walk(browser: Browser, *starts: str, most: int = 2) -> dict[str, str]:
    """What every page says that can be reached by links: at most so many of one kind, by their addresses."""
    waiting, found, kinds = list(starts), {}, dict[str, int]()
    while waiting:
        address = unescape(waiting.pop(0))
        path = address.partition("?")[0]
        try:
            kind = resolve(path).view_name
        except Resolver404:
            continue
        if address in found or kinds.get(kind, 0) >= most or LEFT_OUT.search(address):
            continue
        answer = browser.get(address)
        if answer.status_code in {301, 302}:
            waiting.insert(0, answer["Location"])
            kinds[kind] = kinds.get(kind, 0)
            found[address] = ""
            continue
        assert answer.status_code < 500, address
        if not answer["Content-Type"].startswith("text/html") or answer.streaming:
            continue
        kinds[kind] = kinds.get(kind, 0) + 1
        page = answer.content.decode()
        found[address] = seen(page)
        waiting += LINK.findall(page)
    return {address: text for address, text in found.items() if text}


def must_be_american(pages: dict[str, str]) -> int:
    """No page says a time on the other clock; how many say one in the afternoon."""
    found = {address: OTHER_CLOCK.search(text) for address, text in pages.items()}
    wrong = {address: each.string[each.start() - 40 : each.end() + 20] for address, each in found.items() if each}
    assert not wrong
    return sum(bool(AFTERNOON.search(text)) for text in pages.values())


@pytest.mark.slow
def test_the_desk_and_the_admin(american: Cast) -> None:
    browser = Browser()
    browser.force_login(american.owner)
    day = american.day().isoformat()
    pages = walk(
        browser, f"/desk/?day={day}&who=all", f"/desk/week/?day={day}", "/desk/clients/", "/desk/time-off/", "/admin/"
    )
    assert len(pages) >= 100
    assert must_be_american(pages) >= 15
    week = pages[f"/desk/week/?day={day}"]
    assert week.index("Sunday") < week.index("Monday") < week.index("Saturday")


def test_the_public_pages(american: Cast) -> None:
    visitor = Visitor(Browser())
    visitor.answers(american.regular)
    slug = american.regular.slug
    day = american.day().isoformat()
    pages = walk(visitor.client, "/", f"/book/{slug}/times/?day={day}", f"/book/{slug}/waitlist/", most=3)
    appointment = visitor.has_booked(american.regular, american.at(15, ahead=10))
    pages |= walk(visitor.client, reverse("booking:appointment", args=[appointment.public_id]), most=4)
    assert len(pages) >= 12
    assert must_be_american(pages) >= 5
    times = pages[f"/book/{slug}/times/?day={day}"]
    assert times.index("Su Mo Tu") if "Su Mo Tu" in times else times.index("Sunday") < times.index("Monday")


def test_a_clients_own_pages(american: Cast) -> None:
    browser = Browser()
    browser.post("/me/code/", {"code": ask_for_code(browser, "ana@example.org")})
    pages = walk(browser, "/me/", most=3)
    assert len(pages) >= 8
    assert must_be_american(pages) >= 2


def test_every_kind_of_mail(american: Cast) -> None:
    appointment = (
        Appointment.objects.with_people().filter(status="confirmed", starts_at__gt=timezone.now()).earliest("starts_at")
    )
    said = []
    for kind in worded_kinds():
        opening = "On {date} at {time}." if "date" in kind.variables else ""
        words = sample_mail(MessageText(kind=kind.code, opening=opening), Practice.current(), appointment)
        said.append((kind.code, words.subject, words.text, seen(words.html)))
    wrong = [(kind, OTHER_CLOCK.findall(" ".join(each))) for kind, *each in said if OTHER_CLOCK.search(" ".join(each))]
    assert not wrong
    assert len(said) >= 14
    assert sum("2:00 PM" in text and "2:00 PM" in html for _kind, _subject, text, html in said) >= 7


def test_what_really_goes_out(american: Cast) -> None:
    join_waitlist(
        client=american.ben,
        service=american.regular_90,
        answers=SafetyAnswers(),
        suits=Preferences(frozenset(range(7)), dt.time(13), dt.time(17), american.day(), american.day(20)),
        via=Appointment.Via.DESK,
    )
    Reminder.objects.filter(state=ReminderState.DUE).update(due_at=timezone.now())
    due_now()
    mails = list(OutgoingMail.objects.exclude(text=""))
    assert len(mails) >= 4
    for mail in mails:
        said = " ".join([mail.subject, mail.text, seen(mail.html)])
        assert not OTHER_CLOCK.findall(said), mail.kind
    assert sum("2:00 PM" in mail.text or "5:30 PM" in mail.text for mail in mails) >= 2


def test_the_admin_shows_and_takes_half_past_two(american: Cast) -> None:
    browser = Browser()
    browser.force_login(american.owner)
    hot = Service.objects.get(pk=american.hot_stone.pk)
    hot.first_start = dt.time(14, 30)
    hot.save()
    address = reverse("admin:booking_service_change", args=[hot.pk])
    page = browser.get(address).content.decode()
    assert 'value="2:30 PM"' in page
    typed = {**sent_by(page), "first_start": "10:15 am", "last_start": "3:45 PM", "price": "12.50"}
    assert browser.post(address, typed).status_code == 302
    hot.refresh_from_db()
    assert (hot.first_start, hot.last_start) == (dt.time(10, 15), dt.time(15, 45))
    off = {"therapist": american.tess.pk, "reason": "", "starts_at_0": "12/24/2030", "starts_at_1": "2:30 PM"}
    off |= {"ends_at_0": "2030-12-24", "ends_at_1": "18:00"}
    assert browser.post(reverse("admin:booking_timeoff_add"), off).status_code == 302
    zone = ZoneInfo("America/New_York")
    starts = dt.datetime(2030, 12, 24, 14, 30, tzinfo=zone)
    blocked = TimeOff.objects.latest("pk")
    assert (blocked.starts_at, blocked.ends_at) == (starts, starts + dt.timedelta(hours=3, minutes=30))


def sent_by(page: str) -> dict[str, str]:
    """What the main form of an admin page sends when nobody touches it."""
    fields: dict[str, str] = {}
    for tag in re.findall(r"<input\b[^>]*>", page):
        attrs = dict(re.findall(r'(\w+)="([^"]*)"', tag))
        ticked = attrs.get("type") not in {"checkbox", "radio"} or " checked" in tag
        if "name" in attrs and ticked and attrs.get("type") not in {"submit", "file"}:
            fields[attrs["name"]] = unescape(attrs.get("value", "on" if attrs.get("type") == "checkbox" else ""))
    for name, inner in re.findall(r'<select name="([^"]*)"[^>]*>(.*?)</select>', page, re.DOTALL):
        chosen = re.search(r'<option value="([^"]*)" selected', inner)
        fields[name] = chosen[1] if chosen else ""
    for name, inner in re.findall(r'<textarea name="([^"]*)"[^>]*>(.*?)</textarea>', page, re.DOTALL):
        fields[name] = unescape(inner.strip())
    return fields
