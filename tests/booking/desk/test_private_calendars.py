"""Private calendars at the desk: added, looked at before they block anything, paused, removed; whose they are."""

import datetime as dt
import re
from typing import Any

import pytest
from django.utils import timezone

from booking.appointments.booking_request import PersonDetails, RuleOverride
from booking.appointments.screening import SafetyAnswers
from booking.errors import SlotTaken
from booking.models import Appointment, PrivateBusy, PrivateCalendar
from booking.scheduling.private_calendars.refresh import refresh_private_calendars
from tests.fixtures.actions import book
from tests.fixtures.browser import Browser, flat
from tests.fixtures.cast import Cast
from tests.fixtures.private_calendars import MakeCalendar, feed
from tests.fixtures.receiver import Receiver, status

LIST = "/desk/private-calendars/"


@pytest.fixture
def mira(cast: Cast) -> Browser:
    """Mira at her own desk."""
    browser = Browser()
    assert cast.mira.user is not None
    browser.force_login(cast.mira.user)
    return browser


@pytest.fixture
def owner(cast: Cast) -> Browser:
    """The owner, who is no therapist."""
    browser = Browser()
    browser.force_login(cast.owner)
    return browser


def page_of(calendar: PrivateCalendar, act: str = "") -> str:
    return f"{LIST}{calendar.public_id}/{act}"


def test_an_address_is_checked_shown_and_only_then_blocks(cast: Cast, mira: Browser, elsewhere: Receiver) -> None:
    address = elsewhere.url("/canary-secret/basic.ics")
    answer = mira.post(LIST, {"address": address}, follow=True)
    calendar = PrivateCalendar.objects.get()
    assert (calendar.therapist, calendar.active, calendar.busy.count()) == (cast.mira, False, 1)
    local = cast.at(10).astimezone(cast.zone)
    said = flat(answer)
    assert cast.practice.formats.clock(local) in said
    assert "canary" not in said
    assert not list(PrivateBusy.objects.blocking(cast.at(9), cast.at(12)))
    mira.post(page_of(calendar, "use/"))
    assert list(PrivateBusy.objects.blocking(cast.at(9), cast.at(12)))
    mira.post(page_of(calendar, "pause/"))
    assert not list(PrivateBusy.objects.blocking(cast.at(9), cast.at(12)))
    mira.post(page_of(calendar, "remove/"))
    assert not PrivateCalendar.objects.exists()


def test_the_same_address_twice_is_one_calendar(cast: Cast, mira: Browser, elsewhere: Receiver) -> None:
    for _time in range(2):
        mira.post(LIST, {"address": elsewhere.url("/a.ics")})
    assert PrivateCalendar.objects.count() == 1


@pytest.mark.parametrize(
    "address",
    [
        "",
        "not an address",
        "ftp://calendar.example/a",
        "https://user:password@calendar.example/a.ics",
        "http://127.0.0.9/a.ics",
        "https://169.254.169.254/a.ics",
        "webcal://nothing.invalid/a.ics",
        "https://[::1/a.ics",
        "x" * 3000,
    ],
)
def test_a_bad_address_is_said_beside_the_field(mira: Browser, elsewhere: Receiver, address: str) -> None:
    answer = mira.post(LIST, {"address": address})
    assert answer.status_code == 422
    assert re.search(r'<input[^>]*name="address"[^>]*aria-invalid="true"', answer.content.decode())
    assert not PrivateCalendar.objects.exists()


def test_what_is_at_the_address_is_said_beside_the_field(mira: Browser, elsewhere: Receiver) -> None:
    elsewhere.respond = status(200, b"<!doctype html><title>Sign in</title>")
    assert mira.post(LIST, {"address": elsewhere.url("/a.ics")}).status_code == 422
    elsewhere.respond = status(404)
    assert mira.post(LIST, {"address": elsewhere.url("/a.ics")}).status_code == 422
    assert not PrivateCalendar.objects.exists()


def test_the_practices_own_calendar_is_refused(mira: Browser, elsewhere: Receiver, settings: Any) -> None:
    settings.SITE_URL = elsewhere.url("").rstrip("/")
    answer = mira.post(LIST, {"address": elsewhere.url("/feed/secret.ics")})
    assert answer.status_code == 422
    assert elsewhere.received == []


def test_a_colleagues_calendar_is_nobody_elses_but_the_owners(
    cast: Cast, mira: Browser, owner: Browser, private: MakeCalendar
) -> None:
    of_jonas = private(cast.jonas, name="Jonas at home")
    assert "Jonas at home" not in flat(mira.get(LIST))
    assert mira.get(page_of(of_jonas)).status_code == 404
    for act in ("use/", "pause/", "remove/", "choose/"):
        assert mira.post(page_of(of_jonas, act)).status_code == 404
    assert "Jonas at home" in flat(owner.get(LIST))
    assert owner.get(page_of(of_jonas)).status_code == 200


