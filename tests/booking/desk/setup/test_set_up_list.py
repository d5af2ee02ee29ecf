"""The set-up list ticks itself; ready services and a first week make a practice that can be booked."""

import datetime as dt
import re
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from booking.models import Appointment, Room, Service, Status, StoneKit, Therapist, WorkingHours
from booking.scheduling.readiness import owner_checklist
from clinic.mail.kinds import TEST
from clinic.mail.ledger import queue_mail
from clinic.models import (
    CoveredEntity,
    Heartbeat,
    LegalDetails,
    MailState,
    OutgoingMail,
    Picture,
    PictureKind,
    Practice,
    User,
)
from tests.fixtures.browser import Browser, flat
from tests.fixtures.cast import Cast
from tests.fixtures.forms import form_to

LIST, SERVICES, HOURS = "/desk/setup/", "/desk/setup/services/", "/desk/setup/hours/"
TICKED = {"take-regular-60": "on", "price-regular-60": "72", "take-hot-stone-90": "on", "price-hot-stone-90": "115.50"}
WEEK = {"name": "Rosa Lind", "weekdays": ["0", "1", "2", "3", "4"], "starts": "09:00", "ends": "17:00"}


def state(desk: Browser) -> dict[str, bool]:
    """Each line of the list, and whether it is still to do."""
    return {line.kind.key: line.is_open for line in desk.get(LIST).context["lines"]}


def test_an_empty_practice_has_everything_to_do_and_the_owner_reads_it_on_the_desk(desk: Browser) -> None:
    found = state(desk)
    assert all(found.values())
    assert list(found)[:3] == ["services", "hours", "rooms"]
    assert "kit" not in found, "nobody gives hot stones yet"
    page = desk.get("/desk/")
    assert "Set-up: still to do" in flat(page)
    assert "What clients can book" in flat(page)
    assert LIST in desk.get("/desk/settings/").content.decode()


def test_every_line_leads_to_a_page(desk: Browser, rosa: User) -> None:
    desk.post(SERVICES, TICKED)
    desk.post(HOURS, WEEK)
    StoneKit.objects.all().delete()
    lines = desk.get(LIST).context["lines"]
    assert len(lines) >= 10
    assert [desk.get(line.url).status_code for line in lines] == [200] * len(lines)


def test_what_is_saved_on_a_page_of_the_settings_leads_back_to_the_list(desk: Browser) -> None:
    pages = {line.kind.key: line.url for line in desk.get(LIST).context["lines"]}
    assert desk.post(pages["rooms"], {"name": "Garden room", "active": "on"})["Location"] == LIST
    assert desk.post("/desk/settings/rooms/new/", {"name": "Other", "active": "on"})["Location"] != LIST
    sent = {name: field.value() for name, field in fields_of(desk.get(pages["policy"])).items()}
    assert desk.post(pages["policy"], {**sent, "policy_text": "Our own."})["Location"] == LIST
    assert not state(desk)["policy"]
    assert desk.post(pages["legal"], {"operator": "Rosa Lind"})["Location"] == LIST
    assert desk.post(pages["look"], {"map_link": "none", "tagline": "By hand."})["Location"] == LIST
    for page in (pages["look"], pages["policy"], pages["legal"]):
        assert f'<a href="{LIST}">Set-up</a>' in flat(desk.get(page)), "and so does the way back"


def test_who_saves_a_ready_text_as_it_is_has_read_it(desk: Browser) -> None:
    page = next(line.url for line in desk.get(LIST).context["lines"] if line.kind.key == "consent")
    assert page.endswith("#id_consent_text"), "it opens at the text"
    sent = {name: field.value() for name, field in fields_of(desk.get(page)).items()}
    desk.post("/desk/settings/rules/", sent)
    assert state(desk)["consent"], "saved from elsewhere it says nothing"
    desk.post(page, sent)
    assert not state(desk)["consent"]
    assert state(desk)["policy"], "the other text on the page was not asked about"
    assert "It is right as it is" in flat(desk.get(LIST))


def test_the_look_is_done_once_there_is_a_picture_or_a_colour(desk: Browser) -> None:
    assert state(desk)["look"]
    gone = Picture.objects.create(kind=PictureKind.LOGO, digest="a", in_use=False)
    assert state(desk)["look"], "one that was removed is none"
    Picture.objects.filter(pk=gone.pk).update(in_use=True)
    assert not state(desk)["look"]
    gone.delete()
    Practice.objects.update(accent_colour="#107668")
    assert not state(desk)["look"]


def fields_of(page: Any) -> dict[str, Any]:
    """The fields of a page's form that are not empty."""
    return {field.html_name: field for field in page.context["form"] if field.value() not in (None, False)}


