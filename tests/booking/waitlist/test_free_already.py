"""What is free is said before anybody waits for it, and is no news to whoever waits all the same."""

import datetime as dt
from typing import Any

import pytest

from booking.appointments.screening import SafetyAnswers
from booking.models import Appointment, TimeOff, WaitlistEntry, WaitlistOffer
from booking.waitlist.entries import change_preferences, join_waitlist
from booking.waitlist.matching import Preferences
from clients.models import Client
from clinic.models import OutgoingMail
from tests.booking.waitlist.conftest import opens
from tests.booking.waitlist.test_joining import joins, typed
from tests.booking.website.visitor import Visitor, page_text
from tests.fixtures.actions import cancel
from tests.fixtures.browser import Browser
from tests.fixtures.cast import Cast
from tests.fixtures.sweeps import offer_free_times


@pytest.fixture
def desk(awake: Cast, client: Browser) -> Browser:
    """Olga, the owner, at the desk."""
    client.force_login(awake.owner)
    return client


def that_day(cast: Cast, hour: int = 6) -> Preferences:
    """Any time of the cast's Tuesday from an hour on."""
    return Preferences(frozenset({1}), dt.time(hour), dt.time(22), cast.day(), cast.day())


def joined(cast: Cast, **more: Any) -> WaitlistEntry:
    """Ana waits for an hour on the cast's Tuesday, with anyone."""
    asked = {"service": cast.regular, "client": cast.ana, "answers": SafetyAnswers(), "suits": that_day(cast)}
    return join_waitlist(**{**asked, **more}, practice=cast.practice, via=Appointment.Via.DESK)


def test_what_was_free_when_they_joined_is_not_offered_and_what_opens_is(full: Cast) -> None:
    opens(full, 9)
    entry = joined(full)
    assert entry.free_already == [full.at(9)]
    assert offer_free_times() == 0
    opens(full, 14)
    assert offer_free_times() == 1
    assert WaitlistOffer.objects.get().starts_at == full.at(14)


def test_a_free_time_that_was_taken_and_freed_has_opened(full: Cast) -> None:
    opens(full, 9)
    joined(full)
    taken = full.appointment(full.at(9), client=full.ben)
    assert offer_free_times() == 0
    assert WaitlistEntry.objects.get().free_already == []
    cancel(taken, reason="", via=Appointment.Via.DESK)
    assert offer_free_times() == 1
    assert WaitlistOffer.objects.get().starts_at == full.at(9)


def test_other_wishes_make_no_news_of_what_is_free(full: Cast) -> None:
    opens(full, 9)
    entry = joined(full, suits=that_day(full, 12))
    assert entry.free_already == []
    change_preferences(entry, suits=that_day(full), therapist=None, practice=full.practice)
    assert offer_free_times() == 0


def test_the_desk_says_what_is_free_before_it_puts_anybody_on_the_list(full: Cast, desk: Browser) -> None:
    opens(full, 9)
    address = f"/desk/clients/{full.ana.public_id}/waitlist/"
    data = typed(service_choice="regular-60", safety="none", weekdays=["1"])
    data.pop("seen_free")
    page = desk.post(address, data)
    assert "Free already" in page_text(page)
    assert not WaitlistEntry.objects.exists()
    ((fields, start),) = page.context["free"]
    assert start == full.at(9)
    booking = desk.post("/desk/book/", dict(fields))
    filled = booking.context["form"]
    assert str(filled["client"].value()) == str(full.ana.public_id)
    assert filled["safety"].value() == "none"
    assert full.at(9).astimezone(full.zone).isoformat() in booking.content.decode()
    assert desk.post(address, {**data, "seen_free": "1"}).status_code == 302
    assert WaitlistEntry.objects.get().client == full.ana


def test_nothing_stands_in_the_way_where_nothing_is_free(full: Cast, desk: Browser) -> None:
    data = typed(service_choice="regular-60", safety="none")
    data.pop("seen_free")
    assert desk.post(f"/desk/clients/{full.ana.public_id}/waitlist/", data).status_code == 302


def test_clients_are_shown_what_is_free_and_may_join_all_the_same(full: Cast) -> None:
    opens(full, 9)
    visitor = Visitor(Browser())
    page = joins(visitor, full.regular, weekdays=["1"], seen_free=[])
    assert "Free already" in page_text(page)
    assert not WaitlistEntry.objects.exists()
    ((url, _start),) = page.context["free"]
    assert visitor.get(url).status_code == 200
    joins(visitor, full.regular, weekdays=["1"])
    assert WaitlistEntry.objects.get().free_already == [full.at(9)]


def test_somebody_without_a_file_is_put_on_the_list(full: Cast, desk: Browser) -> None:
    assert "/desk/waitlist/add/" in desk.get("/desk/waitlist/").content.decode()
    who = {"first_name": "Nora", "last_name": "Quist", "email": "", "phone": "+49 30 5550 199"}
    data = {**typed(service_choice="regular-60", safety="none"), **who}
    assert desk.post("/desk/waitlist/add/", {**data, "phone": ""}).status_code == 422
    assert not Client.objects.filter(first_name="Nora").exists()
    opens(full, 9)
    asked = desk.post("/desk/waitlist/add/", {**data, "weekdays": ["1"], "seen_free": []})
    ((fields, _start),) = asked.context["free"]
    filled = desk.post("/desk/book/", dict(fields)).context["form"]
    assert (filled["first_name"].value(), filled["phone"].value()) == ("Nora", "030 5550199"), "nothing typed is lost"
    assert desk.post("/desk/waitlist/add/", data).status_code == 302
    assert WaitlistEntry.objects.get().client.phone == "+49305550199"
    assert "please call" in page_text(desk.get("/desk/waitlist/"))


def test_somebody_who_may_have_a_file_is_asked_about_first(full: Cast, desk: Browser) -> None:
    who = {"first_name": "Ana", "last_name": "Lind", "email": "", "phone": "+49 30 5550 111"}
    data = {**typed(service_choice="regular-60", safety="none"), **who}
    asked = desk.post("/desk/waitlist/add/", data)
    assert asked.status_code == 422
    assert f"/desk/clients/{full.ana.public_id}/waitlist/" in asked.content.decode()
    assert desk.post("/desk/waitlist/add/", {**data, "apart": "on"}).status_code == 302
    assert WaitlistEntry.objects.get().client != full.ana


def test_a_client_is_found_from_the_waitlist(awake: Cast, desk: Browser) -> None:
    page = desk.get("/desk/waitlist/add/", {"q": "lind"}).content.decode()
    assert f"/desk/clients/{awake.ana.public_id}/waitlist/" in page
    assert 'value="Nora"' in desk.get("/desk/waitlist/add/", {"q": "Nora Quist"}).content.decode()


def test_the_two_mails_have_names_of_their_own(full: Cast, desk: Browser) -> None:
    joined(full)
    opens(full, 9)
    assert offer_free_times() == 1
    kinds = {each.get_kind_display() for each in OutgoingMail.objects.all()}
    assert "on the waitlist" in kinds
    assert str(WaitlistOffer.objects.get().appointment.reminders.get().get_kind_display()) == "a time is offered"


def test_time_off_that_is_taken_away_has_opened(full: Cast) -> None:
    joined(full)
    assert offer_free_times() == 0
    TimeOff.objects.filter(therapist=full.mira).delete()
    assert offer_free_times() == 1
