"""Booking through the one action, whatever page or program asks."""

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext

from booking.actions import Answers, Override, Person, book, cancel, move
from booking.errors import Emergency, KeyReused, NotOffered, NotSuitable, SlotTaken
from booking.models import Appointment, AppointmentChange, Reminder, Service, Therapist, TimeOff
from booking.models.appointment import Status
from clients.models import Client, Intake, IntakeRequest, Screening
from clinic.errors import Refusal
from tests.fixtures.cast import House

FINE = Answers()
CARA = Person(first_name="Cara", last_name="Novak", email="cara@example.org", phone="+49 30 5550 199")


def booked(house: House, **changes: Any) -> Appointment:
    """Cara books a regular massage with Mira at ten, but for what the test changes."""
    wish: dict[str, Any] = {
        "service": house.regular,
        "start": house.at(10),
        "therapist": house.mira,
        "client": CARA,
        "answers": FINE,
        "policy_accepted": True,
        "via": Appointment.Via.WEB,
    }
    return book(**{**wish, **changes})


def test_a_booking_writes_everything_that_belongs_to_it(house: House) -> None:
    appointment = booked(house)
    appointment.refresh_from_db()
    assert appointment.status == Status.CONFIRMED
    assert (appointment.starts_at, appointment.ends_at) == (house.at(10), house.at(11))
    assert (appointment.blocked_from, appointment.blocked_until) == (house.at(10), house.at(11, 15))
    assert (appointment.minutes, appointment.price, appointment.currency) == (60, house.regular.price, "EUR")
    assert appointment.room in (house.green_room, house.blue_room)
    assert appointment.kit is None
    assert appointment.client.email == "cara@example.org"
    assert appointment.screening is not None
    assert IntakeRequest.objects.get(visit=appointment.public_id).client == appointment.client
    assert Reminder.objects.filter(appointment=appointment, kind="confirmation").count() == 1
    assert [line.what for line in appointment.changes.all()] == [AppointmentChange.What.BOOKED]


@pytest.mark.invariant("I1")
@pytest.mark.parametrize(("delay", "hints"), [(3, 0), (0, 1)])
def test_the_worker_is_hinted_at_only_when_something_is_due_at_once(
    house: House, django_capture_on_commit_callbacks: Any, delay: int, hints: int
) -> None:
    house.practice.confirmation_delay_minutes = delay
    house.practice.save()
    with django_capture_on_commit_callbacks() as later:
        booked(house)
    assert [each.__name__ for each in later].count("wake_worker") == hints


def test_the_same_time_again_is_refused_with_times_that_are_really_free(house: House) -> None:
    booked(house)
    with pytest.raises(SlotTaken) as refused:
        booked(house, client=house.ana)
    assert refused.value.alternatives
    first = refused.value.alternatives[0]
    who = Therapist.objects.get(public_id=first.therapists[0])
    appointment = booked(house, client=house.ana, start=first.start, therapist=who)
    assert (appointment.starts_at, appointment.therapist) == (first.start, who)
    assert Appointment.objects.count() == 2


@pytest.mark.parametrize(
    ("start", "free"),
    [
        ((9, 0), False),  # 9:00-10:00 and its buffer to 10:15: over the start of the visit at 10:00
        ((10, 30), False),  # inside
        ((11, 0), False),  # in the buffer after
        ((11, 30), True),
        ((12, 0), True),
    ],
)
def test_neighbours_are_decided_right(house: House, start: tuple[int, int], free: bool) -> None:
    booked(house)
    if free:
        assert booked(house, client=house.ana, start=house.at(*start)).pk
    else:
        with pytest.raises(SlotTaken):
            booked(house, client=house.ana, start=house.at(*start))


def test_back_to_back_without_a_buffer_is_allowed(house: House) -> None:
    Service.objects.update(buffer_after=0)
    house.regular.refresh_from_db()
    booked(house)
    assert booked(house, client=house.ana, start=house.at(11)).starts_at == house.at(11)


@pytest.mark.invariant("I1")
def test_one_client_cannot_be_in_two_places(house: House) -> None:
    booked(house)
    with pytest.raises(SlotTaken) as refused:
        booked(house, therapist=house.tess)
    assert refused.value.why == "client-busy"


@pytest.mark.invariant("I1")
def test_two_rooms_hold_two_sessions(house: House) -> None:
    rooms = {booked(house).room_id, booked(house, therapist=house.tess, client=house.ana).room_id}
    assert len(rooms) == 2
    with pytest.raises(SlotTaken) as refused:
        booked(house, therapist=house.jonas, client=house.ben)
    assert refused.value.why == "no-room"


