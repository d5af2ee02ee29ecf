"""Scenarios 23 to 25: nights on which the clock changes, in zones whose changes differ."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from booking.scheduling.availability import (
    ServiceRules,
    TherapistSchedule,
    Unavailable,
    as_datetime,
    check_start,
    free_times,
)
from tests.booking.scheduling.availability.cast import BERLIN, at, every_day, instants_at, offered

HALF = ServiceRules(minutes=30, step=30, horizon=5000)
NIGHT = every_day("00:00-06:00")
FIRST_OF_YEAR = {year: dt.datetime(year, 1, 1, tzinfo=dt.UTC) for year in (2010, 2011, 2018, 2019, 2026, 2027)}

# zone, day, wall times that do not exist on a grid of 30 minutes
GAPS = [
    ("Europe/Berlin", dt.date(2027, 3, 28), ["02:00", "02:30"]),
    ("America/New_York", dt.date(2027, 3, 14), ["02:00", "02:30"]),
    ("America/St_Johns", dt.date(2027, 3, 14), ["02:00", "02:30"]),
    ("Australia/Lord_Howe", dt.date(2026, 10, 4), ["02:00"]),
    ("Pacific/Chatham", dt.date(2026, 9, 27), ["03:00", "03:30"]),
    ("Africa/Casablanca", dt.date(2027, 3, 14), ["02:00", "02:30"]),
    ("America/Sao_Paulo", dt.date(2018, 11, 4), ["00:00", "00:30"]),
]
# zone, day, wall times that come twice
FOLDS = [
    ("Europe/Berlin", dt.date(2026, 10, 25), ["02:00", "02:30"]),
    ("America/New_York", dt.date(2026, 11, 1), ["01:00", "01:30"]),
    ("America/St_Johns", dt.date(2026, 11, 1), ["01:00", "01:30"]),
    ("Australia/Lord_Howe", dt.date(2027, 4, 4), ["01:30"]),
    ("Pacific/Chatham", dt.date(2027, 4, 4), ["03:00", "03:30"]),
    ("Africa/Casablanca", dt.date(2027, 2, 7), ["02:00", "02:30"]),
]
ALL_NIGHT = [f"{hour:02}:{minute}" for hour in range(6) for minute in ("00", "30")]


def ahead(zone: ZoneInfo, day: dt.date, service: ServiceRules = HALF, hours: str = "00:00-06:00") -> list[str]:
    return offered(
        service,
        TherapistSchedule(key=1, hours=every_day(hours)),
        zone=zone,
        day=day,
        now=FIRST_OF_YEAR[day.year],
    )


@pytest.mark.parametrize(("name", "day", "missing"), GAPS)
def test_23_no_phantom_time_is_offered_in_the_spring_gap(name: str, day: dt.date, missing: list[str]) -> None:
    assert ahead(ZoneInfo(name), day) == [time for time in ALL_NIGHT if time not in missing]


@pytest.mark.parametrize(("name", "day", "missing"), GAPS)
def test_23_a_phantom_time_that_is_typed_is_refused(name: str, day: dt.date, missing: list[str]) -> None:
    zone = ZoneInfo(name)
    diary = TherapistSchedule(key=1, hours=NIGHT)
    for text in missing:
        time = dt.time.fromisoformat(text)
        typed = dt.datetime.combine(day, time, zone)
        verdict = check_start(HALF, diary, (), (), zone, typed, FIRST_OF_YEAR[day.year], ignoring=[Unavailable.HOURS])
        assert verdict.reason == Unavailable.GAP
        assert instants_at(zone, day, time) == ()


@pytest.mark.parametrize(("name", "day", "twice"), FOLDS)
def test_24_both_hours_of_the_autumn_fold_are_offered_and_differ(name: str, day: dt.date, twice: list[str]) -> None:
    zone = ZoneInfo(name)
    found = ahead(zone, day)
    assert sorted(found) == sorted([*ALL_NIGHT, *twice])
    first, second = instants_at(zone, day, dt.time.fromisoformat(twice[0]))
    assert second - first == len(twice) * 30
    diary = TherapistSchedule(key=1, hours=NIGHT)
    for start in (first, second):
        assert check_start(HALF, diary, (), (), zone, start, FIRST_OF_YEAR[day.year]).free


def test_24_an_appointment_in_the_first_hour_leaves_the_second_free() -> None:
    day = dt.date(2026, 10, 25)
    first = at("2026-10-25 02:00")
    diary = TherapistSchedule(key=1, hours=every_day("02:00-03:00"), busy=[(first, first + 60)])
    service = ServiceRules(minutes=60, step=60)
    offers = free_times(service, [diary], (), (), BERLIN, day, day, FIRST_OF_YEAR[2026] + dt.timedelta(days=200))
    assert [as_datetime(offer.start, BERLIN).isoformat() for offer in offers] == ["2026-10-25T02:00:00+01:00"]


def test_24_a_datetime_with_fold_names_the_second_hour() -> None:
    typed = dt.datetime(2026, 10, 25, 2, 30, tzinfo=BERLIN, fold=1)
    first, second = at("2026-10-25 02:30"), at("2026-10-25 02:30", fold=1)
    diary = TherapistSchedule(key=1, hours=NIGHT, busy=[(first, first + 30)])
    assert second == first + 60
    assert check_start(HALF, diary, (), (), BERLIN, typed, FIRST_OF_YEAR[2026]).free
    assert not check_start(HALF, diary, (), (), BERLIN, typed.replace(fold=0), FIRST_OF_YEAR[2026]).free


def test_24_midnight_hours_that_come_twice_belong_to_the_day_before() -> None:
    zone, day = ZoneInfo("America/Sao_Paulo"), dt.date(2019, 2, 16)
    assert ahead(zone, day, hours="22:00-00:00") == ["22:00", "22:30", "23:00", "23:30", "23:00", "23:30"]


@pytest.mark.parametrize("days", [-1, 0, 1])
@pytest.mark.parametrize(("name", "day"), [(name, day) for name, day, _ in GAPS + FOLDS])
def test_25_nine_stays_nine_before_on_and_after_the_change(name: str, day: dt.date, days: int) -> None:
    on = day + dt.timedelta(days=days)
    assert ahead(ZoneInfo(name), on, hours="09:00-11:00") == ["09:00", "09:30", "10:00", "10:30"]


def test_25_a_session_over_the_change_takes_its_real_minutes() -> None:
    long = ServiceRules(minutes=120, step=30, horizon=5000)
    assert ahead(BERLIN, dt.date(2027, 3, 28), long, "01:00-05:00") == ["01:00", "01:30", "03:00"]
    assert ahead(BERLIN, dt.date(2026, 10, 25), long, "01:00-03:00") == ["01:00", "01:30", "02:00"]


def test_hours_that_begin_in_the_gap_keep_their_grid() -> None:
    service = ServiceRules(minutes=30, step=60, horizon=5000)
    assert ahead(BERLIN, dt.date(2027, 3, 28), service, "02:30-06:00") == ["03:30", "04:30", "05:30"]


def test_hours_that_end_inside_the_fold_end_twice() -> None:
    found = ahead(BERLIN, dt.date(2026, 10, 25), hours="01:30-02:30")
    assert found == ["01:30", "02:00", "02:00"]


def test_an_odd_offset_changes_nothing_on_the_wall() -> None:
    zone = ZoneInfo("Asia/Kathmandu")
    day = dt.date(2026, 11, 27)
    found = ahead(zone, day, hours="09:00-10:30")
    assert found == ["09:00", "09:30", "10:00"]
    assert as_datetime(instants_at(zone, day, dt.time(9))[0]).time() == dt.time(3, 15)


def test_a_date_that_never_was_has_no_times() -> None:
    zone = ZoneInfo("Pacific/Apia")
    days = [dt.date(2011, 12, number) for number in (29, 30, 31)]
    assert [len(ahead(zone, day, hours="09:00-10:00")) for day in days] == [2, 0, 2]


def test_the_minutes_before_midnight_that_come_again_after_it_are_still_offered() -> None:
    zone, saturday = ZoneInfo("America/St_Johns"), dt.date(2010, 11, 6)
    now = dt.datetime(2010, 11, 7, 0, 0, 30, tzinfo=zone)  # half a minute later it is 23:01 on Saturday once more
    diary = TherapistSchedule(key=1, hours=every_day("22:00-00:00"))
    assert offered(HALF, diary, zone=zone, day=saturday, now=now) == ["23:30"]
