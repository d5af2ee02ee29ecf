"""Logs hold ids, never the tokens that open a client's pages."""

import logging
import secrets

import pytest
from django.conf import settings
from django.test import Client

from clinic.logs import MaskTokens


def through(message: str, *arguments: object) -> str:
    """What a record says after the filter."""
    record = logging.LogRecord("django.request", logging.WARNING, "", 0, message, arguments, None)
    assert MaskTokens().filter(record)
    return record.getMessage()


@pytest.mark.invariant("I10")
def test_a_token_in_an_address_is_masked() -> None:
    token = secrets.token_urlsafe(32)
    said = through("%s: %s", "Not Found", f"/visit/{token}/")
    assert said == "Not Found: /visit/(token)/"
    assert token not in through(f"Not Found: /care/{token}/")


def test_ids_and_words_stay_readable() -> None:
    assert through("mail %s failed after %d tries", "8f14e45f-ceea-467f-a5c1-2d8f7a1b3c4d", 3).endswith("after 3 tries")
    assert "8f14e45f-ceea-467f-a5c1-2d8f7a1b3c4d" in through("mail %s", "8f14e45f-ceea-467f-a5c1-2d8f7a1b3c4d")


@pytest.mark.invariant("I10")
def test_every_handler_masks(client: Client) -> None:
    handlers: dict[str, dict[str, list[str]]] = settings.LOGGING["handlers"]  # type: ignore[assignment]
    assert all("tokens" in handler["filters"] for handler in handlers.values())
