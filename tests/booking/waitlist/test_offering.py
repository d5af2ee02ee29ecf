"""A time that opens is offered to the first whom it suits, held, and told of by mail; then to the next."""

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone

from booking.appointments.integrity import integrity_problems
from booking.models import Appointment, Reminder, Status, WaitlistEndReason, WaitlistEntry, WaitlistOffer, WaitlistState
from booking.scheduling import schedule
from booking.scheduling.configuration import current_configuration
from booking.scheduling.order import Order
from booking.waitlist.offers import WaitlistSweep, reachable_entries
from clients.models import Client
from clinic.mail import delivery_status
from clinic.models import MailState, OutgoingMail
from tests.booking.waitlist.conftest import Waits, offer_of, offered_now, opens, runs_out
from tests.fixtures.actions import cancel
from tests.fixtures.cast import Cast
from tests.fixtures.sweeps import offer_free_times, sweep_reminders

Outcome = WaitlistOffer.Outcome


def offer_mails() -> list[OutgoingMail]:
    """The mails of the sweep, written now."""
    sweep_reminders()
    return list(OutgoingMail.objects.filter(kind="waitlist", reminder__isnull=False).order_by("created_at"))


def test_the_longest_waiting_is_asked_and_the_time_is_held(full: Cast, waits: Waits) -> None:
    first, second = waits(), waits(full.ben)
    start = opens(full, 9)
    assert offer_free_times() == 1
    offer = offer_of(first)
    assert (offer.appointment.status, offer.appointment.starts_at) == (Status.OFFERED, start)
    assert (offer.appointment.client, offer.appointment.via) == (full.ana, "waitlist")
    assert offer.appointment.room is not None
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, second.state) == (WaitlistState.OFFERED, WaitlistState.WAITING)
    assert [change.what for change in offer.appointment.changes.all()] == ["offered"]


def test_nothing_is_offered_while_mail_is_held(full: Cast, waits: Waits) -> None:
    waits()
    opens(full, 9)
    delivery_status.hold_mail("the practice was restored")
    assert offer_free_times() == 0
    delivery_status.release_mail()
    assert offer_free_times() == 1


def test_beside_a_time_that_somebody_was_faster_to_take_the_next_is_offered_without_a_gap(
    full: Cast, waits: Waits
) -> None:
    waits()
    opens(full, 9, minutes=180)
    sweep = WaitlistSweep(full.practice, timezone.now(), list(reachable_entries()))
    sweep.openings(full.regular)
    taken = full.appointment(full.at(9), client=full.ben)
    assert sweep.offer_to(sweep.entries[0])
    offered = Appointment.objects.get(status=Status.OFFERED)
    assert offered.starts_at == full.at(10, 30), f"{taken} blocks until {taken.blocked_until}"


@pytest.mark.invariant("I1")
def test_a_held_time_is_nobody_elses(full: Cast, waits: Waits) -> None:
    waits()
    start = opens(full, 16)
    assert offer_free_times() == 1
    assert not schedule.month_of(Order.of(full.regular), first=full.day(), last=full.day()).offers
    assert schedule.alternative_times(Order.of(full.regular), start) == []
    assert not list(integrity_problems())


def test_the_mail_and_the_hold_are_one(full: Cast, waits: Waits) -> None:
    entry = waits()
    opens(full, 9)
    offer = offered_now(entry)
    owed = Reminder.objects.get(appointment=offer.appointment)
    assert (owed.kind, owed.not_after) == ("waitlist", offer.held_until)
    (mail,) = offer_mails()
    assert (mail.to_email, mail.not_after) == ("ana@example.org", offer.held_until)
    local = offer.held_until.astimezone(full.zone)
    for body in (mail.text, mail.html):
        assert "Regular massage" in body
        assert f"{local:%H:%M}" in body
        assert body.count("/waitlist/") in (1, 3)  # in HTML a button, and the address in words that leads there too
    assert "massage" not in mail.subject.lower()


@pytest.mark.invariant("I5")
def test_nothing_else_is_owed_until_they_say_yes(full: Cast, waits: Waits) -> None:
    offer = offered_now_of(full, waits)
    assert set(offer.appointment.reminders.values_list("kind", flat=True)) == {"waitlist"}
    assert not [line for line in integrity_problems() if "reminder" in line]


