"""Many people, one time: real threads against real gunicorn on real PostgreSQL."""

import contextlib
import os
import signal
import time
import uuid
from collections import Counter
from http.client import HTTPException
from threading import Thread
from typing import Any

import psycopg
import pytest
from django.db.models import Count

from booking.appointments.integrity import GUARDED_RANGES, overlapping_rows
from booking.models import Appointment, Reminder
from clients.models import Client
from tests.fixtures.api import Api, at_once, wish
from tests.fixtures.cast import Cast
from tests.fixtures.processes import PATIENCE_SECONDS, Processes, database_url, wait_until

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True), pytest.mark.sql]


def nobody_twice() -> bool:
    """Whether no two active appointments overlap, found without the constraints' help."""
    return not [line for guarded in GUARDED_RANGES for line in overlapping_rows(guarded)]


def ask_in_vain(api: Api, body: dict[str, Any], key: str) -> None:
    """Book with a server that dies meanwhile."""
    with contextlib.suppress(OSError, HTTPException):
        api.book(body, key)


@pytest.mark.invariant("I1")
def test_fifty_clients_for_one_time_make_one_appointment(api: Api, cast: Cast) -> None:
    for day in (7, 14):
        start = cast.at(10, ahead=day).isoformat()
        answers = at_once([lambda n=n, s=start: api.book(wish(cast, n, start=s)) for n in range(50)])  # type: ignore[misc]
        assert Counter(answer.status for answer in answers) == {201: 1, 409: 49}
        assert all(answer.body["code"] == "slot_taken" for answer in answers if answer.status == 409)
        assert all(answer.body["alternatives"] for answer in answers if answer.status == 409)
    assert Appointment.objects.count() == 2
    kinds = Reminder.objects.values("appointment", "kind", "revision").annotate(n=Count("pk"))
    assert {row["n"] for row in kinds} == {1}
    assert nobody_twice()


@pytest.mark.invariant("I1")
def test_starts_that_overlap_by_fifteen_minutes_are_one_appointment(api: Api, cast: Cast) -> None:
    cast.regular.step_minutes = 15
    cast.regular.save()
    starts = [cast.at(10).isoformat(), cast.at(10, 45).isoformat()] * 5
    answers = at_once([lambda n=n, s=s: api.book(wish(cast, n, start=s)) for n, s in enumerate(starts)])  # type: ignore[misc]
    assert Counter(answer.status for answer in answers) == {201: 1, 409: 9}
    assert nobody_twice()


@pytest.mark.invariant("I1")
def test_fifty_posts_over_ten_times_fill_each_once(api: Api, cast: Cast) -> None:
    starts = [cast.at(hour, ahead=day).isoformat() for day in (7, 14) for hour in (9, 11, 13, 15)]
    starts += [cast.at(9, ahead=21).isoformat(), cast.at(11, ahead=21).isoformat()]
    answers = at_once([lambda n=n: api.book(wish(cast, n, start=starts[n % 10])) for n in range(50)])  # type: ignore[misc]
    assert Counter(answer.status for answer in answers) == {201: 10, 409: 40}
    assert nobody_twice()


@pytest.mark.invariant("I1")
def test_any_therapist_serves_as_many_as_there_are_rooms(api: Api, cast: Cast) -> None:
    answers = at_once([lambda n=n: api.book(wish(cast, n, therapist=None)) for n in range(3)])  # type: ignore[misc]
    assert Counter(answer.status for answer in answers) == {201: 2, 409: 1}
    booked = Appointment.objects.all()
    assert len({each.therapist_id for each in booked}) == len({each.room_id for each in booked}) == 2


@pytest.mark.invariant("I4")
def test_a_double_click_is_one_appointment_and_both_clicks_are_told_so(api: Api, cast: Cast) -> None:
    for therapist in (str(cast.mira.public_id), None):
        Appointment.objects.all().update(status="cancelled")
        key = str(uuid.uuid4())
        answers = at_once([lambda k=key, t=therapist: api.book(wish(cast, therapist=t), k) for _ in range(6)])  # type: ignore[misc]
        assert {answer.status for answer in answers} == {201}
        assert len({answer.body["id"] for answer in answers}) == 1
    assert Appointment.objects.active().count() == 1


@pytest.mark.invariant("I1")
def test_one_new_client_with_two_therapists_at_once_gets_one_appointment_and_one_file(api: Api, cast: Cast) -> None:
    therapists = [cast.mira, cast.tess] * 3
    answers = at_once([lambda t=t: api.book(wish(cast, therapist=str(t.public_id))) for t in therapists])  # type: ignore[misc]
    assert Counter(answer.status for answer in answers) == {201: 1, 409: 5}
    assert Client.objects.filter(last_name="Racer").count() == 1
    assert nobody_twice()


def test_a_lock_held_too_long_is_a_kind_503_and_leaves_other_therapists_alone(api: Api, cast: Cast) -> None:
    with psycopg.connect(database_url()) as rival:
        rival.execute("SELECT 1 FROM booking_therapist WHERE id = %s FOR UPDATE", [cast.mira.pk])
        began = time.monotonic()
        blocked, free = at_once(
            [
                lambda: api.book(wish(cast, 1)),
                lambda: api.book(wish(cast, 2, therapist=str(cast.tess.public_id))),
            ]
        )
        took = time.monotonic() - began
        rival.rollback()
    assert (blocked.status, blocked.body["code"]) == (503, "busy")
    assert int(blocked.headers["retry-after"]) >= 1
    assert (
        took > 2.5
    )  # it waited the lock_timeout of three seconds (invariants.md#booking-transaction), and the rival still held on
    assert free.status == 201
    assert api.book(wish(cast, 1)).status == 201


@pytest.mark.invariant("I3")
def test_a_server_killed_between_write_and_commit_leaves_nothing_and_the_key_free(
    processes: Processes, cast: Cast
) -> None:
    url, gunicorn = processes.gunicorn(workers=1)
    key = str(uuid.uuid4())
    with psycopg.connect(database_url()) as rival, psycopg.connect(database_url(), autocommit=True) as watcher:
        # The reminders are written last; while their table is locked, the appointment is written and not committed.
        rival.execute("LOCK TABLE booking_reminder IN EXCLUSIVE MODE")
        asking = Thread(target=ask_in_vain, args=(Api(url), wish(cast), key))
        asking.start()

        def waits() -> bool:
            sql = "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'booking_reminder'::regclass"
            row = watcher.execute(sql).fetchone()
            return row is not None and row[0] > 0

        wait_until(waits, "the booking waits before its commit")
        os.killpg(gunicorn.pid, signal.SIGKILL)
        asking.join(PATIENCE_SECONDS)
        rival.rollback()
    assert not Appointment.objects.exists()
    assert not Reminder.objects.exists()
    assert not Client.objects.filter(last_name="Racer").exists()
    url, _ = processes.gunicorn(workers=1)
    assert Api(url).book(wish(cast), key).status == 201


@pytest.mark.invariant("I3")
def test_what_was_acknowledged_survives_a_kill_at_once(processes: Processes, cast: Cast) -> None:
    url, gunicorn = processes.gunicorn(workers=1)
    answer = Api(url).book(wish(cast))
    os.killpg(gunicorn.pid, signal.SIGKILL)
    assert answer.status == 201
    assert str(Appointment.objects.get().public_id) == answer.body["id"]
