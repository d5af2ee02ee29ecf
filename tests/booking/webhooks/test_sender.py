"""Sending: signed, once more after a failure, in order, and never to who wants nothing more."""

import datetime as dt
import json
from typing import Any

import pytest
from django.utils import timezone

from booking.models import Appointment, DeliveryState, WebhookDelivery, WebhookEndpoint
from booking.records.held_mail import release_held_mail
from booking.webhooks.actions import (
    forget_deliveries,
    remove_endpoint,
    rotate_secret,
    send_again,
    send_test_event,
    switch_endpoint,
)
from booking.webhooks.claims import claim_delivery
from booking.webhooks.models import BOTH_SECRETS_FOR, EVENT_USEFUL_FOR
from booking.webhooks.sender import send_due_webhooks
from clinic.mail import delivery_status
from clinic.models import OutgoingMail
from tests.booking.appointments.test_book import booked
from tests.booking.webhooks.conftest import is_signed, pass_time
from tests.fixtures.actions import cancel, move
from tests.fixtures.cast import Cast
from tests.fixtures.receiver import Receiver, status
from tests.fixtures.sweeps import stop_hopeless_endpoints


def only() -> WebhookDelivery:
    """The one delivery."""
    return WebhookDelivery.objects.get()


def test_an_event_arrives_signed(cast: Cast, program: Receiver, endpoint: WebhookEndpoint) -> None:
    booked(cast)
    assert send_due_webhooks() == 1
    (request,) = program.received
    assert (request.method, request.path, request.headers["content-type"]) == ("POST", "/hook", "application/json")
    assert request.headers["webhook-id"] == json.loads(request.body)["id"]
    assert abs(int(request.headers["webhook-timestamp"]) - timezone.now().timestamp()) < 300
    assert is_signed(request, endpoint.all_secrets()[0])
    assert only().state == DeliveryState.DELIVERED
    assert send_due_webhooks() == 0


def test_for_a_day_both_secrets_sign(cast: Cast, program: Receiver, endpoint: WebhookEndpoint) -> None:
    old = endpoint.all_secrets()[0]
    new = rotate_secret(endpoint)
    send_test_event(WebhookEndpoint.objects.get())
    assert is_signed(program.received[0], old)
    assert is_signed(program.received[0], new)
    WebhookEndpoint.objects.update(secret_changed_at=timezone.now() - BOTH_SECRETS_FOR)
    send_test_event(WebhookEndpoint.objects.get())
    assert not is_signed(program.received[1], old)
    assert is_signed(program.received[1], new)


@pytest.mark.parametrize("answer", [500, 503, 429, 404, 302, 101])
def test_what_is_not_taken_is_tried_again(
    cast: Cast, program: Receiver, endpoint: WebhookEndpoint, answer: int
) -> None:
    booked(cast)
    program.respond = status(answer, b"no", Location="/elsewhere")
    assert send_due_webhooks() == 0
    row = only()
    assert (row.state, row.attempts) == (DeliveryState.RETRYING, 1)
    assert row.next_try_at > timezone.now()
    endpoint.refresh_from_db()
    assert endpoint.failing_from is not None
    assert send_due_webhooks() == 0
    assert {each.path for each in program.received} == {"/hook"}
    program.respond = status(204)
    pass_time()
    assert send_due_webhooks() == 1
    endpoint.refresh_from_db()
    assert endpoint.failures == 0
    assert WebhookEndpoint.objects.filter(failing_from=None).count() == 1
    assert {each.headers["webhook-id"] for each in program.received} == {json.loads(row.body)["id"]}


def test_what_happened_to_one_appointment_arrives_in_order(
    cast: Cast, program: Receiver, endpoint: WebhookEndpoint
) -> None:
    first, other = booked(cast), cast.appointment(cast.at(15), client=cast.ben)
    move(first, start=cast.at(12), via=Appointment.Via.DESK)
    claim = claim_delivery()
    assert claim is not None
    WebhookDelivery.objects.filter(pk=claim.delivery.pk).update(
        state="retrying", lease=None, next_try_at=timezone.now() + dt.timedelta(hours=1)
    )
    cancel(other, reason="", via=Appointment.Via.DESK)
    assert send_due_webhooks() == 1  # of the other appointment; the move waits behind its booking
    assert json.loads(program.received[0].body)["type"] == "appointment.cancelled"
    pass_time()
    assert send_due_webhooks() == 2
    assert [json.loads(each.body)["type"] for each in program.received[1:]] == [
        "appointment.booked",
        "appointment.moved",
    ]


def test_who_is_gone_is_asked_no_more_and_the_practice_is_told_once(
    cast: Cast, program: Receiver, endpoint: WebhookEndpoint
) -> None:
    booked(cast)
    program.respond = status(410)
    send_due_webhooks()
    endpoint.refresh_from_db()
    assert (endpoint.active, bool(endpoint.stopped_because)) == (False, True)
    assert only().state == DeliveryState.FAILED
    assert (stop_hopeless_endpoints(), stop_hopeless_endpoints()) == (1, 0)
    mail = OutgoingMail.objects.get(kind="staff")
    assert mail.to_email == cast.practice.email
    assert str(endpoint.public_id) in mail.text
    switch_endpoint(endpoint, on=True)
    endpoint.refresh_from_db()
    assert (endpoint.active, endpoint.stopped_because) == (True, "")


