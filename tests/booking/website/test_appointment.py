"""A client's page for one appointment: for who holds its link, with what they may know, and nothing written on GET."""

import datetime as dt

import pytest
import time_machine
from icalendar import Calendar

from booking.appointments.links import manage_token, mint_appointment_link
from booking.models import Appointment
from clients.models import Intake, IntakeRequest
from clients.plans.actions import make_plan
from clinic.models import ClientLink, LinkPurpose, OutgoingMail, Practice
from clinic.web.links import mint_link
from tests.booking.website.visitor import Visitor, database, page_text
from tests.clients.plans.given import told
from tests.fixtures.cast import Cast

STEPS = ["", "move/", "cancel/", "confirm/", "calendar.ics"]


@pytest.fixture
def appointment(cast: Cast) -> Appointment:
    """Ana's appointment a week ahead."""
    return cast.appointment(cast.at(10))


def opened(visitor: Visitor, appointment: Appointment) -> str:
    """Open the appointment's link in this browser; the address of its page."""
    visitor.follow(visitor.get(f"/appointment/{mint_appointment_link(appointment)}/"))
    return f"/appointment/{appointment.public_id}/"


def test_the_link_opens_the_appointment_and_its_token_leaves_the_address(
    appointment: Appointment, visitor: Visitor
) -> None:
    token = mint_appointment_link(appointment)
    hop = visitor.get(f"/appointment/{token}/")
    assert hop["Location"] == f"/appointment/{appointment.public_id}/"
    assert hop["Referrer-Policy"] == "no-referrer"
    page = visitor.get(hop["Location"])
    for word in ["10:00 to 11:00", "Regular massage", "Mira Feld", "Lindenweg 4", "confirmed"]:
        assert word in page_text(page)
    assert token not in page.content.decode()
    assert "no-store" in page["Cache-Control"]


@pytest.mark.invariant("I8")
@pytest.mark.parametrize("step", STEPS)
def test_a_stranger_learns_nothing(appointment: Appointment, visitor: Visitor, stranger: Visitor, step: str) -> None:
    opened(visitor, appointment)
    assert stranger.get(f"/appointment/{appointment.public_id}/{step}").status_code == 404
    assert stranger.get(f"/appointment/wrong-token/{step}").status_code == 404
    assert stranger.get(f"/appointment/00000000-0000-0000-0000-000000000000/{step}").status_code == 404


def test_an_old_link_shows_the_other_way_in(appointment: Appointment, stranger: Visitor) -> None:
    page = stranger.get(f"/appointment/{appointment.public_id}/").content.decode()
    assert f'href="/me/sign-in/?next=/appointment/{appointment.public_id}/"' in page


@pytest.mark.invariant("I8")
@pytest.mark.parametrize("step", ["move/", "cancel/", "confirm/", "intake/"])
def test_a_stranger_changes_nothing(appointment: Appointment, stranger: Visitor, step: str) -> None:
    before = database()
    for key in (appointment.public_id, mint_appointment_link(appointment)):
        assert stranger.post(f"/appointment/{key}/{step}", {"start": "2026-12-01T10:00:00Z"}).status_code == 404
    after = database()
    # What a browser typed is kept for that browser alone.
    own = {"django_session", "clinic_cache", "clinic_tally"}
    assert {table for table in after if after[table] != before[table]} <= {"clinic_clientlink", *own}


@pytest.mark.invariant("I8")
def test_a_link_opens_only_its_own_appointment(cast: Cast, appointment: Appointment, visitor: Visitor) -> None:
    other = cast.appointment(cast.at(13), client=cast.ben)
    opened(visitor, appointment)
    assert visitor.get(f"/appointment/{other.public_id}/").status_code == 404


@pytest.mark.invariant("I8")
def test_a_link_of_another_purpose_opens_no_appointment(appointment: Appointment, visitor: Visitor) -> None:
    for purpose in set(LinkPurpose) - {LinkPurpose.APPOINTMENT}:
        token = mint_link(purpose=purpose, subject=appointment.public_id, lasts=dt.timedelta(days=1))
        assert visitor.get(f"/appointment/{token}/").status_code == 404


