"""Whatever is done with an appointment, the proof finds nothing: what it asks for is what the schedule writes."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client as Browser
from django.utils import timezone

from booking.actions import (
    Answers,
    Scope,
    accept,
    cancel,
    cancel_series,
    complete,
    confirm_by_client,
    move,
    move_series,
    no_show,
    plan_move,
    swap_service,
)
from booking.actions.changing import visits_in
from booking.actions.rooms import assign
from booking.actions.waitlist import accept_offer, decline_offer, end_wait, join_waitlist, offer_waiting
from booking.models import Appointment, Reminder, ReminderRule, WaitlistEntry, WaitlistOffer
from booking.models.appointment import Status
from booking.models.waitlist import WaitEnd
from booking.proof import problems
from booking.reminders.kind import codes, told_at_once
from booking.reminders.rules import recompute_rule
from booking.reminders.sweep import sweep_reminders
from booking.reminders.timing import Anchor
from booking.waiting import Suiting
from clinic.models import MailState, OutgoingMail
from tests.booking.series.cast import repeated, shown
from tests.booking.test_admin import edited, url
from tests.booking.test_book import booked
from tests.fixtures.add_ons import Extras
from tests.fixtures.cast import House, let_go_by

pytestmark = pytest.mark.invariant("I5")
DESK, WEB = Appointment.Via.DESK, Appointment.Via.WEB
Way = Callable[[House, Appointment], object]


def tell() -> None:
    """Let what is due be written and go out, whenever it was due."""
    early = timezone.now() - dt.timedelta(minutes=1)
    Reminder.objects.filter(state="due", kind__in=told_at_once()).update(due_at=early)
    sweep_reminders()
    OutgoingMail.objects.update(state=MailState.SENT)


def move_twice(house: House, visit: Appointment) -> None:
    """With each word sent before the next change."""
    move(visit, start=house.at(13), via=DESK)
    tell()
    move(visit, start=house.at(15), via=WEB, by_client=True)


def edit_in_the_admin(house: House, visit: Appointment) -> None:
    """Another time and another therapist, as the admin's form saves them."""
    browser = Browser()
    browser.force_login(house.owner)
    wall = house.at(16).astimezone(house.zone)
    fields = {"starts_at_0": f"{wall:%Y-%m-%d}", "starts_at_1": f"{wall:%H:%M:%S}", "therapist": house.jonas.pk}
    answer = browser.post(url("appointment", "change", visit.pk), edited(house, visit, **fields))
    assert answer.status_code == 302


def request_then_accept(house: House, visit: Appointment) -> None:
    """A visit that became a request, moved while it was one, and then accepted."""
    Appointment.objects.filter(pk=visit.pk).update(status=Status.REQUESTED)
    move(visit, start=house.at(14), via=DESK)
    tell()
    accept(visit, by=house.owner)


def over(visit: Appointment) -> Appointment:
    """The same row, with its session an hour ago."""
    let_go_by(visit, visit.ends_at - timezone.now() + dt.timedelta(hours=1))
    visit.refresh_from_db()
    return visit


def complete_then_no_show(house: House, visit: Appointment) -> None:
    """Closed by mistake, and corrected."""
    complete(over(visit), by=house.owner)
    no_show(visit, by=house.owner)
    complete(visit, by=house.owner)


WAYS: dict[str, Way] = {
    "moved at the desk": lambda house, visit: move(visit, start=house.at(13), via=DESK, by=house.owner),
    "moved by the client": lambda house, visit: move(visit, start=house.at(13), via=WEB, by_client=True),
    "moved twice": move_twice,
    "moved to another day": lambda house, visit: move(visit, start=house.at(13, ahead=14), via=DESK),
    "moved and back": lambda house, visit: [move(visit, start=house.at(hour), via=DESK) for hour in (13, 10)],
    "another therapist": lambda house, visit: move(visit, start=visit.starts_at, therapist=house.jonas, via=DESK),
    "another room": lambda house, visit: assign(visit, room=house.blue_room, kit=None, via=DESK, by=house.owner),
    "another service": lambda house, visit: swap_service(visit, service=house.regular_90, via=DESK),
    "hot stones": lambda house, visit: swap_service(visit, service=house.hot_stone, via=DESK),
    "client says yes": lambda _house, visit: confirm_by_client(visit),
    "yes, then moved": lambda house, visit: (confirm_by_client(visit), move(visit, start=house.at(13), via=WEB)),
    "cancelled": lambda house, visit: cancel(visit, reason="ill", via=DESK, by=house.owner),
    "moved, then cancelled": lambda house, visit: (
        move(visit, start=house.at(13), via=DESK),
        cancel(visit, reason="", via=WEB),
    ),
    "requested, accepted": request_then_accept,
    "completed": lambda house, visit: complete(over(visit), by=house.owner),
    "no-show": lambda house, visit: no_show(over(visit), by=house.owner),
    "completed, no-show, completed": complete_then_no_show,
    "edited in the admin": edit_in_the_admin,
}


