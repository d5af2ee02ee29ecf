"""What a client who waits told since they joined: a stop offers nothing, what passes waits, and no place is lost."""

import datetime as dt
from collections.abc import Iterator

import pytest
import time_machine
from django.utils import timezone

from booking.appointments.screening import SafetyAnswers
from booking.errors import NotPossible
from booking.models import Appointment, Reminder, ReminderState, WaitlistEntry, WaitlistOffer
from booking.waitlist.matching import Preferences
from booking.waitlist.models import WaitlistState
from booking.waitlist.offers import offer_time
from clients.models import Intake
from tests.clients.plans.given import told
from tests.fixtures.actions import join_waitlist, practice_day
from tests.fixtures.cast import Cast
from tests.fixtures.sweeps import offer_free_times, sweep_reminders

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def morning() -> Iterator[None]:
    """Nobody is written to at night."""
    at = (timezone.now() + dt.timedelta(days=1)).replace(hour=9, minute=0)
    with time_machine.travel(at):
        yield


def waits(cast: Cast, *conditions: str) -> WaitlistEntry:
    """Ana waits for hot stones, any day of the next three weeks."""
    today = practice_day()
    suits = Preferences(frozenset(range(7)), dt.time(9), dt.time(18), today, today + dt.timedelta(days=21))
    answers = SafetyAnswers(conditions=frozenset(conditions))
    return join_waitlist(service=cast.hot_stone, client=cast.ana, answers=answers, suits=suits, via=Appointment.Via.WEB)


def stopped(cast: Cast, sign: str, triage: str) -> Intake:
    """Ana's health form with a stop in it."""
    return Intake.objects.create(client=cast.ana, catalogue_version="2", triage=triage, red_flags=[sign])


@pytest.mark.invariant("I7")
@pytest.mark.parametrize(
    ("sign", "triage"), [("ces-saddle-numbness", "emergency"), ("dvt-signs", "doctor-before-massage")]
)
def test_a_stop_told_since_offers_nothing_and_keeps_the_place(cast: Cast, sign: str, triage: str) -> None:
    entry = waits(cast)
    stopped(cast, sign, triage)
    assert offer_free_times() == 0
    entry.refresh_from_db()
    assert entry.state == WaitlistState.WAITING
    with pytest.raises(NotPossible, match="newer answer"):
        offer_time(entry, start=cast.at(10), therapist=cast.mira, by=cast.owner, practice=cast.practice)
    assert not WaitlistOffer.objects.exists()
    told(cast.ana)
    assert offer_free_times() == 1


@pytest.mark.invariant("I6")
def test_what_a_newer_form_rules_out_is_not_offered(cast: Cast) -> None:
    waits(cast)
    told(cast.ana, "cannot-report")
    assert offer_free_times() == 0


@pytest.mark.invariant("I7")
def test_a_stop_told_after_the_offer_holds_its_mail(cast: Cast) -> None:
    waits(cast)
    assert offer_free_times() == 1
    stopped(cast, "ces-saddle-numbness", "emergency")
    # The database's own clock says what is due, and it does not travel.
    Reminder.objects.update(due_at=timezone.now() - dt.timedelta(days=2))
    sweep_reminders()
    assert Reminder.objects.get(kind="waitlist").state == ReminderState.SKIPPED


@pytest.mark.invariant("I6")
def test_what_passes_by_itself_waits_for_a_later_time(cast: Cast) -> None:
    entry = waits(cast, "recent-topical-heat-rub")
    assert offer_free_times() == 1
    entry.refresh_from_db()
    assert entry.state == WaitlistState.OFFERED
