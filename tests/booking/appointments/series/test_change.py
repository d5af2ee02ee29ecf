"""Moving and cancelling as one: this and the following, or all that are still ahead."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
import time_machine

from booking.appointments.integrity import integrity_problems
from booking.appointments.series_change import SeriesScope, appointments_in_scope, cancel_series
from booking.appointments.series_preview import SeriesSlot
from booking.errors import NotPossible, SeriesChanged
from booking.models import Appointment, AppointmentChange, Holiday, Series, Status
from booking.scheduling.availability import Unavailable
from clinic.errors import Refusal
from tests.booking.appointments.series.cast import WEEK, appointments, repeated, shown, starts
from tests.fixtures.actions import cancel, move, move_series, plan_move
from tests.fixtures.cast import Cast, let_go_by

DAY, HOUR = dt.timedelta(days=1), dt.timedelta(hours=1)
DESK = Appointment.Via.DESK


def shifted(
    cast: Cast, appointment: Appointment, shift: dt.timedelta, scope: str = SeriesScope.ALL
) -> list[SeriesSlot]:
    """What the preview of a move shows as chosen."""
    return shown(plan_move(appointments_in_scope(appointment, scope), shift))


def moved(cast: Cast, appointment: Appointment, shift: dt.timedelta, scope: str = SeriesScope.ALL) -> list[Appointment]:
    """Move as the preview shows it."""
    return move_series(
        appointment, scope=scope, picks=shifted(cast, appointment, shift, scope), via=DESK, by=cast.owner
    )


def over(appointment: Appointment) -> None:
    """Let an appointment be in the past, and completed."""
    let_go_by(appointment, dt.timedelta(days=200), status=Status.COMPLETED)


@pytest.fixture
def series(cast: Cast) -> Series:
    """Ana's, three times."""
    return repeated(cast)


def test_this_one_the_following_or_all_that_are_ahead(series: Series) -> None:
    one, two, three = appointments(series)
    assert appointments_in_scope(two, SeriesScope.ONE) == [two]
    assert appointments_in_scope(two, SeriesScope.FOLLOWING) == [two, three]
    assert appointments_in_scope(two, SeriesScope.ALL) == [one, two, three]
    over(one)
    cancel(three, reason="", via=DESK)
    assert appointments_in_scope(two, SeriesScope.ALL) == [two]


def test_an_appointment_without_a_series_is_alone(cast: Cast, series: Series) -> None:
    alone = cast.appointment(cast.at(14))
    assert appointments_in_scope(alone, SeriesScope.ALL) == [alone]
    assert appointments_in_scope(cast.appointment(cast.at(9, ahead=-7), status=Status.COMPLETED), SeriesScope.ALL) == []


def test_cancelling_the_following_leaves_what_was_before(cast: Cast, series: Series) -> None:
    one, two, three = appointments(series)
    done = cancel_series(two, scope=SeriesScope.FOLLOWING, reason="moves away", via=DESK, by=cast.owner)
    assert done == [two, three]
    assert [appointment.status for appointment in appointments(series)] == ["confirmed", "cancelled", "cancelled"]
    assert {appointment.reason for appointment in appointments(series)[1:]} == {"moves away"}
    for appointment in (two, three):
        line = appointment.changes.last()
        assert line is not None
        assert (line.what, line.after, line.by) == (AppointmentChange.What.STATUS, "cancelled", cast.owner)
    assert one.changes.count() == 1


def test_cancelling_where_none_is_ahead_is_refused(cast: Cast, series: Series) -> None:
    cancel_series(appointments(series)[0], scope=SeriesScope.ALL, reason="", via=DESK)
    with pytest.raises(NotPossible):
        cancel_series(appointments(series)[0], scope=SeriesScope.ALL, reason="", via=DESK)


def test_all_move_by_the_same_difference_of_weekday_and_hour(cast: Cast, series: Series) -> None:
    moved(cast, appointments(series)[1], DAY + 4 * HOUR)
    assert starts(series) == [cast.at(14, ahead=7 + 14 * number) + DAY for number in range(3)]
    assert {appointment.revision for appointment in appointments(series)} == {1}
    assert {appointment.changes.last().what for appointment in appointments(series)} == {AppointmentChange.What.MOVED}  # type: ignore[union-attr]


def test_what_is_over_stays_when_all_move(cast: Cast, series: Series) -> None:
    over(appointments(series)[0])
    before = appointments(series)[0].starts_at
    moved(cast, appointments(series)[1], HOUR)
    assert starts(series) == [before, cast.at(11, ahead=21), cast.at(11, ahead=35)]


def test_a_weekly_series_can_move_onto_its_own_dates(cast: Cast) -> None:
    series = repeated(cast, every_weeks=1, times=4, start=cast.at(10, ahead=14))
    for weeks in (1, -1, 2):
        before = starts(series)
        moved(cast, appointments(series)[2], weeks * WEEK)
        assert starts(series) == [each + weeks * WEEK for each in before]
    assert list(integrity_problems()) == []


