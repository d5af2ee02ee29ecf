"""A client's page for one visit: for who holds its link, with what they may know, and nothing written on GET."""

import datetime as dt

import pytest
import time_machine
from icalendar import Calendar

from booking.models import Appointment
from booking.visit_links import api_token, mint_visit
from clients.models import Intake, IntakeRequest
from clinic.links import mint
from clinic.models import ClientLink, LinkPurpose, OutgoingMail
from tests.booking.public.visitor import Visitor, database, said
from tests.fixtures.cast import House

STEPS = ["", "move/", "cancel/", "confirm/", "calendar.ics"]


@pytest.fixture
def visit(house: House) -> Appointment:
    """Ana's visit a week ahead."""
    return house.visit(house.at(10))


def opened(visitor: Visitor, visit: Appointment) -> str:
    """Open the visit's link in this browser; the address of its page."""
    visitor.follow(visitor.get(f"/visit/{mint_visit(visit)}/"))
    return f"/visit/{visit.public_id}/"


def test_the_link_opens_the_visit_and_its_token_leaves_the_address(visit: Appointment, visitor: Visitor) -> None:
    token = mint_visit(visit)
    hop = visitor.get(f"/visit/{token}/")
    assert hop["Location"] == f"/visit/{visit.public_id}/"
    assert hop["Referrer-Policy"] == "no-referrer"
    page = visitor.get(hop["Location"])
    for word in ["10:00 to 11:00", "Regular massage", "Mira Feld", "Lindenweg 4", "confirmed"]:
        assert word in said(page)
    assert token not in page.content.decode()
    assert "no-store" in page["Cache-Control"]


@pytest.mark.invariant("I8")
@pytest.mark.parametrize("step", STEPS)
def test_a_stranger_learns_nothing(visit: Appointment, visitor: Visitor, stranger: Visitor, step: str) -> None:
    opened(visitor, visit)
    assert stranger.get(f"/visit/{visit.public_id}/{step}").status_code == 404
    assert stranger.get(f"/visit/wrong-token/{step}").status_code == 404
    assert stranger.get(f"/visit/00000000-0000-0000-0000-000000000000/{step}").status_code == 404


def test_an_old_link_shows_the_other_way_in(visit: Appointment, stranger: Visitor) -> None:
    page = stranger.get(f"/visit/{visit.public_id}/").content.decode()
    assert f'href="/me/sign-in/?next=/visit/{visit.public_id}/"' in page


@pytest.mark.invariant("I8")
@pytest.mark.parametrize("step", ["move/", "cancel/", "confirm/", "intake/"])
def test_a_stranger_changes_nothing(visit: Appointment, stranger: Visitor, step: str) -> None:
    before = database()
    for key in (visit.public_id, mint_visit(visit)):
        assert stranger.post(f"/visit/{key}/{step}", {"start": "2026-12-01T10:00:00Z"}).status_code == 404
    after = database()
    # What a browser typed is kept for that browser alone.
    own = {"django_session", "clinic_cache", "clinic_tally"}
    assert {table for table in after if after[table] != before[table]} <= {"clinic_clientlink", *own}


@pytest.mark.invariant("I8")
def test_a_link_opens_only_its_own_visit(house: House, visit: Appointment, visitor: Visitor) -> None:
    other = house.visit(house.at(13), client=house.ben)
    opened(visitor, visit)
    assert visitor.get(f"/visit/{other.public_id}/").status_code == 404


@pytest.mark.invariant("I8")
def test_a_link_of_another_purpose_opens_no_visit(visit: Appointment, visitor: Visitor) -> None:
    for purpose in set(LinkPurpose) - {LinkPurpose.VISIT}:
        token = mint(purpose=purpose, subject=visit.public_id, lasts=dt.timedelta(days=1))
        assert visitor.get(f"/visit/{token}/").status_code == 404


def test_the_link_works_until_thirty_days_after_the_visit(house: House, visit: Appointment, visitor: Visitor) -> None:
    token = mint_visit(visit)
    with time_machine.travel(visit.ends_at + dt.timedelta(days=29, hours=23), tick=False):
        page = visitor.follow(visitor.get(f"/visit/{token}/"))
        assert page.status_code == 200
        assert "Move it" not in said(page)
    with time_machine.travel(visit.ends_at + dt.timedelta(days=30, seconds=1), tick=False):
        assert visitor.get(f"/visit/{token}/").status_code == 404


@pytest.mark.invariant("I9")
@pytest.mark.parametrize("verb", ["get", "head"])
def test_opening_every_page_of_a_visit_changes_nothing(visit: Appointment, visitor: Visitor, verb: str) -> None:
    token = mint_visit(visit)
    IntakeRequest.objects.create(client=visit.client, technique="regular-massage", visit=visit.public_id)
    before = database()
    send = getattr(visitor.client, verb)
    for step in [*STEPS, "intake/", "move/?start=2026-12-01T10:00:00Z"]:
        for key in (token, visit.public_id):
            assert send(f"/visit/{key}/{step}", follow=True).status_code in {200, 405}
    for address in ["/", "/book/", f"/book/{visit.service.slug}/", f"/book/done/{token}/"]:
        assert send(address, follow=True).status_code == 200
    assert database() == before


