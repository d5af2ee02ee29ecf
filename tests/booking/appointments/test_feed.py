"""The private calendar of a therapist: a secret address that says when and where, and nothing of the client."""

import datetime as dt
import re

import pytest
from django.utils import timezone
from icalendar import Calendar
from pytest_django import Settings

from booking.appointments.feed import create_feed
from booking.models import Appointment, Status, Therapist
from clinic.models.links import token_digest
from tests.booking.website.visitor import database
from tests.fixtures.actions import cancel, move
from tests.fixtures.browser import Browser
from tests.fixtures.cast import Cast


@pytest.fixture
def mira(cast: Cast) -> Browser:
    """Mira at the desk."""
    assert cast.mira.user is not None
    browser = Browser()
    browser.force_login(cast.mira.user)
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


def test_the_address_opens_the_therapists_own_appointments_and_no_others(
    cast: Cast, mira: Browser, client: Browser
) -> None:
    cast.appointment(cast.at(10))
    cast.appointment(cast.at(12), status=Status.REQUESTED, client=cast.ben)
    cast.appointment(cast.at(14), status=Status.CANCELLED)
    cast.appointment(cast.at(10), therapist=cast.jonas, client=cast.ben, room=cast.blue_room)
    assert entries(client, made(mira)) == [
        (cast.at(10), cast.at(11), "Appointment", "Green room"),
        (cast.at(12), cast.at(13), "Appointment", "Green room"),
    ]


@pytest.mark.invariant("I10")
def test_it_says_nothing_of_the_client_or_the_service(cast: Cast, mira: Browser, client: Browser) -> None:
    appointment = cast.appointment(cast.at(10), service=cast.hot_stone)
    Appointment.objects.filter(pk=appointment.pk).update(client_note="a sore back", reason="a slipped disc")
    text = client.get(made(mira)).content.decode()
    for private in ("Ana", "Lind", "ana@", "sore", "disc", "Hot stone", str(cast.ana.public_id)):
        assert private not in text


def test_a_moved_appointment_keeps_its_entry_and_a_cancelled_one_goes(
    cast: Cast, mira: Browser, client: Browser
) -> None:
    address = made(mira)
    appointment = cast.appointment(cast.at(10))
    before = Calendar.from_ical(client.get(address).content).walk("VEVENT")[0]
    move(appointment, start=cast.at(14), via=Appointment.Via.DESK)
    after = Calendar.from_ical(client.get(address).content).walk("VEVENT")[0]
    assert after["uid"] == before["uid"]
    assert (str(before["sequence"]), str(after["sequence"])) == ("0", "1")
    cancel(appointment, reason="ill", via=Appointment.Via.DESK)
    assert entries(client, address) == []


def test_only_its_hash_is_stored_and_the_address_is_shown_once(cast: Cast, mira: Browser) -> None:
    secret = made(mira).removeprefix("/feed/").removesuffix(".ics")
    cast.mira.refresh_from_db()
    assert cast.mira.feed_digest == token_digest(secret)
    assert secret not in mira.get("/desk/calendar/").content.decode()
    assert secret not in str(database())


@pytest.mark.invariant("I8")
def test_a_new_address_replaces_the_old_and_stopping_closes_it(cast: Cast, mira: Browser, client: Browser) -> None:
    old, new = made(mira), made(mira)
    assert client.get(old).status_code == 404
    assert client.get(new).status_code == 200
    mira.post("/desk/calendar/stop/")
    assert client.get(new).status_code == 404


@pytest.mark.invariant("I8")
@pytest.mark.parametrize("secret", ["x", "None", "A" * 43, "A" * 5000])
def test_a_guess_is_a_404(cast: Cast, client: Browser, secret: str) -> None:
    assert client.get(f"/feed/{secret}.ics").status_code == 404


@pytest.mark.invariant("I8")
def test_whoever_left_reads_no_more(cast: Cast, client: Browser) -> None:
    address = f"/feed/{create_feed(cast.mira)}.ics"
    assert cast.mira.user is not None
    cast.mira.user.is_active = False
    cast.mira.user.save()
    assert client.get(address).status_code == 404
    address = f"/feed/{create_feed(cast.jonas)}.ics"
    Therapist.objects.filter(pk=cast.jonas.pk).update(active=False)
    assert client.get(address).status_code == 404


@pytest.mark.invariant("I9")
def test_reading_changes_nothing_and_no_get_makes_an_address(cast: Cast, mira: Browser, client: Browser) -> None:
    cast.appointment(cast.at(10))
    address = made(mira)
    mira.get("/desk/calendar/")
    before = {table: rows for table, rows in database().items() if table != "clinic_tally"}
    client.get(address)
    client.head(address)
    mira.get("/desk/calendar/")
    assert mira.get("/desk/calendar/new/").status_code == mira.get("/desk/calendar/stop/").status_code == 302
    assert {table: rows for table, rows in database().items() if table != "clinic_tally"} == before


@pytest.mark.usefixtures("within_the_hour")
def test_asking_too_often_waits(cast: Cast, client: Browser, settings: Settings) -> None:
    settings.THROTTLE_BOOKING = "2/h"
    address = f"/feed/{create_feed(cast.mira)}.ics"
    statuses = [client.get(address).status_code for _ in range(3)]
    assert statuses == [200, 200, 429]
    assert int(client.get(address)["Retry-After"]) > 0


def test_someone_of_the_team_without_a_diary_has_no_calendar(cast: Cast, client: Browser) -> None:
    client.force_login(cast.owner)
    assert "Only therapists" in client.get("/desk/calendar/").content.decode()
    assert client.post("/desk/calendar/new/").status_code == 404


def test_appointments_long_ago_are_left_out(cast: Cast, client: Browser) -> None:
    long_ago = timezone.now().replace(microsecond=0) - dt.timedelta(days=31)
    cast.appointment(long_ago)
    address = f"/feed/{create_feed(cast.mira)}.ics"
    for day in range(12):
        cast.appointment(cast.at(10) + dt.timedelta(days=day))
    assert len(entries(client, address)) == 12
