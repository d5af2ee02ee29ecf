"""The verdict: one stable reason, what the desk may set aside, and starts that nobody should have typed."""

import datetime as dt

import pytest

from booking.scheduling.availability import (
    OVERRIDABLE,
    DayLoad,
    Resource,
    ServiceRules,
    TherapistSchedule,
    Unavailable,
    check_start,
)
from tests.booking.scheduling.availability.cast import BERLIN, FRIDAY, LONG_BEFORE, at, every_day, span

SERVICE = ServiceRules(minutes=60, step=30, needs_room=True, needs_kit=True, notice=60, horizon=60)
DIARY = TherapistSchedule(
    key=1,
    hours=every_day("09:00-17:00"),
    busy=[span("13:00", "14:00")],
    away=[span("15:00", "16:00")],
    private=[span("10:15", "10:30")],
    booked={FRIDAY + dt.timedelta(days=1): DayLoad(9, 0)},
    max_appointments=9,
)
ROOMS = [Resource(7, [span("11:00", "12:00")])]
KITS = [Resource(8, [span("16:00", "17:00")])]


@pytest.mark.parametrize(
    ("start", "reason"),
    [
        ("09:00", None),
        ("2026-10-30 09:00", Unavailable.PAST),
        ("2026-11-01 09:30", Unavailable.NOTICE),
        ("2027-01-01 09:00", Unavailable.HORIZON),
        ("08:00", Unavailable.HOURS),
        ("16:30", Unavailable.HOURS),
        ("09:10", Unavailable.OFF_GRID),
        ("14:30", Unavailable.AWAY),
        ("10:00", Unavailable.PRIVATE),
        ("2026-11-28 09:00", Unavailable.DAY_FULL),
        ("12:30", Unavailable.THERAPIST_BUSY),
        ("11:00", Unavailable.NO_ROOM),
        ("16:00", Unavailable.NO_KIT),
    ],
)
def test_a_refusal_says_why(start: str, reason: Unavailable | None) -> None:
    assert check_start(SERVICE, DIARY, ROOMS, KITS, BERLIN, at(start), LONG_BEFORE).reason == reason


def test_reasons_are_stable_slugs() -> None:
    assert [str(reason) for reason in Unavailable] == [
        "gap", "past", "notice", "horizon", "hours", "off-grid", "away", "private", "day-full",
        "therapist-busy", "client-busy", "no-room", "no-kit", "edge",
    ]  # fmt: skip


def test_a_free_start_comes_with_its_room_and_kit() -> None:
    verdict = check_start(SERVICE, DIARY, ROOMS, KITS, BERLIN, at("09:00"), LONG_BEFORE)
    assert (verdict.free, verdict.room, verdict.kit, verdict.overridden) == (True, 7, 8, ())


@pytest.mark.parametrize(
    ("start", "reason"),
    [
        ("2026-10-30 09:00", Unavailable.PAST),
        ("2026-11-01 09:30", Unavailable.NOTICE),
        ("2027-01-01 09:00", Unavailable.HORIZON),
        ("08:00", Unavailable.HOURS),
        ("09:10", Unavailable.OFF_GRID),
        ("14:30", Unavailable.AWAY),
        ("10:00", Unavailable.PRIVATE),
        ("2026-11-28 09:00", Unavailable.DAY_FULL),
    ],
)
def test_the_desk_sets_one_rule_aside_and_is_told_so(start: str, reason: Unavailable) -> None:
    verdict = check_start(SERVICE, DIARY, ROOMS, KITS, BERLIN, at(start), LONG_BEFORE, ignoring=[reason])
    assert (verdict.free, verdict.overridden, verdict.room, verdict.kit) == (True, (reason,), 7, 8)


def test_a_rule_not_set_aside_still_counts() -> None:
    late = at("2027-01-01 20:00")
    ignoring = [Unavailable.HORIZON]
    assert (
        check_start(SERVICE, DIARY, ROOMS, KITS, BERLIN, late, LONG_BEFORE, ignoring=ignoring).reason
        == Unavailable.HOURS
    )
    both = check_start(
        SERVICE,
        DIARY,
        ROOMS,
        KITS,
        BERLIN,
        late,
        LONG_BEFORE,
        ignoring=[Unavailable.HOURS, Unavailable.HORIZON],
    )
    assert both.overridden == (Unavailable.HORIZON, Unavailable.HOURS)


@pytest.mark.parametrize("start", ["12:30", "11:00", "16:00"])
def test_the_desk_never_sets_an_overlap_aside(start: str) -> None:
    assert not check_start(SERVICE, DIARY, ROOMS, KITS, BERLIN, at(start), LONG_BEFORE, ignoring=OVERRIDABLE).free


@pytest.mark.parametrize("reason", sorted(set(Unavailable) - OVERRIDABLE))
def test_asking_to_ignore_an_overlap_is_a_mistake(reason: Unavailable) -> None:
    with pytest.raises(ValueError, match=str(reason)):
        check_start(SERVICE, DIARY, ROOMS, KITS, BERLIN, at("09:00"), LONG_BEFORE, ignoring=[reason])


def test_a_start_may_be_an_aware_datetime_in_any_zone() -> None:
    utc = dt.datetime(2026, 11, 27, 8, tzinfo=dt.UTC)
    for start in (utc, utc.astimezone(BERLIN), utc.astimezone(dt.timezone(dt.timedelta(hours=-5)))):
        assert check_start(SERVICE, DIARY, ROOMS, KITS, BERLIN, start, LONG_BEFORE).free


def test_a_start_with_seconds_is_refused_for_the_desk_too() -> None:
    start = dt.datetime(2026, 11, 27, 8, 0, 1, tzinfo=dt.UTC)
    verdict = check_start(SERVICE, DIARY, ROOMS, KITS, BERLIN, start, LONG_BEFORE, ignoring=OVERRIDABLE)
    assert verdict.reason == Unavailable.OFF_GRID


def test_a_naive_start_is_a_mistake() -> None:
    with pytest.raises(TypeError):
        check_start(SERVICE, DIARY, ROOMS, KITS, BERLIN, dt.datetime(2026, 11, 27, 9), LONG_BEFORE)  # noqa: DTZ001


@pytest.mark.parametrize("hours", [-14, 0, 14])
@pytest.mark.parametrize(
    ("text", "reason"), [("0001-01-01 00:00", Unavailable.PAST), ("9999-12-31 23:59", Unavailable.HORIZON)]
)
def test_the_ends_of_the_calendar_are_refused_without_an_accident(text: str, reason: Unavailable, hours: int) -> None:
    start = dt.datetime.fromisoformat(text).replace(tzinfo=dt.timezone(dt.timedelta(hours=hours)))
    for ignoring in ((), OVERRIDABLE):
        verdict = check_start(SERVICE, DIARY, ROOMS, KITS, BERLIN, start, LONG_BEFORE, ignoring=ignoring)
        assert verdict.reason == reason


@pytest.mark.parametrize("text", ["0001-01-04 09:00", "9999-12-28 09:00"])
def test_days_just_inside_the_calendar_are_answered(text: str) -> None:
    start = dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC)
    assert check_start(SERVICE, DIARY, ROOMS, KITS, BERLIN, start, LONG_BEFORE, ignoring=OVERRIDABLE).overridden
