"""Two sweeps at once offer no time twice; without lock and constraint they would."""

import datetime as dt
from collections.abc import Callable
from importlib import import_module
from typing import Any

import pytest
from django.db import connections

from booking.appointments.integrity import GUARDED_RANGES, overlapping_rows
from booking.appointments.screening import SafetyAnswers
from booking.errors import SlotTaken
from booking.models import Appointment, Reminder, Status, TimeOff, WaitlistEntry, WaitlistOffer
from booking.waitlist.answers import decline_offer
from booking.waitlist.matching import Preferences
from clients.models import Client
from tests.fixtures.actions import accept_offer, join_waitlist
from tests.fixtures.cast import Cast
from tests.fixtures.sweeps import offer_free_times

# The guards to take away, as fixtures of their own.
from tests.races.test_guards import (
    WHERE_THEY_CANNOT,
    WHERE_THEY_MEET,
    both_look_first,
    together,
    without_constraints,
    without_lock,
)

__all__ = ["without_constraints", "without_lock"]
pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True), pytest.mark.sql]


@pytest.fixture
def one_hour(cast: Cast) -> Cast:
    """Two wait for Mira, and all that is free is her nine o'clock on one Tuesday."""
    cast.practice.quiet_from = cast.practice.quiet_until = dt.time(0)
    cast.practice.save(update_fields=["quiet_from", "quiet_until"])
    begin, end = cast.at(0, ahead=0) - dt.timedelta(days=8), cast.at(0, ahead=42)
    TimeOff.objects.create(therapist=cast.mira, starts_at=begin, ends_at=cast.at(9))
    TimeOff.objects.create(therapist=cast.mira, starts_at=cast.at(10), ends_at=end)
    today = dt.datetime.now(cast.zone).date()
    suits = Preferences(frozenset(range(7)), dt.time(6), dt.time(22), today, today + dt.timedelta(days=28))
    for client in (cast.ana, cast.ben):
        join_waitlist(
            service=cast.regular,
            client=client,
            answers=SafetyAnswers(),
            suits=suits,
            therapist=cast.mira,
            via=Appointment.Via.WEB,
        )
    return cast


def closing(job: Callable[[], Any]) -> Callable[[], None]:
    """A job for a thread, which has a connection of its own to give back."""

    def run() -> None:
        try:
            job()
        finally:
            connections.close_all()

    return run


def two_sweeps(monkeypatch: pytest.MonkeyPatch, wait: float) -> None:
    """Two look for people to offer the free time to; ``wait`` as in ``meeting_of_two``."""
    both_look_first(monkeypatch, wait)
    # One begins with the one who waits longest, the other with the next: as if an offer had just been answered.
    order = import_module("booking.waitlist.offers").reachable_entries
    turn = iter([False, True])

    def either_way_round() -> Any:
        return order().reverse() if next(turn) else order()

    monkeypatch.setattr(import_module("booking.waitlist.offers"), "reachable_entries", either_way_round)
    together([closing(offer_free_times), closing(offer_free_times)])


@pytest.mark.usefixtures("without_lock", "without_constraints")
def test_without_lock_and_constraint_one_time_is_offered_twice(one_hour: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control: if this race cannot be lost, the tests below prove nothing."""
    two_sweeps(monkeypatch, WHERE_THEY_MEET)
    assert list(overlapping_rows(GUARDED_RANGES[0]))


@pytest.mark.invariant("I1")
@pytest.mark.usefixtures("without_lock")
def test_the_constraint_alone_offers_it_once(one_hour: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    two_sweeps(monkeypatch, WHERE_THEY_MEET)
    assert holds_offers_and_reminders() == (1, 1, 1)
    assert sorted(WaitlistEntry.objects.values_list("state", flat=True)) == ["offered", "waiting"]


@pytest.mark.invariant("I1")
def test_two_sweeps_at_once_offer_one_time_once(one_hour: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    two_sweeps(monkeypatch, WHERE_THEY_CANNOT)
    assert holds_offers_and_reminders() == (1, 1, 1)
    assert sorted(WaitlistEntry.objects.values_list("state", flat=True)) == ["offered", "waiting"]


def holds_offers_and_reminders() -> tuple[int, int, int]:
    """How many times are held, how many offers were made, how many mails are owed."""
    held = Appointment.objects.filter(status=Status.OFFERED).count()
    return held, WaitlistOffer.objects.count(), Reminder.objects.count()


@pytest.mark.invariant("I1")
@pytest.mark.parametrize("_again", range(3))
def test_many_sweeps_over_many_who_wait_leave_no_overlap_and_no_second_offer(one_hour: Cast, _again: int) -> None:
    TimeOff.objects.filter(ends_at__gt=one_hour.at(10), starts_at=one_hour.at(10)).update(starts_at=one_hour.at(13))
    suits = WaitlistEntry.objects.earliest("pk").suits
    for number in range(4):
        person = Client.objects.create(first_name=f"N{number}", last_name="W", email=f"n{number}@example.org")
        join_waitlist(
            service=one_hour.regular,
            client=person,
            answers=SafetyAnswers(),
            suits=suits,
            therapist=one_hour.mira,
            via=Appointment.Via.WEB,
        )
    together([closing(offer_free_times) for _sweep in range(4)])
    offer_free_times()
    assert not list(overlapping_rows(GUARDED_RANGES[0]))
    held = Appointment.objects.filter(status=Status.OFFERED)
    assert sorted(held.values_list("starts_at", flat=True)) == [one_hour.at(9), one_hour.at(10, 30), one_hour.at(12)]
    first_three = WaitlistEntry.objects.order_by("created_at")[:3]
    assert {each.state for each in first_three} == {"offered"}


@pytest.mark.invariant("I4")
def test_yes_and_no_at_once_are_one_of_the_two(one_hour: Cast) -> None:
    assert offer_free_times() == 1
    offer = WaitlistOffer.objects.select_related("entry__client", "entry__service", "appointment").get()
    said: list[str] = []

    def yes() -> None:
        try:
            accept_offer(offer)
            said.append("yes")
        except SlotTaken:
            said.append("gone")

    together([closing(yes), closing(yes), closing(lambda: decline_offer(offer))])
    appointment = Appointment.objects.get()
    offer.refresh_from_db()
    taken = appointment.status == Status.CONFIRMED
    assert appointment.status in (Status.CONFIRMED, Status.CANCELLED)
    assert offer.outcome == ("accepted" if taken else "declined")
    assert set(said) == ({"yes"} if taken else {"gone"})


@pytest.mark.invariant("I4")
def test_joining_twice_at_once_is_one_entry(cast: Cast) -> None:
    today = dt.datetime.now(cast.zone).date()
    suits = Preferences(frozenset({1}), dt.time(6), dt.time(22), today, today + dt.timedelta(days=28))

    def join() -> None:
        join_waitlist(
            service=cast.regular, client=cast.ana, answers=SafetyAnswers(), suits=suits, via=Appointment.Via.WEB
        )

    together([closing(join) for _tab in range(4)])
    assert WaitlistEntry.objects.count() == 1