def test_the_link_works_until_thirty_days_after_the_appointment(
    cast: Cast, appointment: Appointment, visitor: Visitor
) -> None:
    token = mint_appointment_link(appointment)
    with time_machine.travel(appointment.ends_at + dt.timedelta(days=29, hours=23), tick=False):
        page = visitor.follow(visitor.get(f"/appointment/{token}/"))
        assert page.status_code == 200
        assert "Move it" not in page_text(page)
    with time_machine.travel(appointment.ends_at + dt.timedelta(days=30, seconds=1), tick=False):
        assert visitor.get(f"/appointment/{token}/").status_code == 404


@pytest.mark.invariant("I9")
def test_opening_every_page_of_an_appointment_changes_nothing(appointment: Appointment, visitor: Visitor) -> None:
    token = mint_appointment_link(appointment)
    IntakeRequest.objects.create(
        client=appointment.client, technique="regular-massage", appointment=appointment.public_id
    )
    before = database()
    opens, asks = visitor.client.get, visitor.client.head
    for step in [*STEPS, "intake/", "move/?start=2026-12-01T10:00:00Z"]:
        for send, key in ((opens, token), (opens, appointment.public_id), (asks, token)):
            assert send(f"/appointment/{key}/{step}", follow=True).status_code in {200, 405}
    for address in ["/", "/book/", f"/book/{appointment.service.slug}/", f"/book/done/{token}/"]:
        for send in (opens, asks):
            assert send(address, follow=True).status_code == 200
    assert database() == before


@pytest.mark.invariant("I10")
def test_the_page_shows_no_health_answer(cast: Cast, visitor: Visitor) -> None:
    visitor.answers(cast.hot_stone, "heart-disease")
    visitor.follow(visitor.books(cast.hot_stone, cast.at(10)))
    appointment = Appointment.objects.get()
    for step in ["", "move/", "cancel/", "confirm/", "calendar.ics"]:
        page = visitor.get(f"/appointment/{appointment.public_id}/{step}").content.decode().lower()
        assert "heart" not in page
        assert "clearance" not in page


def test_the_calendar_file_is_one_event_with_a_neutral_summary(appointment: Appointment, visitor: Visitor) -> None:
    page = visitor.get(opened(visitor, appointment) + "calendar.ics")
    assert page["Content-Type"].startswith("text/calendar")
    (event,) = Calendar.from_ical(page.content.decode()).walk("VEVENT")
    assert event.decoded("dtstart") == appointment.starts_at
    assert "massage" not in str(event["summary"]).lower().replace("stillwater massage", "")


def test_confirming_is_asked_on_get_and_done_on_post(appointment: Appointment, visitor: Visitor) -> None:
    address = opened(visitor, appointment) + "confirm/"
    assert "Yes, I will come" in page_text(visitor.get(address))
    page = visitor.follow(visitor.post(address, {}))
    appointment.refresh_from_db()
    assert appointment.confirmed_by_client_at is not None
    assert "You told us that you will come" in page_text(page)
    assert "Yes, I will come" not in page_text(visitor.get(address))


def test_a_cancelled_appointment_cannot_be_confirmed(cast: Cast, visitor: Visitor) -> None:
    appointment = cast.appointment(cast.at(10), status="cancelled")  # type: ignore[arg-type] # its value
    page = visitor.follow(visitor.post(opened(visitor, appointment) + "confirm/", {}))
    assert "over or was cancelled" in page_text(page)
    appointment.refresh_from_db()
    assert appointment.confirmed_by_client_at is None


def test_the_browser_that_booked_goes_straight_to_the_intake(cast: Cast, visitor: Visitor) -> None:
    appointment = visitor.has_booked(cast.regular, cast.at(10))
    hop = visitor.post(f"/appointment/{appointment.public_id}/intake/", {})
    assert hop["Location"].startswith("/intake/")
    asked = IntakeRequest.objects.get(appointment=appointment.public_id)
    assert ClientLink.objects.filter(purpose=LinkPurpose.INTAKE, subject=asked.public_id).exists()


