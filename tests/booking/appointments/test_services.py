"""A service's own rules: for whom it is, at which hours it starts, how often a client may move it (scenario 8)."""

import datetime as dt

import pytest

from booking.appointments.booking_request import PersonDetails, RuleOverride
from booking.appointments.screening import SafetyAnswers
from booking.errors import NotEligible, NotPossible, NotSuitable, SlotTaken
from booking.models import Appointment, Service
from booking.scheduling import schedule
from booking.scheduling.order import Order
from clients.models import Client
from tests.booking.appointments.test_book import CARA, booked
from tests.booking.website.visitor import Visitor, page_text
from tests.fixtures.actions import cancel, move, screen
from tests.fixtures.browser import Browser
from tests.fixtures.cast import Cast

ANA = PersonDetails(first_name="ana", last_name="Lind", email="ANA@example.org")


@pytest.fixture
def visitor() -> Visitor:
    """Somebody with a browser."""
    return Visitor(Browser())


def only_for(cast: Cast, audience: str, service: Service | None = None) -> Service:
    """A service of the practice, from now on for these people only."""
    service = service or cast.regular
    service.audience = audience
    service.save(update_fields=["audience"])
    return service


def local(cast: Cast, starts: list[dt.datetime]) -> list[str]:
    """Times of day on the practice's wall."""
    return [f"{each.astimezone(cast.zone):%H:%M}" for each in starts]


def test_a_service_for_new_clients_is_booked_once_and_then_no_more(cast: Cast) -> None:
    only_for(cast, "new")
    booked(cast)
    with pytest.raises(NotEligible) as refused:
        booked(cast, start=cast.at(14))
    assert refused.value.code == "not_for_you"
    assert Appointment.objects.count() == 1


def test_a_cancelled_first_appointment_leaves_somebody_new(cast: Cast) -> None:
    only_for(cast, "new")
    cancel(booked(cast), reason="ill", via=Appointment.Via.WEB)
    assert booked(cast, start=cast.at(14)).status == "confirmed"


def test_a_service_for_existing_clients_refuses_a_stranger_and_opens_no_file(cast: Cast) -> None:
    only_for(cast, "existing")
    with pytest.raises(NotEligible):
        booked(cast)
    assert not Client.objects.filter(email=CARA.email).exists()
    assert not Appointment.objects.exists()


def test_a_file_is_known_by_name_and_address_in_any_case_of_letters(cast: Cast) -> None:
    only_for(cast, "existing")
    assert booked(cast, client=ANA).client == cast.ana
    assert booked(cast, client=cast.ben, start=cast.at(14)).client == cast.ben


def test_the_desk_may_set_the_audience_aside_with_a_reason(cast: Cast) -> None:
    only_for(cast, "existing")
    given = booked(cast, via=Appointment.Via.DESK, override=RuleOverride(reason="booked on a gift card"))
    assert given.reason == "booked on a gift card"


@pytest.mark.parametrize("audience", ["new", "existing"])
def test_whoever_may_book_it_once_may_move_it(cast: Cast, audience: str) -> None:
    appointment = booked(cast, client=cast.ana)
    only_for(cast, audience)
    assert move(appointment, start=cast.at(14), via=Appointment.Via.WEB, by_client=True).starts_at == cast.at(14)


def test_the_list_says_for_whom_a_service_is(cast: Cast, visitor: Visitor) -> None:
    only_for(cast, "new", cast.back)
    only_for(cast, "existing", cast.regular_90)
    page = page_text(visitor.get("/book/"))
    assert page.count("for new clients") == page.count("for clients who know us") == 1


def test_nothing_is_offered_instead_that_is_for_others(cast: Cast) -> None:
    only_for(cast, "existing", cast.regular_90)
    only_for(cast, "existing", cast.back)
    with pytest.raises(NotSuitable) as refused:
        screen(cast.hot_stone, SafetyAnswers(conditions=frozenset({"pregnancy"})))
    assert refused.value.instead is not None
    assert refused.value.instead.order.service == cast.regular


def test_a_service_starts_only_between_its_own_times_of_day(cast: Cast) -> None:
    cast.regular.first_start, cast.regular.last_start = dt.time(11), dt.time(12, 30)
    cast.regular.save()
    day = schedule.month_of(Order.of(cast.regular), first=cast.day(), last=cast.day(), therapist=cast.mira)
    assert local(cast, [each.start for each in day.offers]) == ["11:00", "11:30", "12:00", "12:30"]
    with pytest.raises(SlotTaken) as refused:
        booked(cast, start=cast.at(10, 30))
    assert refused.value.was_never_offered
    with pytest.raises(SlotTaken) as refused:
        booked(cast, start=cast.at(13))
    assert refused.value.was_never_offered
    assert booked(cast, start=cast.at(12, 30)).starts_at == cast.at(12, 30)
    assert booked(cast, client=cast.ana, start=cast.at(9), override=RuleOverride(reason="she asked for it"))


def test_a_last_start_alone_leaves_the_morning_open(cast: Cast) -> None:
    cast.regular.last_start = dt.time(9, 30)
    cast.regular.save()
    day = schedule.month_of(Order.of(cast.regular), first=cast.day(), last=cast.day(), therapist=cast.mira)
    assert local(cast, [each.start for each in day.offers]) == ["09:00", "09:30"]


@pytest.mark.parametrize(("own", "practice", "allowed"), [(None, 2, 2), (1, 5, 1), (3, 0, 3), (0, 5, 0)])
def test_a_services_own_limit_of_moves_wins(cast: Cast, own: int | None, practice: int, allowed: int) -> None:
    cast.practice.moves_per_appointment = practice
    cast.practice.save()
    cast.regular.moves_per_appointment = own
    cast.regular.save()
    appointment = booked(cast)
    for number in range(allowed):
        appointment = move(appointment, start=cast.at(11 + number), via=Appointment.Via.WEB, by_client=True)
    with pytest.raises(NotPossible):
        move(appointment, start=cast.at(15), via=Appointment.Via.WEB, by_client=True)
    assert move(appointment, start=cast.at(15), via=Appointment.Via.DESK, by=cast.owner).moves == allowed


def test_the_appointments_page_offers_moving_only_while_it_is_possible(cast: Cast, visitor: Visitor) -> None:
    cast.regular.moves_per_appointment = 0
    cast.regular.save()
    visitor.has_booked(cast.regular, cast.at(10))
    key = visitor.addresses[-1]
    assert "Move" not in page_text(visitor.get(key.replace("/book/done/", "/appointment/")))