def offered_now_of(cast: Cast, waits: Waits) -> WaitlistOffer:
    """An offer to Ana."""
    entry = waits()
    opens(cast, 9)
    return offered_now(entry)


def test_a_second_sweep_offers_nothing_more(full: Cast, waits: Waits) -> None:
    offered_now_of(full, waits)
    waits(full.ben)
    assert offer_free_times() == 0
    assert Appointment.objects.count() == 1


def test_what_ran_out_is_freed_and_goes_to_the_next(full: Cast, waits: Waits) -> None:
    offer = offered_now_of(full, waits)
    second = waits(full.ben)
    offer_mails()
    OutgoingMail.objects.update(state=MailState.SENT)
    runs_out(offer)
    assert offer_free_times() == 1
    offer.refresh_from_db()
    offer.appointment.refresh_from_db()
    assert (offer.outcome, offer.appointment.status) == (Outcome.IGNORED, Status.CANCELLED)
    assert offer_of(second).appointment.starts_at == offer.starts_at
    offer.entry.refresh_from_db()
    assert offer.entry.state == WaitlistState.WAITING


def test_the_same_time_is_not_offered_to_one_twice(full: Cast, waits: Waits) -> None:
    offer = offered_now_of(full, waits)
    runs_out(offer)
    assert offer_free_times() == 0
    opens(full, 11)
    assert offer_free_times() == 1


@pytest.mark.invariant("I5")
def test_no_mail_leaves_for_an_offer_that_is_over(full: Cast, waits: Waits) -> None:
    offer = offered_now_of(full, waits)
    (mail,) = offer_mails()
    assert mail.state == MailState.QUEUED
    runs_out(offer)
    offer_free_times()
    mail.refresh_from_db()
    assert mail.state == MailState.WITHDRAWN
    offer.refresh_from_db()
    assert offer.outcome == Outcome.UNSAID  # nobody heard of it, so it is not held against them


@pytest.mark.invariant("I5")
def test_a_hold_that_is_cancelled_by_hand_withdraws_its_mail_and_they_wait_on(full: Cast, waits: Waits) -> None:
    offer = offered_now_of(full, waits)
    cancel(offer.appointment, reason="the therapist is ill", via=Appointment.Via.DESK)
    assert not [mail for mail in offer_mails() if mail.state != MailState.WITHDRAWN]
    assert not offer.appointment.reminders.filter(kind="cancelled").exists()
    offer_free_times()
    offer.refresh_from_db()
    offer.entry.refresh_from_db()
    assert (offer.outcome, offer.entry.state) == (Outcome.WITHDRAWN, WaitlistState.WAITING)


def test_three_offers_without_a_word_end_the_entry_and_the_third_says_so(full: Cast, waits: Waits) -> None:
    entry = waits()
    said = []
    for hour in (9, 11, 13):
        opens(full, hour)
        offer = offered_now(entry)
        mail = offer_mails()[-1]
        said.append("off the list" in mail.text)
        OutgoingMail.objects.update(state=MailState.SENT)
        runs_out(offer)
    offer_free_times()
    entry.refresh_from_db()
    assert (entry.state, entry.end_reason) == (WaitlistState.ENDED, WaitlistEndReason.IGNORED)
    assert said == [False, False, True]


def test_a_no_in_between_begins_the_count_anew(full: Cast, waits: Waits) -> None:
    entry = waits()
    for outcome in (Outcome.IGNORED, Outcome.IGNORED, Outcome.DECLINED, Outcome.IGNORED):
        appointment = full.appointment(full.at(9), status=Status.CANCELLED)
        WaitlistOffer.objects.create(
            entry=entry, appointment=appointment, starts_at=full.at(9), held_until=full.at(8), outcome=outcome
        )
    assert entry.ignored() == 1


def test_at_night_nobody_is_asked(full: Cast, waits: Waits) -> None:
    waits()
    opens(full, 9)
    now = dt.datetime.now(full.zone)
    full.practice.quiet_from = (now - dt.timedelta(hours=1)).time()
    full.practice.quiet_until = (now + dt.timedelta(hours=1)).time()
    full.practice.save()
    assert offer_free_times() == 0
    full.practice.quiet_from = full.practice.quiet_until
    full.practice.save()
    assert offer_free_times() == 1


