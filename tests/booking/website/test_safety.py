"""The safety question: one screen, a submit that says "none of these", and what follows from each kind of answer."""

import datetime as dt
import logging
import re
from collections.abc import Mapping

import pytest
import time_machine
from django.utils import timezone

from booking.appointments.selection import Selection
from booking.models import Appointment
from clients.care import Level, shipped
from clients.care.screening import booking_flags
from clients.plans.page import plan_page
from tests.booking.website.visitor import NORA, Visitor, page_text
from tests.clients.plans.given import given
from tests.fixtures.browser import Browser
from tests.fixtures.cast import Cast
from tests.fixtures.forms import errors_of, filled

EMERGENCY = "ces-saddle-numbness"
EMERGENCY_TEXT = "pressure on the nerves at the base of the spine"


def test_a_stranger_finds_nothing_ticked(cast: Cast, visitor: Visitor) -> None:
    page = visitor.get(f"/book/{cast.hot_stone.slug}/").content.decode()
    assert 'value="heart-disease"' in page
    assert " checked" not in page
    assert 'name="known"' not in page


def test_the_submit_itself_says_none_of_these(cast: Cast, visitor: Visitor) -> None:
    page = visitor.get(f"/book/{cast.regular.slug}/")
    assert "None of these: show me times" in page_text(page)
    sent = filled(page)
    assert not sent.keys() & {"conditions", "red_flags", "comes"}
    silent = visitor.post(f"/book/{cast.regular.slug}/", sent)
    assert silent.status_code == 422
    assert "Please choose one of the two" in page_text(silent)
    relaxed = visitor.post(f"/book/{cast.regular.slug}/", {**sent, "comes": "relax"})
    assert relaxed["Location"] == f"/book/{cast.regular.slug}/times/"
    appointment = visitor.has_booked(cast.regular, cast.at(10))
    assert appointment.screening is not None
    assert set(appointment.screening.denied) == {each.id for each in booking_flags(shipped())}


def test_what_was_answered_is_shown_to_be_confirmed_and_not_asked_again(cast: Cast, visitor: Visitor) -> None:
    visitor.answers(cast.hot_stone, "heart-disease", comes="pain", no_flags="on")
    page = visitor.get(f"/book/{cast.regular.slug}/")
    assert shipped().index.conditions["heart-disease"].name in page_text(page)
    assert "Still right" in page_text(page)
    assert 'name="conditions"' not in page.content.decode()
    assert 'name="comes"' not in page.content.decode()
    onward = visitor.post(f"/book/{cast.regular.slug}/", filled(page))
    assert onward["Location"] == f"/book/{cast.regular.slug}/times/"
    visitor.follow(visitor.books(cast.regular, cast.at(10)))
    kept = Appointment.objects.get().screening
    assert kept is not None
    assert (kept.conditions, kept.with_pain) == (["heart-disease"], True)


def test_of_a_hotter_massage_only_what_is_new_is_asked(cast: Cast, visitor: Visitor) -> None:
    visitor.answers(cast.regular, "recent-surgery")
    page = visitor.get(f"/book/{cast.hot_stone.slug}/")
    html = page.content.decode()
    assert 'value="reduced-sensation"' in html
    assert 'value="dvt-current"' not in html
    assert 'name="where-recent-surgery"' in html, "for hands nobody asked where"
    sent = {**filled(page), "conditions": ["recent-surgery"], "where-recent-surgery": ["foot-ankle"]}
    visitor.post(f"/book/{cast.hot_stone.slug}/", sent)
    held = visitor.client.session["booking"]
    assert (held["conditions"], held["where"]) == (["recent-surgery"], {"recent-surgery": ["foot-ankle"]})


def test_what_is_confirmed_is_what_was_shown(cast: Cast, visitor: Visitor) -> None:
    visitor.answers(cast.regular)
    old = filled(visitor.get(f"/book/{cast.regular.slug}/"))
    visitor.answers(cast.regular, "cancer-current")
    again = visitor.post(f"/book/{cast.regular.slug}/", old)
    assert again["Location"] == f"/book/{cast.regular.slug}/", "shown anew"
    assert visitor.client.session["booking"]["conditions"] == ["cancer-current"]


