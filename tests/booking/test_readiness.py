"""What keeps clients from booking is said to the owner, a line each; the client is asked to call before being asked."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from booking.models import Holiday, Room, Service, StoneKit, Therapist, TimeOff, WorkingHours
from booking.readiness import can_be_booked, checklist
from clinic.models import Practice
from tests.fixtures.cast import House

HOT, REGULAR = "Hot stone massage", "Regular massage"


def away_for_a_year(house: House) -> None:
    """The whole practice is closed up to the horizon."""
    TimeOff.objects.create(starts_at=house.at(0, ahead=-14), ends_at=house.at(0, ahead=365))


def no_hours_but_of_last_year(house: House) -> None:
    """What hours there are have ended."""
    WorkingHours.objects.update(valid_until=dt.date(2020, 1, 1))


def only_in_a_room_that_is_off(house: House) -> None:
    """Hot stones are given in the blue room alone, and that is out of use."""
    house.hot_stone.rooms.set([house.blue_room])
    Room.objects.filter(pk=house.blue_room.pk).update(active=False)


CLOSED: dict[str, tuple[Callable[[House], object], str, bool]] = {
    "no hours": (lambda _house: WorkingHours.objects.all().delete(), "No working hours are on file", False),
    "hours are over": (no_hours_but_of_last_year, f"Nobody who gives {REGULAR} has working hours", False),
    "no kit": (lambda _house: StoneKit.objects.all().delete(), f"{HOT} needs a stone kit", True),
    "kit off": (lambda _house: StoneKit.objects.update(active=False), f"{HOT} needs a stone kit", True),
    "no therapist": (lambda house: house.hot_stone.therapists.clear(), f"No therapist gives {HOT}", True),
    "therapists off": (lambda _house: Therapist.objects.update(active=False), f"No therapist gives {HOT}", False),
    "room off": (only_in_a_room_that_is_off, f"{HOT} may be given in no room", True),
    "too long": (
        lambda house: Service.objects.filter(pk=house.hot_stone.pk).update(minutes=600),
        f"{HOT} is longer",
        True,
    ),
    "at night": (
        lambda house: Service.objects.filter(pk=house.hot_stone.pk).update(first_start=dt.time(22)),
        f"{HOT} may only start at times",
        True,
    ),
    "away": (away_for_a_year, f"Everybody who gives {HOT} is away", False),
    "notice": (
        lambda house: Service.objects.filter(pk=house.hot_stone.pk).update(notice_minutes=999_999),
        f"The notice of {HOT}",
        True,
    ),
    "nothing": (lambda _house: Service.objects.update(active=False), "No service is bookable", False),
}


@pytest.mark.parametrize(("close", "said", "rest_is_open"), CLOSED.values(), ids=CLOSED)
def test_each_thing_that_is_missing_is_one_line_with_its_page(
    house: House, client: Browser, close: Callable[[House], object], said: str, rest_is_open: bool
) -> None:
    close(house)
    found = checklist()
    assert found.open_at_all == rest_is_open
    lines = [gap for gap in found.closing if said in gap.text]
    assert len(lines) == 1
    assert client.get(lines[0].url).status_code in {200, 302}
    if rest_is_open:
        assert [gap.text for gap in found.closing] == [lines[0].text], "and nothing else is guessed at"


def test_a_practice_that_is_set_up_has_nothing_to_do(house: House) -> None:
    found = checklist()
    assert (found.open_at_all, found.closing, found.beside) == (True, (), ())


def test_a_full_diary_is_no_closed_practice(house: House) -> None:
    Service.objects.exclude(pk=house.regular.pk).update(active=False)
    house.practice.horizon_days = 8
    house.practice.save()
    house.regular.therapists.set([house.mira])
    house.mira.hours.exclude(weekday=1).delete()
    house.mira.hours.update(starts=dt.time(9), ends=dt.time(10))
    for ahead in (0, 7):
        house.visit(house.at(9, ahead=ahead))
    assert can_be_booked(house.regular)


def test_what_closes_nothing_is_said_too(house: House) -> None:
    Room.objects.all().delete()
    Practice.objects.update(phone="")
    texts = " ".join(gap.text for gap in checklist().beside)
    assert "No room is on file" in texts
    assert "no phone number" in texts


def test_all_services_cost_as_many_queries_as_one(house: House) -> None:
    checklist()
    with CaptureQueriesContext(connection) as all_of_them:
        checklist()
    Service.objects.exclude(pk=house.regular.pk).update(active=False)
    Holiday.objects.create(date=house.day(), name="Feast")
    checklist()
    with CaptureQueriesContext(connection) as one:
        checklist()
    assert len(one) == len(all_of_them) <= 10


@pytest.mark.parametrize("page", ["/admin/", "/desk/"])
def test_the_owner_reads_it_where_they_begin_and_others_do_not(house: House, page: str) -> None:
    owner, therapist = Browser(), Browser()
    owner.force_login(house.owner)
    assert house.mira.user is not None
    therapist.force_login(house.mira.user)
    assert "Clients cannot book" not in owner.get(page).content.decode()
    WorkingHours.objects.all().delete()
    said = owner.get(page).content.decode()
    assert "Clients cannot book online yet" in said
    assert "No working hours are on file" in said
    assert "Clients cannot book" not in therapist.get(page).content.decode()


@pytest.mark.parametrize("page", ["/", "/book/", "/book/regular-60/"])
def test_a_client_is_asked_to_call_instead_of_being_led_to_an_empty_calendar(
    house: House, client: Browser, page: str
) -> None:
    assert "Not open for online booking" not in client.get(page).content.decode()
    WorkingHours.objects.all().delete()
    said = client.get(page)
    assert said.status_code == 200
    assert "Not open for online booking" in said.content.decode()
    assert "tel:+49305550101" in said.content.decode()
    assert "Is any of this true for you" not in said.content.decode()


def test_one_closed_service_closes_no_other(house: House, client: Browser) -> None:
    StoneKit.objects.all().delete()
    assert "Not open for online booking" in client.get("/book/hot-stone-90/").content.decode()
    for page in ("/", "/book/", "/book/regular-60/"):
        assert "Not open for online booking" not in client.get(page).content.decode()
