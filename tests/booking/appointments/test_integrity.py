"""`verify` finds what the constraints would have refused, with the constraints gone."""

import datetime as dt
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from booking.appointments.integrity import GUARDED_RANGES, integrity_problems
from booking.models import Appointment, Reminder
from tests.booking.appointments.test_book import booked
from tests.fixtures.cast import Cast

pytestmark = pytest.mark.sql


@pytest.fixture
def unguarded(cast: Cast) -> Cast:
    """The practice with its exclusion constraints dropped; the test's own transaction brings them back."""
    with connection.cursor() as cursor:
        for guarded in GUARDED_RANGES:
            cursor.execute(f"ALTER TABLE booking_appointment DROP CONSTRAINT {guarded.constraint}")
    return cast


def test_a_sound_practice_is_well(cast: Cast) -> None:
    booked(cast)
    out = StringIO()
    call_command("verify", stdout=out)
    assert "1 appointments" in out.getvalue()


@pytest.mark.invariant("I1")
def test_a_missing_constraint_is_named(unguarded: Cast) -> None:
    lines = list(integrity_problems())
    for guarded in GUARDED_RANGES:
        assert any(guarded.constraint in line for line in lines)


@pytest.mark.invariant("I1")
@pytest.mark.parametrize("apart", [dt.timedelta(0), dt.timedelta(minutes=30), dt.timedelta(minutes=74)])
def test_an_overlap_is_found(unguarded: Cast, apart: dt.timedelta) -> None:
    unguarded.appointment(unguarded.at(10))
    second = unguarded.appointment(unguarded.at(10) + apart, client=unguarded.ben, room=unguarded.blue_room)
    assert any(str(second.public_id) in line and "therapist_id" in line for line in integrity_problems())


def test_an_overlap_with_a_long_appointment_behind_a_short_one_is_found(unguarded: Cast) -> None:
    long = unguarded.appointment(unguarded.at(9), service=unguarded.regular_90)
    short = unguarded.appointment(unguarded.at(9, 5), service=unguarded.back, client=unguarded.ben)
    third = unguarded.appointment(unguarded.at(10), therapist=unguarded.jonas, room=unguarded.blue_room)
    lines = "\n".join(line for line in integrity_problems() if "overlaps" in line)
    assert str(short.public_id) in lines
    assert f"{third.public_id} overlaps another one (client_id {long.client_id})" in lines


def test_appointments_that_only_touch_are_well(unguarded: Cast) -> None:
    unguarded.appointment(unguarded.at(10))
    unguarded.appointment(unguarded.at(11, 15), client=unguarded.ben)
    assert not [line for line in integrity_problems() if "overlaps" in line]


@pytest.mark.invariant("I5")
def test_a_coming_appointment_without_its_reminder_is_named(cast: Cast) -> None:
    appointment = booked(cast)
    Reminder.objects.filter(appointment=appointment, kind="reminder-24h").delete()
    with pytest.raises(CommandError):
        call_command("verify", stderr=StringIO())
    assert any("reminder-24h" in line for line in integrity_problems())
    assert Appointment.objects.count() == 1
