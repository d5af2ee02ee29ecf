"""Booking through the one action, whatever page or program asks."""

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext

from booking.appointments.booking_request import PersonDetails, RuleOverride
from booking.appointments.screening import SafetyAnswers
from booking.errors import EmergencyAnswer, IdempotencyKeyReused, NotSuitable, SlotTaken
from booking.models import Appointment, AppointmentChange, Reminder, Service, Status, Therapist, TimeOff
from clients.models import Client, Intake, IntakeRequest, Screening
from clinic.errors import Refusal
from tests.fixtures.actions import book, cancel, move
from tests.fixtures.cast import Cast

pytestmark = pytest.mark.sql

FINE = SafetyAnswers()
CARA = PersonDetails(first_name="Cara", last_name="Novak", email="cara@example.org", phone="+49 30 5550 199")


def booked(cast: Cast, **changes: Any) -> Appointment:
    """Cara books a regular massage with Mira at ten, but for what the test changes."""
    wish: dict[str, Any] = {
        "service": cast.regular,
        "start": cast.at(10),
        "therapist": cast.mira,
        "client": CARA,
        "answers": FINE,
        "policy_accepted": True,
        "via": Appointment.Via.WEB,
    }
    return book(**{**wish, **changes})


def test_a_booking_writes_everything_that_belongs_to_it(cast: Cast) -> None:
    appointment = booked(cast)
    appointment.refresh_from_db()
    assert appointment.status == Status.CONFIRMED
    assert (appointment.starts_at, appointment.ends_at) == (cast.at(10), cast.at(11))
    assert (appointment.blocked_from, appointment.blocked_until) == (cast.at(10), cast.at(11, 15))
    assert (appointment.minutes, appointment.price, appointment.currency) == (60, cast.regular.price, "EUR")
    assert appointment.room in (cast.green_room, cast.blue_room)
    assert appointment.kit is None
    assert appointment.client.email == "cara@example.org"
    assert appointment.screening is not None
    assert IntakeRequest.objects.get(appointment=appointment.public_id).client == appointment.client
    assert Reminder.objects.filter(appointment=appointment, kind="confirmation").count() == 1
    assert [line.what for line in appointment.changes.all()] == [AppointmentChange.What.BOOKED]


@pytest.mark.invariant("I1")
@pytest.mark.parametrize(("delay", "hints"), [(3, 0), (0, 1)])
def test_the_worker_is_hinted_at_only_when_something_is_due_at_once(
    cast: Cast, django_capture_on_commit_callbacks: Any, delay: int, hints: int
) -> None:
    cast.practice.confirmation_delay_minutes = delay
    cast.practice.save()
    with django_capture_on_commit_callbacks() as later:
        booked(cast)
    assert [each.__name__ for each in later].count("wake_worker") == hints


def test_the_same_time_again_is_refused_with_times_that_are_really_free(cast: Cast) -> None:
    booked(cast)
    with pytest.raises(SlotTaken) as refused:
        booked(cast, client=cast.ana)
    assert refused.value.alternatives
    first = refused.value.alternatives[0]
    who = Therapist.objects.get(public_id=first.therapists[0])
    appointment = booked(cast, client=cast.ana, start=first.start, therapist=who)
    assert (appointment.starts_at, appointment.therapist) == (first.start, who)
    assert Appointment.objects.count() == 2


@pytest.mark.parametrize(
    ("start", "free"),
    [
        ((9, 0), False),  # 9:00-10:00 and its buffer to 10:15: over the start of the appointment at 10:00
        ((10, 30), False),  # inside
        ((11, 0), False),  # in the buffer after
        ((11, 30), True),
        ((12, 0), True),
    ],
)
def test_neighbours_are_decided_right(cast: Cast, start: tuple[int, int], free: bool) -> None:
    booked(cast)
    if free:
        assert booked(cast, client=cast.ana, start=cast.at(*start)).pk
    else:
        with pytest.raises(SlotTaken):
            booked(cast, client=cast.ana, start=cast.at(*start))


