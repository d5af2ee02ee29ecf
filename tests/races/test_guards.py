"""Each guard proved by its absence: without lock and constraint a double booking happens, with either it does not."""

import threading
from collections.abc import Callable
from contextlib import suppress
from importlib import import_module
from typing import Any

import pytest
from django.db import connection, connections

from booking.actions import Answers, Person, book
from booking.errors import SlotTaken
from booking.models import Appointment, Therapist
from booking.proof import GUARDED, overlaps
from clinic.triggers import SWITCH
from tests.fixtures.cast import House

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def without_lock(monkeypatch: pytest.MonkeyPatch) -> None:
    """The therapist's row is read but not locked."""

    def read_only(keys: Any) -> dict[int, Therapist]:
        return {each.pk: each for each in Therapist.objects.filter(pk__in=set(keys))}

    monkeypatch.setattr(import_module("booking.actions.booking"), "lock_therapists", read_only)
    monkeypatch.setattr("booking.actions.placing.hold_a_room", lambda rooms: next(iter(rooms), None))


@pytest.fixture
def without_constraints(transactional_db: None) -> Any:
    """PostgreSQL refuses nothing; the constraints come back afterwards."""
    constraints = {each.name: each for each in Appointment._meta.constraints}
    with connection.schema_editor() as editor:
        for guarded in GUARDED:
            editor.remove_constraint(Appointment, constraints[guarded.constraint])
    yield
    with connection.cursor() as cursor:
        cursor.execute(f"SET {SWITCH} = 'on'")
        cursor.execute("TRUNCATE booking_appointment CASCADE")
        cursor.execute(f"RESET {SWITCH}")
    with connection.schema_editor() as editor:
        for guarded in GUARDED:
            editor.add_constraint(Appointment, constraints[guarded.constraint])


def race(house: House, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Two clients book one time; both have looked before either writes, where nothing keeps them from it."""
    from booking.actions import placing

    meet = threading.Barrier(2)
    look = placing.find_place

    def look_and_wait(*args: Any, **kwargs: Any) -> Any:
        place = look(*args, **kwargs)
        with suppress(threading.BrokenBarrierError):
            meet.wait(1)
        return place

    monkeypatch.setattr(import_module("booking.actions.booking"), "find_place", look_and_wait)
    said: list[str] = []

    def one(number: int) -> None:
        person = Person(first_name=f"N{number}", last_name="Racer", email=f"n{number}@example.org")
        try:
            book(
                service=house.regular,
                start=house.at(10),
                therapist=house.mira,
                client=person,
                answers=Answers(),
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
        thread.join(30)


def test_without_lock_and_constraint_one_time_is_booked_twice(
    house: House, without_lock: None, without_constraints: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control: if this race cannot be lost, the tests below prove nothing."""
    assert race(house, monkeypatch) == ["booked", "booked"]
    assert list(overlaps(GUARDED[0]))


@pytest.mark.invariant("I1")
def test_the_constraint_alone_refuses_the_second(
    house: House, without_lock: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert race(house, monkeypatch) == ["booked", "taken"]
    assert Appointment.objects.count() == 1


@pytest.mark.invariant("I1")
def test_the_lock_alone_refuses_the_second(
    house: House, without_constraints: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert race(house, monkeypatch) == ["booked", "taken"]
    assert Appointment.objects.count() == 1


@pytest.mark.invariant("I1")
def test_both_together_refuse_the_second(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    assert race(house, monkeypatch) == ["booked", "taken"]
    assert Appointment.objects.count() == 1
