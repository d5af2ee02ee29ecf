"""The owner's pages for data: a client's copy, erasure with a look before it, everything, held mail."""

import io
import zipfile

import pytest
from django.utils import timezone

from clients.models import Client
from clinic.mail import delivery_status
from clinic.models import AccessEvent, MailState, OutgoingMail
from tests.booking.records.people import ana_comes_again, ana_was_here, waiting_mail
from tests.fixtures.browser import Browser
from tests.fixtures.cast import PASSWORD, Cast
from tests.fixtures.sessions import just_signed_in


@pytest.fixture
def owner(cast: Cast, client: Browser) -> Browser:
    """Olga at the desk, who has just shown who she is."""
    client.force_login(cast.owner)
    return just_signed_in(client, cast.owner)


@pytest.fixture
def mira(cast: Cast) -> Browser:
    """Mira, who gives massages and owns nothing."""
    browser = Browser()
    assert cast.mira.user is not None
    browser.force_login(cast.mira.user)
    return browser


def test_an_owner_hands_a_client_their_copy(cast: Cast, owner: Browser) -> None:
    ana_was_here(cast)
    answer = owner.post(f"/desk/clients/{cast.ana.public_id}/export/")
    assert answer.status_code == 200
    assert answer["Content-Disposition"] == 'attachment; filename="your-record.zip"'
    assert answer["Cache-Control"] == "no-store"
    assert zipfile.ZipFile(io.BytesIO(answer.content)).testzip() is None
    event = AccessEvent.objects.get(action=AccessEvent.Action.EXPORT)
    assert (event.user, event.client) == (cast.owner, cast.ana.public_id)


@pytest.mark.invariant("I8")
def test_the_rest_of_the_team_sees_nothing_of_this(cast: Cast, mira: Browser) -> None:
    base = f"/desk/clients/{cast.ana.public_id}"
    page = mira.get(f"{base}/").content.decode()
    assert "/export/" not in page
    assert "/erase/" not in page
    assert "/desk/data/" not in page
    for address in (f"{base}/export/", f"{base}/erase/", "/desk/data/export/", "/desk/data/release/"):
        assert mira.post(address).status_code == 404
    assert mira.get("/desk/data/").status_code == 404
    assert mira.get(f"{base}/erase/").status_code == 404
    assert not AccessEvent.objects.filter(action=AccessEvent.Action.EXPORT).exists()


def test_the_page_shows_what_erasing_would_do_and_a_look_does_nothing(cast: Cast, owner: Browser) -> None:
    ana_was_here(cast)
    page = owner.get(f"/desk/clients/{cast.ana.public_id}/erase/").content.decode()
    assert "then deleted" in page
    assert "10 years after the last session" in page
    assert "Session notes: 1" in page
    cast.ana.refresh_from_db()
    assert cast.ana.erased_at is None


@pytest.mark.parametrize("typed", ["", "Haas", "Ana"])
def test_a_client_is_erased_only_with_the_name_typed(cast: Cast, owner: Browser, typed: str) -> None:
    answer = owner.post(f"/desk/clients/{cast.ana.public_id}/erase/", {"last_name": typed})
    assert answer.status_code == 422
    assert "as it is on file" in answer.content.decode()
    cast.ana.refresh_from_db()
    assert cast.ana.erased_at is None


def test_an_erased_client_is_gone_from_the_desk_with_their_appointments(cast: Cast, owner: Browser) -> None:
    appointment = ana_was_here(cast)
    answer = owner.post(f"/desk/clients/{cast.ana.public_id}/erase/", {"last_name": " lind "}, follow=True)
    assert "The file is closed" in answer.content.decode()
    assert owner.get(f"/desk/clients/{cast.ana.public_id}/").status_code == 404
    assert owner.get(f"/desk/appointments/{appointment.public_id}/").status_code == 404
    day = timezone.localtime(appointment.starts_at, cast.zone).date()
    assert "Ana Lind" not in owner.get(f"/desk/?day={day}").content.decode()
    listed = owner.get("/desk/data/").content.decode()
    assert "Ana Lind" in listed
    assert "The record is kept until" in listed