def test_answers_can_be_changed_from_where_they_lead(cast: Cast, visitor: Visitor) -> None:
    page = visitor.follow(visitor.answers(cast.hot_stone, "anticoagulants", "transdermal-patch"))
    again = visitor.get(page.context["back_url"])
    sent = filled(again)
    assert sent["conditions"] == ["anticoagulants", "transdermal-patch"]
    visitor.post(page.context["back_url"], {**sent, "conditions": ["anticoagulants"]})
    held = visitor.client.session["booking"]
    assert (held["conditions"], held["retracted"]) == (["anticoagulants"], ["transdermal-patch"])


def test_an_unclear_answer_is_asked_again(cast: Cast, visitor: Visitor) -> None:
    page = visitor.post(f"/book/{cast.hot_stone.slug}/", {"red_flags": ["<script>alert(1)</script>"]})
    assert page.status_code == 422
    assert "not known here" in page_text(page)
    assert b"<script>alert" not in page.content
    assert visitor.get(f"/book/{cast.hot_stone.slug}/times/").status_code == 302
    sent: Mapping[str, object]
    for sent, message in (
        ({"comes": "pain"}, "Please tick what is so"),
        ({"comes": "pain", "red_flags": ["dvt-signs"], "no_flags": "on"}, "You ticked something above"),
        ({"group-heart-blood": "on"}, "Please tick what fits"),
        ({"conditions": ["heart-disease"], "nothing": ["heart-blood"]}, "You ticked something here"),
        ({"conditions": ["pregnancy"]}, "how many weeks"),
        ({"conditions": ["pregnancy"], "weeks": "99"}, "45"),
        ({"red_flags": ["dvt-signs"], "checked-dvt-signs": "2999-01-01"}, "within the last 12 months"),
        ({"red_flags": ["dvt-signs"], "checked-dvt-signs": "2020-01-01"}, "within the last 12 months"),
        ({"red_flags": ["dvt-signs"], "checked-dvt-signs": "soon"}, "valid date"),
        ({"conditions": ["sunburn"], "where-sunburn": ["the-moon"]}, "not known here"),
        ({"comes": "gossip"}, "gossip"),
        ({"conditions": ["gossip"]}, "not known here"),
        ({"conditions": ["preg\x00nancy"]}, "not known here"),
    ):
        said = errors_of(page.context["form"], **{"red_flags": [], **sent})
        assert message in " ".join(said.values()), sent


def test_a_group_in_which_nothing_fits_is_an_answer(cast: Cast, visitor: Visitor) -> None:
    sent = {"comes": "relax", "group-heart-blood": "on", "nothing": ["heart-blood"]}
    assert visitor.post(f"/book/{cast.regular.slug}/", sent)["Location"] == f"/book/{cast.regular.slug}/times/"


def test_a_known_sign_that_a_doctor_looked_at_asks_for_care_only(cast: Cast, visitor: Visitor) -> None:
    day = (timezone.localdate() - dt.timedelta(days=30)).isoformat()
    told = {"comes": "pain", "red_flags": ["dvt-signs"], "checked-dvt-signs": day}
    assert visitor.post(f"/book/{cast.regular.slug}/", told)["Location"] == f"/book/{cast.regular.slug}/times/"
    visitor.follow(visitor.books(cast.regular, cast.at(10)))
    kept = Appointment.objects.get().screening
    assert kept is not None
    assert (kept.red_flags, kept.checked, kept.triage) == ([], {"dvt-signs": day}, "caution")


def test_a_sign_of_today_cannot_be_told_as_known(cast: Cast, visitor: Visitor) -> None:
    told = {"comes": "pain", "red_flags": [EMERGENCY], f"checked-{EMERGENCY}": timezone.localdate().isoformat()}
    page = visitor.follow(visitor.post(f"/book/{cast.regular.slug}/", told))
    assert EMERGENCY_TEXT in page_text(page)


@pytest.mark.parametrize(("weeks", "asks_for_note"), [("9", True), ("20", False)])
def test_early_in_a_pregnancy_a_midwife_is_asked_first(
    cast: Cast, visitor: Visitor, weeks: str, asks_for_note: bool
) -> None:
    onward = visitor.answers(cast.regular, "pregnancy", weeks=weeks)["Location"]
    assert onward.endswith("/outcome/") is asks_for_note


