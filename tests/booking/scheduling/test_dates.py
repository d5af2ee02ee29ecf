"""Single dates and tight days.

Other hours, holidays, only beside an appointment, no gap too short (scenarios 25, 26, 40).
"""

import datetime as dt
import random

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from booking.appointments.booking_request import RuleOverride
from booking.errors import SlotTaken
from booking.models import Appointment, Holiday, HoursOverride, Service, Therapist
from booking.scheduling import schedule
from booking.scheduling.configuration import current_configuration
from booking.scheduling.order import Order
from tests.booking.admin_pages import all_the_same
from tests.booking.appointments.test_book import booked
from tests.booking.appointments.test_services import local
from tests.fixtures.actions import move
from tests.fixtures.browser import Browser
from tests.fixtures.cast import Cast

pytestmark = pytest.mark.sql

NINE, NOON, THREE, FIVE = dt.time(9), dt.time(12), dt.time(15), dt.time(17)


def other_hours(cast: Cast, *ranges: tuple[dt.time, dt.time], ahead: int = 0) -> None:
    """Give Mira other hours on the Tuesday; without ranges she is not there."""
    date = cast.day() + dt.timedelta(days=ahead)
    for starts, ends in ranges or [(None, None)]:
        over = starts is not None and ends is not None and ends <= starts
        HoursOverride.objects.create(therapist=cast.mira, date=date, starts=starts, ends=ends, over_midnight=over)


def offered(cast: Cast, service: Service | None = None, ahead: int = 0, who: Therapist | None = None) -> list[str]:
    """Mira's free times of day on the Tuesday, or so many days later."""
    day = cast.day() + dt.timedelta(days=ahead)
    times = schedule.month_of(Order.of(service or cast.regular), first=day, last=day, therapist=who or cast.mira)
    return local(cast, [each.start for each in times.offers])


def test_hours_of_one_date_replace_the_weekly_ones_on_that_date_alone(cast: Cast) -> None:
    usual = offered(cast)
    other_hours(cast, (NOON, THREE))
    assert offered(cast) == ["12:00", "12:30", "13:00", "13:30", "14:00"]
    assert offered(cast, ahead=1) == usual
    with pytest.raises(SlotTaken) as refused:
        booked(cast, start=cast.at(10))
    assert refused.value.was_never_offered
    assert booked(cast, start=cast.at(14)).starts_at == cast.at(14)


def test_other_hours_may_be_a_split_day_and_longer_than_usual(cast: Cast) -> None:
    other_hours(cast, (dt.time(7), dt.time(8)), (dt.time(20), dt.time(21)))
    assert offered(cast) == ["07:00", "20:00"]


def test_26_other_hours_may_run_over_midnight_and_are_seen_from_both_days(cast: Cast) -> None:
    other_hours(cast, (dt.time(23), dt.time(1)))
    assert offered(cast) == ["23:00", "23:30"]
    assert offered(cast, ahead=1)[:2] == ["00:00", "09:00"]


def test_a_date_without_times_is_closed_for_one_therapist_only(cast: Cast) -> None:
    others = offered(cast, who=cast.jonas)
    other_hours(cast)
    assert offered(cast) == []
    assert offered(cast, who=cast.jonas) == others
    with pytest.raises(SlotTaken) as refused:
        booked(cast)
    assert refused.value.was_never_offered


def test_half_a_range_or_the_same_range_twice_is_refused(cast: Cast) -> None:
    half = HoursOverride(therapist=cast.mira, date=cast.day(), starts=NINE)
    with pytest.raises(ValidationError):
        half.full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        half.save()
    other_hours(cast)
    with pytest.raises(IntegrityError), transaction.atomic():
        other_hours(cast)


def test_a_holiday_closes_the_whole_practice_for_its_local_date(cast: Cast) -> None:
    other_hours(cast, (dt.time(22), FIVE), ahead=-1)
    Holiday.objects.create(date=cast.day(), name="All Saints")
    assert offered(cast) == offered(cast, who=cast.jonas) == []
    assert offered(cast, ahead=-1) == ["22:00", "22:30", "23:00"]
    with pytest.raises(SlotTaken) as refused:
        booked(cast)
    assert refused.value.why == "away"
    assert all(each.start.astimezone(cast.zone).date() != cast.day() for each in refused.value.alternatives)


def test_an_unticked_holiday_is_a_day_like_any_other(cast: Cast) -> None:
    usual = offered(cast)
    Holiday.objects.create(date=cast.day(), name="Whit Monday", closed=False)
    assert offered(cast) == usual


def test_the_desk_may_book_on_a_holiday_with_a_reason(cast: Cast) -> None:
    Holiday.objects.create(date=cast.day(), name="All Saints")
    appointment = booked(cast, override=RuleOverride(reason="she travels a lot"))
    assert appointment.changes.get().reason == "away; she travels a lot"


