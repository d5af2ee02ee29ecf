"""The safety question: nothing ticked beforehand, a true "none", and what follows from each kind of answer."""

import datetime as dt
import logging
import re

import pytest
import time_machine
from django.test import Client as Browser
from django.utils import timezone

from booking.models import Appointment
from booking.views.public.wishes import Chosen
from tests.booking.public.visitor import NORA, Visitor, said
from tests.fixtures.cast import House

EMERGENCY = "ces-saddle-numbness"
EMERGENCY_TEXT = "This can be a sign of pressure on the nerves"


def test_nothing_is_ticked_beforehand_even_after_answers_were_given(house: House, visitor: Visitor) -> None:
    visitor.answers(house.regular, "kidney-disease")
    page = visitor.get(f"/book/{house.regular.slug}/").content.decode()
    assert 'value="kidney-disease"' in page
    assert "checked" not in page


def test_hot_stone_asks_what_matters_for_heat_and_a_regular_massage_does_not(house: House, visitor: Visitor) -> None:
    hot = visitor.get(f"/book/{house.hot_stone.slug}/").content.decode()
    regular = visitor.get(f"/book/{house.regular.slug}/").content.decode()
    assert 'value="reduced-sensation"' in hot
    assert 'value="reduced-sensation"' not in regular
    assert 'value="dvt-current"' in hot
    assert 'value="dvt-current"' in regular


@pytest.mark.parametrize(
    ("sent", "message"),
    [
        ({}, "Please tick what is true for you"),
        ({"none": "on", "conditions": ["pregnancy"]}, "You ticked something above as well"),
        ({"conditions": ["gossip"]}, "not known here"),
        ({"red_flags": ["<script>alert(1)</script>"]}, "not known here"),
        ({"conditions": ["preg\x00nancy"]}, "not known here"),
    ],
)
def test_an_unclear_answer_is_asked_again(
    house: House, visitor: Visitor, sent: dict[str, object], message: str
) -> None:
    page = visitor.post(f"/book/{house.hot_stone.slug}/", sent)
    assert page.status_code == 422
    assert message in said(page)
    assert b"<script>alert" not in page.content
    assert visitor.get(f"/book/{house.hot_stone.slug}/times/").status_code == 302


def test_what_was_ticked_stays_ticked_when_the_answer_is_unclear(house: House, visitor: Visitor) -> None:
    page = visitor.post(f"/book/{house.hot_stone.slug}/", {"none": "on", "conditions": ["pregnancy"]})
    assert page.content.decode().count(" checked") == 2


def test_none_of_these_leads_to_the_times(house: House, visitor: Visitor) -> None:
    assert visitor.answers(house.regular)["Location"] == f"/book/{house.regular.slug}/times/"


def test_a_caution_goes_on_without_a_word(house: House, visitor: Visitor) -> None:
    # Asked for heat, diabetes needs a doctor's word; for hands it only asks for care.
    visitor.answers(house.hot_stone, "diabetes")
    assert visitor.get(f"/book/{house.regular.slug}/times/").status_code == 200


@pytest.mark.invariant("I7")
def test_an_emergency_answer_shows_only_what_to_do_now(house: House, visitor: Visitor) -> None:
    page = visitor.follow(visitor.answers(house.regular, red_flags=(EMERGENCY, "dvt-signs")))
    assert EMERGENCY_TEXT in said(page)
    assert "Call 112" in said(page)
    assert said(page).index("Call 112") < said(page).index(EMERGENCY_TEXT), "the call first"
    assert "btn-primary" not in page.content.decode()
    assert "blood clot" not in said(page)
    html = page.content.decode()
    again = f"/book/{house.regular.slug}/"
    assert set(re.findall(r'href="(/[^"]*)"', html.partition("<main")[2])) == {again}, "only to answer once more"
    assert house.practice.phone in said(page)
    assert "Book" not in said(page)


@pytest.mark.invariant("I7")
def test_what_was_ticked_by_mistake_is_taken_back_on_the_page_and_the_therapist_sees_it(
    house: House, visitor: Visitor
) -> None:
    visitor.answers(house.regular, red_flags=(EMERGENCY,))
    visit = visitor.has_booked(house.regular, house.at(10))
    assert visit.screening is not None
    assert (visit.screening.red_flags, visit.screening.taken_back) == ([], [EMERGENCY])
    desk = Browser()
    desk.force_login(house.owner)
    shown = desk.get(f"/desk/visits/{visit.public_id}/").content.decode()
    assert "Ticked first, then taken back" in shown


def test_what_somebody_else_ticked_at_this_browser_an_hour_ago_is_not_theirs(house: House, visitor: Visitor) -> None:
    visitor.answers(house.regular, red_flags=(EMERGENCY,))
    with time_machine.travel(timezone.now() + dt.timedelta(hours=1), tick=True):
        visit = visitor.has_booked(house.regular, house.at(10))
    assert visit.screening is not None
    assert visit.screening.taken_back == []


@pytest.mark.invariant("I7")
def test_after_an_emergency_answer_no_door_of_the_booking_opens(house: House, visitor: Visitor) -> None:
    visitor.answers(house.hot_stone, red_flags=(EMERGENCY,))
    start = Chosen(house.at(10)).query()
    for service in (house.hot_stone, house.regular):
        for door in ("times/", f"details/{start}"):
            page = visitor.follow(visitor.get(f"/book/{service.slug}/{door}"))
            assert EMERGENCY_TEXT in said(page)
        page = visitor.follow(visitor.post(f"/book/{service.slug}/details/{start}", {**NORA, "key": "x"}))
        assert EMERGENCY_TEXT in said(page)
    assert not Appointment.objects.exists()


