"""The private calendar of a therapist: a secret address that says when and where, and nothing of the client."""

import datetime as dt
import re

import pytest
from django.test import Client as Browser
from django.utils import timezone
from icalendar import Calendar
from pytest_django import Settings

from booking.actions import cancel, move
from booking.actions.feeds import new_feed
from booking.models import Appointment, Therapist
from booking.models.appointment import Status
from clinic.models.links import digest
from tests.booking.public.visitor import database
from tests.fixtures.cast import House


@pytest.fixture
def mira(house: House) -> Browser:
    """Mira at the desk."""
    assert house.mira.user is not None
    browser = Browser()
    browser.force_login(house.mira.user)
    return browser


def made(desk: Browser) -> str:
    """The path of a new address, as the desk shows it."""
    page = desk.post("/desk/calendar/new/").content.decode()
    found = re.search(r'value="[^"]*(/feed/[\w-]{43}\.ics)"', page)
    assert found is not None
    return found[1]


def entries(client: Browser, address: str) -> list[tuple[dt.datetime, dt.datetime, str, str]]:
    """What a phone reads there: start, end, summary, place."""
    answer = client.get(address)
    assert answer.status_code == 200
    found = Calendar.from_ical(answer.content).walk("VEVENT")
    return [
        (each.decoded("dtstart"), each.decoded("dtend"), str(each["summary"]), str(each["location"])) for each in found
    ]


def test_the_address_opens_the_therapists_own_visits_and_no_others(
    house: House, mira: Browser, client: Browser
) -> None:
    house.visit(house.at(10))
    house.visit(house.at(12), status=Status.REQUESTED, client=house.ben)
    house.visit(house.at(14), status=Status.CANCELLED)
    house.visit(house.at(10), therapist=house.jonas, client=house.ben, room=house.blue_room)
    assert entries(client, made(mira)) == [
        (house.at(10), house.at(11), "Appointment", "Green room"),
        (house.at(12), house.at(13), "Appointment", "Green room"),
    ]


@pytest.mark.invariant("I10")
def test_it_says_nothing_of_the_client_or_the_service(house: House, mira: Browser, client: Browser) -> None:
    visit = house.visit(house.at(10), service=house.hot_stone)
    Appointment.objects.filter(pk=visit.pk).update(client_note="a sore back", reason="a slipped disc")
    text = client.get(made(mira)).content.decode()
    for private in ("Ana", "Lind", "ana@", "sore", "disc", "Hot stone", str(house.ana.public_id)):
        assert private not in text


def test_a_moved_visit_keeps_its_entry_and_a_cancelled_one_goes(house: House, mira: Browser, client: Browser) -> None:
    address = made(mira)
    visit = house.visit(house.at(10))
    before = Calendar.from_ical(client.get(address).content).walk("VEVENT")[0]
    move(visit, start=house.at(14), via=Appointment.Via.DESK)
    after = Calendar.from_ical(client.get(address).content).walk("VEVENT")[0]
    assert after["uid"] == before["uid"]
    assert (str(before["sequence"]), str(after["sequence"])) == ("0", "1")
    cancel(visit, reason="ill", via=Appointment.Via.DESK)
    assert entries(client, address) == []


def test_only_its_hash_is_stored_and_the_address_is_shown_once(house: House, mira: Browser) -> None:
    secret = made(mira).removeprefix("/feed/").removesuffix(".ics")
    house.mira.refresh_from_db()
    assert house.mira.feed_digest == digest(secret)
    assert secret not in mira.get("/desk/calendar/").content.decode()
    assert secret not in str(database())


@pytest.mark.invariant("I8")
def test_a_new_address_replaces_the_old_and_stopping_closes_it(house: House, mira: Browser, client: Browser) -> None:
    old, new = made(mira), made(mira)
    assert client.get(old).status_code == 404
    assert client.get(new).status_code == 200
    mira.post("/desk/calendar/stop/")
    assert client.get(new).status_code == 404


@pytest.mark.invariant("I8")
@pytest.mark.parametrize("secret", ["x", "None", "A" * 43, "A" * 5000])
def test_a_guess_is_a_404(house: House, client: Browser, secret: str) -> None:
    assert client.get(f"/feed/{secret}.ics").status_code == 404


@pytest.mark.invariant("I8")
def test_whoever_left_reads_no_more(house: House, client: Browser) -> None:
    address = f"/feed/{new_feed(house.mira)}.ics"
    assert house.mira.user is not None
    house.mira.user.is_active = False
    house.mira.user.save()
    assert client.get(address).status_code == 404
    address = f"/feed/{new_feed(house.jonas)}.ics"
    Therapist.objects.filter(pk=house.jonas.pk).update(active=False)
    assert client.get(address).status_code == 404


@pytest.mark.invariant("I9")
def test_reading_changes_nothing_and_no_get_makes_an_address(house: House, mira: Browser, client: Browser) -> None:
    house.visit(house.at(10))
    address = made(mira)
    mira.get("/desk/calendar/")
    before = {table: rows for table, rows in database().items() if table != "clinic_tally"}
    client.get(address)
    client.head(address)
    mira.get("/desk/calendar/")
    assert mira.get("/desk/calendar/new/").status_code == mira.get("/desk/calendar/stop/").status_code == 302
    assert {table: rows for table, rows in database().items() if table != "clinic_tally"} == before


@pytest.mark.usefixtures("within_the_hour")
def test_asking_too_often_waits(house: House, client: Browser, settings: Settings) -> None:
    settings.THROTTLE_BOOKING = "2/h"
    address = f"/feed/{new_feed(house.mira)}.ics"
    statuses = [client.get(address).status_code for _ in range(3)]
    assert statuses == [200, 200, 429]
    assert int(client.get(address)["Retry-After"]) > 0


def test_someone_of_the_team_without_a_diary_has_no_calendar(house: House, client: Browser) -> None:
    client.force_login(house.owner)
    assert "Only therapists" in client.get("/desk/calendar/").content.decode()
    assert client.post("/desk/calendar/new/").status_code == 404


def test_visits_long_ago_are_left_out(house: House, client: Browser) -> None:
    long_ago = timezone.now().replace(microsecond=0) - dt.timedelta(days=31)
    house.visit(long_ago)
    address = f"/feed/{new_feed(house.mira)}.ics"
    for day in range(12):
        house.visit(house.at(10) + dt.timedelta(days=day))
    assert len(entries(client, address)) == 12
