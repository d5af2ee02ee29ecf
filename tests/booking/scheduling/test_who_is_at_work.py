"""Who left is not offered or booked any more: their sign-in switched off counts as much as “takes appointments”."""

from collections.abc import Callable

import pytest

from booking.errors import SlotTaken
from booking.models import Appointment, Service, Status, Therapist
from booking.scheduling import schedule
from booking.scheduling.availability import Unavailable
from booking.scheduling.configuration import current_configuration
from booking.scheduling.order import Order
from tests.booking.api.conftest import Program
from tests.booking.appointments.test_book import CARA, FINE, booked
from tests.booking.desk.test_booking import form
from tests.fixtures.actions import book, move
from tests.fixtures.browser import Browser
from tests.fixtures.cast import Cast


def by_the_sign_in(therapist: Therapist) -> None:
    """Untick *active* on the user, as for somebody who leaves."""
    assert therapist.user is not None
    therapist.user.is_active = False
    therapist.user.save()


def by_the_tick(therapist: Therapist) -> None:
    """Untick *takes appointments*."""
    therapist.active = False
    therapist.save()


@pytest.fixture(params=[by_the_sign_in, by_the_tick])
def left(cast: Cast, request: pytest.FixtureRequest) -> Cast:
    """The practice after Mira has left, with one appointment of hers still ahead."""
    booked(cast, start=cast.at(14), client=cast.ben)
    leave: Callable[[Therapist], None] = request.param
    leave(cast.mira)
    cast.mira.refresh_from_db()
    return cast


def test_no_time_is_offered_with_them(left: Cast) -> None:
    found = schedule.month_of(Order.of(left.regular), first=left.day(), last=left.day())
    assert found.offers
    assert all(left.mira not in each.therapists for each in found.offers)
    assert not schedule.month_of(Order.of(left.regular), first=left.day(), last=left.day(), therapist=left.mira).offers
    verdict = schedule.read_schedule(Order.of(left.regular), first=left.day(), last=left.day()).check(
        left.mira, left.at(10)
    )
    assert verdict.reason == Unavailable.HOURS


def test_nobody_books_or_moves_with_them_by_any_way(left: Cast, client: Browser) -> None:
    appointment = Appointment.objects.get()
    with pytest.raises(SlotTaken):
        booked(left)
    with pytest.raises(SlotTaken):
        move(appointment, start=left.at(10), via="desk")
    named = {"service": left.regular.slug, "start": left.at(10).isoformat(), "therapist": str(left.mira.public_id)}
    person = {"first_name": "Cara", "last_name": "Novak", "email": "cara@example.org"}
    answer = Program().book({**named, "client": person, "policy_accepted": True})
    assert answer.status_code == 422
    assert "therapist" in answer.json()["errors"]
    client.force_login(left.owner)
    assert client.post("/desk/book/", form(left)).status_code == 422
    assert list(Appointment.objects.all()) == [appointment]


def test_what_is_booked_with_them_stays_and_can_go_to_a_colleague(left: Cast) -> None:
    appointment = Appointment.objects.get()
    assert (appointment.status, appointment.therapist) == (Status.CONFIRMED, left.mira)
    moved = move(appointment, start=left.at(15), therapist=left.jonas, via="desk")
    assert (moved.therapist, moved.starts_at) == (left.jonas, left.at(15))


def test_a_page_with_their_name_offers_others(left: Cast, client: Browser) -> None:
    assert left.mira.name not in client.get("/").content.decode()
    client.force_login(left.owner)
    page = client.get("/desk/book/").content.decode()
    assert left.mira.name not in page
    assert left.jonas.name in page
    # On the day itself their column stands, with what is still theirs.
    assert left.mira.name in client.get(f"/desk/?day={left.day()}").content.decode()
    listed = client.get("/admin/booking/therapist/").content.decode()
    assert "No: their sign-in is switched off" in listed or "No: takes no appointments" in listed


def test_a_service_that_nobody_else_gives_is_not_on_offer(left: Cast) -> None:
    left.jonas.services.remove(left.hot_stone)
    assert left.hot_stone not in Service.objects.on_offer()
    assert current_configuration().service_on_offer(left.hot_stone.slug) is None
    assert left.regular in Service.objects.on_offer()


def test_whoever_has_the_lightest_day_is_somebody_at_work(left: Cast) -> None:
    taken = {
        book(
            service=left.regular,
            start=left.at(hour),
            client=CARA,
            answers=FINE,
            policy_accepted=True,
            via="web",
        ).therapist
        for hour in (9, 11)
    }
    assert taken <= {left.jonas, left.tess}
