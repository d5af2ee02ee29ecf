"""Scenarios 28 and 29, the horizon, daily limits, first and last start, time off."""

import datetime as dt

import pytest

from booking.scheduling.availability import (
    DayLoad,
    ServiceRules,
    TherapistSchedule,
    Unavailable,
    as_datetime,
    check_start,
    free_times,
)
from tests.booking.scheduling.availability.cast import BERLIN, FRIDAY, LONG_BEFORE, at, clock, every_day, offered, span

DIARY = TherapistSchedule(key=1, hours=every_day("09:00-13:00"))
NOTICE = ServiceRules(minutes=60, step=60, notice=120)
SECOND = dt.timedelta(seconds=1)


def reason(
    service: ServiceRules, diary: TherapistSchedule, start: str, now: dt.datetime = LONG_BEFORE
) -> Unavailable | None:
    return check_start(service, diary, (), (), BERLIN, at(start), now).reason


def test_28_a_time_that_has_passed_under_the_notice_is_refused() -> None:
    shown = as_datetime(at("08:55"))
    assert "11:00" in offered(NOTICE, DIARY, now=shown)
    submitted = shown + dt.timedelta(minutes=10)
    assert "11:00" not in offered(NOTICE, DIARY, now=submitted)
    assert reason(NOTICE, DIARY, "11:00", submitted) == Unavailable.NOTICE


def test_29_exactly_now_plus_notice_is_allowed_and_one_second_less_is_not() -> None:
    now = as_datetime(at("09:00"))
    for moment, first in ((now, "11:00"), (now - SECOND, "11:00"), (now + SECOND, "12:00")):
        assert offered(NOTICE, DIARY, now=moment)[0] == first
    assert reason(NOTICE, DIARY, "11:00", now) is None
    assert reason(NOTICE, DIARY, "11:00", now + SECOND) == Unavailable.NOTICE
    assert reason(NOTICE, DIARY, "11:00", now + dt.timedelta(microseconds=1)) == Unavailable.NOTICE


def test_29_without_notice_a_start_at_this_very_second_is_allowed_and_then_it_is_past() -> None:
    service = ServiceRules(minutes=60)
    now = as_datetime(at("10:00"))
    assert reason(service, DIARY, "10:00", now) is None
    assert reason(service, DIARY, "10:00", now + SECOND) == Unavailable.PAST


def test_the_zone_of_now_does_not_matter() -> None:
    now = as_datetime(at("09:00"))
    assert offered(NOTICE, DIARY, now=now) == offered(NOTICE, DIARY, now=now.astimezone(BERLIN))


@pytest.mark.parametrize(("horizon", "free"), [(0, False), (1, False), (2, True)])
def test_the_horizon_counts_days_of_the_practice(horizon: int, free: bool) -> None:
    late_on_wednesday = as_datetime(at("2026-11-25 23:59"))
    service = ServiceRules(minutes=60, horizon=horizon)
    assert bool(offered(service, DIARY, now=late_on_wednesday)) == free
    assert reason(service, DIARY, "09:00", late_on_wednesday) == (None if free else Unavailable.HORIZON)


def test_the_horizon_moves_on_at_midnight_of_the_practice_not_of_utc() -> None:
    service = ServiceRules(minutes=60, horizon=1)
    midnight = as_datetime(at("2026-11-26 00:00"))
    assert midnight.date() == dt.date(2026, 11, 25)
    assert offered(service, DIARY, now=midnight)
    assert not offered(service, DIARY, now=midnight - SECOND)


@pytest.mark.parametrize(
    ("load", "full"),
    [(DayLoad(2, 90), False), (DayLoad(3, 90), True), (DayLoad(2, 121), True), (DayLoad(0, 120), False)],
)
def test_a_day_that_would_pass_a_limit_is_full(load: DayLoad, full: bool) -> None:
    diary = TherapistSchedule(key=1, hours=DIARY.hours, booked={FRIDAY: load}, max_appointments=3, max_minutes=180)
    service = ServiceRules(minutes=60)
    assert (offered(service, diary) == []) == full
    assert reason(service, diary, "09:00") == (Unavailable.DAY_FULL if full else None)
    assert offered(service, diary, day=FRIDAY + dt.timedelta(days=1))


