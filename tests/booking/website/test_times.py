"""Therapist, day and time: what the five weeks show, in whose clock, and at what cost."""

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from booking.appointments.selection import Selection, start_as_text
from booking.models import Room, Service, Therapist, TimeOff, WorkingHours
from booking.scheduling import schedule
from booking.scheduling.order import Order
from tests.booking.website.visitor import Visitor, page_text
from tests.fixtures.cast import Cast, works

DIARY = ("booking_workinghours", "booking_timeoff", "booking_appointment", "booking_room", "booking_stonekit")


def times_of(page: object) -> list[str]:
    """The labels of the times shown, in order."""
    groups = page.context["groups"]  # type: ignore[attr-defined]
    return [time["label"] for group in groups for time in group["times"]]


def address(cast: Cast, **query: str) -> str:
    """The times page of the regular massage."""
    return f"/book/{cast.regular.slug}/times/" + Selection(cast.regular).query(**query)


def test_without_answers_the_safety_question_comes_first(cast: Cast, visitor: Visitor) -> None:
    chosen = Selection(cast.regular, therapist=cast.mira)
    page = visitor.get(f"/book/{cast.regular.slug}/times/{chosen.query(week='2026-12-07')}")
    assert page["Location"] == f"/book/{cast.regular.slug}/{chosen.query()}"


def test_the_day_looked_at_is_kept_through_the_safety_question(cast: Cast, visitor: Visitor) -> None:
    day = cast.day(20)
    asked = visitor.get(address(cast, day=day.isoformat()))
    page = visitor.follow(visitor.post(asked["Location"], {"comes": "relax"}))
    assert page.context["day"] == day


def test_answers_older_than_half_a_day_are_asked_anew(cast: Cast, visitor: Visitor) -> None:
    with time_machine.travel(dt.datetime.now(dt.UTC) - dt.timedelta(hours=11), tick=False):
        visitor.answers(cast.regular)
    assert visitor.get(address(cast)).status_code == 200
    with time_machine.travel(dt.datetime.now(dt.UTC) + dt.timedelta(hours=2), tick=False):
        # The session itself may be over by then; either way nothing is bookable on stale answers.
        assert visitor.get(address(cast))["Location"] == f"/book/{cast.regular.slug}/"


def test_two_therapists_free_at_ten_are_one_ten_o_clock(cast: Cast, visitor: Visitor) -> None:
    visitor.answers(cast.regular)
    labels = times_of(visitor.get(address(cast, day=cast.day().isoformat())))
    assert labels.count("10:00") == 1
    assert labels == sorted(labels)


def test_one_therapist_shows_only_their_times(cast: Cast, visitor: Visitor) -> None:
    visitor.answers(cast.regular)
    chosen = Selection(cast.regular, therapist=cast.tess)
    page = visitor.get(f"/book/{cast.regular.slug}/times/{chosen.query(day=cast.day().isoformat())}")
    assert times_of(page)[0] == "08:00"
    assert times_of(page)[-1] == "12:00"
    assert all(f"therapist={cast.tess.public_id}" in time["url"] for g in page.context["groups"] for time in g["times"])


def cells(page: object) -> list[dict[str, Any]]:
    """The days of the weeks shown, in order."""
    return [cell for week in page.context["calendar"]["weeks"] for cell in week]  # type: ignore[attr-defined]


def test_the_weeks_count_the_times_of_each_day(cast: Cast, visitor: Visitor) -> None:
    visitor.answers(cast.regular)
    day = cast.day()
    page = visitor.get(address(cast, day=day.isoformat()))
    cell = next(each for each in cells(page) if each["date"] == day)
    assert cell["count"] == len(times_of(page)) > 0
    assert cell["selected"]


def test_a_booked_time_is_not_shown_any_more(cast: Cast, visitor: Visitor) -> None:
    visitor.answers(cast.regular)
    for therapist, room, client in [
        (cast.mira, cast.green_room, cast.ana),
        (cast.jonas, cast.blue_room, cast.ben),
    ]:
        cast.appointment(cast.at(10), therapist=therapist, room=room, client=client)
    labels = times_of(visitor.get(address(cast, day=cast.day().isoformat())))
    assert "10:00" not in labels
    assert "08:30" in labels


def test_a_week_or_day_that_cannot_be_read_leads_to_now_with_a_word(cast: Cast, visitor: Visitor) -> None:
    visitor.answers(cast.regular)
    for query in (
        "week=2026-13-01",
        "week=soon",
        "day=tomorrow",
        "week=0001-01-01",
        "day=9999-12-31",
        "day=2026-02-30",
    ):
        asked = visitor.get(f"/book/{cast.regular.slug}/times/?{query}")
        assert asked["Location"] == f"/book/{cast.regular.slug}/times/", query
    page = visitor.get(asked["Location"])
    assert page.status_code == 200
    assert "We could not read that day" in page_text(page)


