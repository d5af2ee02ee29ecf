"""Whatever is done with an appointment, the proof finds nothing: what it asks for is what the schedule writes."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.db import transaction
from django.utils import timezone

from booking.appointments.integrity import integrity_problems
from booking.appointments.reallocation import assign_resources
from booking.appointments.screening import SafetyAnswers
from booking.appointments.series_change import SeriesScope, appointments_in_scope, cancel_series
from booking.appointments.status import complete_appointment, confirm_by_client, mark_no_show
from booking.models import Appointment, Reminder, ReminderRule, Status, WaitlistEndReason, WaitlistEntry, WaitlistOffer
from booking.reminders.kind import kind_codes, told_at_once
from booking.reminders.models.reminder import Anchor
from booking.waitlist.answers import decline_offer
from booking.waitlist.matching import Preferences
from booking.waitlist.upkeep import end_entry
from clinic.models import MailState, OutgoingMail
from tests.booking.appointments.series.cast import repeated, shown
from tests.booking.appointments.test_book import booked
from tests.booking.test_admin import edited, url
from tests.fixtures.actions import (
    accept,
    accept_offer,
    cancel,
    join_waitlist,
    move,
    move_series,
    plan_move,
    recompute_rule,
    swap_service,
)
from tests.fixtures.add_ons import Extras
from tests.fixtures.browser import Browser
from tests.fixtures.cast import Cast, let_go_by
from tests.fixtures.sweeps import offer_free_times, sweep_reminders

pytestmark = pytest.mark.invariant("I5")
DESK, WEB = Appointment.Via.DESK, Appointment.Via.WEB
Way = Callable[[Cast, Appointment], object]


def tell() -> None:
    """Let what is due be written and go out, whenever it was due."""
    early = timezone.now() - dt.timedelta(minutes=1)
    Reminder.objects.filter(state="due", kind__in=told_at_once()).update(due_at=early)
    sweep_reminders()
    OutgoingMail.objects.update(state=MailState.SENT)


def move_twice(cast: Cast, appointment: Appointment) -> None:
    """With each word sent before the next change."""
    move(appointment, start=cast.at(13), via=DESK)
    tell()
    move(appointment, start=cast.at(15), via=WEB, by_client=True)


def edit_in_the_admin(cast: Cast, appointment: Appointment) -> None:
    """Another time and another therapist, as the admin's form saves them."""
    browser = Browser()
    browser.force_login(cast.owner)
    wall = cast.at(16).astimezone(cast.zone)
    fields = {"starts_at_0": f"{wall:%Y-%m-%d}", "starts_at_1": f"{wall:%H:%M:%S}", "therapist": cast.jonas.pk}
    answer = browser.post(url("appointment", "change", appointment.pk), edited(cast, appointment, **fields))
    assert answer.status_code == 302


def request_then_accept(cast: Cast, appointment: Appointment) -> None:
    """An appointment that became a request, moved while it was one, and then accepted."""
    Appointment.objects.filter(pk=appointment.pk).update(status=Status.REQUESTED)
    move(appointment, start=cast.at(14), via=DESK)
    tell()
    accept(appointment, by=cast.owner)


def over(appointment: Appointment) -> Appointment:
    """The same row, with its session an hour ago."""
    let_go_by(appointment, appointment.ends_at - timezone.now() + dt.timedelta(hours=1))
    appointment.refresh_from_db()
    return appointment


def complete_then_no_show(cast: Cast, appointment: Appointment) -> None:
    """Closed by mistake, and corrected."""
    complete_appointment(over(appointment), by=cast.owner)
    mark_no_show(appointment, by=cast.owner)
    complete_appointment(appointment, by=cast.owner)


WAYS: dict[str, Way] = {
    "moved at the desk": lambda cast, appointment: move(appointment, start=cast.at(13), via=DESK, by=cast.owner),
    "moved by the client": lambda cast, appointment: move(appointment, start=cast.at(13), via=WEB, by_client=True),
    "moved twice": move_twice,
    "moved to another day": lambda cast, appointment: move(appointment, start=cast.at(13, ahead=14), via=DESK),
    "moved and back": lambda cast, appointment: [move(appointment, start=cast.at(hour), via=DESK) for hour in (13, 10)],
    "another therapist": lambda cast, appointment: move(
        appointment, start=appointment.starts_at, therapist=cast.jonas, via=DESK
    ),
    "another room": lambda cast, appointment: assign_resources(
        appointment, room=cast.blue_room, kit=None, via=DESK, by=cast.owner
    ),
    "another service": lambda cast, appointment: swap_service(appointment, service=cast.regular_90, via=DESK),
    "hot stones": lambda cast, appointment: swap_service(appointment, service=cast.hot_stone, via=DESK),
    "client says yes": lambda _cast, appointment: confirm_by_client(appointment),
    "yes, then moved": lambda cast, appointment: (
        confirm_by_client(appointment),
        move(appointment, start=cast.at(13), via=WEB),
    ),
    "cancelled": lambda cast, appointment: cancel(appointment, reason="ill", via=DESK, by=cast.owner),
    "moved, then cancelled": lambda cast, appointment: (
        move(appointment, start=cast.at(13), via=DESK),
        cancel(appointment, reason="", via=WEB),
    ),
    "requested, accepted": request_then_accept,
    "completed": lambda cast, appointment: complete_appointment(over(appointment), by=cast.owner),
    "no-show": lambda cast, appointment: mark_no_show(over(appointment), by=cast.owner),
    "completed, no-show, completed": complete_then_no_show,
    "edited in the admin": edit_in_the_admin,
}