def test_back_to_back_without_a_buffer_is_allowed(cast: Cast) -> None:
    Service.objects.update(buffer_after=0)
    cast.regular.refresh_from_db()
    booked(cast)
    assert booked(cast, client=cast.ana, start=cast.at(11)).starts_at == cast.at(11)


@pytest.mark.invariant("I1")
def test_one_client_cannot_be_in_two_places(cast: Cast) -> None:
    booked(cast)
    with pytest.raises(SlotTaken) as refused:
        booked(cast, therapist=cast.tess)
    assert refused.value.why == "client-busy"


@pytest.mark.invariant("I1")
def test_two_rooms_hold_two_sessions(cast: Cast) -> None:
    rooms = {booked(cast).room_id, booked(cast, therapist=cast.tess, client=cast.ana).room_id}
    assert len(rooms) == 2
    with pytest.raises(SlotTaken) as refused:
        booked(cast, therapist=cast.jonas, client=cast.ben)
    assert refused.value.why == "no-room"


@pytest.mark.invariant("I1")
def test_one_kit_serves_one_hot_stone_session_but_a_regular_massage_is_still_offered(cast: Cast) -> None:
    first = booked(cast, service=cast.hot_stone, start=cast.at(9, 0))
    assert first.kit == cast.kit
    with pytest.raises(SlotTaken) as refused:
        booked(cast, service=cast.hot_stone, start=cast.at(9, 30), therapist=cast.jonas, client=cast.ana)
    assert refused.value.why == "no-kit"
    assert booked(cast, start=cast.at(9, 30), therapist=cast.jonas, client=cast.ana).kit is None


def test_a_kit_that_heats_up_again_is_not_offered_though_the_room_is_free(cast: Cast) -> None:
    Service.objects.filter(pk=cast.hot_stone.pk).update(kit_buffer_after=40)
    cast.hot_stone.refresh_from_db()
    booked(cast, service=cast.hot_stone, start=cast.at(15, 0))  # to 16:30, kit until 17:10
    with pytest.raises(SlotTaken) as refused:
        booked(cast, service=cast.hot_stone, start=cast.at(17, 0), therapist=cast.jonas, client=cast.ana)
    assert refused.value.why == "no-kit"
    later = booked(cast, service=cast.hot_stone, start=cast.at(17, 30), therapist=cast.jonas, client=cast.ana)
    assert later.kit == cast.kit


def test_any_available_takes_the_lightest_day(cast: Cast) -> None:
    booked(cast, start=cast.at(9))
    other = booked(cast, therapist=None, client=cast.ana, start=cast.at(11, 30))
    assert other.therapist == cast.jonas or other.therapist == cast.tess
    assert other.therapist != cast.mira


def test_any_available_serves_as_many_as_there_are_therapists_and_rooms(cast: Cast) -> None:
    booked(cast, therapist=None)
    booked(cast, therapist=None, client=cast.ana)
    with pytest.raises(SlotTaken):
        booked(cast, therapist=None, client=cast.ben)


@pytest.mark.parametrize(
    ("start", "why"),
    [((8, 30), "hours"), ((16, 30), "hours"), ((10, 10), "off-grid")],
)
def test_a_time_that_is_not_offered_is_not_booked(cast: Cast, start: tuple[int, int], why: str) -> None:
    with pytest.raises(SlotTaken) as refused:
        booked(cast, start=cast.at(*start))
    assert refused.value.was_never_offered
    assert refused.value.why == why
    assert not Appointment.objects.exists()
    assert not Client.objects.filter(email="cara@example.org").exists()


def test_the_notice_is_exact_to_the_second(cast: Cast) -> None:
    start = cast.at(10)
    with time_machine.travel(start - dt.timedelta(minutes=60) + dt.timedelta(seconds=1), tick=False):
        with pytest.raises(SlotTaken) as refused:
            booked(cast, start=start)
        assert refused.value.was_never_offered
        assert refused.value.why == "notice"
    with time_machine.travel(start - dt.timedelta(minutes=60), tick=False):
        assert booked(cast, start=start).starts_at == start


