"""The preview of a series: every date free or not, why not, and what is near."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from booking.appointments.series_preview import SeriesSlot
from booking.errors import SeriesChanged
from booking.models import Appointment, Holiday, Therapist, TimeOff, WorkingHours
from booking.scheduling.availability import Unavailable
from booking.scheduling.configuration import current_configuration
from tests.booking.appointments.series.cast import WEEK, repeated, shown, starts, turns
from tests.fixtures.cast import Cast
from tests.fixtures.examples import examples

BERLIN, NEW_YORK = ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York")


def test_a_free_series_is_chosen_whole(cast: Cast) -> None:
    preview = turns(cast)
    assert [turn.why for turn in preview] == [None] * 3
    assert [turn.chosen and turn.chosen.start for turn in preview] == [cast.at(10, ahead=7 + 14 * n) for n in range(3)]
    assert not any(turn.undecided for turn in preview)


@pytest.mark.parametrize(
    ("make", "why"),
    [
        (lambda cast: cast.appointment(cast.at(10, ahead=21), client=cast.ben), Unavailable.THERAPIST_BUSY),
        (lambda cast: cast.appointment(cast.at(10, ahead=21), therapist=cast.jonas), Unavailable.CLIENT_BUSY),
        (lambda cast: Holiday.objects.create(date=cast.day(21), name="All Saints"), Unavailable.AWAY),
        (
            lambda cast: TimeOff.objects.create(
                therapist=cast.mira, starts_at=cast.at(9, ahead=21), ends_at=cast.at(12, ahead=21)
            ),
            Unavailable.AWAY,
        ),
        (
            lambda cast: WorkingHours.objects.filter(therapist=cast.mira, weekday=1).update(valid_until=cast.day(14)),
            Unavailable.HOURS,
        ),
    ],
)
def test_a_conflict_says_why_and_what_is_near(cast: Cast, make: object, why: Unavailable) -> None:
    make(cast)  # type: ignore[operator]
    turn = turns(cast)[1]
    assert (turn.why, turn.undecided) == (why, True)
    assert 1 <= len(turn.others) <= 3
    repeated(cast, [*shown(turns(cast)), turn.others[0]])


def test_alternatives_are_of_the_same_day_first_then_the_nearest(cast: Cast) -> None:
    cast.appointment(cast.at(10, ahead=21), client=cast.ben)
    near = [pick.start.astimezone(cast.zone) for pick in turns(cast)[1].others]
    assert [each.date() for each in near] == [cast.day(21)] * 3
    Holiday.objects.create(date=cast.day(21), name="All Saints")
    near = [pick.start.astimezone(cast.zone) for pick in turns(cast)[1].others]
    assert {abs((each.date() - cast.day(21)).days) for each in near} == {1}


def test_beyond_the_horizon_waits_for_a_tick(cast: Cast) -> None:
    preview = turns(cast, every_weeks=12, times=2)
    assert (preview[1].why, preview[1].undecided) == (Unavailable.HORIZON, True)
    ticked = turns(cast, every_weeks=12, times=2, at_once=True)
    assert ticked[1].chosen == SeriesSlot(
        position=2, start=cast.at(10, ahead=7 + 84), aside=frozenset({Unavailable.HORIZON})
    )
    assert len(starts(repeated(cast, shown(ticked), reason="plans her weeks ahead", every_weeks=12, times=2))) == 2


def test_one_tick_never_books_somebody_who_is_away(cast: Cast) -> None:
    Holiday.objects.create(date=cast.day(21), name="All Saints")
    turn = turns(cast, at_once=True)[1]
    assert turn.undecided
    assert turn.here is not None
    assert turn.here.aside == {Unavailable.AWAY}


def test_what_was_chosen_stays_chosen_and_what_is_lost_says_so(cast: Cast) -> None:
    cast.appointment(cast.at(10, ahead=21), client=cast.ben)
    first = turns(cast)
    other = first[1].others[0]
    again = turns(cast, choices={2: other, 3: None})
    assert again[1].chosen == other
    assert again[2].left_out
    Appointment.objects.exclude(client=cast.ben).delete()
    cast.appointment(other.start, client=cast.ben, therapist=cast.mira)
    lost = turns(cast, choices={2: other})[1]
    assert (lost.lost, lost.undecided) == (True, True)


def test_an_appointment_that_is_repeated_is_shown_and_not_asked_about(cast: Cast) -> None:
    appointment = cast.appointment(cast.at(10))
    preview = turns(cast, after=appointment)
    assert (preview[0].appointment, preview[0].settled, preview[0].chosen) == (appointment, True, None)
    assert [turn.position for turn in preview] == [1, 2, 3]


def test_half_a_year_of_dates_costs_no_more_queries_than_two(
    cast: Cast, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    current_configuration()
    for times in (2, 26):
        with django_assert_max_num_queries(8):
            turns(cast, every_weeks=1, times=times)


def test_two_dates_of_one_series_never_get_the_same_time(cast: Cast) -> None:
    TimeOff.objects.create(therapist=cast.mira, starts_at=cast.at(0, ahead=14), ends_at=cast.at(23, 59, ahead=14))
    preview = turns(cast, every_weeks=1)
    taken = next(pick for pick in preview[1].others)
    again = turns(cast, every_weeks=1, choices={2: taken})
    assert again[1].chosen == taken
    assert all(taken.start not in [pick.start for pick in turn.others] for turn in again[2:])


@pytest.mark.parametrize(
    ("zone", "today", "first"),
    [
        (BERLIN, dt.date(2027, 3, 15), dt.date(2027, 3, 21)),
        (BERLIN, dt.date(2027, 10, 18), dt.date(2027, 10, 24)),
        (NEW_YORK, dt.date(2027, 3, 1), dt.date(2027, 3, 7)),
        (NEW_YORK, dt.date(2027, 10, 25), dt.date(2027, 10, 31)),
    ],
    ids=["spring in Berlin", "autumn in Berlin", "spring in New York", "autumn in New York"],
)
def test_nine_stays_nine_before_on_and_after_a_clock_change(
    cast: Cast, zone: ZoneInfo, today: dt.date, first: dt.date
) -> None:
    cast.practice.time_zone = str(zone)
    cast.practice.save(update_fields=["time_zone"])
    start = dt.datetime.combine(first, dt.time(9), zone)
    with time_machine.travel(dt.datetime.combine(today, dt.time(8), zone), tick=False):
        preview = turns(cast, start=start, every_weeks=1, times=3)
        assert [turn.why for turn in preview] == [None] * 3
        series = repeated(cast, shown(preview), every_weeks=1)
    local = [each.astimezone(zone) for each in starts(series)]
    assert [each.time() for each in local] == [dt.time(9)] * 3
    assert len({each.utcoffset() for each in local}) == 2


def test_a_date_in_a_spring_gap_is_a_conflict_with_real_times_beside_it(cast: Cast) -> None:
    WorkingHours.objects.create(therapist=cast.mira, weekday=6, starts=dt.time(0), ends=dt.time(6))
    with time_machine.travel(dt.datetime(2027, 3, 15, 8, tzinfo=BERLIN), tick=False):
        start = dt.datetime(2027, 3, 21, 2, 30, tzinfo=BERLIN)
        turn = turns(cast, start=start, every_weeks=1, times=2)[1]
    assert (turn.why, turn.here) == (Unavailable.GAP, None)
    assert turn.others


def test_a_date_in_an_autumn_fold_is_the_first_of_the_two(cast: Cast) -> None:
    WorkingHours.objects.create(therapist=cast.mira, weekday=6, starts=dt.time(0), ends=dt.time(6))
    with time_machine.travel(dt.datetime(2027, 10, 18, 8, tzinfo=BERLIN), tick=False):
        start = dt.datetime(2027, 10, 24, 2, 30, tzinfo=BERLIN)
        turn = turns(cast, start=start, every_weeks=1, times=2)[1]
    assert turn.chosen is not None
    assert turn.chosen.start == dt.datetime(2027, 10, 31, 0, 30, tzinfo=dt.UTC)


def test_year_end_and_the_last_day_of_a_month_are_dates_like_any_other(cast: Cast) -> None:
    with time_machine.travel(dt.datetime(2027, 12, 1, 8, tzinfo=BERLIN), tick=False):
        start = dt.datetime(2027, 12, 31, 10, tzinfo=BERLIN)
        preview = turns(cast, start=start, every_weeks=1, times=5)
    assert [turn.wanted.date().isoformat() for turn in preview] == [
        "2027-12-31", "2028-01-07", "2028-01-14", "2028-01-21", "2028-01-28",
    ]  # fmt: skip
    assert all(turn.why is None for turn in preview)


busy_times = st.lists(st.tuples(st.integers(0, 3), st.integers(16, 36), st.sampled_from(["ana", "ben"])), max_size=6)


@pytest.mark.invariant("I2")
@examples(5, 15)
@given(
    busy=busy_times,
    slot=st.integers(17, 34),
    weeks=st.integers(1, 2),
    service=st.sampled_from(["regular", "hot_stone"]),
    limit=st.sampled_from([None, 1]),
)
def test_a_preview_says_free_if_and_only_if_booking_succeeds(
    cast: Cast, busy: list[tuple[int, int, str]], slot: int, weeks: int, service: str, limit: int | None
) -> None:
    from django.db import IntegrityError, transaction

    class Undone(Exception):  # noqa: N818
        pass

    wish = {"service": getattr(cast, service), "every_weeks": weeks, "times": 3, "start": at(cast, 0, slot)}
    try:
        with transaction.atomic():
            Therapist.objects.filter(pk=cast.mira.pk).update(max_appointments_a_day=limit)
            for week, place, who in busy:
                try:
                    with transaction.atomic():
                        cast.appointment(at(cast, week, place), client=getattr(cast, who))
                except IntegrityError:
                    continue
            preview = turns(cast, **wish)
            for turn in preview:
                alone = SeriesSlot(position=turn.position, start=turn.wanted)
                others = [each.chosen for each in preview if each.chosen and each.position != turn.position]
                succeeds = booking_succeeds(cast, [alone, *others], wish)
                assert succeeds is None or succeeds == (turn.why is None), turn
                for pick in turn.others:
                    assert booking_succeeds(cast, [pick, *others], wish) in (True, None), pick
            raise Undone
    except Undone:
        assert not Appointment.objects.exists()


def at(cast: Cast, week: int, slot: int) -> dt.datetime:
    """A half hour of that Tuesday, so many weeks later."""
    return cast.at(slot // 2, slot % 2 * 30) + week * WEEK


def booking_succeeds(cast: Cast, picks: list[SeriesSlot], wish: dict[str, object]) -> bool | None:
    """Try it, and take it back; None where too few dates are left for a series."""
    from django.db import transaction

    if len(picks) < 2:
        return None
    changes = {name: value for name, value in wish.items() if name != "start"}
    with transaction.atomic():
        try:
            repeated(cast, picks, **changes)
        except SeriesChanged:
            return False
        transaction.set_rollback(True)
    return True
