"""`verify` finds what the constraints would have refused, with the constraints gone."""

import datetime as dt
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from booking.models import Appointment, Reminder
from booking.proof import GUARDED, problems
from tests.booking.test_book import booked
from tests.fixtures.cast import House


@pytest.fixture
def unguarded(house: House) -> House:
    """The practice with its exclusion constraints dropped; the test's own transaction brings them back."""
    with connection.cursor() as cursor:
        for guarded in GUARDED:
            cursor.execute(f"ALTER TABLE booking_appointment DROP CONSTRAINT {guarded.constraint}")
    return house


def test_a_sound_practice_is_well(house: House) -> None:
    booked(house)
    out = StringIO()
    call_command("verify", stdout=out)
    assert "1 appointments" in out.getvalue()


@pytest.mark.invariant("I1")
def test_a_missing_constraint_is_named(unguarded: House) -> None:
    lines = list(problems())
    for guarded in GUARDED:
        assert any(guarded.constraint in line for line in lines)


@pytest.mark.invariant("I1")
@pytest.mark.parametrize("apart", [dt.timedelta(0), dt.timedelta(minutes=30), dt.timedelta(minutes=74)])
def test_an_overlap_is_found(unguarded: House, apart: dt.timedelta) -> None:
    unguarded.visit(unguarded.at(10))
    second = unguarded.visit(unguarded.at(10) + apart, client=unguarded.ben, room=unguarded.blue_room)
    assert any(str(second.public_id) in line and "therapist_id" in line for line in problems())


def test_an_overlap_with_a_long_visit_behind_a_short_one_is_found(unguarded: House) -> None:
    long = unguarded.visit(unguarded.at(9), service=unguarded.regular_90)
    short = unguarded.visit(unguarded.at(9, 5), service=unguarded.back, client=unguarded.ben)
    third = unguarded.visit(unguarded.at(10), therapist=unguarded.jonas, room=unguarded.blue_room)
    lines = "\n".join(line for line in problems() if "overlaps" in line)
    assert str(short.public_id) in lines
    assert f"{third.public_id} overlaps another one (client_id {long.client_id})" in lines


def test_visits_that_only_touch_are_well(unguarded: House) -> None:
    unguarded.visit(unguarded.at(10))
    unguarded.visit(unguarded.at(11, 15), client=unguarded.ben)
    assert not [line for line in problems() if "overlaps" in line]


@pytest.mark.invariant("I5")
def test_a_coming_visit_without_its_reminder_is_named(house: House) -> None:
    appointment = booked(house)
    Reminder.objects.filter(appointment=appointment, kind="reminder-24h").delete()
    with pytest.raises(CommandError):
        call_command("verify", stderr=StringIO())
    assert any("reminder-24h" in line for line in problems())
    assert Appointment.objects.count() == 1
