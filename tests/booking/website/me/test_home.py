"""A client's own pages: their appointments and nobody else's, and looking changes nothing."""

import datetime as dt
from typing import Any

import pytest
from django.urls import URLPattern
from django.utils import timezone

from booking.models import Status
from booking.website.me import urls
from clients.models import Client, Intake, IntakeRequest
from clinic.models import AccessEvent
from tests.booking.website.me.conftest import SignIn
from tests.clients.steps import fill
from tests.fixtures.browser import Browser
from tests.fixtures.cast import Cast
from tests.sweeps.snapshot import snapshot


def addresses_of(client: Client) -> dict[str, str]:
    """Every address that has a client in it."""
    found = {}
    for pattern in urls.urlpatterns:
        assert isinstance(pattern, URLPattern)
        route = str(pattern.pattern)
        if "<uuid:public_id>" in route:
            address = route.replace("<uuid:public_id>", str(client.public_id)).replace("<slug:slug>", "regular-60")
            found[str(pattern.name)] = f"/{address}"
    assert len(found) >= 15
    return found


@pytest.mark.invariant("I8")
def test_another_clients_pages_do_not_exist(cast: Cast, ana: Browser) -> None:
    for name, address in addresses_of(cast.ben).items():
        assert ana.get(address).status_code in (404, 405), name
        assert ana.post(address).status_code in (404, 405), name
    assert {ana.get(addresses_of(cast.ben)["me-file"]).status_code} == {404}
    assert not AccessEvent.objects.filter(client=cast.ben.public_id).exists()


@pytest.mark.invariant("I8")
def test_strangers_are_asked_to_sign_in_and_the_team_finds_nothing(cast: Cast) -> None:
    staff = Browser()
    staff.force_login(cast.owner)
    for name, address in addresses_of(cast.ana).items():
        for send in (Browser().get, Browser().post):
            assert send(address)["Location"].startswith("/me/sign-in/"), name
        assert staff.get(address).status_code == 404, name
        assert staff.post(address).status_code == 404, name
    assert not AccessEvent.objects.exists()


@pytest.mark.invariant("I9")
def test_looking_at_every_page_changes_nothing_but_the_access_log(cast: Cast, ana: Browser, told: Intake) -> None:
    cast.appointment(cast.at(10))
    before = snapshot()
    for address in [*addresses_of(cast.ana).values(), "/me/", "/me/sign-in/", "/me/code/"]:
        assert ana.get(address).status_code in (200, 302, 405)
        assert ana.head(address).status_code in (200, 302, 405)
    assert snapshot() == before


def test_pages_that_show_health_are_noted_as_read_by_the_client(cast: Cast, ana: Browser, told: Intake) -> None:
    pages = {"care": "care plan", "answers": "intake", "consent": "consent"}
    for page, noun in pages.items():
        AccessEvent.objects.filter(client=cast.ana.public_id, noun="never").count()
        ana.get(f"/me/{cast.ana.public_id}/{page}/")
        newest = AccessEvent.objects.latest("pk")
        assert (newest.actor, newest.user, newest.noun, newest.client) == ("client", None, noun, cast.ana.public_id)


@pytest.mark.invariant("I10")
def test_the_first_page_shows_no_health_answer_and_so_is_not_noted(cast: Cast, ana: Browser, told: Intake) -> None:
    before = AccessEvent.objects.count()
    page = ana.get("/me/").content.decode().lower()
    assert "ramipril" not in page
    assert "ache" not in page
    assert AccessEvent.objects.count() == before


def test_appointments_ahead_and_behind_are_told_apart(cast: Cast, ana: Browser) -> None:
    cast.appointment(cast.at(10))
    cast.appointment(cast.at(14), therapist=cast.jonas)
    cast.appointment(timezone.now() - dt.timedelta(days=9), status=Status.COMPLETED, service=cast.back)
    cast.appointment(cast.at(16), client=cast.ben, room=cast.blue_room)
    context = ana.get("/me/").context
    assert context["next"].appointment.starts_at == cast.at(10)
    assert [each.starts_at for each in context["soon"]] == [cast.at(14)]
    assert [each.service for each in context["recent"]] == [cast.back]


