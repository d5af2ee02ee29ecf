"""Single dates and tight days: other hours, holidays, only beside a visit, no gap too short (scenarios 25, 26, 40)."""

import datetime as dt
import random

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from booking import diary
from booking.actions import Override, move
from booking.configuration import current_configuration
from booking.errors import NotOffered, SlotTaken
from booking.models import Appointment, Holiday, HoursOverride, Service, Therapist
from tests.booking.admin_pages import all_the_same
from tests.booking.rules.test_services import local
from tests.booking.test_book import booked
from tests.fixtures.cast import House

NINE, NOON, THREE, FIVE = dt.time(9), dt.time(12), dt.time(15), dt.time(17)


def other_hours(house: House, *ranges: tuple[dt.time, dt.time], ahead: int = 0) -> None:
    """Give Mira other hours on the Tuesday; without ranges she is not there."""
    date = house.day() + dt.timedelta(days=ahead)
    for starts, ends in ranges or [(None, None)]:
        over = starts is not None and ends is not None and ends <= starts
        HoursOverride.objects.create(therapist=house.mira, date=date, starts=starts, ends=ends, over_midnight=over)


def offered(house: House, service: Service | None = None, ahead: int = 0, who: Therapist | None = None) -> list[str]:
    """Mira's free times of day on the Tuesday, or so many days later."""
    day = house.day() + dt.timedelta(days=ahead)
    times = diary.month_of(service or house.regular, first=day, last=day, therapist=who or house.mira)
    return local(house, [each.start for each in times.offers])


def test_hours_of_one_date_replace_the_weekly_ones_on_that_date_alone(house: House) -> None:
    usual = offered(house)
    other_hours(house, (NOON, THREE))
    assert offered(house) == ["12:00", "12:30", "13:00", "13:30", "14:00"]
    assert offered(house, ahead=1) == usual
    with pytest.raises(NotOffered):
        booked(house, start=house.at(10))
    assert booked(house, start=house.at(14)).starts_at == house.at(14)


def test_other_hours_may_be_a_split_day_and_longer_than_usual(house: House) -> None:
    other_hours(house, (dt.time(7), dt.time(8)), (dt.time(20), dt.time(21)))
    assert offered(house) == ["07:00", "20:00"]


def test_26_other_hours_may_run_over_midnight_and_are_seen_from_both_days(house: House) -> None:
    other_hours(house, (dt.time(23), dt.time(1)))
    assert offered(house) == ["23:00", "23:30"]
    assert offered(house, ahead=1)[:2] == ["00:00", "09:00"]


def test_a_date_without_times_is_closed_for_one_therapist_only(house: House) -> None:
    others = offered(house, who=house.jonas)
    other_hours(house)
    assert offered(house) == []
    assert offered(house, who=house.jonas) == others
    with pytest.raises(NotOffered):
        booked(house)


def test_half_a_range_or_the_same_range_twice_is_refused(house: House) -> None:
    half = HoursOverride(therapist=house.mira, date=house.day(), starts=NINE)
    with pytest.raises(ValidationError):
        half.full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        half.save()
    other_hours(house)
    with pytest.raises(IntegrityError), transaction.atomic():
        other_hours(house)


def test_a_holiday_closes_the_whole_practice_for_its_local_date(house: House) -> None:
    other_hours(house, (dt.time(22), FIVE), ahead=-1)
    Holiday.objects.create(date=house.day(), name="All Saints")
    assert offered(house) == offered(house, who=house.jonas) == []
    assert offered(house, ahead=-1) == ["22:00", "22:30", "23:00"]
    with pytest.raises(SlotTaken) as refused:
        booked(house)
    assert refused.value.why == "away"
    assert all(each.start.astimezone(house.zone).date() != house.day() for each in refused.value.alternatives)


def test_an_unticked_holiday_is_a_day_like_any_other(house: House) -> None:
    usual = offered(house)
    Holiday.objects.create(date=house.day(), name="Whit Monday", closed=False)
    assert offered(house) == usual


def test_the_desk_may_book_on_a_holiday_with_a_reason(house: House) -> None:
    Holiday.objects.create(date=house.day(), name="All Saints")
    appointment = booked(house, override=Override(reason="she travels a lot"))
    assert appointment.changes.get().why == "away; she travels a lot"


def test_nothing_is_moved_into_a_closed_day(house: House) -> None:
    appointment = booked(house)
    Holiday.objects.create(date=house.day() + dt.timedelta(days=1), name="All Saints")
    with pytest.raises(SlotTaken):
        move(appointment, start=house.at(10) + dt.timedelta(days=1), via=Appointment.Via.API, by_client=True)


