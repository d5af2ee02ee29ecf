"""Logs hold ids, never the tokens that open a client's pages, nor what stands in a row."""

import datetime as dt
import json
import logging
import secrets
from typing import Any

import pytest
from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from clients.models import Client
from clinic.operations.logs import REQUEST_ID, JsonLines, LeaveOutRows, MaskTokens, TextLines
from tests.fixtures.browser import Browser


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


def failed_with(words: str) -> logging.LogRecord:
    """A record of an error that says these words."""
    try:
        raise ValueError(words)
    except ValueError as error:
        told = (type(error), error, error.__traceback__)
        return logging.LogRecord("booking.x", logging.ERROR, "", 0, "Mail %s failed", ("Zoë\u2028",), told)


def as_object(record: logging.LogRecord) -> dict[str, Any]:
    """The record as JsonLines writes it, read back."""
    line = JsonLines().format(record)
    assert line.isascii(), "some readers of lines take U+2028 for the end of one"
    assert "\n" not in line
    found: dict[str, Any] = json.loads(line)
    return found


def test_a_line_of_json_says_when_how_grave_who_and_what() -> None:
    record = failed_with("broken")
    told = as_object(record)
    assert (told["level"], told["logger"], told["message"]) == ("ERROR", "booking.x", "Mail Zoë\u2028 failed")
    assert dt.datetime.fromisoformat(told["time"]) == dt.datetime.fromtimestamp(
        int(record.created * 1000) / 1000, dt.UTC
    )
    assert told["exception"].startswith("Traceback")
    assert "request" not in told


@pytest.mark.invariant("I10")
def test_a_token_is_masked_in_a_traceback_too() -> None:
    token = secrets.token_urlsafe(32)
    assert token not in str(as_object(failed_with(f"no page at /care/{token}/")))
    assert token not in TextLines().format(failed_with(f"no page at /care/{token}/"))


@pytest.mark.invariant("I10")
def test_a_refused_row_is_left_out_of_json(db: None) -> None:
    error = refused_row(first_name="Ana", last_name="Lind")
    record = logging.LogRecord("x", logging.ERROR, "", 0, "Failed", (), (type(error), error, None))
    assert "Lind" in str(as_object(record))
    assert LeaveOutRows().filter(record)
    told = str(as_object(record))
    assert "Lind" not in told
    assert "nameless_client_is_erased" in told


def test_all_lines_of_a_request_bear_its_name_and_the_next_ones_do_not(db: None, client: Browser) -> None:
    given = "0b7d2c1e-4f3a-4a57-9d86-2f1f0a6c9e11"
    seen: list[str] = []

    class Keep(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            seen.append(as_object(record).get("request", ""))

    listener = Keep()
    logging.getLogger("django.request").addHandler(listener)
    try:
        answers = [client.get("/nowhere/", headers=headers) for headers in ({"X-Request-ID": given}, {})]
    finally:
        logging.getLogger("django.request").removeHandler(listener)
    assert [answer["X-Request-ID"] for answer in answers] == seen
    assert seen[0] == given
    assert seen[1] not in {"", given}
    assert REQUEST_ID.get() == ""


@pytest.mark.parametrize("given", ["short", "with space in it", "x" * 43, "<script>alert(1)</script>"])
def test_a_name_that_is_none_is_not_taken(client: Browser, given: str) -> None:
    assert client.get("/healthz/live", headers={"X-Request-ID": given})["X-Request-ID"] != given
