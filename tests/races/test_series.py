"""Series that cross each other: with the locks nobody is booked twice and nobody hears of a deadlock."""

import threading
from collections.abc import Callable
from importlib import import_module
from typing import Any

import pytest
from django.db import connection, connections, transaction
from django.utils import timezone

from booking.appointments.integrity import GUARDED_RANGES, integrity_problems, overlapping_rows
from booking.appointments.series_change import SeriesScope, appointments_in_scope, cancel_series
from booking.appointments.series_preview import SeriesSlot
from booking.errors import NotPossible, SeriesChanged, TemporarilyBusy
from booking.models import Appointment, Reminder, Series, Therapist
from tests.booking.appointments.series.cast import appointments, repeated, shown, turns
from tests.fixtures.actions import cancel, move_series, plan_move
from tests.fixtures.cast import Cast
from tests.fixtures.processes import PATIENCE_SECONDS
from tests.fixtures.sweeps import sweep_reminders
from tests.races.test_guards import WHERE_THEY_CANNOT, WHERE_THEY_MEET, meeting_of_two, together, without_constraints

__all__ = ["without_constraints"]
pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True), pytest.mark.sql]


@pytest.fixture
def without_lock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Therapist, rooms and client are read but not locked."""

    def read_only(keys: Any) -> dict[int, Therapist]:
        return {each.pk: each for each in Therapist.objects.filter(pk__in=set(keys))}

    for name in ("locking", "series_change"):
        monkeypatch.setattr(import_module(f"booking.appointments.{name}"), "lock_therapists", read_only)
    for name in ("series", "series_change"):
        monkeypatch.setattr(import_module(f"booking.appointments.{name}"), "lock_rooms_and_kits", lambda **_with: None)
        monkeypatch.setattr(import_module(f"booking.appointments.{name}"), "lock_client", lambda _client: None)
    monkeypatch.setattr("booking.appointments.allocation.lock_free_room", lambda rooms: next(iter(rooms), None))


def race(cast: Cast, monkeypatch: pytest.MonkeyPatch, wait: float) -> list[str]:
    """Ana's and Ben's series with Mira at the same times; ``wait`` as in ``meeting_of_two``."""
    repeating = import_module("booking.appointments.series")
    meet, look = meeting_of_two(wait), repeating.must_all_be_bookable

    def look_and_wait(*args: Any) -> None:
        look(*args)
        meet()

    monkeypatch.setattr(repeating, "must_all_be_bookable", look_and_wait)
    picks = shown(turns(cast))
    said: list[str] = []

    def one(client: Any) -> Callable[[], None]:
        def work() -> None:
            try:
                repeated(cast, picks, client=client)
                said.append("booked")
            except SeriesChanged:
                said.append("changed")
            finally:
                connections.close_all()

        return work

    together([one(cast.ana), one(cast.ben)])
    return sorted(said)


def test_without_lock_and_constraint_two_series_are_booked_over_each_other(
    cast: Cast, without_lock: None, without_constraints: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control: if this race cannot be lost, the tests below prove nothing."""
    monkeypatch.setattr(import_module("booking.appointments.book"), "allocate", blindly(cast))
    assert race(cast, monkeypatch, WHERE_THEY_MEET) == ["booked", "booked"]
    assert list(overlapping_rows(GUARDED_RANGES[0]))


def blindly(cast: Cast) -> Callable[..., Any]:
    """A place that nobody looks at again."""
    from booking.appointments.allocation import Allocation

    def place(order: Any, therapist: Any, start: Any, **_more: Any) -> Allocation:
        import datetime as dt

        ends = start + dt.timedelta(minutes=order.minutes)
        return Allocation(
            therapist=therapist,
            room_id=cast.green_room.pk,
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
    cast: Cast, without_lock: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert race(cast, monkeypatch, WHERE_THEY_MEET) == ["booked", "changed"]
    assert (Series.objects.count(), Appointment.objects.count()) == (1, 3)


@pytest.mark.invariant("I1")
def test_the_lock_alone_refuses_the_second_series_whole(
    cast: Cast, without_constraints: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert race(cast, monkeypatch, WHERE_THEY_CANNOT) == ["booked", "changed"]
    assert (Series.objects.count(), Appointment.objects.count()) == (1, 3)


@pytest.mark.invariant("I1", "I4")
def test_a_double_click_on_a_series_is_one_series(cast: Cast) -> None:
    picks = shown(turns(cast))
    found: list[int] = []

    def click() -> None:
        try:
            found.append(repeated(cast, picks, key="one preview").pk)
        finally:
            connections.close_all()

    together([click, click, click])
    assert len(found) == 3
    assert len(set(found)) == 1
    assert Appointment.objects.count() == 3


@pytest.mark.invariant("I1")
def test_series_that_book_move_and_cancel_across_each_other_meet_no_deadlock(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    # On a slow machine six take longer than anybody would wait at the desk: that is "busy" too, and no deadlock.
    monkeypatch.setattr("booking.appointments.locking.ROW_LOCK_TIMEOUT", f"{PATIENCE_SECONDS:g}s")
    jonas = repeated(cast, therapist=cast.jonas, client=cast.ben, start=cast.at(9))
    mira = repeated(cast, start=cast.at(9))
    crossing = shown(turns(cast, start=cast.at(15), every_weeks=1, therapist=cast.jonas))
    wrong: list[str] = []

    def careful(work: Callable[[], object]) -> Callable[[], None]:
        def run() -> None:
            try:
                work()
            except (SeriesChanged, NotPossible):
                pass
            except TemporarilyBusy:
                wrong.append("busy")
            except Exception as error:  # noqa: BLE001 - whatever it is, a person would have met it
                wrong.append(repr(error))
            finally:
                connections.close_all()

        return run

    def moving(series: Series, hours: int) -> list[SeriesSlot]:
        import datetime as dt

        return shown(
            plan_move(appointments_in_scope(appointments(series)[0], SeriesScope.ALL), dt.timedelta(hours=hours))
        )

    there, back = moving(jonas, 1), moving(mira, 2)
    together(
        [
            careful(lambda: move_series(appointments(jonas)[0], scope=SeriesScope.ALL, picks=there, via="desk")),
            careful(lambda: move_series(appointments(mira)[0], scope=SeriesScope.ALL, picks=back, via="desk")),
            careful(lambda: repeated(cast, crossing, therapist=cast.jonas, every_weeks=1)),
            careful(lambda: repeated(cast, crossing, therapist=cast.jonas, every_weeks=1, client=cast.ben)),
            careful(lambda: cancel_series(appointments(mira)[2], scope=SeriesScope.FOLLOWING, reason="", via="desk")),
            careful(lambda: cancel_series(appointments(jonas)[1], scope=SeriesScope.FOLLOWING, reason="", via="desk")),
        ]
    )
    assert wrong == []
    assert list(integrity_problems()) == []
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM booking_appointment WHERE series_id IS NOT NULL")
        assert cursor.fetchone()[0] >= 9


@pytest.mark.invariant("I5")
def test_an_appointment_cancelled_while_the_mail_that_tells_of_it_is_being_written_is_told_off(cast: Cast) -> None:
    two = appointments(repeated(cast))[1]

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