def test_time_off_of_the_practice_closes_everyone(cast: Cast) -> None:
    TimeOff.objects.create(starts_at=cast.at(10, 30), ends_at=cast.at(11))
    with pytest.raises(SlotTaken) as refused:
        booked(cast)
    assert refused.value.why == "away"


@pytest.mark.invariant("I4")
def test_the_same_submission_twice_is_one_appointment(cast: Cast) -> None:
    key = str(uuid.uuid4())
    first = booked(cast, key=key)
    assert booked(cast, key=key).pk == first.pk
    assert Appointment.objects.count() == 1
    assert Screening.objects.count() == 1


@pytest.mark.invariant("I4")
def test_the_same_key_with_other_content_is_refused(cast: Cast) -> None:
    key = str(uuid.uuid4())
    booked(cast, key=key)
    with pytest.raises(IdempotencyKeyReused):
        booked(cast, key=key, start=cast.at(12))


@pytest.mark.invariant("I7")
def test_an_emergency_answer_stops_the_booking(cast: Cast) -> None:
    with pytest.raises(EmergencyAnswer) as refused:
        booked(cast, answers=SafetyAnswers(red_flags=frozenset({"ces-saddle-numbness"})))
    assert "112" in refused.value.message
    assert refused.value.texts
    assert not Appointment.objects.exists()


def test_a_doctor_comes_first_where_a_warning_sign_says_so(cast: Cast) -> None:
    with pytest.raises(NotSuitable) as refused:
        booked(cast, answers=SafetyAnswers(red_flags=frozenset({"dvt-signs"})))
    assert refused.value.instead is None
    assert not Appointment.objects.exists()


def test_hot_stones_are_refused_with_a_regular_massage_at_the_same_time(cast: Cast) -> None:
    answers = SafetyAnswers(conditions=frozenset({"pregnancy"}))
    with pytest.raises(NotSuitable) as refused:
        booked(cast, service=cast.hot_stone, answers=answers)
    instead = refused.value.instead
    assert instead is not None
    assert instead.order.service == cast.regular_90  # the same length
    assert instead.start == cast.at(10)
    assert [reason.condition for reason in refused.value.reasons] == ["pregnancy"]
    assert booked(cast, service=instead.order.service, answers=answers, start=instead.start).starts_at == cast.at(10)


def test_an_answer_that_needs_a_doctors_note_makes_a_request(cast: Cast) -> None:
    appointment = booked(cast, service=cast.hot_stone, answers=SafetyAnswers(conditions=frozenset({"heart-disease"})))
    assert appointment.status == Status.REQUESTED


@pytest.mark.invariant("I1")
def test_a_request_blocks_its_time_like_a_confirmed_appointment(cast: Cast) -> None:
    booked(cast, service=cast.hot_stone, answers=SafetyAnswers(conditions=frozenset({"heart-disease"})))
    with pytest.raises(SlotTaken):
        booked(cast, client=cast.ana)


@pytest.mark.invariant("I8")
def test_what_is_on_file_makes_a_request_without_telling_whoever_typed_the_name(cast: Cast) -> None:
    Intake.objects.create(client=cast.ana, conditions=["multiple-sclerosis"], triage="ok", catalogue_version="1")
    person = PersonDetails(first_name="ana", last_name="LIND", email="ANA@example.org")
    appointment = booked(cast, client=person, service=cast.hot_stone)
    assert appointment.client == cast.ana
    assert appointment.status == Status.REQUESTED


def test_without_the_policy_nothing_is_booked(cast: Cast) -> None:
    with pytest.raises(Refusal) as refused:
        booked(cast, policy_accepted=False)
    assert refused.value.field == "policy_accepted"
    assert not Appointment.objects.exists()