@pytest.mark.parametrize("was_told", [False, True], ids=["before the confirmation went", "after it went"])
def test_every_change_of_an_appointment_leaves_the_proof_clean(cast: Cast, *, was_told: bool) -> None:
    appointment = booked(cast)
    if was_told:
        tell()
    for way, change in WAYS.items():
        with transaction.atomic():
            change(cast, Appointment.objects.with_people().get(pk=appointment.pk))
            assert list(integrity_problems()) == [], way
            tell()
            assert list(integrity_problems()) == [], way
            transaction.set_rollback(True)


def test_add_ons_that_go_with_a_swap_leave_the_proof_clean(cast: Cast, extras: Extras) -> None:
    appointment = booked(cast, add_ons=(extras.towel,))
    tell()
    swap_service(appointment, service=cast.regular_90, via=DESK)
    assert list(integrity_problems()) == []


def test_a_series_moved_and_cancelled_in_part_leaves_the_proof_clean(cast: Cast) -> None:
    series = repeated(cast)
    first, second, third = Appointment.objects.filter(series=series).order_by("starts_at")
    tell()
    picks = shown(plan_move(appointments_in_scope(second, SeriesScope.FOLLOWING), dt.timedelta(hours=3)))
    move_series(second, scope=SeriesScope.FOLLOWING, picks=picks, via=DESK, by=cast.owner)
    assert list(integrity_problems()) == []
    move(first, start=cast.at(15), via=DESK)
    cancel_series(third, scope=SeriesScope.FOLLOWING, reason="away", via=DESK)
    tell()
    assert list(integrity_problems()) == []
    assert Reminder.objects.filter(appointment=second, kind="moved", revision=1).exists()


@pytest.mark.parametrize("answer", [accept_offer, decline_offer], ids=["yes", "no"])
def test_a_time_from_the_waitlist_leaves_the_proof_clean(cast: Cast, answer: Callable[[WaitlistOffer], object]) -> None:
    cast.practice.quiet_from = cast.practice.quiet_until = dt.time(0)
    cast.practice.save()
    today = timezone.localdate()
    suits = Preferences(
        weekdays=frozenset(range(7)),
        from_time=dt.time(6),
        until_time=dt.time(22),
        first=today,
        last=today + dt.timedelta(days=28),
    )
    entry = join_waitlist(service=cast.regular, client=cast.ana, answers=SafetyAnswers(), suits=suits, via=WEB)
    assert offer_free_times() == 1
    assert list(integrity_problems()) == []
    offer = WaitlistOffer.objects.select_related("entry__client", "entry__service", "appointment").get()
    answer(offer)
    tell()
    assert list(integrity_problems()) == []
    end_entry(WaitlistEntry.objects.get(pk=entry.pk), why=WaitlistEndReason(WaitlistEndReason.values[0]))
    assert list(integrity_problems()) == []


@pytest.mark.parametrize("kind", sorted(kind_codes(lambda kind: kind.announces)))
def test_a_rule_that_comes_after_the_booking_leaves_the_proof_clean(cast: Cast, kind: str) -> None:
    """Its moment may have passed by then: that is a reason which stands in the row, and no hole in the schedule."""
    rule = ReminderRule.objects.filter(kind=kind, service=None).first()
    anchor, minutes = (rule.anchor, rule.minutes) if rule else (Anchor.BOOKING, 0)
    ReminderRule.objects.filter(kind=kind).delete()
    soon = booked(cast, start=cast.at(10, ahead=0) if cast.day(0) > timezone.localdate() else cast.at(10, ahead=1))
    later = booked(cast, start=cast.at(14), client=cast.ben)
    recompute_rule(ReminderRule.objects.create(kind=kind, anchor=anchor, minutes=minutes))
    assert list(integrity_problems()) == []
    # Nobody who was told in another way is told again.
    assert not Reminder.objects.filter(appointment__in=[soon, later], kind="confirmation", state="due").exclude(
        revision=0
    )
    ReminderRule.objects.filter(kind=kind).update(minutes=minutes + 1)
    recompute_rule(ReminderRule.objects.get(kind=kind))
    assert list(integrity_problems()) == []
    if kind == "confirmation":
        tell()
        assert not OutgoingMail.objects.filter(kind=kind).exists()


def test_a_change_that_told_nobody_is_still_found(cast: Cast) -> None:
    appointment = booked(cast)
    tell()
    move(appointment, start=cast.at(13), via=DESK)
    Reminder.objects.filter(appointment=appointment, kind="moved").delete()
    assert list(integrity_problems()) == [
        f"Appointment {appointment.public_id} has no reminder of the kind confirmation."
    ]
