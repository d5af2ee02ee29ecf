"""Price, way and calendars in mails: links say no more than the calendar file."""

import datetime as dt
from decimal import Decimal
from urllib.parse import parse_qs, urlsplit

import pytest
from django.utils import timezone
from icalendar import Calendar

from booking.appointments.links import mint_appointment_link
from booking.models import Appointment, Status
from booking.reminders.calendar_file import calendar_file
from booking.reminders.calendar_links import calendar_links
from clinic.models import Practice
from tests.booking.reminders.test_mail_contents import stones, words
from tests.fixtures.actions import move
from tests.fixtures.browser import Browser
from tests.fixtures.cast import Cast

pytestmark = pytest.mark.django_db
HOSTS = {"calendar.google.com", "outlook.live.com"}


def in_force(**columns: object) -> Practice:
    """The practice with other settings."""
    Practice.objects.update(**columns)
    return Practice.current()


def read(url: str) -> dict[str, str]:
    """What a link hands on."""
    return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}


def test_the_links_hold_the_time_the_place_and_the_summary_of_the_calendar_file(cast: Cast) -> None:
    appointment = cast.appointment(cast.at(10))
    links = calendar_links(appointment, cast.practice)
    assert {urlsplit(each.url).netloc for each in links} == HOSTS
    file = Calendar.from_ical(calendar_file(appointment, cast.practice, method="PUBLISH"))
    event = file.walk("VEVENT")[0]
    google, outlook = (read(each.url) for each in links)
    assert google["text"] == outlook["subject"] == str(event["summary"])
    assert google["location"] == outlook["location"] == str(event["location"])
    starts, ends = appointment.starts_at.astimezone(dt.UTC), appointment.ends_at.astimezone(dt.UTC)
    assert google["dates"] == f"{starts:%Y%m%dT%H%M%SZ}/{ends:%Y%m%dT%H%M%SZ}"
    assert dt.datetime.fromisoformat(outlook["startdt"]) == starts
    assert dt.datetime.fromisoformat(outlook["enddt"]) == ends


@pytest.mark.invariant("I10")
def test_the_links_name_neither_service_nor_person_nor_technique(cast: Cast) -> None:
    appointment = stones(cast, "anticoagulants")
    Appointment.objects.filter(pk=appointment.pk).update(status=Status.CONFIRMED)
    appointment.refresh_from_db()
    links = calendar_links(appointment, cast.practice)
    assert len(links) == 2
    for each in links:
        said = " ".join(read(each.url).values()).lower()
        for word in ("stone", "hot", "ana", "mira", "anticoag", "blood", str(appointment.public_id)):
            assert word not in said.split()
            assert word not in said or word in cast.practice.name.lower() or word in cast.practice.address.lower()


@pytest.mark.parametrize("status", [Status.REQUESTED, Status.CANCELLED, Status.NO_SHOW])
def test_what_is_not_booked_has_no_links(cast: Cast, status: Status) -> None:
    appointment = cast.appointment(cast.at(10), status=status)
    assert calendar_links(appointment, cast.practice) == []


def test_the_confirmation_has_price_tax_way_and_calendars_in_both_bodies(cast: Cast) -> None:
    in_force(directions="Across the yard.", tax_rate=Decimal(19), tax_name="VAT")
    message = words(cast.appointment(cast.at(10)), "confirmation")
    for body in (message.text, message.html):
        for word in ("60 minutes, €72, including 19% VAT", "Mira", "Lindenweg 4", "Across the yard.", *HOSTS):
            assert word in body, word


def test_the_reminder_with_preparation_has_price_and_way(cast: Cast) -> None:
    in_force(directions="Across the yard.", tax_line="No VAT by § 19 UStG")
    message = words(cast.appointment(cast.at(10)), "reminder-24h")
    for body in (message.text, message.html):
        assert "60 minutes, €72, No VAT by § 19 UStG" in body
        assert "Across the yard." in body


def test_what_the_practice_adds_costs_the_reminder_no_tip(cast: Cast) -> None:
    appointment = cast.appointment(cast.at(10))
    before = words(appointment, "reminder-24h").text
    in_force(directions="Across the yard and up the stairs. " * 20)
    after = words(appointment, "reminder-24h").text
    tips = [line for line in before.splitlines() if line.startswith("- ")]
    assert tips
    assert [line for line in after.splitlines() if line.startswith("- ")] == tips


def test_the_mail_about_a_move_has_the_new_time_for_each_calendar(cast: Cast) -> None:
    appointment = cast.appointment(cast.at(10))
    moved = move(appointment, start=cast.at(14), via=Appointment.Via.DESK)
    message = words(moved, "moved")
    starts = cast.at(14).astimezone(dt.UTC)
    for body in (message.text, message.html):
        assert f"{starts:%Y%m%dT%H%M%SZ}" in body
        assert "€72" in body


def test_a_request_is_told_without_calendars(cast: Cast) -> None:
    message = words(stones(cast, "anticoagulants"), "confirmation")
    assert not any(host in message.text + message.html for host in HOSTS)


def test_an_appointment_in_another_year_is_told_with_its_year(cast: Cast) -> None:
    in_force(horizon_days=730)
    appointment = cast.appointment(cast.at(10, ahead=400))
    year = str(appointment.starts_at.year)
    assert year != str(timezone.now().year)
    for kind in ("confirmation", "reminder-24h", "moved"):
        message = words(appointment, kind)
        assert year in message.subject
        assert year in message.text
        assert year in message.html


def test_the_page_of_the_appointment_has_the_links_beside_the_file(cast: Cast) -> None:
    appointment = cast.appointment(cast.at(10))
    browser = Browser()
    page = browser.get(f"/appointment/{mint_appointment_link(appointment)}/", follow=True).content.decode()
    assert "calendar.ics" in page
    for host in HOSTS:
        assert f'href="https://{host}' in page
        assert f'src="https://{host}' not in page
