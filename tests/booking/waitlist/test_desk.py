"""The waitlist at the desk: who waits, adding a client, offering a freed time, and a yes by phone."""

import datetime as dt
import re
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from booking.models import Appointment, Status, WaitlistEndReason, WaitlistEntry, WaitlistOffer, WaitlistState
from clients.models import Client
from clinic.models import AccessEvent, OutgoingMail
from tests.booking.waitlist.conftest import Waits, offer_of, offered_now, opens
from tests.booking.waitlist.test_joining import typed
from tests.booking.website.visitor import page_text
from tests.fixtures.actions import cancel
from tests.fixtures.browser import Browser
from tests.fixtures.cast import Cast
from tests.fixtures.forms import errors_of
from tests.fixtures.sweeps import offer_free_times


@pytest.fixture
def desk(awake: Cast, client: Browser) -> Browser:
    """Olga, the owner, at the desk."""
    client.force_login(awake.owner)
    return client


def messages(page: Any) -> str:
    """What the page said at its top."""
    return " ".join(str(each) for each in page.context["messages"])


@pytest.fixture
def freed(full: Cast) -> Appointment:
    """Mira's nine o'clock was cancelled, and is free."""
    start = opens(full, 9)
    appointment = full.appointment(start, client=full.ben)
    return cancel(appointment, reason="ill", via=Appointment.Via.DESK)


def test_the_list_says_who_waits_for_what_the_longest_first(awake: Cast, desk: Browser, waits: Waits) -> None:
    waits()
    waits(awake.ben, service=awake.hot_stone, therapist=awake.mira)
    page = page_text(desk.get("/desk/waitlist/"))
    assert page.index("Ana Lind") < page.index("Ben Haas")
    assert "Hot stone massage" in page
    assert "06:00–22:00" in page
    assert AccessEvent.objects.filter(noun="waitlist").exists()


def test_an_empty_list_says_what_to_do(awake: Cast, desk: Browser) -> None:
    assert "Nobody waits" in page_text(desk.get("/desk/waitlist/"))


def test_the_list_costs_the_same_for_many(
    awake: Cast, desk: Browser, waits: Waits, django_assert_max_num_queries: Any
) -> None:
    for each in range(12):
        waits(Client.objects.create(first_name=f"N{each}", last_name="W", email=f"n{each}@example.org"))
    with django_assert_max_num_queries(13):
        desk.get("/desk/waitlist/")


def test_a_client_without_mail_is_marked_to_be_called(awake: Cast, desk: Browser, waits: Waits) -> None:
    Client.objects.filter(pk=awake.ben.pk).update(email="", phone="+49 30 5550 112")
    awake.ben.refresh_from_db()
    waits(awake.ben, via=Appointment.Via.DESK)
    page = page_text(desk.get("/desk/waitlist/"))
    assert "please call" in page
    assert "030 5550112" in page


def test_adding_asks_the_safety_question_and_writes_the_entry(awake: Cast, desk: Browser) -> None:
    address = f"/desk/clients/{awake.ana.public_id}/waitlist/"
    assert address in desk.get(f"/desk/clients/{awake.ana.public_id}/").content.decode()
    assert desk.get(address).status_code == 200
    data = typed(service_choice="regular-60", safety="none")
    unanswered = desk.post(address, {**data, "safety": ""})
    assert "safety" in unanswered.context["form"].errors
    assert desk.post(address, data)["Location"] == "/desk/waitlist/"
    entry = WaitlistEntry.objects.get()
    assert (entry.client, entry.via, entry.screening is None) == (awake.ana, "desk", False)
    again = desk.post(address, data)
    assert "waits for this service already" in str(again.context["form"].errors)


def test_adding_for_an_unsafe_massage_is_refused_with_the_reasons(awake: Cast, desk: Browser) -> None:
    data = typed(service_choice="hot-stone-90", safety="some", conditions=["pregnancy"], weeks="9")
    page = desk.post(f"/desk/clients/{awake.ana.public_id}/waitlist/", data)
    assert page.status_code == 422
    assert "not for this client now" in page_text(page)
    assert not WaitlistEntry.objects.exists()


