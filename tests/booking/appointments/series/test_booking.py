"""Booking a series: as it was shown, all of it or none of it."""

import datetime as dt
import uuid

import pytest
from django.db import IntegrityError

from booking.appointments.integrity import integrity_problems
from booking.appointments.screening import SafetyAnswers
from booking.appointments.series_preview import SeriesSlot
from booking.errors import EmergencyAnswer, IdempotencyKeyReused, NotEligible, NotPossible, SeriesChanged
from booking.models import Appointment, AppointmentChange, Series, Service, Status, TimeOff
from booking.scheduling.availability import Unavailable
from clients.models import Client, Screening
from clinic.errors import Refusal
from tests.booking.appointments.series.cast import WEEK, appointments, repeated, shown, starts, turns
from tests.booking.appointments.test_book import CARA
from tests.fixtures.actions import cancel
from tests.fixtures.cast import Cast
from tests.fixtures.sweeps import send_staff_notices


def test_a_series_is_its_appointments_at_the_same_wall_time(cast: Cast) -> None:
    series = repeated(cast)
    assert (series.client, series.service, series.therapist) == (cast.ana, cast.regular, cast.mira)
    assert (series.every_weeks, series.times, series.made_by) == (2, 3, cast.owner)
    found = appointments(series)
    assert [appointment.position for appointment in found] == [1, 2, 3]
    local = [appointment.starts_at.astimezone(cast.zone) for appointment in found]
    assert [each.time() for each in local] == [dt.time(10)] * 3
    assert [each.date() for each in local] == [cast.day() + number * 2 * WEEK for number in range(3)]
    assert {appointment.status for appointment in found} == {Status.CONFIRMED}


def test_each_appointment_has_its_room_answers_reminders_and_a_line_of_history(cast: Cast) -> None:
    for appointment in appointments(repeated(cast, note="rings twice")):
        assert appointment.room is not None
        assert appointment.screening is not None
        assert appointment.client_note == "rings twice"
        assert set(appointment.reminders.values_list("kind", flat=True)) >= {"confirmation", "reminder-24h"}
        assert [line.what for line in appointment.changes.all()] == [AppointmentChange.What.BOOKED]


@pytest.mark.invariant("I3")
def test_where_one_date_is_gone_nothing_is_booked(cast: Cast) -> None:
    picks = shown(turns(cast))
    cast.appointment(cast.at(10, 30, ahead=21), client=cast.ben)
    with pytest.raises(SeriesChanged):
        repeated(cast, picks)
    assert Appointment.objects.count() == 1
    assert not Series.objects.exists()
    assert not Screening.objects.exists()


def test_time_off_that_nobody_has_seen_is_not_passed_over_by_a_reason_for_something_else(cast: Cast) -> None:
    late = cast.at(19).astimezone(dt.UTC)
    preview = turns(cast, start=late, at_once=True)
    assert [turn.chosen.aside for turn in preview if turn.chosen] == [frozenset({Unavailable.HOURS})] * 3
    TimeOff.objects.create(therapist=cast.mira, starts_at=late, ends_at=late + dt.timedelta(hours=1))
    with pytest.raises(SeriesChanged):
        repeated(cast, shown(preview), reason="after her work only")
    assert not Appointment.objects.exists()


def test_what_is_set_aside_is_kept_with_its_reason(cast: Cast) -> None:
    preview = turns(cast, start=cast.at(19), at_once=True)
    series = repeated(cast, shown(preview), reason="after her work only")
    assert {appointment.reason for appointment in appointments(series)} == {"after her work only"}
    assert appointments(series)[0].changes.get().reason == "hours; after her work only"


def test_rules_are_set_aside_only_with_a_reason(cast: Cast) -> None:
    for reason in ("", "asdfg"):
        with pytest.raises(Refusal, match="two words"):
            repeated(cast, shown(turns(cast, start=cast.at(19), at_once=True)), reason=reason)
    assert not Appointment.objects.exists()


@pytest.mark.invariant("I4")
def test_the_same_request_twice_is_one_series(cast: Cast) -> None:
    picks, key = shown(turns(cast)), str(uuid.uuid4())
    first = repeated(cast, picks, key=key)
    assert repeated(cast, picks, key=key) == first
    assert Appointment.objects.count() == 3


@pytest.mark.invariant("I4")
def test_other_content_under_the_same_key_is_refused(cast: Cast) -> None:
    picks, key = shown(turns(cast)), str(uuid.uuid4())
    repeated(cast, picks, key=key)
    with pytest.raises(IdempotencyKeyReused):
        repeated(cast, picks[:2], key=key)
    assert Appointment.objects.count() == 3


def test_a_date_can_be_left_out_and_another_time_taken(cast: Cast) -> None:
    cast.appointment(cast.at(10, ahead=21), client=cast.ben)
    preview = turns(cast, times=4)
    other = preview[1].others[0]
    picks = [turn.chosen for turn in preview if turn.chosen and turn.position != 4]
    series = repeated(cast, [*picks, other], times=4)
    assert [appointment.position for appointment in appointments(series)] == [1, 2, 3]
    assert starts(series) == [cast.at(10), other.start, cast.at(10, ahead=35)]


def test_one_appointment_alone_is_no_series(cast: Cast) -> None:
    with pytest.raises(NotPossible):
        repeated(cast, shown(turns(cast))[:1])
    with pytest.raises(NotPossible):
        repeated(cast, [])


