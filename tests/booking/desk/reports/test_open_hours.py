"""The hours in which somebody takes appointments, counted by hand."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from booking.desk.reports.open_hours import open_minutes
from booking.desk.reports.period import DateRange
from booking.models import Holiday, HoursOverride, Status, Therapist, TimeOff, WorkingHours
from booking.scheduling.configuration import current_configuration
from tests.fixtures.cast import Cast

pytestmark = pytest.mark.django_db
BERLIN = ZoneInfo("Europe/Berlin")
MONDAY = dt.date(2026, 9, 7)
SUNDAY = dt.date(2026, 9, 13)


def opened(therapist: Therapist, first: dt.date, last: dt.date) -> dict[dt.date, float]:
    """Hours by date."""
    found = open_minutes(current_configuration(), [therapist.pk], DateRange(first, last))
    return {day: minutes / 60 for (_key, day), minutes in found.items()}


def at(day: dt.date, hour: int) -> dt.datetime:
    """A wall time in Berlin."""
    return dt.datetime.combine(day, dt.time(hour), BERLIN)


def test_a_week_has_the_hours_of_its_days(cast: Cast) -> None:
    assert sum(opened(cast.mira, MONDAY, SUNDAY).values()) == 7 * 8
    assert sum(opened(cast.jonas, MONDAY, SUNDAY).values()) == 5 * (4 + 5)
    assert sum(opened(cast.tess, MONDAY, SUNDAY).values()) == 5 * 5


def test_time_off_and_closed_days_are_taken_away_where_there_were_hours(cast: Cast) -> None:
    # Two hours of Monday's work, and a night that costs nothing.
    TimeOff.objects.create(therapist=cast.mira, starts_at=at(MONDAY, 15), ends_at=at(MONDAY + dt.timedelta(1), 8))
    # The whole practice, and a part of it that somebody has off anyway.
    TimeOff.objects.create(starts_at=at(MONDAY + dt.timedelta(2), 12), ends_at=at(MONDAY + dt.timedelta(2), 20))
    TimeOff.objects.create(
        therapist=cast.mira, starts_at=at(MONDAY + dt.timedelta(2), 10), ends_at=at(MONDAY + dt.timedelta(2), 13)
    )
    Holiday.objects.create(date=MONDAY + dt.timedelta(3), name="A day of rest")
    Holiday.objects.create(date=MONDAY + dt.timedelta(4), name="A day of work", closed=False)
    days = opened(cast.mira, MONDAY, SUNDAY)
    assert [days.get(MONDAY + dt.timedelta(ahead), 0) for ahead in range(7)] == [6, 8, 1, 0, 8, 8, 8]


def test_other_hours_on_a_date_stand_in_place_of_the_weekly_ones(cast: Cast) -> None:
    HoursOverride.objects.create(therapist=cast.tess, date=MONDAY, starts=dt.time(14), ends=dt.time(16))
    HoursOverride.objects.create(therapist=cast.tess, date=MONDAY + dt.timedelta(1))
    days = opened(cast.tess, MONDAY, MONDAY + dt.timedelta(2))
    assert days == {MONDAY: 2, MONDAY + dt.timedelta(2): 5}


def test_hours_count_while_they_are_valid(cast: Cast) -> None:
    WorkingHours.objects.filter(therapist=cast.tess).update(valid_until=MONDAY)
    assert opened(cast.tess, MONDAY, SUNDAY) == {MONDAY: 5}


@pytest.mark.parametrize(("day", "hours"), [(dt.date(2026, 10, 25), 25), (dt.date(2026, 3, 29), 23)])
def test_the_clock_changes_in_a_night_of_work(cast: Cast, day: dt.date, hours: int) -> None:
    """Round the clock, as an inn would: the night in which the clock changes has an hour more, or one less."""
    WorkingHours.objects.filter(therapist=cast.mira).update(starts=dt.time(0), ends=dt.time(0))
    assert opened(cast.mira, day, day) == {day: hours}
    week = opened(cast.mira, day - dt.timedelta(6), day)
    assert sum(week.values()) == 6 * 24 + hours


def test_hours_over_midnight_belong_to_both_days(cast: Cast) -> None:
    WorkingHours.objects.filter(therapist=cast.tess).delete()
    WorkingHours.objects.create(therapist=cast.tess, weekday=0, starts=dt.time(22), ends=dt.time(3), over_midnight=True)
    assert opened(cast.tess, MONDAY, SUNDAY) == {MONDAY: 2, MONDAY + dt.timedelta(1): 3}
    assert opened(cast.tess, MONDAY + dt.timedelta(1), SUNDAY) == {MONDAY + dt.timedelta(1): 3}


def test_who_takes_no_appointments_any_more_counts_until_their_last(cast: Cast) -> None:
    tuesday = MONDAY + dt.timedelta(1)
    cast.appointment(at(tuesday, 9), therapist=cast.tess, status=Status.COMPLETED)
    cast.appointment(at(SUNDAY, 9), therapist=cast.tess, status=Status.CANCELLED)
    Therapist.objects.filter(pk=cast.tess.pk).update(active=False)
    assert opened(cast.tess, MONDAY, SUNDAY) == {MONDAY: 5, tuesday: 5}
    Therapist.objects.filter(pk=cast.jonas.pk).update(active=False)
    assert opened(cast.jonas, MONDAY, SUNDAY) == {}