@pytest.mark.parametrize("reason", ["no address", "bounces", "erased"])
def test_who_cannot_be_reached_is_passed_over(full: Cast, waits: Waits, reason: str) -> None:
    waits()
    change: dict[str, dict[str, Any]] = {
        "no address": {"email": ""},
        "bounces": {"email_error": "550"},
        "erased": {"erased_at": dt.datetime.now(dt.UTC)},
    }
    Client.objects.filter(pk=full.ana.pk).update(**change[reason])
    second = waits(full.ben)
    opens(full, 9)
    assert offer_free_times() == 1
    assert offer_of(second).appointment.client == full.ben


def test_a_therapist_they_named_is_the_only_one_they_get(full: Cast, waits: Waits) -> None:
    entry = waits(therapist=full.jonas)
    opens(full, 16)
    assert offer_free_times() == 0
    opens(full, 16, with_=full.jonas)
    assert offered_now(entry).appointment.therapist == full.jonas


def test_one_sweep_offers_two_times_to_two_and_none_twice(full: Cast, waits: Waits) -> None:
    waits(therapist=full.mira)
    waits(full.ben, therapist=full.mira)
    opens(full, 9, 60)
    opens(full, 13, 60)
    assert offer_free_times() == 2
    starts = Appointment.objects.filter(status=Status.OFFERED).values_list("starts_at", flat=True)
    assert sorted(starts) == [full.at(9), full.at(13)]


def test_the_longest_waiting_comes_first_across_services(full: Cast, waits: Waits) -> None:
    waits(service=full.regular_90, therapist=full.mira)
    middle = waits(full.ben, service=full.regular, therapist=full.mira)
    cara = Client.objects.create(first_name="Cara", last_name="M", email="cara@example.org")
    last = waits(cara, service=full.regular_90, therapist=full.mira)
    opens(full, 13, 60)
    assert offer_free_times() == 1  # an hour is too short for the first
    assert offer_of(middle).appointment.service == full.regular
    assert not last.offers.exists()


def test_a_client_is_not_offered_a_time_at_which_they_come_already(full: Cast, waits: Waits) -> None:
    waits()
    start = opens(full, 9)
    full.appointment(start, service=full.back, therapist=full.jonas)
    assert offer_free_times() == 0


def test_the_hold_never_runs_beyond_the_last_moment_to_book(full: Cast, waits: Waits) -> None:
    entry = waits()
    full.practice.waitlist_hold_minutes = 2880
    full.practice.save()
    full.regular.notice_minutes = int((full.at(9) - dt.datetime.now(dt.UTC)).total_seconds() // 60) - 45
    full.regular.save()
    opens(full, 9)
    offer = offered_now(entry)
    assert offer.held_until == offer.starts_at - dt.timedelta(minutes=full.regular.notice_minutes)


def test_what_cannot_be_held_for_half_an_hour_is_not_offered(full: Cast, waits: Waits) -> None:
    waits()
    full.regular.notice_minutes = int((full.at(9) - dt.datetime.now(dt.UTC)).total_seconds() // 60) - 20
    full.regular.save()
    opens(full, 9)
    assert offer_free_times() == 0


@pytest.mark.parametrize("number", [1, 12])
def test_looking_costs_the_same_for_one_and_for_many(
    full: Cast, waits: Waits, number: int, django_assert_max_num_queries: object
) -> None:
    for each in range(number):
        waits(Client.objects.create(first_name=f"N{each}", last_name="W", email=f"n{each}@example.org"))
    current_configuration()
    with django_assert_max_num_queries(20):  # type: ignore[operator] # a fixture of pytest-django
        assert offer_free_times() == 0


def test_one_entry_that_breaks_holds_up_no_other(
    full: Cast, waits: Waits, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken, second = waits(), waits(full.ben)
    opens(full, 9)
    suits = WaitlistEntry.suits.fget  # type: ignore[attr-defined] # a property

    def breaks(entry: WaitlistEntry) -> object:
        if entry.pk == broken.pk:
            raise RuntimeError
        return suits(entry)

    monkeypatch.setattr(WaitlistEntry, "suits", property(breaks))
    assert offer_free_times() == 1
    assert offer_of(second).is_open
    assert str(broken.pk) in caplog.text
    assert "Ana" not in caplog.text
