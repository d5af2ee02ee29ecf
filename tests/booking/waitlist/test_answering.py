"""Yes, no, too late: what becomes of an offer."""

import datetime as dt

import pytest
from django.utils import timezone

from booking.appointments.integrity import integrity_problems
from booking.appointments.screening import SafetyAnswers
from booking.appointments.time_off import time_off_conflicts
from booking.errors import NotPossible, SlotTaken
from booking.models import (
    Appointment,
    Reminder,
    ReminderState,
    Status,
    WaitlistEndReason,
    WaitlistEntry,
    WaitlistOffer,
    WaitlistState,
)
from booking.reminders.resend import resend_mail
from booking.waitlist.answers import decline_offer
from booking.waitlist.entries import change_preferences
from booking.waitlist.matching import Preferences
from booking.waitlist.upkeep import end_entry
from clients.models import Intake, IntakeRequest, Screening
from clinic.models import MailState, OutgoingMail
from tests.booking.waitlist.conftest import DAYS, Waits, offer_of, offered_now, opens, runs_out
from tests.fixtures.actions import accept, accept_offer, book, cancel, move, take_time
from tests.fixtures.cast import Cast
from tests.fixtures.sweeps import offer_free_times, sweep_reminders

Outcome = WaitlistOffer.Outcome


@pytest.fixture
def offer(full: Cast, waits: Waits) -> WaitlistOffer:
    """Nine o'clock is held for Ana."""
    entry = waits()
    opens(full, 9)
    return offered_now(entry)


@pytest.mark.invariant("I5")
def test_a_yes_is_a_booking_with_all_that_a_booking_owes(full: Cast, offer: WaitlistOffer) -> None:
    appointment = accept_offer(offer)
    appointment.refresh_from_db()
    assert (appointment.status, appointment.revision, appointment.policy_text) == (
        Status.CONFIRMED,
        0,
        full.practice.policy,
    )
    offer.refresh_from_db()
    offer.entry.refresh_from_db()
    assert (offer.outcome, offer.entry.state) == (Outcome.ACCEPTED, WaitlistState.BOOKED)
    owed = dict(appointment.reminders.values_list("kind", "state"))
    assert {"confirmation", "reminder-24h", "reminder-48h"} <= owed.keys()
    assert owed["waitlist"] == ReminderState.SKIPPED
    assert IntakeRequest.objects.filter(appointment=appointment.public_id).exists()
    assert [change.what for change in appointment.changes.all()] == ["offered", "status"]
    assert not list(integrity_problems())


def test_the_confirmation_goes_out_as_after_any_booking(offer: WaitlistOffer) -> None:
    appointment = accept_offer(offer)
    Reminder.objects.filter(kind="confirmation").update(due_at=timezone.now() - dt.timedelta(seconds=1))
    sweep_reminders()
    mail = OutgoingMail.objects.get(kind="confirmation")
    assert "/appointment/" in mail.text
    assert "SEQUENCE:0" in mail.calendar
    move(appointment, start=appointment.starts_at, via=Appointment.Via.WEB)  # to where it is: nothing happens
    assert OutgoingMail.objects.filter(kind="moved").count() == 0


@pytest.mark.invariant("I4")
def test_a_yes_said_twice_is_one_booking(offer: WaitlistOffer) -> None:
    first = accept_offer(offer)
    assert accept_offer(offer) == first
    assert first.reminders.filter(kind="confirmation").count() == 1


def test_a_yes_that_comes_too_late_is_refused_with_free_times(full: Cast, offer: WaitlistOffer) -> None:
    runs_out(offer)
    free = opens(full, 14)
    with pytest.raises(SlotTaken) as refused:
        accept_offer(offer_of(offer.entry))
    assert [each.start for each in refused.value.alternatives] == [free]
    offer.appointment.refresh_from_db()
    assert offer.appointment.status == Status.OFFERED


def test_a_no_frees_the_time_without_a_mail_and_the_next_is_asked(
    full: Cast, offer: WaitlistOffer, waits: Waits
) -> None:
    second = waits(full.ben)
    decline_offer(offer)
    offer.entry.refresh_from_db()
    assert offer.entry.state == WaitlistState.WAITING
    assert offer_free_times() == 1
    assert offer_of(second).starts_at == offer.starts_at
    sweep_reminders()
    assert not OutgoingMail.objects.filter(kind="cancelled").exists()


