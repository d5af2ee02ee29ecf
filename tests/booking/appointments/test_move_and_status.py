"""Moving, cancelling, completing: one row for life, its reminders with it."""

import datetime as dt

import pytest
import time_machine
from django.utils import timezone

from booking.appointments.booking_request import RuleOverride
from booking.appointments.status import complete_appointment, confirm_by_client, mark_no_show
from booking.appointments.time_off import block_time, time_off_conflicts
from booking.errors import NotPossible, NotSuitable, SlotTaken, TooLate
from booking.models import Appointment, Reminder, ReminderState, Status
from booking.reminders.kind import kind_codes
from clients.models import Screening
from clinic.models import MailState, OutgoingMail
from tests.booking.appointments.test_book import booked
from tests.fixtures.actions import accept, cancel, move, swap_service
from tests.fixtures.cast import Cast
from tests.fixtures.sweeps import sweep_reminders

WEB, DESK = Appointment.Via.WEB, Appointment.Via.DESK


def due(appointment: Appointment) -> set[str]:
    """The kinds of message that an appointment still owes."""
    return set(Reminder.objects.filter(appointment=appointment, state=ReminderState.DUE).values_list("kind", flat=True))


def test_a_move_keeps_the_row_and_frees_the_old_time(cast: Cast) -> None:
    appointment = booked(cast)
    moved = move(appointment, start=cast.at(14), via=WEB)
    assert (moved.pk, moved.public_id, moved.revision) == (appointment.pk, appointment.public_id, 1)
    assert booked(cast, client=cast.ana).starts_at == cast.at(10)


@pytest.mark.invariant("I5")
def test_a_move_voids_the_old_reminders_and_owes_new_ones(cast: Cast) -> None:
    appointment = booked(cast)
    moved = move(appointment, start=cast.at(14), via=WEB)
    old = Reminder.objects.filter(appointment=appointment, revision=0)
    assert old
    assert not old.filter(state=ReminderState.DUE).exists()
    new = Reminder.objects.get(appointment=appointment, revision=1, kind="reminder-24h")
    assert new.not_after == moved.starts_at


def test_moving_to_the_same_time_does_nothing(cast: Cast) -> None:
    appointment = booked(cast)
    before = Reminder.objects.count()
    moved = move(appointment, start=cast.at(10), via=WEB)
    assert moved.revision == 0
    assert Reminder.objects.count() == before
    assert appointment.changes.count() == 1


@pytest.mark.invariant("I1")
def test_a_move_onto_another_appointment_is_refused_and_changes_nothing(cast: Cast) -> None:
    booked(cast, client=cast.ana)
    appointment = booked(cast, start=cast.at(14))
    with pytest.raises(SlotTaken) as refused:
        move(appointment, start=cast.at(10, 30), via=WEB)
    assert refused.value.alternatives
    appointment.refresh_from_db()
    assert (appointment.starts_at, appointment.revision) == (cast.at(14), 0)


def test_a_client_may_move_only_so_often(cast: Cast) -> None:
    appointment = booked(cast)
    for hour in (11, 12, 13):
        appointment = move(appointment, start=cast.at(hour), via=WEB, by_client=True)
    with pytest.raises(NotPossible):
        move(appointment, start=cast.at(14), via=WEB, by_client=True)
    assert move(appointment, start=cast.at(14), via=DESK, by=cast.owner).starts_at == cast.at(14)


def test_after_the_cut_off_the_client_must_call_but_the_desk_may(cast: Cast) -> None:
    appointment = booked(cast)
    with time_machine.travel(cast.at(10) - dt.timedelta(hours=23)):
        with pytest.raises(TooLate) as refused:
            cancel(appointment, reason="", via=WEB, by_client=True)
        assert cast.practice.phone in refused.value.message
        with pytest.raises(TooLate):
            move(appointment, start=cast.at(15), via=WEB, by_client=True)
        assert cancel(appointment, reason="ill", via=DESK, by=cast.owner).status == Status.CANCELLED


def test_the_services_own_cut_off_wins(cast: Cast) -> None:
    cast.regular.cancel_cutoff_hours = 2
    cast.regular.save()
    appointment = booked(cast)
    with time_machine.travel(cast.at(10) - dt.timedelta(hours=3)):
        assert cancel(appointment, reason="", via=WEB, by_client=True).status == Status.CANCELLED


@pytest.mark.invariant("I5")
def test_a_cancelled_appointment_owes_only_the_news_of_it(cast: Cast) -> None:
    appointment = booked(cast)
    # The sweep goes by the database's clock, so the confirmation is made to be due.
    Reminder.objects.filter(kind="confirmation").update(due_at=timezone.now() - dt.timedelta(minutes=1))
    assert sweep_reminders() == 1
    OutgoingMail.objects.update(state=MailState.SENT)
    appointment = cancel(appointment, reason="ill", via=WEB, by_client=True)
    assert due(appointment) == {"cancelled"}
    assert appointment.revision == 1


