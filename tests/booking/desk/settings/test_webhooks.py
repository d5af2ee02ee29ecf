"""The owner adds, tests, pauses and removes webhooks, and sees what became of each event."""

import re

import pytest
from pytest_django import Settings

from booking.models import Appointment, DeliveryState, WebhookDelivery, WebhookEndpoint, WebhookEvent
from booking.webhooks.sender import send_due_webhooks
from tests.booking.webhooks.conftest import endpoint, program
from tests.fixtures.actions import cancel
from tests.fixtures.browser import Browser
from tests.fixtures.cast import Cast
from tests.fixtures.receiver import Receiver, status

__all__ = ["endpoint", "program"]

PAGE = "/desk/settings/webhooks/"
SECRET = re.compile(r"whsec_[A-Za-z0-9+/=]+")


def test_an_added_webhook_shows_its_secret_once(cast: Cast, owner: Browser, program: Receiver) -> None:
    shown = owner.post(f"{PAGE}new/", {"url": program.url("/hook"), "events": [WebhookEvent.BOOKED]})
    row = WebhookEndpoint.objects.get()
    assert set(SECRET.findall(shown.content.decode())) == set(row.all_secrets())
    page = f"{PAGE}{row.public_id}/"
    for each in (PAGE, page):
        assert not SECRET.findall(owner.get(each).content.decode())
    fresh = owner.post(f"{page}secret/").content.decode()
    assert row.all_secrets()[0] not in fresh
    assert len(set(SECRET.findall(fresh))) == 1


@pytest.mark.parametrize(
    "url", ["", "hello", "http://example.org/", "https://127.0.0.1/", "https://user:pw@x.example/"]
)
def test_an_address_that_we_do_not_go_to_is_refused_beside_its_field(
    cast: Cast, owner: Browser, settings: Settings, url: str
) -> None:
    answer = owner.post(f"{PAGE}new/", {"url": url, "events": [WebhookEvent.BOOKED]})
    assert answer.status_code == 422
    assert "url" in answer.context["form"].errors
    assert not WebhookEndpoint.objects.exists()


def test_a_test_event_is_sent_and_its_answer_said(
    cast: Cast, owner: Browser, program: Receiver, endpoint: WebhookEndpoint
) -> None:
    program.respond = status(500, b"<b>who are you</b>")
    page = owner.post(f"{PAGE}{endpoint.public_id}/test/", follow=True).content.decode()
    assert "500" in page
    assert "<b>who are you" not in page
    assert len(program.received) == 1


def test_pause_go_on_send_again_and_remove(
    cast: Cast, owner: Browser, program: Receiver, endpoint: WebhookEndpoint
) -> None:
    page = f"{PAGE}{endpoint.public_id}/"
    cancel(cast.appointment(cast.at(10)), reason="", via=Appointment.Via.DESK)
    send_due_webhooks()
    row = WebhookDelivery.objects.get()
    owner.post(f"{page}deliveries/{row.pk}/send/")
    assert WebhookDelivery.objects.filter(resend_of=row, state=DeliveryState.WAITING).count() == 1
    owner.post(f"{page}switch/", {"on": "0"})
    endpoint.refresh_from_db()
    assert not endpoint.active
    owner.post(f"{page}switch/", {"on": "1"})
    assert send_due_webhooks() == 1
    owner.post(f"{page}remove/")
    assert owner.get(page).status_code == 404
    assert endpoint.host not in owner.get(PAGE).content.decode()


def test_the_desk_says_on_top_that_events_do_not_arrive(cast: Cast, owner: Browser, endpoint: WebhookEndpoint) -> None:
    words = "Events do not reach"
    assert words not in owner.get("/desk/").content.decode()
    WebhookEndpoint.objects.update(failing_from="2026-01-01T00:00:00Z")
    assert words in owner.get("/desk/").content.decode()
    therapist = Browser()
    therapist.force_login(cast.mira.user)  # type: ignore[arg-type] # the cast has sign-ins
    assert words not in therapist.get("/desk/").content.decode()