@pytest.mark.invariant("I10")
def test_anyone_else_with_the_link_has_the_intake_mailed_to_the_client(
    cast: Cast, visitor: Visitor, stranger: Visitor
) -> None:
    appointment = visitor.has_booked(cast.regular, cast.at(10))
    hop = stranger.post(opened(stranger, appointment) + "intake/", {})
    assert hop["Location"] == f"/appointment/{appointment.public_id}/"
    mail = OutgoingMail.objects.get(kind="intake-missing")
    assert mail.to_email == "nora@example.org"
    assert "/intake/" in mail.text
    assert "/intake/" in mail.html
    assert "on its way to your mailbox" in page_text(stranger.get(hop["Location"]))


@pytest.mark.usefixtures("within_the_hour")
def test_a_stranger_with_the_link_fills_nobodys_mailbox(cast: Cast, visitor: Visitor, stranger: Visitor) -> None:
    appointment = visitor.has_booked(cast.regular, cast.at(10))
    there = opened(stranger, appointment)
    for _again in range(12):
        hop = stranger.post(f"{there}intake/", {})
    assert "a lot at once" in page_text(stranger.get(hop["Location"]))
    assert OutgoingMail.objects.filter(kind="intake-missing").count() == 10


def test_a_filled_intake_is_thanked_for_and_not_asked_again(appointment: Appointment, visitor: Visitor) -> None:
    intake = Intake.objects.create(client=appointment.client, catalogue_version="1", triage="ok")
    IntakeRequest.objects.create(
        client=appointment.client, technique="regular-massage", appointment=appointment.public_id, intake=intake
    )
    address = opened(visitor, appointment)
    assert "Thank you, we have it" in page_text(visitor.get(address))
    visitor.post(f"{address}intake/", {})
    assert not OutgoingMail.objects.exists()


def test_the_done_page_is_for_the_browser_that_booked(cast: Cast, visitor: Visitor, stranger: Visitor) -> None:
    appointment = visitor.has_booked(cast.regular, cast.at(10))
    opened(stranger, appointment)
    assert stranger.get(f"/book/done/{appointment.public_id}/")["Location"] == f"/appointment/{appointment.public_id}/"


def test_a_repeatable_token_is_one_link_and_no_guess(cast: Cast, appointment: Appointment, visitor: Visitor) -> None:
    other = cast.appointment(cast.at(13), client=cast.ben)
    assert manage_token(appointment) == manage_token(appointment)
    assert manage_token(appointment) != manage_token(other)
    assert str(appointment.public_id) not in manage_token(appointment)
    assert ClientLink.objects.filter(subject=appointment.public_id).count() == 1
    assert visitor.follow(visitor.get(f"/appointment/{manage_token(appointment)}/")).status_code == 200


def test_after_ones_own_cancel_the_same_is_booked_again(appointment: Appointment, visitor: Visitor) -> None:
    here = opened(visitor, appointment)
    page = visitor.follow(visitor.post(f"{here}cancel/", {}))
    again = page.context["shown"].again_url
    assert again.startswith(f"/book/{appointment.service.slug}/?")
    assert f"therapist={appointment.therapist.public_id}" in again
    assert f'href="{again.replace("&", "&amp;")}"' in page.content.decode()
    appointment.service.active = False
    appointment.service.save()
    assert visitor.get(here).context["shown"].again_url == "/book/"


def test_an_appointment_leads_to_its_plan_for_who_reads_the_clients_mail(
    appointment: Appointment, visitor: Visitor, stranger: Visitor
) -> None:
    intake = told(appointment.client)
    make_plan(intake, technique_slug="regular-massage", appointment=appointment.public_id, practice=Practice.current())
    shown_one = visitor.get(opened(visitor, appointment))
    assert "Your care plan" not in page_text(shown_one), "a link that was shown to anybody tells of no plan"
    token = mint_link(
        purpose=LinkPurpose.APPOINTMENT, subject=appointment.public_id, lasts=dt.timedelta(days=1), by_mail=True
    )
    page = stranger.follow(stranger.get(f"/appointment/{token}/"))
    assert f'href="/me/{appointment.client.public_id}/care/"' in page.content.decode()
    assert "/care/" not in stranger.follow(stranger.get(page.context["plan_url"])).request["PATH_INFO"], (
        "first the code"
    )