def test_a_sunburn_of_which_the_place_is_known_closes_no_hot_stones(cast: Cast, visitor: Visitor) -> None:
    chosen = Selection(cast.hot_stone, cast.at(10))
    told = visitor.answers(cast.hot_stone, "sunburn", chosen=chosen, also={"where-sunburn": ["foot-ankle"]})
    assert "/details/" in told["Location"]
    page = visitor.follow(visitor.answers(cast.hot_stone, "sunburn", chosen=chosen))
    assert page.context["instead"].order.service == cast.regular_90
    assert page.context["error"].later_from is not None
    assert "See times from then on" in page_text(page)


def test_hot_stone_asks_what_matters_for_heat_and_a_regular_massage_does_not(cast: Cast, visitor: Visitor) -> None:
    hot = visitor.get(f"/book/{cast.hot_stone.slug}/").content.decode()
    regular = visitor.get(f"/book/{cast.regular.slug}/").content.decode()
    assert 'value="reduced-sensation"' in hot
    assert 'value="reduced-sensation"' not in regular
    assert 'value="dvt-current"' in hot
    assert 'value="dvt-current"' in regular


def test_what_was_ticked_stays_ticked_when_the_answer_is_unclear(cast: Cast, visitor: Visitor) -> None:
    told = {"comes": ["pain"], "conditions": ["pregnancy", "sunburn"], "where-sunburn": ["neck"], "weeks": ["x"]}
    kept = filled(visitor.post(f"/book/{cast.hot_stone.slug}/", told))
    assert {name: set(kept[name]) for name in told} == {name: set(values) for name, values in told.items()}


def test_none_of_these_leads_to_the_times(cast: Cast, visitor: Visitor) -> None:
    assert visitor.answers(cast.regular)["Location"] == f"/book/{cast.regular.slug}/times/"


def test_a_caution_goes_on_without_a_word(cast: Cast, visitor: Visitor) -> None:
    # Asked for heat, heart disease needs a doctor's word; for hands it only asks for care.
    visitor.answers(cast.hot_stone, "heart-disease")
    assert visitor.get(f"/book/{cast.regular.slug}/times/").status_code == 200


@pytest.mark.invariant("I7")
def test_an_emergency_answer_shows_only_what_to_do_now(cast: Cast, visitor: Visitor) -> None:
    page = visitor.follow(visitor.answers(cast.regular, red_flags=(EMERGENCY, "dvt-signs")))
    assert EMERGENCY_TEXT in page_text(page)
    assert "Call 112" in page_text(page)
    assert page_text(page).index("Call 112") < page_text(page).index(EMERGENCY_TEXT), "the call first"
    assert "btn-primary" not in page.content.decode()
    assert "blood clot" not in page_text(page)
    html = page.content.decode()
    assert "I ticked this by mistake" in page_text(page)
    again = f"/book/{cast.regular.slug}/?again=1"
    assert set(re.findall(r'href="(/[^"]*)"', html.partition("<main")[2])) == {again}, "only to answer once more"
    assert cast.practice.phone in page_text(page)
    assert "Book" not in page_text(page)


@pytest.mark.invariant("I7")
def test_what_was_ticked_by_mistake_is_taken_back_on_the_page_and_the_therapist_sees_it(
    cast: Cast, visitor: Visitor
) -> None:
    visitor.answers(cast.regular, red_flags=(EMERGENCY,))
    appointment = visitor.has_booked(cast.regular, cast.at(10))
    assert appointment.screening is not None
    assert (appointment.screening.red_flags, appointment.screening.retracted) == ([], [EMERGENCY])
    desk = Browser()
    desk.force_login(cast.owner)
    shown = desk.get(f"/desk/appointments/{appointment.public_id}/").content.decode()
    assert "Ticked first, then taken back" in shown


def test_what_somebody_else_ticked_at_this_browser_an_hour_ago_is_not_theirs(cast: Cast, visitor: Visitor) -> None:
    visitor.answers(cast.regular, red_flags=(EMERGENCY,))
    with time_machine.travel(timezone.now() + dt.timedelta(hours=1), tick=True):
        appointment = visitor.has_booked(cast.regular, cast.at(10))
    assert appointment.screening is not None
    assert appointment.screening.retracted == []