@pytest.mark.invariant("I7")
def test_the_emergency_number_is_that_of_the_country(house: House, visitor: Visitor) -> None:
    house.practice.country = "US"
    house.practice.save()
    assert "Call 911" in said(visitor.follow(visitor.answers(house.regular, red_flags=(EMERGENCY,))))


def test_a_sign_for_the_doctor_is_told_kindly_and_books_nothing(house: House, visitor: Visitor) -> None:
    page = visitor.follow(visitor.answers(house.regular, red_flags=("dvt-signs",)))
    assert "Please see a doctor first" in said(page)
    assert "blood clot" in said(page)
    assert "+49 30 5550 101" in said(page)
    assert visitor.get(f"/book/{house.regular.slug}/times/")["Location"] == f"/book/{house.regular.slug}/outcome/"


def test_heat_that_is_not_safe_is_explained_and_the_same_time_offered_by_hand(house: House, visitor: Visitor) -> None:
    page = visitor.follow(visitor.answers(house.hot_stone, "pregnancy", chosen=Chosen(house.at(10))))
    assert "Hot stone massage is not safe for you right now" in said(page)
    assert "Overheating is not safe in pregnancy" in said(page)
    assert page.context["instead"].service == house.regular_90
    onward = page.context["onward_url"]
    assert onward == f"/book/{house.regular_90.slug}/details/{Chosen(house.at(10)).query()}"
    assert visitor.get(onward).status_code == 200, "one tap, with the same answers"
    visitor.follow(visitor.books(house.regular_90, house.at(10)))
    assert Appointment.objects.get().screening.conditions == ["pregnancy"]  # type: ignore[union-attr]


def test_the_therapist_who_was_chosen_is_kept_in_the_offer(house: House, visitor: Visitor) -> None:
    chosen = Chosen(house.at(10), house.jonas)
    page = visitor.follow(visitor.answers(house.hot_stone, "pregnancy", chosen=chosen))
    assert str(house.jonas.public_id) in page.context["onward_url"]


def test_where_the_same_time_is_not_free_by_hand_the_times_are_shown(house: House, visitor: Visitor) -> None:
    taken = house.at(10)
    for therapist, client, room in [
        (house.mira, house.ana, house.green_room),
        (house.jonas, house.ben, house.blue_room),
    ]:
        house.visit(taken, therapist=therapist, client=client, room=room)
    page = visitor.follow(visitor.answers(house.hot_stone, "pregnancy", chosen=Chosen(taken)))
    assert page.context["instead"].start is None
    assert page.context["onward_url"].startswith(f"/book/{page.context['instead'].service.slug}/times/")


def test_a_doctors_note_is_asked_for_and_the_booking_becomes_a_request(house: House, visitor: Visitor) -> None:
    page = visitor.follow(visitor.answers(house.hot_stone, "diabetes", chosen=Chosen(house.at(10))))
    assert "note from your doctor" in said(page)
    assert "requested" in said(page)
    visitor.get(page.context["onward_url"])
    done = visitor.follow(visitor.books(house.hot_stone, house.at(10)))
    assert Appointment.objects.get().status == "requested"
    assert "Your request is with us" in said(done)


def test_answers_for_hands_do_not_open_the_hot_stones(house: House, visitor: Visitor) -> None:
    visitor.answers(house.regular)
    assert visitor.get(f"/book/{house.regular_90.slug}/times/").status_code == 200
    assert visitor.get(f"/book/{house.hot_stone.slug}/times/")["Location"] == f"/book/{house.hot_stone.slug}/"


@pytest.mark.invariant("I10")
def test_health_answers_are_in_no_address_no_cookie_and_no_log_line(
    house: House, visitor: Visitor, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    marked = {"pregnancy", "diabetes", "dvt-signs", EMERGENCY, "kidney-disease"}
    for conditions, flags in [(("pregnancy",), ()), (("diabetes",), ()), ((), ("dvt-signs",)), ((), (EMERGENCY,))]:
        visitor.follow(visitor.answers(house.hot_stone, *conditions, red_flags=flags, chosen=Chosen(house.at(10))))
    visitor.answers(house.regular, "kidney-disease")
    visitor.follow(visitor.books(house.regular, house.at(10)))
    seen = " ".join([*visitor.addresses, *(cookie.value for cookie in visitor.client.cookies.values())])
    logged = " ".join(record.getMessage() for record in caplog.records if record.name != "django.db.backends")
    for slug in marked:
        assert slug not in seen
        assert slug not in logged


@pytest.mark.invariant("I10")
def test_answers_are_forgotten_once_the_visit_is_booked(house: House, visitor: Visitor) -> None:
    visitor.has_booked(house.regular, house.at(10))
    assert set(visitor.client.session["booking"]) == {"booked"}
    assert visitor.get(f"/book/{house.regular.slug}/times/")["Location"] == f"/book/{house.regular.slug}/"


def test_the_warning_signs_are_asked_as_plain_questions(house: House, visitor: Visitor) -> None:
    page = said(visitor.get(f"/book/{house.regular.slug}/"))
    assert "Is one calf or leg swollen, hot, red or unusually painful?" in page
    assert "Hot, swollen, painful leg" not in page
    # What can wait for the intake is asked there, where the complaint is known.
    assert "Has it lasted more than six weeks without getting any better" not in page
