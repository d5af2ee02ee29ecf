"""The pages that mails lead to: ending tips, and the question about the pain. GET shows, POST acts (I9)."""

import datetime as dt
import uuid
from decimal import Decimal

import pytest
from django.utils import timezone

from clients.models import Client, PainScore
from clinic.models import ClientLink, LinkPurpose
from clinic.web.links import mint_link
from tests.fixtures.browser import Browser

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@pytest.fixture
def ana() -> Client:
    """A client who gets everything."""
    return Client.objects.create(first_name="Ana", last_name="Lind", email="ana@example.org")


@pytest.fixture
def stop(ana: Client) -> str:
    """The address that ends her tips."""
    return f"/stop/{mint_link(purpose=LinkPurpose.STOP, subject=ana.public_id, lasts=DAY)}/"


@pytest.fixture
def appointment(ana: Client) -> uuid.UUID:
    """An appointment whose pain question was mailed to her."""
    return uuid.uuid4()


@pytest.fixture
def pain(ana: Client, appointment: uuid.UUID) -> str:
    """The address of the question."""
    token = mint_link(purpose=LinkPurpose.PAIN, subject=appointment, lasts=DAY)
    ClientLink.objects.update(client=ana.public_id)
    return f"/pain/{token}/"


def wishes(client: Client) -> tuple[bool, bool]:
    """What she wants now: tips, reminders."""
    client.refresh_from_db()
    return client.tips_wanted, client.reminders_wanted


@pytest.mark.invariant("I9")
def test_opening_the_stop_link_changes_nothing_and_hides_the_token(client: Browser, ana: Client, stop: str) -> None:
    answer = client.get(stop)
    assert answer.status_code == 302
    assert answer["Location"] == f"/stop/{ana.public_id}/"
    page = client.get(answer["Location"])
    assert page.status_code == 200
    assert page.content.count(b"<h1") == 1
    client.head(stop)
    assert wishes(ana) == (True, True)


def test_a_mail_program_ends_tips_with_one_post_without_cookies_or_csrf(ana: Client, stop: str) -> None:
    program = Browser(enforce_csrf_checks=True)
    answer = program.post(stop, {"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    assert wishes(ana) == (False, True)
    assert program.post(stop).status_code == 200


def test_the_button_of_the_page_ends_tips_and_where_ticked_reminders(client: Browser, ana: Client, stop: str) -> None:
    page = client.get(stop)["Location"]
    assert client.post(page).status_code == 302
    assert wishes(ana) == (False, True)
    client.post(page, {"reminders": "on"})
    assert wishes(ana) == (False, False)
    assert b"no tips" in client.get(page).content
    assert "then “Our mails”" in client.get(page).content.decode(), "what it takes to have them again"


def test_the_page_itself_is_guarded_against_forged_posts(ana: Client, stop: str) -> None:
    browser = Browser(enforce_csrf_checks=True)
    page = browser.get(stop)["Location"]
    assert browser.post(page).status_code == 403
    assert wishes(ana) == (True, True)


@pytest.mark.invariant("I8")
@pytest.mark.parametrize("path", ["stop", "pain"])
def test_a_stranger_finds_nothing(client: Browser, ana: Client, stop: str, pain: str, path: str) -> None:
    wrong = mint_link(purpose=LinkPurpose.APPOINTMENT, subject=ana.public_id, lasts=DAY)
    for key in (wrong, "x", str(ana.public_id), "y" * 300):
        assert client.get(f"/{path}/{key}/").status_code == 404
        assert client.post(f"/{path}/{key}/").status_code == 404


def test_an_erased_client_is_nobody(client: Browser, ana: Client, stop: str, pain: str) -> None:
    Client.objects.update(erased_at=timezone.now())
    assert client.get(stop, follow=True).status_code == 404
    assert client.post(stop).status_code == 404
    assert client.get(pain, follow=True).status_code == 404


@pytest.mark.invariant("I9")
def test_a_tapped_number_is_chosen_on_the_page_and_not_stored(
    client: Browser, appointment: uuid.UUID, pain: str
) -> None:
    page = client.get(f"{pain}?n=7", follow=True)
    assert page.redirect_chain[0][0] == f"/pain/{appointment}/?n=7"
    assert 'value="7" checked' in page.content.decode()
    assert page["Cache-Control"] == "no-store"
    assert not PainScore.objects.exists()


def test_the_button_stores_the_number_once_and_again_in_its_place(
    client: Browser, ana: Client, appointment: uuid.UUID, pain: str
) -> None:
    page = client.get(f"{pain}?n=7")["Location"]
    for number in ("7", "3"):
        assert client.post(page, {"n": number}).status_code == 302
    score = PainScore.objects.get()
    assert (score.client, score.appointment, score.value) == (ana, appointment, Decimal("3.0"))
    assert score.moment == PainScore.Moment.LATER
    assert b"Thank you" in client.get(f"/pain/{appointment}/").content


def test_the_number_joins_the_trend_of_the_complaint_of_that_appointment(
    client: Browser, ana: Client, appointment: uuid.UUID, pain: str
) -> None:
    PainScore.objects.create(client=ana, appointment=appointment, moment="before", complaint="dull-ache", value=6)
    client.post(client.get(pain)["Location"], {"n": "2"})
    assert PainScore.objects.get(moment="later").complaint == "dull-ache"


@pytest.mark.parametrize("number", ["", "11", "-1", "5.5", "x", "７", "0" * 500])
def test_what_is_no_number_from_0_to_10_is_refused_kindly(client: Browser, pain: str, number: str) -> None:
    page = client.get(pain)["Location"]
    answer = client.post(page, {"n": number})
    assert answer.status_code == 422
    assert "choose a number" in answer.content.decode()
    assert not PainScore.objects.exists()
    assert client.get(page, {"n": number}).status_code == 200