@pytest.mark.parametrize("name", ["day", "week"])
@pytest.mark.parametrize("date", ["1999-01-01", "2099-12-31"])
def test_a_week_that_cannot_be_booked_shows_the_nearest_that_can(
    cast: Cast, visitor: Visitor, name: str, date: str
) -> None:
    visitor.answers(cast.regular)
    page = visitor.get(address(cast, **{name: date}))
    assert page.status_code == 200
    turn = page.context["calendar"]
    today = dt.datetime.now(cast.zone).date()
    until = today + cast.regular.horizon_in(cast.practice)
    if date < today.isoformat():
        assert (turn["begin"], turn["earlier_url"]) == (today, None)
    else:
        assert (turn["end"], turn["later_url"]) == (until, None)


def test_five_weeks_from_that_of_today_and_five_more_and_so_on(cast: Cast, visitor: Visitor) -> None:
    """No day is left out and none stands twice, from today to the horizon; and back the same way."""
    with time_machine.travel("2027-06-30T08:00:00Z", tick=False):  # the last day of a month, a Wednesday
        visitor.answers(cast.regular)
        page = visitor.get(address(cast))
        assert [len(week) for week in page.context["calendar"]["weeks"]] == [7] * 5
        assert cells(page)[0]["date"] == dt.date(2027, 6, 28)
        seen = [cell["date"] for cell in cells(page)]
        begins = [seen[0]]
        while later := page.context["calendar"]["later_url"]:
            page = visitor.get(later)
            begins.append(cells(page)[0]["date"])
            seen += [cell["date"] for cell in cells(page)]
        assert seen == [dt.date(2027, 6, 28) + dt.timedelta(days=ahead) for ahead in range(len(seen))]
        assert seen[-36] < dt.date(2027, 6, 30) + cast.regular.horizon_in(cast.practice) <= seen[-1]
        shown = [cell["date"] for cell in cells(page) if cell["is_shown"]]
        assert shown[-1] == dt.date(2027, 6, 30) + cast.regular.horizon_in(cast.practice)
        for begin in reversed(begins[:-1]):
            page = visitor.get(page.context["calendar"]["earlier_url"])
            assert cells(page)[0]["date"] == begin
        assert page.context["calendar"]["earlier_url"] is None


def test_they_begin_where_the_first_time_may_be_booked(cast: Cast, visitor: Visitor) -> None:
    Service.objects.filter(pk=cast.regular.pk).update(notice_minutes=10 * 24 * 60)
    with time_machine.travel("2027-06-30T08:00:00Z", tick=False):
        visitor.answers(cast.regular)
        page = visitor.get(address(cast))
        assert cells(page)[0]["date"] == dt.date(2027, 7, 5)
        assert min(time["starts"] for group in page.context["groups"] for time in group["times"]) >= (
            dt.datetime.now(dt.UTC) + dt.timedelta(days=10)
        )


def test_the_first_free_day_is_chosen_by_itself(cast: Cast, visitor: Visitor) -> None:
    visitor.answers(cast.regular)
    page = visitor.get(address(cast))
    assert page.context["day"] == next(cell["date"] for cell in cells(page) if cell["count"])
    assert times_of(page)


def test_a_day_without_times_leads_to_the_nearest_after_it(cast: Cast, visitor: Visitor) -> None:
    visitor.answers(cast.regular)
    day = cast.day()
    TimeOff.objects.create(starts_at=cast.at(0), ends_at=cast.at(0) + dt.timedelta(days=1))
    page = visitor.get(address(cast, day=day.isoformat()))
    assert page.context["missed_day"] == day
    assert page.context["day"] == next(cell["date"] for cell in cells(page) if cell["count"] and cell["date"] > day)


@pytest.mark.parametrize("begun_by", ["day", "week"])
def test_day_and_weeks_are_kept_when_the_therapist_changes(cast: Cast, visitor: Visitor, begun_by: str) -> None:
    visitor.answers(cast.regular)
    day = cast.day(50)
    page = visitor.get(address(cast, **{begun_by: day.isoformat()}))
    for therapist in (cast.tess, cast.mira, None):
        name = therapist.name if therapist else "Any available"
        choice = next(each for each in page.context["therapists"] if each["name"] == name)
        then = visitor.get(choice["url"])
        assert cells(then)[0]["date"] == cells(page)[0]["date"]
        if begun_by == "day":
            assert then.context["day"] == day
        page = then


