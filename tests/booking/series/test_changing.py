"""Moving and cancelling as one: this and the following, or all that are still ahead."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
import time_machine

from booking.actions import Pick, Scope, cancel, cancel_series, move, move_series, plan_move
from booking.actions.changing import visits_in
from booking.availability import Reason as Why
from booking.errors import NotPossible, SeriesChanged
from booking.models import Appointment, AppointmentChange, Holiday, Series
from booking.models.appointment import Status
from booking.proof import problems
from clinic.errors import Refusal
from tests.booking.series.cast import WEEK, repeated, shown, starts, visits
from tests.fixtures.cast import House, let_go_by

DAY, HOUR = dt.timedelta(days=1), dt.timedelta(hours=1)
DESK = Appointment.Via.DESK


def shifted(house: House, visit: Appointment, shift: dt.timedelta, scope: str = Scope.ALL) -> list[Pick]:
    """What the preview of a move shows as chosen."""
    return shown(plan_move(visits_in(visit, scope), shift))


def moved(house: House, visit: Appointment, shift: dt.timedelta, scope: str = Scope.ALL) -> list[Appointment]:
    """Move as the preview shows it."""
    return move_series(visit, scope=scope, picks=shifted(house, visit, shift, scope), via=DESK, by=house.owner)


def over(visit: Appointment) -> None:
    """Let a visit be in the past, and completed."""
    let_go_by(visit, dt.timedelta(days=200), status=Status.COMPLETED)


@pytest.fixture
def series(house: House) -> Series:
    """Ana's, three times."""
    return repeated(house)


def test_this_one_the_following_or_all_that_are_ahead(series: Series) -> None:
    one, two, three = visits(series)
    assert visits_in(two, Scope.ONE) == [two]
    assert visits_in(two, Scope.FOLLOWING) == [two, three]
    assert visits_in(two, Scope.ALL) == [one, two, three]
    over(one)
    cancel(three, reason="", via=DESK)
    assert visits_in(two, Scope.ALL) == [two]


def test_a_visit_without_a_series_is_alone(house: House, series: Series) -> None:
    alone = house.visit(house.at(14))
    assert visits_in(alone, Scope.ALL) == [alone]
    assert visits_in(house.visit(house.at(9, ahead=-7), status=Status.COMPLETED), Scope.ALL) == []


def test_cancelling_the_following_leaves_what_was_before(house: House, series: Series) -> None:
    one, two, three = visits(series)
    done = cancel_series(two, scope=Scope.FOLLOWING, reason="moves away", via=DESK, by=house.owner)
    assert done == [two, three]
    assert [visit.status for visit in visits(series)] == ["confirmed", "cancelled", "cancelled"]
    assert {visit.reason for visit in visits(series)[1:]} == {"moves away"}
    for visit in (two, three):
        line = visit.changes.last()
        assert line is not None
        assert (line.what, line.after, line.by) == (AppointmentChange.What.STATUS, "cancelled", house.owner)
    assert one.changes.count() == 1


def test_cancelling_where_none_is_ahead_is_refused(house: House, series: Series) -> None:
    cancel_series(visits(series)[0], scope=Scope.ALL, reason="", via=DESK)
    with pytest.raises(NotPossible):
        cancel_series(visits(series)[0], scope=Scope.ALL, reason="", via=DESK)


def test_all_move_by_the_same_difference_of_weekday_and_hour(house: House, series: Series) -> None:
    moved(house, visits(series)[1], DAY + 4 * HOUR)
    assert starts(series) == [house.at(14, ahead=7 + 14 * number) + DAY for number in range(3)]
    assert {visit.revision for visit in visits(series)} == {1}
    assert {visit.changes.last().what for visit in visits(series)} == {AppointmentChange.What.MOVED}  # type: ignore[union-attr]


def test_what_is_over_stays_when_all_move(house: House, series: Series) -> None:
    over(visits(series)[0])
    before = visits(series)[0].starts_at
    moved(house, visits(series)[1], HOUR)
    assert starts(series) == [before, house.at(11, ahead=21), house.at(11, ahead=35)]


@pytest.mark.parametrize("weeks", [1, -1, 2])
def test_a_weekly_series_can_move_onto_its_own_dates(house: House, weeks: int) -> None:
    series = repeated(house, every_weeks=1, times=4, start=house.at(10, ahead=14))
    before = starts(series)
    moved(house, visits(series)[2], weeks * WEEK)
    assert starts(series) == [each + weeks * WEEK for each in before]
    assert list(problems()) == []