def test_what_cannot_be_added_is_said_beside_its_field(awake: Cast, desk: Browser) -> None:
    data = typed(service_choice="nothing", safety="none")
    page = desk.post(f"/desk/clients/{awake.ana.public_id}/waitlist/", data)
    assert page.status_code == 422
    wrong: dict[str, Any]
    for wrong, field in (
        ({"safety": "some"}, "safety"),
        ({"safety": "none", "conditions": ["pregnancy"]}, "safety"),
        ({"service_choice": "nothing"}, "service_choice"),
        ({"weekdays": []}, "weekdays"),
    ):
        said = errors_of(page.context["form"], **{"service_choice": "regular-60", **wrong})
        assert field in said, wrong


def test_a_therapist_who_does_not_give_it_cannot_be_waited_for(awake: Cast, desk: Browser) -> None:
    data = typed(service_choice="hot-stone-90", safety="none", therapist=str(awake.tess.public_id), until_time="18:00")
    page = desk.post(f"/desk/clients/{awake.ana.public_id}/waitlist/", data)
    assert "does not give this massage" in str(page.context["form"].errors)


def test_days_on_which_nobody_gives_it_are_refused_at_the_desk_too(awake: Cast, desk: Browser) -> None:
    awake.regular.therapists.set([awake.jonas])
    data = typed(service_choice="regular-60", safety="none", weekdays=["6"])  # Mira works on Sundays
    page = desk.post(f"/desk/clients/{awake.ana.public_id}/waitlist/", data)
    assert "Nobody who gives this massage works on these days." in str(page.context["form"].errors)


def test_taking_someone_off_the_list_frees_what_is_held(full: Cast, desk: Browser, waits: Waits) -> None:
    entry = waits()
    opens(full, 9)
    offer = offered_now(entry)
    assert desk.post(f"/desk/waitlist/{entry.public_id}/end/").status_code == 302
    entry.refresh_from_db()
    offer.appointment.refresh_from_db()
    assert (entry.end_reason, offer.appointment.status) == (WaitlistEndReason.DESK, Status.CANCELLED)


def test_a_freed_appointment_says_whom_it_would_suit_the_longest_first(
    full: Cast, desk: Browser, freed: Appointment, waits: Waits
) -> None:
    waits()
    waits(full.ben, weekdays=frozenset({5}))
    waits(full.ben, service=full.back)
    page = desk.get(f"/desk/appointments/{freed.public_id}/").content.decode()
    assert re.findall(r"<strong>(Ana Lind|Ben Haas)</strong><br>([^,<]+)", page) == [
        ("Ana Lind", "Regular massage"),
        ("Ben Haas", "Back relief massage"),
    ]


def test_offering_a_freed_time_holds_it_and_says_so(
    full: Cast, desk: Browser, freed: Appointment, waits: Waits
) -> None:
    waits()
    second = waits(full.ben)
    page = desk.post(f"/desk/appointments/{freed.public_id}/offer/", {"entry": second.public_id}, follow=True)
    offer = offer_of(second)
    assert (offer.made_by, offer.starts_at, offer.is_open) == (full.owner, freed.starts_at, True)
    text = page_text(page)
    assert "Held for Ben Haas until" in text
    assert "Accept the request" not in text
    assert "Cancel this appointment" not in text
    assert offer_free_times() == 0  # the first in line does not get it twice


def test_a_time_that_was_taken_meanwhile_is_refused(
    full: Cast, desk: Browser, freed: Appointment, waits: Waits
) -> None:
    entry = waits()
    full.appointment(freed.starts_at, client=full.ben)
    page = desk.post(f"/desk/appointments/{freed.public_id}/offer/", {"entry": entry.public_id}, follow=True)
    assert messages(page) == "Mira Feld has another appointment then. Cleaning time counts too."
    entry.refresh_from_db()
    assert entry.state == WaitlistState.WAITING


def test_at_night_the_desk_is_told_to_wait_or_call(full: Cast, desk: Browser, freed: Appointment, waits: Waits) -> None:
    entry = waits()
    now = dt.datetime.now(full.zone)
    full.practice.quiet_from = (now - dt.timedelta(hours=1)).time()
    full.practice.quiet_until = (now + dt.timedelta(hours=1)).time()
    full.practice.save()
    page = desk.post(f"/desk/appointments/{freed.public_id}/offer/", {"entry": entry.public_id}, follow=True)
    assert "in the morning, or call" in messages(page)