def test_a_day_of_later_weeks_stays_in_these_weeks(cast: Cast, visitor: Visitor) -> None:
    visitor.answers(cast.regular)
    page = visitor.get(visitor.get(address(cast)).context["calendar"]["later_url"])
    last = [cell for cell in cells(page) if cell["url"]][-1]
    then = visitor.get(last["url"].partition("#")[0])
    assert then.context["day"] == last["date"]
    assert [cell["date"] for cell in cells(then)] == [cell["date"] for cell in cells(page)]


def test_a_therapist_nobody_knows_counts_as_any(cast: Cast, visitor: Visitor) -> None:
    visitor.answers(cast.regular)
    for unknown in ["00000000-0000-0000-0000-000000000000", "1", "x" * 5000]:
        page = visitor.get(f"/book/{cast.regular.slug}/times/?therapist={unknown}")
        assert page.context["therapists"][0]["selected"], "any available"


@pytest.fixture
def away_for_long(cast: Cast) -> dt.datetime:
    """The whole practice is away for two months; until when."""
    now = dt.datetime.now(cast.zone)
    until = (now + dt.timedelta(days=60)).replace(hour=0, minute=0, second=0, microsecond=0)
    TimeOff.objects.create(starts_at=now - dt.timedelta(days=1), ends_at=until)
    return until


def test_where_the_first_weeks_have_no_time_those_that_have_one_are_shown(
    cast: Cast, visitor: Visitor, away_for_long: dt.datetime
) -> None:
    visitor.answers(cast.regular)
    page = visitor.get(address(cast))
    assert page.context["day"] == away_for_long.date()
    assert times_of(page)
    assert page.context["calendar"]["earlier_url"]


def test_weeks_without_a_time_name_the_next_free_time(cast: Cast, visitor: Visitor, away_for_long: dt.datetime) -> None:
    visitor.answers(cast.regular)
    page = visitor.get(address(cast, week=dt.datetime.now(cast.zone).date().isoformat()))
    assert "No free time in these weeks" in page_text(page)
    there = page.context["next_free"]
    assert there["start"] >= away_for_long.astimezone(dt.UTC)
    assert times_of(visitor.get(there["url"].partition("#")[0]))


def test_a_diary_without_any_time_says_whom_to_call(cast: Cast, visitor: Visitor) -> None:
    visitor.answers(cast.regular)
    WorkingHours.objects.all().delete()
    assert "+49 30 5550 101" in page_text(visitor.get(address(cast)))


def test_times_are_the_practices_own_and_the_zone_is_named(cast: Cast, visitor: Visitor) -> None:
    cast.practice.time_zone = "Asia/Kathmandu"
    cast.practice.save()
    visitor.answers(cast.regular)
    day = (dt.datetime.now(ZoneInfo("Asia/Kathmandu")) + dt.timedelta(days=8)).date()
    page = visitor.get(address(cast, day=day.isoformat()))
    assert times_of(page)[0] in {"08:00", "09:00"}
    assert "Kathmandu" in page_text(page)


def test_in_the_autumn_fold_both_hours_are_listed_and_told_apart(cast: Cast, visitor: Visitor) -> None:
    WorkingHours.objects.all().delete()
    works(cast.mira, range(7), (1, 6))
    with time_machine.travel("2027-10-20T09:00:00Z", tick=False):
        visitor.answers(cast.regular)
        page = visitor.get(address(cast, day="2027-10-31"))
    twice = [time for group in page.context["groups"] for time in group["times"] if time["label"] == "02:30"]
    assert [time["note"] for time in twice] == ["first", "an hour later"]
    assert [start_as_text(time["starts"]) for time in twice] == ["2027-10-31T00:30:00Z", "2027-10-31T01:30:00Z"]


def test_in_the_spring_gap_no_phantom_time_is_shown(cast: Cast, visitor: Visitor) -> None:
    WorkingHours.objects.all().delete()
    works(cast.mira, range(7), (1, 6))
    with time_machine.travel("2027-03-20T09:00:00Z", tick=False):
        visitor.answers(cast.regular)
        labels = times_of(visitor.get(address(cast, day="2027-03-28")))
    assert "01:30" in labels
    assert "03:00" in labels
    assert not [label for label in labels if label.startswith("02:")]


def test_weeks_that_are_over_are_left_out(cast: Cast, visitor: Visitor) -> None:
    with time_machine.travel("2027-06-23T08:00:00Z", tick=False):
        visitor.answers(cast.regular)
        page = visitor.get(address(cast))
    assert cells(page)[0]["date"] == dt.date(2027, 6, 21)
    assert [cell["date"] for cell in cells(page) if not cell["is_shown"]] == [
        dt.date(2027, 6, 21),
        dt.date(2027, 6, 22),
    ]