@pytest.mark.invariant("I5")
def test_a_booking_undone_before_its_confirmation_went_is_silent(cast: Cast) -> None:
    appointment = cancel(booked(cast), reason="", via=WEB, by_client=True)
    assert due(appointment) == set()


def test_cancelling_twice_or_in_the_past_is_a_clear_refusal(cast: Cast) -> None:
    appointment = cancel(booked(cast), reason="", via=WEB)
    with pytest.raises(NotPossible):
        cancel(appointment, reason="", via=WEB, by_client=True)
    past = cast.appointment(cast.at(10) - dt.timedelta(days=30))
    with pytest.raises(NotPossible):
        cancel(past, reason="", via=WEB, by_client=True)
    past.refresh_from_db()
    assert past.status == Status.CONFIRMED


def test_aftercare_is_owed_only_after_a_completed_session(cast: Cast) -> None:
    appointment = booked(cast)
    assert not due(appointment) & kind_codes(lambda kind: kind.follows)
    with pytest.raises(NotPossible):
        complete_appointment(appointment, by=cast.owner)
    with time_machine.travel(cast.at(11, 5)):
        complete_appointment(appointment, by=cast.owner)
    assert {"aftercare", "pain-check"} <= due(appointment)


def test_a_no_show_owes_nothing(cast: Cast) -> None:
    appointment = booked(cast)
    with time_machine.travel(cast.at(10, 20)):
        mark_no_show(appointment, by=cast.owner)
    assert due(appointment) == set()


def test_a_session_closed_by_mistake_can_become_a_no_show_and_owes_nothing(cast: Cast) -> None:
    appointment = booked(cast)
    with time_machine.travel(cast.at(11, 5)):
        complete_appointment(appointment, by=cast.owner)
        mark_no_show(appointment, by=cast.owner)
    assert due(appointment) == set()


def test_saying_yes_twice_changes_nothing(cast: Cast) -> None:
    appointment = confirm_by_client(booked(cast))
    said = appointment.confirmed_by_client_at
    assert said is not None
    assert confirm_by_client(appointment).confirmed_by_client_at == said


def test_a_move_asks_the_client_again(cast: Cast) -> None:
    appointment = confirm_by_client(booked(cast))
    assert move(appointment, start=cast.at(14), via=WEB).confirmed_by_client_at is None


def test_a_request_is_accepted_once(cast: Cast) -> None:
    request = cast.appointment(cast.at(10), status=Status.REQUESTED)
    assert accept(request, by=cast.owner).status == Status.CONFIRMED
    with pytest.raises(NotPossible):
        accept(request, by=cast.owner)


def test_hot_stones_become_a_regular_massage_at_the_same_time(cast: Cast) -> None:
    appointment = booked(cast, service=cast.hot_stone)
    swapped = swap_service(appointment, service=cast.regular_90, via=WEB)
    assert (swapped.service, swapped.starts_at, swapped.kit) == (cast.regular_90, cast.at(10), None)
    assert (swapped.price, swapped.revision) == (cast.regular_90.price, 1)


@pytest.mark.invariant("I6")
def test_a_swap_to_an_unsafe_service_is_refused(cast: Cast) -> None:
    appointment = booked(cast, service=cast.regular_90)
    appointment.screening = Screening.objects.create(
        client=appointment.client,
        technique="regular-massage",
        conditions=["pregnancy"],
        triage="ok",
        level="caution_when",
        catalogue_version="1",
    )
    appointment.save(update_fields=["screening"])
    with pytest.raises(NotSuitable):
        swap_service(appointment, service=cast.hot_stone, via=DESK)
    appointment.refresh_from_db()
    assert appointment.service == cast.regular_90


def test_a_longer_service_is_refused_where_the_next_appointment_begins(cast: Cast) -> None:
    appointment = booked(cast)
    booked(cast, client=cast.ana, start=cast.at(11, 30))
    with pytest.raises(SlotTaken):
        swap_service(appointment, service=cast.regular_90, via=DESK)


def test_leave_over_an_appointment_is_accepted_and_named_and_cancels_nothing(cast: Cast) -> None:
    appointment = booked(cast)
    assert time_off_conflicts(therapist=cast.mira, starts_at=cast.at(8), ends_at=cast.at(18)) == [appointment]
    off, touched = block_time(therapist=cast.mira, starts_at=cast.at(8), ends_at=cast.at(18), reason="course")
    assert off.pk
    assert touched == [appointment]
    appointment.refresh_from_db()
    assert appointment.status == Status.CONFIRMED


def test_the_desk_may_move_into_time_off_with_a_reason(cast: Cast) -> None:
    appointment = booked(cast)
    block_time(therapist=cast.mira, starts_at=cast.at(13), ends_at=cast.at(18), reason="course")
    with pytest.raises(SlotTaken):
        move(appointment, start=cast.at(14), via=DESK)
    moved = move(
        appointment, start=cast.at(14), via=DESK, by=cast.owner, override=RuleOverride(reason="agreed by phone")
    )
    assert moved.starts_at == cast.at(14)
    assert "agreed by phone" in appointment.changes.last().reason  # type: ignore[union-attr]
