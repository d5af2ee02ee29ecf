"""The benchmark's own pieces: a yardstick that answers wrongly, or a row that cannot miss, would measure nothing."""

import datetime as dt
from collections.abc import Sequence
from itertools import pairwise

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from bench import care, practice
from bench.memory import looked_at
from bench.rows import COLUMNS, interleaved, p95, row, table
from bench.times import Question
from booking.models import Appointment, Room, Service, Status, Therapist, TimeOff, WorkingHours
from booking.scheduling import schedule
from booking.scheduling.configuration import current_configuration
from booking.scheduling.order import Order
from clinic.models import Practice
from tests.fixtures.cast import Cast

MINUTE = dt.timedelta(minutes=1)
DAY = dt.timedelta(days=1)


def ranges(text: str) -> list[tuple[dt.datetime, dt.datetime]]:
    """A multirange as PostgreSQL prints it."""
    bounds = [part.strip('"') for part in text.strip("{}").replace("[", "").replace(")", "").split(",") if part]
    moments = [dt.datetime.fromisoformat(each) for each in bounds]
    return list(zip(moments[::2], moments[1::2], strict=True))


def fits(start: dt.datetime, minutes: int, free: Sequence[tuple[dt.datetime, dt.datetime]]) -> bool:
    """Whether a session lies wholly in one free range."""
    return any(begin <= start and start + minutes * MINUTE <= end for begin, end in free)


def by_the_yardstick(cast: Cast, question: Question) -> set[tuple[dt.datetime, int]]:
    """Every start on the grid of the cast's hours that the raw query leaves free, with the key of the therapist."""
    free = {key: ranges(text) for key, text in question.raw()}
    found = set()
    for hours in WorkingHours.objects.filter(therapist__services=question.service):
        for number in range((question.last - question.first).days + 1):
            day = question.first + number * DAY
            if day.weekday() != hours.weekday:
                continue
            start = dt.datetime.combine(day, hours.starts, cast.zone).astimezone(dt.UTC)
            end = dt.datetime.combine(day, hours.ends, cast.zone)
            while start < end:
                if fits(start, question.service.minutes, free[hours.therapist_id]):
                    found.add((start, hours.therapist_id))
                start += cast.practice.slot_step_minutes * MINUTE
    return found | beside_appointments(cast, question, free, found)


