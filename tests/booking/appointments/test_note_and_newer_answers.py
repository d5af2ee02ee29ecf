"""A doctor's note speaks of what was known when it was seen, for the appointment it was seen for, and nothing else."""

import pytest

from booking.appointments.clearance import needs_clearance
from booking.appointments.known_health import suitability_of_booking
from booking.appointments.plan_sessions import session_context_of
from booking.appointments.screening import SafetyAnswers
from booking.errors import NotPossible
from booking.models import Appointment, Status
from clients.care import Level
from clinic.models import Practice
from tests.clients.plans.given import told
from tests.fixtures.actions import accept, book, practice_day, see_clearance
from tests.fixtures.cast import Cast

pytestmark = [pytest.mark.django_db, pytest.mark.invariant("I6")]


@pytest.fixture
def seen(cast: Cast) -> Appointment:
    """Ana takes a blood thinner, asked for hot stones, and somebody has seen her doctor's note."""
    asked = book(
        service=cast.hot_stone,
        start=cast.at(10),
        client=cast.ana,
        answers=SafetyAnswers(conditions=frozenset({"anticoagulants"})),
        policy_accepted=True,
        via="web",
    )
    return see_clearance(asked, on=practice_day(), by=cast.owner)


def test_an_answer_since_asks_for_a_note_again_before_any_sweep(cast: Cast, seen: Appointment) -> None:
    assert suitability_of_booking(seen, None, cast.practice).level is Level.CAUTION
    newer = told(cast.ana, "cancer-current")
    assert suitability_of_booking(seen, newer, cast.practice).level is Level.CLEARANCE
    assert needs_clearance(seen, newer, cast.practice)
    with pytest.raises(NotPossible, match="doctor's note"):
        accept(seen, by=cast.owner)
    seen.refresh_from_db()
    assert seen.status == Status.REQUESTED
    again = see_clearance(seen, on=practice_day(), by=cast.owner)
    assert not needs_clearance(again, newer, cast.practice)
    assert suitability_of_booking(again, newer, cast.practice).level is Level.CAUTION
    assert accept(again, by=cast.owner).status == Status.CONFIRMED


def test_it_clears_for_the_plan_what_asked_for_it_and_nothing_told_elsewhere(cast: Cast, seen: Appointment) -> None:
    cleared = session_context_of(cast.ana, Practice.current(), seen.public_id).cleared
    assert "anticoagulants" in cleared
    assert "cancer-current" not in cleared
    told(cast.ana, "cancer-current")
    assert "cancer-current" not in session_context_of(cast.ana, Practice.current(), seen.public_id).cleared
