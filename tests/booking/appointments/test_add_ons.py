"""What is added to a service counts wherever the service does: length, price, kit, safety, moving and swapping."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from booking.appointments.booking_request import PersonDetails
from booking.appointments.reallocation import assign_resources
from booking.appointments.screening import SafetyAnswers
from booking.desk.calendar.alerts import alerts_for
from booking.errors import AddOnNotOffered, EmergencyAnswer, IdempotencyKeyReused, NotPossible, NotSuitable, SlotTaken
from booking.models import AddOn, Appointment, AppointmentAddOn, Status, Therapist
from booking.scheduling import schedule
from booking.scheduling.order import Order
from clients.catalogue import current_catalogue
from clients.models import Intake, IntakeRequest
from tests.fixtures.actions import book, cancel, move, swap_offer, swap_service, take_offer
from tests.fixtures.add_ons import Extras
from tests.fixtures.cast import Cast
from tests.fixtures.sweeps import rescreen_coming_appointments

pytestmark = pytest.mark.sql

CARA = PersonDetails(first_name="Cara", last_name="Novak", email="cara@example.org")
NO_HEAT = SafetyAnswers(conditions=frozenset({"heat-intolerance"}))


def booked(cast: Cast, *add_ons: AddOn, **changes: Any) -> Appointment:
    """Cara books a regular massage with Mira at ten and these add-ons, but for what the test changes."""
    wish: dict[str, Any] = {
        "service": cast.regular,
        "add_ons": add_ons,
        "start": cast.at(10),
        "therapist": cast.mira,
        "client": CARA,
        "answers": SafetyAnswers(),
        "policy_accepted": True,
        "via": Appointment.Via.WEB,
    }
    return book(**{**wish, **changes})


def minutes_of(appointment: Appointment) -> int:
    """How long the session is in the diary."""
    return int((appointment.ends_at - appointment.starts_at) / dt.timedelta(minutes=1))


def test_length_and_price_are_those_of_all_together(cast: Cast, extras: Extras) -> None:
    appointment = booked(cast, extras.towel, extras.feet)
    assert (appointment.minutes, appointment.price) == (75, Decimal("95.00"))
    assert (appointment.starts_at, appointment.ends_at) == (cast.at(10), cast.at(11, 15))
    assert appointment.blocked_until == cast.at(11, 30)
    assert appointment.parts == "Regular massage, 60 min + Hot towel + Foot massage, 15 min"


def test_an_add_on_counts_once_however_often_it_is_named(cast: Cast, extras: Extras) -> None:
    assert booked(cast, extras.feet, extras.feet).minutes == 75


def test_the_price_list_may_change_and_the_appointment_stays(cast: Cast, extras: Extras) -> None:
    appointment = booked(cast, extras.feet)
    AddOn.objects.update(name="Reflexology", minutes=40, price=99, active=False)
    appointment = Appointment.objects.with_people().get()
    assert appointment.parts == "Regular massage, 60 min + Foot massage, 15 min"
    assert (appointment.minutes, appointment.price) == (75, Decimal("90.00"))


@pytest.mark.invariant("I2")
def test_the_last_time_of_the_day_comes_earlier_with_more_to_do(cast: Cast, extras: Extras) -> None:
    def last(*add_ons: AddOn) -> dt.datetime:
        day = cast.day()
        times = schedule.month_of(Order.of(cast.regular, add_ons), first=day, last=day, therapist=cast.mira)
        return times.offers[-1].start

    assert last() == last(extras.towel) == cast.at(16)
    assert last(extras.feet) == cast.at(15, 30)
    with pytest.raises(SlotTaken):
        booked(cast, extras.feet, start=cast.at(16))
    assert booked(cast, extras.feet, start=cast.at(15, 30)).ends_at == cast.at(16, 45)


def test_every_question_about_times_counts_the_add_ons(cast: Cast, extras: Extras) -> None:
    cast.appointment(cast.at(10, 15), therapist=cast.mira)
    mira: dict[str, Any] = {"therapist": cast.mira, "now": cast.at(6)}
    # An hour with its buffer fits before the appointment at a quarter past ten; with feet it does not.
    assert schedule.next_free_times(Order.of(cast.regular), limit=1, **mira)[0].start == cast.at(9)
    assert schedule.next_free_times(Order.of(cast.regular, [extras.feet]), limit=1, **mira)[0].start == cast.at(11, 30)
    near = schedule.alternative_times(Order.of(cast.regular, [extras.feet]), cast.at(9), **mira)
    assert near[0].therapists == (str(cast.jonas.public_id), str(cast.tess.public_id)), "who has that very time"
    assert near[1].start == cast.at(11, 30)


def test_who_does_no_hot_stones_is_not_offered_for_warm_stones_that_are_added(cast: Cast, extras: Extras) -> None:
    def who(*added: AddOn) -> set[Therapist]:
        found = schedule.month_of(Order.of(cast.regular, added), first=cast.day(), last=cast.day()).offers
        return {each for offer in found for each in offer.therapists}

    assert who() == who(extras.towel) == {cast.mira, cast.jonas, cast.tess}
    assert who(extras.stones) == {cast.mira, cast.jonas}
    # Where nobody gives them as a service of their own, everybody may.
    cast.hot_stone.therapists.clear()
    assert cast.tess in who(extras.stones)


def test_an_add_on_that_runs_into_the_next_appointment_is_refused_with_times_that_fit(
    cast: Cast, extras: Extras
) -> None:
    cast.appointment(cast.at(11, 15), therapist=cast.mira)
    assert booked(cast).status == Status.CONFIRMED
    Appointment.objects.filter(client__email="cara@example.org").update(status=Status.CANCELLED)
    with pytest.raises(SlotTaken) as refused:
        booked(cast, extras.feet)
    for each in refused.value.alternatives:
        who = Therapist.objects.get(public_id=each.therapists[0])
        with transaction.atomic():
            assert booked(cast, extras.feet, start=each.start, therapist=who).minutes == 75
            transaction.set_rollback(True)


@pytest.mark.invariant("I1")
def test_warm_stones_take_the_one_kit_and_its_time_to_heat_up(cast: Cast, extras: Extras) -> None:
    appointment = booked(cast, extras.stones)
    assert appointment.kit == cast.kit
    assert appointment.kit_blocked_until == cast.at(11, 45)
    with pytest.raises(SlotTaken) as refused:
        booked(cast, service=cast.hot_stone, therapist=cast.jonas, start=cast.at(10, 30), client=cast.ben)
    assert refused.value.why == "no-kit"
    assert booked(cast, therapist=cast.jonas, start=cast.at(10, 30), client=cast.ben).kit is None


def test_an_appointment_with_warm_stones_is_not_left_without_a_kit(cast: Cast, extras: Extras) -> None:
    appointment = booked(cast, extras.stones)
    with pytest.raises(NotPossible):
        assign_resources(appointment, room=appointment.room, kit=None, via="desk", by=cast.owner)


@pytest.mark.invariant("I4")
def test_the_same_form_with_another_add_on_is_another_request(cast: Cast, extras: Extras) -> None:
    first = booked(cast, extras.feet, key="once")
    assert booked(cast, extras.feet, key="once") == first
    with pytest.raises(IdempotencyKeyReused):
        booked(cast, extras.towel, key="once")
    extras.feet.active = False
    extras.feet.save()
    assert booked(cast, extras.feet, key="once") == first


@pytest.mark.parametrize("why", ["switched off", "not with this service"])
def test_what_is_not_offered_is_refused_by_name(cast: Cast, extras: Extras, why: str) -> None:
    if why == "switched off":
        extras.feet.active = False
        extras.feet.save()
    else:
        extras.feet.services.remove(cast.regular)
    with pytest.raises(AddOnNotOffered, match="Foot massage") as refused:
        booked(cast, extras.feet)
    assert (refused.value.code, refused.value.field) == ("invalid", "add_ons")
    assert not Appointment.objects.exists()


@pytest.mark.invariant("I6")
def test_warm_stones_are_refused_with_the_reason_and_the_appointment_offered_without_them(
    cast: Cast, extras: Extras
) -> None:
    with pytest.raises(NotSuitable, match=r"Warm stones.*: not for you now") as refused:
        booked(cast, extras.feet, extras.stones, answers=NO_HEAT)
    error = refused.value
    assert [each.condition for each in error.reasons] == ["heat-intolerance"]
    assert error.instead is not None
    assert (error.instead.order.service, error.instead.order.add_ons) == (cast.regular, (extras.feet,))
    assert error.instead.start == cast.at(10)
    assert str(cast.mira.public_id) == error.instead.therapists[0]
    assert not AppointmentAddOn.objects.exists()


@pytest.mark.invariant("I6")
def test_what_was_added_comes_along_to_the_safe_service_only_where_it_is_safe(cast: Cast, extras: Extras) -> None:
    extras.stones.services.add(cast.hot_stone)
    with pytest.raises(NotSuitable) as refused:
        booked(cast, extras.feet, extras.stones, service=cast.hot_stone, answers=NO_HEAT)
    assert refused.value.instead is not None
    assert refused.value.instead.order.service.technique == "regular-massage"
    assert refused.value.instead.order.add_ons == (extras.feet,)


@pytest.mark.invariant("I7")
def test_an_emergency_is_an_emergency_with_an_add_on_too(cast: Cast, extras: Extras) -> None:
    emergency = next(each.id for each in current_catalogue().red_flags if each.action == "emergency")
    with pytest.raises(EmergencyAnswer):
        booked(cast, extras.stones, answers=SafetyAnswers(red_flags=frozenset({emergency})))


def test_stones_that_need_a_note_make_the_appointment_a_request(cast: Cast, extras: Extras) -> None:
    answers = SafetyAnswers(conditions=frozenset({"heart-disease"}))
    assert booked(cast, answers=answers).status == Status.CONFIRMED
    assert booked(cast, extras.stones, answers=answers, start=cast.at(13)).status == Status.REQUESTED


def test_the_intake_asks_for_consent_to_stones(cast: Cast, extras: Extras) -> None:
    appointment = booked(cast, extras.stones)
    assert IntakeRequest.objects.get(appointment=appointment.public_id).technique == "hot-stone"


def test_the_desk_is_warned_about_the_stones(cast: Cast, extras: Extras) -> None:
    appointment, plain = booked(cast, extras.stones), booked(cast, start=cast.at(13))
    intake = Intake.objects.create(
        client=appointment.client, catalogue_version="1", triage="ok", conditions=["heat-intolerance"]
    )
    said = {each.ask for each in alerts_for(appointment, intake, cast.practice)}
    assert said - {each.ask for each in alerts_for(plain, intake, cast.practice)} == {"Not this massage"}


@pytest.mark.invariant("I6")
def test_warmth_that_is_added_is_judged_by_what_it_is(cast: Cast, extras: Extras) -> None:
    with pytest.raises(NotSuitable) as refused:
        booked(cast, extras.towel, answers=NO_HEAT)
    assert refused.value.instead is not None
    assert (refused.value.instead.order.service, refused.value.instead.order.add_ons) == (cast.regular, ())


def test_moving_keeps_add_ons_length_and_price_as_booked(cast: Cast, extras: Extras) -> None:
    appointment = booked(cast, extras.feet)
    AddOn.objects.update(minutes=45, price=1, active=False)
    cast.regular.minutes = 30
    cast.regular.save()
    moved = move(appointment, start=cast.at(13), via=Appointment.Via.DESK)
    assert (minutes_of(moved), moved.minutes, moved.price) == (75, 75, Decimal("90.00"))
    assert moved.parts == "Regular massage, 60 min + Foot massage, 15 min"


def test_moving_an_appointment_with_stones_needs_a_free_kit(cast: Cast, extras: Extras) -> None:
    appointment = booked(cast, extras.stones)
    cast.appointment(cast.at(13), service=cast.hot_stone, therapist=cast.jonas)
    with pytest.raises(SlotTaken) as refused:
        move(appointment, start=cast.at(13), via=Appointment.Via.DESK)
    assert refused.value.why == "no-kit"


def test_another_service_keeps_what_it_is_offered_with_as_it_was_booked(cast: Cast, extras: Extras) -> None:
    appointment = booked(cast, extras.towel, extras.feet, service=cast.regular_90)
    extras.feet.price = Decimal("99.00")
    extras.feet.save()
    swapped = swap_service(appointment, service=cast.hot_stone, via=Appointment.Via.DESK)
    assert swapped.parts == "Hot stone massage, 90 min + Foot massage, 15 min"
    assert (swapped.minutes, swapped.price) == (105, cast.hot_stone.price + 18)
    change = swapped.changes.last()
    assert change is not None
    assert "Hot towel" in change.before
    assert "Hot towel" not in change.after


def says(cast: Cast, *conditions: str) -> None:
    """Ana's intake, given just now."""
    Intake.objects.create(
        client=cast.ana, catalogue_version="1", given_at=timezone.now(), conditions=list(conditions), triage="ok"
    )