def test_a_no_after_a_yes_changes_nothing(offer: WaitlistOffer) -> None:
    appointment = accept_offer(offer)
    decline_offer(offer)
    appointment.refresh_from_db()
    assert appointment.status == Status.CONFIRMED


def test_a_yes_after_a_no_is_too_late(offer: WaitlistOffer) -> None:
    decline_offer(offer)
    with pytest.raises(SlotTaken):
        accept_offer(offer)


def test_answers_that_ask_for_a_note_become_a_request(full: Cast, waits: Waits) -> None:
    entry = waits(answers=SafetyAnswers(conditions=frozenset({"cancer-current"})))
    opens(full, 9)
    assert accept_offer(offered_now(entry)).status == Status.REQUESTED


def test_what_the_file_says_more_makes_it_a_request(full: Cast, offer: WaitlistOffer) -> None:
    intake(full, "dvt-current")
    assert accept_offer(offer).status == Status.REQUESTED


def intake(cast: Cast, condition: str) -> Intake:
    """An intake of Ana's, newer than her wait."""
    consent = cast.ana.consents.create(version=1, text="T", text_hash="x", treatment=True, signature="Ana")
    return Intake.objects.create(
        client=cast.ana,
        consent=consent,
        catalogue_version="1",
        technique="regular-massage",
        conditions=[condition],
        triage="ok",
    )


def test_a_wait_that_newer_rules_forbid_ends_and_holds_nothing(full: Cast, waits: Waits) -> None:
    entry = waits(service=full.hot_stone)
    # As if the catalogue had learned since that these answers speak against heat.
    told = Screening.objects.create(
        client=full.ana, technique="hot-stone", conditions=["diabetes-neuropathy"], triage="ok", level="ok"
    )
    WaitlistEntry.objects.filter(pk=entry.pk).update(screening=told)
    opens(full, 9, 120)
    assert offer_free_times() == 0
    entry.refresh_from_db()
    assert (entry.state, entry.end_reason) == (WaitlistState.ENDED, WaitlistEndReason.UNSUITABLE)
    assert not Appointment.objects.exists()


def test_booking_the_service_by_any_path_ends_the_wait_and_frees_what_is_held(full: Cast, offer: WaitlistOffer) -> None:
    start = opens(full, 14)
    book(
        service=full.regular,
        start=start,
        client=full.ana,
        answers=SafetyAnswers(),
        policy_accepted=True,
        via=Appointment.Via.API,
    )
    offer_free_times()
    offer.refresh_from_db()
    offer.entry.refresh_from_db()
    offer.appointment.refresh_from_db()
    assert (offer.entry.state, offer.outcome) == (WaitlistState.BOOKED, Outcome.WITHDRAWN)
    assert offer.appointment.status == Status.CANCELLED


def test_an_appointment_booked_before_the_wait_does_not_end_it(full: Cast, waits: Waits) -> None:
    full.appointment(full.at(9, ahead=21))
    entry = waits()
    offer_free_times()
    entry.refresh_from_db()
    assert entry.state == WaitlistState.WAITING


def test_a_wait_ends_after_its_last_day(full: Cast, waits: Waits) -> None:
    entry = waits()
    yesterday = timezone.localdate() - dt.timedelta(days=2)
    WaitlistEntry.objects.filter(pk=entry.pk).update(first_date=yesterday, last_date=yesterday)
    offer_free_times()
    entry.refresh_from_db()
    assert (entry.state, entry.end_reason) == (WaitlistState.ENDED, WaitlistEndReason.OVER)


def test_an_erased_client_waits_no_more_and_holds_nothing(full: Cast, offer: WaitlistOffer) -> None:
    full.ana.erased_at = timezone.now()
    full.ana.save(update_fields=["erased_at"])
    offer_free_times()
    offer.entry.refresh_from_db()
    offer.appointment.refresh_from_db()
    assert (offer.entry.end_reason, offer.appointment.status) == (WaitlistEndReason.ERASED, Status.CANCELLED)


