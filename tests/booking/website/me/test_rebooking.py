"""Booking the same again: two taps where the answers on file carry that far, the whole question where they do not."""

import datetime as dt
import re

import pytest
from django.utils import timezone

from booking.appointments.rebooking import last_order_of
from booking.appointments.selection import Selection
from booking.models import Appointment, Reminder, Service, SessionNote, Status, StoneKit, TimeOff, WorkingHours
from booking.scheduling.order import Order
from clients.care import Triage
from clients.catalogue import current_edition
from clients.models import Client, Intake, Screening
from clients.record.erasure import changing_records
from clinic.models import Practice
from tests.booking.website.visitor import page_text
from tests.fixtures.actions import standing_answers
from tests.fixtures.add_ons import Extras
from tests.fixtures.browser import Browser
from tests.fixtures.cast import Cast

HIDDEN = re.compile(r'name="(key|asked)" value="([^"]+)"')


@pytest.fixture
def been(cast: Cast) -> Appointment:
    """Ana had a regular massage with Mira last week."""
    return cast.appointment(cast.at(10) - dt.timedelta(days=21), status=Status.COMPLETED)


def tap(browser: Browser) -> str:
    """The first time on the client's page, as its address."""
    times = browser.get("/me/").context["again"]["times"]
    return str(times[0]["url"])


def confirm(browser: Browser, address: str) -> dict[str, str]:
    """What the page between holds in its form."""
    page = browser.get(address)
    assert page.status_code == 200
    return dict(HIDDEN.findall(page.content.decode()))


def test_two_taps_book_the_same_again(cast: Cast, been: Appointment, told: Intake, ana: Browser) -> None:
    address = tap(ana)
    done = ana.post(address, confirm(ana, address))
    new = Appointment.objects.exclude(pk=been.pk).get()
    assert done["Location"] == f"/book/done/{new.public_id}/"
    assert "You are booked" in ana.get(done["Location"]).content.decode()
    assert (new.client, new.service, new.therapist) == (cast.ana, cast.regular, cast.mira)
    assert (new.status, new.via) == (Status.CONFIRMED, Appointment.Via.WEB)
    assert new.policy_text == Practice.current().policy
    assert new.screening is not None
    assert new.screening.red_flags == []
    assert Reminder.objects.filter(appointment=new, kind="confirmation").exists()
    assert Client.objects.count() == 2


@pytest.mark.invariant("I4")
def test_the_button_pressed_twice_books_once(cast: Cast, been: Appointment, told: Intake, ana: Browser) -> None:
    address = tap(ana)
    form = confirm(ana, address)
    first, second = ana.post(address, form), ana.post(address, form)
    assert first["Location"] == second["Location"]
    assert Appointment.objects.exclude(pk=been.pk).count() == 1


@pytest.mark.invariant("I9")
def test_the_first_tap_books_nothing(cast: Cast, been: Appointment, told: Intake, ana: Browser) -> None:
    ana.get(tap(ana))
    assert Appointment.objects.count() == 1


def test_the_times_are_one_a_day_with_the_same_therapist(cast: Cast, been: Appointment, ana: Browser) -> None:
    again = ana.get("/me/").context["again"]
    days = [each["start"].astimezone(cast.zone).date() for each in again["times"]]
    assert len(days) == len(set(days)) == 3
    assert again["therapist"] == cast.mira


def test_anyone_is_offered_while_the_therapist_is_away(cast: Cast, been: Appointment, ana: Browser) -> None:
    now = timezone.now()
    TimeOff.objects.create(therapist=cast.mira, starts_at=now, ends_at=now + dt.timedelta(days=200))
    again = ana.get("/me/").context["again"]
    assert again["therapist"] is None
    assert again["times"]


def test_a_service_no_longer_offered_is_not_offered_again(cast: Cast, been: Appointment, ana: Browser) -> None:
    Service.objects.filter(pk=cast.regular.pk).update(active=False)
    assert ana.get("/me/").context["again"] is None