def test_nothing_is_moved_into_a_closed_day(cast: Cast) -> None:
    appointment = booked(cast)
    Holiday.objects.create(date=cast.day() + dt.timedelta(days=1), name="All Saints")
    with pytest.raises(SlotTaken):
        move(appointment, start=cast.at(10) + dt.timedelta(days=1), via=Appointment.Via.API, by_client=True)


def test_a_holiday_with_appointments_says_so_and_cancels_none(cast: Cast, client: Browser) -> None:
    appointment = booked(cast)
    client.force_login(cast.owner)
    sent = {"date": cast.day().isoformat(), "name": "All Saints", "closed": "on"}
    shown = client.post("/admin/booking/holiday/add/", sent)
    assert not Holiday.objects.exists()
    client.post("/admin/booking/holiday/add/", all_the_same(shown))
    assert Holiday.objects.get().closed
    appointment.refresh_from_db()
    assert appointment.status == "confirmed"


def test_the_desk_shows_the_hours_of_the_date(cast: Cast, client: Browser) -> None:
    client.force_login(cast.owner)
    address = f"/desk/?day={cast.day().isoformat()}&who=all"
    other_hours(cast, (dt.time(6, 10), dt.time(7, 40)))
    assert "06:10" in client.get(address).content.decode()
    Holiday.objects.create(date=cast.day(), name="All Saints")
    page = client.get(address).content.decode()
    assert "Away" in page or "away" in page


def test_only_beside_another_appointment_the_day_stays_together(cast: Cast) -> None:
    cast.mira.adjacent_only = True
    cast.mira.save()
    usual = offered(cast, ahead=1)
    cast.appointment(cast.at(12))
    assert offered(cast) == ["10:30", "13:30"]
    assert offered(cast, ahead=1) == usual, "an empty day takes any time"
    with pytest.raises(SlotTaken) as refused:
        booked(cast, start=cast.at(9))
    assert refused.value.was_never_offered
    assert refused.value.why == "edge"
    assert booked(cast, start=cast.at(9), override=RuleOverride(reason="she asked for it")).reason == "she asked for it"


def test_no_gap_is_left_that_is_too_short_to_sell(cast: Cast) -> None:
    cast.mira.minimum_gap = 60
    cast.mira.save()
    cast.appointment(cast.at(12))
    starts = offered(cast)
    assert "09:30" not in starts
    assert "09:00" in starts
    with pytest.raises(SlotTaken) as refused:
        booked(cast, start=cast.at(9, 30))
    assert refused.value.was_never_offered
    assert refused.value.why == "edge"


def test_40_dates_and_holidays_cost_no_further_query(cast: Cast) -> None:
    def asked() -> int:
        current_configuration()
        with CaptureQueriesContext(connection) as seen:
            schedule.month_of(Order.of(cast.hot_stone), first=cast.day(), last=cast.day() + dt.timedelta(days=30))
        return len(seen)

    before = asked()
    for ahead in range(20):
        other_hours(cast, (NINE, NOON), (THREE, FIVE), ahead=ahead)
        Holiday.objects.create(date=cast.day() + dt.timedelta(days=40 + ahead), name=f"Day {ahead}")
    assert asked() == before == 2


@pytest.mark.invariant("I2")
@pytest.mark.parametrize("seed", range(6))
def test_30_offered_if_and_only_if_bookable_under_random_rules(cast: Cast, seed: int) -> None:
    dice = random.Random(seed)
    cast.mira.adjacent_only, cast.mira.minimum_gap = dice.random() < 0.5, dice.choice([0, 0, 30, 45, 90])
    cast.mira.save()
    service = dice.choice([cast.regular, cast.regular_90, cast.back])
    service.step_minutes = dice.choice([None, 10, 20, 45])
    service.first_start = dice.choice([None, dt.time(8, 50), dt.time(10)])
    service.last_start = dice.choice([None, dt.time(15), dt.time(16, 10)])
    service.save()
    if dice.random() < 0.6:
        other_hours(cast, (dt.time(8, dice.choice([0, 20])), NOON), (dt.time(13), dt.time(dice.choice([18, 1]))))
    if dice.random() < 0.2:
        Holiday.objects.create(date=cast.day(), name="All Saints")
    for hour in dice.sample([9, 11, 13, 15], dice.randint(0, 2)):
        cast.appointment(
            cast.at(hour, dice.choice([0, 15, 40])), service=cast.back, client=dice.choice([cast.ana, cast.ben])
        )
    first, last = cast.day(), cast.day() + dt.timedelta(days=1)
    free = {
        each.start for each in schedule.month_of(Order.of(service), first=first, last=last, therapist=cast.mira).offers
    }
    begin = cast.at(0)
    for ahead in range(2):
        day = first + dt.timedelta(days=ahead)
        book = schedule.read_schedule(Order.of(service), first=day, last=day, therapist=cast.mira)
        for minutes in range(0, 24 * 60, 5):
            start = begin + dt.timedelta(days=ahead, minutes=minutes)
            assert book.check(cast.mira, start).free == (start in free), start
    if free:
        assert booked(cast, service=service, start=dice.choice(sorted(free)))
