"""Therapist, day and time: what the month shows, in whose clock, and at what cost."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from booking.appointments.selection import Selection, start_as_text
from booking.models import Room, Service, Therapist, TimeOff, WorkingHours
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
    page = visitor.get(f"/book/{cast.regular.slug}/times/{chosen.query(month='2026-12')}")
    assert page["Location"] == f"/book/{cast.regular.slug}/{chosen.query()}"


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


def test_the_month_counts_the_times_of_each_day(cast: Cast, visitor: Visitor) -> None:
    visitor.answers(cast.regular)
    day = cast.day()
    page = visitor.get(address(cast, day=day.isoformat()))
    cell = next(each for week in page.context["month"]["weeks"] for each in week if each["date"] == day)
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


@pytest.mark.parametrize(
    "query",
    ["month=2026-13", "month=soon", "day=2026-02-30", "day=tomorrow", "month=0001-01", "day=9999-12-31"],
)
def test_a_month_or_day_that_cannot_be_read_leads_to_now_with_a_word(cast: Cast, visitor: Visitor, query: str) -> None:
    visitor.answers(cast.regular)
    asked = visitor.get(f"/book/{cast.regular.slug}/times/?{query}")
    assert asked["Location"] == f"/book/{cast.regular.slug}/times/"
    page = visitor.get(asked["Location"])
    assert page.status_code == 200
    assert "We could not read that day" in page_text(page)


@pytest.mark.parametrize("month", ["1999-01", "2099-12"])
def test_a_month_that_cannot_be_booked_shows_the_nearest_that_can(cast: Cast, visitor: Visitor, month: str) -> None:
    visitor.answers(cast.regular)
    page = visitor.get(address(cast, month=month))
    assert page.status_code == 200
    turn = page.context["month"]
    assert turn["previous_url"] is None or turn["next_url"] is None


def test_a_therapist_nobody_knows_counts_as_any(cast: Cast, visitor: Visitor) -> None:
    visitor.answers(cast.regular)
    for unknown in ["00000000-0000-0000-0000-000000000000", "1", "x" * 5000]:
        page = visitor.get(f"/book/{cast.regular.slug}/times/?therapist={unknown}")
        assert page.context["therapists"][0]["selected"], "any available"


def test_an_empty_month_names_the_next_free_time(cast: Cast, visitor: Visitor) -> None:
    now = dt.datetime.now(cast.zone)
    until = (now.replace(day=1) + dt.timedelta(days=63)).replace(day=1, hour=0, minute=0)
    TimeOff.objects.create(starts_at=now - dt.timedelta(days=1), ends_at=until)
    visitor.answers(cast.regular)
    page = visitor.get(address(cast))
    assert "No free time in this month" in page_text(page)
    there = page.context["next_free"]
    assert there["start"] >= until.astimezone(dt.UTC)
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
        weeks = visitor.get(address(cast)).context["month"]["weeks"]
    assert weeks[0][0]["date"] == dt.date(2027, 6, 21)


@pytest.mark.parametrize(("country", "first"), [("DE", "Mo"), ("US", "Su")])
def test_the_week_begins_as_people_there_expect(cast: Cast, visitor: Visitor, country: str, first: str) -> None:
    cast.practice.country = country
    cast.practice.save()
    visitor.answers(cast.regular)
    assert visitor.get(address(cast)).context["month"]["weekdays"][0]["short"] == first


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


def test_a_service_of_a_further_horizon_shows_further_months(cast: Cast, visitor: Visitor) -> None:
    Service.objects.filter(pk=cast.regular.pk).update(horizon_days=1)
    visitor.answers(cast.regular)
    far = (dt.datetime.now(cast.zone) + dt.timedelta(days=80)).strftime("%Y-%m")
    near = visitor.get(address(cast, month=far)).context["month"]["title"]
    Service.objects.filter(pk=cast.regular.pk).update(horizon_days=None)
    assert visitor.get(address(cast, month=far)).context["month"]["title"] != near