def test_the_practice_comes_in_one_download(cast: Cast, owner: Browser) -> None:
    ana_was_here(cast)
    answer = owner.post("/desk/data/export/")
    packed = b"".join(answer.streaming_content)  # type: ignore[attr-defined] # a response that streams
    assert answer["Cache-Control"] == "no-store"
    assert "attachment" in answer["Content-Disposition"]
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        assert "appointments.csv" in archive.namelist()
    event = AccessEvent.objects.get(action=AccessEvent.Action.EXPORT)
    assert (event.user, event.noun, event.client) == (cast.owner, "whole practice", None)


@pytest.mark.parametrize("which", ["desk/data", "desk/clients/{}"])
def test_a_download_of_everything_asks_once_more_who_it_is(cast: Cast, which: str) -> None:
    browser, page = Browser(), f"/{which.format(cast.ana.public_id)}/"
    browser.force_login(cast.owner)
    asked = browser.post(f"{page}export/")
    assert asked["Location"] == f"/accounts/reauthenticate/?next={page}"
    assert not AccessEvent.objects.filter(action=AccessEvent.Action.EXPORT).exists()
    assert browser.post(asked["Location"], {"password": PASSWORD, "next": page})["Location"] == page
    given = browser.post(f"{page}export/")
    assert given.status_code == 200
    assert b"".join(given)[:2] == b"PK"
    assert AccessEvent.objects.filter(action=AccessEvent.Action.EXPORT).count() == 1


@pytest.mark.usefixtures("within_the_hour")
def test_downloads_are_not_without_end(cast: Cast, owner: Browser, settings: object) -> None:
    settings.THROTTLE_BOOKING = "2/h"  # type: ignore[attr-defined] # pytest-django's own object
    codes = [owner.post(f"/desk/clients/{cast.ana.public_id}/export/").status_code for _ in range(3)]
    assert codes == [200, 200, 429]
    assert owner.post("/desk/data/export/").status_code == 429


def test_everybody_sees_that_mail_is_held_and_an_owner_lets_it_go(cast: Cast, owner: Browser, mira: Browser) -> None:
    ana_comes_again(cast)
    mail = waiting_mail(cast.ben)
    delivery_status.hold_mail("the practice was restored from the backup of 2026-11-20 02:00 UTC")
    assert "All mail is held: the practice was restored" in mira.get("/desk/messages/").content.decode()
    page = owner.get("/desk/data/").content.decode()
    assert "Held mail" in page
    assert "Leave those out, send the rest" in page
    owner.post("/desk/data/release/", {"old": "skip"})
    assert delivery_status.held_status() is None
    mail.refresh_from_db()
    assert mail.state == MailState.WITHDRAWN
    assert "Held mail" not in owner.get("/desk/data/").content.decode()
    # Once more from another tab: nothing is left to do, nothing is done.
    fresh = waiting_mail(cast.ben)
    assert owner.post("/desk/data/release/", {"old": "skip"}).status_code == 302
    fresh.refresh_from_db()
    assert fresh.state == MailState.QUEUED


def test_ready_says_that_mail_is_held(cast: Cast, client: Browser) -> None:
    delivery_status.hold_mail("the practice was restored")
    ready = client.get("/healthz/ready")
    assert ready.status_code == 503
    assert ready.json()["parts"]["mail_delivery"] == {"ok": False}
    client.force_login(cast.owner)
    said = client.get("/healthz/ready").json()["parts"]["mail_delivery"]
    assert said == {"ok": False, "detail": "held: the practice was restored"}


def test_the_list_of_erased_clients_is_noted_as_a_look(cast: Cast, owner: Browser) -> None:
    Client.objects.filter(pk=cast.ana.pk).update(erased_at=timezone.now())
    owner.get("/desk/data/")
    assert AccessEvent.objects.filter(action=AccessEvent.Action.LIST, noun="erased clients").exists()
    assert not OutgoingMail.objects.exists()
