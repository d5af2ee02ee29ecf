"""Each guard proved by its absence: without lock and constraint a double booking happens, with either it does not."""

import threading
from collections.abc import Callable
from contextlib import suppress
from importlib import import_module
from typing import Any

import pytest
from django.db import connection, connections

from booking.appointments.booking_request import PersonDetails
from booking.appointments.integrity import GUARDED_RANGES, overlapping_rows
from booking.appointments.screening import SafetyAnswers
from booking.errors import SlotTaken
from booking.models import Appointment, Therapist
from clinic.triggers import APPEND_ONLY_SWITCH
from tests.fixtures.actions import book
from tests.fixtures.cast import Cast

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True), pytest.mark.sql]


@pytest.fixture
def without_lock(monkeypatch: pytest.MonkeyPatch) -> None:
    """The therapist's row is read but not locked."""

    def read_only(keys: Any) -> dict[int, Therapist]:
        return {each.pk: each for each in Therapist.objects.filter(pk__in=set(keys))}

    monkeypatch.setattr("booking.appointments.locking.lock_therapists", read_only)
    monkeypatch.setattr("booking.appointments.allocation.lock_free_room", lambda rooms: next(iter(rooms), None))


@pytest.fixture
def without_constraints(transactional_db: None) -> Any:
    """PostgreSQL refuses nothing; the constraints come back afterwards."""
    constraints = {each.name: each for each in Appointment._meta.constraints}
    with connection.schema_editor() as editor:
        for guarded in GUARDED_RANGES:
            editor.remove_constraint(Appointment, constraints[guarded.constraint])
    yield
    with connection.cursor() as cursor:
        cursor.execute(f"SET {APPEND_ONLY_SWITCH} = 'on'")
        cursor.execute("TRUNCATE booking_appointment CASCADE")
        cursor.execute(f"RESET {APPEND_ONLY_SWITCH}")
    with connection.schema_editor() as editor:
        for guarded in GUARDED_RANGES:
            editor.add_constraint(Appointment, constraints[guarded.constraint])


def meeting_of_two(wait: float) -> Callable[[], None]:
    """What each of two calls once it has looked: it returns when both have, and at once from then on.

    ``wait``: seconds that one waits for the other. Where no lock keeps them apart they do meet, so it may be long (a
    process that books for the first time is slow); where one does, they never meet, and it only delays the test.
    """
    met = threading.Event()
    barrier = threading.Barrier(2, action=met.set)

    def meet() -> None:
        with suppress(threading.BrokenBarrierError):
            if not met.is_set():
                barrier.wait(wait)

    return meet


def both_look_first(monkeypatch: pytest.MonkeyPatch, wait: float) -> None:
    """Each of two has looked for a free place before either writes; ``wait`` as in ``meeting_of_two``."""
    writer = import_module("booking.appointments.book")
    look, meet = writer.allocate, meeting_of_two(wait)

    def look_and_wait(*args: Any, **kwargs: Any) -> Any:
        place = look(*args, **kwargs)
        meet()
        return place

    monkeypatch.setattr(writer, "allocate", look_and_wait)


WHERE_THEY_MEET, WHERE_THEY_CANNOT = 25.0, 1.0


def race(cast: Cast, monkeypatch: pytest.MonkeyPatch, wait: float) -> list[str]:
    """Two clients book one time; ``wait`` as in ``both_look_first``."""
    both_look_first(monkeypatch, wait)
    said: list[str] = []

    def one(number: int) -> None:
        person = PersonDetails(first_name=f"N{number}", last_name="Racer", email=f"n{number}@example.org")
        try:
            book(
                service=cast.regular,
                start=cast.at(10),
                therapist=cast.mira,
                client=person,
                answers=SafetyAnswers(),
                policy_accepted=True,
                via=Appointment.Via.WEB,
            )
            said.append("booked")
        except SlotTaken:
            said.append("taken")
        finally:
            connections.close_all()

    together([lambda: one(1), lambda: one(2)])
    return sorted(said)


def together(jobs: list[Callable[[], None]]) -> None:
    """Run jobs in threads and wait for all."""
    threads = [threading.Thread(target=job) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)


def test_without_lock_and_constraint_one_time_is_booked_twice(
    cast: Cast, without_lock: None, without_constraints: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control: if this race cannot be lost, the tests below prove nothing."""
    assert race(cast, monkeypatch, WHERE_THEY_MEET) == ["booked", "booked"]
    assert list(overlapping_rows(GUARDED_RANGES[0]))


@pytest.mark.invariant("I1")
def test_the_constraint_alone_refuses_the_second(
    cast: Cast, without_lock: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert race(cast, monkeypatch, WHERE_THEY_MEET) == ["booked", "taken"]
    assert Appointment.objects.count() == 1


@pytest.mark.invariant("I1")
def test_the_lock_alone_refuses_the_second(
    cast: Cast, without_constraints: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert race(cast, monkeypatch, WHERE_THEY_CANNOT) == ["booked", "taken"]
    assert Appointment.objects.count() == 1


@pytest.mark.invariant("I1")
def test_both_together_refuse_the_second(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    assert race(cast, monkeypatch, WHERE_THEY_CANNOT) == ["booked", "taken"]
    assert Appointment.objects.count() == 1