@pytest.mark.invariant("I6")
def test_newer_answers_against_stones_offer_the_same_appointment_without_them(cast: Cast, extras: Extras) -> None:
    appointment = booked(cast, extras.feet, extras.stones, client=cast.ana)
    assert minutes_of(appointment) == 90
    says(cast, "heat-intolerance")
    assert rescreen_coming_appointments() == 1
    appointment.refresh_from_db()
    assert appointment.status == Status.REQUESTED
    offer = swap_offer(appointment)
    assert offer is not None
    assert (offer.service, offer.add_ons, offer.minutes) == (cast.regular, (extras.feet,), 75)
    taken = take_offer(appointment, service=cast.regular)
    assert (taken.status, taken.kit, minutes_of(taken)) == (Status.CONFIRMED, None, 75)
    assert taken.parts == "Regular massage, 60 min + Foot massage, 15 min"
    assert taken.price == cast.regular.price + extras.feet.price
    assert swap_offer(taken) is None


def test_a_cancelled_appointment_frees_the_time_of_its_add_ons(cast: Cast, extras: Extras) -> None:
    cancel(booked(cast, extras.feet), reason="", via=Appointment.Via.DESK)
    assert booked(cast, extras.feet, client=cast.ben).minutes == 75


def test_stones_without_a_question_about_heat_cannot_be_saved(cast: Cast, extras: Extras) -> None:
    extras.stones.technique = ""
    with pytest.raises(ValidationError, match="heat is safe"):
        extras.stones.full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        extras.stones.save()


def test_an_order_of_many_parts_knows_its_sums(cast: Cast, extras: Extras) -> None:
    order = Order.of(cast.hot_stone, [extras.feet])
    assert (order.minutes, order.kit_busy_after, order.techniques) == (105, 30, ("hot-stone",))
    plain = Order.of(cast.regular)
    assert (plain.kit_busy_after, plain.needs_kit, plain.technique) == (15, False, "regular-massage")
    assert Order.of(cast.regular, [extras.stones]).technique == "hot-stone"
    assert Order.of(cast.regular, [extras.towel, extras.stones]).judged_items == (
        "regular-massage",
        "hot-stone",
        "warm-towels",
    )