@pytest.mark.invariant("I10")
def test_the_page_shows_no_health_answer(house: House, visitor: Visitor) -> None:
    visitor.answers(house.hot_stone, "diabetes")
    visitor.follow(visitor.books(house.hot_stone, house.at(10)))
    visit = Appointment.objects.get()
    for step in ["", "move/", "cancel/", "confirm/", "calendar.ics"]:
        page = visitor.get(f"/visit/{visit.public_id}/{step}").content.decode().lower()
        assert "diabetes" not in page
        assert "clearance" not in page


def test_the_calendar_file_is_one_event_with_a_neutral_summary(visit: Appointment, visitor: Visitor) -> None:
    page = visitor.get(opened(visitor, visit) + "calendar.ics")
    assert page["Content-Type"].startswith("text/calendar")
    (event,) = Calendar.from_ical(page.content.decode()).walk("VEVENT")
    assert event.decoded("dtstart") == visit.starts_at
    assert "massage" not in str(event["summary"]).lower().replace("stillwater massage", "")


def test_confirming_is_asked_on_get_and_done_on_post(visit: Appointment, visitor: Visitor) -> None:
    address = opened(visitor, visit) + "confirm/"
    assert "Yes, I will come" in said(visitor.get(address))
    page = visitor.follow(visitor.post(address, {}))
    visit.refresh_from_db()
    assert visit.confirmed_by_client_at is not None
    assert "You told us that you will come" in said(page)
    assert "Yes, I will come" not in said(visitor.get(address))


def test_a_cancelled_visit_cannot_be_confirmed(house: House, visitor: Visitor) -> None:
    visit = house.visit(house.at(10), status="cancelled")  # type: ignore[arg-type] # its value
    page = visitor.follow(visitor.post(opened(visitor, visit) + "confirm/", {}))
    assert "over or was cancelled" in said(page)
    visit.refresh_from_db()
    assert visit.confirmed_by_client_at is None


def test_the_browser_that_booked_goes_straight_to_the_intake(house: House, visitor: Visitor) -> None:
    visit = visitor.has_booked(house.regular, house.at(10))
    hop = visitor.post(f"/visit/{visit.public_id}/intake/", {})
    assert hop["Location"].startswith("/intake/")
    asked = IntakeRequest.objects.get(visit=visit.public_id)
    assert ClientLink.objects.filter(purpose=LinkPurpose.INTAKE, subject=asked.public_id).exists()


@pytest.mark.invariant("I10")
def test_anyone_else_with_the_link_has_the_intake_mailed_to_the_client(
    house: House, visitor: Visitor, stranger: Visitor
) -> None:
    visit = visitor.has_booked(house.regular, house.at(10))
    hop = stranger.post(opened(stranger, visit) + "intake/", {})
    assert hop["Location"] == f"/visit/{visit.public_id}/"
    mail = OutgoingMail.objects.get(kind="intake-missing")
    assert mail.to_email == "nora@example.org"
    assert "/intake/" in mail.text
    assert "/intake/" in mail.html
    assert "on its way to your mailbox" in said(stranger.get(hop["Location"]))


@pytest.mark.usefixtures("within_the_hour")
def test_a_stranger_with_the_link_fills_nobodys_mailbox(house: House, visitor: Visitor, stranger: Visitor) -> None:
    visit = visitor.has_booked(house.regular, house.at(10))
    there = opened(stranger, visit)
    for _again in range(12):
        hop = stranger.post(f"{there}intake/", {})
    assert "a lot at once" in said(stranger.get(hop["Location"]))
    assert OutgoingMail.objects.filter(kind="intake-missing").count() == 10


def test_a_filled_intake_is_thanked_for_and_not_asked_again(visit: Appointment, visitor: Visitor) -> None:
    intake = Intake.objects.create(client=visit.client, catalogue_version="1", triage="ok")
    IntakeRequest.objects.create(client=visit.client, technique="regular-massage", visit=visit.public_id, intake=intake)
    address = opened(visitor, visit)
    assert "Thank you, we have it" in said(visitor.get(address))
    visitor.post(f"{address}intake/", {})
    assert not OutgoingMail.objects.exists()


def test_the_done_page_is_for_the_browser_that_booked(house: House, visitor: Visitor, stranger: Visitor) -> None:
    visit = visitor.has_booked(house.regular, house.at(10))
    opened(stranger, visit)
    assert stranger.get(f"/book/done/{visit.public_id}/")["Location"] == f"/visit/{visit.public_id}/"


def test_a_repeatable_token_is_one_link_and_no_guess(house: House, visit: Appointment, visitor: Visitor) -> None:
    other = house.visit(house.at(13), client=house.ben)
    assert api_token(visit) == api_token(visit)
    assert api_token(visit) != api_token(other)
    assert str(visit.public_id) not in api_token(visit)
    assert ClientLink.objects.filter(subject=visit.public_id).count() == 1
    assert visitor.follow(visitor.get(f"/visit/{api_token(visit)}/")).status_code == 200
