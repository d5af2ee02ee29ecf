"""Booking a series: as it was shown, all of it or none of it."""

import datetime as dt
import uuid

import pytest
from django.db import IntegrityError

from booking.actions import Answers, Pick, cancel
from booking.availability import Reason as Why
from booking.errors import Emergency, KeyReused, NotForYou, NotPossible, SeriesChanged
from booking.models import Appointment, AppointmentChange, Series, Service, TimeOff
from booking.models.appointment import Status
from booking.proof import problems
from booking.reminders.staff_notices import notice_staff
from clients.care import Level
from clients.catalogue import current
from clients.models import Client, Screening
from clinic.errors import Refusal
from tests.booking.series.cast import WEEK, repeated, shown, starts, turns, visits
from tests.booking.test_book import CARA
from tests.fixtures.cast import House


def test_a_series_is_its_visits_at_the_same_wall_time(house: House) -> None:
    series = repeated(house)
    assert (series.client, series.service, series.therapist) == (house.ana, house.regular, house.mira)
    assert (series.every_weeks, series.times, series.made_by) == (2, 3, house.owner)
    found = visits(series)
    assert [visit.position for visit in found] == [1, 2, 3]
    local = [visit.starts_at.astimezone(house.zone) for visit in found]
    assert [each.time() for each in local] == [dt.time(10)] * 3
    assert [each.date() for each in local] == [house.day() + number * 2 * WEEK for number in range(3)]
    assert {visit.status for visit in found} == {Status.CONFIRMED}


def test_each_visit_has_its_room_answers_reminders_and_a_line_of_history(house: House) -> None:
    for visit in visits(repeated(house, note="rings twice")):
        assert visit.room is not None
        assert visit.screening is not None
        assert visit.client_note == "rings twice"
        assert set(visit.reminders.values_list("kind", flat=True)) >= {"confirmation", "reminder-24h"}
        assert [line.what for line in visit.changes.all()] == [AppointmentChange.What.BOOKED]


@pytest.mark.invariant("I3")
def test_where_one_date_is_gone_nothing_is_booked(house: House) -> None:
    picks = shown(turns(house))
    house.visit(house.at(10, 30, ahead=21), client=house.ben)
    with pytest.raises(SeriesChanged):
        repeated(house, picks)
    assert Appointment.objects.count() == 1
    assert not Series.objects.exists()
    assert not Screening.objects.exists()


def test_time_off_that_nobody_has_seen_is_not_passed_over_by_a_reason_for_something_else(house: House) -> None:
    late = house.at(19).astimezone(dt.UTC)
    preview = turns(house, start=late, at_once=True)
    assert [turn.chosen.aside for turn in preview if turn.chosen] == [frozenset({Why.HOURS})] * 3
    TimeOff.objects.create(therapist=house.mira, starts_at=late, ends_at=late + dt.timedelta(hours=1))
    with pytest.raises(SeriesChanged):
        repeated(house, shown(preview), reason="after her work only")
    assert not Appointment.objects.exists()


def test_what_is_set_aside_is_kept_with_its_reason(house: House) -> None:
    preview = turns(house, start=house.at(19), at_once=True)
    series = repeated(house, shown(preview), reason="after her work only")
    assert {visit.reason for visit in visits(series)} == {"after her work only"}
    assert visits(series)[0].changes.get().why == "hours; after her work only"


def test_rules_are_set_aside_only_with_a_reason(house: House) -> None:
    for reason in ("", "asdfg"):
        with pytest.raises(Refusal, match="two words"):
            repeated(house, shown(turns(house, start=house.at(19), at_once=True)), reason=reason)
    assert not Appointment.objects.exists()


@pytest.mark.invariant("I4")
def test_the_same_request_twice_is_one_series(house: House) -> None:
    picks, key = shown(turns(house)), str(uuid.uuid4())
    first = repeated(house, picks, key=key)
    assert repeated(house, picks, key=key) == first
    assert Appointment.objects.count() == 3


@pytest.mark.invariant("I4")
def test_other_content_under_the_same_key_is_refused(house: House) -> None:
    picks, key = shown(turns(house)), str(uuid.uuid4())
    repeated(house, picks, key=key)
    with pytest.raises(KeyReused):
        repeated(house, picks[:2], key=key)
    assert Appointment.objects.count() == 3


def test_a_date_can_be_left_out_and_another_time_taken(house: House) -> None:
    house.visit(house.at(10, ahead=21), client=house.ben)
    preview = turns(house, times=4)
    other = preview[1].others[0]
    picks = [turn.chosen for turn in preview if turn.chosen and turn.position != 4]
    series = repeated(house, [*picks, other], times=4)
    assert [visit.position for visit in visits(series)] == [1, 2, 3]
    assert starts(series) == [house.at(10), other.start, house.at(10, ahead=35)]


def test_one_visit_alone_is_no_series(house: House) -> None:
    with pytest.raises(NotPossible):
        repeated(house, shown(turns(house))[:1])
    with pytest.raises(NotPossible):
        repeated(house, [])