@pytest.mark.invariant("I1")
def test_one_kit_serves_one_hot_stone_session_but_a_regular_massage_is_still_offered(house: House) -> None:
    first = booked(house, service=house.hot_stone, start=house.at(9, 0))
    assert first.kit == house.kit
    with pytest.raises(SlotTaken) as refused:
        booked(house, service=house.hot_stone, start=house.at(9, 30), therapist=house.jonas, client=house.ana)
    assert refused.value.why == "no-kit"
    assert booked(house, start=house.at(9, 30), therapist=house.jonas, client=house.ana).kit is None


def test_a_kit_that_heats_up_again_is_not_offered_though_the_room_is_free(house: House) -> None:
    Service.objects.filter(pk=house.hot_stone.pk).update(kit_after=40)
    house.hot_stone.refresh_from_db()
    booked(house, service=house.hot_stone, start=house.at(15, 0))  # to 16:30, kit until 17:10
    with pytest.raises(SlotTaken) as refused:
        booked(house, service=house.hot_stone, start=house.at(17, 0), therapist=house.jonas, client=house.ana)
    assert refused.value.why == "no-kit"
    later = booked(house, service=house.hot_stone, start=house.at(17, 30), therapist=house.jonas, client=house.ana)
    assert later.kit == house.kit


def test_any_available_takes_the_lightest_day(house: House) -> None:
    booked(house, start=house.at(9))
    other = booked(house, therapist=None, client=house.ana, start=house.at(11, 30))
    assert other.therapist == house.jonas or other.therapist == house.tess
    assert other.therapist != house.mira


def test_any_available_serves_as_many_as_there_are_therapists_and_rooms(house: House) -> None:
    booked(house, therapist=None)
    booked(house, therapist=None, client=house.ana)
    with pytest.raises(SlotTaken):
        booked(house, therapist=None, client=house.ben)


@pytest.mark.parametrize(
    ("start", "why"),
    [((8, 30), "hours"), ((16, 30), "hours"), ((10, 10), "off-grid")],
)
def test_a_time_that_is_not_offered_is_not_booked(house: House, start: tuple[int, int], why: str) -> None:
    with pytest.raises(NotOffered) as refused:
        booked(house, start=house.at(*start))
    assert refused.value.why == why
    assert not Appointment.objects.exists()
    assert not Client.objects.filter(email="cara@example.org").exists()


def test_the_notice_is_exact_to_the_second(house: House) -> None:
    start = house.at(10)
    with time_machine.travel(start - dt.timedelta(minutes=60) + dt.timedelta(seconds=1), tick=False):
        with pytest.raises(NotOffered) as refused:
            booked(house, start=start)
        assert refused.value.why == "notice"
    with time_machine.travel(start - dt.timedelta(minutes=60), tick=False):
        assert booked(house, start=start).starts_at == start


def test_time_off_of_the_practice_closes_everyone(house: House) -> None:
    TimeOff.objects.create(starts_at=house.at(10, 30), ends_at=house.at(11))
    with pytest.raises(SlotTaken) as refused:
        booked(house)
    assert refused.value.why == "away"


@pytest.mark.invariant("I4")
def test_the_same_submission_twice_is_one_appointment(house: House) -> None:
    key = str(uuid.uuid4())
    first = booked(house, key=key)
    assert booked(house, key=key).pk == first.pk
    assert Appointment.objects.count() == 1
    assert Screening.objects.count() == 1


@pytest.mark.invariant("I4")
def test_the_same_key_with_other_content_is_refused(house: House) -> None:
    key = str(uuid.uuid4())
    booked(house, key=key)
    with pytest.raises(KeyReused):
        booked(house, key=key, start=house.at(12))


@pytest.mark.invariant("I7")
def test_an_emergency_answer_stops_the_booking(house: House) -> None:
    with pytest.raises(Emergency) as refused:
        booked(house, answers=Answers(red_flags=frozenset({"ces-saddle-numbness"})))
    assert "112" in refused.value.message
    assert refused.value.texts
    assert not Appointment.objects.exists()


def test_a_doctor_comes_first_where_a_warning_sign_says_so(house: House) -> None:
    with pytest.raises(NotSuitable) as refused:
        booked(house, answers=Answers(red_flags=frozenset({"dvt-signs"})))
    assert refused.value.instead is None
    assert not Appointment.objects.exists()


def test_hot_stones_are_refused_with_a_regular_massage_at_the_same_time(house: House) -> None:
    answers = Answers(conditions=frozenset({"pregnancy"}))
    with pytest.raises(NotSuitable) as refused:
        booked(house, service=house.hot_stone, answers=answers)
    instead = refused.value.instead
    assert instead is not None
    assert instead.service == house.regular_90  # the same length
    assert instead.start == house.at(10)
    assert [reason.condition for reason in refused.value.reasons] == ["pregnancy"]
    assert booked(house, service=instead.service, answers=answers, start=instead.start).starts_at == house.at(10)


def test_an_answer_that_needs_a_doctors_note_makes_a_request(house: House) -> None:
    appointment = booked(house, service=house.hot_stone, answers=Answers(conditions=frozenset({"heart-disease"})))
    assert appointment.status == Status.REQUESTED