def test_an_owner_adds_one_for_a_therapist(cast: Cast, owner: Browser, elsewhere: Receiver) -> None:
    owner.post(LIST, {"address": elsewhere.url("/a.ics"), "therapist": str(cast.jonas.public_id)})
    assert PrivateCalendar.objects.get().therapist == cast.jonas


def test_the_calendar_shows_a_private_time_without_a_title(cast: Cast, owner: Browser, private: MakeCalendar) -> None:
    private(cast.mira)
    refresh_private_calendars()
    day = cast.day().isoformat()
    shades = owner.get("/desk/calendar/events/", {"day": day, "who": "all"}).json()["shades"]
    (shade,) = [each for each in shades if each["kind"] == "private"]
    assert (shade["start"][11:16], shade["end"][11:16], shade["column"]) == (
        "10:00",
        "11:00",
        f"therapist-{cast.mira.pk}",
    )
    rooms = owner.get("/desk/calendar/events/", {"day": day, "who": "all", "by": "room"}).json()["shades"]
    assert "private" not in {each["kind"] for each in rooms}
    board = owner.get("/desk/", {"day": day, "who": "all"}).content.decode()
    assert "canary" not in board
    free = re.findall(r'data-drop="start=[^"]*"', board)
    of_mira = [each for each in free if str(cast.mira.public_id) in each]
    assert any("T09:00&amp;until" in each and "T10:00" in each for each in of_mira)
    assert not [each for each in of_mira if "start=" + day + "T10:" in each]


def test_clients_cannot_book_it_and_the_desk_can_with_a_reason(cast: Cast, private: MakeCalendar) -> None:
    private(cast.mira)
    refresh_private_calendars()
    wish: dict[str, Any] = {
        "service": cast.regular,
        "start": cast.at(10),
        "therapist": cast.mira,
        "client": PersonDetails(first_name="Ana", last_name="Guest", email="guest@example.org"),
        "answers": SafetyAnswers(),
        "policy_accepted": True,
    }
    with pytest.raises(SlotTaken) as refused:
        book(**wish, via=Appointment.Via.API)
    assert "private" not in str(refused.value)
    booked = book(**wish, via=Appointment.Via.DESK, override=RuleOverride(reason="She said that it is fine"))
    assert (booked.starts_at, booked.therapist) == (cast.at(10), cast.mira)


def test_an_appointment_that_meets_a_private_time_stays_and_its_therapist_is_told(
    cast: Cast, mira: Browser, owner: Browser, private: MakeCalendar, elsewhere: Receiver
) -> None:
    appointment = cast.appointment(cast.at(10), therapist=cast.mira)
    private(cast.mira)
    refresh_private_calendars()
    appointment.refresh_from_db()
    assert appointment.is_active
    assert str(appointment.public_id) in flat(mira.get(LIST))
    assert LIST in re.sub(r"<nav.*?</nav>", "", flat(mira.get("/desk/")))
    assert f'href="{LIST}"' not in flat(owner.get("/desk/"))


def test_a_calendar_that_is_not_read_any_more_is_said_at_the_desk(
    cast: Cast, mira: Browser, private: MakeCalendar
) -> None:
    calendar = private(cast.mira, trouble="gone", failures=20, succeeded_at=timezone.now() - dt.timedelta(hours=5))
    assert page_of(calendar) in flat(mira.get("/desk/"))
    PrivateCalendar.objects.update(succeeded_at=timezone.now() - dt.timedelta(hours=1))
    assert page_of(calendar) not in flat(mira.get("/desk/"))
    PrivateCalendar.objects.update(succeeded_at=timezone.now() - dt.timedelta(hours=5), active=False)
    assert page_of(calendar) not in flat(mira.get("/desk/"))


def test_whoever_has_ten_is_told_so(cast: Cast, mira: Browser, private: MakeCalendar, elsewhere: Receiver) -> None:
    for number in range(10):
        private(cast.mira, address=elsewhere.url(f"/{number}.ics"))
    assert mira.post(LIST, {"address": elsewhere.url("/eleven.ics")}).status_code == 422
    assert PrivateCalendar.objects.count() == 10


def test_all_day_and_over_midnight_are_said_so(cast: Cast, mira: Browser, elsewhere: Receiver) -> None:
    midnight, day = dt.datetime.combine(cast.day(), dt.time(), cast.zone), dt.timedelta(days=1)
    late = midnight + 2 * day + dt.timedelta(hours=21)
    times = [(midnight, midnight + day), (late, late + dt.timedelta(hours=5))]
    elsewhere.respond = status(200, feed(*[(start.astimezone(dt.UTC), end.astimezone(dt.UTC)) for start, end in times]))
    said = flat(mira.post(LIST, {"address": elsewhere.url("/a.ics")}, follow=True))
    assert "all day" in said
    assert cast.practice.formats.short_day(late + dt.timedelta(hours=5)) in said
