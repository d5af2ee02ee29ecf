"""The hour that autumn repeats: whoever types it is asked which of the two is meant, and nobody else is asked."""

import datetime as dt
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone

from booking.desk.calendar.dates import wall_time_from_query, wall_time_query
from booking.models import TimeOff
from tests.fixtures.browser import Browser
from tests.fixtures.cast import Cast

NIGHT, BERLIN = dt.date(2027, 10, 31), ZoneInfo("Europe/Berlin")
FIRST, SECOND = (dt.datetime(2027, 10, 31, hour, 30, tzinfo=dt.UTC) for hour in (0, 1))


@pytest.fixture
def desk(cast: Cast) -> Browser:
    """The owner at the desk."""
    browser = Browser()
    browser.force_login(cast.owner)
    return browser


@pytest.mark.parametrize(("which", "moment"), [("0", FIRST), ("1", SECOND)])
def test_time_off_may_begin_in_either(cast: Cast, desk: Browser, which: str, moment: dt.datetime) -> None:
    day = NIGHT.isoformat()
    typed = {
        "therapist": "all",
        "first_day": day,
        "from_time": "02:30",
        "last_day": day,
        "until_time": "12:00",
        "reason": "Night course",
    }
    asked = desk.post("/desk/time-off/", typed)
    page = asked.content.decode()
    assert asked.status_code == 422
    assert page.count('name="from_time_which"') == 2
    assert "02:30 CEST" in page
    assert "02:30 CET" in page
    assert "until_time_which" not in page, "noon comes once"
    assert 'value="Night course"' in page, "nothing that was typed is lost"
    assert not TimeOff.objects.exists()
    assert desk.post("/desk/time-off/", {**typed, "from_time_which": which}).status_code == 302
    off = TimeOff.objects.get()
    assert (off.starts_at, off.ends_at) == (moment, dt.datetime(2027, 10, 31, 12, tzinfo=BERLIN))
    shown = desk.get("/desk/time-off/").content.decode()
    assert f"02:30 {moment.astimezone(BERLIN).tzname()}" in shown


@pytest.mark.parametrize(("which", "moment"), [("0", FIRST), ("1", SECOND)])
def test_an_appointment_may_be_moved_into_either(cast: Cast, desk: Browser, which: str, moment: dt.datetime) -> None:
    with time_machine.travel(dt.datetime(2027, 10, 20, 12, tzinfo=dt.UTC)):
        desk.force_login(cast.owner)
        appointment = cast.appointment(cast.at(10))
        address = reverse("booking:desk-appointment-move", args=[appointment.public_id])
        typed = {"therapist": cast.mira.public_id, "day": NIGHT.isoformat(), "time": "02:30"}
        typed |= {"override": "on", "override_reason": "The client flies at five that morning"}
        assert "time_which" in desk.post(address, typed).content.decode()
        assert desk.post(address, {**typed, "time_which": which}).status_code == 302
        appointment.refresh_from_db()
        assert appointment.starts_at == moment


@pytest.mark.parametrize(("typed", "moment"), [("02:30 CEST", FIRST), ("2:30 am cet", SECOND)])
def test_the_admin_takes_the_zone_behind_the_time(cast: Cast, desk: Browser, typed: str, moment: dt.datetime) -> None:
    address = reverse("admin:booking_timeoff_add")
    off = {"therapist": cast.tess.pk, "reason": "", "starts_at_0": NIGHT.isoformat(), "starts_at_1": "02:30"}
    off |= {"ends_at_0": "31.10.2027", "ends_at_1": "12:00"}
    asked = desk.post(address, off).content.decode()
    assert "02:30 CEST" in asked
    assert "02:30 CET" in asked
    assert desk.post(address, {**off, "starts_at_1": typed}).status_code == 302
    made = TimeOff.objects.get()
    assert made.starts_at == moment
    page = desk.get(reverse("admin:booking_timeoff_change", args=[made.pk])).content.decode()
    assert f'value="02:30 {moment.astimezone(BERLIN).tzname()}"' in page


def test_a_time_that_the_clocks_skip_is_refused(cast: Cast, desk: Browser) -> None:
    off = {"therapist": cast.tess.pk, "reason": "", "starts_at_0": "2027-03-28", "starts_at_1": "02:30"}
    off |= {"ends_at_0": "2027-03-28", "ends_at_1": "12:00"}
    page = desk.post(reverse("admin:booking_timeoff_add"), off)
    assert page.status_code == 200
    assert "that time does not exist" in page.content.decode()
    assert not TimeOff.objects.exists()


@pytest.mark.parametrize("moment", [FIRST, SECOND])
def test_the_address_of_a_gap_says_which_hour_it_begins_in(moment: dt.datetime) -> None:
    with timezone.override(BERLIN):
        asked = QueryDict(urlencode(wall_time_query(moment)))
    wall = wall_time_from_query(asked)
    assert wall is not None
    assert wall.replace(tzinfo=BERLIN).astimezone(dt.UTC) == moment
