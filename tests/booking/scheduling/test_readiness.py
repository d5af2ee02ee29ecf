"""What keeps clients from booking is said to the owner, a line each; the client is asked to call before being asked."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from booking.appointments.suggestion import suggest_alternative
from booking.models import Holiday, Room, Service, StoneKit, Therapist, TimeOff, WorkingHours
from booking.scheduling.order import Order
from booking.scheduling.readiness import owner_checklist
from booking.scheduling.schedule import open_services
from clients.care import Answers
from clients.intake.screening import screen_answers
from clinic.models import LegalDetails, Practice
from tests.fixtures.browser import Browser
from tests.fixtures.cast import Cast

HOT, REGULAR = "Hot stone massage", "Regular massage"


def away_for_a_year(cast: Cast) -> None:
    """The whole practice is closed up to the horizon."""
    TimeOff.objects.create(starts_at=cast.at(0, ahead=-14), ends_at=cast.at(0, ahead=365))


def no_hours_but_of_last_year(cast: Cast) -> None:
    """What hours there are have ended."""
    WorkingHours.objects.update(valid_until=dt.date(2020, 1, 1))


def only_in_a_room_that_is_off(cast: Cast) -> None:
    """Hot stones are given in the blue room alone, and that is out of use."""
    cast.hot_stone.rooms.set([cast.blue_room])
    Room.objects.filter(pk=cast.blue_room.pk).update(active=False)


CLOSED: dict[str, tuple[Callable[[Cast], object], str, bool]] = {
    "no hours": (lambda _cast: WorkingHours.objects.all().delete(), "No working hours are on file", False),
    "hours are over": (no_hours_but_of_last_year, f"Nobody who gives {REGULAR} has working hours", False),
    "no kit": (lambda _cast: StoneKit.objects.all().delete(), f"{HOT} needs a stone kit", True),
    "kit off": (lambda _cast: StoneKit.objects.update(active=False), f"{HOT} needs a stone kit", True),
    "no therapist": (lambda cast: cast.hot_stone.therapists.clear(), f"No therapist gives {HOT}", True),
    "therapists off": (lambda _cast: Therapist.objects.update(active=False), f"No therapist gives {HOT}", False),
    "room off": (only_in_a_room_that_is_off, f"{HOT} may be given in no room", True),
    "too long": (
        lambda cast: Service.objects.filter(pk=cast.hot_stone.pk).update(minutes=600),
        f"{HOT} is longer",
        True,
    ),
    "at night": (
        lambda cast: Service.objects.filter(pk=cast.hot_stone.pk).update(first_start=dt.time(22)),
        f"{HOT} may only start at times",
        True,
    ),
    "away": (away_for_a_year, f"Everybody who gives {HOT} is away", False),
    "notice": (
        lambda cast: Service.objects.filter(pk=cast.hot_stone.pk).update(notice_minutes=999_999),
        f"The notice of {HOT}",
        True,
    ),
    "nothing": (lambda _cast: Service.objects.update(active=False), "No service is bookable", False),
}


@pytest.mark.parametrize(("close", "said", "rest_is_open"), CLOSED.values(), ids=CLOSED)
def test_each_thing_that_is_missing_is_one_line_with_its_page(
    cast: Cast, client: Browser, close: Callable[[Cast], object], said: str, rest_is_open: bool
) -> None:
    close(cast)
    found = owner_checklist()
    assert found.open_at_all == rest_is_open
    lines = [gap for gap in found.closing if said in gap.text]
    assert len(lines) == 1
    assert client.get(lines[0].url).status_code in {200, 302}
    if rest_is_open:
        assert [gap.text for gap in found.closing] == [lines[0].text], "and nothing else is guessed at"


def test_a_practice_that_is_set_up_has_nothing_to_do(cast: Cast) -> None:
    LegalDetails.objects.create(operator="Olga Brandt", data_authority="Berliner Beauftragte")
    found = owner_checklist()
    assert (found.open_at_all, found.closing, found.beside) == (True, (), ())


def test_a_full_diary_is_no_closed_practice(cast: Cast) -> None:
    Service.objects.exclude(pk=cast.regular.pk).update(active=False)
    cast.practice.horizon_days = 8
    cast.practice.save()
    cast.regular.therapists.set([cast.mira])
    cast.mira.hours.exclude(weekday=1).delete()
    cast.mira.hours.update(starts=dt.time(9), ends=dt.time(10))
    for ahead in (0, 7):
        cast.appointment(cast.at(9, ahead=ahead))
    assert open_services([cast.regular])


def test_what_closes_nothing_is_said_too(cast: Cast) -> None:
    Room.objects.all().delete()
    Practice.objects.update(phone="")
    texts = " ".join(gap.text for gap in owner_checklist().beside)
    assert "No room is on file" in texts
    assert "no phone number" in texts


def test_all_services_cost_as_many_queries_as_one(cast: Cast) -> None:
    owner_checklist()
    with CaptureQueriesContext(connection) as all_of_them:
        owner_checklist()
    Service.objects.exclude(pk=cast.regular.pk).update(active=False)
    Holiday.objects.create(date=cast.day(), name="Feast")
    owner_checklist()
    with CaptureQueriesContext(connection) as one:
        owner_checklist()
    assert len(one) == len(all_of_them) <= 10


@pytest.mark.parametrize("page", ["/admin/", "/desk/"])
def test_the_owner_reads_it_where_they_begin_and_others_do_not(cast: Cast, page: str) -> None:
    owner, therapist = Browser(), Browser()
    owner.force_login(cast.owner)
    assert cast.mira.user is not None
    therapist.force_login(cast.mira.user)
    assert "Clients cannot book" not in owner.get(page).content.decode()
    WorkingHours.objects.all().delete()
    said = owner.get(page).content.decode()
    assert "Clients cannot book online yet" in said
    assert "No working hours are on file" in said
    assert "Clients cannot book" not in therapist.get(page).content.decode()


@pytest.mark.parametrize("page", ["/", "/book/", "/book/regular-60/"])
def test_a_client_is_asked_to_call_instead_of_being_led_to_an_empty_calendar(
    cast: Cast, client: Browser, page: str
) -> None:
    assert "Not open for online booking" not in client.get(page).content.decode()
    WorkingHours.objects.all().delete()
    said = client.get(page)
    assert said.status_code == 200
    assert "Not open for online booking" in said.content.decode()
    assert "tel:+49305550101" in said.content.decode()
    assert "Is any of this true for you" not in said.content.decode()


def test_one_closed_service_closes_no_other(cast: Cast, client: Browser) -> None:
    StoneKit.objects.all().delete()
    assert "Not open for online booking" in client.get("/book/hot-stone-90/").content.decode()
    for page in ("/", "/book/", "/book/regular-60/"):
        assert "Not open for online booking" not in client.get(page).content.decode()


@pytest.mark.parametrize("page", ["/", "/book/", "/api/v1/services"])
def test_what_cannot_be_booked_is_shown_to_nobody(cast: Cast, client: Browser, page: str) -> None:
    assert "hot-stone-90" in client.get(page).content.decode()
    StoneKit.objects.all().delete()
    said = client.get(page).content.decode()
    assert "hot-stone-90" not in said
    assert "regular-60" in said


def test_the_price_list_says_to_the_owner_why_a_service_is_not_shown(cast: Cast) -> None:
    owner = Browser()
    owner.force_login(cast.owner)
    page = reverse("booking:desk-settings-services")
    assert "not shown to clients" not in owner.get(page).content.decode()
    StoneKit.objects.all().delete()
    said = owner.get(page).content.decode()
    assert said.count("not shown to clients") == 1
    assert "needs a stone kit, and none" in said
    assert reverse("booking:desk-settings-rooms") in said


def test_what_cannot_be_booked_is_no_way_out_for_who_may_not_have_hot_stones(cast: Cast) -> None:
    order, answers = Order.of(cast.hot_stone), Answers(conditions=frozenset({"transdermal-patch"}))
    screened = screen_answers(answers, order.judged_items, practice=cast.practice)

    def instead() -> Service | None:
        found = suggest_alternative(order, screened, start=None, therapist=None, practice=cast.practice)
        return found.order.service if found else None

    assert instead() == cast.regular_90
    cast.regular_90.rooms.set([cast.blue_room])
    Room.objects.filter(pk=cast.blue_room.pk).update(active=False)
    assert instead() == cast.regular
