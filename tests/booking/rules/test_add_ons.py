"""What is added to a service counts wherever the service does: length, price, kit, safety, moving and swapping."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from booking import diary
from booking.actions import Answers, Person, book, cancel, move, swap_service
from booking.actions.rescreening import rescreen_coming_visits, swap_offer, take_offer
from booking.actions.rooms import assign
from booking.errors import Emergency, KeyReused, NotAdded, NotPossible, NotSuitable, SlotTaken
from booking.models import AddOn, Appointment, AppointmentAddOn, Therapist
from booking.models.appointment import Status
from booking.order import as_booked, order_of
from booking.views.desk.alerts import alerts
from clients.catalogue import current
from clients.models import Intake, IntakeRequest, Technique
from tests.fixtures.add_ons import Extras
from tests.fixtures.cast import House

CARA = Person(first_name="Cara", last_name="Novak", email="cara@example.org")
NO_HEAT = Answers(conditions=frozenset({"heat-intolerance"}))


def booked(house: House, *add_ons: AddOn, **changes: Any) -> Appointment:
    """Cara books a regular massage with Mira at ten and these add-ons, but for what the test changes."""
    wish: dict[str, Any] = {
        "service": house.regular,
        "add_ons": add_ons,
        "start": house.at(10),
        "therapist": house.mira,
        "client": CARA,
        "answers": Answers(),
        "policy_accepted": True,
        "via": Appointment.Via.WEB,
    }
    return book(**{**wish, **changes})


def minutes_of(visit: Appointment) -> int:
    """How long the session is in the diary."""
    return int((visit.ends_at - visit.starts_at) / dt.timedelta(minutes=1))


def test_length_and_price_are_those_of_all_together(house: House, extras: Extras) -> None:
    visit = booked(house, extras.towel, extras.feet)
    assert (visit.minutes, visit.price) == (75, Decimal("95.00"))
    assert (visit.starts_at, visit.ends_at) == (house.at(10), house.at(11, 15))
    assert visit.blocked_until == house.at(11, 30)
    assert visit.parts == "Regular massage, 60 min + Hot towel + Foot massage, 15 min"


def test_an_add_on_counts_once_however_often_it_is_named(house: House, extras: Extras) -> None:
    assert booked(house, extras.feet, extras.feet).minutes == 75


def test_the_price_list_may_change_and_the_visit_stays(house: House, extras: Extras) -> None:
    visit = booked(house, extras.feet)
    AddOn.objects.update(name="Reflexology", minutes=40, price=99, active=False)
    visit = Appointment.objects.with_people().get()
    assert visit.parts == "Regular massage, 60 min + Foot massage, 15 min"
    assert (visit.minutes, visit.price) == (75, Decimal("90.00"))


@pytest.mark.invariant("I2")
def test_the_last_time_of_the_day_comes_earlier_with_more_to_do(house: House, extras: Extras) -> None:
    def last(*add_ons: AddOn) -> dt.datetime:
        day = house.day()
        times = diary.month_of(house.regular, first=day, last=day, add_ons=add_ons, therapist=house.mira)
        return times.offers[-1].start

    assert last() == last(extras.towel) == house.at(16)
    assert last(extras.feet) == house.at(15, 30)
    with pytest.raises(SlotTaken):
        booked(house, extras.feet, start=house.at(16))
    assert booked(house, extras.feet, start=house.at(15, 30)).ends_at == house.at(16, 45)


def test_every_question_about_times_counts_the_add_ons(house: House, extras: Extras) -> None:
    house.visit(house.at(10, 15), therapist=house.mira)
    mira: dict[str, Any] = {"therapist": house.mira, "now": house.at(6)}
    # An hour with its buffer fits before the visit at a quarter past ten; with feet it does not.
    assert diary.next_free(house.regular, limit=1, **mira)[0].start == house.at(9)
    assert diary.next_free(house.regular, limit=1, add_ons=[extras.feet], **mira)[0].start == house.at(11, 30)
    near = diary.alternatives(house.regular, house.at(9), add_ons=[extras.feet], **mira)
    assert near[0].therapists == (str(house.jonas.public_id), str(house.tess.public_id)), "who has that very time"
    assert near[1].start == house.at(11, 30)


def test_an_add_on_that_runs_into_the_next_visit_is_refused_with_times_that_fit(house: House, extras: Extras) -> None:
    house.visit(house.at(11, 15), therapist=house.mira)
    assert booked(house).status == Status.CONFIRMED
    Appointment.objects.filter(client__email="cara@example.org").update(status=Status.CANCELLED)
    with pytest.raises(SlotTaken) as refused:
        booked(house, extras.feet)
    for each in refused.value.alternatives:
        who = Therapist.objects.get(public_id=each.therapists[0])
        with transaction.atomic():
            assert booked(house, extras.feet, start=each.start, therapist=who).minutes == 75
            transaction.set_rollback(True)


@pytest.mark.invariant("I1")
def test_warm_stones_take_the_one_kit_and_its_time_to_heat_up(house: House, extras: Extras) -> None:
    visit = booked(house, extras.stones)
    assert visit.kit == house.kit
    assert visit.kit_blocked_until == house.at(11, 45)
    with pytest.raises(SlotTaken) as refused:
        booked(house, service=house.hot_stone, therapist=house.jonas, start=house.at(10, 30), client=house.ben)
    assert refused.value.why == "no-kit"
    assert booked(house, therapist=house.jonas, start=house.at(10, 30), client=house.ben).kit is None


def test_a_visit_with_warm_stones_is_not_left_without_a_kit(house: House, extras: Extras) -> None:
    visit = booked(house, extras.stones)
    with pytest.raises(NotPossible):
        assign(visit, room=visit.room, kit=None, via="desk", by=house.owner)


@pytest.mark.invariant("I4")
def test_the_same_form_with_another_add_on_is_another_request(house: House, extras: Extras) -> None:
    first = booked(house, extras.feet, key="once")
    assert booked(house, extras.feet, key="once") == first
    with pytest.raises(KeyReused):
        booked(house, extras.towel, key="once")
    extras.feet.active = False
    extras.feet.save()
    assert booked(house, extras.feet, key="once") == first


@pytest.mark.parametrize("why", ["switched off", "not with this service"])
def test_what_is_not_offered_is_refused_by_name(house: House, extras: Extras, why: str) -> None:
    if why == "switched off":
        extras.feet.active = False
        extras.feet.save()
    else:
        extras.feet.services.remove(house.regular)
    with pytest.raises(NotAdded, match="Foot massage") as refused:
        booked(house, extras.feet)
    assert (refused.value.code, refused.value.field) == ("invalid", "add_ons")
    assert not Appointment.objects.exists()


@pytest.mark.invariant("I6")
def test_warm_stones_are_refused_with_the_reason_and_the_visit_offered_without_them(
    house: House, extras: Extras
) -> None:
    with pytest.raises(NotSuitable, match="Not safe for you right now: Warm stones") as refused:
        booked(house, extras.feet, extras.stones, answers=NO_HEAT)
    error = refused.value
    assert [each.condition for each in error.reasons] == ["heat-intolerance"]
    assert error.instead is not None
    assert (error.instead.service, error.instead.add_ons) == (house.regular, (extras.feet,))
    assert error.instead.start == house.at(10)
    assert str(house.mira.public_id) == error.instead.therapists[0]
    assert not AppointmentAddOn.objects.exists()


@pytest.mark.invariant("I6")
def test_what_was_added_comes_along_to_the_safe_service_only_where_it_is_safe(house: House, extras: Extras) -> None:
    extras.stones.services.add(house.hot_stone)
    with pytest.raises(NotSuitable) as refused:
        booked(house, extras.feet, extras.stones, service=house.hot_stone, answers=NO_HEAT)
    assert refused.value.instead is not None
    assert refused.value.instead.service.technique.slug == "regular-massage"
    assert refused.value.instead.add_ons == (extras.feet,)


@pytest.mark.invariant("I7")
def test_an_emergency_is_an_emergency_with_an_add_on_too(house: House, extras: Extras) -> None:
    emergency = next(each.slug for each in current().red_flags if each.action == "emergency")
    with pytest.raises(Emergency):
        booked(house, extras.stones, answers=Answers(red_flags=frozenset({emergency})))


def test_stones_that_need_a_note_make_the_visit_a_request(house: House, extras: Extras) -> None:
    answers = Answers(conditions=frozenset({"diabetes"}))
    assert booked(house, answers=answers).status == Status.CONFIRMED
    assert booked(house, extras.stones, answers=answers, start=house.at(13)).status == Status.REQUESTED


def test_the_intake_asks_for_consent_to_stones(house: House, extras: Extras) -> None:
    visit = booked(house, extras.stones)
    assert IntakeRequest.objects.get(visit=visit.public_id).technique == "hot-stone"


def test_the_desk_is_warned_about_the_stones(house: House, extras: Extras) -> None:
    visit = booked(house, extras.stones)
    intake = Intake(conditions=["heat-intolerance"])
    said = alerts(current(), as_booked(visit).techniques, screening=None, intake=intake)
    assert [each.ask for each in said] == ["Not this massage"]
    assert alerts(current(), ["regular-massage"], screening=None, intake=intake) == []


def test_moving_keeps_add_ons_length_and_price_as_booked(house: House, extras: Extras) -> None:
    visit = booked(house, extras.feet)
    AddOn.objects.update(minutes=45, price=1, active=False)
    house.regular.minutes = 30
    house.regular.save()
    moved = move(visit, start=house.at(13), via=Appointment.Via.DESK)
    assert (minutes_of(moved), moved.minutes, moved.price) == (75, 75, Decimal("90.00"))
    assert moved.parts == "Regular massage, 60 min + Foot massage, 15 min"


def test_moving_a_visit_with_stones_needs_a_free_kit(house: House, extras: Extras) -> None:
    visit = booked(house, extras.stones)
    house.visit(house.at(13), service=house.hot_stone, therapist=house.jonas)
    with pytest.raises(SlotTaken) as refused:
        move(visit, start=house.at(13), via=Appointment.Via.DESK)
    assert refused.value.why == "no-kit"


def test_another_service_keeps_what_it_is_offered_with_as_it_was_booked(house: House, extras: Extras) -> None:
    visit = booked(house, extras.towel, extras.feet, service=house.regular_90)
    extras.feet.price = Decimal("99.00")
    extras.feet.save()
    swapped = swap_service(visit, service=house.hot_stone, via=Appointment.Via.DESK)
    assert swapped.parts == "Hot stone massage, 90 min + Foot massage, 15 min"
    assert (swapped.minutes, swapped.price) == (105, house.hot_stone.price + 18)
    change = swapped.changes.last()
    assert change is not None
    assert "Hot towel" in change.before
    assert "Hot towel" not in change.after


def says(house: House, *conditions: str) -> None:
    """Ana's intake, given just now."""
    Intake.objects.create(
        client=house.ana, catalogue_version="1", given_at=timezone.now(), conditions=list(conditions), triage="ok"
    )