def test_a_quarter_of_an_hour_is_not_in_its_own_way(house: House, series: Series) -> None:
    house.practice.slot_step_minutes = 15
    house.practice.save(update_fields=["slot_step_minutes"])
    moved(house, visits(series)[0], HOUR / 4)
    assert starts(series)[0] == house.at(10, 15)


def test_a_conflict_is_shown_and_may_stay_where_it_is(house: House, series: Series) -> None:
    house.visit(house.at(14, ahead=21), client=house.ben)
    preview = plan_move(visits_in(visits(series)[0], Scope.ALL), 4 * HOUR)
    assert [turn.why for turn in preview] == [None, Why.THERAPIST_BUSY, None]
    assert preview[1].undecided
    assert preview[1].others
    move_series(visits(series)[0], scope=Scope.ALL, picks=shown(preview), via=DESK)
    assert starts(series) == [house.at(14), house.at(10, ahead=21), house.at(14, ahead=35)]


def test_a_conflict_may_go_to_another_time(house: House, series: Series) -> None:
    Holiday.objects.create(date=house.day(21) + DAY, name="All Saints")
    preview = plan_move(visits_in(visits(series)[0], Scope.ALL), DAY)
    other = preview[1].others[0]
    move_series(visits(series)[0], scope=Scope.ALL, picks=[*shown(preview), other], via=DESK)
    assert starts(series)[1] == other.start


@pytest.mark.invariant("I1")
def test_where_one_time_is_gone_nothing_moves(house: House, series: Series) -> None:
    picks = shifted(house, visits(series)[0], 4 * HOUR)
    house.visit(house.at(14, ahead=35), client=house.ben)
    before = starts(series)
    with pytest.raises(SeriesChanged):
        move_series(visits(series)[0], scope=Scope.ALL, picks=picks, via=DESK)
    assert starts(series) == before
    assert {visit.revision for visit in visits(series)} == {0}


def test_a_visit_that_somebody_else_moved_meanwhile_is_not_moved_from_where_it_was(
    house: House, series: Series
) -> None:
    picks = shifted(house, visits(series)[0], 4 * HOUR)
    move(visits(series)[2], start=house.at(9, ahead=36), via=DESK)
    with pytest.raises(SeriesChanged):
        move_series(visits(series)[0], scope=Scope.ALL, picks=picks, via=DESK)
    assert starts(series)[0] == house.at(10)


def test_the_same_move_twice_is_one(house: House, series: Series) -> None:
    picks = shifted(house, visits(series)[0], 4 * HOUR)
    assert len(move_series(visits(series)[0], scope=Scope.ALL, picks=picks, via=DESK)) == 3
    assert move_series(visits(series)[0], scope=Scope.ALL, picks=picks, via=DESK) == []
    assert {visit.revision for visit in visits(series)} == {1}


def test_a_visit_outside_the_scope_is_not_moved(house: House, series: Series) -> None:
    picks = shifted(house, visits(series)[0], 4 * HOUR)
    with pytest.raises(SeriesChanged):
        move_series(visits(series)[1], scope=Scope.FOLLOWING, picks=picks, via=DESK)


def test_no_pick_and_no_reason_are_refused(house: House, series: Series) -> None:
    with pytest.raises(NotPossible):
        move_series(visits(series)[0], scope=Scope.ALL, picks=[], via=DESK)
    evening = Pick(position=1, start=house.at(19), aside=frozenset({Why.HOURS}))
    for reason in ("", "asdfg", "late late"):
        with pytest.raises(Refusal) as refused:
            move_series(visits(series)[0], scope=Scope.ALL, picks=[evening], via=DESK, reason=reason)
        assert (refused.value.code, refused.value.field) == ("reason_needed", "override_reason")
    move_series(visits(series)[0], scope=Scope.ALL, picks=[evening], via=DESK, reason="after her work only")
    assert starts(series)[0] == house.at(19)


def test_each_keeps_its_own_therapist(house: House, series: Series) -> None:
    move(visits(series)[1], start=house.at(10, ahead=21), therapist=house.jonas, via=DESK)
    moved(house, visits(series)[0], DAY)
    assert [visit.therapist for visit in visits(series)] == [house.mira, house.jonas, house.mira]


def test_a_move_over_a_clock_change_keeps_the_wall_time(house: House) -> None:
    zone = ZoneInfo("Europe/Berlin")
    with time_machine.travel(dt.datetime(2027, 10, 4, 8, tzinfo=zone), tick=False):
        series = repeated(house, start=dt.datetime(2027, 10, 19, 9, tzinfo=zone), every_weeks=1)
        moved(house, visits(series)[0], DAY + HOUR)
    local = [each.astimezone(zone) for each in starts(series)]
    assert {each.time() for each in local} == {dt.time(10)}
    assert len({each.utcoffset() for each in local}) == 2