def test_a_service_that_nobody_can_book_is_not_offered_again(cast: Cast, been: Appointment, ana: Browser) -> None:
    """It is switched on, and given by somebody who has no hours any more."""
    WorkingHours.objects.all().delete()
    assert ana.get("/me/").context["again"] is None


def service_again(client: Client) -> Service | None:
    """What a client is offered to book again."""
    last = last_order_of(client)
    return last.order.service if last else None


def test_of_two_services_the_one_that_can_be_booked_is_offered_again(cast: Cast, been: Appointment) -> None:
    cast.appointment(cast.at(14) - dt.timedelta(days=14), service=cast.hot_stone, status=Status.COMPLETED)
    assert service_again(cast.ana) == cast.hot_stone
    StoneKit.objects.update(active=False)
    assert service_again(cast.ana) == cast.regular


def test_a_first_appointment_offer_is_not_booked_twice(cast: Cast, been: Appointment) -> None:
    Service.objects.filter(pk=cast.regular.pk).update(audience=Service.Audience.NEW)
    assert last_order_of(cast.ana) is None


def test_a_client_who_may_not_book_online_is_not_led_there(cast: Cast, been: Appointment) -> None:
    cast.ana.may_book_online = False
    assert last_order_of(cast.ana) is None


@pytest.mark.parametrize("status", [Status.CANCELLED, Status.NO_SHOW])
def test_an_appointment_that_was_not_does_not_count(cast: Cast, status: Status) -> None:
    cast.appointment(cast.at(10) - dt.timedelta(days=21), status=status)
    assert last_order_of(cast.ana) is None


def led_to_the_question(browser: Browser, address: str) -> bool:
    """Whether the whole safety question is asked instead; also where the button is pressed all the same."""
    looked, pressed = browser.get(address), browser.post(address, {"key": "", "asked": ""})
    ways = {response.get("Location", "").partition("?")[0] for response in (looked, pressed)}
    return ways == {"/book/regular-60/"}


@pytest.mark.invariant("I7")
def test_without_an_intake_the_whole_question_is_asked(cast: Cast, been: Appointment, ana: Browser) -> None:
    assert led_to_the_question(ana, tap(ana))
    assert Appointment.objects.count() == 1


@pytest.mark.invariant("I7")
def test_answers_older_than_a_year_are_asked_anew(cast: Cast, been: Appointment, told: Intake) -> None:
    order = Order.of(cast.regular)
    assert standing_answers(cast.ana, order) is not None
    with changing_records():
        Intake.objects.filter(pk=told.pk).update(given_at=timezone.now() - dt.timedelta(days=366))
    assert standing_answers(cast.ana, order) is None


@pytest.mark.invariant("I6")
@pytest.mark.parametrize("slug", ["skin-infection-spreading", "cancer-current"])
def test_an_answer_that_speaks_against_it_is_not_booked_by_a_tap(
    cast: Cast, been: Appointment, ana: Browser, slug: str
) -> None:
    says(cast.ana, conditions=[slug])
    standing = standing_answers(cast.ana, Order.of(cast.regular))
    assert standing is not None
    assert not standing.suits
    assert led_to_the_question(ana, tap(ana))


def says(client: Client, **answers: object) -> Intake:
    """Answers in a health form of now, under today's catalogue."""
    given = {"catalogue_version": current_edition().label, "triage": "ok", **answers}
    return Intake.objects.create(client=client, **given)


@pytest.mark.invariant("I6")
def test_what_a_booking_said_since_the_intake_counts_too(cast: Cast, told: Intake) -> None:
    order = Order.of(cast.hot_stone)
    before = standing_answers(cast.ana, order)
    assert before is not None
    assert before.suits
    Screening.objects.create(
        client=cast.ana,
        technique="hot-stone",
        conditions=["heat-intolerance"],
        triage="ok",
        level="never",
        catalogue_version="1",
        given_at=timezone.now(),
    )
    since = standing_answers(cast.ana, order)
    assert since is not None
    assert not since.suits