@pytest.mark.parametrize(("now", "change"), [("2027-03-10", "2027-03-28"), ("2027-10-13", "2027-10-31")])
def test_a_week_in_which_the_clocks_change_has_seven_days(cast: Cast, visitor: Visitor, now: str, change: str) -> None:
    """Each day is a local day: the day of the change has its own times, and so have its neighbours."""
    WorkingHours.objects.all().delete()
    works(cast.mira, range(7), (9, 12))
    with time_machine.travel(f"{now}T09:00:00Z", tick=False):
        visitor.answers(cast.regular)
        page = visitor.get(address(cast, day=change))
    dates = [cell["date"] for cell in cells(page)]
    assert dates == [dates[0] + dt.timedelta(days=ahead) for ahead in range(35)]
    around = [cell["count"] for cell in cells(page) if abs((cell["date"] - dt.date.fromisoformat(change)).days) <= 1]
    assert len(set(around)) == 1
    assert around[0] > 0
    assert times_of(page)[0] == "09:00"


@pytest.mark.invariant("I2")
def test_what_the_weeks_offer_can_be_booked(cast: Cast, visitor: Visitor) -> None:
    """I2 for the window: each time of its days is offered by the one availability function, and no other is."""
    visitor.answers(cast.regular)
    page = visitor.get(address(cast))
    while True:
        shown = cells(page)
        offered = schedule.month_of(Order.of(cast.regular), first=shown[0]["date"], last=shown[-1]["date"])
        assert {cell["date"]: cell["count"] for cell in shown if cell["count"]} == {
            day: len(times) for day, times in offered.by_day.items()
        }
        if not (later := page.context["calendar"]["later_url"]):
            break
        page = visitor.get(later)


@pytest.mark.parametrize(("country", "first"), [("DE", "Mo"), ("US", "Su")])
def test_the_week_begins_as_people_there_expect(cast: Cast, visitor: Visitor, country: str, first: str) -> None:
    cast.practice.country = country
    cast.practice.save()
    visitor.answers(cast.regular)
    assert visitor.get(address(cast)).context["calendar"]["weekdays"][0]["short"] == first


def busy_practice(cast: Cast, therapists: int) -> None:
    """More therapists with rooms of their own, all performing the regular massage."""
    for number in range(Therapist.objects.count(), therapists):
        one = Therapist.objects.create(name=f"Therapist {number}", position=number)
        one.services.add(cast.regular)
        works(one, range(7), (9, 12), (13, 18))
        Room.objects.create(name=f"Room {number}")


def test_the_page_costs_the_same_for_three_therapists_and_for_ten(cast: Cast, visitor: Visitor) -> None:
    visitor.answers(cast.regular)
    counts = []
    for therapists in (3, 10):
        busy_practice(cast, therapists)
        visitor.get(address(cast))
        with CaptureQueriesContext(connection) as queries:
            visitor.get(address(cast))
        counts.append(len(queries))
        diary = [each["sql"] for each in queries if any(f'FROM "{table}"' in each["sql"] for table in DIARY)]
        assert len(diary) <= 6
    assert counts[0] == counts[1]


def test_appointments_of_the_past_cost_no_query(cast: Cast, visitor: Visitor) -> None:
    visitor.answers(cast.regular)
    visitor.get(address(cast))
    with CaptureQueriesContext(connection) as before:
        visitor.get(address(cast))
    for days in range(1, 30):
        cast.appointment(cast.at(10) - dt.timedelta(days=days * 7))
    with CaptureQueriesContext(connection) as after:
        visitor.get(address(cast))
    assert len(after) == len(before)


def test_a_service_of_a_further_horizon_shows_further_weeks(cast: Cast, visitor: Visitor) -> None:
    Service.objects.filter(pk=cast.regular.pk).update(horizon_days=1)
    visitor.answers(cast.regular)
    far = (dt.datetime.now(cast.zone) + dt.timedelta(days=80)).date().isoformat()
    near = visitor.get(address(cast, week=far)).context["calendar"]["end"]
    Service.objects.filter(pk=cast.regular.pk).update(horizon_days=None)
    assert visitor.get(address(cast, week=far)).context["calendar"]["end"] > near


def test_the_waitlist_remembers_the_day_one_came_from(cast: Cast, visitor: Visitor) -> None:
    """A day on which nothing suits leads to the waitlist from that day on."""
    visitor.answers(cast.regular)
    day = cast.day().isoformat()
    page = visitor.get(f"/book/{cast.regular.slug}/times/?day={day}")
    asked = visitor.follow(visitor.get(page.context["waitlist_url"]))
    assert str(asked.context["form"]["first_date"].value()) == day