def test_the_desk_may_book_out_of_hours_with_a_reason_but_never_over_an_appointment(cast: Cast) -> None:
    late = booked(
        cast, start=cast.at(20, 10), via=Appointment.Via.DESK, override=RuleOverride(reason="regular of ours")
    )
    assert "regular of ours" in late.changes.get().reason
    with pytest.raises(SlotTaken):
        booked(
            cast,
            client=cast.ana,
            start=cast.at(20, 30),
            via=Appointment.Via.DESK,
            override=RuleOverride(reason="squeezed in for her"),
        )


def test_length_and_price_stay_as_booked(cast: Cast) -> None:
    appointment = booked(cast)
    Service.objects.update(minutes=45, price="1.00")
    appointment.refresh_from_db()
    assert (appointment.minutes, appointment.price) == (60, cast.regular.price)
    assert appointment.ends_at - appointment.starts_at == dt.timedelta(minutes=60)


def test_a_cancelled_appointment_frees_its_time(cast: Cast) -> None:
    appointment = booked(cast)
    cancel(appointment, reason="ill", via=Appointment.Via.WEB)
    assert booked(cast, client=cast.ana).starts_at == cast.at(10)


def test_a_booking_costs_the_same_queries_in_a_full_practice(cast: Cast) -> None:
    with CaptureQueriesContext(
        connection,
    ) as alone:
        booked(cast, start=cast.at(9))
    for place, hour in enumerate((11, 13, 15)):
        cast.appointment(cast.at(hour), client=Client.objects.create(first_name=f"P{place}", last_name="Q"))
    with CaptureQueriesContext(connection) as full:
        booked(cast, client=cast.ben, start=cast.at(9, ahead=14))
    assert len(full) <= len(alone) + 1


def twice_by_create(cast: Cast, other: Appointment) -> None:
    cast.appointment(cast.at(10, 30), client=cast.ben, room=cast.blue_room)


def twice_by_bulk_create(cast: Cast, other: Appointment) -> None:
    twin = Appointment.objects.get(pk=other.pk)
    twin.pk, twin.public_id = None, uuid.uuid4()
    Appointment.objects.bulk_create([twin])


def twice_by_update(cast: Cast, other: Appointment) -> None:
    Appointment.objects.filter(pk=other.pk).update(blocked_from=cast.at(10, 30))


def twice_by_sql(cast: Cast, other: Appointment) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE booking_appointment SET blocked_from = %s WHERE id = %s", [cast.at(9), other.pk])


@pytest.mark.invariant("I1")
@pytest.mark.parametrize("bypass", [twice_by_create, twice_by_bulk_create, twice_by_update, twice_by_sql])
def test_postgres_refuses_an_overlap_whatever_path_wrote_it(
    cast: Cast, bypass: Callable[[Cast, Appointment], None]
) -> None:
    cast.appointment(cast.at(10))
    other = cast.appointment(cast.at(12), client=cast.ben, room=cast.blue_room)
    with pytest.raises(IntegrityError, match="never_two_for_one_therapist"):
        bypass(cast, other)


@pytest.mark.invariant("I1")
def test_an_empty_range_cannot_slip_through(cast: Cast) -> None:
    appointment = cast.appointment(cast.at(10))
    nothing = dict.fromkeys(("ends_at", "blocked_from", "blocked_until", "kit_blocked_until"), appointment.starts_at)
    with pytest.raises(IntegrityError, match="appointment_times_in_order"):
        Appointment.objects.update(**nothing)


@pytest.mark.invariant("I1")
def test_a_cancelled_appointment_may_lie_under_another(cast: Cast) -> None:
    cast.appointment(cast.at(10), status=Status.CANCELLED)
    assert cast.appointment(cast.at(10), client=cast.ben).pk


def test_a_moved_appointment_is_not_in_its_own_way(cast: Cast) -> None:
    appointment = booked(cast)
    moved = move(appointment, start=cast.at(10, 30), via=Appointment.Via.WEB)
    assert (moved.starts_at, moved.revision) == (cast.at(10, 30), 1)