@pytest.mark.invariant("I7")
def test_after_a_doctor_first_answer_everything_is_asked(cast: Cast) -> None:
    says(cast.ana, red_flags=["kidney-signs"], triage=Triage.DOCTOR)
    assert standing_answers(cast.ana, Order.of(cast.regular)) is None


@pytest.mark.invariant("I7")
def test_what_changes_from_day_to_day_is_always_asked_again(cast: Cast, told: Intake) -> None:
    standing = standing_answers(cast.ana, Order.of(cast.regular))
    assert standing is not None
    assert {each.group.id for each in standing.today.groups} == {"today"}
    assert any("fever" in each.ask for each in standing.today.conditions)
    assert standing.today.red_flags, "who came with a complaint is asked for warning signs"
    assert not standing.answers.red_flags


@pytest.mark.invariant("I6")
def test_what_passes_and_would_close_the_very_massage_is_asked_each_time(cast: Cast, told: Intake) -> None:
    stones, hands = (standing_answers(cast.ana, Order.of(each)) for each in (cast.hot_stone, cast.regular))
    assert stones is not None
    assert hands is not None
    assert "sunburn" in stones.today.slugs
    assert "sunburn" not in hands.today.slugs
    assert "cancer-current" not in stones.today.slugs | hands.today.slugs


@pytest.mark.invariant("I7")
def test_another_edition_of_the_catalogue_asks_all_that_is_not_known(cast: Cast, told: Intake) -> None:
    with changing_records():
        Intake.objects.filter(pk=told.pk).update(catalogue_version="0.9")
    standing = standing_answers(cast.ana, Order.of(cast.regular))
    assert standing is not None
    assert "cancer-current" in standing.today.slugs


@pytest.mark.invariant("I7")
def test_a_no_to_other_questions_than_todays_is_no_answer(
    cast: Cast, been: Appointment, told: Intake, ana: Browser
) -> None:
    address = tap(ana)
    page = ana.post(address, {**confirm(ana, address), "asked": "0123456789abcdef"})
    assert page.status_code == 422
    assert Appointment.objects.count() == 1


def test_a_time_that_went_meanwhile_is_answered_with_others(
    cast: Cast, been: Appointment, told: Intake, ana: Browser
) -> None:
    address = tap(ana)
    form = confirm(ana, address)
    start = ana.get("/me/").context["again"]["times"][0]["start"]
    cast.appointment(start, client=cast.ben)
    page = ana.post(address, form)
    assert page.status_code == 409
    others = [time["url"] for day in page.context["alternatives"] for time in day["times"]]
    assert others
    assert all(each.startswith(f"/me/{cast.ana.public_id}/again/regular-60/") for each in others)
    assert ana.get(address).status_code == 409
    assert ana.post(others[0], confirm(ana, others[0])).status_code == 302


@pytest.mark.parametrize("query", ["", "?start=nonsense"])
def test_without_a_time_that_can_be_read_the_ordinary_way_begins(
    cast: Cast, told: Intake, ana: Browser, query: str
) -> None:
    assert ana.get(f"/me/{cast.ana.public_id}/again/regular-60/{query}")["Location"].startswith("/book/regular-60/")
    assert ana.get(f"/me/{cast.ana.public_id}/again/nothing/{query}").status_code == 404


def test_what_is_added_and_the_whole_price_are_seen_before_the_tap(
    cast: Cast, been: Appointment, told: Intake, ana: Browser, extras: Extras
) -> None:
    chosen = Selection(cast.regular, cast.at(10), cast.mira, (extras.towel, extras.feet))
    page = ana.get(f"/me/{cast.ana.public_id}/again/{cast.regular.slug}/{chosen.query()}")
    for word in ("Hot towel", "Foot massage", "75 minutes, €95", "10:00 to"):
        assert word in page_text(page)