@pytest.mark.invariant("I7")
def test_after_an_emergency_answer_no_door_of_the_booking_opens(cast: Cast, visitor: Visitor) -> None:
    visitor.answers(cast.hot_stone, red_flags=(EMERGENCY,))
    start = Selection(cast.regular, cast.at(10)).query()
    for service in (cast.hot_stone, cast.regular):
        for door in ("times/", f"details/{start}"):
            page = visitor.follow(visitor.get(f"/book/{service.slug}/{door}"))
            assert EMERGENCY_TEXT in page_text(page)
        page = visitor.follow(visitor.post(f"/book/{service.slug}/details/{start}", {**NORA, "key": "x"}))
        assert EMERGENCY_TEXT in page_text(page)
    assert not Appointment.objects.exists()


@pytest.mark.invariant("I7")
def test_the_emergency_number_is_that_of_the_country(cast: Cast, visitor: Visitor) -> None:
    cast.practice.country = "US"
    cast.practice.save()
    assert "Call 911" in page_text(visitor.follow(visitor.answers(cast.regular, red_flags=(EMERGENCY,))))


def test_a_sign_for_the_doctor_is_told_kindly_and_books_nothing(cast: Cast, visitor: Visitor) -> None:
    page = visitor.follow(visitor.answers(cast.regular, red_flags=("dvt-signs",)))
    assert "Please see a doctor today" in page_text(page)
    assert "blood clot" in page_text(page)
    assert "+49 30 5550 101" in page_text(page)
    assert visitor.get(f"/book/{cast.regular.slug}/times/")["Location"] == f"/book/{cast.regular.slug}/outcome/"


def test_heat_that_is_not_safe_is_explained_and_the_same_time_offered_by_hand(cast: Cast, visitor: Visitor) -> None:
    page = visitor.follow(visitor.answers(cast.hot_stone, "pregnancy", chosen=Selection(cast.hot_stone, cast.at(10))))
    assert "Hot stone massage: not for you now" in page_text(page)
    assert "Overheating is not safe in pregnancy" in page_text(page)
    assert page.context["instead"].order.service == cast.regular_90
    onward = page.context["onward_url"]
    assert onward == f"/book/{cast.regular_90.slug}/details/{Selection(cast.regular_90, cast.at(10)).query()}"
    assert visitor.get(onward).status_code == 200, "one tap, with the same answers"
    visitor.follow(visitor.books(cast.regular_90, cast.at(10)))
    assert Appointment.objects.get().screening.conditions == ["pregnancy"]  # type: ignore[union-attr]


def test_the_therapist_who_was_chosen_is_kept_in_the_offer(cast: Cast, visitor: Visitor) -> None:
    chosen = Selection(cast.regular, cast.at(10), cast.jonas)
    page = visitor.follow(visitor.answers(cast.hot_stone, "pregnancy", chosen=chosen))
    assert str(cast.jonas.public_id) in page.context["onward_url"]


def test_where_the_same_time_is_not_free_by_hand_the_times_are_shown(cast: Cast, visitor: Visitor) -> None:
    taken = cast.at(10)
    for therapist, client, room in [
        (cast.mira, cast.ana, cast.green_room),
        (cast.jonas, cast.ben, cast.blue_room),
    ]:
        cast.appointment(taken, therapist=therapist, client=client, room=room)
    page = visitor.follow(visitor.answers(cast.hot_stone, "pregnancy", chosen=Selection(cast.hot_stone, taken)))
    assert page.context["instead"].start is None
    assert page.context["onward_url"].startswith(f"/book/{page.context['instead'].order.service.slug}/times/")


@pytest.mark.parametrize("condition", ["pregnancy", "heart-disease"])
def test_booking_and_plan_have_one_name_for_one_outcome(cast: Cast, visitor: Visitor, condition: str) -> None:
    plan = plan_page(given(cast.ana, condition), cast.practice, now=timezone.now())
    word = next(each.word for each in plan.services if each.slug == "hot-stone")
    page = visitor.follow(visitor.answers(cast.hot_stone, condition, chosen=Selection(cast.hot_stone, cast.at(10))))
    assert word.lower() in page_text(page).lower()


