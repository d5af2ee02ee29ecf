"""Series that cross each other: with the locks nobody is booked twice and nobody hears of a deadlock."""

import threading
from collections.abc import Callable
from contextlib import suppress
from importlib import import_module
from typing import Any

import pytest
from django.db import connection, connections, transaction
from django.utils import timezone

from booking.actions import Pick, Scope, cancel, cancel_series, move_series, plan_move
from booking.actions.changing import visits_in
from booking.errors import Busy, NotPossible, SeriesChanged
from booking.models import Appointment, Reminder, Series, Therapist
from booking.proof import GUARDED, overlaps, problems
from booking.reminders.sweep import sweep_reminders
from tests.booking.series.cast import repeated, shown, turns, visits
from tests.fixtures.cast import House
from tests.races.test_guards import together, without_constraints

__all__ = ["without_constraints"]
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def without_lock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Therapist, rooms and client are read but not locked."""

    def read_only(keys: Any) -> dict[int, Therapist]:
        return {each.pk: each for each in Therapist.objects.filter(pk__in=set(keys))}

    for name in ("booking", "repeating", "changing"):
        monkeypatch.setattr(import_module(f"booking.actions.{name}"), "lock_therapists", read_only)
    for name in ("repeating", "changing"):
        monkeypatch.setattr(import_module(f"booking.actions.{name}"), "lock_places", lambda **_with: None)
        monkeypatch.setattr(import_module(f"booking.actions.{name}"), "lock_client", lambda _client: None)
    monkeypatch.setattr("booking.actions.placing.hold_a_room", lambda rooms: next(iter(rooms), None))


def race(house: House, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Ana's and Ben's series with Mira at the same times; both have looked before either writes, if nothing forbids."""
    repeating = import_module("booking.actions.repeating")
    meet, look = threading.Barrier(2), repeating.must_all_be_free

    def look_and_wait(*args: Any) -> None:
        look(*args)
        with suppress(threading.BrokenBarrierError):
            meet.wait(1)

    monkeypatch.setattr(repeating, "must_all_be_free", look_and_wait)
    picks = shown(turns(house))
    said: list[str] = []

    def one(client: Any) -> Callable[[], None]:
        def work() -> None:
            try:
                repeated(house, picks, client=client)
                said.append("booked")
            except SeriesChanged:
                said.append("changed")
            finally:
                connections.close_all()

        return work

    together([one(house.ana), one(house.ben)])
    return sorted(said)


def test_without_lock_and_constraint_two_series_are_booked_over_each_other(
    house: House, without_lock: None, without_constraints: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control: if this race cannot be lost, the tests below prove nothing."""
    monkeypatch.setattr(import_module("booking.actions.booking"), "find_place", blindly(house))
    assert race(house, monkeypatch) == ["booked", "booked"]
    assert list(overlaps(GUARDED[0]))


def blindly(house: House) -> Callable[..., Any]:
    """A place that nobody looks at again."""
    from booking.actions.placing import Place
    from booking.order import order_of

    def place(order: Any, therapist: Any, start: Any, **_more: Any) -> Place:
        import datetime as dt

        ends = start + dt.timedelta(minutes=order_of(order).minutes)
        return Place(
            therapist=therapist,
            room_id=house.green_room.pk,
            kit_id=None,
            starts_at=start,
            ends_at=ends,
            blocked_from=start,
            blocked_until=ends,
            kit_blocked_until=ends,
        )

    return place


@pytest.mark.invariant("I1")
def test_the_constraint_alone_refuses_the_second_series_whole(
    house: House, without_lock: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert race(house, monkeypatch) == ["booked", "changed"]
    assert (Series.objects.count(), Appointment.objects.count()) == (1, 3)


@pytest.mark.invariant("I1")
def test_the_lock_alone_refuses_the_second_series_whole(
    house: House, without_constraints: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert race(house, monkeypatch) == ["booked", "changed"]
    assert (Series.objects.count(), Appointment.objects.count()) == (1, 3)


@pytest.mark.invariant("I1", "I4")
def test_a_double_click_on_a_series_is_one_series(house: House) -> None:
    picks = shown(turns(house))
    found: list[int] = []

    def click() -> None:
        try:
            found.append(repeated(house, picks, key="one preview").pk)
        finally:
            connections.close_all()

    together([click, click, click])
    assert len(found) == 3
    assert len(set(found)) == 1
    assert Appointment.objects.count() == 3


@pytest.mark.invariant("I1")
def test_series_that_book_move_and_cancel_across_each_other_meet_no_deadlock(house: House) -> None:
    jonas = repeated(house, therapist=house.jonas, client=house.ben, start=house.at(9))
    mira = repeated(house, start=house.at(9))
    crossing = shown(turns(house, start=house.at(15), every_weeks=1, therapist=house.jonas))
    wrong: list[str] = []

    def careful(work: Callable[[], object]) -> Callable[[], None]:
        def run() -> None:
            try:
                work()
            except (SeriesChanged, NotPossible):
                pass
            except Busy:
                wrong.append("busy")
            except Exception as error:  # noqa: BLE001 - whatever it is, a person would have met it
                wrong.append(repr(error))
            finally:
                connections.close_all()

        return run

    def moving(series: Series, hours: int) -> list[Pick]:
        import datetime as dt

        return shown(plan_move(visits_in(visits(series)[0], Scope.ALL), dt.timedelta(hours=hours)))

    there, back = moving(jonas, 1), moving(mira, 2)
    together(
        [
            careful(lambda: move_series(visits(jonas)[0], scope=Scope.ALL, picks=there, via="desk")),
            careful(lambda: move_series(visits(mira)[0], scope=Scope.ALL, picks=back, via="desk")),
            careful(lambda: repeated(house, crossing, therapist=house.jonas, every_weeks=1)),
            careful(lambda: repeated(house, crossing, therapist=house.jonas, every_weeks=1, client=house.ben)),
            careful(lambda: cancel_series(visits(mira)[2], scope=Scope.FOLLOWING, reason="", via="desk")),
            careful(lambda: cancel_series(visits(jonas)[1], scope=Scope.FOLLOWING, reason="", via="desk")),
        ]
    )
    assert wrong == []
    assert list(problems()) == []
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM booking_appointment WHERE series_id IS NOT NULL")
        assert cursor.fetchone()[0] >= 9


@pytest.mark.invariant("I5")
def test_a_visit_cancelled_while_the_mail_that_tells_of_it_is_being_written_is_told_off(house: House) -> None:
    two = visits(repeated(house))[1]

    def call_off() -> None:
        try:
            cancel(two, reason="", via="desk")
        finally:
            connections.close_all()

    cancelling = threading.Thread(target=call_off)
    with transaction.atomic():
        Reminder.objects.filter(kind="confirmation", state="due").update(due_at=timezone.now())
        assert sweep_reminders() == 1
        cancelling.start()
        while cancelling.is_alive() and not somebody_waits():
            cancelling.join(0.05)
    cancelling.join(30)
    assert Reminder.objects.get(appointment=two, kind="cancelled").state == "due"


def somebody_waits() -> bool:
    """Whether another connection waits for a lock."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)")
        return bool(cursor.fetchone()[0])
