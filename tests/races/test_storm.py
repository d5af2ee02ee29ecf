"""A short storm of clients on real gunicorn, and then the question to PostgreSQL: what became of it all?

`make bench ARGS=storm` runs the same for a minute each, and there it is measured how long an answer takes: here any
machine may be as slow as it is.
"""

import datetime as dt

import pytest
from django.db import connection

from bench.storm import Outcome, Place, in_the_diary, overlapping, rage
from booking.models import Appointment
from tests.fixtures.add_ons import Extras
from tests.fixtures.cast import Cast

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
SECONDS = 1.5


@pytest.fixture
def place(live_gunicorn: str, cast: Cast, extras: Extras) -> Place:
    """The practice with two services, longer now and then, that fight for rooms and the one stone kit on three days."""
    days = [cast.day() + dt.timedelta(days=ahead) for ahead in range(3)]
    return Place(live_gunicorn, [cast.regular.slug, cast.hot_stone.slug], days, [extras.feet.slug])


def nothing_is_lost_or_double(*outcomes: Outcome) -> None:
    """The diary is what the clients were told, and no two appointments share anybody or anything."""
    known = {key: kept for outcome in outcomes for key, kept in outcome.kept.items()}
    assert in_the_diary() == known
    assert overlapping() == []


@pytest.mark.invariant("I1", "I3")
def test_after_a_storm_of_booking_moving_and_cancelling_the_diary_is_what_was_acknowledged(place: Place) -> None:
    needs = [("book", 201), ("move", 200), ("cancel", 200)]
    storm = rage(place, SECONDS, verbs=["book", "book", "book", "move", "cancel"], needs=needs)
    assert storm.broken == 0, storm.statuses
    assert all(storm.statuses[verb][status] for verb, status in needs)
    nothing_is_lost_or_double(storm)


@pytest.mark.invariant("I1")
def test_twenty_clients_browsing_and_booking_meet_no_fault(place: Place) -> None:
    needs = [("times", 200), ("book", 201)]
    crowd = rage(place, SECONDS, verbs=["times", "times", "book"], pause=(0.2, 1.0), needs=needs)
    assert crowd.broken == 0, crowd.statuses
    assert all(crowd.statuses[verb][status] for verb, status in needs)
    nothing_is_lost_or_double(crowd)


def test_the_self_join_finds_what_the_constraints_would_have_refused(cast: Cast) -> None:
    first = cast.appointment(cast.at(10))
    touching = cast.appointment(first.blocked_until, client=cast.ben)
    assert overlapping() == []
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE booking_appointment DROP CONSTRAINT never_two_for_one_therapist")
        Appointment.objects.filter(pk=touching.pk).update(room=cast.blue_room)
        minute = dt.timedelta(minutes=1)
        Appointment.objects.filter(pk=touching.pk).update(blocked_from=touching.blocked_from - minute)
    assert overlapping() == [(first.pk, touching.pk)]
    assert in_the_diary() == {}  # neither came by the API