@pytest.mark.parametrize("told", [False, True], ids=["before the confirmation went", "after it went"])
@pytest.mark.parametrize("way", WAYS)
def test_every_change_of_a_visit_leaves_the_proof_clean(house: House, way: str, *, told: bool) -> None:
    visit = booked(house)
    if told:
        tell()
    WAYS[way](house, visit)
    assert list(problems()) == []
    tell()
    assert list(problems()) == []


def test_add_ons_that_go_with_a_swap_leave_the_proof_clean(house: House, extras: Extras) -> None:
    visit = booked(house, add_ons=(extras.towel,))
    tell()
    swap_service(visit, service=house.regular_90, via=DESK)
    assert list(problems()) == []


def test_a_series_moved_and_cancelled_in_part_leaves_the_proof_clean(house: House) -> None:
    series = repeated(house)
    first, second, third = Appointment.objects.filter(series=series).order_by("starts_at")
    tell()
    picks = shown(plan_move(visits_in(second, Scope.FOLLOWING), dt.timedelta(hours=3)))
    move_series(second, scope=Scope.FOLLOWING, picks=picks, via=DESK, by=house.owner)
    assert list(problems()) == []
    move(first, start=house.at(15), via=DESK)
    cancel_series(third, scope=Scope.FOLLOWING, reason="away", via=DESK)
    tell()
    assert list(problems()) == []
    assert Reminder.objects.filter(appointment=second, kind="moved", revision=1).exists()


@pytest.mark.parametrize("answer", [accept_offer, decline_offer], ids=["yes", "no"])
def test_a_time_from_the_waitlist_leaves_the_proof_clean(
    house: House, answer: Callable[[WaitlistOffer], object]
) -> None:
    house.practice.quiet_from = house.practice.quiet_until = dt.time(0)
    house.practice.save()
    today = timezone.localdate()
    suits = Suiting(
        weekdays=frozenset(range(7)),
        from_time=dt.time(6),
        until_time=dt.time(22),
        first=today,
        last=today + dt.timedelta(days=28),
    )
    entry = join_waitlist(service=house.regular, client=house.ana, answers=Answers(), suits=suits, via=WEB)
    assert offer_waiting() == 1
    assert list(problems()) == []
    offer = WaitlistOffer.objects.select_related("entry__client", "entry__service__technique", "appointment").get()
    answer(offer)
    tell()
    assert list(problems()) == []
    end_wait(WaitlistEntry.objects.get(pk=entry.pk), why=WaitEnd(WaitEnd.values[0]))
    assert list(problems()) == []


@pytest.mark.parametrize("kind", sorted(codes(lambda kind: kind.timing.announces)))
def test_a_rule_that_comes_after_the_booking_leaves_the_proof_clean(house: House, kind: str) -> None:
    """Its moment may have passed by then: that is a reason which stands in the row, and no hole in the schedule."""
    rule = ReminderRule.objects.filter(kind=kind, service=None).first()
    anchor, minutes = (rule.anchor, rule.minutes) if rule else (Anchor.BOOKING, 0)
    ReminderRule.objects.filter(kind=kind).delete()
    soon = booked(house, start=house.at(10, ahead=0) if house.day(0) > timezone.localdate() else house.at(10, ahead=1))
    later = booked(house, start=house.at(14), client=house.ben)
    recompute_rule(ReminderRule.objects.create(kind=kind, anchor=anchor, minutes=minutes))
    assert list(problems()) == []
    # Nobody who was told in another way is told again.
    assert not Reminder.objects.filter(appointment__in=[soon, later], kind="confirmation", state="due").exclude(
        revision=0
    )
    ReminderRule.objects.filter(kind=kind).update(minutes=minutes + 1)
    recompute_rule(ReminderRule.objects.get(kind=kind))
    assert list(problems()) == []
    if kind == "confirmation":
        tell()
        assert not OutgoingMail.objects.filter(kind=kind).exists()


def test_a_change_that_told_nobody_is_still_found(house: House) -> None:
    visit = booked(house)
    tell()
    move(visit, start=house.at(13), via=DESK)
    Reminder.objects.filter(appointment=visit, kind="moved").delete()
    assert list(problems()) == [f"Appointment {visit.public_id} has no reminder of the kind confirmation."]