@pytest.mark.invariant("I6")
def test_newer_answers_against_stones_offer_the_same_visit_without_them(house: House, extras: Extras) -> None:
    visit = booked(house, extras.feet, extras.stones, client=house.ana)
    assert minutes_of(visit) == 90
    says(house, "heat-intolerance")
    assert rescreen_coming_visits() == 1
    visit.refresh_from_db()
    assert visit.status == Status.REQUESTED
    offer = swap_offer(visit)
    assert offer is not None
    assert (offer.service, offer.add_ons, offer.minutes) == (house.regular, (extras.feet,), 75)
    taken = take_offer(visit, service=house.regular)
    assert (taken.status, taken.kit, minutes_of(taken)) == (Status.CONFIRMED, None, 75)
    assert taken.parts == "Regular massage, 60 min + Foot massage, 15 min"
    assert taken.price == house.regular.price + extras.feet.price
    assert swap_offer(taken) is None


def test_a_cancelled_visit_frees_the_time_of_its_add_ons(house: House, extras: Extras) -> None:
    cancel(booked(house, extras.feet), reason="", via=Appointment.Via.DESK)
    assert booked(house, extras.feet, client=house.ben).minutes == 75


def test_stones_without_a_question_about_heat_cannot_be_saved(house: House, extras: Extras) -> None:
    extras.stones.technique = None
    with pytest.raises(ValidationError, match="heat is safe"):
        extras.stones.full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        extras.stones.save()


def test_an_order_of_many_parts_knows_its_sums(house: House, extras: Extras) -> None:
    order = order_of(house.hot_stone, [extras.feet])
    assert (order.minutes, order.kit_busy_after, order.techniques) == (105, 30, ("hot-stone",))
    assert order_of(order) is order
    plain = order_of(house.regular)
    assert (plain.kit_busy_after, plain.needs_kit, plain.technique) == (15, False, "regular-massage")
    assert order_of(house.regular, [extras.stones]).technique == "hot-stone"
    assert Technique.objects.get(slug="hot-stone").slug in order_of(house.regular, [extras.stones]).techniques
