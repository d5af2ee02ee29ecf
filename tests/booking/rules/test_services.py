"""A service's own rules: for whom it is, at which hours it starts, how often a client may move it (scenario 8)."""

import datetime as dt

import pytest
from django.test import Client as Browser

from booking import diary
from booking.actions import Answers, Override, Person, cancel, move, screen
from booking.errors import NotForYou, NotOffered, NotPossible, NotSuitable
from booking.models import Appointment, Service
from clients.models import Client
from tests.booking.public.visitor import Visitor, said
from tests.booking.test_book import CARA, booked
from tests.fixtures.cast import House

ANA = Person(first_name="ana", last_name="Lind", email="ANA@example.org")


@pytest.fixture
def visitor() -> Visitor:
    """Somebody with a browser."""
    return Visitor(Browser())


def only_for(house: House, audience: str, service: Service | None = None) -> Service:
    """A service of the house, from now on for these people only."""
    service = service or house.regular
    service.audience = audience
    service.save(update_fields=["audience"])
    return service


def local(house: House, starts: list[dt.datetime]) -> list[str]:
    """Times of day on the practice's wall."""
    return [f"{each.astimezone(house.zone):%H:%M}" for each in starts]


def test_a_service_for_new_clients_is_booked_once_and_then_no_more(house: House) -> None:
    only_for(house, "new")
    booked(house)
    with pytest.raises(NotForYou) as refused:
        booked(house, start=house.at(14))
    assert refused.value.code == "not_for_you"
    assert Appointment.objects.count() == 1


def test_a_cancelled_first_visit_leaves_somebody_new(house: House) -> None:
    only_for(house, "new")
    cancel(booked(house), reason="ill", via=Appointment.Via.WEB)
    assert booked(house, start=house.at(14)).status == "confirmed"


def test_a_service_for_existing_clients_refuses_a_stranger_and_opens_no_file(house: House) -> None:
    only_for(house, "existing")
    with pytest.raises(NotForYou):
        booked(house)
    assert not Client.objects.filter(email=CARA.email).exists()
    assert not Appointment.objects.exists()


def test_a_file_is_known_by_name_and_address_in_any_case_of_letters(house: House) -> None:
    only_for(house, "existing")
    assert booked(house, client=ANA).client == house.ana
    assert booked(house, client=house.ben, start=house.at(14)).client == house.ben


def test_the_desk_may_set_the_audience_aside_with_a_reason(house: House) -> None:
    only_for(house, "existing")
    given = booked(house, via=Appointment.Via.DESK, override=Override(reason="booked on a gift card"))
    assert given.reason == "booked on a gift card"


@pytest.mark.parametrize("audience", ["new", "existing"])
def test_whoever_may_book_it_once_may_move_it(house: House, audience: str) -> None:
    appointment = booked(house, client=house.ana)
    only_for(house, audience)
    assert move(appointment, start=house.at(14), via=Appointment.Via.WEB, by_client=True).starts_at == house.at(14)


def test_the_list_says_for_whom_a_service_is(house: House, visitor: Visitor) -> None:
    only_for(house, "new", house.back)
    only_for(house, "existing", house.regular_90)
    page = said(visitor.get("/book/"))
    assert page.count("for new clients") == page.count("for clients who know us") == 1


def test_nothing_is_offered_instead_that_is_for_others(house: House) -> None:
    only_for(house, "existing", house.regular_90)
    only_for(house, "existing", house.back)
    with pytest.raises(NotSuitable) as refused:
        screen(house.hot_stone, Answers(conditions=frozenset({"pregnancy"})))
    assert refused.value.instead is not None
    assert refused.value.instead.service == house.regular


def test_a_service_starts_only_between_its_own_times_of_day(house: House) -> None:
    house.regular.first_start, house.regular.last_start = dt.time(11), dt.time(12, 30)
    house.regular.save()
    day = diary.month_of(house.regular, first=house.day(), last=house.day(), therapist=house.mira)
    assert local(house, [each.start for each in day.offers]) == ["11:00", "11:30", "12:00", "12:30"]
    with pytest.raises(NotOffered):
        booked(house, start=house.at(10, 30))
    with pytest.raises(NotOffered):
        booked(house, start=house.at(13))
    assert booked(house, start=house.at(12, 30)).starts_at == house.at(12, 30)
    assert booked(house, client=house.ana, start=house.at(9), override=Override(reason="she asked for it"))


def test_a_last_start_alone_leaves_the_morning_open(house: House) -> None:
    house.regular.last_start = dt.time(9, 30)
    house.regular.save()
    day = diary.month_of(house.regular, first=house.day(), last=house.day(), therapist=house.mira)
    assert local(house, [each.start for each in day.offers]) == ["09:00", "09:30"]


@pytest.mark.parametrize(("own", "practice", "allowed"), [(None, 2, 2), (1, 5, 1), (3, 0, 3), (0, 5, 0)])
def test_a_services_own_limit_of_moves_wins(house: House, own: int | None, practice: int, allowed: int) -> None:
    house.practice.moves_per_visit = practice
    house.practice.save()
    house.regular.moves_per_visit = own
    house.regular.save()
    appointment = booked(house)
    for number in range(allowed):
        appointment = move(appointment, start=house.at(11 + number), via=Appointment.Via.WEB, by_client=True)
    with pytest.raises(NotPossible):
        move(appointment, start=house.at(15), via=Appointment.Via.WEB, by_client=True)
    assert move(appointment, start=house.at(15), via=Appointment.Via.DESK, by=house.owner).moves == allowed


def test_the_visits_page_offers_moving_only_while_it_is_possible(house: House, visitor: Visitor) -> None:
    house.regular.moves_per_visit = 0
    house.regular.save()
    visitor.has_booked(house.regular, house.at(10))
    key = visitor.addresses[-1]
    assert "Move" not in said(visitor.get(key.replace("/book/done/", "/visit/")))