@pytest.mark.parametrize("page", ["", "move/", "cancel/", "calendar.ics"])
def test_ones_own_appointment_opens_without_its_link_and_anothers_does_not(cast: Cast, ana: Browser, page: str) -> None:
    mine, another = cast.appointment(cast.at(10)), cast.appointment(cast.at(14), client=cast.ben)
    assert ana.get(f"/appointment/{mine.public_id}/{page}").status_code == 200
    assert ana.get(f"/appointment/{another.public_id}/{page}").status_code == 404
    assert Browser().get(f"/appointment/{mine.public_id}/{page}").status_code == 404


def test_an_appointment_is_cancelled_from_there_by_the_same_rules(cast: Cast, ana: Browser) -> None:
    soon = cast.appointment(timezone.now() + dt.timedelta(hours=3))
    appointment = cast.appointment(cast.at(10))
    assert ana.get(f"/appointment/{soon.public_id}/cancel/").status_code == 409
    ana.post(f"/appointment/{appointment.public_id}/cancel/", {"reason": ""})
    appointment.refresh_from_db()
    assert appointment.status == Status.CANCELLED


@pytest.mark.invariant("I8")
def test_ones_own_plan_opens_and_anothers_does_not(cast: Cast, ana: Browser, signed_in: SignIn, told: Intake) -> None:
    plan = told.plans.get()
    assert ana.get(f"/care/{plan.public_id}/").status_code == 200
    assert AccessEvent.objects.latest("pk").actor == "client"
    assert signed_in("ben@example.org").get(f"/care/{plan.public_id}/").status_code == 404
    assert Browser().get(f"/care/{plan.public_id}/").status_code == 404


def test_a_family_at_one_address_chooses_whose_appointments(cast: Cast, signed_in: SignIn) -> None:
    mia = Client.objects.create(first_name="Mia", last_name="Lind", email="ANA@example.org")
    browser = signed_in("ana@example.org")
    page = browser.get("/me/").content.decode()
    assert "Whose appointments?" in page
    for each in (mia, cast.ana):
        assert f"/me/{each.public_id}/" in page
        assert f"Good to see you, {each.first_name}" in browser.get(f"/me/{each.public_id}/").content.decode()


def test_an_erased_file_is_gone_for_its_client_too(cast: Cast, ana: Browser) -> None:
    Client.objects.filter(pk=cast.ana.pk).update(erased_at=timezone.now())
    assert ana.get(f"/me/{cast.ana.public_id}/").status_code == 404
    assert "no file at this address" in ana.get("/me/").content.decode()


def test_a_changed_address_at_the_desk_ends_the_old_mailboxs_sight(cast: Cast, ana: Browser) -> None:
    Client.objects.filter(pk=cast.ana.pk).update(email="new@example.org")
    assert ana.get(f"/me/{cast.ana.public_id}/").status_code == 404


def test_what_was_told_is_read_again_and_something_new_is_a_new_intake(cast: Cast, ana: Browser, told: Intake) -> None:
    here = f"/me/{cast.ana.public_id}/answers/"
    assert "Vitamin D" in ana.get(here).content.decode()
    led = ana.post(f"{here}new/")
    row = IntakeRequest.objects.get(intake=None)
    assert led["Location"] == f"/intake/{row.public_id}/"
    assert "Welcome" in ana.get(led["Location"]).content.decode()
    assert ana.post(f"{here}new/")["Location"] == led["Location"]
    assert Browser().get(led["Location"]).status_code == 404
    fill(row)
    assert ana.post(f"/intake/{row.public_id}/check/").status_code == 302
    assert cast.ana.intakes.count() == 2
    assert Intake.objects.filter(pk=told.pk).exists()


@pytest.mark.invariant("I8")
def test_an_intake_of_another_does_not_open(cast: Cast, told: Intake, signed_in: SignIn) -> None:
    row = IntakeRequest.objects.get(intake=told)
    assert signed_in("ben@example.org").get(f"/intake/{row.public_id}/").status_code == 404


def test_a_signed_in_client_types_neither_name_nor_address(cast: Cast, ana: Browser) -> None:
    ana.post("/book/regular-60/", {"comes": "relax"})
    page = ana.get(f"/book/regular-60/details/?start={cast.at(10):%Y-%m-%dT%H:%M:%SZ}")
    initial: dict[str, Any] = page.context["form"].initial
    assert (initial["first_name"], initial["last_name"], initial["email"]) == ("Ana", "Lind", "ana@example.org")
    stranger = Browser()
    stranger.post("/book/regular-60/", {"comes": "relax"})
    page = stranger.get(f"/book/regular-60/details/?start={cast.at(10):%Y-%m-%dT%H:%M:%SZ}")
    assert "first_name" not in page.context["form"].initial