def test_a_massage_that_went_off_the_list_leads_back_with_a_word(cast: Cast, ana: Browser) -> None:
    address = f"/me/{cast.ana.public_id}/again/{cast.regular.slug}/?start={cast.at(10):%Y-%m-%dT%H:%M:%SZ}"
    Service.objects.filter(pk=cast.regular.pk).update(active=False)
    for page in (ana.get(address, follow=True), ana.post(address, {}, follow=True)):
        assert page.status_code == 200
        assert "not offered any more" in page.content.decode()


def test_a_price_that_rises_before_the_tap_is_shown_and_taken_by_another(
    cast: Cast, been: Appointment, told: Intake, ana: Browser
) -> None:
    address = tap(ana)
    page = ana.get(address)
    terms = dict(re.findall(r'name="(shown_\w+)" value="([^"]*)"', page.content.decode()))
    form = {**confirm(ana, address), **terms}
    Service.objects.filter(pk=cast.regular.pk).update(price=89)
    again = ana.post(address, form)
    assert again.status_code == 409
    assert "€89" in again.content.decode()
    assert Appointment.objects.exclude(pk=been.pk).count() == 0
    terms = dict(re.findall(r'name="(shown_\w+)" value="([^"]*)"', again.content.decode()))
    assert ana.post(address, {**form, **terms}).status_code == 302
    assert Appointment.objects.exclude(pk=been.pk).get().price == 89


def test_book_again_opens_at_the_interval_that_the_therapist_named(
    cast: Cast, been: Appointment, told: Intake, ana: Browser
) -> None:
    SessionNote.objects.create(appointment=been, rebook_weeks=6)
    wanted = been.starts_at.astimezone(cast.zone).date() + dt.timedelta(weeks=6)
    again = ana.get("/me/").context["again"]
    assert again["wanted"] == wanted
    days = [each["start"].astimezone(cast.zone).date() for each in again["times"]]
    assert days[0] == wanted
    assert days == sorted(days)
    question = ana.get(again["more_url"])
    assert "Is it safe" in question.content.decode()
    times = ana.post(again["more_url"], {"comes": "relax"}, follow=True)
    assert times.context["day"] == wanted
    assert next(each for each in times.context["therapists"] if each["selected"])["name"] == cast.mira.name


def test_a_full_day_at_the_interval_leads_to_the_next_with_a_time(cast: Cast, been: Appointment, ana: Browser) -> None:
    SessionNote.objects.create(appointment=been, rebook_weeks=6)
    wanted = been.starts_at.astimezone(cast.zone).date() + dt.timedelta(weeks=6)
    midnight = dt.datetime.combine(wanted, dt.time(), cast.zone)
    TimeOff.objects.create(starts_at=midnight, ends_at=midnight + dt.timedelta(days=2))
    again = ana.get("/me/").context["again"]
    assert again["times"][0]["start"].astimezone(cast.zone).date() == wanted + dt.timedelta(days=2)
    times = ana.post(again["more_url"], {"comes": "relax"}, follow=True)
    assert times.context["day"] == wanted + dt.timedelta(days=2)


def test_an_interval_that_is_over_means_the_soonest(cast: Cast, been: Appointment, ana: Browser) -> None:
    SessionNote.objects.create(appointment=been, rebook_weeks=1)
    again = ana.get("/me/").context["again"]
    assert again["wanted"] is None
    assert again["times"][0]["start"] < timezone.now() + dt.timedelta(days=4)


def test_an_interval_beyond_what_can_be_booked_still_offers_times(cast: Cast, been: Appointment, ana: Browser) -> None:
    SessionNote.objects.create(appointment=been, rebook_weeks=100)
    assert ana.get("/me/").context["again"]["times"]


def test_what_has_taken_place_is_booked_again_and_not_what_is_to_come(
    cast: Cast, been: Appointment, ana: Browser
) -> None:
    cast.appointment(cast.at(10), service=cast.back, therapist=cast.jonas)
    again = ana.get("/me/").context["again"]
    assert again["order"].service == cast.regular
    assert again["therapist"] == cast.mira
    assert last_order_of(cast.ben) is None
    cast.appointment(cast.at(12), client=cast.ben)
    assert last_order_of(cast.ben) is None