@pytest.mark.parametrize("position", [0, 4, 1])
def test_dates_that_belong_to_no_series_are_refused(house: House, position: int) -> None:
    picks = shown(turns(house))
    with pytest.raises(NotPossible):
        repeated(house, [*picks[:2], Pick(position=position, start=house.at(14))])


def test_a_visit_that_is_repeated_becomes_the_first(house: House) -> None:
    visit = house.visit(house.at(10))
    series = repeated(house, after=visit)
    assert visits(series)[0].pk == visit.pk
    assert len(visits(series)) == 3
    assert [line.what for line in visit.changes.all()] == [AppointmentChange.What.SERIES]


def test_a_visit_of_another_series_or_one_that_is_over_is_repeated_and_stays_as_it_is(house: House) -> None:
    old = repeated(house)
    last = visits(old)[-1]
    again = repeated(house, after=last, start=last.starts_at)
    assert last in visits(old)
    assert [visit.position for visit in visits(again)] == [2, 3]
    over = house.visit(house.at(10, ahead=-7), status=Status.COMPLETED)
    assert over not in visits(repeated(house, after=over, start=over.starts_at + dt.timedelta(hours=2)))


@pytest.mark.invariant("I8")
def test_nobodys_visit_becomes_the_first_of_somebody_elses_series(house: House) -> None:
    visit = house.visit(house.at(10), client=house.ben)
    picks = shown(turns(house, after=visit))
    for client in (house.ana, CARA):
        with pytest.raises(NotPossible):
            repeated(house, picks, after=visit, client=client)
    assert not Series.objects.exists()


def test_a_visit_that_was_moved_while_somebody_looked_is_not_repeated_from_where_it_was(house: House) -> None:
    visit = house.visit(house.at(10))
    picks = shown(turns(house, after=visit))
    Appointment.objects.filter(pk=visit.pk).update(starts_at=house.at(9), blocked_from=house.at(9))
    with pytest.raises(SeriesChanged):
        repeated(house, picks, after=visit)
    assert not Series.objects.exists()


def test_a_new_client_gets_one_file(house: House) -> None:
    for email in ("cara@example.org", ""):
        before = Client.objects.count()
        person = CARA if email else type(CARA)(first_name="No", last_name="Mail", email="")
        series = repeated(house, client=person, start=house.at(10 if email else 14))
        assert Client.objects.count() == before + 1
        assert {visit.client for visit in visits(series)} == {series.client}


@pytest.mark.invariant("I7")
def test_an_emergency_answer_books_nothing(house: House) -> None:
    with pytest.raises(Emergency):
        repeated(house, answers=Answers(red_flags=frozenset({"ces-saddle-numbness"})))
    assert not Appointment.objects.exists()


def test_what_asks_for_a_doctors_note_makes_each_visit_a_request(house: House) -> None:
    levels = current().index.levels["regular-massage"]
    slug = next(iter(next(reasons for level, reasons in levels if level == Level.CLEARANCE)))
    series = repeated(house, answers=Answers(conditions=frozenset({slug})))
    assert {visit.status for visit in visits(series)} == {Status.REQUESTED}


def test_a_service_for_a_first_visit_cannot_be_repeated(house: House) -> None:
    house.regular.audience = Service.Audience.NEW
    house.regular.save(update_fields=["audience"])
    with pytest.raises(NotForYou):
        repeated(house)


def test_the_policy_must_be_accepted(house: House) -> None:
    with pytest.raises(Refusal):
        repeated(house, policy_accepted=False)


def test_a_cancelled_visit_frees_its_time_for_another_series(house: House) -> None:
    series = repeated(house)
    cancel(visits(series)[1], reason="", via=Appointment.Via.DESK)
    other = repeated(house, client=house.ben, start=house.at(10, ahead=21), every_weeks=3, times=2)
    assert starts(other)[0] == house.at(10, ahead=21)


def test_the_proof_finds_a_visit_in_a_strangers_series_and_one_without_a_place(house: House) -> None:
    series = repeated(house)
    assert list(problems()) == []
    one, two, _three = visits(series)
    Appointment.objects.filter(pk=one.pk).update(client=house.ben)
    Appointment.objects.filter(pk=two.pk).update(position=9)
    assert list(problems()) == [
        f"Appointment {one.public_id} is in a series of another client.",
        f"Appointment {two.public_id} has no place in its series.",
    ]


@pytest.mark.django_db(transaction=True)
def test_postgresql_refuses_two_visits_in_one_place_and_a_place_without_a_series(house: House) -> None:
    one, two, _three = visits(repeated(house))
    for changes in ({"position": 2}, {"series": None}, {"position": None}):
        with pytest.raises(IntegrityError):
            Appointment.objects.filter(pk=one.pk).update(**changes)
    assert two.position == 2


def test_the_therapist_is_told_once_of_a_series_that_waits_for_an_answer(house: House) -> None:
    levels = current().index.levels["regular-massage"]
    slug = next(iter(next(reasons for level, reasons in levels if level == Level.CLEARANCE)))
    repeated(house, answers=Answers(conditions=frozenset({slug})))
    assert (notice_staff(), notice_staff()) == (1, 0)