def test_ticked_services_are_made_with_technique_buffers_and_kit(desk: Browser) -> None:
    assert desk.post(SERVICES, TICKED)["Location"] == LIST
    regular, stones = Service.objects.order_by("minutes")
    assert (regular.name, regular.technique, regular.price) == ("Regular massage", "regular-massage", Decimal(72))
    assert (stones.minutes, stones.technique, stones.price) == (90, "hot-stone", Decimal("115.50"))
    assert (stones.needs_kit, stones.kit_buffer_after, stones.buffer_after) == (True, 30, 15)
    assert StoneKit.objects.count() == 1
    for each in (regular, stones):
        each.full_clean()
    assert not state(desk)["services"]
    left = [take.html_name.removeprefix("take-") for take, _price in desk.get(SERVICES).context["form"].rows]
    assert left == ["back-relief-25", "regular-90", "hot-stone-75"]


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"price-regular-90": ""}, "__all__"),
        ({}, "take-regular-90"),
        ({"take-regular-90": "on", "take-regular-60": "on"}, "price-regular-60"),
        ({"take-regular-90": "on", "take-regular-60": "on", "price-regular-60": "lots"}, "price-regular-60"),
        ({"take-regular-90": "on", "take-regular-60": "on", "price-regular-60": "-5"}, "price-regular-60"),
        ({"take-regular-90": "on", "take-regular-60": "on", "price-regular-60": "7.005"}, "price-regular-60"),
    ],
)
def test_a_price_or_a_tick_that_is_missing_is_said_beside_it(desk: Browser, sent: dict[str, str], field: str) -> None:
    typed = {"price-regular-90": "98", **sent}
    page = desk.post(SERVICES, typed)
    assert page.status_code == 422
    assert list(page.context["form"].errors) == [field]
    assert page.context["form"]["price-regular-90"].value() == typed["price-regular-90"]
    assert not Service.objects.exists()


def test_prices_have_the_decimals_of_the_currency(desk: Browser) -> None:
    Practice.objects.update(currency="JPY")
    assert desk.post(SERVICES, {"take-regular-60": "on", "price-regular-60": "7200.50"}).status_code == 422
    assert desk.post(SERVICES, {"take-regular-60": "on", "price-regular-60": "7200"}).status_code == 302


def test_with_one_tap_the_owner_works_and_can_be_booked(desk: Browser, client: Browser, rosa: User) -> None:
    desk.post(SERVICES, TICKED)
    assert desk.post(HOURS, WEEK)["Location"] == LIST
    therapist = Therapist.objects.get()
    assert (therapist.user, therapist.services.count()) == (rosa, 2)
    assert set(therapist.hours.values_list("weekday", "starts", "ends")) == {
        (day, dt.time(9), dt.time(17)) for day in range(5)
    }
    assert owner_checklist().closing == ()
    assert "Regular massage" in flat(client.get("/book/"))
    found = state(desk)
    assert not (found["services"])
    assert not (found["hours"])
    assert not (found["kit"])
    assert found["booking"], "now there is something to book"


def test_the_other_order_works_too(desk: Browser) -> None:
    desk.post(HOURS, WEEK)
    assert state(desk)["hours"], "who gives nothing yet is offered to nobody"
    page = desk.get(SERVICES)
    given_by = [str(each) for each in page.context["form"]["given_by"].value()]
    desk.post(SERVICES, {**TICKED, "given_by": given_by})
    assert not state(desk)["hours"]


def test_sent_twice_the_week_is_there_once(desk: Browser) -> None:
    desk.post(SERVICES, TICKED)
    for _twice in range(2):
        desk.post(HOURS, WEEK)
    assert (Therapist.objects.count(), WorkingHours.objects.count()) == (1, 5)
    desk.post(SERVICES, TICKED)
    assert Service.objects.count() == 2


@pytest.mark.parametrize("wrong", [{"ends": "08:00"}, {"weekdays": []}, {"name": ""}, {"starts": "late"}])
def test_hours_that_cannot_be_are_said_beside_their_field(desk: Browser, wrong: dict[str, Any]) -> None:
    page = desk.post(HOURS, {**WEEK, **wrong})
    assert page.status_code == 422
    assert list(page.context["form"].errors) == list(wrong)
    assert not Therapist.objects.exists()


def test_lines_tick_themselves(desk: Browser, rosa: User, settings: Settings) -> None:
    Room.objects.create(name="Garden room")
    Heartbeat.objects.create(name=Heartbeat.BACKUP)
    practice = Practice.read()
    practice.street, practice.city, practice.phone = "Lindenweg 4", "1010 Wien", "+43 1 5550 100"
    practice.policy_text, practice.consent_text = "Our own policy.", "Our own consent."
    practice.save()
    found = state(desk)
    assert not [key for key in ("rooms", "backup", "place", "policy", "consent") if found[key]]
    assert found["mail"]
    mail = queue_mail(kind=TEST, to="rosa@example.org", subject="Test", text="Test")
    OutgoingMail.objects.filter(pk=mail.pk).update(state=MailState.SENT, reply="20261130T093000.1Z-test-ab.eml")
    settings.EMAIL_URL = "smtp://127.0.0.1:1"
    assert state(desk)["mail"], "a file is no proof"
    OutgoingMail.objects.filter(pk=mail.pk).update(reply="250 2.0.0 Ok: queued")
    assert not state(desk)["mail"]


