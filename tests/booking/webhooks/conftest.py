"""A program that is told, and its address."""

import base64
import hashlib
import hmac
from collections.abc import Iterator
from typing import Any

import pytest
from pytest_django import Settings

from booking.models import WebhookDelivery, WebhookEndpoint, WebhookEvent
from booking.webhooks.actions import add_endpoint
from tests.fixtures.cast import Cast
from tests.fixtures.receiver import Received, Receiver, running_receiver


@pytest.fixture
def program(settings: Settings) -> Iterator[Receiver]:
    """A program on this machine, in a network that the settings name."""
    settings.OUTBOUND_NETWORKS = ["127.0.0.0/30"]
    with running_receiver() as receiver:
        yield receiver


@pytest.fixture
def endpoint(cast: Cast, program: Receiver) -> WebhookEndpoint:
    """Its webhook, for every event."""
    row, _secret = add_endpoint(url=program.url("/hook"), events=list(WebhookEvent.values), by=cast.owner)
    return row


def is_signed(request: Received, secret: str) -> bool:
    """Whether a request is signed as Standard Webhooks says, worked out here by itself."""
    content = f"{request.headers['webhook-id']}.{request.headers['webhook-timestamp']}.".encode() + request.body
    digest = hmac.new(base64.b64decode(secret[6:]), content, hashlib.sha256).digest()
    return f"v1,{base64.b64encode(digest).decode()}" in request.headers["webhook-signature"].split(" ")


def pass_time(**columns: Any) -> None:
    """Let every rest and wait be over."""
    WebhookEndpoint.objects.update(rest_until=None)
    WebhookDelivery.objects.pending().update(next_try_at="2020-01-01T00:00:00Z", **columns)
