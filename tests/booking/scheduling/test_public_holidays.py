"""The public holidays of a year: shown to be ticked, added at once, and never twice."""

import datetime as dt

import pytest

from booking.models import Holiday
from booking.scheduling import schedule
from booking.scheduling.order import Order
from booking.scheduling.public_holidays import add_holidays, public_holidays, regions_of
from clinic.models import Practice
from tests.booking.admin_pages import all_the_same
from tests.fixtures.browser import Browser
from tests.fixtures.cast import Cast

PAGE = "/desk/settings/closed/year/"
UNITY = dt.date(2027, 10, 3)


@pytest.fixture
def owner(cast: Cast, client: Browser) -> Browser:
    """Olga, signed in."""
    client.force_login(cast.owner)
    return client


def test_days_are_named_in_the_language_of_the_page(db: None) -> None:
    assert public_holidays("DE", 2027)[UNITY] == "German Unity Day"
    assert public_holidays("US", 2027)[dt.date(2027, 11, 25)] == "Thanksgiving Day"


def test_a_state_has_days_of_its_own(db: None) -> None:
    epiphany = dt.date(2027, 1, 6)
    assert epiphany not in public_holidays("DE", 2027)
    assert epiphany in public_holidays("DE", 2027, "BY")
    assert ("BY", "Bayern") in regions_of("DE")


def test_a_strange_country_has_none(db: None) -> None:
    assert public_holidays("ZZ", 2027) == {}
    assert regions_of("ZZ") == []


def test_adding_twice_changes_nothing_and_what_is_there_stays(db: None) -> None:
    Holiday.objects.create(date=UNITY, name="Our own name", closed=False)
    days = public_holidays("DE", 2027)
    assert len(add_holidays(days, closed=set(days))) == len(days) - 1
    assert add_holidays(days, closed=set()) == []
    unity = Holiday.objects.get(date=UNITY)
    assert (unity.name, unity.closed) == ("Our own name", False)
    assert Holiday.objects.filter(closed=True).count() == len(days) - 1


def test_the_list_leads_to_the_page(owner: Browser) -> None:
    assert PAGE in owner.get("/admin/booking/holiday/").content.decode()


@pytest.mark.invariant("I9")
def test_the_page_shows_the_days_ticked_and_adds_nothing(owner: Browser) -> None:
    text = owner.get(PAGE, {"year": "2027", "region": "BE"}).content.decode()
    assert "Sunday 3 October 2027: German Unity Day" in text
    assert "Women" in text
    assert text.count(" checked") == 10
    assert not Holiday.objects.exists()


def test_ticked_days_close_the_practice_and_the_others_do_not(owner: Browser, cast: Cast) -> None:
    day = cast.day()
    year = {"year": str(day.year)}
    days = public_holidays("DE", day.year)
    closed = next(each for each in days if each.month == 12)
    answer = owner.post(f"{PAGE}?year={day.year}", {"closed": [closed.isoformat()]}, follow=True)
    assert f"{len(days)} days were added." in answer.content.decode()
    assert list(Holiday.objects.filter(closed=True).values_list("date", flat=True)) == [closed]
    assert "are there already" in owner.get(PAGE, year).content.decode()
    now = dt.datetime.combine(closed - dt.timedelta(days=7), dt.time(8), cast.zone)
    assert not schedule.month_of(Order.of(cast.regular), first=closed, last=closed, now=now).offers


def test_appointments_in_the_way_are_shown_first(owner: Browser, cast: Cast) -> None:
    day = next(iter(public_holidays("DE", cast.day().year + 1)))
    cast.appointment(dt.datetime.combine(day, dt.time(10), cast.zone).astimezone(dt.UTC))
    shown = owner.post(f"{PAGE}?year={day.year}", {"closed": [day.isoformat()]})
    assert not Holiday.objects.exists()
    owner.post(f"{PAGE}?year={day.year}", all_the_same(shown))
    assert Holiday.objects.get(date=day).closed


@pytest.mark.parametrize("query", ["year=abc", "year=1500", "year=99999999999", "year=2027&region=XX", "year="])
def test_nonsense_in_the_address_is_said_and_shows_no_days(owner: Browser, query: str) -> None:
    page = owner.get(f"{PAGE}?{query}")
    assert page.status_code == 200
    assert "Add these days" not in page.content.decode()


def test_a_day_that_was_not_shown_is_refused(owner: Browser) -> None:
    assert owner.post(f"{PAGE}?year=2027", {"closed": ["2027-02-30"]}).status_code == 422
    assert not Holiday.objects.exists()


def test_a_country_without_known_days_says_so(owner: Browser) -> None:
    Practice.objects.update(country="ZZ")
    assert "Close the days yourself" in owner.get(PAGE).content.decode()


def test_a_therapist_may_not_add_holidays(cast: Cast, client: Browser) -> None:
    assert cast.mira.user is not None
    client.force_login(cast.mira.user)
    assert client.post(f"{PAGE}?year=2027", {"closed": []}).status_code == 404
    assert not Holiday.objects.exists()
