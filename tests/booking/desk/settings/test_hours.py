"""The painted week over the rows of working hours."""

import datetime as dt

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from booking.desk.settings.painting import QUARTERS_A_DAY, ranges_painted, week_of_hours
from booking.models import Therapist, WorkingHours
from tests.fixtures.browser import Browser
from tests.fixtures.cast import Cast

DAYS = st.lists(st.text("01", min_size=QUARTERS_A_DAY, max_size=QUARTERS_A_DAY), min_size=7, max_size=7)


@given(DAYS)
def test_what_is_painted_is_what_is_kept(week: list[str]) -> None:
    rows = [WorkingHours(weekday=each.weekday, starts=each.starts, ends=each.stops) for each in ranges_painted(week)]
    assert week_of_hours(rows) == week


@pytest.mark.parametrize("week", [[], ["1" * 96] * 6, ["1" * 95] * 7, ["2" * 96] * 7])
def test_what_is_no_week_is_refused(week: list[str]) -> None:
    with pytest.raises(ValueError, match="week"):
        ranges_painted(week)


def day(*ranges: tuple[int, int]) -> str:
    """A day painted in whole hours."""
    return "".join(
        "1" if any(start * 4 <= quarter < end * 4 for start, end in ranges) else "0" for quarter in range(96)
    )


def stands(therapist: Therapist) -> list[tuple[int, dt.time, dt.time]]:
    """The hours on file."""
    rows = WorkingHours.objects.filter(therapist=therapist).order_by("weekday", "starts")
    return [(row.weekday, row.starts, row.ends) for row in rows]


def painted(owner: Browser, therapist: Therapist, week: list[str], **more: str) -> object:
    """Save a painted week over what stands."""
    address = reverse("booking:desk-settings-hours", args=[therapist.pk])
    shown = owner.get(address).context
    sent = {
        "paint": "1",
        "shown": shown["shown"],
        **{f"day-{number}": text for number, text in enumerate(week)},
        **more,
    }
    return owner.post(address, sent)


@pytest.fixture
def lena(cast: Cast) -> Therapist:
    """Lena, who has no hours yet."""
    return Therapist.objects.create(name="Lena")


def test_a_week_is_painted_with_a_split_day_and_one_until_midnight(cast: Cast, owner: Browser, lena: Therapist) -> None:
    painted(owner, lena, [day((9, 12), (14, 18)), day((20, 24)), *[day()] * 5])
    assert stands(lena) == [
        (0, dt.time(9), dt.time(12)),
        (0, dt.time(14), dt.time(18)),
        (1, dt.time(20), dt.time(0)),
    ]


def test_rows_that_stay_are_the_same_rows(cast: Cast, owner: Browser, lena: Therapist) -> None:
    painted(owner, lena, [day((9, 12)), day((9, 12)), *[day()] * 5])
    kept = WorkingHours.objects.get(therapist=lena, weekday=0).pk
    painted(owner, lena, [day((9, 12)), day((10, 12)), *[day()] * 5])
    assert WorkingHours.objects.get(therapist=lena, weekday=0).pk == kept


def test_hours_over_midnight_are_left_alone_and_not_painted_over(cast: Cast, owner: Browser, lena: Therapist) -> None:
    night = WorkingHours.objects.create(
        therapist=lena, weekday=4, starts=dt.time(20), ends=dt.time(2), over_midnight=True
    )
    refused = painted(owner, lena, [*[day()] * 4, day((19, 21)), *[day()] * 2])
    assert refused.status_code == 422  # type: ignore[attr-defined]
    assert list(WorkingHours.objects.filter(therapist=lena)) == [night]
    painted(owner, lena, [day((9, 12)), *[day()] * 6])
    assert WorkingHours.objects.filter(therapist=lena).count() == 2


def test_a_season_is_painted_beside_the_usual_week_without_touching_it(
    cast: Cast, owner: Browser, lena: Therapist
) -> None:
    WorkingHours.objects.create(
        therapist=lena, weekday=0, starts=dt.time(9), ends=dt.time(12), valid_until=dt.date(2030, 5, 31)
    )
    season = {"was_from": "2030-06-01", "was_until": "", "valid_from": "2030-06-01", "valid_until": "2030-08-31"}
    painted(owner, lena, [day((7, 12)), *[day()] * 6], **season, shown=",".join([day()] * 7))
    assert {(row.starts.hour, row.valid_from, row.valid_until) for row in lena.hours.all()} == {
        (9, None, dt.date(2030, 5, 31)),
        (7, dt.date(2030, 6, 1), dt.date(2030, 8, 31)),
    }


def test_fewer_hours_show_the_appointments_first(cast: Cast, owner: Browser) -> None:
    cast.appointment(cast.at(10))
    asked = painted(owner, cast.mira, [day()] * 7)
    assert str(cast.ana) in asked.content.decode()  # type: ignore[attr-defined]
    assert stands(cast.mira)


@pytest.mark.invariant("I11")
def test_what_two_paint_at_once_is_not_lost(cast: Cast, owner: Browser, lena: Therapist) -> None:
    address = reverse("booking:desk-settings-hours", args=[lena.pk])
    old = owner.get(address).context["shown"]
    painted(owner, lena, [day((9, 12)), *[day()] * 6])
    mine = [day((8, 10)), *[day()] * 6]
    sent = {"paint": "1", "shown": old, **{f"day-{number}": text for number, text in enumerate(mine)}}
    refused = owner.post(address, sent)
    assert refused.status_code == 422
    assert mine[0] in refused.content.decode()
    assert stands(lena) == [(0, dt.time(9), dt.time(12))]


def test_the_list_says_the_same_without_a_script(cast: Cast, owner: Browser, lena: Therapist) -> None:
    address = reverse("booking:desk-settings-hours", args=[lena.pk])
    row = {"weekday": "5", "starts": "10:10", "ends": "13:00"}
    head = {"rows-TOTAL_FORMS": "1", "rows-INITIAL_FORMS": "0"}
    assert owner.post(address, {**head, **{f"rows-0-{key}": value for key, value in row.items()}}).status_code == 302
    assert stands(lena) == [(5, dt.time(10, 10), dt.time(13))]
    wrong = {"weekday": "5", "starts": "22:00", "ends": "02:00"}
    refused = owner.post(address, {**head, **{f"rows-0-{key}": value for key, value in wrong.items()}})
    assert refused.status_code == 422
    assert refused.context["rows"].forms[0].errors