def test_a_quarter_of_an_hour_is_not_in_its_own_way(cast: Cast, series: Series) -> None:
    cast.practice.slot_step_minutes = 15
    cast.practice.save(update_fields=["slot_step_minutes"])
    moved(cast, appointments(series)[0], HOUR / 4)
    assert starts(series)[0] == cast.at(10, 15)


def test_a_conflict_is_shown_and_may_stay_where_it_is(cast: Cast, series: Series) -> None:
    cast.appointment(cast.at(14, ahead=21), client=cast.ben)
    preview = plan_move(appointments_in_scope(appointments(series)[0], SeriesScope.ALL), 4 * HOUR)
    assert [turn.why for turn in preview] == [None, Unavailable.THERAPIST_BUSY, None]
    assert preview[1].undecided
    assert preview[1].others
    move_series(appointments(series)[0], scope=SeriesScope.ALL, picks=shown(preview), via=DESK)
    assert starts(series) == [cast.at(14), cast.at(10, ahead=21), cast.at(14, ahead=35)]


def test_a_conflict_may_go_to_another_time(cast: Cast, series: Series) -> None:
    Holiday.objects.create(date=cast.day(21) + DAY, name="All Saints")
    preview = plan_move(appointments_in_scope(appointments(series)[0], SeriesScope.ALL), DAY)
    other = preview[1].others[0]
    move_series(appointments(series)[0], scope=SeriesScope.ALL, picks=[*shown(preview), other], via=DESK)
    assert starts(series)[1] == other.start


@pytest.mark.invariant("I1")
def test_where_one_time_is_gone_nothing_moves(cast: Cast, series: Series) -> None:
    picks = shifted(cast, appointments(series)[0], 4 * HOUR)
    cast.appointment(cast.at(14, ahead=35), client=cast.ben)
    before = starts(series)
    with pytest.raises(SeriesChanged):
        move_series(appointments(series)[0], scope=SeriesScope.ALL, picks=picks, via=DESK)
    assert starts(series) == before
    assert {appointment.revision for appointment in appointments(series)} == {0}


def test_an_appointment_that_somebody_else_moved_meanwhile_is_not_moved_from_where_it_was(
    cast: Cast, series: Series
) -> None:
    picks = shifted(cast, appointments(series)[0], 4 * HOUR)
    move(appointments(series)[2], start=cast.at(9, ahead=36), via=DESK)
    with pytest.raises(SeriesChanged):
        move_series(appointments(series)[0], scope=SeriesScope.ALL, picks=picks, via=DESK)
    assert starts(series)[0] == cast.at(10)


def test_the_same_move_twice_is_one(cast: Cast, series: Series) -> None:
    picks = shifted(cast, appointments(series)[0], 4 * HOUR)
    assert len(move_series(appointments(series)[0], scope=SeriesScope.ALL, picks=picks, via=DESK)) == 3
    assert move_series(appointments(series)[0], scope=SeriesScope.ALL, picks=picks, via=DESK) == []
    assert {appointment.revision for appointment in appointments(series)} == {1}


def test_an_appointment_outside_the_scope_is_not_moved(cast: Cast, series: Series) -> None:
    picks = shifted(cast, appointments(series)[0], 4 * HOUR)
    with pytest.raises(SeriesChanged):
        move_series(appointments(series)[1], scope=SeriesScope.FOLLOWING, picks=picks, via=DESK)


def test_no_pick_and_no_reason_are_refused(cast: Cast, series: Series) -> None:
    with pytest.raises(NotPossible):
        move_series(appointments(series)[0], scope=SeriesScope.ALL, picks=[], via=DESK)
    evening = SeriesSlot(position=1, start=cast.at(19), aside=frozenset({Unavailable.HOURS}))
    for reason in ("", "asdfg", "late late"):
        with pytest.raises(Refusal) as refused:
            move_series(appointments(series)[0], scope=SeriesScope.ALL, picks=[evening], via=DESK, reason=reason)
        assert (refused.value.code, refused.value.field) == ("reason_needed", "override_reason")
    move_series(appointments(series)[0], scope=SeriesScope.ALL, picks=[evening], via=DESK, reason="after her work only")
    assert starts(series)[0] == cast.at(19)


def test_each_keeps_its_own_therapist(cast: Cast, series: Series) -> None:
    move(appointments(series)[1], start=cast.at(10, ahead=21), therapist=cast.jonas, via=DESK)
    moved(cast, appointments(series)[0], DAY)
    assert [appointment.therapist for appointment in appointments(series)] == [cast.mira, cast.jonas, cast.mira]


def test_a_move_over_a_clock_change_keeps_the_wall_time(cast: Cast) -> None:
    zone = ZoneInfo("Europe/Berlin")
    with time_machine.travel(dt.datetime(2027, 10, 4, 8, tzinfo=zone), tick=False):
        series = repeated(cast, start=dt.datetime(2027, 10, 19, 9, tzinfo=zone), every_weeks=1)
        moved(cast, appointments(series)[0], DAY + HOUR)
    local = [each.astimezone(zone) for each in starts(series)]
    assert {each.time() for each in local} == {dt.time(10)}
    assert len({each.utcoffset() for each in local}) == 2