def test_after_three_days_an_event_fails_and_its_address_is_stopped(
    cast: Cast, program: Receiver, endpoint: WebhookEndpoint
) -> None:
    booked(cast)
    program.respond = status(500)
    send_due_webhooks()
    long_ago = timezone.now() - EVENT_USEFUL_FOR - dt.timedelta(minutes=1)
    pass_time(created_at=long_ago)
    WebhookEndpoint.objects.update(failing_from=long_ago)
    assert send_due_webhooks() == 0
    assert only().state == DeliveryState.FAILED
    stop_hopeless_endpoints()
    endpoint.refresh_from_db()
    assert not endpoint.active
    program.respond = status(200)
    switch_endpoint(endpoint, on=True)
    again = send_again(only())
    assert send_due_webhooks() == 1
    again.refresh_from_db()
    assert again.state == DeliveryState.DELIVERED
    assert {json.loads(each.body)["id"] for each in program.received} == {json.loads(again.body)["id"]}


def test_an_address_that_fails_is_left_alone_for_a_while(
    cast: Cast, program: Receiver, endpoint: WebhookEndpoint
) -> None:
    for hour in (9, 11, 13):
        cancel(cast.appointment(cast.at(hour)), reason="", via=Appointment.Via.DESK)
    program.respond = status(500)
    send_due_webhooks()
    assert len(program.received) == 1


def test_down_and_up_again_everything_arrives(cast: Cast, program: Receiver, endpoint: WebhookEndpoint) -> None:
    for hour in (9, 11, 13):
        cancel(cast.appointment(cast.at(hour)), reason="", via=Appointment.Via.DESK)
    WebhookEndpoint.objects.update(url="http://127.0.0.1:9/hook")
    assert send_due_webhooks() == 0
    endpoint.refresh_from_db()
    assert endpoint.failures == 1
    WebhookEndpoint.objects.update(url=program.url("/hook"))
    pass_time()
    assert send_due_webhooks() == 3
    assert len({json.loads(each.body)["id"] for each in program.received}) == 3
    assert not WebhookDelivery.objects.exclude(state=DeliveryState.DELIVERED).exists()


def test_a_killed_workers_event_goes_once_its_lease_is_over(
    cast: Cast, program: Receiver, endpoint: WebhookEndpoint
) -> None:
    booked(cast)
    assert claim_delivery() is not None
    assert claim_delivery() is None
    assert send_due_webhooks() == 0
    WebhookDelivery.objects.update(lease_until=timezone.now() - dt.timedelta(seconds=1))
    assert send_due_webhooks() == 1


def test_a_removed_address_is_forgotten_with_its_secret(
    cast: Cast, program: Receiver, endpoint: WebhookEndpoint
) -> None:
    booked(cast)
    remove_endpoint(endpoint)
    endpoint.refresh_from_db()
    assert (endpoint.url, bytes(endpoint.sealed), only().state) == ("", b"", DeliveryState.WITHDRAWN)
    assert send_due_webhooks() == 0
    cancel(Appointment.objects.get(), reason="", via=Appointment.Via.DESK)
    assert WebhookDelivery.objects.count() == 1


@pytest.mark.parametrize("send_old", [True, False])
def test_after_a_restore_nothing_goes_until_a_person_says_so(
    cast: Cast, program: Receiver, endpoint: WebhookEndpoint, send_old: bool
) -> None:
    old = booked(cast)
    delivery_status.hold_mail("restored")
    assert send_due_webhooks() == 0
    move(old, start=cast.at(12), via=Appointment.Via.DESK)
    release_held_mail(send_old=send_old, by=cast.owner)
    send_due_webhooks()
    arrived = [json.loads(each.body)["type"] for each in program.received]
    assert arrived == [*(["appointment.booked"] if send_old else []), "appointment.moved"]


def test_a_test_event_tells_of_nobody_and_returns_the_answer(
    cast: Cast, program: Receiver, endpoint: WebhookEndpoint
) -> None:
    program.respond = status(500, b"who are you")
    told = send_test_event(endpoint)
    assert (told.state, told.status, told.reply) == (DeliveryState.FAILED, 500, "who are you")
    assert json.loads(program.received[0].body)["data"] == {}


def test_what_ended_a_month_ago_is_forgotten(cast: Cast, program: Receiver, endpoint: WebhookEndpoint) -> None:
    send_test_event(endpoint)
    booked(cast)
    assert forget_deliveries() == 0
    WebhookDelivery.objects.exclude(settled_at=None).update(settled_at=timezone.now() - dt.timedelta(days=31))
    assert forget_deliveries() == 1
    assert only().event == "appointment.booked"


def test_a_secret_that_nothing_opens_stops_the_webhook_and_no_other(
    cast: Cast, program: Receiver, endpoint: WebhookEndpoint
) -> None:
    booked(cast)
    WebhookEndpoint.objects.update(sealed=b"x" * 40)
    assert send_due_webhooks() == 0
    assert only().state == DeliveryState.FAILED


def test_an_answer_of_any_length_and_kind_is_kept_short(
    cast: Cast, program: Receiver, endpoint: WebhookEndpoint
) -> None:
    answers: list[Any] = [b"\x00\xff" * 5000, b"x" * 100_000]
    for body in answers:
        program.respond = status(200, body)
        assert len(send_test_event(endpoint).reply) <= 300