def test_leaving_frees_what_is_held_and_leaving_twice_changes_nothing(offer: WaitlistOffer) -> None:
    end_entry(offer.entry, why=WaitlistEndReason.LEFT)
    end_entry(offer.entry, why=WaitlistEndReason.DESK)
    offer.entry.refresh_from_db()
    offer.appointment.refresh_from_db()
    assert (offer.entry.end_reason, offer.appointment.status) == (WaitlistEndReason.LEFT, Status.CANCELLED)


def test_whoever_left_can_join_again(full: Cast, waits: Waits) -> None:
    first = waits()
    end_entry(first, why=WaitlistEndReason.LEFT)
    assert waits() != first


@pytest.mark.invariant("I4")
def test_one_tap_books_another_time_and_two_taps_book_it_once(full: Cast, offer: WaitlistOffer) -> None:
    decline_offer(offer)
    start = opens(full, 14)
    entry = WaitlistEntry.objects.with_people().get(pk=offer.entry_id)
    appointment = take_time(entry, start=start)
    assert take_time(entry, start=start) == appointment
    entry.refresh_from_db()
    assert (appointment.status, entry.state) == (Status.CONFIRMED, WaitlistState.BOOKED)


def test_other_hours_are_what_counts_from_now_on(full: Cast, waits: Waits) -> None:
    entry = waits()
    today = timezone.localdate()
    late = Preferences(DAYS, dt.time(13), dt.time(22), today, today + dt.timedelta(days=28))
    change_preferences(entry, suits=late, therapist=None, practice=full.practice)
    opens(full, 9)
    assert offer_free_times() == 0
    opens(full, 14)
    assert offer_free_times() == 1


def test_an_ended_wait_cannot_be_changed(waits: Waits, awake: Cast) -> None:
    entry = waits()
    end_entry(entry, why=WaitlistEndReason.LEFT)
    with pytest.raises(NotPossible):
        change_preferences(entry, suits=entry.suits, therapist=None, practice=awake.practice)


def test_an_offer_is_not_accepted_moved_or_completed_past_the_waitlist(full: Cast, offer: WaitlistOffer) -> None:
    with pytest.raises(NotPossible):
        accept(offer.appointment, by=full.owner)
    with pytest.raises(NotPossible):
        move(offer.appointment, start=full.at(14), via=Appointment.Via.DESK)
    assert not offer.appointment.can_become(Status.COMPLETED)
    assert not offer.appointment.is_ahead


@pytest.mark.invariant("I5")
def test_the_mail_of_an_offer_that_is_over_is_not_sent_again(offer: WaitlistOffer) -> None:
    sweep_reminders()
    mail = OutgoingMail.objects.get(reminder__appointment=offer.appointment)
    OutgoingMail.objects.update(state=MailState.SENT)
    assert resend_mail(mail).pk != mail.pk
    decline_offer(offer)
    OutgoingMail.objects.update(state=MailState.SENT)
    with pytest.raises(NotPossible):
        resend_mail(mail)


def test_a_hold_counts_as_in_the_way_of_time_off(full: Cast, offer: WaitlistOffer) -> None:
    assert time_off_conflicts(therapist=full.mira, starts_at=full.at(8), ends_at=full.at(12)) == [offer.appointment]


def test_a_hold_cancelled_and_accepted_at_once_is_one_of_the_two(offer: WaitlistOffer) -> None:
    cancel(offer.appointment, reason="", via=Appointment.Via.DESK)
    with pytest.raises(SlotTaken):
        accept_offer(offer)


@pytest.mark.invariant("I10")
def test_a_word_that_the_catalogue_lost_is_passed_over_and_named_to_nobody(full: Cast, offer: WaitlistOffer) -> None:
    told = Screening.objects.create(
        client=full.ana, technique="regular-massage", conditions=["long-gone"], triage="ok", level="ok"
    )
    WaitlistEntry.objects.update(screening=told)
    assert accept_offer(offer_of(offer.entry)).status == Status.CONFIRMED


def test_a_time_held_with_a_therapist_who_left_cannot_be_accepted(full: Cast, offer: WaitlistOffer) -> None:
    user = offer.appointment.therapist.user
    assert user is not None
    user.is_active = False
    user.save()
    with pytest.raises(SlotTaken) as refused:
        accept_offer(offer)
    assert all(str(full.mira.public_id) not in each.therapists for each in refused.value.alternatives)
    offer.appointment.refresh_from_db()
    assert offer.appointment.status == Status.OFFERED