def test_the_privacy_notice_is_done_once_it_has_all_that_the_law_asks_for(desk: Browser) -> None:
    Practice.objects.update(country="US", street="1 Alder Street", city="Portland, OR", email="us@example.org")
    assert state(desk)["legal"]
    LegalDetails.objects.create(operator="Rosa Lind", covered_entity=CoveredEntity.NO)
    assert not state(desk)["legal"]


def test_the_holidays_that_are_left_of_this_year_are_offered_first(desk: Browser) -> None:
    Practice.objects.update(country="DE")
    page = next(line.url for line in desk.get(LIST).context["lines"] if line.kind.key == "holidays")
    with time_machine.travel(dt.datetime(2026, 11, 30, 12, tzinfo=dt.UTC), tick=False):
        ticks = desk.get(page).context["ticks"]
        assert "2026-12-25" in str(ticks)
        sent = {field.html_name: field.value() for field in ticks}
        assert desk.post(page, sent)["Location"] == LIST
        assert state(desk)["holidays"], "New Year can be booked too"
        ticks = desk.get(page).context["ticks"]
        assert "2027-12-25" in str(ticks)
        desk.post(page, {field.html_name: field.value() for field in ticks})
        assert not state(desk)["holidays"]


def test_what_does_not_concern_one_is_put_aside_and_back(desk: Browser) -> None:
    for key in ("rooms", "policy"):
        desk.post(f"{LIST}{key}/aside/")
    assert Practice.read().set_up_aside == ["policy", "rooms"]
    found = state(desk)
    assert not (found["rooms"])
    assert not (found["policy"])
    desk.post(f"{LIST}rooms/aside/", {"back": "1"})
    assert state(desk)["rooms"]
    for key in ("services", "hours", "no-such-line"):
        assert desk.post(f"{LIST}{key}/aside/").status_code == 404


def test_once_all_is_done_or_put_aside_the_desk_says_nothing_more(desk: Browser) -> None:
    desk.post(SERVICES, TICKED)
    desk.post(HOURS, WEEK)
    for key, is_open in state(desk).items():
        if is_open:
            desk.post(f"{LIST}{key}/aside/")
    assert "Set-up: still to do" not in flat(desk.get("/desk/"))
    assert LIST in desk.get("/desk/settings/").content.decode()


def test_only_owners_see_it(cast: Cast) -> None:
    therapist = Browser()
    assert cast.mira.user is not None
    therapist.force_login(cast.mira.user)
    assert "Set-up: still to do" not in flat(therapist.get("/desk/"))
    for page in (LIST, SERVICES, HOURS, "/desk/settings/mail-server/"):
        assert therapist.get(page).status_code == 404


def test_a_test_booking_with_ones_own_address_is_shown_to_be_taken_out(cast: Cast) -> None:
    owner = Browser()
    owner.force_login(cast.owner)
    cast.ana.email = cast.owner.email
    cast.ana.save()
    mine, other = cast.appointment(cast.at(10)), cast.appointment(cast.at(14), client=cast.ben)
    page = owner.get(LIST)
    assert page.context["test_bookings"] == [mine]
    assert str(mine.public_id) in page.content.decode()
    assert str(other.public_id) not in page.content.decode()
    (cancel,) = re.findall(r'action="([^"]+/cancel/)"', page.content.decode())
    owner.post(cancel, form_to(page, cancel))
    mine.refresh_from_db()
    assert (mine.status, mine.reason) == (Status.CANCELLED, "A test booking")
    assert owner.get(LIST).context["test_bookings"] == []


def test_a_test_booking_is_one_made_online(cast: Cast) -> None:
    owner = Browser()
    owner.force_login(cast.owner)
    appointment = cast.appointment(cast.at(10))
    for via, is_open in ((Appointment.Via.DESK, True), (Appointment.Via.WEB, False)):
        Appointment.objects.filter(pk=appointment.pk).update(via=via)
        assert state(owner)["booking"] is is_open


def test_the_list_costs_as_many_queries_however_much_there_is(cast: Cast) -> None:
    owner = Browser()
    owner.force_login(cast.owner)

    def count() -> int:
        owner.get(LIST)
        with CaptureQueriesContext(connection) as found:
            owner.get(LIST)
        return len(found)

    before = count()
    for number in range(4):
        cast.appointment(cast.at(9) + dt.timedelta(days=number), client=cast.ben)
        Room.objects.create(name=f"Room {number}")
    assert count() == before <= 12