@pytest.mark.parametrize("position", [0, 4, 1])
def test_dates_that_belong_to_no_series_are_refused(cast: Cast, position: int) -> None:
    picks = shown(turns(cast))
    with pytest.raises(NotPossible):
        repeated(cast, [*picks[:2], SeriesSlot(position=position, start=cast.at(14))])


def test_an_appointment_that_is_repeated_becomes_the_first(cast: Cast) -> None:
    appointment = cast.appointment(cast.at(10))
    series = repeated(cast, after=appointment)
    assert appointments(series)[0].pk == appointment.pk
    assert len(appointments(series)) == 3
    assert [line.what for line in appointment.changes.all()] == [AppointmentChange.What.SERIES]


def test_an_appointment_of_another_series_or_one_that_is_over_is_repeated_and_stays_as_it_is(cast: Cast) -> None:
    old = repeated(cast)
    last = appointments(old)[-1]
    again = repeated(cast, after=last, start=last.starts_at)
    assert last in appointments(old)
    assert [appointment.position for appointment in appointments(again)] == [2, 3]
    over = cast.appointment(cast.at(10, ahead=-7), status=Status.COMPLETED)
    assert over not in appointments(repeated(cast, after=over, start=over.starts_at + dt.timedelta(hours=2)))


@pytest.mark.invariant("I8")
def test_nobodys_appointment_becomes_the_first_of_somebody_elses_series(cast: Cast) -> None:
    appointment = cast.appointment(cast.at(10), client=cast.ben)
    picks = shown(turns(cast, after=appointment))
    for client in (cast.ana, CARA):
        with pytest.raises(NotPossible):
            repeated(cast, picks, after=appointment, client=client)
    assert not Series.objects.exists()


def test_an_appointment_that_was_moved_while_somebody_looked_is_not_repeated_from_where_it_was(cast: Cast) -> None:
    appointment = cast.appointment(cast.at(10))
    picks = shown(turns(cast, after=appointment))
    Appointment.objects.filter(pk=appointment.pk).update(starts_at=cast.at(9), blocked_from=cast.at(9))
    with pytest.raises(SeriesChanged):
        repeated(cast, picks, after=appointment)
    assert not Series.objects.exists()


def test_a_new_client_gets_one_file(cast: Cast) -> None:
    for email in ("cara@example.org", ""):
        before = Client.objects.count()
        person = CARA if email else type(CARA)(first_name="No", last_name="Mail", email="")
        series = repeated(cast, client=person, start=cast.at(10 if email else 14))
        assert Client.objects.count() == before + 1
        assert {appointment.client for appointment in appointments(series)} == {series.client}


@pytest.mark.invariant("I7")
def test_an_emergency_answer_books_nothing(cast: Cast) -> None:
    with pytest.raises(EmergencyAnswer):
        repeated(cast, answers=SafetyAnswers(red_flags=frozenset({"ces-saddle-numbness"})))
    assert not Appointment.objects.exists()


def test_what_asks_for_a_doctors_note_makes_each_appointment_a_request(cast: Cast) -> None:
    series = repeated(cast, answers=SafetyAnswers(conditions=frozenset({"cancer-current"})))
    assert {appointment.status for appointment in appointments(series)} == {Status.REQUESTED}


def test_a_service_for_a_first_appointment_cannot_be_repeated(cast: Cast) -> None:
    cast.regular.audience = Service.Audience.NEW
    cast.regular.save(update_fields=["audience"])
    with pytest.raises(NotEligible):
        repeated(cast)


def test_the_policy_must_be_accepted(cast: Cast) -> None:
    with pytest.raises(Refusal):
        repeated(cast, policy_accepted=False)


def test_a_cancelled_appointment_frees_its_time_for_another_series(cast: Cast) -> None:
    series = repeated(cast)
    cancel(appointments(series)[1], reason="", via=Appointment.Via.DESK)
    other = repeated(cast, client=cast.ben, start=cast.at(10, ahead=21), every_weeks=3, times=2)
    assert starts(other)[0] == cast.at(10, ahead=21)


def test_the_proof_finds_an_appointment_in_a_strangers_series_and_one_without_a_place(cast: Cast) -> None:
    series = repeated(cast)
    assert list(integrity_problems()) == []
    one, two, _three = appointments(series)
    Appointment.objects.filter(pk=one.pk).update(client=cast.ben)
    Appointment.objects.filter(pk=two.pk).update(position=9)
    assert list(integrity_problems()) == [
        f"Appointment {one.public_id} is in a series of another client.",
        f"Appointment {two.public_id} has no place in its series.",
    ]


@pytest.mark.django_db(transaction=True)
def test_postgresql_refuses_two_appointments_in_one_place_and_a_place_without_a_series(cast: Cast) -> None:
    one, two, _three = appointments(repeated(cast))
    for changes in ({"position": 2}, {"series": None}, {"position": None}):
        with pytest.raises(IntegrityError):
            Appointment.objects.filter(pk=one.pk).update(**changes)
    assert two.position == 2


def test_the_therapist_is_told_once_of_a_series_that_waits_for_an_answer(cast: Cast) -> None:
    repeated(cast, answers=SafetyAnswers(conditions=frozenset({"cancer-current"})))
    assert (send_staff_notices(), send_staff_notices()) == (1, 0)