def test_beside_a_never_no_doctors_word_is_said_to_open_the_way(cast: Cast) -> None:
    plan = plan_page(given(cast.ana, "pregnancy", "heart-disease"), cast.practice, now=timezone.now())
    stones = next(each for each in plan.services if each.slug == "hot-stone")
    assert stones.level is Level.NEVER
    assert Level.CLEARANCE not in {each.level for each in stones.because}
    assert len(stones.because[0].reasons) > 1, "what would ask for a note is still said"


def test_a_doctors_note_is_asked_for_and_the_booking_becomes_a_request(cast: Cast, visitor: Visitor) -> None:
    page = visitor.follow(
        visitor.answers(cast.hot_stone, "heart-disease", chosen=Selection(cast.hot_stone, cast.at(10)))
    )
    assert "After a word with your doctor" in page_text(page)
    assert "requested" in page_text(page)
    visitor.get(page.context["onward_url"])
    done = visitor.follow(visitor.books(cast.hot_stone, cast.at(10)))
    assert Appointment.objects.get().status == "requested"
    assert "Your request is with us" in page_text(done)
    again = page_text(visitor.get(f"/book/{cast.hot_stone.slug}/"))
    assert "You have asked for" in again
    assert "You have booked" not in again


def test_answers_for_hands_do_not_open_the_hot_stones(cast: Cast, visitor: Visitor) -> None:
    visitor.answers(cast.regular)
    assert visitor.get(f"/book/{cast.regular_90.slug}/times/").status_code == 200
    assert visitor.get(f"/book/{cast.hot_stone.slug}/times/")["Location"] == f"/book/{cast.hot_stone.slug}/"


@pytest.mark.invariant("I10")
def test_health_answers_are_in_no_address_no_cookie_and_no_log_line(
    cast: Cast, visitor: Visitor, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    marked = {"pregnancy", "heart-disease", "dvt-signs", EMERGENCY, "cancer-current"}
    for conditions, flags in [(("pregnancy",), ()), (("heart-disease",), ()), ((), ("dvt-signs",)), ((), (EMERGENCY,))]:
        visitor.follow(
            visitor.answers(cast.hot_stone, *conditions, red_flags=flags, chosen=Selection(cast.hot_stone, cast.at(10)))
        )
    visitor.answers(cast.regular, "cancer-current")
    visitor.follow(visitor.books(cast.regular, cast.at(10)))
    seen = " ".join([*visitor.addresses, *(cookie.value for cookie in visitor.client.cookies.values())])
    logged = " ".join(record.getMessage() for record in caplog.records if record.name != "django.db.backends")
    for slug in marked:
        assert slug not in seen
        assert slug not in logged


@pytest.mark.invariant("I10")
def test_answers_are_forgotten_once_the_appointment_is_booked(cast: Cast, visitor: Visitor) -> None:
    visitor.has_booked(cast.regular, cast.at(10))
    assert set(visitor.client.session["booking"]) == {"booked"}
    assert visitor.get(f"/book/{cast.regular.slug}/times/")["Location"] == f"/book/{cast.regular.slug}/"


def test_the_warning_signs_are_asked_as_plain_questions(cast: Cast, visitor: Visitor) -> None:
    page = page_text(visitor.get(f"/book/{cast.regular.slug}/"))
    index = shipped().index.red_flags
    assert index["dvt-signs"].question in page
    assert index["dvt-signs"].name not in page
    # What can wait for the intake is asked there, where the complaint is known.
    assert index["not-improving"].question not in page


@pytest.mark.invariant("I6")
def test_what_is_suggested_instead_says_what_the_answers_ask_for_in_it(cast: Cast, visitor: Visitor) -> None:
    page = visitor.follow(visitor.answers(cast.hot_stone, "reduced-sensation", "anticoagulants"))
    assert page.context["instead"].order.service == cast.regular_90
    text = page_text(page)
    assert "Suits you better, with changes" in text
    assert text.index("Suits you better") < text.index("Light pressure; no trigger point work.")
    assert page.context["text"] not in text