def test_a_holiday_with_visits_says_so_and_cancels_none(house: House, client: Browser) -> None:
    appointment = booked(house)
    client.force_login(house.owner)
    sent = {"date": house.day().isoformat(), "name": "All Saints", "closed": "on"}
    shown = client.post("/admin/booking/holiday/add/", sent)
    assert not Holiday.objects.exists()
    client.post("/admin/booking/holiday/add/", all_the_same(shown))
    assert Holiday.objects.get().closed
    appointment.refresh_from_db()
    assert appointment.status == "confirmed"


def test_the_desk_shows_the_hours_of_the_date(house: House, client: Browser) -> None:
    client.force_login(house.owner)
    address = f"/desk/?day={house.day().isoformat()}&who=all"
    other_hours(house, (dt.time(6, 10), dt.time(7, 40)))
    assert "06:10" in client.get(address).content.decode()
    Holiday.objects.create(date=house.day(), name="All Saints")
    page = client.get(address).content.decode()
    assert "Away" in page or "away" in page


def test_only_beside_another_visit_the_day_stays_together(house: House) -> None:
    house.mira.beside_only = True
    house.mira.save()
    usual = offered(house, ahead=1)
    house.visit(house.at(12))
    assert offered(house) == ["10:30", "13:30"]
    assert offered(house, ahead=1) == usual, "an empty day takes any time"
    with pytest.raises(NotOffered) as refused:
        booked(house, start=house.at(9))
    assert refused.value.why == "edge"
    assert booked(house, start=house.at(9), override=Override(reason="she asked for it")).reason == "she asked for it"


def test_no_gap_is_left_that_is_too_short_to_sell(house: House) -> None:
    house.mira.shortest_gap = 60
    house.mira.save()
    house.visit(house.at(12))
    starts = offered(house)
    assert "09:30" not in starts
    assert "09:00" in starts
    with pytest.raises(NotOffered) as refused:
        booked(house, start=house.at(9, 30))
    assert refused.value.why == "edge"


def test_40_dates_and_holidays_cost_no_further_query(house: House) -> None:
    def asked() -> int:
        current_configuration()
        with CaptureQueriesContext(connection) as seen:
            diary.month_of(house.hot_stone, first=house.day(), last=house.day() + dt.timedelta(days=30))
        return len(seen)

    before = asked()
    for ahead in range(20):
        other_hours(house, (NINE, NOON), (THREE, FIVE), ahead=ahead)
        Holiday.objects.create(date=house.day() + dt.timedelta(days=40 + ahead), name=f"Day {ahead}")
    assert asked() == before == 2


@pytest.mark.invariant("I2")
@pytest.mark.parametrize("seed", range(12))
def test_30_offered_if_and_only_if_bookable_under_random_rules(house: House, seed: int) -> None:
    dice = random.Random(seed)
    house.mira.beside_only, house.mira.shortest_gap = dice.random() < 0.5, dice.choice([0, 0, 30, 45, 90])
    house.mira.save()
    service = dice.choice([house.regular, house.regular_90, house.back])
    service.step_minutes = dice.choice([None, 10, 20, 45])
    service.first_start = dice.choice([None, dt.time(8, 50), dt.time(10)])
    service.last_start = dice.choice([None, dt.time(15), dt.time(16, 10)])
    service.save()
    if dice.random() < 0.6:
        other_hours(house, (dt.time(8, dice.choice([0, 20])), NOON), (dt.time(13), dt.time(dice.choice([18, 1]))))
    if dice.random() < 0.2:
        Holiday.objects.create(date=house.day(), name="All Saints")
    for hour in dice.sample([9, 11, 13, 15], dice.randint(0, 2)):
        house.visit(
            house.at(hour, dice.choice([0, 15, 40])), service=house.back, client=dice.choice([house.ana, house.ben])
        )
    first, last = house.day(), house.day() + dt.timedelta(days=1)
    free = {each.start for each in diary.month_of(service, first=first, last=last, therapist=house.mira).offers}
    begin = house.at(0)
    for ahead in range(2):
        day = first + dt.timedelta(days=ahead)
        book = diary.read(service, first=day, last=day, therapist=house.mira)
        for minutes in range(0, 24 * 60, 5):
            start = begin + dt.timedelta(days=ahead, minutes=minutes)
            assert book.check(house.mira, start).free == (start in free), start
    if free:
        assert booked(house, service=service, start=dice.choice(sorted(free)))