@pytest.mark.invariant("I1")
def test_a_request_blocks_its_time_like_a_confirmed_visit(house: House) -> None:
    booked(house, service=house.hot_stone, answers=Answers(conditions=frozenset({"heart-disease"})))
    with pytest.raises(SlotTaken):
        booked(house, client=house.ana)


@pytest.mark.invariant("I8")
def test_what_is_on_file_makes_a_request_without_telling_whoever_typed_the_name(house: House) -> None:
    Intake.objects.create(client=house.ana, conditions=["multiple-sclerosis"], triage="ok", catalogue_version="1")
    person = Person(first_name="ana", last_name="LIND", email="ANA@example.org")
    appointment = booked(house, client=person, service=house.hot_stone)
    assert appointment.client == house.ana
    assert appointment.status == Status.REQUESTED


def test_without_the_policy_nothing_is_booked(house: House) -> None:
    with pytest.raises(Refusal) as refused:
        booked(house, policy_accepted=False)
    assert refused.value.field == "policy_accepted"
    assert not Appointment.objects.exists()


def test_the_desk_may_book_out_of_hours_with_a_reason_but_never_over_a_visit(house: House) -> None:
    late = booked(house, start=house.at(20, 10), via=Appointment.Via.DESK, override=Override(reason="regular of ours"))
    assert "regular of ours" in late.changes.get().why
    with pytest.raises(SlotTaken):
        booked(
            house,
            client=house.ana,
            start=house.at(20, 30),
            via=Appointment.Via.DESK,
            override=Override(reason="squeezed in for her"),
        )


def test_length_and_price_stay_as_booked(house: House) -> None:
    appointment = booked(house)
    Service.objects.update(minutes=45, price="1.00")
    appointment.refresh_from_db()
    assert (appointment.minutes, appointment.price) == (60, house.regular.price)
    assert appointment.ends_at - appointment.starts_at == dt.timedelta(minutes=60)


def test_a_cancelled_visit_frees_its_time(house: House) -> None:
    appointment = booked(house)
    cancel(appointment, reason="ill", via=Appointment.Via.WEB)
    assert booked(house, client=house.ana).starts_at == house.at(10)


def test_a_booking_costs_the_same_queries_in_a_full_practice(house: House) -> None:
    with CaptureQueriesContext(
        connection,
    ) as alone:
        booked(house, start=house.at(9))
    for place, hour in enumerate((11, 13, 15)):
        house.visit(house.at(hour), client=Client.objects.create(first_name=f"P{place}", last_name="Q"))
    with CaptureQueriesContext(connection) as full:
        booked(house, client=house.ben, start=house.at(9, ahead=14))
    assert len(full) <= len(alone) + 1


def twice_by_create(house: House, other: Appointment) -> None:
    house.visit(house.at(10, 30), client=house.ben, room=house.blue_room)


def twice_by_bulk_create(house: House, other: Appointment) -> None:
    twin = Appointment.objects.get(pk=other.pk)
    twin.pk, twin.public_id = None, uuid.uuid4()
    Appointment.objects.bulk_create([twin])


def twice_by_update(house: House, other: Appointment) -> None:
    Appointment.objects.filter(pk=other.pk).update(blocked_from=house.at(10, 30))


def twice_by_sql(house: House, other: Appointment) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE booking_appointment SET blocked_from = %s WHERE id = %s", [house.at(9), other.pk])


@pytest.mark.invariant("I1")
@pytest.mark.parametrize("bypass", [twice_by_create, twice_by_bulk_create, twice_by_update, twice_by_sql])
def test_postgres_refuses_an_overlap_whatever_path_wrote_it(
    house: House, bypass: Callable[[House, Appointment], None]
) -> None:
    house.visit(house.at(10))
    other = house.visit(house.at(12), client=house.ben, room=house.blue_room)
    with pytest.raises(IntegrityError, match="never_two_for_one_therapist"):
        bypass(house, other)


@pytest.mark.invariant("I1")
def test_an_empty_range_cannot_slip_through(house: House) -> None:
    visit = house.visit(house.at(10))
    nothing = dict.fromkeys(("ends_at", "blocked_from", "blocked_until", "kit_blocked_until"), visit.starts_at)
    with pytest.raises(IntegrityError, match="appointment_times_in_order"):
        Appointment.objects.update(**nothing)


@pytest.mark.invariant("I1")
def test_a_cancelled_visit_may_lie_under_another(house: House) -> None:
    house.visit(house.at(10), status=Status.CANCELLED)
    assert house.visit(house.at(10), client=house.ben).pk


def test_a_moved_visit_is_not_in_its_own_way(house: House) -> None:
    appointment = booked(house)
    moved = move(appointment, start=house.at(10, 30), via=Appointment.Via.WEB)
    assert (moved.starts_at, moved.revision) == (house.at(10, 30), 1)