def test_a_limit_of_none_a_day_closes_every_day() -> None:
    diary = TherapistSchedule(key=1, hours=DIARY.hours, max_appointments=0)
    assert offered(ServiceRules(minutes=60), diary) == []


def test_an_appointment_after_midnight_counts_for_its_own_date() -> None:
    diary = TherapistSchedule(
        key=1, hours=every_day("22:00-02:00"), booked={FRIDAY: DayLoad(1, 60)}, max_appointments=1
    )
    service = ServiceRules(minutes=60, step=60)
    assert offered(service, diary) == []
    assert offered(service, diary, day=FRIDAY + dt.timedelta(days=1)) == ["00:00", "01:00", "22:00", "23:00"]


def test_a_service_may_start_only_between_its_first_and_last_time() -> None:
    service = ServiceRules(minutes=60, step=30, first_start=clock("10:00"), last_start=clock("11:30"))
    assert offered(service, DIARY) == ["10:00", "10:30", "11:00", "11:30"]
    assert reason(service, DIARY, "12:00") == Unavailable.HOURS


@pytest.mark.parametrize(
    ("first", "last", "times"),
    [
        ("11:00", None, ["11:00", "12:00"]),
        (None, "10:00", ["09:00", "10:00"]),
        ("12:00", "09:00", ["09:00", "12:00"]),  # over midnight
    ],
)
def test_either_bound_may_stand_alone(first: str | None, last: str | None, times: list[str]) -> None:
    service = ServiceRules(
        minutes=60, step=60, first_start=clock(first) if first else None, last_start=clock(last) if last else None
    )
    assert offered(service, DIARY) == times


def test_time_off_blocks_every_session_that_touches_it() -> None:
    diary = TherapistSchedule(key=1, hours=DIARY.hours, away=[span("10:30", "10:45")])
    assert offered(ServiceRules(minutes=60, step=15), diary) == [
        "09:00", "09:15", "09:30", "10:45", "11:00", "11:15", "11:30", "11:45", "12:00",
    ]  # fmt: skip


def test_leave_over_several_days_closes_them_all() -> None:
    diary = TherapistSchedule(key=1, hours=DIARY.hours, away=[span("2026-11-26 12:00", "2026-11-28 10:00")])
    service = ServiceRules(minutes=60, step=60)
    days = [FRIDAY + dt.timedelta(days=number) for number in (-1, 0, 1)]
    found = [offered(service, diary, day=day) for day in days]
    assert found == [["09:00", "10:00", "11:00"], [], ["10:00", "11:00", "12:00"]]


def test_a_known_client_is_not_offered_a_second_appointment_at_the_same_time() -> None:
    service = ServiceRules(minutes=60, step=60, after=15)
    mine = [span("10:00", "11:00")]
    offers = free_times(service, [DIARY], (), (), BERLIN, FRIDAY, FRIDAY, LONG_BEFORE, client=mine)
    assert [offer.start for offer in offers] == [at("09:00"), at("11:00"), at("12:00")]
    verdict = check_start(service, DIARY, (), (), BERLIN, at("10:00"), LONG_BEFORE, client=mine)
    assert verdict.reason == Unavailable.CLIENT_BUSY


@pytest.mark.parametrize(
    ("minutes", "step", "others"),
    [(0, 15, 0), (60, 0, 0), (-60, 15, 0), (60, 15, -1)],
)
def test_rules_that_cannot_be_are_refused(minutes: int, step: int, others: int) -> None:
    with pytest.raises(ValueError, match=r"minute|negative"):
        ServiceRules(minutes=minutes, step=step, before=others)


def test_nothing_is_negative() -> None:
    with pytest.raises(ValueError, match="negative"):
        ServiceRules(minutes=60, after=-1)
    with pytest.raises(ValueError, match="negative"):
        ServiceRules(minutes=60, kit_buffer_after=-1)
    with pytest.raises(ValueError, match="negative"):
        ServiceRules(minutes=60, notice=-1)
    with pytest.raises(ValueError, match="negative"):
        ServiceRules(minutes=60, horizon=-1)