@pytest.mark.parametrize("entry", ["", "nonsense", "00000000-0000-4000-8000-000000000001"])
def test_an_entry_that_is_none_is_not_found(desk: Browser, freed: Appointment, entry: str) -> None:
    assert desk.post(f"/desk/appointments/{freed.public_id}/offer/", {"entry": entry}).status_code == 404


@pytest.fixture
def held(full: Cast, waits: Waits) -> WaitlistOffer:
    """Nine o'clock is held for Ana."""
    entry = waits()
    opens(full, 9)
    return offered_now(entry)


def test_a_yes_of_somebody_without_an_address_promises_no_mail(full: Cast, desk: Browser, held: WaitlistOffer) -> None:
    Client.objects.update(email="")
    page = desk.post(f"/desk/appointments/{held.appointment.public_id}/said-yes/", follow=True)
    assert "please tell them yourself" in messages(page)


def test_a_yes_by_phone_books_it(full: Cast, desk: Browser, held: WaitlistOffer) -> None:
    address = f"/desk/appointments/{held.appointment.public_id}/"
    assert "They said yes" in page_text(desk.get(address))
    page = desk.post(f"{address}said-yes/", follow=True)
    assert "Booked" in messages(page)
    held.appointment.refresh_from_db()
    assert (held.appointment.status, held.appointment.changed_by) == (Status.CONFIRMED, full.owner)


def test_a_no_by_phone_frees_it(desk: Browser, held: WaitlistOffer) -> None:
    desk.post(f"/desk/appointments/{held.appointment.public_id}/said-no/")
    held.appointment.refresh_from_db()
    assert held.appointment.status == Status.CANCELLED
    page = desk.post(f"/desk/appointments/{held.appointment.public_id}/said-yes/", follow=True)
    assert "went on to the next" in messages(page)


def test_an_appointment_that_is_no_offer_has_no_answer(full: Cast, desk: Browser) -> None:
    appointment = full.appointment(full.at(10))
    for said_ in ("said-yes", "said-no"):
        assert desk.post(f"/desk/appointments/{appointment.public_id}/{said_}/").status_code == 404


def test_the_day_counts_offers_apart_from_appointments(full: Cast, desk: Browser, held: WaitlistOffer) -> None:
    full.appointment(full.at(12), client=full.ben)
    page = page_text(desk.get(f"/desk/?day={full.day()}"))
    assert "one appointment, one offered" in page
    assert "offered, held until" in page
    week = page_text(desk.get(f"/desk/week/?day={full.day()}"))
    assert "Mira Feld 1" in week
    assert "offered" in week


def test_the_board_costs_no_query_more_for_offers(full: Cast, desk: Browser, held: WaitlistOffer) -> None:
    desk.get(f"/desk/?day={full.day()}")  # fills the caches
    with CaptureQueriesContext(connection) as one:
        desk.get(f"/desk/?day={full.day()}")
    full.appointment(full.at(12), client=full.ben)
    with CaptureQueriesContext(connection) as two:
        desk.get(f"/desk/?day={full.day()}")
    assert len(two) == len(one)


def test_taking_a_time_off_away_asks_those_who_wait_in_the_next_sweep(
    full: Cast, desk: Browser, waits: Waits, django_capture_on_commit_callbacks: Any
) -> None:
    waits()
    (off,) = full.mira.time_off.all()
    with django_capture_on_commit_callbacks() as asked:
        desk.post(f"/desk/time-off/{off.pk}/open/")
    assert asked
    assert offer_free_times() == 1


def test_an_offer_is_no_upcoming_appointment_anywhere(full: Cast, held: WaitlistOffer) -> None:
    assert not Appointment.objects.upcoming().exists()
    assert Appointment.objects.holding().get() == held.appointment
    assert not OutgoingMail.objects.filter(kind="confirmation").exists()
    assert timezone.now() < held.held_until