def beside_appointments(
    cast: Cast,
    question: Question,
    free: dict[int, list[tuple[dt.datetime, dt.datetime]]],
    grid: set[tuple[dt.datetime, int]],
) -> set[tuple[dt.datetime, int]]:
    """The starts at either end of a free range that touch an appointment, where no start of the grid sells as much."""
    service, step, found = question.service, cast.practice.slot_step_minutes * MINUTE, set()
    length = service.minutes * MINUTE
    block = length + (service.buffer_before + service.buffer_after) * MINUTE
    for appointment in Appointment.objects.active().filter(therapist__in=free):
        after = appointment.blocked_until + service.buffer_before * MINUTE
        before = appointment.blocked_from - service.buffer_after * MINUTE - length
        for begin, end in free[appointment.therapist_id]:
            first, last = begin, end - length
            for edge, touching, other in ((first, after, last), (last, before, first)):
                near = [each for each, key in grid if key == appointment.therapist_id and first <= each <= last]
                sold = abs(other - edge) // block
                if first <= last and edge == touching:
                    as_much = (abs(each - edge) < step and abs(other - each) // block == sold for each in near)
                    if not any(as_much):
                        found.add((edge, appointment.therapist_id))
    return found


def fill_some_days(cast: Cast) -> None:
    """Appointments with and without a buffer's distance, one cancelled, leave of one and of all."""
    cast.appointment(cast.at(9), room=cast.green_room)
    cast.appointment(cast.at(11, 30), service=cast.regular_90, client=cast.ben, room=cast.blue_room)
    cast.appointment(cast.at(8, 30), therapist=cast.tess, client=cast.ben, room=cast.blue_room)
    cast.appointment(cast.at(15), therapist=cast.jonas, service=cast.back, client=cast.ana, room=cast.green_room)
    cast.appointment(cast.at(14), client=cast.ben, status=Status.CANCELLED)
    TimeOff.objects.create(therapist=cast.tess, starts_at=cast.at(10) + DAY, ends_at=cast.at(12) + DAY)
    TimeOff.objects.create(starts_at=cast.at(13) + 2 * DAY, ends_at=cast.at(23) + 2 * DAY)


@pytest.mark.parametrize(("before", "after"), [(0, 0), (0, 15), (20, 10)])
def test_the_raw_query_and_the_engine_find_the_same_free_times(cast: Cast, before: int, after: int) -> None:
    Room.objects.bulk_create(Room(name=f"Spare room {number}") for number in range(5))  # the yardstick knows no rooms
    cast.regular.buffer_before, cast.regular.buffer_after = before, after
    cast.regular.save()
    fill_some_days(cast)
    first = cast.day()
    question = Question(cast.regular, first, first + 3 * DAY, cast.practice.time_zone)
    ours = {(each.start, who.pk) for each in question.month().offers for who in each.therapists}
    assert ours == by_the_yardstick(cast, question)
    assert len(ours) > 40


def test_a_month_of_times_asks_the_version_and_the_appointments(cast: Cast) -> None:
    fill_some_days(cast)
    current_configuration()
    for service in (cast.regular, cast.hot_stone):
        with CaptureQueriesContext(connection) as captured:
            schedule.month_of(Order.of(service), first=cast.day(), last=cast.day() + 30 * DAY)
        assert len(captured) == 2


def test_busy_times_are_read_through_the_index_of_active_appointments(cast: Cast) -> None:
    with CaptureQueriesContext(connection) as captured:
        schedule.month_of(Order.of(cast.regular), first=cast.day(), last=cast.day())
    (busy,) = [query["sql"] for query in captured if "kit_blocked_until" in query["sql"]]
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off")
        cursor.execute("EXPLAIN " + busy.replace("%", "%%"))
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "Index Scan using appointment_busy" in plan


@pytest.fixture
def furnished(db: None) -> Practice:
    """The practice of the benchmark in place of the cast's."""
    practice.furnish()
    return Practice.current()


def test_the_filled_diary_keeps_every_constraint(furnished: Practice) -> None:
    ahead = practice.fill_ahead()
    practice.fill_past(300)
    practice.fill_past(500, already=300)
    past = Appointment.objects.filter(starts_at__lt=timezone.now())
    assert (past.count(), past.filter(status="cancelled").count()) == (500, 50)
    assert Appointment.objects.upcoming().count() == ahead
    assert 0.7 < ahead / (practice.AHEAD_DAYS * 6 / 7 * practice.THERAPISTS * 6) < 0.8
    for therapist in Therapist.objects.all():
        appointments = Appointment.objects.filter(therapist=therapist).order_by("starts_at")
        assert all(one.blocked_until <= other.blocked_from for one, other in pairwise(appointments))


def test_the_pages_that_are_measured_are_shown_and_lead_nowhere_else(furnished: Practice, client: Browser) -> None:
    practice.fill_ahead()
    client.post(f"/book/{Service.objects.get().slug}/", {"comes": "relax"}, secure=True)
    assert {path: client.get(path, secure=True).status_code for path in looked_at()} == dict.fromkeys(looked_at(), 200)


def test_what_is_filled_lies_inside_working_hours(furnished: Practice) -> None:
    practice.fill_ahead()
    on_the_wall = {each.starts_at.astimezone(furnished.zone) for each in Appointment.objects.all()}
    assert {f"{each:%H:%M}" for each in on_the_wall} == set(practice.PLACES)
    assert all(each.weekday() < 6 for each in on_the_wall)


def test_forgoing_constraints_takes_them_away_and_leaves_the_index(furnished: Practice) -> None:
    practice.fill_past(2)
    with pytest.raises(IntegrityError), transaction.atomic():
        practice.fill_past(2)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # no table with waiting checks can be altered
    practice.forgo_constraints()
    practice.fill_past(2)
    assert Appointment.objects.count() == 4
    assert "appointment_busy" in indexes()


def indexes() -> set[str]:
    """The indexes of appointments."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexname FROM pg_indexes WHERE tablename = 'booking_appointment'")
        return {name for (name,) in cursor.fetchall()}


def test_a_row_has_the_keys_that_outside_tools_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(care, "PLANS", 20)
    for each in [row("times", 3, 1.5, "ms", at_most=3), *care.measure()]:
        assert tuple(each) == COLUMNS
        assert isinstance(each["reached"], bool)


@pytest.mark.parametrize(
    ("ours", "limits", "reached"),
    [
        (30.0, {"at_most": 3}, True),
        (30.1, {"at_most": 3}, False),
        (5.0, {"at_least": 0.5}, True),
        (4.9, {"at_least": 0.5}, False),
        (0.0, {"at_most": 0}, True),
        (1.0, {"at_most": 0}, False),
    ],
)
def test_a_row_is_reached_by_its_ratio_before_rounding(ours: float, limits: dict[str, float], reached: bool) -> None:
    assert row("x", ours, 10, "ms", **limits)["reached"] is reached


def test_the_table_shows_both_sides_and_what_was_missed() -> None:
    lines = table([row("quick", 1, 2, "ms", at_most=3), row("slow", 70, 2, "ms", at_most=3)]).splitlines()
    assert lines[0].split() == list(COLUMNS)
    assert lines[2].split() == ["quick", "1.0", "2.0", "ms", "0.5", "<=", "3x", "yes"]
    assert lines[3].split() == ["slow", "70.0", "2.0", "ms", "35.0", "<=", "3x", "NO"]


def test_both_sides_are_measured_in_turns() -> None:
    order: list[str] = []
    took = interleaved([lambda: order.append("ours"), lambda: order.append("raw")], rounds=3)
    assert order == ["ours", "raw"] * 3
    assert [len(side) for side in took] == [3, 3]


def test_ninety_five_of_a_hundred_stay_under_the_ninety_fifth_percentile() -> None:
    times = [float(number) for number in range(1, 101)]
    assert sum(each <= p95(times) for each in times) == 95
