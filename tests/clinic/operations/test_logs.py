"""Logs hold ids, never the tokens that open a client's pages, nor what stands in a row."""

import logging
import secrets

import pytest
from django.conf import settings
from django.db import IntegrityError, transaction
from django.test import Client as Browser
from django.utils import timezone

from clients.models import Client
from clinic.operations.logs import LeaveOutRows, MaskTokens


def through(message: str, *arguments: object) -> str:
    """What a record says after the filter."""
    record = logging.LogRecord("django.request", logging.WARNING, "", 0, message, arguments, None)
    assert MaskTokens().filter(record)
    return record.getMessage()


@pytest.mark.invariant("I10")
def test_a_token_in_an_address_is_masked() -> None:
    token = secrets.token_urlsafe(32)
    said = through("%s: %s", "Not Found", f"/appointment/{token}/")
    assert said == "Not Found: /appointment/(token)/"
    assert token not in through(f"Not Found: /care/{token}/")


def test_ids_and_words_stay_readable() -> None:
    assert through("mail %s failed after %d tries", "8f14e45f-ceea-467f-a5c1-2d8f7a1b3c4d", 3).endswith("after 3 tries")
    assert "8f14e45f-ceea-467f-a5c1-2d8f7a1b3c4d" in through("mail %s", "8f14e45f-ceea-467f-a5c1-2d8f7a1b3c4d")


@pytest.mark.invariant("I10")
def test_every_handler_masks(client: Browser) -> None:
    handlers: dict[str, dict[str, list[str]]] = settings.LOGGING["handlers"]  # type: ignore[assignment]
    assert all({"tokens", "rows"} <= set(handler["filters"]) for handler in handlers.values())


def refused_row(**names: str) -> ExceptionGroup[IntegrityError]:
    """What PostgreSQL says to a row that breaks a rule, among the faults of a sweep."""
    try:
        with transaction.atomic():
            Client.objects.create(anonymised_at=timezone.now(), **names)
    except IntegrityError as error:
        return ExceptionGroup("Some jobs failed", [error])
    raise AssertionError("The row was taken.")


@pytest.mark.django_db
@pytest.mark.invariant("I10")
def test_a_row_that_the_database_refuses_is_not_told() -> None:
    error = refused_row(first_name="Ana", last_name="Lind", desk_note="likes\n\nBerg")
    failed = (error.exceptions[0],)
    record = logging.LogRecord("x", logging.ERROR, "", 0, "Failed: %r", failed, (type(error), error, None))
    plain = logging.Formatter()
    assert all(name in plain.format(record) for name in ("Ana", "Lind", "Berg"))
    record.exc_text = None
    assert LeaveOutRows().filter(record)
    said = plain.format(record)
    assert not [name for name in ("Ana", "Lind", "Berg") if name in said]
    assert said.count("nameless_client_is_erased") >= 2
